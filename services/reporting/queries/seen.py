"""Pure: a part of a report as one signed-in reader sees it, after it was shown to everybody."""

from typing import Any

from contracts.authority.policy import Resource
from services.reporting.projections.base import as_text
from services.reporting.projections.reports import SECTIONS
from services.reporting.queries.reader import Reader, Sealed
from services.reporting.queries.record import Part


def as_seen(reader: Reader, name: str, filed: Part, shown: Part) -> Part:
    """Give a part with what was disclosed to the reader, or note that it is sealed.

    It stays `restricted`: it is so for everybody else, and enters no figure.

    Args:
        reader: who is signed in.
        name: reporting unit or section.
        filed: as it was filed: sealed, with the visibility that its marker names, or open.
        shown: as it is shown to everybody.
    """
    if not shown["restricted"] or filed["seal"] is None:
        return shown
    said = reader.look(_sealed(name, filed))
    if said is None:
        return shown
    told: dict[str, Any] = {
        "changed": said.get("changed"),
        "implementation_status": said.get("implementation_status"),
        "measure_count": len(said.get("measures", ())),
        "content": as_text(said),
    }
    of_it = {column: value for column, value in told.items() if column in shown}
    return {**shown, **of_it, "visibility": filed["visibility"], "disclosed": said}


def _sealed(name: str, filed: Part) -> Sealed:
    above = "" if name in SECTIONS else "/statements"
    return Sealed(
        position=filed["position"],
        name=f"/document{above}/{name}",
        seal=filed["seal"],
        resource=Resource(
            participant=filed["participant"],
            cycle_id=filed["cycle_id"],
            unit=name,
            visibility=filed["visibility"],
        ),
    )
