"""Pure rules of publication: a participant lets sections of a version be shown, or no longer.

What was sealed is revealed by the event itself, for ever: showing it less later takes nothing out
of the log, nor out of anybody's copies. Any version may be named, not the latest alone: an update
lets what an earlier document says stand, and every version can be read.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias, assert_never

from contracts.events import PublicationAuthorised, PublicationRestricted, RegistryEvent
from contracts.events.reports import Revealed
from contracts.sealing import disclosure_digest
from services.kit.decider import Decider
from services.kit.errors import Finding, Refused
from services.registry.domain.report import (
    NOTHING,
    Facts,
    NoUnitNamed,
    Version,
    WithdrawnReport,
    check_cleared,
    evolve,
    version_of,
)
from services.registry.domain.ruling import Ruling, ruling_by
from services.registry.domain.streams import report_stream

# --- commands


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthorisePublication:
    """Let sections of a version be shown."""

    asked: PublicationAuthorised
    """Without anything revealed: that is for the rules to say."""
    held: Mapping[str, str]
    """By section of that version, the disclosures that the registry still holds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RestrictPublication:
    """Let sections of a version no longer be shown."""

    restriction: PublicationRestricted


PublicationCommand: TypeAlias = AuthorisePublication | RestrictPublication

# --- refusals


class NoSuchSection(Refused):
    """What is shown or not are the sections that a version's own document has."""

    code = "no-such-section"
    title = "The document of this version has no section by this name that can be shown or not."


class DisclosureNotHeld(Refused):
    """What was erased cannot be revealed any more."""

    code = "disclosure-not-held"
    title = "The registry no longer holds what opens this section."


class NotShown(Refused):
    """Only what is shown can be restricted."""

    code = "not-shown"
    title = "This section is not shown, so that there is nothing to restrict."


REFUSALS = (NoSuchSection, DisclosureNotHeld, NotShown)

# --- rules


def decide(command: PublicationCommand, facts: Facts) -> tuple[RegistryEvent, ...]:
    """Show or restrict the sections; what is so already changes nothing."""
    match command:
        case AuthorisePublication(asked=act):
            version = _version(act, facts)
            _check_sections(act.units, version)
            return _authorised(command, version)
        case RestrictPublication(restriction=act):
            version = _version(act, facts)
            _check_sections(act.units, version)
            return _restricted(act, version)
        case _:
            assert_never(command)


def _version(act: PublicationAuthorised | PublicationRestricted, facts: Facts) -> Version:
    return version_of(facts.report(act.report_id), act.report_version, act.digest)


def _check_sections(units: tuple[str, ...], version: Version) -> None:
    if not units:
        raise NoUnitNamed
    _refuse_any(NoSuchSection, units, [unit for unit in units if unit not in version.sections])


def _authorised(command: AuthorisePublication, version: Version) -> tuple[RegistryEvent, ...]:
    asked = command.asked
    if all(version.is_shown(unit) for unit in asked.units):
        return ()
    if version.withdrawn is not None:
        raise WithdrawnReport
    seals = {unit: version.sections[unit] for unit in asked.units if unit not in version.revealed}
    sealed = {unit: seal for unit, seal in seals.items() if seal is not None}
    opening = {unit: command.held[unit] for unit in sealed if unit in command.held}
    fitting = {unit: one for unit, one in opening.items() if disclosure_digest(one) == seals[unit]}
    _refuse_any(DisclosureNotHeld, asked.units, [unit for unit in sealed if unit not in fitting])
    check_cleared(asked.clearance)
    revealed = tuple(Revealed(unit=unit, disclosure=one) for unit, one in fitting.items())
    return (asked.model_copy(update={"revealed": revealed}),)


def _restricted(event: PublicationRestricted, version: Version) -> tuple[RegistryEvent, ...]:
    if all(version.published.get(unit) == event for unit in event.units):
        return ()
    _refuse_any(NotShown, event.units, [unit for unit in event.units if not version.is_shown(unit)])
    check_cleared(event.clearance)
    return (event,)


def _refuse_any(refusal: type[Refused], units: tuple[str, ...], found: list[str]) -> None:
    """Refuse with a finding for each unit that was found wanting, by its place in `units`."""
    findings = [
        Finding(code=refusal.code, pointer=f"/units/{units.index(unit)}", message=refusal.title)
        for unit in found
    ]
    if findings:
        raise refusal(findings=findings)


DECIDER: Decider[PublicationCommand, Facts, RegistryEvent] = Decider(
    decide=decide, evolve=evolve, initial=NOTHING
)


def ruling(command: PublicationCommand) -> Ruling:
    """Say what publication reads: the report."""
    act = command.asked if isinstance(command, AuthorisePublication) else command.restriction
    return ruling_by(DECIDER, command, target=report_stream(act.report_id))
