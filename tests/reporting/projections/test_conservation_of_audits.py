"""Conservation: audits, assistance and evidence: nothing is lost, and the parts add up."""

from collections import Counter
from datetime import UTC, date, datetime

from hypothesis import given
from sqlalchemy import Engine

from contracts.events import RegistryEvent
from contracts.events.assistance import (
    AssistanceConcluded,
    AssistanceMatched,
    AssistanceOffered,
    AssistanceRequested,
)
from contracts.events.audits import (
    FindingClosed,
    FindingIssued,
    FindingResponded,
    ObservationRecorded,
    RecommendationFollowedUp,
    RecommendationIssued,
    RecommendationResponded,
)
from contracts.events.evidence import (
    EvidenceDeposited,
    EvidenceRedacted,
    EvidenceRevised,
    EvidenceWithdrawn,
)
from services.reporting.projections.assistance import (
    assistance,
    assistance_match,
)
from services.reporting.projections.audits import (
    audit_response,
    finding,
    follow_up,
    observation,
    recommendation,
)
from services.reporting.projections.evidence import evidence
from services.reporting.queries.assistance import Chosen, list_assistance
from services.reporting.queries.assistance_needs import METRICS, list_needs
from services.reporting.queries.evidence import Chosen as ChosenEvidence
from services.reporting.queries.evidence import list_evidence
from services.reporting.queries.head import locate
from services.reporting.queries.rows import Page
from tests.reporting.histories import DAYS, histories
from tests.reporting.projected import known
from tests.reporting.projections.conserving import EXAMPLES, projected, recorded


@EXAMPLES
@given(events=histories())
def test_every_event_of_an_audit_is_one_fact_in_the_tables(
    engine: Engine, events: list[RegistryEvent]
) -> None:
    counted = Counter(type(event) for event in events)
    with projected(engine, recorded(events)):
        last = len(events)
        found = known(engine, finding, last)
        assert len(found) == counted[FindingIssued]
        assert sum(row["closed_by"] is not None for row in found) == counted[FindingClosed]
        assert len(known(engine, observation, last)) == counted[ObservationRecorded]
        assert len(known(engine, recommendation, last)) == counted[RecommendationIssued]
        responses = known(engine, audit_response, last)
        to_findings = [row for row in responses if row["recommendation_id"] is None]
        assert len(to_findings) == counted[FindingResponded]
        assert len(responses) - len(to_findings) == counted[RecommendationResponded]
        assert len(known(engine, follow_up, last)) == counted[RecommendationFollowedUp]
        for row in found:
            is_sealed = row["finding_seal"] is not None
            assert is_sealed is (row["finding_text"] is None) is (row["assessment"] is None)


@EXAMPLES
@given(events=histories(), day=DAYS)
def test_every_need_and_offer_is_counted_once_and_the_parts_add_up(
    engine: Engine, events: list[RegistryEvent], day: date
) -> None:
    counted = Counter(type(event) for event in events)
    with projected(engine, recorded(events)):
        last = len(events)
        stated = known(engine, assistance, last)
        kinds = Counter(row["kind"] for row in stated)
        assert kinds["need"] == counted[AssistanceRequested]
        assert kinds["offer"] == counted[AssistanceOffered]
        assert len(known(engine, assistance_match, last)) == counted[AssistanceMatched]
        concluded = [row for row in stated if row["concluded_at"] is not None]
        assert len(concluded) == counted[AssistanceConcluded]
        with engine.begin() as connection:
            _, moment = locate(connection, None, day, now=datetime(2026, 11, 21, tzinfo=UTC))
            figures = list_needs(connection, moment, Page(limit=1000)).rows
            listed = list_assistance(connection, moment, Page(limit=1000), chosen=Chosen())
        counts = listed.beside["counts"]
        assert sum(counts.values()) == 2 * counts["total"] == 2 * len(stated)
        for metric in METRICS:
            whole, *parts = [row for row in figures if row["metric"] == metric]
            assert whole["numerator"] == sum(row["numerator"] for row in parts)
            assert whole["restricted"] == sum(row["restricted"] for row in parts)
            found = {position for row in parts for position in row["positions"]}
            assert found == set(whole["positions"])
        standing = [row for row in listed.rows if row["state"] in {"open", "matched"}]
        needs, unmet, offers = (
            next(row["numerator"] for row in figures if row["metric"] == metric)
            for metric in METRICS
        )
        assert needs + offers == len(standing)
        assert needs - unmet == sum(
            row["kind"] == "need" and bool(row["matches"]) for row in standing
        )


@EXAMPLES
@given(events=histories())
def test_every_file_put_forward_is_one_row_and_what_became_of_it_amends_it(
    engine: Engine, events: list[RegistryEvent]
) -> None:
    counted = Counter(type(event) for event in events)
    with projected(engine, recorded(events)):
        files = known(engine, evidence, len(events))
        forward = counted[EvidenceDeposited] + counted[EvidenceRevised]
        assert len(files) == forward
        for act, kind in (
            ("replaced", EvidenceRevised),
            ("withdrawn", EvidenceWithdrawn),
            ("redacted", EvidenceRedacted),
        ):
            assert sum(row[f"{act}_by"] is not None for row in files) == counted[kind]
        with engine.begin() as connection:
            at = datetime(2026, 11, 21, tzinfo=UTC)
            _, moment = locate(connection, None, None, now=at)
            listed = list_evidence(connection, moment, Page(limit=1000), chosen=ChosenEvidence())
        assert listed.beside["counts"]["total"] == forward
        assert sum(listed.beside["counts"].values()) == 2 * forward
