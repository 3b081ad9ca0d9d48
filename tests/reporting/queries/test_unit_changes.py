"""What became of measures between two cycles: nothing is lost, doubled, or guessed."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.reporting.queries.reports import get_report
from services.reporting.queries.unit_changes import measure_changes
from tests import makers
from tests.reporting.answering import Told

MEASURES = st.lists(
    st.fixed_dictionaries(
        {"measure_id": st.sampled_from([f"m-{number}" for number in range(8)])},
        optional={
            "implementation_status": st.sampled_from(["planned", "in_place"]),
            "title": st.fixed_dictionaries({"en": st.sampled_from(["A law", "Two laws"])}),
            "pillars": st.lists(st.sampled_from(["I", "II"]), unique=True),
        },
    ),
    unique_by=lambda one: str(one["measure_id"]),
)


def ids(measures: list[dict[str, Any]]) -> set[str]:
    return {one["measure_id"] for one in measures}


@given(before=MEASURES, now=MEASURES)
def test_every_measure_of_both_sides_is_in_exactly_one_place(
    before: list[dict[str, Any]], now: list[dict[str, Any]]
) -> None:
    found = measure_changes(before, now)
    new, gone, kept = (set(found[name]) for name in ("new", "no_longer_named", "kept"))
    changed = ids(found["changed"])
    assert len(new) + len(kept) + len(changed) == len(now)
    assert len(gone) + len(kept) + len(changed) == len(before)
    assert new | kept | changed == ids(now)
    assert gone | kept | changed == ids(before)


@given(before=MEASURES, now=MEASURES)
def test_a_measure_is_kept_when_it_is_said_word_for_word(
    before: list[dict[str, Any]], now: list[dict[str, Any]]
) -> None:
    found = measure_changes(before, now)
    assert set(found["kept"]) == {one["measure_id"] for one in now if one in before}
    then = {one["measure_id"]: one for one in before}
    here = {one["measure_id"]: one for one in now}
    for one in found["changed"]:
        was, is_now = then[one["measure_id"]], here[one["measure_id"]]
        differing = {name for name in {*was, *is_now} if was.get(name) != is_now.get(name)}
        assert one["members"] == sorted(differing)


@given(before=MEASURES, now=MEASURES)
def test_looking_from_the_other_side_gives_the_same_the_other_way(
    before: list[dict[str, Any]], now: list[dict[str, Any]]
) -> None:
    here, there = measure_changes(before, now), measure_changes(now, before)
    assert (here["new"], here["no_longer_named"]) == (there["no_longer_named"], there["new"])
    assert set(here["kept"]) == set(there["kept"])
    assert ids(here["changed"]) == ids(there["changed"])


@given(measures=MEASURES)
def test_the_order_of_measures_is_no_change(measures: list[dict[str, Any]]) -> None:
    found = measure_changes(measures[::-1], measures)
    assert found["kept"] == [one["measure_id"] for one in measures]
    assert (found["new"], found["changed"], found["no_longer_named"]) == ([], [], [])


SECTIONS = st.dictionaries(
    st.sampled_from(["P1", "P5", "P8.a"]),
    st.one_of(
        st.just(makers.sealed("P5", visibility="auditors")),
        st.just({"changed": False, "visibility": "public"}),
        st.builds(
            lambda text, measures, changed: makers.statement(
                text, measures=measures, changed=changed
            ),
            st.sampled_from(["One law.", "Two laws."]),
            MEASURES,
            st.booleans(),
        ),
    ),
    min_size=1,
)


def whole(sections: dict[str, Any]) -> dict[str, Any]:
    """Make the measures complete: ids and what was drawn, with a kind and a title."""
    whole: dict[str, Any] = {}
    for unit, said in sections.items():
        measures = [
            {"measure_type": "legislation", "title": {"en": "A law"}, **one}
            for one in said.get("measures", ())
        ]
        whole[unit] = {**said, **({"measures": measures} if "measures" in said else {})}
    return whole


@settings(
    max_examples=25,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(then=SECTIONS, now=SECTIONS)
def test_a_comparison_accounts_for_every_measure_that_can_be_read_and_for_no_other(
    fresh: Callable[[], AbstractContextManager[Told]], then: dict[str, Any], now: dict[str, Any]
) -> None:
    with fresh() as told:
        told.tell(makers.signature_recorded("ZZA"))
        for cycle_id, sections in (("2025", then), ("2026", now)):
            document = makers.national_report("ZZA", cycle_id, statements=whole(sections))
            told.tell(
                makers.cycle_opened(cycle_id),
                makers.report_submitted("ZZA", cycle_id, document=document),
            )
        report = told.ask(get_report, code="ZZA", cycle_id="2026")
    assert [row["unit"] for row in report["changes"]] == [
        row["unit"] for row in report["statements"]
    ]
    for row in report["changes"]:
        was, said = then.get(row["unit"], {}), now.get(row["unit"])
        found = row["measures"]
        if "sealed" in was or "sealed" in (said or {}):
            assert (row["comparison"], found, row["narrative_changed"]) == ("restricted",) + (
                None,
            ) * 2
        elif said is None:
            assert (row["comparison"], found) == ("not_stated", None)
        elif "narrative" not in said:
            assert (row["comparison"], found) == ("said_unchanged", None)
        else:
            same = len(found["kept"]) + len(found["changed"])
            assert len(found["new"]) + same == row["now"]["measure_count"]
            assert len(found["no_longer_named"]) + same == len(was.get("measures", ()))
