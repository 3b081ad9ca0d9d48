"""Contracts: one value has one sequence of bytes, the same that RFC 8785 gives."""

import json
import uuid
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any

import orjson
import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from contracts.canonical import DEEPEST, LARGEST_INTEGER, canonical, digest, spell
from contracts.errors import NotCanonical, NotJson
from contracts.gate import read_json
from tests.contracts.published import vectors

TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\r"), max_size=30)
NAMES = st.text(st.characters(max_codepoint=127, exclude_characters="\0\r"), max_size=12)
INTEGERS = st.integers(-LARGEST_INTEGER, LARGEST_INTEGER)
VALUES = st.recursive(
    st.none() | st.booleans() | INTEGERS | TEXTS,
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(NAMES, inner, max_size=5),
    max_leaves=30,
)


class Colour(StrEnum):
    RED = "red"


class Text(str):
    __slots__ = ()


def nested(levels: int) -> Any:
    value: Any = 1
    for _ in range(levels):
        value = [value]
    return value


@given(VALUES)
def test_every_value_of_our_subset_has_the_bytes_that_rfc8785_gives(value: Any) -> None:
    assert canonical(value) == rfc8785.dumps(value)


@given(VALUES)
def test_reading_canonical_bytes_gives_the_value_back(value: Any) -> None:
    assert read_json(canonical(value), max_depth=DEEPEST) == value


@given(VALUES)
def test_what_passed_the_gate_is_spelled_as_canonically(value: Any) -> None:
    read = read_json(json.dumps(value).encode(), max_depth=DEEPEST)
    assert spell(read) == canonical(read)


@given(NAMES, VALUES)
def test_a_number_that_is_not_an_integer_is_named_where_it_stands(name: str, value: Any) -> None:
    with pytest.raises(NotCanonical):
        canonical({"beside": value, name + "x": [value, 1.5]})


def title(case: dict[str, Any]) -> str:
    return f"{case['name']} {case.get('part', 'whole')}"


@pytest.mark.parametrize("case", vectors("canonical")["cases"], ids=title)
def test_published_cases_are_canonical_or_outside_our_subset(case: dict[str, Any]) -> None:
    raw = case["input"].encode()
    if "canonical" in case:
        expected = case["canonical"].encode()
        assert canonical(read_json(raw)) == expected
        assert canonical(orjson.loads(expected)) == expected
    else:
        with pytest.raises(NotJson) as refused:
            read_json(raw)
        assert refused.value.code == case["refused"]
        with pytest.raises(NotCanonical):
            canonical(json.loads(raw))


@pytest.mark.parametrize(
    ("value", "pointer", "reason"),
    [
        (1.0, "", "not an integer"),
        (float("nan"), "", "not an integer"),
        ({"a": [1, float("inf")]}, "/a/1", "not an integer"),
        ({"a": {"b": 2**53}}, "/a/b", "2^53-1"),
        ([-(2**53)], "/0", "2^53-1"),
        ([2**70], "/0", "2^53-1"),
        ({"a/b": {"c~d": "x\0"}}, "/a~1b/c~0d", "U+0000"),
        (["one\rtwo"], "/0", "carriage return"),
        ({"a": "\ud800"}, "/a", "lone surrogate"),
        ({"é": 1}, "", "not ASCII"),
        ({"a": [{"ü": 1}]}, "/a/0", "not ASCII"),
        ({"a\r": 1}, "", "a name with a carriage return"),
        ({"a\0": 1}, "", "a name with U+0000"),
        ({"\ud800": 1}, "", "not ASCII"),
        ({1: 1}, "", "not ASCII text"),
        ({"a": date(2026, 1, 1)}, "/a", "not JSON"),
        ({"a": uuid.UUID(int=1)}, "/a", "not JSON"),
        ({"a": Decimal(1)}, "/a", "not JSON"),
        ({"a": {1}}, "/a", "not JSON"),
        ([Colour.RED], "/0", "not JSON"),
        ([Text("a")], "/0", "not JSON"),
        ([b"bytes"], "/0", "not JSON"),
        (("a", [None, True, 0.5]), "/1/2", "not an integer"),
    ],
    ids=repr,
)
def test_what_lies_outside_is_refused_with_its_place(value: Any, pointer: str, reason: str) -> None:
    with pytest.raises(NotCanonical) as refused:
        canonical(value)
    assert refused.value.pointer == pointer
    assert reason in str(refused.value)


def test_the_first_fault_of_the_document_is_named() -> None:
    with pytest.raises(NotCanonical) as refused:
        canonical({"z": 1.5, "a": {"m": "\r"}, "b": 2.5})
    assert refused.value.pointer == "/z"


def test_a_backslash_is_no_carriage_return() -> None:
    value = {"path": "C:\\reports\\u0000"}
    assert canonical(value) == rfc8785.dumps(value)


def test_as_deep_as_can_be_spelled_and_no_deeper() -> None:
    assert canonical(nested(DEEPEST)) == b"[" * DEEPEST + b"1" + b"]" * DEEPEST
    for levels in (DEEPEST + 1, 5000):
        with pytest.raises(NotCanonical, match="deeper than 254"):
            canonical(nested(levels))


def test_a_value_that_contains_itself_is_refused() -> None:
    value: list[Any] = []
    value += [value, value]
    with pytest.raises(NotCanonical, match="deeper than"):
        canonical(value)


def test_tuples_are_arrays() -> None:
    assert canonical({"a": (1, (2,))}) == b'{"a":[1,[2]]}'


def test_a_digest_names_its_algorithm() -> None:
    empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert digest(b"") == "sha256:" + empty
