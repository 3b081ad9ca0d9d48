"""Folding: verified entries become statements; what fails is parked, or stops everything. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache

from pydantic import ValidationError

from contracts.catalogue import dataschema_of
from contracts.events import EVENT_CLASSES, RegistryEvent, parse_event
from services.reporting.projections.base import Projection, Statement
from services.reporting.projections.catalogue import CALLED_ON
from services.reporting.verification import Verified


class Stopped(Exception):
    """The projector may not go beyond a position, and nothing of that page was written."""

    def __init__(self, reason: str, *, position: int) -> None:
        super().__init__(f"stopped at position {position}: {reason}")
        self.reason = reason
        self.position = position
        """Of the entry that may not be projected, or the signed size whose root is wrong."""


class Failed(Exception):
    """One projection failed on one entry."""


@dataclass(slots=True)
class Folded:
    """What a run of entries comes to."""

    statements: list[Statement] = field(default_factory=list)
    held: list[Verified] = field(default_factory=list)
    """Entries that name a parked participant, kept for their release."""
    parked: dict[str, tuple[int, str]] = field(default_factory=dict)
    """First missing position and reason, of each participant parked by these entries."""


def fold(entries: Iterable[Verified], already_parked: Iterable[str]) -> Folded:
    """Give the statements of entries, in order.

    An entry that names a parked participant is held back whole, and parks everyone else it
    names: replayed later, each participant's entries then still come in their own order.

    Raises:
        Stopped: a type or version is unknown, or an entry failed that names no participant.
    """
    folded, parked = Folded(), set(already_parked)
    for each in entries:
        _assert_known(each)
        position = each.entry.position
        if parked and not parked.isdisjoint(names := named_by(each)):
            reason = "named together with a parked participant"
        else:
            try:
                folded.statements += _statements_of(each)
            except Failed as error:
                reason = str(error)
                if not (names := named_by(each)):
                    raise Stopped(reason, position=position) from error
            else:
                continue
        folded.held.append(each)
        folded.parked |= dict.fromkeys(names - parked, (position, reason))
        parked |= names
    return folded


def _statements_of(each: Verified) -> list[Statement]:
    """Give the statements of one entry of a known type and version.

    Raises:
        Failed: its body or a projection failed.
    """
    entry = each.entry
    try:
        event = parse_event(entry.type, each.data)
    except ValidationError as error:
        raise Failed(f"{entry.type} could not be read: {_place(error)}") from error
    return [made for each_of in CALLED_ON[entry.type] for made in _called(each_of, each, event)]


def _assert_known(each: Verified) -> None:
    """Stop before anything is read of a body whose form is not known, even whom it names."""
    entry = each.entry
    if _known_dataschemas().get(entry.type) != entry.dataschema:
        reason = f"expected an event type and version known here, got {entry.type} with "
        raise Stopped(f"{reason}{entry.dataschema}; upgrade reporting", position=entry.position)


def _called(projection: Projection, each: Verified, event: RegistryEvent) -> list[Statement]:
    try:
        return list(projection.on(each.entry, event))
    except Exception as error:
        raise Failed(f"projection {projection.name}: {type(error).__name__}") from error


def named_by(each: Verified) -> set[str]:
    """Give every participant that an entry names."""
    data = each.data
    found = (each.entry.participant, data.get("participant"), data.get("organisation"))
    return {name for name in found if isinstance(name, str)}


def _place(error: ValidationError) -> str:
    """Name where a body is wrong, never what stands there."""
    first = error.errors(include_input=False, include_context=False, include_url=False)[0]
    return f"{first['type']} at /{'/'.join(map(str, first['loc']))}"


@cache
def _known_dataschemas() -> Mapping[str, str]:
    return {wire: dataschema_of(wire) for wire in EVENT_CLASSES}
