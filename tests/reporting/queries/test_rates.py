"""Queries on rates: who counts, who stands beside, and that every figure can be explained."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.kit.errors import NotFound, Unavailable
from services.reporting.queries.matrix import list_matrix
from services.reporting.queries.methodology import METRICS
from services.reporting.queries.obligations import list_obligations
from services.reporting.queries.rates import explain_rate, list_rates
from services.reporting.queries.reports import get_report
from services.reporting.queries.rows import Row
from services.reporting.queries.tally import Scope
from tests import makers
from tests.makers import statement
from tests.reporting.answering import ALL, NOW, Told, on

TOTAL = Scope("total", None)
Figures = Mapping[tuple[str, str | None, str], Row]


def figures(told: Told, **asked: Any) -> Figures:
    rows = told.ask(list_rates, page=ALL, cycle_id="2026", dimension=None, **asked).rows
    return {(row["dimension"], row["key"], row["metric"]): row for row in rows}


def values(told: Told, dimension: str = "total", key: str | None = None, **asked: Any) -> list[Any]:
    found = figures(told, **asked)
    return [found[dimension, key, metric]["value"] for metric in METRICS]


def explain(told: Told, metric: str, scope: Scope = TOTAL, **asked: Any) -> Row:
    row: Row = told.ask(explain_rate, cycle_id="2026", metric=metric, scope=scope, **asked)
    return row


def codes(rows: list[Row]) -> list[str]:
    return [row["participant"] for row in rows]


@pytest.fixture
def cycle(told: Told) -> Told:
    """Three took part for sure and one perhaps; the cycle of 2026 is due on 30 June."""
    told.tell(
        makers.signature_recorded("KAZ"),
        makers.signature_recorded("MAR"),
        makers.signature_recorded("ZZA"),
        makers.signature_recorded("ZZB", claim_status="probable"),
        makers.cycle_opened("2025"),
        makers.cycle_opened("2026"),
        at=on("2026-02-01"),
    )
    return told


def test_without_reports_nobody_has_reported(cycle: Told) -> None:
    assert values(cycle) == ["3", "0", "0", "0.0", "0.0"]


def test_without_participants_a_rate_is_not_defined(told: Told) -> None:
    told.tell(makers.cycle_opened("2026"))
    assert values(told) == ["0", "0", "0", None, None]


def test_reports_on_time_and_late_are_told_apart(cycle: Told) -> None:
    cycle.tell(makers.report_submitted("KAZ"), at=on("2026-07-30"))
    cycle.tell(makers.report_submitted("MAR"), at=on("2026-08-01"))
    assert values(cycle) == ["3", "2", "1", "66.7", "33.3"]


def test_the_possible_stand_beside_and_enter_no_figure(cycle: Told) -> None:
    cycle.tell(makers.report_submitted("ZZB"), at=on("2026-04-01"))
    row = figures(cycle)["total", None, "reporting_rate"]
    assert (row["numerator"], row["denominator"], row["value"]) == (0, 3, "0.0")
    assert (row["possible_numerator"], row["possible_denominator"]) == (1, 1)
    explained = explain(cycle, "reporting_rate")
    assert codes(explained["possible_numerator"]) == ["ZZB"]
    assert codes(explained["denominator"]) == ["KAZ", "MAR", "ZZA"]


def test_an_illustrative_compilation_is_outside_every_rate(cycle: Told) -> None:
    filed = cycle.tell(
        makers.report_submitted("KAZ", document=makers.compilation("KAZ")), at=on("2026-04-01")
    )
    assert values(cycle) == ["3", "0", "0", "0.0", "0.0"]
    listed = cycle.ask(list_rates, page=ALL, cycle_id="2026", dimension="total")
    assert listed.beside == {"illustrative": 1}
    outside = explain(cycle, "reporting_rate")["outside"]
    assert [(row["participant"], row["why"], row["positions"]) for row in outside] == [
        ("KAZ", "not_a_submission", [filed])
    ]


def test_a_figure_is_as_known_at_the_position(cycle: Told) -> None:
    filed = cycle.tell(makers.report_submitted("KAZ"), at=on("2026-04-01"))
    day = date(2026, 5, 1)
    assert values(cycle, as_of=filed - 1, effective_on=day)[1] == "0"
    assert values(cycle, as_of=filed, effective_on=day)[1] == "1"


def test_a_report_counts_from_the_day_it_was_received(cycle: Told) -> None:
    cycle.tell(makers.report_submitted("KAZ"), at=on("2026-04-01"))
    assert values(cycle, effective_on=date(2026, 3, 31))[1] == "0"
    assert values(cycle, effective_on=date(2026, 4, 1))[1] == "1"


def test_who_signs_after_the_due_day_is_not_expected(cycle: Told) -> None:
    late = date(2026, 7, 1)
    cycle.tell(makers.signature_recorded("ZZC", effective_on=late, received_on=late))
    assert values(cycle)[0] == "3"
    assert values(cycle, effective_on=date(2026, 6, 1))[0] == "3"


def test_who_withdrew_before_the_due_day_is_not_expected_and_its_report_is_named(
    cycle: Told,
) -> None:
    cycle.tell(makers.report_submitted("ZZA"), at=on("2026-03-01"))
    left = date(2026, 5, 1)
    cycle.tell(
        makers.withdrawal_notified("ZZA", effective_on=left, received_on=left), at=on("2026-08-01")
    )
    assert values(cycle) == ["2", "0", "0", "0.0", "0.0"]
    assert [
        (row["participant"], row["why"]) for row in explain(cycle, "actual_reports")["outside"]
    ] == [("ZZA", "not_expected")]
    assert values(cycle, effective_on=date(2026, 4, 1)) == ["3", "1", "1", "33.3", "33.3"]


def test_only_the_kinds_of_the_cycle_are_expected(told: Told) -> None:
    told.tell(
        makers.signature_recorded("ZZA"),
        makers.signature_recorded("ORG-ZZO"),
        makers.cycle_opened("2026", participant_kinds=["organisation"]),
    )
    assert codes(explain(told, "expected_reports")["numerator"]) == ["ORG-ZZO"]


def test_nothing_new_is_a_report_and_stands_for_what_it_renews(cycle: Told) -> None:
    cycle.tell(makers.report_submitted("ZZA", "2025"), at=on("2026-02-10"))
    cycle.tell(makers.nothing_new_declared("ZZA"), at=on("2026-05-01"))
    assert values(cycle)[1] == "1"
    assert values(cycle, "reporting_unit", "P1")[1:3] == ["1", "1"]
    assert values(cycle, "reporting_unit", "P2")[1] == "0"


def test_a_sealed_statement_is_counted_as_restricted_and_in_no_figure(cycle: Told) -> None:
    cycle.tell(makers.report_submitted("ZZA"), at=on("2026-04-01"))
    found = figures(cycle)
    p1 = found["reporting_unit", "P1", "reporting_rate"]
    p5 = found["reporting_unit", "P5", "reporting_rate"]
    assert (p1["numerator"], p1["restricted"]) == (1, 0)
    assert (p5["numerator"], p5["restricted"]) == (0, 1)
    explained = explain(cycle, "reporting_rate", Scope("reporting_unit", "P5"))
    assert codes(explained["restricted"]) == ["ZZA"]
    assert explained["numerator"] == []


def test_what_shows_a_sealed_statement_is_named_where_it_is_counted(cycle: Told) -> None:
    filed = cycle.tell(makers.report_submitted("ZZA"), at=on("2026-04-01"))
    shown = cycle.tell(makers.publication_authorised("ZZA"), at=on("2026-04-02"))
    explained = explain(cycle, "reporting_rate", Scope("reporting_unit", "P5"))
    assert [row["positions"] for row in explained["numerator"]] == [[filed, shown]]


def test_a_unit_first_answered_late_is_late_though_the_report_was_not(cycle: Told) -> None:
    cycle.tell(makers.report_submitted("ZZA"), at=on("2026-04-01"))
    more = makers.national_report(
        "ZZA", cover={"form": "update"}, statements={"P2": statement("On P2.")}
    )
    cycle.tell(makers.corrigendum_filed("ZZA", document=more), at=on("2026-09-01"))
    assert values(cycle, "reporting_unit", "P1")[1:3] == ["1", "1"]
    assert values(cycle, "reporting_unit", "P2")[1:3] == ["1", "0"]
    assert values(cycle)[1:3] == ["1", "1"]


def test_an_explanation_names_the_entries_behind_a_figure(cycle: Told) -> None:
    filed = cycle.tell(makers.report_submitted("KAZ"), at=on("2026-04-01"))
    explained = explain(cycle, "reporting_rate")
    assert [row["positions"] for row in explained["numerator"]] == [[filed]]
    assert [row["positions"] for row in explained["denominator"]] == [[1, 6], [2, 6], [3, 6]]
    assert explained["numerator"][0]["received_on"] == date(2026, 4, 1)
    assert explain(cycle, "expected_reports")["denominator"] == []


@pytest.mark.parametrize(
    "scope", [Scope("regional_group", "atlantis"), Scope("reporting_unit", "P8")]
)
def test_a_group_or_unit_that_there_is_not_is_not_found(cycle: Told, scope: Scope) -> None:
    with pytest.raises(NotFound):
        explain(cycle, "reporting_rate", scope)


def test_a_cycle_of_another_methodology_is_not_counted_by_this_one(told: Told) -> None:
    told.tell(
        makers.signature_recorded("ZZA"), makers.cycle_opened("2026", methodology_version="9.0.0")
    )
    with pytest.raises(Unavailable):
        values(told)


def test_obligations_are_all_cycles_or_one(cycle: Told) -> None:
    everything = cycle.ask(list_obligations, page=ALL).rows
    assert [(row["cycle_id"], row["participant"]) for row in everything] == [
        (cycle_id, code) for cycle_id in ("2025", "2026") for code in ("KAZ", "MAR", "ZZA", "ZZB")
    ]
    assert {row["expectation"] for row in everything if row["participant"] == "ZZB"} == {"possible"}
    overdue = cycle.ask(list_obligations, page=ALL, cycle_id="2026", timeliness="overdue").rows
    assert len(overdue) == 4
    with pytest.raises(NotFound):
        cycle.ask(list_obligations, page=ALL, cycle_id="2031")


HISTORIES = st.lists(
    st.tuples(
        st.sampled_from(["KAZ", "MAR", "TUR", "ZZA", "ORG-ZZO"]),
        st.sampled_from(["sign", "doubt", "leave", "report", "compile", "correct", "renew"]),
        st.integers(-120, 120),
    ),
    max_size=25,
)


def play(told: Told, history: list[tuple[str, str, int]]) -> None:
    """Tell what of a history the registry would have let through."""
    signed: set[str] = set()
    versions: dict[str, list[str]] = {}
    for number, (code, what, offset) in enumerate(history):
        at, day = (
            NOW.replace(month=4) + timedelta(days=number),
            date(2026, 6, 30) + timedelta(offset),
        )
        filed = versions.setdefault(code, [])
        if what in {"sign", "doubt"} and code not in signed:
            status = "confirmed" if what == "sign" else "probable"
            signed.add(code)
            told.registry.append(
                makers.signature_recorded(code, effective_on=day, claim_status=status), at=at
            )
        elif what == "leave" and code in signed:
            told.registry.append(makers.withdrawal_notified(code, effective_on=day), at=at)
        elif what in {"report", "compile"} and code in signed and not filed:
            paper = makers.compilation(code) if what == "compile" else makers.national_report(code)
            filed.append(paper["cover"]["origin"])
            told.registry.append(makers.report_submitted(code, document=paper), at=at)
        elif what == "correct" and filed == ["submission"]:
            filed.append("submission")
            told.registry.append(makers.corrigendum_filed(code), at=at)
        elif what == "renew" and code in signed and not filed:
            filed.append("submission")
            told.registry.append(makers.nothing_new_declared(code), at=at)
    told.project()


EXPLAINED = [TOTAL, Scope("regional_group", "none"), Scope("reporting_unit", "P1")]


@settings(
    max_examples=30,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(history=HISTORIES, cut=st.integers(0, 25), offset=st.integers(-150, 150))
def test_figures_agree_with_one_another_whatever_happened(
    fresh: Any, history: list[tuple[str, str, int]], cut: int, offset: int
) -> None:
    with fresh() as told:
        told.registry.append(makers.cycle_opened("2026"), at=on("2026-02-01"))
        play(told, history)
        as_of = min(cut + 1, told.registry.size)
        asked = {"as_of": as_of, "effective_on": date(2026, 6, 30) + timedelta(offset)}
        found = figures(told, **asked)
        groups_add_up_to_the_whole(found)
        explanations_count_what_figures_count(told, found, asked)
        obligations_are_the_expected(told, found, asked)
        the_matrix_says_what_units_count_and_reports_say(told, found, asked)


def groups_add_up_to_the_whole(found: Figures) -> None:
    groups = {key for dimension, key, _ in found if dimension == "regional_group"}
    for metric in METRICS[:3]:
        for column in ("numerator", "possible_numerator"):
            parts = [found["regional_group", group, metric][column] for group in groups]
            assert sum(parts) == found["total", None, metric][column]


def explanations_count_what_figures_count(
    told: Told, found: Figures, asked: dict[str, Any]
) -> None:
    for scope in EXPLAINED:
        for metric in METRICS:
            explained = explain(told, metric, scope, **asked)
            row = found[scope.dimension, scope.key, metric]
            assert explained["figure"] == row
            assert len(explained["numerator"]) == row["numerator"]
            assert len(explained["denominator"]) == (row["denominator"] or 0)
            if row["denominator"] is not None:
                assert set(codes(explained["numerator"])) <= set(codes(explained["denominator"]))


def obligations_are_the_expected(told: Told, found: Figures, asked: dict[str, Any]) -> None:
    rows = told.ask(list_obligations, page=ALL, cycle_id="2026", **asked).rows
    certain = [row for row in rows if row["expectation"] == "certain"]
    received = [row for row in certain if row["received_on"] is not None]
    in_time = [row for row in certain if row["timeliness"] == "on_time"]
    counted = [found["total", None, metric]["numerator"] for metric in METRICS[:3]]
    assert counted == [len(certain), len(received), len(in_time)]


def the_matrix_says_what_units_count_and_reports_say(
    told: Told, found: Figures, asked: dict[str, Any]
) -> None:
    rows = told.ask(list_matrix, page=ALL, cycle_id="2026", **asked).rows
    for unit in makers.UNITS:
        cells = [
            row["cells"][unit]
            for row in rows
            if row["expectation"] == "certain" and row["origin"] == "submission"
        ]
        can_be_read = [cell for cell in cells if cell["stated"] and not cell["restricted"]]
        counted = found["reporting_unit", unit, "actual_reports"]["numerator"]
        assert len(can_be_read) == counted
    for row in rows:
        report = told.ask(get_report, code=row["participant"], cycle_id="2026", **asked)
        said = {one["unit"]: one["status"] for one in report["statements"]}
        assert said == {unit: cell["status"] for unit, cell in row["cells"].items()}
