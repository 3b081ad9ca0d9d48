"""Pure: sections that say themselves who may read them, as they are shown to who asks."""

from collections.abc import Mapping
from typing import Any

from contracts.authority.policy import Resource
from services.reporting.queries.reader import Reader, Sealed
from services.reporting.queries.rows import Row, decoded


def disclosed(
    reader: Reader | None,
    row: Mapping[Any, Any],
    name: str,
    *,
    at: str = "position",
    section: str | None = None,
    resource: Resource | None = None,
) -> Any:
    """Give what a sealed section says, if it was disclosed to the reader; else `None`.

    Args:
        reader: who is signed in; `None`: everybody.
        row: of whom and which cycle the entry speaks, as its body has it, and the seal.
        name: beginning of the section's columns.
        at: column with the position of the entry that has the section.
        section: its member in the body of the entry, where that is not `name`.
        resource: what it is to the policy; `None`: of the row's participant and cycle, for whom
            its marker says.
    """
    seal = row[f"{name}_seal"]
    if reader is None or seal is None:
        return None
    resource = resource or Resource(
        participant=row["participant"],
        cycle_id=row.get("cycle_id"),
        visibility=row.get(f"{name}_visibility"),
    )
    name = f"/{section or name}"
    return reader.look(Sealed(position=row[at], name=name, seal=seal, resource=resource))


def passage(
    reader: Reader | None,
    row: Mapping[Any, Any],
    name: str,
    *,
    at: str = "position",
    section: str | None = None,
    resource: Resource | None = None,
) -> Row:
    """Show a section: its text is `None` where it is sealed and was not disclosed to the reader.

    What was disclosed stays `restricted`: it is so for everybody else.
    """
    visibility = row[f"{name}_visibility"]
    said = disclosed(reader, row, name, at=at, section=section, resource=resource)
    return {
        "text": decoded(row[f"{name}_text"]) if said is None else said["text"],
        "visibility": visibility,
        "restricted": visibility != "public",
    }
