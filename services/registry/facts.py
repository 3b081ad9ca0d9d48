"""Registry: the facts that the rules on reports go by, from the log as of a position."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import reduce
from typing import Any

import orjson

from contracts.catalogue import contract
from contracts.errors import VerificationFailed
from contracts.events import (
    AcceptanceRevoked,
    CycleOpened,
    RegistryEvent,
    ReportAccepted,
    ReportWithdrawn,
    parse_event,
)
from contracts.pointer import join, match
from contracts.rules.facts import Accepted, Commitment, Person, Plan
from contracts.sealing import Disclosure, reveal
from services.registry.domain import course
from services.registry.domain.course import evolve as plans_after
from services.registry.domain.people import NOBODY
from services.registry.domain.people import evolve as people_after
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
    """Give a participant's focal points and delegates, each until the day that ends the term.

    Who was erased is not among them: who cannot be identified acts for nobody.
    """
    people = reduce(people_after, events, NOBODY)
    points = (
        Person(
            person_id=person_id,
            role="focal_point",
            first_day=one.designated.term_from,
            last_day=one.last_day,
        )
        for person_id, one in people.designations.items()
    )
    delegates = (
        Person(
            person_id=person_id,
            role="delegate",
            first_day=one.granted.term_from,
            last_day=people.last_day_of(one),
            parts=one.granted.units,
        )
        for person_id, one in people.delegations.items()
    )
    return tuple(one for one in (*points, *delegates) if one.person_id not in people.erased)


def plan_of(events: Iterable[RegistryEvent], day: date) -> Plan | None:
    """Give a plan as it stands on a day; `None`: it is not registered."""
    plans = reduce(plans_after, events, course.INITIAL).plans
    return next((_on(plan, day) for plan in plans.values()), None)


def _on(plan: course.Plan, day: date) -> Plan:
    described = plan.description(day)
    concluded = plan.concluded
    declared = (one for one in plan.commitments.values() if one.declared.effective_on <= day)
    return Plan(
        plan_id=plan.registered.plan_id,
        participant=plan.registered.participant,
        scope=plan.registered.scope,
        period_from=described.period_from,
        period_to=described.period_to,
        concluded_on=concluded.effective_on if concluded else None,
        commitments={one.declared.commitment_id: _commitment(one, day) for one in declared},
    )


def _commitment(one: course.Commitment, day: date) -> Commitment:
    progress = one.progress_on(day)
    return Commitment(
        commitment_id=one.declared.commitment_id,
        target_on=one.declared.target_on,
        withdrawn_on=one.withdrawn.effective_on if one.withdrawn else None,
        implementation_status=progress.implementation_status if progress else None,
    )


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
