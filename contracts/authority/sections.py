"""Authority: a sealed section as something that may be read: whose, of which part, for whom."""

from collections.abc import Mapping
from typing import Any, Final

from contracts import pointer
from contracts.authority.policy import Resource
from contracts.catalogue import contract
from contracts.errors import ContractError

_REPORT: Final = "document"
_STATEMENTS: Final = "statements"


def sealed_in(dataschema: str, body: Mapping[str, Any]) -> list[str]:
    """Name the sections of an entry that are sealed, as its contract says what a section is.

    Args:
        dataschema: id of the contract, either form, that the entry names.
        body: of the entry, as it stands in the log.

    Returns:
        JSON Pointers, in the order of the contract.
    """
    return [
        pointer.join(path)
        for section in contract(dataschema).sections
        for path, value in pointer.match(body, section.pointer)
        if isinstance(value, Mapping) and isinstance(value.get("sealed"), str)
    ]


def section_of(body: Mapping[str, Any], name: str) -> Resource:
    """Describe a sealed section of an entry.

    Args:
        body: of the entry, as it stands in the log.
        name: JSON Pointer of the section in it.
    """
    participant, cycle_id = body.get("participant"), body.get("cycle_id")
    return Resource(
        participant=participant if isinstance(participant, str) else None,
        cycle_id=cycle_id if isinstance(cycle_id, str) else None,
        unit=unit_of(name),
        visibility=_visibility(body, name),
    )


def unit_of(name: str) -> str | None:
    """Give the part of a report that a section is; `None` where it is no part of a report."""
    match pointer.split(name):
        case [part, "statements", unit] if part == _REPORT:
            return unit
        case [part, section] if part == _REPORT and section != _STATEMENTS:
            return section
        case _:
            return None


def _visibility(body: Mapping[str, Any], name: str) -> str | None:
    try:
        marker = pointer.find(body, pointer.split(name))
    except (KeyError, ContractError):
        return None
    visibility = marker.get("visibility") if isinstance(marker, Mapping) else None
    return visibility if isinstance(visibility, str) else None
