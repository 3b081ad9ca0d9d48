"""Registry: examines a report against the register as of one position; the same for all who ask.

A dry run and a submission go this one way, so that they find the same. It sees the document before
anything is sealed; what it finds in sections that will be sealed is told to whoever sent the
document, and is not recorded (`noted`).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date
from functools import reduce
from typing import Any
from zoneinfo import ZoneInfo

from contracts.events import CycleOpened, RegistryEvent, RuleDeactivated
from contracts.events.reports import NotedFinding
from contracts.faults import Fault
from contracts.pointer import split
from contracts.rules.engine import examine, rests_on
from contracts.rules.examination import MOST_FINDINGS, Examination
from contracts.rules.facts import Cycle, Facts
from contracts.rules.reading import Clearance
from contracts.rules.ruleset import versions
from contracts.rules.soundness import sound_part
from services.kit.clock import Clock
from services.registry.citing import cited
from services.registry.domain import evidence
from services.registry.domain.streams import (
    cycle_stream,
    evidence_stream,
    focal_point_stream,
    ruleset_stream,
)
from services.registry.facts import Reader, opened, people_of, plan_of, plan_streams
from services.registry.log import Log, Publisher

RULESET_VERSION = "1.0.0"
"""The rules where no cycle says which; a cycle that is governed by rules which this edition of the
registry does not have refuses its reports until it has."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HandedIn:
    """What is to be examined."""

    document: Any
    """The report as submitted; may be anything that has passed the gate."""
    faults: Sequence[Fault] = ()
    """Of its structure."""
    clearance: Clearance | None = None
    explanations: Sequence[Mapping[str, Any]] = ()

    @property
    def participant(self) -> str | None:
        """Whose report it is; `None` where that cannot be read."""
        return self._cover.get("participant")

    @property
    def cycle_id(self) -> str | None:
        """For which cycle it is; `None` where that cannot be read."""
        return self._cover.get("cycle_id")

    @property
    def sound(self) -> Mapping[str, Any]:
        """What of the document follows its contract."""
        found: Mapping[str, Any] = (
            sound_part(self.document, self.faults) if self.faults else self.document
        )
        return found

    @property
    def _cover(self) -> Mapping[str, Any]:
        found: Mapping[str, Any] = self.sound.get("cover", {})
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Examined:
    """What came of it, and what the register keeps sealed of what it was compared with."""

    examination: Examination
    sealed_before: Sequence[str]

    def noted(self, sealed: Iterable[str]) -> tuple[NotedFinding, ...]:
        """Give what is recorded with the report, which everybody may read.

        What rests on a section that is sealed would say something of it; it is left out, unless
        the participant itself speaks of it in an explanation.

        Args:
            sealed: pointers of the sections of this report that are sealed.
        """
        kept = [tuple(split(section)) for section in (*sealed, *self.sealed_before)]
        found = (*self.examination.findings, *self.examination.not_evaluated)
        return tuple(
            NotedFinding.model_validate(
                {
                    "code": finding.code,
                    "severity": finding.severity,  # no blocker gets as far as this
                    "pointer": finding.pointer,
                    "outcome": finding.outcome,
                }
            )
            for finding in found
            if finding.explained or not rests_on(finding, kept)
        )[:MOST_FINDINGS]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Known:
    facts: Facts
    ruleset_version: str
    deactivated: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Examiner:
    """Looks things up in the register, as of the last entry that is signed."""

    log: Log
    publisher: Publisher
    clock: Clock

    def examine(self, handed_in: HandedIn, *, with_register: bool = True) -> Examined:
        """Examine a report.

        Args:
            handed_in: the document and what was said with it.
            with_register: whether whoever asks may know what the register says; a rule that needs
                it is not evaluated otherwise.
        """
        found = self._known(handed_in) if with_register else None
        version = found.ruleset_version if found else RULESET_VERSION
        facts = found.facts if found else None
        examination = examine(
            handed_in.document,
            version,
            facts,
            deactivated=found.deactivated if found else (),
            explanations=[(one["code"], one["pointer"]) for one in handed_in.explanations],
            clearance=handed_in.clearance,
            faults=handed_in.faults,
        )
        sealed_before = facts.accepted.sealed if facts and facts.accepted else ()
        return Examined(examination=examination, sealed_before=sealed_before)

    def _known(self, handed_in: HandedIn) -> _Known | None:
        participant, cycle_id = handed_in.participant, handed_in.cycle_id
        if participant is None or cycle_id is None:
            return None
        reader = Reader(log=self.log, position=self.publisher.latest().size)
        plans = plan_streams(self.log, participant, reader.position, handed_in.sound)
        own = (focal_point_stream(participant), evidence_stream(participant))
        read = reader.events([cycle_stream(cycle_id), *own, *plans])
        cycle = opened(read[cycle_stream(cycle_id)])
        version = cycle.ruleset_version if cycle else RULESET_VERSION
        if version not in versions():
            version = RULESET_VERSION
        day = self._day(cycle)
        found = {name: plan_of(read[name], day) for name in plans}
        facts = Facts(
            day=day,
            position=reader.position,
            participant=participant,
            cycle=_cycle(cycle) if cycle else None,
            people=people_of(read[focal_point_stream(participant)]),
            plans={plan.plan_id: plan for plan in found.values() if plan is not None},
            assistance=cited(reader, handed_in.sound, participant=participant, day=day),
            accepted=reader.accepted(participant, cycle_id),
            has_version=reader.has_version(participant, cycle_id),
            evidence=reduce(
                evidence.evolve, read[evidence_stream(participant)], evidence.NOTHING
            ).standing,
        )
        rules = reader.events([ruleset_stream(version)])[ruleset_stream(version)]
        return _Known(
            facts=facts, ruleset_version=version, deactivated=frozenset(_deactivated(rules, day))
        )

    def _day(self, cycle: CycleOpened | None) -> date:
        zone = ZoneInfo(cycle.time_zone) if cycle else UTC
        return self.clock().astimezone(zone).date()


def _cycle(cycle: CycleOpened) -> Cycle:
    return Cycle(
        cycle_id=cycle.cycle_id,
        period_from=cycle.period_from,
        period_to=cycle.period_to,
        instrument_edition=cycle.instrument_edition,
    )


def _deactivated(events: Iterable[RegistryEvent], day: date) -> Iterator[str]:
    for event in events:
        if isinstance(event, RuleDeactivated) and event.effective_on <= day:
            yield event.rule
