"""Oracle: what an answer links to says the same as the row that links there."""

from collections.abc import Iterator, Sequence
from typing import Any, Protocol

COUNTS = {
    "items": "numerator",
    "total": "denominator",
    "possible_total": "possible_denominator",
    "restricted": "restricted",
}
"""Which number in a row of the balance counts which facts of its explanation."""


class Asking(Protocol):
    """What asks, and says what is not as it should be."""

    def get(self, path: str, status: int = 200) -> Any: ...

    def same(self, what: str, found: Any, expected: Any) -> None: ...


def shares(asker: Asking, rows: Sequence[Any]) -> None:
    """Some rows of the balance are what their explanations count, and rest on the same entries."""
    whose = {row["participant"] for row in rows if row["participant"]}
    own = [asker.get(f"/v1/aggregates/pillar-balance?participant={code}") for code in whose]
    for row in (*rows[::7], *(row for answer in own for row in answer["data"][::4])):
        pinned = row["explained_at"].partition("&as_of=")[0]
        explained = asker.get(pinned)["data"]
        found = {name: len(explained[part]) for name, part in COUNTS.items()}
        asker.same(f"facts of {pinned}", found, {name: row[name] for name in COUNTS})
        resting = {at for fact in explained["numerator"] for at in fact["positions"]}
        asker.same(f"entries of {pinned}", sorted(resting), row["positions"])
        asker.same(f"figure of {pinned}", explained["figure"]["value"], row["value"])


def links(asker: Asking, commitments: Sequence[Any]) -> None:
    """A measure rests on the entries of the statement that holds it, in the report it stands in."""
    reports: dict[str, Any] = {}
    for one in [link for row in commitments for link in row["measures"]]:
        report_id = (one["renewed_by"] or one)["report_id"]
        if report_id not in reports:
            code, _, cycle_id = report_id.rpartition("-")
            reports[report_id] = asker.get(f"/v1/reports/{code}/{cycle_id}")["data"]
        for stated in _parts(reports[report_id], one["unit"]):
            names = ("positions", "renewed_by")
            asker.same(
                f"link of {one['unit']} in {report_id}",
                {name: one[name] for name in names},
                {name: stated[name] for name in names},
            )


def _parts(report: Any, unit: str) -> Iterator[Any]:
    if unit == "human_rights":
        yield report["human_rights"]
    else:
        yield from (one for one in report["statements"] if one["unit"] == unit)
