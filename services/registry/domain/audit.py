"""Pure memory of audits: what auditors said on the claims of a report, and what was answered.

What auditors examine is a claim: the statement on a unit, or a measure in it, of exactly one
version that is the participant's own word. A mandate in force covers whoever speaks; another
auditor may go on where a mandate has ended.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, TypeAlias

from contracts.events import (
    FindingClosed,
    FindingIssued,
    FindingResponded,
    MandateGranted,
    MandateRevoked,
    NothingNewDeclared,
    ObservationRecorded,
    PersonalDataErased,
    RecommendationFollowedUp,
    RecommendationIssued,
    RecommendationResponded,
    RegistryEvent,
)
from contracts.events.audits import AuditorsAct, ClaimNamed
from contracts.events.shared import Sealed
from services.kit.errors import Refused
from services.registry.domain import mandate, report
from services.registry.domain.circumstances import Circumstances
from services.registry.domain.mandate import Mandate
from services.registry.domain.openness import Section, check_not_more_open
from services.registry.domain.report import Version, check_stands, version_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Recommendation:
    """A recommendation, what was answered, and how far it was found to be carried out."""

    issued: RecommendationIssued
    responses: tuple[RecommendationResponded, ...] = ()
    follow_ups: tuple[RecommendationFollowedUp, ...] = ()

    @property
    def is_done(self) -> bool:
        """Whether it was last found to be carried out, or pointless by now."""
        latest = max(
            enumerate(self.follow_ups), key=lambda one: (one[1].effective_on, one[0]), default=None
        )
        return latest is not None and latest[1].status in {"implemented", "overtaken"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A finding, what was answered, what is recommended, and how it ended (`None`: open)."""

    issued: FindingIssued
    responses: tuple[FindingResponded, ...] = ()
    recommendations: Mapping[str, Recommendation]
    closed: FindingClosed | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Audit:
    """All that auditors said on one report, the report, and the mandate of whoever speaks."""

    observations: Mapping[str, ObservationRecorded]
    findings: Mapping[str, Finding]
    mandates: Mapping[str, Mandate]
    facts: report.Facts

    def recommendation(self, recommendation_id: str) -> Recommendation | None:
        """Find a recommendation, whatever finding it is on."""
        for finding in self.findings.values():
            if recommendation_id in finding.recommendations:
                return finding.recommendations[recommendation_id]
        return None


NOTHING = Audit(observations={}, findings={}, mandates={}, facts=report.NOTHING)

_OnFinding: TypeAlias = (
    FindingResponded
    | FindingClosed
    | RecommendationIssued
    | RecommendationResponded
    | RecommendationFollowedUp
)


def evolve(state: Audit, event: RegistryEvent) -> Audit:
    """Give the state after an event of the audit, the report, or a mandate."""
    match event:
        case ObservationRecorded():
            observations = {**state.observations, event.observation_id: event}
            return replace(state, observations=observations)
        case FindingIssued():
            return _with(state, Finding(issued=event, recommendations={}))
        case (
            FindingResponded()
            | FindingClosed()
            | RecommendationIssued()
            | RecommendationResponded()
            | RecommendationFollowedUp()
        ):
            finding = state.findings.get(event.finding_id)
            return state if finding is None else _with(state, _followed(finding, event))
        case MandateGranted() | MandateRevoked():
            return _mandated(state, event.mandate_id, event)
        case PersonalDataErased(participant=None):
            return _mandated(state, event.person_id, event)
        case _:
            return replace(state, facts=report.evolve(state.facts, event))


def _followed(finding: Finding, event: _OnFinding) -> Finding:
    match event:
        case FindingResponded():
            return replace(finding, responses=(*finding.responses, event))
        case FindingClosed():
            return replace(finding, closed=event)
        case RecommendationIssued():
            return _recommended(finding, Recommendation(issued=event))
        case RecommendationResponded() | RecommendationFollowedUp():
            one = finding.recommendations.get(event.recommendation_id)
            if one is None:
                return finding
            if isinstance(event, RecommendationResponded):
                return _recommended(finding, replace(one, responses=(*one.responses, event)))
            return _recommended(finding, replace(one, follow_ups=(*one.follow_ups, event)))


def _recommended(finding: Finding, one: Recommendation) -> Finding:
    recommendations = {**finding.recommendations, one.issued.recommendation_id: one}
    return replace(finding, recommendations=recommendations)


def _with(state: Audit, finding: Finding) -> Audit:
    return replace(state, findings={**state.findings, finding.issued.finding_id: finding})


def _mandated(state: Audit, mandate_id: str, event: RegistryEvent) -> Audit:
    known = mandate.evolve(state.mandates.get(mandate_id, Mandate()), event)
    return replace(state, mandates={**state.mandates, mandate_id: known})


# --- refusals


class MandateNotInForce(Refused):
    """An auditor speaks within the term of a mandate that the register knows."""

    code = "mandate-not-in-force"
    title = "No mandate by this id is in force."


class NotInTheMandate(Refused):
    """A mandate is for the claims of some participants, in some cycles."""

    code = "not-in-the-mandate"
    title = "The mandate is not for the claims of this participant in this cycle."


class NoSuchClaim(Refused):
    """A claim is a statement that the version itself carries, or a measure in it."""

    code = "no-such-claim"
    title = "The version carries no such statement, or no such measure in it."


class MeasureIsSealed(Refused):
    """The id of a measure is public in what names it, so it may not come out of a sealed section.

    Say which measure is meant in the text, which is as restricted as the statement.
    """

    code = "measure-is-sealed"
    title = "The statement is sealed, and so are the ids of its measures."


class NoSuchFinding(Refused):
    """Responses, recommendations and closings are on a finding."""

    code = "no-such-finding"
    title = "No finding by this id was issued on the report."


class FindingIsClosed(Refused):
    """A finding is closed once, and nothing is added to it afterwards."""

    code = "finding-is-closed"
    title = "The finding was closed."


class RespondByHasPassed(Refused):
    """Whoever is asked to respond has at least the day on which it is asked."""

    code = "respond-by-has-passed"
    title = "The day by which a response is asked for has passed already."


REFUSALS = (
    MandateNotInForce,
    NotInTheMandate,
    NoSuchClaim,
    MeasureIsSealed,
    NoSuchFinding,
    FindingIsClosed,
    RespondByHasPassed,
)

# --- checks that several rules make


def check_mandate(state: Audit, act: AuditorsAct, circumstances: Circumstances) -> None:
    """Refuse an auditor whose mandate does not cover the report today."""
    known = state.mandates.get(act.mandate_id, Mandate())
    granted = known.granted
    if granted is None or known.erased is not None:
        raise MandateNotInForce
    revoked_on = known.revoked.revoked_on if known.revoked else date.max
    last = min(granted.term_to, revoked_on)
    if not granted.term_from <= circumstances.today <= last:
        raise MandateNotInForce(f"its term is {granted.term_from} to {last}")
    if granted.participants is not None and act.participant not in granted.participants:
        raise NotInTheMandate
    if granted.cycles is not None and act.cycle_id not in granted.cycles:
        raise NotInTheMandate


def check_claim(state: Audit, claim: ClaimNamed, said: Section) -> None:
    """Refuse what is on no claim that stands, or would let more people read of it than it does.

    Args:
        state: with the report.
        claim: as it is named.
        said: of the claim.
    """
    versions = state.facts.report(claim.report_id)
    version = version_of(versions, claim.report_version, claim.digest)
    check_stands(versions, claim.report_version)
    if not _makes(version, claim.unit, claim.measure_id):
        raise NoSuchClaim
    if not version.is_shown(claim.unit):
        if claim.measure_id is not None and version.sections[claim.unit] is not None:
            raise MeasureIsSealed
        check_not_more_open(said, Sealed.model_validate(_hidden(version, claim.unit)))


def _hidden(version: Version, unit: str) -> Mapping[str, Any]:
    """Give the marker of a statement; one that is no longer shown counts as sealed for good."""
    if isinstance(version.filed, NothingNewDeclared) or version.sections[unit] is None:
        return {"sealed": ""}
    marker: Mapping[str, Any] = version.filed.document["statements"][unit]
    return marker


def _makes(version: Version, unit: str, measure_id: str | None) -> bool:
    """Say whether a version makes a claim; into a sealed statement nobody looks here."""
    if isinstance(version.filed, NothingNewDeclared):
        return False
    statement = version.filed.document.get("statements", {}).get(unit)
    if statement is None:
        return False
    if measure_id is None or "sealed" in statement:
        return True
    return measure_id in {one["measure_id"] for one in statement.get("measures", ())}


def finding_of(state: Audit, finding_id: str) -> Finding:
    """Give a finding, or refuse one that was not issued."""
    if finding_id not in state.findings:
        raise NoSuchFinding
    return state.findings[finding_id]


def open_finding(state: Audit, finding_id: str) -> Finding:
    """Give a finding that is not closed."""
    finding = finding_of(state, finding_id)
    if finding.closed is not None:
        raise FindingIsClosed
    return finding


def check_respond_by(respond_by: date, circumstances: Circumstances) -> None:
    """Refuse a day that leaves no time to respond."""
    if respond_by < circumstances.today:
        raise RespondByHasPassed(f"today is {circumstances.today}")
