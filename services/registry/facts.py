"""Registry: the facts that the rules on reports go by, from the log as of a position."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import orjson

from contracts.catalogue import contract
from contracts.errors import VerificationFailed
from contracts.events import (
    AcceptanceRevoked,
    CommitmentDeclared,
    CommitmentProgressReported,
    CommitmentWithdrawn,
    CycleOpened,
    DelegationGranted,
    DelegationRevoked,
    FocalPointDesignated,
    FocalPointDesignationEnded,
    PlanConcluded,
    PlanRegistered,
    PlanRevised,
    RegistryEvent,
    ReportAccepted,
    ReportWithdrawn,
    parse_event,
)
from contracts.pointer import join, match
from contracts.rules.facts import Accepted, Commitment, Person, Plan
from contracts.sealing import Disclosure, reveal
from services.registry.domain.streams import plan_stream, report_stream
from services.registry.log import Log

FILED = frozenset({"report-submitted", "corrigendum-filed", "nothing-new-declared"})
LARGE = FILED - {"nothing-new-declared"}
"""Types whose bodies carry a document; of these only the one that counts is read."""


_AT_ONCE = 500
"""Streams in one query; a document may name more plans than a database takes parameters."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """Reads the log as it was when its last entry was `position`."""

    log: Log
    position: int

    def events(self, streams: Iterable[str]) -> dict[str, list[RegistryEvent]]:
        """Read streams: the events in each."""
        wanted, read = list(dict.fromkeys(streams)), {}
        for first in range(0, len(wanted), _AT_ONCE):
            some = self.log.read_streams(wanted[first : first + _AT_ONCE])
            for stream, entries in some.items():
                read[stream] = [
                    parse_event(entry.type, orjson.loads(body))
                    for entry, body in entries
                    if entry.position <= self.position
                ]
        return read

    def accepted(self, participant: str, cycle_id: str) -> Accepted | None:
        """Find the report for another cycle that was accepted last; `None` if none was."""
        outlines = self.log.outlines(
            report_stream(f"{participant}-"), self.position, without_body=LARGE
        )
        versions: defaultdict[str, list[int]] = defaultdict(list)
        standing: dict[tuple[str, int], None] = {}
        for outline in outlines:
            if outline.type in FILED:
                versions[outline.stream].append(outline.position)
            elif outline.body is not None:
                _stand(
                    standing, outline.stream, parse_event(outline.type, orjson.loads(outline.body))
                )
        own = report_stream(f"{participant}-{cycle_id}")
        for stream, version in reversed(standing):
            if stream != own:
                return self._opened(versions, stream, version)
        return None

    def has_version(self, participant: str, cycle_id: str) -> bool:
        """Say whether a version of a report is on file."""
        own = report_stream(f"{participant}-{cycle_id}")
        outlines = self.log.outlines(own, self.position, without_body=FILED)
        return any(one.stream == own and one.type in FILED for one in outlines)

    def _opened(
        self, versions: Mapping[str, list[int]], stream: str, version: int
    ) -> Accepted | None:
        """Give a version with its document, or with that of the version which it renews."""
        position, seen = versions[stream][version - 1], set[int]()
        while position not in seen:
            seen.add(position)
            found = self.log.find_entry(position)
            if found is None:
                return None
            body = orjson.loads(found.body)
            if found.type != "nothing-new-declared":
                return self._accepted(position, body)
            position = versions[report_stream(body["renews_report"])][body["renews_version"] - 1]
        return None

    def _accepted(self, position: int, body: dict[str, Any]) -> Accepted:
        held = self.log.disclosures(position - 1, position, seen_by=body["participant"])
        template = contract(body["document"]["$schema"])
        return Accepted(
            cycle_id=body["cycle_id"],
            report_version=body["report_version"],
            document=_revealed(body, [one.encoded for one in held])["document"],
            sealed=tuple(_sealed(body["document"], [one.pointer for one in template.sections])),
        )


def _stand(standing: dict[tuple[str, int], None], stream: str, event: RegistryEvent) -> None:
    """Follow which versions stand as accepted; the one accepted last stands last."""
    match event:
        case ReportAccepted():
            standing.pop((stream, event.report_version), None)
            standing[stream, event.report_version] = None
        case AcceptanceRevoked():
            standing.pop((stream, event.report_version), None)
        case ReportWithdrawn():
            for key in [key for key in standing if key[0] == stream]:
                del standing[key]
        case _:
            pass


def _revealed(body: dict[str, Any], encoded: Iterable[str]) -> Any:
    for one in encoded:
        try:
            body = reveal(body, [Disclosure.parse(one)])
        except VerificationFailed:  # it stays sealed, and rules say that they could not look
            continue
    return body


def _sealed(document: Mapping[str, Any], patterns: Iterable[str]) -> Iterator[str]:
    for pattern in patterns:
        for way, section in match(document, pattern):
            if isinstance(section, dict) and "sealed" in section:
                yield join(way)


def people_of(events: Iterable[RegistryEvent]) -> tuple[Person, ...]:
    """Fold a participant's focal points and delegations."""
    people: dict[str, Person] = {}
    for event in events:
        match event:
            case FocalPointDesignated():
                people[event.focal_point_id] = Person(
                    person_id=event.focal_point_id,
                    role="focal_point",
                    first_day=event.term_from,
                    last_day=event.term_to,
                )
            case DelegationGranted():
                people[event.delegation_id] = Person(
                    person_id=event.delegation_id,
                    role="delegate",
                    first_day=event.term_from,
                    last_day=event.term_to,
                    parts=event.units,
                )
            case FocalPointDesignationEnded():
                _end(people, event.focal_point_id, event.ended_on)
            case DelegationRevoked():
                _end(people, event.delegation_id, event.revoked_on)
            case _:
                pass
    return tuple(people.values())


def _end(people: dict[str, Person], person_id: str, last_day: date) -> None:
    if person_id in people:
        people[person_id] = replace(people[person_id], last_day=last_day)


def plan_of(events: Iterable[RegistryEvent], day: date) -> Plan | None:
    """Fold a plan as it stands on a day; `None`: it is not registered."""
    plan: Plan | None = None
    for event in events:
        if isinstance(event, PlanRegistered):
            plan = Plan(
                plan_id=event.plan_id,
                participant=event.participant,
                scope=event.scope,
                period_from=event.period_from,
                period_to=event.period_to,
            )
        elif plan is not None and getattr(event, "effective_on", day) <= day:
            plan = _later(plan, event)
    return plan


def _later(plan: Plan, event: RegistryEvent) -> Plan:
    match event:
        case PlanRevised():
            return replace(plan, period_from=event.period_from, period_to=event.period_to)
        case PlanConcluded():
            return replace(plan, concluded_on=event.effective_on)
        case CommitmentDeclared():
            commitment = Commitment(commitment_id=event.commitment_id, target_on=event.target_on)
            return _with(plan, commitment)
        case CommitmentProgressReported() if event.commitment_id in plan.commitments:
            before = plan.commitments[event.commitment_id]
            return _with(plan, replace(before, implementation_status=event.implementation_status))
        case CommitmentWithdrawn() if event.commitment_id in plan.commitments:
            before = plan.commitments[event.commitment_id]
            return _with(plan, replace(before, withdrawn_on=event.effective_on))
        case _:
            return plan


def _with(plan: Plan, commitment: Commitment) -> Plan:
    commitments = {**plan.commitments, commitment.commitment_id: commitment}
    return replace(plan, commitments=commitments)


def opened(events: Iterable[RegistryEvent]) -> CycleOpened | None:
    """Give what governs a cycle; `None`: it was never opened."""
    return next((event for event in events if isinstance(event, CycleOpened)), None)


def plans_named(document: Mapping[str, Any]) -> list[str]:
    """Give the ids of the plans that a sound document names."""
    named = [row.get("plan_id") for row in document.get("plans", ())]
    sections = [*document.get("statements", {}).values(), document.get("human_rights", {})]
    for section in sections:
        for measure in section.get("measures", ()):
            named += [link.get("plan_id") for link in measure.get("commitments", ())]
    return [one for one in dict.fromkeys(named) if one]


def plan_streams(
    log: Log, participant: str, position: int, document: Mapping[str, Any]
) -> list[str]:
    """Name the streams of the participant's plans and of those that the document names."""
    own = log.plan_streams(participant, position)
    return list(dict.fromkeys([*own, *map(plan_stream, plans_named(document))]))
