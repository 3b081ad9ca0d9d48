"""Questions on a record: all versions of a report, what they amount to, and each field's values.

As in the Open Contracting standard: a *record* is every version, the *compiled* latest values, and
for each field the list of values with the version that brought it, when, and by whom.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeAlias

from sqlalchemy import Connection

from contracts.instrument import Edition
from services.reporting.projections.reports import report_version
from services.reporting.queries.as_of import Moment
from services.reporting.queries.difference import element_id, pointer
from services.reporting.queries.heading import look
from services.reporting.queries.record import standing
from services.reporting.queries.review import version_rows
from services.reporting.queries.reviewing import NOT_REVIEWED, list_reviewed
from services.reporting.queries.rows import ASSERTED_BY, Row, positions
from services.reporting.queries.submitted import Carried, get_document
from services.reporting.queries.versions import Version, list_versions

Document: TypeAlias = dict[str, Any]
PARTS = ("cover", "plans", "treaties", "statements", "human_rights", "observations")
_NOTHING = object()


def get_record(connection: Connection, moment: Moment, *, code: str, cycle_id: str) -> Row:
    """Give the record of a report; without any version it is empty.

    A version that was withdrawn keeps its values among the fields, and is not compiled.

    Raises:
        NotFound: no such participant, or no such cycle, as known at the moment.
        Unavailable: what is asked for may be among what is held back.
    """
    looked = look(connection, moment, code, cycle_id)
    reviewed = list_reviewed(connection, moment, [looked.report_id])
    own = reviewed.get(looked.report_id, NOT_REVIEWED)
    states = list(_states(connection, moment, looked.versions))
    return {
        **looked.heading,
        "versions": version_rows(looked.versions, own, looked.carriers, moment),
        "compiled": states[-1][1] if looked.record else None,
        "fields": field_rows(states, looked.instrument),
    }


def field_rows(states: Sequence[tuple[Version, Document]], instrument: Edition) -> list[Row]:
    """Give each field that any version spoke of, with its values in the order of the versions.

    Args:
        states: each version, with what the report amounted to after it.
        instrument: whose reporting units give the order.
    """
    fields = [(version, dict(_leaves(document, ()))) for version, document in states]
    paths = {path for _, found in fields for path in found}
    order = {unit: place for place, unit in enumerate(instrument.units)}
    return [
        {
            "pointer": pointer(path),
            "part": path[0],
            "unit": path[1] if path[0] == "statements" else None,
            "values": list(_values(path, fields)),
        }
        for path in sorted(paths, key=lambda path: _place(path, order))
    ]


def _states(
    connection: Connection, moment: Moment, versions: Iterable[Version]
) -> Iterator[tuple[Version, Document]]:
    """Give each version with what the report amounted to when it was filed."""
    state: Document = {}
    withdrawn_with = 0
    for version in versions:
        if withdrawn_with and withdrawn_with < version.number:
            state = {}
        if version.renews is None:
            own = get_document(connection, moment, version.report_id, version.number)
            state = _after(state, own, version.form)
        else:
            state = _renewed(connection, moment, version)
        withdrawn_with = version.withdrawn.report_version if version.withdrawn else 0
        yield version, state


def _renewed(connection: Connection, moment: Moment, version: Version) -> Document:
    """Give what the renewed report amounted to; a renewal never renews another one."""
    report_id, number = version.renews or ("", 0)
    chosen = report_version.c.report_id == report_id
    found = list_versions(connection, moment, chosen).get(report_id, [])
    said = [one for one in found if one.origin == version.origin and one.renews is None]
    states = [one for _, one in _states(connection, moment, standing(said, up_to=number))]
    return states[-1] if states else {}


def _after(before: Document, own: Carried, form: str) -> Document:
    """Give what a report amounts to after one more document: a full one replaces, an update adds.

    Where an update says that nothing changed on a unit, what stood there stands.
    """
    if form != "update":
        return own.document
    stated: Mapping[str, Any] = before.get("statements", {})
    said = {
        unit: stated[unit] if unit in own.unchanged and unit in stated else part
        for unit, part in own.document.get("statements", {}).items()
    }
    return {**before, **own.document, "statements": {**stated, **said}}


def _leaves(value: Any, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Walk to every value that has no members; elements with an id go by it, not by number."""
    if isinstance(value, Mapping) and value:
        for name, member in value.items():
            yield from _leaves(member, (*path, name))
    elif isinstance(value, list) and value and _have_ids(value):
        for element in value:
            yield from _leaves(element, (*path, str(element_id(element))))
    else:
        yield path, value


def _have_ids(elements: list[Any]) -> bool:
    ids = [element_id(element) for element in elements]
    return None not in ids and len(set(ids)) == len(ids)


def _values(
    path: tuple[str, ...], fields: Sequence[tuple[Version, Mapping[tuple[str, ...], Any]]]
) -> Iterator[Row]:
    before: Any = _NOTHING
    for version, found in fields:
        value = found.get(path, _NOTHING)
        if value is before or (type(value) is type(before) and value == before):
            continue
        before = value
        yield {
            "value": None if value is _NOTHING else value,
            "is_absent": value is _NOTHING,
            "report_version": version.number,
            "act": version.row["act"],
            "recorded_at": version.row["recorded_at"],
            "received_on": version.received_on,
            "positions": positions(version.position),
            "asserted_by": ASSERTED_BY.get(version.origin, "system"),
        }


def _place(path: tuple[str, ...], order: Mapping[str, int]) -> tuple[int, int, tuple[str, ...]]:
    part = PARTS.index(path[0]) if path[0] in PARTS else len(PARTS)
    return part, order.get(path[1], len(order)) if len(path) > 1 else 0, path
