"""What became of measures between two cycles: nothing is lost, doubled, or guessed."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from services.reporting.queries.unit_changes import measure_changes

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
