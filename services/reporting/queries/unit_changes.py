"""Pure: what changed under each reporting unit since the cycle before, measures by their ids.

Measures keep their ids over versions and cycles, so that one is recognised wherever it stands and
however it is worded. What cannot be read on either side is `restricted`, and nothing is told of it.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Literal, TypeAlias

from services.reporting.queries.as_of import Moment
from services.reporting.queries.before import Before
from services.reporting.queries.difference import changes
from services.reporting.queries.heading import Looked
from services.reporting.queries.record import Record, Stated
from services.reporting.queries.rows import Row, decoded, positions
from services.reporting.queries.statements import cells
from services.reporting.queries.tracing import explained_at

Comparison: TypeAlias = Literal[
    "compared", "said_unchanged", "not_stated", "other_voice", "restricted"
]
"""Both sides were read; the participant says that nothing changed, and does not repeat it; nothing
is said now; somebody else spoke before; a side is sealed or no longer shown."""

_REPEATED = frozenset({"narrative", "measures"})
"""What a unit that did not change says again, or leaves out."""


def unit_changes(
    moment: Moment, looked: Looked, before: Before, *, now: Record | None, then: Record | None
) -> Iterator[Row]:
    """Give a row per unit of the edition, in its order.

    Args:
        moment: where the answer stands.
        looked: the report.
        before: the cycle before.
        now: what stands, with its words; units that it lacks were not spoken of.
        then: what stood in the cycle before, in the same voice, likewise.
    """
    earlier = {} if before.is_other_voice else cells(before.instrument, then)
    for unit, cell in cells(looked.instrument, now).items():
        stated, was = _stated(now, unit), _stated(then, unit)
        found = _compared(stated, was, is_other_voice=before.is_other_voice)
        yield {
            "unit": unit,
            **found,
            "now": cell,
            "before": earlier.get(unit),
            "positions": positions(
                *cell["positions"], *(earlier[unit]["positions"] if unit in earlier else ())
            ),
            "explained_at": explained_at(moment, _address(looked, unit)),
            "asserted_by": "system",
        }


def measure_changes(before: Any, now: Any) -> Row:
    """Say which measures are new, changed, as before, or named no more, each id once.

    Args:
        before: measures as they were said; of an id that stands twice, the last one counts.
        now: likewise.
    """
    then = {one["measure_id"]: one for one in before}
    here = {one["measure_id"]: one for one in now}
    differing = {name: _members(then[name], here[name]) for name in here if name in then}
    return {
        "new": [name for name in here if name not in then],
        "changed": [
            {"measure_id": name, "members": members}
            for name, members in differing.items()
            if members
        ],
        "kept": [name for name, members in differing.items() if not members],
        "no_longer_named": [name for name in then if name not in here],
    }


def _compared(now: Stated | None, was: Stated | None, *, is_other_voice: bool) -> Row:
    comparison = _comparison(now, was, is_other_voice=is_other_voice)
    if comparison != "compared":
        return {"comparison": comparison, "narrative_changed": None, "measures": None}
    said, said_before = _content(now), _content(was)
    return {
        "comparison": comparison,
        "narrative_changed": said.get("narrative") != said_before.get("narrative"),
        "measures": measure_changes(said_before.get("measures", ()), said.get("measures", ())),
    }


def _comparison(now: Stated | None, was: Stated | None, *, is_other_voice: bool) -> Comparison:
    if any(one is not None and not one.is_told for one in (now, was)):
        return "restricted"
    if now is None:
        return "not_stated"
    if is_other_voice:
        return "other_voice"
    said = _content(now)
    if said.get("changed") is False and not said.keys() >= _REPEATED:
        return "said_unchanged"
    return "compared"


def _stated(record: Record | None, unit: str) -> Stated | None:
    return record.stated.get(unit) if record else None


def _content(stated: Stated | None) -> Mapping[str, Any]:
    found: Mapping[str, Any] = decoded(stated.part["content"]) if stated else {}
    return found


def _members(before: Any, now: Any) -> list[str]:
    """Name the members that differ, in the order of the alphabet."""
    return sorted({change.named[0] for change in changes(before, now)})


def _address(looked: Looked, unit: str) -> str:
    heading = looked.heading
    return f"/v1/reports/{heading['participant']}/{heading['cycle_id']}/postulates/{unit}"
