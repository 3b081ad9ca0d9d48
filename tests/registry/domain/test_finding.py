"""Rules of observations and findings, by example."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from contracts.events import FindingIssued, ObservationRecorded, RegistryEvent
from services.kit.errors import Refused
from services.registry.domain import audit, finding, openness, report
from services.registry.domain.finding import (
    CloseFinding,
    IssueFinding,
    RecordObservation,
    RespondToFinding,
)
from tests import makers
from tests.registry.domain.asking import circumstances
from tests.spec import given

SIGNED = (makers.signature_recorded(), makers.cycle_opened())
FILED = (*SIGNED, makers.report_submitted(), makers.mandate_granted())
SEEN = makers.observation_recorded()
FOUND = makers.finding_issued()
RESPONDED = makers.finding_responded()
RECOMMENDED = makers.recommendation_issued()
ISSUED = (*FILED, SEEN, FOUND)
AFTERWARDS = datetime(2026, 12, 20, tzinfo=UTC)
"""A day on which the mandate is still in force; the response is asked for by January 2027."""


def record(seen: ObservationRecorded = SEEN, **around: Any) -> RecordObservation:
    return RecordObservation(observation=seen, circumstances=circumstances(**around))


def issue(found: FindingIssued = FOUND, **around: Any) -> IssueFinding:
    return IssueFinding(finding=found, circumstances=circumstances(**around))


def respond(**changes: Any) -> RespondToFinding:
    return RespondToFinding(response=makers.finding_responded(**changes))


def close(*, around: dict[str, Any] | None = None, **changes: Any) -> CloseFinding:
    closing = makers.finding_closed(**changes)
    return CloseFinding(closing=closing, circumstances=circumstances(**(around or {})))


def test_an_auditor_with_a_mandate_records_what_was_seen_of_a_claim() -> None:
    given(*FILED).when(record()).then(SEEN)
    given(*ISSUED).when(record()).then_nothing_happens()


def test_an_auditor_issues_a_finding_that_rests_on_observations() -> None:
    given(*FILED, SEEN).when(issue()).then(FOUND)
    given(*ISSUED).when(issue()).then_nothing_happens()


@pytest.mark.parametrize(
    "mandates",
    [
        (),
        (makers.mandate_granted(term_to=date(2026, 6, 30)),),
        (makers.mandate_granted(term_from=date(2026, 12, 1)),),
        (makers.mandate_granted(), makers.mandate_revoked()),
        (makers.mandate_granted(), makers.personal_data_erased(None, person_id="auditor-4Tw1")),
    ],
)
def test_nobody_speaks_without_a_mandate_in_force(mandates: tuple[RegistryEvent, ...]) -> None:
    history = (*SIGNED, makers.report_submitted(), *mandates, SEEN)
    another = makers.observation_recorded(observation_id="O-2")
    given(*history).when(record(another)).then_refused(audit.MandateNotInForce)
    given(*history).when(issue()).then_refused(audit.MandateNotInForce)
    given(*history, FOUND).when(close(outcome="withdrawn")).then_refused(audit.MandateNotInForce)


@pytest.mark.parametrize("scope", [{"participants": ["ZZB"]}, {"cycles": ["2025"]}])
def test_a_mandate_is_for_some_participants_and_cycles(scope: dict[str, Any]) -> None:
    history = (*SIGNED, makers.report_submitted(), makers.mandate_granted(**scope))
    given(*history).when(record()).then_refused(audit.NotInTheMandate)


def test_a_mandate_for_everybody_is_for_each() -> None:
    wide = makers.mandate_granted(participants=None, cycles=None)
    given(*SIGNED, makers.report_submitted(), wide).when(record()).then(SEEN)


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"unit": "P9"}, audit.NoSuchClaim),
        ({"measure_id": "M-9"}, audit.NoSuchClaim),
        ({"report_version": 2}, report.NoSuchVersion),
        ({"digest": makers.digest_of({})}, report.DigestMismatch),
        ({"observed_on": date(2026, 11, 22)}, finding.ObservedInTheFuture),
    ],
)
def test_an_observation_is_of_a_claim_that_was_made_and_of_a_day_that_came(
    changes: dict[str, Any], refusal: type[Refused]
) -> None:
    given(*FILED).when(record(makers.observation_recorded(**changes))).then_refused(refusal)


def test_a_measure_in_a_statement_is_a_claim_and_of_a_sealed_one_none_is_named() -> None:
    """The id stands in the log for everybody to read; the text of what is said can name it."""
    measure = {"measure_id": "m-1", "measure_type": "event", "title": {"en": "A course"}}
    said = makers.national_report(statements={"P1": makers.statement(measures=[measure])})
    filed = makers.report_submitted(document=said)
    seen = makers.observation_recorded(measure_id="m-1", digest=makers.digest_of(said))
    given(*SIGNED, filed, makers.mandate_granted()).when(record(seen)).then(seen)
    of_sealed: dict[str, Any] = {
        "unit": "P5",
        "observation": makers.sealed("seen", visibility="secretariat"),
    }
    sealed = makers.observation_recorded(**of_sealed)
    given(*FILED).when(record(sealed)).then(sealed)
    named = makers.observation_recorded(**of_sealed, measure_id="m-2")
    given(*FILED).when(record(named)).then_refused(audit.MeasureIsSealed)
    shown = makers.publication_authorised()
    given(*FILED, shown).when(record(named)).then(named)


@pytest.mark.parametrize(
    ("visibility", "is_taken"), [("public", False), ("auditors", False), ("secretariat", True)]
)
def test_what_is_said_of_a_restricted_claim_is_as_restricted(
    visibility: str, is_taken: bool
) -> None:
    said = (
        makers.passage("Seen.")
        if visibility == "public"
        else makers.sealed("seen", visibility=visibility)
    )
    seen = makers.observation_recorded(unit="P5", observation=said)
    asked = given(*FILED).when(record(seen))
    if is_taken:
        asked.then(seen)
    else:
        asked.then_refused(openness.MoreOpenThanItsSubject)


def test_once_a_claim_is_shown_everybody_may_read_of_it_until_it_is_restricted() -> None:
    seen = makers.observation_recorded(unit="P5")
    shown = (*FILED, makers.publication_authorised())
    given(*shown).when(record(seen)).then(seen)
    restricted = makers.publication_restricted(units=["P1"])
    given(*FILED, restricted).when(record()).then_refused(openness.MoreOpenThanItsSubject)


def test_a_closing_is_as_restricted_as_its_finding() -> None:
    hidden = makers.finding_issued(finding=makers.sealed("found", visibility="auditors"))
    history = (*FILED, SEEN, hidden)
    given(*history).when(close(outcome="withdrawn")).then_refused(openness.MoreOpenThanItsSubject)


def test_only_what_stands_is_examined() -> None:
    corrected = (*FILED, makers.corrigendum_filed())
    given(*corrected).when(record()).then_refused(report.SupersededVersion)
    withdrawn = (*FILED, makers.report_withdrawn())
    given(*withdrawn).when(record()).then_refused(report.WithdrawnReport)


def test_a_compilation_and_a_renewal_make_no_claim() -> None:
    compiled = makers.report_submitted(document=makers.compilation())
    history = (*SIGNED, compiled, makers.mandate_granted())
    seen = makers.observation_recorded(digest=compiled.digest)
    given(*history).when(record(seen)).then_refused(report.NotASubmission)
    renewed = makers.nothing_new_declared()
    seen = makers.observation_recorded(digest=renewed.renews_digest)
    given(*SIGNED, renewed, makers.mandate_granted()).when(record(seen)).then_refused(
        audit.NoSuchClaim
    )


def test_an_id_names_one_observation_and_one_finding_of_the_report() -> None:
    other = makers.observation_recorded(method="test")
    given(*ISSUED).when(record(other)).then_refused(finding.ObservationIdTaken)
    anew = makers.finding_issued(respond_by=date(2027, 2, 28))
    given(*ISSUED).when(issue(anew)).then_refused(finding.FindingIdTaken)


def test_a_finding_rests_on_observations_of_the_very_same_claim() -> None:
    elsewhere = makers.observation_recorded(observation_id="O-2", unit="P5")
    found = makers.finding_issued(observations=["O-1", "O-2", "O-3"])
    refused = given(*FILED, SEEN, elsewhere).when(issue(found)).then_refused(finding.NotObserved)
    assert [one.pointer for one in refused.findings] == ["/observations/1", "/observations/2"]


def test_a_response_is_asked_for_by_a_day_that_is_still_to_come() -> None:
    today = makers.finding_issued(respond_by=date(2026, 11, 21))
    given(*FILED, SEEN).when(issue(today)).then(today)
    late = makers.finding_issued(respond_by=date(2026, 11, 20))
    given(*FILED, SEEN).when(issue(late)).then_refused(audit.RespondByHasPassed)


def test_the_participant_responds_and_may_say_more_later() -> None:
    given(*ISSUED).when(respond()).then(RESPONDED)
    given(*ISSUED, RESPONDED).when(respond()).then_nothing_happens()
    noted = makers.finding_responded(answer="noted")
    given(*ISSUED, RESPONDED).when(respond(answer="noted")).then(noted)
    given(*ISSUED, RESPONDED, noted).when(respond()).then(RESPONDED)


def test_a_response_is_to_a_finding_and_is_cleared_by_another_person() -> None:
    given(*FILED).when(respond()).then_refused(audit.NoSuchFinding)
    own = makers.clearance(cleared_by="person-1")
    given(*ISSUED).when(respond(clearance=own)).then_refused(report.ClearedByTheDrafter)


def test_a_response_is_taken_after_the_day_it_was_asked_for_and_when_the_claim_is_gone() -> None:
    withdrawn = (*ISSUED, makers.report_withdrawn())
    given(*withdrawn).when(respond()).then(RESPONDED)


def test_a_finding_is_closed_after_the_response() -> None:
    closed = makers.finding_closed(outcome="explained")
    given(*ISSUED, RESPONDED).when(close(outcome="explained")).then(closed)
    refused = given(*ISSUED, RESPONDED, closed).when(close(outcome="addressed"))
    refused.then_refused(audit.FindingIsClosed)
    given(*ISSUED, RESPONDED, closed).when(respond(answer="noted")).then_refused(
        audit.FindingIsClosed
    )


@pytest.mark.parametrize("outcome", ["addressed", "explained", "carried_forward"])
def test_whoever_was_asked_has_until_the_day_named(outcome: str) -> None:
    given(*ISSUED).when(close(outcome=outcome)).then_refused(finding.ResponseAwaited)


def test_after_the_day_named_a_finding_is_closed_without_a_response_but_not_as_explained() -> None:
    soon = makers.finding_issued(respond_by=date(2026, 11, 30))
    history = (*FILED, SEEN, soon)
    later = {"now": AFTERWARDS}
    closed = makers.finding_closed(outcome="carried_forward")
    given(*history).when(close(around=later, outcome="carried_forward")).then(closed)
    given(*history).when(close(around=later, outcome="explained")).then_refused(
        finding.ResponseAwaited
    )


def test_what_an_auditor_takes_back_ends_at_once() -> None:
    closed = makers.finding_closed(outcome="withdrawn")
    given(*ISSUED, RECOMMENDED).when(close(outcome="withdrawn")).then(closed)
    given(*FILED).when(close(outcome="withdrawn")).then_refused(audit.NoSuchFinding)


def test_a_finding_is_addressed_when_its_recommendations_are_carried_out() -> None:
    recommended = (*ISSUED, RESPONDED, RECOMMENDED)
    given(*recommended).when(close()).then_refused(finding.ResponseAwaited)
    history = (*recommended, makers.recommendation_responded())
    given(*history).when(close()).then_refused(finding.RecommendationStillOpen)
    partly = makers.recommendation_followed_up(status="in_progress")
    given(*history, partly).when(close()).then_refused(finding.RecommendationStillOpen)
    done = makers.recommendation_followed_up(effective_on=date(2026, 11, 2))
    given(*history, done, partly).when(close()).then(makers.finding_closed())


def test_another_auditor_may_go_on_where_a_mandate_has_ended() -> None:
    other = makers.mandate_granted("auditor-2")
    history = (*ISSUED, makers.mandate_revoked(), other, RESPONDED)
    closed = makers.finding_closed(mandate_id="auditor-2", outcome="explained")
    given(*history).when(close(mandate_id="auditor-2", outcome="explained")).then(closed)
