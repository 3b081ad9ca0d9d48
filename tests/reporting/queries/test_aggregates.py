"""Queries on aggregates: parts add up to the whole, and every figure is explained by its facts."""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contracts.catalogue import BASE, load
from contracts.events import RegistryEvent
from services.kit.errors import NotFound
from services.reporting.queries.aggregates import (
    METHODOLOGY_VERSION,
    explain_figure,
    list_aggregate,
)
from services.reporting.queries.counting import Slot
from services.reporting.queries.distributions import CODES
from services.reporting.queries.matrix import list_matrix
from services.reporting.queries.pillars import list_pillar_balance
from services.reporting.queries.rows import Row
from tests import makers
from tests.makers import statement
from tests.reporting.answering import Told, on
from tests.reporting.histories import histories
from tests.reporting.queries.aggregate_laws import (
    BEGAN,
    DAY,
    EVERYTHING,
    FIGURES,
    UNITS,
    codes_part_their_whole,
    entries_are_all_there_are,
    expected_are_those_of_the_rates,
    explain,
    facts_are_as_many_as_counted,
    figures,
    measures_rest_on_what_their_statements_do,
    organisations_are_sums_of_their_members,
    parts_are_the_total,
    pillars_are_sums_of_their_units,
    regional_reports_have_the_rows_of_their_lists,
    row_is_what_its_explanation_counts,
    rows_are_what_their_explanations_count,
    statuses_are_those_of_the_matrix,
    totals,
    units_of_members_are_their_organisation,
)


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
    for code in (None, "KAZ", "ZZB", "TUR"):
        rows = cycle.ask(list_pillar_balance, page=EVERYTHING, participant=code).rows
        assert rows
        for row in rows:
            row_is_what_its_explanation_counts(cycle, row)
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
    rows_are_what_their_explanations_count(told, asked)
    measures_rest_on_what_their_statements_do(told, asked)
    regional_reports_have_the_rows_of_their_lists(told, found, asked)
