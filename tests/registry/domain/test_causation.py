"""Causes: which earlier entry an event answers, by example and under random scripts."""

from itertools import count

from hypothesis import HealthCheck, given, settings

from contracts.events import RegistryEvent, ReportSubmitted
from services.kit.errors import Refused
from services.registry.domain.causation import ANSWERED, cause_of
from services.registry.domain.commands import Command, ruling_for
from services.registry.domain.streams import stream_of
from tests import makers
from tests.registry.domain.scripts import scripts

Entry = tuple[int, int, RegistryEvent]

SIGNED = makers.signature_recorded()
SUBMITTED = makers.report_submitted()
RETURNED = makers.report_returned()
AGAIN = makers.report_submitted(report_version=2, supersedes=1)
CORRECTED = makers.corrigendum_filed()
EARLIER = makers.report_submitted(cycle_id="2025")


def entries(*events: RegistryEvent) -> list[Entry]:
    """Number events from position 11 on, each in its stream."""
    versions: dict[str, int] = {}
    numbered = []
    for position, event in enumerate(events, 11):
        stream = stream_of(event)
        versions[stream] = versions.get(stream, 0) + 1
        numbered.append((position, versions[stream], event))
    return numbered


def test_a_decision_answers_the_version_it_is_on() -> None:
    read = entries(makers.cycle_opened(), EARLIER, SUBMITTED, CORRECTED)
    assert cause_of(RETURNED, read) == 13
    second = makers.report_accepted(report_version=2, digest=CORRECTED.digest)
    assert cause_of(second, read) == 14


def test_a_corrigendum_answers_the_version_it_puts_right() -> None:
    assert cause_of(CORRECTED, entries(SIGNED, SUBMITTED)) == 12
    third = makers.corrigendum_filed(report_version=3, supersedes=2)
    assert cause_of(third, entries(SIGNED, SUBMITTED, CORRECTED)) == 13


def test_a_new_submission_answers_the_return_and_a_first_one_nothing() -> None:
    assert cause_of(SUBMITTED, entries(SIGNED, makers.cycle_opened())) is None
    assert cause_of(AGAIN, entries(SUBMITTED, RETURNED)) == 12


def test_a_new_submission_after_a_withdrawal_answers_that() -> None:
    withdrawn = makers.report_withdrawn()
    assert cause_of(AGAIN, entries(SUBMITTED, withdrawn)) == 12
    assert cause_of(AGAIN, entries(SUBMITTED, RETURNED, withdrawn)) == 13


def test_what_is_said_on_a_version_answers_it() -> None:
    read = entries(makers.cycle_opened(), SUBMITTED, makers.review_opened())
    for event in (
        makers.report_withdrawn(),
        makers.publication_authorised(),
        makers.publication_restricted(),
        makers.review_opened(),
        makers.clarification_requested(),
    ):
        assert cause_of(event, read) == 12


def test_an_answer_answers_its_question_and_a_revocation_the_last_acceptance() -> None:
    asked = [makers.clarification_requested(clarification_id=one) for one in ("Q1", "Q2")]
    read = entries(SUBMITTED, makers.review_opened(), *asked)
    assert cause_of(makers.clarification_provided(clarification_id="Q2"), read) == 14
    accepted, revoked = makers.report_accepted(), makers.acceptance_revoked()
    assert cause_of(revoked, entries(SUBMITTED, accepted, revoked, accepted)) == 14


def test_a_renewal_answers_the_version_of_the_earlier_cycle() -> None:
    read = entries(SIGNED, makers.cycle_opened("2025"), EARLIER, makers.cycle_opened())
    assert cause_of(makers.nothing_new_declared(), read) == 13


def test_an_end_answers_its_designation_and_no_other() -> None:
    first = makers.focal_point_designated(focal_point_id="fp-one")
    second = makers.focal_point_designated(focal_point_id="fp-two")
    ending = makers.focal_point_designation_ended(focal_point_id="fp-two")
    assert cause_of(ending, entries(SIGNED, first, second)) == 13


def test_what_concerns_a_person_answers_the_entry_that_named_it() -> None:
    designated, delegated = makers.focal_point_designated(), makers.delegation_granted()
    read = entries(SIGNED, designated, delegated, makers.mandate_granted())
    assert cause_of(delegated, read) == 12
    assert cause_of(makers.delegation_revoked(), read) == 13
    assert cause_of(makers.mandate_revoked(), read) == 14
    assert cause_of(makers.personal_data_erased(), read) == 12
    assert cause_of(makers.personal_data_erased(person_id="dl-3Kx9"), read) == 13
    assert cause_of(makers.personal_data_erased(None, person_id="auditor-4Tw1"), read) == 14


def test_a_succession_answers_the_last_signature_of_the_predecessor() -> None:
    read = entries(SIGNED, makers.signature_recorded("ZZB"), makers.withdrawal_notified())
    assert cause_of(makers.succession_notified(), read) == 11
    again = [*read, *entries(makers.signature_recorded())]
    again[-1] = (14, 3, again[-1][2])
    assert cause_of(makers.succession_notified(), again) == 14
    of_a_successor = makers.succession_notified("ZZG", predecessor="ZZF")
    assert cause_of(of_a_successor, entries(SIGNED, makers.succession_notified())) == 12


def test_acts_are_answered_by_their_version_in_the_stream_of_the_participant() -> None:
    read = entries(makers.signature_recorded("ZZB"), SIGNED, makers.withdrawal_notified())
    assert cause_of(makers.withdrawal_rescinded(withdrawal=2), read) == 13
    assert cause_of(makers.act_rectified(rectifies=1), read) == 12
    assert cause_of(makers.act_contested(contests=2), read) == 13
    assert cause_of(makers.declaration_withdrawn(declaration=1), read) == 12


def test_what_follows_on_a_plan_answers_its_registration() -> None:
    other = makers.plan_registered(plan_id="ZZA-PLAN-2")
    read = entries(other, makers.plan_registered(), makers.commitment_declared())
    replaced = makers.plan_concluded(outcome="replaced", replaced_by="ZZA-PLAN-2")
    for event in (makers.plan_revised(), replaced, makers.commitment_declared()):
        assert cause_of(event, read) == 12


def test_what_is_said_of_a_commitment_answers_its_declaration() -> None:
    second = makers.commitment_declared(commitment_id="C-02")
    read = entries(makers.plan_registered(), makers.commitment_declared(), second)
    assert cause_of(makers.commitment_progress_reported(), read) == 12
    assert cause_of(makers.commitment_withdrawn(commitment_id="C-02"), read) == 13


def test_a_closing_answers_the_opening_of_its_cycle() -> None:
    read = entries(makers.cycle_opened("2025"), makers.cycle_opened())
    assert cause_of(makers.cycle_closed(), read) == 12


def test_a_deactivation_answers_the_publication_of_its_ruleset() -> None:
    read = entries(makers.ruleset_published(), makers.rule_deactivated("A-R01"))
    assert cause_of(makers.rule_deactivated(), read) == 11


def test_what_auditors_say_answers_the_claim_and_what_is_answered_the_finding() -> None:
    read = entries(
        SUBMITTED,
        makers.observation_recorded(),
        makers.observation_recorded(observation_id="O-2"),
        makers.finding_issued(observations=["O-1", "O-2"]),
        makers.recommendation_issued(),
    )
    assert cause_of(makers.observation_recorded(observation_id="O-3"), read) == 11
    assert cause_of(makers.finding_issued(observations=["O-1"]), read) == 12
    for event in (
        makers.finding_responded(),
        makers.finding_closed(),
        makers.recommendation_issued(recommendation_id="R-2"),
    ):
        assert cause_of(event, read) == 14
    for answer in (makers.recommendation_responded(), makers.recommendation_followed_up()):
        assert cause_of(answer, read) == 15


def test_a_match_answers_the_need_and_a_conclusion_what_it_ends() -> None:
    read = entries(makers.assistance_requested(), makers.assistance_offered())
    assert cause_of(makers.assistance_matched(), read) == 11
    assert cause_of(makers.assistance_concluded(), read) == 11
    ended = makers.assistance_concluded("ZZB", assistance_id="ZZB-OFFER-1")
    assert cause_of(ended, read) == 12


def test_what_follows_on_evidence_answers_the_entry_that_put_the_bytes_forward() -> None:
    read = entries(SIGNED, makers.evidence_deposited(), makers.evidence_revised())
    assert cause_of(makers.evidence_revised(), read) == 12
    assert cause_of(makers.evidence_redacted(), read) == 12
    signed = makers.bytes_digest(makers.SIGNED_FILE)
    assert cause_of(makers.evidence_withdrawn(digest=signed), read) == 13


def test_what_speaks_of_no_other_entry_answers_none() -> None:
    read = entries(SIGNED, makers.cycle_opened(), SUBMITTED)
    for event in (
        SIGNED,
        makers.withdrawal_notified(),
        makers.plan_registered(),
        makers.focal_point_designated(),
        makers.cycle_opened("2027"),
        makers.extension_granted(),
        makers.reminder_sent(),
        makers.methodology_published(),
    ):
        assert cause_of(event, read) is None


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(scripts())
def test_whatever_was_decided_answers_one_entry_that_was_read_or_none(
    script: tuple[Command, ...],
) -> None:
    history: list[Entry] = []
    positions = count(1)
    for command in script:
        ruling = ruling_for(command)
        read = [entry for entry in history if stream_of(entry[2]) in ruling.reads]
        try:
            decided = ruling.decide(event for _, _, event in read)
        except Refused:
            continue
        for event in decided:
            cause = cause_of(event, read)
            is_first = isinstance(event, ReportSubmitted) and event.supersedes is None
            assert (cause is not None) is (type(event) in ANSWERED and not is_first)
            assert cause == cause_of(event, reversed(read)), "exactly one is answered"
            same = [entry for entry in history if stream_of(entry[2]) == stream_of(event)]
            history.append((next(positions), len(same) + 1, event))
