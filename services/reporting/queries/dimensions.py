"""Questions on dimensions: the codes that rows of other answers have, with their names."""

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Any, TypeAlias

from sqlalchemy import Connection

from contracts.catalogue import catalogue
from contracts.codelists import code_list
from contracts.instrument import Edition, edition
from contracts.participants import organisations
from services.reporting.queries.as_of import Moment
from services.reporting.queries.cycles import cycle_rows
from services.reporting.queries.memberships import acts_held, list_acts
from services.reporting.queries.participants import NO_GROUP, list_participants
from services.reporting.queries.pillar_balance import NO_PILLAR
from services.reporting.queries.rows import Listed, Page, Row, cut, decoded, positions

EVERYBODY = Page(limit=20_000)

Keyed: TypeAlias = Iterator[tuple[str, Row]]


def list_dimension(connection: Connection, moment: Moment, page: Page, *, dimension: str) -> Listed:
    """List the members of one dimension, by code.

    Raises:
        KeyError: there is no such dimension; `DIMENSIONS` has them all.
    """
    return cut(DIMENSIONS[dimension](connection, moment), page, dimension=dimension)


def _row(code: str, name: Mapping[str, str], **more: Any) -> Row:
    row = {"code": code, "name": dict(name), "kind": None, "broader": None, "edition": None}
    return {**row, "positions": [], "asserted_by": "system", **more}


def _participants(connection: Connection, moment: Moment) -> Keyed:
    for one in list_participants(connection, moment, EVERYBODY).rows:
        yield (
            one["participant"],
            _row(
                one["participant"],
                one["name"],
                kind=one["kind"],
                broader=one["regional_group"],
                positions=one["positions"],
                asserted_by="secretariat",
            ),
        )


def _memberships(connection: Connection, moment: Moment) -> Keyed:
    """Give who certainly belongs to which organisation on the day."""
    acts = list_acts(connection, moment)
    everybody = (own for by_code in acts.values() for own in by_code.values())
    held = (one for own in everybody for one in acts_held(own, moment.effective_on))
    for row in (one.row for one in held if one.is_certain):
        yield (
            f"{row['participant']} {row['organisation']} {row['version']}",
            _row(
                row["participant"],
                {},
                kind=row["status"],
                broader=row["organisation"],
                positions=positions(row["position"]),
                asserted_by="secretariat",
            ),
        )


def _organisations(_connection: Connection, _moment: Moment) -> Keyed:
    for code, one in organisations().items():
        yield code, _row(code, one.names, kind="organisation")


def _regional_groups(_connection: Connection, _moment: Moment) -> Keyed:
    for code, one in code_list("un-regional-group").items():
        yield code, _row(code, one.label, kind="regional_group")
    yield NO_GROUP, _row(NO_GROUP, {"en": "In none of these groups"}, kind="regional_group")


def _editions() -> Iterator[Edition]:
    for one in catalogue().documents.values():
        if one.kind == "instrument":
            yield edition(one.version, one.name)


def _units(_connection: Connection, _moment: Moment) -> Keyed:
    for one in _editions():
        for at, unit in enumerate(one.units.values()):
            name = {"en": unit.short_title}
            more = {"kind": "reporting_unit", "broader": unit.postulate, "edition": one.version}
            yield f"{one.version} {at:04}", _row(unit.id, name, **more)


def _pillars(_connection: Connection, _moment: Moment) -> Keyed:
    for one in _editions():
        for pillar in one.pillars.values():
            more = {"kind": "pillar", "edition": one.version}
            yield f"{one.version} {pillar.number:04}", _row(pillar.id, {"en": pillar.title}, **more)
    yield NO_PILLAR, _row(NO_PILLAR, {"en": "In none of these pillars"}, kind="pillar")


def _cycles(connection: Connection, moment: Moment) -> Keyed:
    for row in cycle_rows(connection, moment):
        yield (
            row["cycle_id"],
            _row(
                row["cycle_id"],
                decoded(row["title"]),
                kind="cycle",
                edition=row["instrument_edition"],
                positions=positions(row["position"]),
                asserted_by="secretariat",
            ),
        )


DIMENSIONS: Mapping[str, Callable[[Connection, Moment], Keyed]] = MappingProxyType(
    {
        "cycles": _cycles,
        "memberships": _memberships,
        "organisations": _organisations,
        "participants": _participants,
        "pillars": _pillars,
        "regional-groups": _regional_groups,
        "reporting-units": _units,
    }
)
"""By name, as it stands in the address."""
