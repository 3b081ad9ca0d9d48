"""Laws that figures of aggregates keep: parts add up to the whole, facts to what is counted."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from functools import partial
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from contracts.instrument import edition
from services.reporting.queries.aggregates import (
    AGGREGATES,
    explain_figure,
    list_aggregate,
)
from services.reporting.queries.assistance_needs import list_needs
from services.reporting.queries.counting import Slot
from services.reporting.queries.distributions import pillars_of
from services.reporting.queries.matrix import list_matrix
from services.reporting.queries.memberships import list_organisations
from services.reporting.queries.participation import list_signatories
from services.reporting.queries.pillars import list_pillar_balance
from services.reporting.queries.rates import list_rates
from services.reporting.queries.regional import get_regional_report
from services.reporting.queries.rows import Page, Row
from tests.reporting.answering import Told

EVERYTHING = Page(limit=10**6)
UNITS = list(edition("1.0.0").units)
FIGURES = [name for name in AGGREGATES if name not in {"assistance", "matrix", "pillar-balance"}]
DAY = date(2026, 9, 30)
BEGAN = datetime(2026, 2, 1, 12, tzinfo=UTC)
COLUMNS = ("numerator", "possible_numerator")


def figures(told: Told, name: str, **asked: Any) -> list[Row]:
    cycle_id = "2026" if AGGREGATES[name].is_of_a_cycle else None
    rows: list[Row] = told.ask(
        list_aggregate, page=EVERYTHING, name=name, cycle_id=cycle_id, **asked
    ).rows
    return rows


def slot_of(row: Row) -> Slot:
    names = ("metric", "dimension", "key", "cycle_id", "participant", "origin")
    return Slot(**{name: row[name] for name in names})


def explain(told: Told, row: Row, **asked: Any) -> Row:
    found: Row = told.ask(
        explain_figure, name=row["aggregate"], slot=slot_of(row), code=row["code"], **asked
    )
    return found


def groups(rows: list[Row]) -> Iterator[list[Row]]:
    found: defaultdict[Slot, list[Row]] = defaultdict(list)
    for row in rows:
        found[slot_of(row)].append(row)
    yield from found.values()


def codes_part_their_whole(rows: list[Row]) -> None:
    for own in groups(rows):
        if own[0]["metric"].startswith("projected"):
            continue
        assert sum(row["numerator"] for row in own) == own[0]["denominator"]
        assert sum(row["possible_numerator"] for row in own) == own[0]["possible_denominator"]


def expected_are_those_of_the_rates(told: Told, rows: list[Row], asked: dict[str, Any]) -> None:
    rates = told.ask(list_rates, page=EVERYTHING, cycle_id="2026", dimension="total", **asked).rows
    whole = next(row for row in rows if row["dimension"] == "total")
    assert whole["denominator"] == rates[0]["numerator"] * len(UNITS)
    assert whole["possible_denominator"] == rates[0]["possible_numerator"] * len(UNITS)


def statuses_are_those_of_the_matrix(told: Told, rows: list[Row], asked: dict[str, Any]) -> None:
    matrix = told.ask(list_matrix, page=EVERYTHING, cycle_id="2026", **asked).rows
    cells = Counter(
        (unit, cell["status"])
        for row in matrix
        if row["expectation"] == "certain" and row["origin"] in {None, "submission"}
        for unit, cell in row["cells"].items()
    )
    found = {
        (row["key"], row["code"]): row["numerator"]
        for row in rows
        if row["dimension"] == "reporting_unit" and row["origin"] == "submission"
    }
    assert {key: count for key, count in found.items() if count} == cells


def sums(rows: list[Row], column: str) -> Counter[tuple[str, str]]:
    found: Counter[tuple[str, str]] = Counter()
    for row in rows:
        found[row["origin"], row["code"]] += row[column]
    return found


def parts_are_the_total(rows: list[Row]) -> None:
    for column in COLUMNS:
        whole = [row for row in rows if row["dimension"] == "total"]
        parts = [row for row in rows if row["dimension"] != "total"]
        assert sums(parts, column) == sums(whole, column)


def totals(rows: list[Row]) -> list[Counter[tuple[str, str]]]:
    whole = [row for row in rows if row["dimension"] == "total"]
    return [sums(whole, column) for column in COLUMNS]


def pillars_are_sums_of_their_units(found: Mapping[str, list[Row]]) -> None:
    for pillar, units in pillars_of(edition("1.0.0")).items():
        own = [row for row in found["pillars"] if row["key"] == pillar]
        below = [row for row in found["postulates"] if row["key"] in units]
        for column in (*COLUMNS, "restricted"):
            assert sums(own, column) == sums(below, column)


def organisations_are_sums_of_their_members(
    told: Told, found: Mapping[str, list[Row]], asked: dict[str, Any]
) -> None:
    members = told.ask(
        lambda connection, moment: list_organisations(connection, moment, on=date(2026, 6, 30)),
        **asked,
    )
    matrix = told.ask(list_matrix, page=EVERYTHING, cycle_id="2026", **asked).rows
    for organisation, belonging in members.items():
        own = [
            row
            for row in found["organisations"]
            if row["key"] == organisation and row["origin"] == "submission"
        ]
        certain = [
            row
            for row in matrix
            if row["expectation"] == "certain"
            and row["participant"] in belonging
            and belonging[row["participant"]].is_certain
        ]
        assert own[0]["denominator"] == len(certain) * len(UNITS)


def units_of_members_are_their_organisation(found: Mapping[str, list[Row]]) -> None:
    for column in (*COLUMNS, "restricted"):
        units: defaultdict[str, Counter[tuple[str, str]]] = defaultdict(Counter)
        for row in found["members"]:
            if row["dimension"] == "organisation_and_unit":
                organisation = row["key"].partition(".")[0]
                units[organisation][row["origin"], row["code"]] += row[column]
        whole = [row for row in found["organisations"] if row["dimension"] == "organisation"]
        assert units.keys() == {row["key"] for row in whole}
        for organisation, counted in units.items():
            own = sums([row for row in whole if row["key"] == organisation], column)
            assert +counted == +own


def entries_are_all_there_are(rows: list[Row], position: int) -> None:
    entries = [row for row in rows if row["metric"] == "entries"]
    for dimension in ("total", "year"):
        assert sum(row["numerator"] for row in entries if row["dimension"] == dimension) == position
    years = [row for row in rows if row["metric"] == "participants"]
    signed = {row["denominator"] for row in years}
    assert len(signed) == 1
    assert {row["key"] for row in years} == {str(year) for year in range(2018, DAY.year + 1)}


def facts_are_as_many_as_counted(
    told: Told, found: Mapping[str, list[Row]], asked: dict[str, Any]
) -> None:
    """Explain the first few figures of each aggregate, in full."""
    for rows in found.values():
        for row in [row for row in rows if row["numerator"]][:3]:
            explained = explain(told, row, **asked)
            assert explained["figure"] == row
            known = {entry["position"] for entry in explained["entries"]}
            for part in ("numerator", "possible_numerator", "possible_denominator", "restricted"):
                facts = explained[part]
                assert sum(fact["count"] for fact in facts) == row[part]
                assert {at for fact in facts for at in fact["positions"]} <= known


COUNTS_OF_FACTS = {
    "pillar-balance": {
        "items": "numerator",
        "total": "denominator",
        "possible_total": "possible_denominator",
        "restricted": "restricted",
    },
    "assistance": {
        "numerator": "numerator",
        "denominator": "denominator",
        "restricted": "restricted",
    },
}
"""Of the lists that have rows of their own: which number in a row counts which facts."""


def followed(told: Told, row: Row) -> Row:
    """Go where a row says that it is explained."""
    asked = dict(parse_qsl(urlsplit(row["explained_at"]).query))
    names = ("metric", "dimension", "key", "participant", "origin")
    of: dict[str, Any] = {name: asked.get(name) for name in names}
    slot = Slot(cycle_id=asked.get("cycle"), **of)
    found: Row = told.ask(
        explain_figure,
        name=asked["aggregate"],
        slot=slot,
        code=asked.get("counted_under"),
        as_of=int(asked["as_of"]),
        effective_on=date.fromisoformat(asked["effective_on"]),
    )
    return found


def row_is_what_its_explanation_counts(told: Told, row: Row) -> None:
    """What a row counts is as many facts, and its positions are those of the facts it counts."""
    explained = followed(told, row)
    figure = explained["figure"]
    for number, part in COUNTS_OF_FACTS[figure["aggregate"]].items():
        counted = sum(fact["count"] for fact in explained[part])
        assert (number, row[number]) == (number, counted)
        if part in {"restricted", "denominator"}:
            assert (part, figure[part]) == (part, counted)
    assert (figure["metric"], figure["value"]) == (row["metric"], row["value"])
    resting = {at for fact in explained["numerator"] for at in fact["positions"]}
    assert row["positions"] == sorted(resting)
    known = {entry["position"] for entry in explained["entries"]}
    parts = (explained[part] for part in ("numerator", "denominator", "restricted"))
    assert {at for part in parts for fact in part for at in fact["positions"]} <= known


def rows_are_what_their_explanations_count(told: Told, asked: dict[str, Any]) -> None:
    """Follow some rows of the lists that have rows of their own; every pillar has its turn."""
    everybody = list(told.ask(list_signatories, **asked))
    for cycle_id in (None, "2026"):
        balance = partial(told.ask, list_pillar_balance, page=EVERYTHING, cycle_id=cycle_id)
        for row in balance(**asked).rows[::13]:
            row_is_what_its_explanation_counts(told, row)
        for code in everybody[:1]:
            own = balance(participant=code, **asked).rows
            assert len(own) >= len(edition("1.0.0").pillars) * 2
            for row in own[::4]:
                row_is_what_its_explanation_counts(told, row)
    for row in told.ask(list_needs, page=EVERYTHING, **asked).rows[::17]:
        row_is_what_its_explanation_counts(told, row)


def measures_rest_on_what_their_statements_do(told: Told, asked: dict[str, Any]) -> None:
    """Whatever lets a statement stand, or shows it, also puts its measures into the balance."""
    matrix = told.ask(list_matrix, page=EVERYTHING, cycle_id="2026", **asked).rows
    rows = told.ask(list_pillar_balance, page=EVERYTHING, cycle_id="2026", **asked).rows
    named: defaultdict[tuple[str, str], set[int]] = defaultdict(set)
    for row in rows:
        if row["metric"] == "share_of_measures" and row["participant"]:
            named[row["participant"], row["origin"]].update(row["positions"])
    for row in matrix:
        for cell in row["cells"].values():
            if cell["measure_count"] and not cell["restricted"]:
                assert set(cell["positions"]) <= named[row["participant"], row["origin"]]


def regional_reports_have_the_rows_of_their_lists(
    told: Told, found: Mapping[str, list[Row]], asked: dict[str, Any]
) -> None:
    """An organisation's figures are all that the lists have of it, and no other."""
    listed = [*found["organisations"], *found["members"]]
    of_organisations = {row["key"].partition(".")[0] for row in listed if row["key"]}
    for organisation in of_organisations:
        report = told.ask(get_regional_report, organisation=organisation, cycle_id="2026", **asked)
        assert report["figures"] == [
            row for row in listed if row["key"] and row["key"].partition(".")[0] == organisation
        ]
