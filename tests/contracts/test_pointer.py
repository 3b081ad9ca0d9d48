"""Contracts: JSON Pointers lead to one place and back (RFC 6901)."""

from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts import pointer
from contracts.errors import ContractError, NotJson
from contracts.gate import read_json
from contracts.validation import validate

DOCUMENT: dict[str, Any] = {
    "foo": ["bar", "baz"],
    "": 0,
    "a/b": 1,
    "c%d": 2,
    "e^f": 3,
    "g|h": 4,
    "i\\j": 5,
    'k"l': 6,
    " ": 7,
    "m~n": 8,
}
"""The document of RFC 6901 §5."""


@pytest.mark.parametrize(
    ("place", "found"),
    [
        ("", DOCUMENT),
        ("/foo", ["bar", "baz"]),
        ("/foo/0", "bar"),
        ("/", 0),
        ("/a~1b", 1),
        ("/c%d", 2),
        ("/e^f", 3),
        ("/g|h", 4),
        ("/i\\j", 5),
        ('/k"l', 6),
        ("/ ", 7),
        ("/m~0n", 8),
    ],
)
def test_pointers_of_the_rfc_find_what_it_says(place: str, found: Any) -> None:
    assert pointer.find(DOCUMENT, pointer.split(place)) == found


@given(st.lists(st.text(max_size=8), max_size=5))
def test_names_join_and_split_without_loss(tokens: list[str]) -> None:
    assert pointer.split(pointer.join(tokens)) == tokens


@pytest.mark.parametrize("text", ["a", "a/b", "/~", "/~2", "/a~"])
def test_text_that_is_no_pointer_is_refused(text: str) -> None:
    with pytest.raises(ContractError):
        pointer.split(text)


@pytest.mark.parametrize("place", ["/nothing", "/foo/2", "/foo/bar", "/foo/0/x", "/foo/-"])
def test_a_place_that_is_not_there_is_not_found(place: str) -> None:
    with pytest.raises(KeyError):
        pointer.find(DOCUMENT, pointer.split(place))
    with pytest.raises(KeyError):
        pointer.replace(DOCUMENT, pointer.split(place), 1)


def test_a_replacement_leaves_the_original_as_it_was() -> None:
    original = {"a": [1, {"b": 2}], "c": {"d": 3}}
    changed = pointer.replace(original, ["a", "1", "b"], 9)
    assert changed == {"a": [1, {"b": 9}], "c": {"d": 3}}
    assert original == {"a": [1, {"b": 2}], "c": {"d": 3}}
    assert changed["c"] is original["c"]
    assert pointer.replace(original, [], 0) == 0


def test_a_star_stands_for_every_child() -> None:
    document = {"s": {"P1": 1, "P2": 2}, "l": [{"x": 3}, {"y": 4}, 5], "t": ("u",)}
    assert pointer.match(document, "/s/*") == [(("s", "P1"), 1), (("s", "P2"), 2)]
    assert pointer.match(document, "/l/*/x") == [(("l", "0", "x"), 3)]
    assert pointer.match(document, "/t/0") == [(("t", "0"), "u")]
    assert pointer.match(document, "/none/*") == []
    assert pointer.match(document, "") == [((), document)]


@pytest.mark.parametrize(
    "name", ["", "a b", "name@example.test", "é", "a/b", "a~", "c" * 65, "a\n"]
)
def test_a_pointer_to_a_fault_repeats_no_name_that_could_be_anything(name: str) -> None:
    assert pointer.join_plain(["plain", 7, "$schema", name, "below"]) == "/plain/7/$schema"
    document = {"plain": [{name: {"below": 1.5}}]}
    with pytest.raises(NotJson) as refused:
        read_json(orjson.dumps(document))
    assert refused.value.pointer == "/plain/0"
    (unknown,) = [
        fault
        for fault in validate({"plan_id": "ZZA-1", name: 1}, "events/plan-registered")
        if fault.code == "unknown-member"
    ]
    assert unknown.pointer == ""
