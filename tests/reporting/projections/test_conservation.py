"""Conservation: for any history, nothing is lost, doubled, or dependent on how it was read."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine

from contracts.events import RegistryEvent
from contracts.events.cycles import CycleClosed, ExtensionGranted, ReminderSent
from contracts.events.participation import (
    ActContested,
    ActRectified,
    DeclarationWithdrawn,
    MembershipRecorded,
    WithdrawalRescinded,
)
from contracts.events.people import (
    DelegationGranted,
    DelegationRevoked,
    FocalPointDesignated,
    FocalPointDesignationEnded,
    MandateGranted,
    MandateRevoked,
    PersonalDataErased,
)
from contracts.events.plans import (
    CommitmentDeclared,
    CommitmentProgressReported,
    CommitmentWithdrawn,
    PlanConcluded,
    PlanRegistered,
    PlanRevised,
)
from contracts.events.publications import RuleDeactivated
from contracts.events.reports import (
    PublicationAuthorised,
    PublicationRestricted,
    ReportVersion,
    ReportWithdrawn,
    SubmittedDocument,
)
from contracts.events.reviews import (
    AcceptanceRevoked,
    ClarificationProvided,
    ClarificationRequested,
    ReportAccepted,
    ReportReturned,
    ReviewOpened,
)
from contracts.events.shared import Act
from services.registry.domain.streams import stream_of
from services.reporting.projections.assistance import (
    ASSISTANCE,
)
from services.reporting.projections.audits import (
    AUDITS,
)
from services.reporting.projections.commitments import (
    commitment,
    commitment_milestone,
    commitment_progress,
)
from services.reporting.projections.cycles import cycle
from services.reporting.projections.decisions import (
    clarification,
    review_decision,
    review_opening,
)
from services.reporting.projections.entries import entry_table
from services.reporting.projections.evidence import EVIDENCE
from services.reporting.projections.links import assistance_citation, measure_link
from services.reporting.projections.obligations import extension, reminder
from services.reporting.projections.participation import membership, participation_act
from services.reporting.projections.people import PEOPLE, delegation, focal_point, mandate
from services.reporting.projections.plans import plan, plan_revision
from services.reporting.projections.publications import publication, rule_deactivation
from services.reporting.projections.reports import (
    postulate_statement,
    report_version,
    report_withdrawal,
)
from services.reporting.projections.sections import section_publication
from tests.reporting.histories import histories
from tests.reporting.projected import digests, known, parked, rows
from tests.reporting.projections.conserving import EXAMPLES, projected, recorded
from tests.simulated_registry import SimulatedRegistry

AMENDING = (ActRectified, ActContested, DeclarationWithdrawn, WithdrawalRescinded)
ENDINGS = (FocalPointDesignationEnded, DelegationRevoked, MandateRevoked)


@EXAMPLES
@given(events=histories())
def test_every_event_is_one_fact_in_the_tables_as_known_last(
    engine: Engine, events: list[RegistryEvent]
) -> None:
    counted = Counter(type(event) for event in events)

    def count(*kinds: type[object]) -> int:
        return sum(counted[kind] for kind in counted if issubclass(kind, kinds))

    documents = [event for event in events if isinstance(event, SubmittedDocument)]
    with projected(engine, recorded(events)):
        last = len(events)
        assert len(rows(engine, entry_table)) == last
        acts = count(Act, ActContested) - count(MembershipRecorded)
        assert len(known(engine, participation_act, last)) == acts
        assert len(known(engine, membership, last)) == count(MembershipRecorded)
        assert len(known(engine, focal_point, last)) == count(FocalPointDesignated)
        assert len(known(engine, delegation, last)) == count(DelegationGranted)
        assert len(known(engine, mandate, last)) == count(MandateGranted)
        people = [row for one in PEOPLE.tables for row in known(engine, one, last)]
        assert sum(row["erased_at"] is not None for row in people) == count(PersonalDataErased)
        assert sum(row["ended_at"] is not None for row in people) == count(*ENDINGS)
        assert len(known(engine, plan, last)) == count(PlanRegistered)
        assert len(known(engine, cycle, last)) == 2
        closed = [row for row in known(engine, cycle, last) if row["closed_on"] is not None]
        assert len(closed) == count(CycleClosed)
        assert len(known(engine, extension, last)) == count(ExtensionGranted)
        assert len(known(engine, reminder, last)) == count(ReminderSent)
        assert len(known(engine, publication, last)) == 3
        assert len(known(engine, rule_deactivation, last)) == count(RuleDeactivated)
        assert len(known(engine, report_version, last)) == count(ReportVersion)
        assert len(known(engine, review_decision, last)) == count(
            ReportReturned, ReportAccepted, AcceptanceRevoked
        )
        assert len(known(engine, review_opening, last)) == count(ReviewOpened)
        questions = known(engine, clarification, last)
        assert len(questions) == count(ClarificationRequested)
        answered = [row for row in questions if row["answered_by"] is not None]
        assert len(answered) == count(ClarificationProvided)
        assert len(known(engine, report_withdrawal, last)) == count(ReportWithdrawn)
        assert len(known(engine, section_publication, last)) == count(
            PublicationAuthorised, PublicationRestricted
        )
        assert parked(engine) == []
        assert len(known(engine, postulate_statement, last)) == sum(
            len(event.document["statements"]) for event in documents
        )
        assert len(known(engine, measure_link, last)) == sum(
            len(measure["commitments"])
            for event in documents
            for said in event.document["statements"].values()
            for measure in said.get("measures", ())
        )
        assert len(known(engine, assistance_citation, last)) == sum(
            len(said.get("assistance_cited", ()))
            for event in documents
            for said in event.document["statements"].values()
        )


@EXAMPLES
@given(events=histories())
def test_every_event_of_a_plan_is_one_fact_in_the_tables(
    engine: Engine, events: list[RegistryEvent]
) -> None:
    counted = Counter(type(event) for event in events)
    with projected(engine, recorded(events)):
        last = len(events)
        promised = known(engine, commitment, last)
        assert len(known(engine, plan_revision, last)) == counted[PlanRevised]
        assert (
            sum(row["concluded_at"] is not None for row in known(engine, plan, last))
            == (counted[PlanConcluded])
        )
        assert len(promised) == counted[CommitmentDeclared]
        assert (
            sum(row["withdrawn_at"] is not None for row in promised)
            == (counted[CommitmentWithdrawn])
        )
        assert len(known(engine, commitment_progress, last)) == counted[CommitmentProgressReported]
        assert len(known(engine, commitment_milestone, last)) == counted[CommitmentDeclared]


@EXAMPLES
@given(events=histories())
def test_an_act_is_known_from_one_position_to_the_next_without_a_hole(
    engine: Engine, events: list[RegistryEvent]
) -> None:
    with projected(engine, recorded(events)):
        spans: dict[tuple[str, int], list[tuple[int, int | None]]] = {}
        for row in rows(engine, participation_act):
            key = (row["participant"], row["version"])
            spans.setdefault(key, []).append((row["known_from"], row["known_to"]))
        amendments = sum(isinstance(event, AMENDING) for event in events)
        assert sum(len(span) - 1 for span in spans.values()) <= amendments
        for span in spans.values():
            ends = [end for _, end in span]
            assert ends == [start for start, _ in span[1:]] + [None]


@EXAMPLES
@given(events=histories(), limit=st.integers(1, 5))
def test_pages_of_any_size_give_the_same_state(
    engine: Engine, events: list[RegistryEvent], limit: int
) -> None:
    registry = recorded(events)
    with projected(engine, registry):
        at_once = digests(engine)
    with projected(engine, registry, limit=1):
        assert digests(engine) == at_once
    with projected(engine, registry, limit=limit):
        assert digests(engine) == at_once


@EXAMPLES
@given(events=histories(), data=st.data())
def test_what_was_known_at_a_position_is_never_changed_by_what_came_later(
    engine: Engine, events: list[RegistryEvent], data: st.DataObject
) -> None:
    position = data.draw(st.integers(0, len(events)))
    registry = recorded(events)
    with projected(engine, registry):
        afterwards = digests(engine, position)
    earlier = recorded(events[:position])
    with projected(engine, earlier):
        assert digests(engine) == afterwards


@EXAMPLES
@given(events=histories(), data=st.data())
def test_the_order_of_unrelated_streams_changes_positions_alone(
    engine: Engine, events: list[RegistryEvent], data: st.DataObject
) -> None:
    shuffled = _reordered(events, data)

    def content(registry: SimulatedRegistry) -> Counter[str]:
        with projected(engine, registry):
            return Counter(
                repr(sorted((k, v) for k, v in row.items() if k not in POSITIONAL))
                for table in CONTENT
                for row in known(engine, table, registry.size)
            )

    assert content(recorded(events)) == content(recorded(shuffled))


CONTENT = (
    participation_act,
    membership,
    plan,
    plan_revision,
    commitment,
    commitment_progress,
    cycle,
    extension,
    reminder,
    publication,
    rule_deactivation,
    report_version,
    review_decision,
    report_withdrawal,
    section_publication,
    measure_link,
    assistance_citation,
    *PEOPLE.tables,
    *AUDITS.tables,
    *ASSISTANCE.tables,
    *EVIDENCE.tables,
)
POSITIONAL = {
    "generation",
    "position",
    "recorded_at",
    "known_from",
    "known_to",
    "withdrawn_at",
    "closed_at_position",
    "closed_recorded_at",
    *("ended_at", "erased_at"),
    *("closed_by", "closed_at", "concluded_at"),
    *(f"{act}_{what}" for act in ("replaced", "redacted") for what in ("by", "at")),
    "withdrawn_by",
}


def _reordered(events: list[RegistryEvent], data: st.DataObject) -> list[RegistryEvent]:
    """Draw another order in which each stream keeps its own."""
    queues: dict[str, list[RegistryEvent]] = {}
    for event in events:
        queues.setdefault(stream_of(event), []).append(event)
    order = data.draw(st.permutations([stream_of(event) for event in events]))
    return [queues[stream].pop(0) for stream in order]
