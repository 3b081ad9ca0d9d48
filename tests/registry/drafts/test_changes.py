"""Drafts: in what a section differs from what was carried forward."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.registry.drafts.changes import MOST_CHANGES, changes

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.text("ab", max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("ab", max_size=2), inner),
    max_leaves=8,
)


@pytest.mark.parametrize(
    ("base", "content", "expected"),
    [
        ({"a": 1}, {"a": 2}, [("/a", "changed")]),
        ({"a": 1}, {}, [("/a", "removed")]),
        ({}, {"a": None}, [("/a", "added")]),
        ({"a": [1, 2]}, {"a": [1, 3, 4]}, [("/a/1", "changed"), ("/a/2", "added")]),
        ({"a": [1, 2]}, {"a": [1]}, [("/a/1", "removed")]),
        ({"a": {"b": 1}}, {"a": [1]}, [("/a", "changed")]),
        ({"a": True}, {"a": 1}, [("/a", "changed")]),
        ({"a/b": 1}, {"a/b": 2}, [("/a~1b", "changed")]),
        ([], {}, [("", "changed")]),
    ],
)
def test_each_place_that_differs_is_named(base: Any, content: Any, expected: Any) -> None:
    assert [(one["pointer"], one["change"]) for one in changes(base, content)] == expected


@given(JSON, JSON)
def test_what_is_the_same_has_no_changes_and_what_is_not_has_some(base: Any, content: Any) -> None:
    assert changes(base, base) == []
    same = repr(_sorted(base)) == repr(_sorted(content))
    assert (changes(base, content) == []) is same


def _sorted(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _sorted(value[name]) for name in sorted(value)}
    return [_sorted(one) for one in value] if isinstance(value, list) else value


def test_a_section_written_anew_lists_so_many_places_at_most() -> None:
    assert len(changes(list(range(1_000)), list(range(1, 1_001)))) == MOST_CHANGES
