"""Pillar balance: every item weighs one in all, denominators are said, nobody is put in order."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date
from fractions import Fraction
from itertools import groupby
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contracts.catalogue import BASE, load
from contracts.events import RegistryEvent
from contracts.sealing import Disclosure
from services.kit.errors import NotFound
from services.reporting.queries.commitment_state import STANDING
from services.reporting.queries.pillar_balance import (
    METHODOLOGY_VERSION,
    NO_PILLAR,
    SUBJECTS,
    Item,
    shares,
)
from services.reporting.queries.pillars import list_pillar_balance
from tests import makers
from tests.reporting.answering import ALL, Told
from tests.reporting.histories import histories
from tests.reporting.queries.aggregate_laws import followed, row_is_what_its_explanation_counts

PILLARS = ("I", "II", "III", "IV")


def measure(measure_id: str, *pillars: str) -> dict[str, Any]:
    return {
        "measure_id": measure_id,
        "measure_type": "event",
        "title": {"en": "Something done"},
        **({"pillars": list(pillars)} if pillars else {}),
    }


def report(code: str, cycle_id: str = "2026", **statements: Any) -> RegistryEvent:
    document = makers.national_report(code, cycle_id, statements=statements)
    return makers.report_submitted(code, cycle_id, document=document)


def saying(*measures: dict[str, Any]) -> dict[str, Any]:
    return makers.statement(measures=list(measures))


def balance(told: Told, subject: str, whose: str | None = None, **asked: Any) -> Any:
    """The shares by pillar of one participant's own items, or of all together."""
    rows = told.ask(list_pillar_balance, page=ALL, **asked).rows
    return {
        row["pillar"]: row["value"]
        for row in rows
        if (row["participant"], row["metric"]) == (whose, f"share_of_{subject}")
        and row["origin"] == "submission"
    }


def test_the_published_method_is_the_one_that_counts() -> None:
    published = load(f"{BASE}methodologies/pillar-balance/{METHODOLOGY_VERSION}.json")
    assert list(published["metrics"]) == [f"share_of_{subject}" for subject in SUBJECTS]
    counted = {state for state, text in published["timeliness"].items() if "not" not in text}
    assert counted == STANDING


def item(*pillars: str, at: int = 1) -> Item:
    return Item(participant="ZZA", pillars=frozenset(pillars), positions=(at,))


def test_an_item_on_several_pillars_weighs_a_part_in_each() -> None:
    found = {one.pillar: one for one in shares([item("I"), item("I", "II", at=2)], PILLARS)}
    assert (found["I"].weight, found["I"].items, found["I"].share) == (Fraction(3, 2), 2, "75.0")
    assert (found["II"].weight, found["II"].items, found["II"].share) == (Fraction(1, 2), 1, "25.0")
    assert (found["III"].share, found[NO_PILLAR].share) == ("0.0", "0.0")
    assert (found["I"].positions, found["II"].positions) == ((1, 2), (2,))
    assert {one.total for one in found.values()} == {2}


def test_a_pillar_that_no_edition_knows_is_shown_and_not_lost() -> None:
    found = [one.pillar for one in shares([item("V"), item()], PILLARS)]
    assert found == [*PILLARS, "V", NO_PILLAR]


def test_where_there_is_nothing_to_share_there_is_no_share() -> None:
    assert {one.share for one in shares([], PILLARS)} == {None}


@pytest.mark.parametrize(
    ("of_first", "total", "expected"),
    [(1, 3, "33.3"), (2, 3, "66.7"), (1, 8, "12.5"), (1, 16, "6.2"), (3, 16, "18.8")],
)
def test_shares_are_rounded_half_to_even(of_first: int, total: int, expected: str) -> None:
    items = [item("I")] * of_first + [item("II")] * (total - of_first)
    assert shares(items, PILLARS)[0].share == expected


@given(st.lists(st.sets(st.sampled_from([*PILLARS, "V"])), max_size=12))
def test_the_weights_of_all_pillars_add_up_to_the_number_of_items(named: list[set[str]]) -> None:
    items = [item(*pillars) for pillars in named]
    found = shares(items, PILLARS)
    assert sum((one.weight for one in found), Fraction(0)) == len(items)


def test_commitments_that_stand_are_counted(told: Told) -> None:
    told.tell(
        makers.signature_recorded(),
        makers.plan_registered(),
        makers.commitment_declared(pillars=["II"]),
        makers.commitment_declared(commitment_id="C-02", pillars=["I", "IV"]),
        makers.commitment_declared(commitment_id="C-03", pillars=["III"]),
        makers.commitment_withdrawn(commitment_id="C-03"),
    )
    now = balance(told, "commitments", effective_on=date(2026, 8, 1))
    assert now == {"I": "25.0", "II": "50.0", "III": "0.0", "IV": "25.0", "none": "0.0"}
    before = balance(told, "commitments", effective_on=date(2025, 1, 1))
    assert (before["II"], before["III"]) == ("33.3", "33.3")
    assert balance(told, "commitments", effective_on=date(2024, 2, 1))["II"] is None
    told.tell(makers.plan_concluded(effective_on=date(2026, 6, 30)))
    assert balance(told, "commitments", effective_on=date(2026, 6, 30))["II"] == "50.0"
    assert balance(told, "commitments", effective_on=date(2026, 7, 1))["II"] is None


def test_a_measure_counts_once_with_the_pillars_of_all_parts_that_name_it(told: Told) -> None:
    told.tell(
        makers.signature_recorded(),
        makers.cycle_opened("2025"),
        makers.cycle_opened("2026"),
        report("ZZA", "2025", P1=saying(measure("m-1", "III"), measure("m-9", "III"))),
        report(
            "ZZA",
            P1=saying(measure("m-1", "I")),
            P3=saying(measure("m-1", "II"), measure("m-2")),
            P5=makers.sealed("P5", visibility="secretariat"),
        ),
    )
    named = balance(told, "measures", cycle_id="2026")
    assert named == {"I": "25.0", "II": "25.0", "III": "0.0", "IV": "0.0", "none": "50.0"}
    every = balance(told, "measures")
    assert every == {"I": "16.7", "II": "16.7", "III": "33.3", "IV": "0.0", "none": "33.3"}
    rows = told.ask(list_pillar_balance, page=ALL, cycle_id="2026").rows
    (first,) = [
        row
        for row in rows
        if (row["metric"], row["pillar"], row["participant"]) == ("share_of_measures", "I", "ZZA")
    ]
    assert (first["items"], first["weight_numerator"], first["weight_denominator"]) == (1, 1, 2)
    assert (first["total"], first["restricted"], first["positions"]) == (2, 1, [5])
    assert first["cycle_id"] == "2026"


def resting(told: Told, pillar: str, **asked: Any) -> tuple[int, list[int]]:
    """How many of ZZA's measures name a pillar, and the entries that these rest on."""
    rows = told.ask(list_pillar_balance, page=ALL, participant="ZZA", **asked).rows
    (row,) = [
        row for row in rows if (row["metric"], row["pillar"]) == ("share_of_measures", pillar)
    ]
    return row["items"], row["positions"]


def test_what_shows_a_section_is_named_with_the_measures_that_it_shows(told: Told) -> None:
    said = makers.statement(measures=[measure("m-2", "I")], visibility="secretariat")
    hidden = Disclosure("/document/statements/P5", "c2FsdCBvZiBzaXh0ZWVuIQ", said)
    submitted = report("ZZA", P1=saying(measure("m-1", "I")), P5={"sealed": hidden.digest()})
    told.tell(makers.signature_recorded(), makers.cycle_opened(), submitted)
    assert resting(told, "I", cycle_id="2026") == (1, [3])
    opening = {"unit": "P5", "disclosure": hidden.encoded()}
    told.tell(makers.publication_authorised(revealed=[opening]))
    assert resting(told, "I", cycle_id="2026") == (2, [3, 4])


def renewed(told: Told, **statements: Any) -> None:
    """ZZA reports for 2025 (entry 4), and says for 2026 that nothing is new (entry 5)."""
    document = makers.national_report("ZZA", "2025", statements=statements)
    told.tell(
        makers.signature_recorded(),
        makers.cycle_opened("2025"),
        makers.cycle_opened("2026"),
        makers.report_submitted("ZZA", "2025", document=document),
        makers.nothing_new_declared(renews_digest=makers.digest_of(document)),
    )


def test_a_renewal_is_named_with_the_measures_that_it_lets_stand(told: Told) -> None:
    renewed(told, P1=saying(measure("m-1", "II")))
    assert resting(told, "II", cycle_id="2025") == (1, [4])
    assert resting(told, "II", cycle_id="2026") == (1, [4, 5])
    assert resting(told, "II") == (1, [4, 5])


def test_a_sealed_part_counts_once_however_many_reports_it_stands_in(told: Told) -> None:
    sealed = makers.sealed("P5", visibility="secretariat")
    renewed(told, P1=saying(measure("m-1", "II")), P5=sealed)
    for whose in (None, "ZZA"):
        rows = told.ask(list_pillar_balance, page=ALL, participant=whose).rows
        found = {row["metric"]: row["restricted"] for row in rows}
        assert found == {"share_of_commitments": 0, "share_of_measures": 1}
        (row, *_) = [row for row in rows if row["metric"] == "share_of_measures"]
        (part,) = followed(told, row)["restricted"]
        assert (part["participant"], part["item"], part["code"]) == ("ZZA", "P5", None)
        assert (part["report_id"], part["report_version"]) == ("ZZA-2025", 1)
        assert (part["positions"], part["asserted_by"]) == ([4, 5], "participant")


def test_who_has_no_items_has_shares_that_are_explained_and_who_is_unknown_none(told: Told) -> None:
    told.tell(makers.signature_recorded("ZZA"), makers.plan_registered("ZZD"))
    told.tell(makers.commitment_declared("ZZD"))
    rows = told.ask(list_pillar_balance, page=ALL, participant="ZZA").rows
    assert len(rows) == 10
    for row in rows:
        row_is_what_its_explanation_counts(told, row)
    assert len(told.ask(list_pillar_balance, page=ALL, participant="ZZD").rows) == 10
    unknown = told.ask(list_pillar_balance, page=ALL, participant="ZZQ")
    assert (unknown.rows, unknown.beside) == ([], {"illustrative": 0})


def test_measures_on_human_rights_are_counted_too(told: Told) -> None:
    document = makers.national_report("ZZA", statements={"P1": saying(measure("m-1", "I"))})
    document["human_rights"] = {
        "narrative": {"en": "Courts."},
        "measures": [measure("m-2", "IV")],
        "visibility": "public",
    }
    told.tell(
        makers.signature_recorded(),
        makers.cycle_opened(),
        makers.report_submitted(document=document),
    )
    assert balance(told, "measures")["IV"] == "50.0"


def test_all_together_pools_the_certain_and_shows_the_possible_beside(told: Told) -> None:
    told.tell(
        makers.signature_recorded("ZZA"),
        makers.signature_recorded("ZZB"),
        makers.signature_recorded("ZZC", claim_status="probable"),
        *(makers.plan_registered(code) for code in ("ZZA", "ZZB", "ZZC", "ZZD")),
        makers.commitment_declared("ZZA", pillars=["I"]),
        makers.commitment_declared("ZZA", commitment_id="C-02", pillars=["I"]),
        makers.commitment_declared("ZZB", pillars=["II"]),
        makers.commitment_declared("ZZC", pillars=["III"]),
        makers.commitment_declared("ZZD", pillars=["IV"]),
    )
    together = balance(told, "commitments")
    assert together == {"I": "66.7", "II": "33.3", "III": "0.0", "IV": "0.0", "none": "0.0"}
    rows = told.ask(list_pillar_balance, page=ALL).rows
    first = rows[0]
    assert (first["participant"], first["total"], first["participants"]) == (None, 3, 2)
    assert first["possible_total"] == 1
    standing = {row["participant"]: row["standing"] for row in rows if row["participant"]}
    assert standing == {"ZZA": "certain", "ZZB": "certain", "ZZC": "possible", "ZZD": None}
    assert [code for code, _ in groupby(row["participant"] for row in rows)] == [
        None,
        "ZZA",
        "ZZB",
        "ZZC",
        "ZZD",
    ], "in the order of codes"
    assert balance(told, "commitments", "ZZC", participant="ZZC")["III"] == "100.0"
    assert balance(told, "commitments", None, participant="ZZC") == {}
    assert set(balance(told, "measures", "ZZC", participant="ZZC").values()) == {None}


def test_compilations_have_rows_of_their_own_and_are_in_no_figure_of_all(told: Told) -> None:
    told.tell(
        makers.signature_recorded(),
        makers.plan_registered(origin="illustrative_compilation", sources=[makers.source()]),
        makers.commitment_declared(pillars=["I"]),
    )
    listed = told.ask(list_pillar_balance, page=ALL)
    assert listed.beside["illustrative"] == 1
    assert set(balance(told, "commitments").values()) == {None}
    compiled = [row for row in listed.rows if row["origin"] == "illustrative_compilation"]
    assert {row["participant"] for row in compiled} == {"ZZA"}
    assert compiled[0]["value"] == "100.0"


def test_a_cycle_that_is_not_known_is_not_found(told: Told) -> None:
    told.tell(makers.signature_recorded())
    with pytest.raises(NotFound):
        told.ask(list_pillar_balance, page=ALL, cycle_id="2031")


@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(events=histories())
def test_shares_add_up_to_the_whole_for_any_history(
    fresh: Callable[[], AbstractContextManager[Told]], events: list[RegistryEvent]
) -> None:
    with fresh() as told:
        told.tell(*events)
        rows = told.ask(list_pillar_balance, page=ALL).rows

    def whose(row: dict[str, Any]) -> tuple[str, str, str]:
        return row["participant"] or "", row["origin"], row["metric"]

    assert rows
    for _, found in groupby(rows, key=whose):
        group = list(found)
        weights = (Fraction(row["weight_numerator"], row["weight_denominator"]) for row in group)
        (total,) = {row["total"] for row in group}
        assert sum(weights, Fraction(0)) == total
