"""Pure rules of reporting cycles: opened once, with everything that governs it, and closed once."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date
from typing import TypeAlias, assert_never
from zoneinfo import ZoneInfo

from contracts.events import CycleClosed, CycleOpened, RegistryEvent
from services.kit.decider import Decider
from services.kit.errors import Refused
from services.registry.domain import publication
from services.registry.domain.circumstances import Circumstances, UnknownEdition, check_period
from services.registry.domain.publication import METHODOLOGY, NONE_YET, Publication, Publications
from services.registry.domain.report import NoSuchCycle
from services.registry.domain.ruling import Ruling, ruling_by
from services.registry.domain.streams import (
    cycle_stream,
    instrument_stream,
    methodology_stream,
    ruleset_stream,
)

# --- commands


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenCycle:
    """Open a reporting cycle; it may open on a later day."""

    cycle: CycleOpened
    circumstances: Circumstances


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseCycle:
    """Close a reporting cycle, today or on a later day."""

    closing: CycleClosed
    circumstances: Circumstances


CycleCommand: TypeAlias = OpenCycle | CloseCycle

# --- state


@dataclass(frozen=True, slots=True, kw_only=True)
class Cycle:
    """A cycle (`None`: not opened, not closed), and what was published that could govern it."""

    opened: CycleOpened | None
    closed: CycleClosed | None
    published: Publications


def evolve(state: Cycle, event: RegistryEvent) -> Cycle:
    """Give the state after an event of the cycle, or a publication."""
    match event:
        case CycleOpened():
            return replace(state, opened=event)
        case CycleClosed():
            return replace(state, closed=event)
        case _:
            return replace(state, published=publication.evolve(state.published, event))


# --- refusals


class CycleIdTaken(Refused):
    """A cycle is opened once under its id."""

    code = "cycle-id-taken"
    title = "Another cycle was opened under this id."


class DueBeforeOpening(Refused):
    """Reports are due when the cycle has opened."""

    code = "due-before-opening"
    title = "Reports cannot be due before the cycle opens."


class NegativeGrace(Refused):
    """Days of grace come on top of the due day."""

    code = "negative-grace"
    title = "The number of days of grace is zero or more."


class UnknownTimeZone(Refused):
    """The day of receipt is counted in a zone that everybody can look up."""

    code = "unknown-time-zone"
    title = "The time zone is not a name of the IANA time zone database."


class UnknownTemplate(Refused):
    """Reports of a cycle follow a contract that is published."""

    code = "unknown-template"
    title = "No such version of the report's contract is published."


class UnknownRuleset(Refused):
    """Reports of a cycle are checked by rules that are published."""

    code = "unknown-ruleset"
    title = "No such version of the rules on reports is published."


class UnknownMethodology(Refused):
    """Figures of a cycle are counted by a method that is published."""

    code = "unknown-methodology"
    title = "No such version of the method of reporting rates is published."


class NotYetInEffect(Refused):
    """A publication says from which day on cycles may name it."""

    code = "not-yet-in-effect"
    title = "The cycle names a publication that is not in effect yet."


class CycleAlreadyClosed(Refused):
    """A cycle is closed once."""

    code = "cycle-already-closed"
    title = "The reporting cycle was closed already."


class ClosesBeforeOpening(Refused):
    """The last day of a cycle is not before its first."""

    code = "closes-before-opening"
    title = "A cycle cannot close before it opens."


class ClosesInThePast(Refused):
    """What was received on a day that has passed stays received."""

    code = "closes-in-the-past"
    title = "A cycle is closed today or on a later day: what was received is received."


REFUSALS = (
    CycleIdTaken,
    DueBeforeOpening,
    NegativeGrace,
    UnknownTimeZone,
    UnknownTemplate,
    UnknownRuleset,
    UnknownMethodology,
    NotYetInEffect,
    CycleAlreadyClosed,
    ClosesBeforeOpening,
    ClosesInThePast,
)

# --- rules


def decide(command: CycleCommand, state: Cycle) -> tuple[RegistryEvent, ...]:
    """Open or close the cycle; the very same a second time changes nothing."""
    match command:
        case OpenCycle():
            return _open(command, state)
        case CloseCycle():
            return _close(command, state)
        case _:
            assert_never(command)


def _open(command: OpenCycle, state: Cycle) -> tuple[RegistryEvent, ...]:
    cycle = command.cycle
    if state.opened == cycle:
        return ()
    if state.opened is not None:
        raise CycleIdTaken
    check_period(cycle.period_from, cycle.period_to)
    if cycle.due_on < cycle.opens_on:
        raise DueBeforeOpening(f"opens on {cycle.opens_on}, due on {cycle.due_on}")
    if cycle.grace_days < 0:
        raise NegativeGrace
    if not _is_time_zone(cycle.time_zone):
        raise UnknownTimeZone
    _check_governed(cycle, state.published, command.circumstances)
    return (cycle,)


def _check_governed(
    cycle: CycleOpened, published: Publications, circumstances: Circumstances
) -> None:
    """Refuse what is neither shipped nor published, or published for a later day."""
    shipped, today = circumstances.shipped, circumstances.day_in(cycle.time_zone)
    if cycle.template_version not in shipped.templates:
        raise UnknownTemplate
    edition = published.editions.get(cycle.instrument_edition)
    ruleset = published.rulesets.get(cycle.ruleset_version)
    method = published.methodologies.get((METHODOLOGY, cycle.methodology_version))
    _check_known(edition, cycle.instrument_edition, circumstances.editions, UnknownEdition)
    _check_known(ruleset, cycle.ruleset_version, shipped.rulesets, UnknownRuleset)
    _check_known(method, cycle.methodology_version, shipped.methodologies, UnknownMethodology)
    for one in (edition, ruleset, method):
        _check_in_effect(one, today)


def _check_known(
    published: Publication | None,
    version: str,
    shipped: Collection[str],
    refusal: type[Refused],
) -> None:
    if published is None and version not in shipped:
        raise refusal


def _check_in_effect(published: Publication | None, day: date) -> None:
    if published is not None and day < published.effective_on:
        raise NotYetInEffect(f"cycles may name it from {published.effective_on} on")


def _is_time_zone(name: str) -> bool:
    """Say whether a zone has this name everywhere.

    `localtime`, and what stands under `posix` and `right`, are files of one machine.
    """
    area, _, place = name.partition("/")
    if name != "UTC" and (not place or area in {"posix", "right"}):
        return False
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return False
    return True


def _close(command: CloseCycle, state: Cycle) -> tuple[RegistryEvent, ...]:
    closing = command.closing
    if state.opened is None:
        raise NoSuchCycle
    if state.closed == closing:
        return ()
    if state.closed is not None:
        raise CycleAlreadyClosed(f"its last day is {state.closed.effective_on}")
    if closing.effective_on < state.opened.opens_on:
        raise ClosesBeforeOpening(f"it opens on {state.opened.opens_on}")
    today = command.circumstances.day_in(state.opened.time_zone)
    if closing.effective_on < today:
        raise ClosesInThePast(f"today is {today}")
    return (closing,)


DECIDER: Decider[CycleCommand, Cycle, RegistryEvent] = Decider(
    decide=decide,
    evolve=evolve,
    initial=Cycle(opened=None, closed=None, published=NONE_YET),
)


def ruling(command: CycleCommand) -> Ruling:
    """Say what is read: the cycle's own stream; to open one, what could govern it, too."""
    match command:
        case OpenCycle():
            cycle = command.cycle
            return ruling_by(
                DECIDER,
                command,
                target=cycle_stream(cycle.cycle_id),
                also=(
                    instrument_stream(),
                    ruleset_stream(cycle.ruleset_version),
                    methodology_stream(METHODOLOGY),
                ),
            )
        case CloseCycle():
            return ruling_by(DECIDER, command, target=cycle_stream(command.closing.cycle_id))
        case _:
            assert_never(command)
