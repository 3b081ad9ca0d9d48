"""Queries on aggregates: parts add up to the whole, and every figure is explained by its facts."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contracts.catalogue import BASE, load
from contracts.events import RegistryEvent
from contracts.instrument import edition
from services.kit.errors import NotFound
from services.reporting.queries.aggregates import (
    AGGREGATES,
    METHODOLOGY_VERSION,
    TooMuchToExplain,
    explain_figure,
    list_aggregate,
)
from services.reporting.queries.counting import Slot
from services.reporting.queries.distributions import CODES, pillars_of
from services.reporting.queries.matrix import list_matrix
from services.reporting.queries.memberships import list_organisations
from services.reporting.queries.pillars import list_pillar_balance
from services.reporting.queries.rates import list_rates
from services.reporting.queries.rows import Page, Row
from tests import makers
from tests.makers import statement
from tests.reporting.answering import Told, on
from tests.reporting.histories import histories

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


@pytest.fixture
def cycle(told: Told) -> Told:
    """Two reported, one of them partly sealed; one may take part; one was compiled."""
    told.tell(
        makers.signature_recorded("KAZ"),
        makers.signature_recorded("TUR"),
        makers.signature_recorded("ZZB", claim_status="probable"),
        makers.membership_recorded("KAZ"),
        makers.cycle_opened("2026"),
        at=on("2026-02-01"),
    )
    practice = {"en": "One point of contact."}
    said = {
        "P1": statement(implementation_status="in_place", good_practices=[practice, practice]),
        "P2": statement("On P2.", implementation_status="planned"),
        "P5": makers.sealed("P5", visibility="auditors"),
    }
    told.tell(
        makers.report_submitted("KAZ", document=makers.national_report("KAZ", statements=said)),
        makers.report_submitted("TUR", document=makers.compilation("TUR")),
        at=on("2026-04-01"),
    )
    return told


def values(rows: list[Row], **of: Any) -> dict[str, int]:
    return {
        row["code"]: row["numerator"]
        for row in rows
        if all(row[name] == value for name, value in of.items()) and row["numerator"]
    }


OWN: Mapping[str, Any] = {"origin": "submission"}


def test_every_unit_of_everybody_expected_is_under_one_code(cycle: Told) -> None:
    rows = figures(cycle, "postulates")
    assert values(rows, dimension="total", **OWN) == {
        "in_place": 1,
        "planned": 1,
        "restricted": 1,
        "not_reported": 23,
    }
    assert values(rows, key="P1", **OWN) == {"in_place": 1, "not_reported": 1}
    p5 = [row for row in rows if row["key"] == "P5" and row["origin"] == "submission"]
    assert {row["restricted"] for row in p5} == {1}
    assert {(row["possible_denominator"], row["denominator"]) for row in p5} == {(1, 2)}


def test_a_compilation_has_rows_of_its_own_and_is_in_no_other(cycle: Told) -> None:
    for name in ("postulates", "pillars", "regions", "good-practices"):
        listed = cycle.ask(list_aggregate, page=EVERYTHING, name=name, cycle_id="2026")
        assert listed.beside == {"illustrative": 1}
        origins = {row["origin"] for row in listed.rows}
        assert origins == {"submission", "illustrative_compilation"}
    compiled = [row for row in figures(cycle, "regions") if row["origin"] != "submission"]
    for row in compiled:
        facts = explain(cycle, row)["numerator"]
        assert {(one["participant"], one["asserted_by"]) for one in facts} <= {("TUR", "system")}
    regions = values(figures(cycle, "regions"), key="western_european_and_others", **OWN)
    assert regions == {"not_reported": 13}


def test_a_state_in_two_regional_groups_counts_in_its_electoral_one(cycle: Told) -> None:
    rows = figures(cycle, "regions")
    denominators = {row["key"]: row["denominator"] for row in rows if row["origin"] == "submission"}
    assert denominators["western_european_and_others"] == 13
    assert denominators["asia_pacific"] == 13
    assert denominators[None] == 26


def test_good_practices_are_counted_and_shown_where_a_statement_is_open(cycle: Told) -> None:
    rows = figures(cycle, "good-practices")
    share = "share_of_statements_with_good_practices"
    assert values(rows, metric=share, dimension="total", **OWN) == {
        "told": 1,
        "not_told": 1,
        "restricted": 1,
    }
    (row,) = [
        row
        for row in rows
        if row["metric"] == "good_practices" and row["key"] == "P1" and row["numerator"]
    ]
    assert (row["value"], row["measured_in"]) == ("2", "good_practices")
    (fact,) = explain(cycle, row)["numerator"]
    assert [text["en"] for text in fact["good_practices"]] == ["One point of contact."] * 2
    assert fact["asserted_by"] == "participant"


def test_a_section_that_is_no_longer_shown_is_counted_as_restricted(cycle: Told) -> None:
    cycle.tell(makers.publication_restricted("KAZ", units=["P1"]), at=on("2026-05-01"))
    later = figures(cycle, "postulates", effective_on=date(2026, 5, 2))
    before = figures(cycle, "postulates", effective_on=date(2026, 4, 30))
    assert values(later, key="P1", **OWN) == {"restricted": 1, "not_reported": 1}
    assert values(before, key="P1", **OWN) == {"in_place": 1, "not_reported": 1}
    practices = figures(cycle, "good-practices", effective_on=date(2026, 5, 2))
    assert values(practices, metric="good_practices", **OWN) == {}


def test_rows_come_in_the_order_of_the_catalogue_not_in_that_of_figures(cycle: Told) -> None:
    rows = [row for row in figures(cycle, "postulates") if row["origin"] == "submission"]
    assert list(dict.fromkeys(row["key"] for row in rows)) == [None, *UNITS]
    assert [row["code"] for row in rows[: len(CODES)]] == list(CODES)


@pytest.mark.parametrize(
    "changes",
    [{"code": "gossip"}, {"key": "P99"}, {"dimension": "gossip"}, {"cycle_id": "2031"}],
)
def test_a_figure_that_there_is_not_is_not_found(cycle: Told, changes: dict[str, str]) -> None:
    row = {**figures(cycle, "postulates")[0], **changes}
    with pytest.raises(NotFound):
        explain(cycle, row)


def test_the_published_method_names_what_is_counted(cycle: Told) -> None:
    published = load(f"{BASE}methodologies/aggregates/{METHODOLOGY_VERSION}.json")
    counted = {row["metric"] for name in FIGURES[:-1] for row in figures(cycle, name)}
    assert counted == set(published["metrics"])


def test_matrix_and_pillar_balance_are_explained_in_the_same_way(cycle: Told) -> None:
    cycle.tell(makers.plan_registered("KAZ"), makers.commitment_declared("KAZ"))
    for row in cycle.ask(list_pillar_balance, page=EVERYTHING).rows:
        slot = Slot(
            metric=row["metric"],
            dimension="pillar",
            key=row["pillar"],
            cycle_id=row["cycle_id"],
            participant=row["participant"],
            origin=row["origin"],
        )
        found = cycle.ask(explain_figure, name="pillar-balance", slot=slot, code="named")
        assert found["figure"]["value"] == row["value"]
        assert (len(found["numerator"]), len(found["denominator"])) == (row["items"], row["total"])
        assert {at for one in found["numerator"] for at in one["positions"]} == set(
            row["positions"]
        )
    for row in cycle.ask(list_matrix, page=EVERYTHING, cycle_id="2026").rows:
        origin = row["origin"] or "submission"
        slot = Slot(
            metric="share_of_statements",
            dimension="participant",
            key=row["participant"],
            cycle_id="2026",
            origin=origin,
        )
        found = cycle.ask(explain_figure, name="matrix", slot=slot)
        facts = (*found["denominator"], *found["possible_denominator"])
        assert {one["item"]: one["code"] for one in facts} == {
            unit: cell["status"] for unit, cell in row["cells"].items()
        }


SOME = settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@SOME
@given(events=histories(), data=st.data())
def test_parts_add_up_to_the_whole_and_old_answers_stay(
    fresh: Callable[[], AbstractContextManager[Told]],
    events: list[RegistryEvent],
    data: st.DataObject,
) -> None:
    """Aggregates computed on the way are archived, and compared with what is said of then later."""
    stops = {data.draw(st.integers(1, len(events))) for _ in range(2)} | {len(events)}
    with fresh() as told:
        archived: dict[int, dict[str, list[Row]]] = {}
        for number, event in enumerate(events, 1):
            told.registry.append(event, at=BEGAN + timedelta(days=2 * number))
            if number in stops:
                told.project()
                told.now = BEGAN + timedelta(days=2 * number + 1)
                if (found := everything(told, number)) is not None:
                    archived[number] = found
                    laws(told, number, found)
        for position, found in archived.items():
            assert everything(told, position) == found


def everything(told: Told, position: int) -> dict[str, list[Row]] | None:
    """Ask for every aggregate; nothing where the cycle was not opened yet."""
    try:
        return {name: figures(told, name, as_of=position, effective_on=DAY) for name in FIGURES}
    except NotFound:
        return None


def laws(told: Told, position: int, found: Mapping[str, list[Row]]) -> None:
    asked = {"as_of": position, "effective_on": DAY}
    for rows in found.values():
        codes_part_their_whole(rows)
    expected_are_those_of_the_rates(told, found["postulates"], asked)
    statuses_are_those_of_the_matrix(told, found["postulates"], asked)
    for name in ("postulates", "regions"):
        parts_are_the_total(found[name])
    assert totals(found["regions"]) == totals(found["postulates"]) == totals(found["pillars"])
    pillars_are_sums_of_their_units(found)
    organisations_are_sums_of_their_members(told, found, asked)
    units_of_members_are_their_organisation(found)
    entries_are_all_there_are(found["timeline"], position)
    facts_are_as_many_as_counted(told, found, asked)


@pytest.mark.parametrize("year", [None, "2026"])
def test_a_figure_is_explained_as_far_as_an_answer_can_tell(told: Told, year: str | None) -> None:
    """A log of a million entries would be an answer of half a gigabyte."""
    told.tell(makers.signature_recorded("ZZA"), at=on("2025-02-01"))
    told.tell(makers.cycle_opened("2026"), makers.plan_registered("ZZA"), at=on("2026-02-01"))
    slot = Slot(metric="entries", dimension="year" if year else "total", key=year)
    count = 2 if year else 3
    found = told.ask(explain_figure, name="timeline", slot=slot, most=count)
    assert len(found["entries"]) == len(found["numerator"]) == count
    of_signatures = told.ask(
        explain_figure, name="timeline", slot=slot, code="signature-recorded", most=count
    )
    assert len(of_signatures["numerator"]) == count - 2
    with pytest.raises(TooMuchToExplain):
        told.ask(explain_figure, name="timeline", slot=slot, most=count - 1)


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
