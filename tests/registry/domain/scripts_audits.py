"""Scripts of audits: observations, findings and recommendations on what was filed, and answers."""

from datetime import date
from typing import Any, TypeAlias

from hypothesis import strategies as st

from contracts.events import (
    FindingIssued,
    MandateGranted,
    ObservationRecorded,
    RecommendationIssued,
    RegistryEvent,
)
from services.registry.domain.circumstances import Circumstances
from services.registry.domain.commands import Command
from services.registry.domain.finding import (
    CloseFinding,
    IssueFinding,
    RecordObservation,
    RespondToFinding,
)
from services.registry.domain.recommendation import (
    FollowUp,
    IssueRecommendation,
    RespondToRecommendation,
)
from tests import makers
from tests.registry.domain.scripts_reports import FILED, clearances, mostly, named

History: TypeAlias = tuple[RegistryEvent, ...]


def opening(around: Circumstances, code: str) -> tuple[Command, ...]:
    """A finding on the report for the earlier cycle, with a recommendation; nothing answered."""
    observation = makers.observation_recorded(code, "2025")
    finding = makers.finding_issued(code, "2025")
    recommendation = makers.recommendation_issued(code, "2025")
    return (
        RecordObservation(observation=observation, circumstances=around),
        IssueFinding(finding=finding, circumstances=around),
        IssueRecommendation(recommendation=recommendation, circumstances=around),
    )


def _found(history: History, kind: type[RegistryEvent], otherwise: RegistryEvent) -> Any:
    found = [event for event in history if isinstance(event, kind)]
    return st.sampled_from((*found, *found, otherwise))


def _mandates(history: History) -> st.SearchStrategy[str]:
    granted = [one.mandate_id for one in history if isinstance(one, MandateGranted)]
    return st.sampled_from((*granted, *granted, *granted, "auditor-9"))


@st.composite
def observations(draw: st.DrawFn, around: Circumstances, history: History) -> RecordObservation:
    subject = draw(named(history, FILED))
    observation = makers.observation_recorded(
        **subject,
        mandate_id=draw(_mandates(history)),
        unit=draw(mostly("P1", "P9")),
        observation_id=draw(st.sampled_from(("O-1", "O-2", "O-3"))),
        observed_on=draw(mostly(date(2025, 2, 1), date(2028, 1, 1))),
    )
    return RecordObservation(observation=observation, circumstances=around)


@st.composite
def findings(draw: st.DrawFn, around: Circumstances, history: History) -> IssueFinding:
    seen = draw(_found(history, ObservationRecorded, makers.observation_recorded()))
    finding = makers.finding_issued(
        seen.participant,
        seen.cycle_id,
        mandate_id=draw(mostly(seen.mandate_id, "auditor-9")),
        report_version=seen.report_version,
        digest=seen.digest,
        unit=draw(mostly(seen.unit, "P5")),
        observations=[draw(mostly(seen.observation_id, "O-9"))],
        finding_id=draw(st.sampled_from(("F-1", "F-2"))),
        respond_by=draw(mostly(date(2027, 1, 31), date(2025, 1, 1))),
    )
    return IssueFinding(finding=finding, circumstances=around)


def _of(finding: FindingIssued) -> dict[str, Any]:
    return {
        "participant": finding.participant,
        "cycle_id": finding.cycle_id,
        "finding_id": finding.finding_id,
    }


@st.composite
def responses(draw: st.DrawFn, around: Circumstances, history: History) -> RespondToFinding:
    finding = draw(_found(history, FindingIssued, makers.finding_issued()))
    answer = draw(st.sampled_from(("accepted", "noted")))
    response = makers.finding_responded(**_of(finding), answer=answer, clearance=draw(clearances))
    return RespondToFinding(response=response)


@st.composite
def closings(draw: st.DrawFn, around: Circumstances, history: History) -> CloseFinding:
    finding = draw(_found(history, FindingIssued, makers.finding_issued()))
    outcomes = ("withdrawn", "explained", "carried_forward", "addressed")
    closing = makers.finding_closed(
        **_of(finding),
        mandate_id=draw(_mandates(history)),
        outcome=draw(st.sampled_from(outcomes)),
    )
    return CloseFinding(closing=closing, circumstances=around)


@st.composite
def recommendations(
    draw: st.DrawFn, around: Circumstances, history: History
) -> IssueRecommendation:
    finding = draw(_found(history, FindingIssued, makers.finding_issued()))
    recommendation = makers.recommendation_issued(
        **_of(finding),
        mandate_id=draw(_mandates(history)),
        recommendation_id=draw(st.sampled_from(("R-1", "R-2"))),
        respond_by=draw(mostly(date(2027, 1, 31), date(2025, 1, 1))),
    )
    return IssueRecommendation(recommendation=recommendation, circumstances=around)


@st.composite
def answers(draw: st.DrawFn, around: Circumstances, history: History) -> Command:
    """A response to a recommendation, or what an auditor found of it later."""
    made = draw(_found(history, RecommendationIssued, makers.recommendation_issued()))
    on = {**_of(made), "recommendation_id": made.recommendation_id}
    if draw(st.booleans()):
        response = makers.recommendation_responded(**on, clearance=draw(clearances))
        return RespondToRecommendation(response=response)
    follow_up = makers.recommendation_followed_up(
        **on,
        mandate_id=draw(_mandates(history)),
        effective_on=draw(mostly(date(2025, 2, 1), date(2028, 1, 1))),
        status=draw(st.sampled_from(("in_progress", "implemented"))),
    )
    return FollowUp(follow_up=follow_up, circumstances=around)


COMMANDS = (observations, findings, responses, closings, recommendations, answers)
EVENTS = (
    makers.observation_recorded(),
    makers.finding_issued(),
    makers.finding_responded(),
    makers.finding_closed(),
    makers.recommendation_issued(),
    makers.recommendation_responded(),
    makers.recommendation_followed_up(),
)
"""Events that no rule need have allowed."""
