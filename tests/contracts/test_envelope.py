"""Contracts: a leaf is one spelling of one entry."""

import json
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.canonical import LARGEST_INTEGER, canonical
from contracts.envelope import Entry, _parse_any, _parse_plain, leaf_bytes, parse_leaf
from contracts.errors import ContractError, VerificationFailed
from tests.contracts.logs import ENTRY

WORDS = st.text(st.characters(min_codepoint=32, max_codepoint=126), min_size=1, max_size=20)
DAYS = st.none() | st.dates().map(str)
ENTRIES = st.builds(
    Entry,
    position=st.integers(2, LARGEST_INTEGER),
    recorded_at=st.datetimes().map(lambda at: at.isoformat(timespec="microseconds") + "Z"),
    type=st.from_regex(r"[a-z]{1,8}(-[a-z0-9]{1,8}){0,2}", fullmatch=True),
    dataschema=WORDS,
    stream=WORDS,
    version=st.integers(1, LARGEST_INTEGER),
    participant=st.none() | WORDS,
    actor=WORDS,
    causation=st.none() | st.just(1),
    occurred_on=DAYS,
    effective_on=DAYS,
    datahash=st.binary(min_size=32, max_size=32).map(lambda raw: "sha256:" + raw.hex()),
)

GOOD = {name: value for name, value in ENTRY._asdict().items() if value is not None}


@given(ENTRIES)
def test_an_entry_survives_as_canonical_bytes(entry: Entry) -> None:
    leaf = leaf_bytes(entry)
    assert parse_leaf(leaf) == entry
    assert canonical(json.loads(leaf)) == leaf


@given(ENTRIES, st.integers(0, 400), st.sampled_from(b'019"\\{}:, aZ-.\x7f\xc3'))
def test_the_short_way_to_read_a_leaf_accepts_nothing_that_the_long_way_refuses(
    entry: Entry, at: int, byte: int
) -> None:
    raw = bytearray(leaf_bytes(entry))
    raw[at % len(raw)] = byte
    for leaf in (leaf_bytes(entry), bytes(raw)):
        plain = _parse_plain(leaf)
        assert plain is None or plain == _parse_any(leaf)


def test_our_own_leaves_are_read_the_short_way() -> None:
    assert _parse_plain(leaf_bytes(ENTRY)) == ENTRY


def test_what_is_absent_is_left_out() -> None:
    assert set(json.loads(leaf_bytes(ENTRY))) == set(GOOD)
    assert "occurred_on" not in GOOD


@given(st.integers(0, 400), st.integers(0, 7))
def test_one_changed_bit_is_refused_or_says_something_else(at: int, bit: int) -> None:
    raw = bytearray(leaf_bytes(ENTRY))
    raw[at % len(raw)] ^= 1 << bit
    try:
        entry = parse_leaf(bytes(raw))
    except VerificationFailed:
        return
    assert entry != ENTRY
    assert leaf_bytes(entry) == bytes(raw)


@given(ENTRIES, st.integers(0, 2000), st.binary(max_size=3), st.integers(0, 4))
def test_both_ways_of_reading_a_leaf_read_alike(
    entry: Entry, at: int, put: bytes, gone: int
) -> None:
    """The quick way gives what the thorough way gives, or leaves the leaf to it."""
    leaf = leaf_bytes(entry)
    at %= len(leaf)
    for raw in (leaf, leaf[:at] + put + leaf[at + gone :]):
        try:
            thorough = _parse_any(raw)
        except VerificationFailed:
            assert _parse_plain(raw) is None
        else:
            assert _parse_plain(raw) in (thorough, None)


BAD_MEMBERS: list[tuple[str, Any]] = [
    ("position", 0),
    ("position", True),
    ("position", "1"),
    ("position", LARGEST_INTEGER + 1),
    ("version", 0),
    ("version", 9_999_999_999_999_999),
    ("version", None),
    ("recorded_at", "2026-11-21T20:03:44Z"),
    ("recorded_at", "2026-02-30T20:03:44.123456Z"),
    ("recorded_at", 1),
    ("type", "ReportSubmitted"),
    ("type", ""),
    ("type", 1),
    ("dataschema", ""),
    ("stream", "a\nb"),
    ("stream", "é"),
    ("stream", 1),
    ("participant", ""),
    ("participant", 1),
    ("participant", None),
    ("actor", None),
    ("causation", 0),
    ("causation", 1),
    ("causation", "1"),
    ("occurred_on", "2026-02-30"),
    ("effective_on", 20260201),
    ("datahash", "sha256:" + "A" * 64),
    ("datahash", 1),
    ("comment", "more than a leaf has"),
]


@pytest.mark.parametrize(("name", "value"), BAD_MEMBERS, ids=repr)
def test_a_member_that_is_not_as_it_should_be_is_refused(name: str, value: Any) -> None:
    with pytest.raises(VerificationFailed):
        parse_leaf(orjson.dumps({**GOOD, name: value}, option=orjson.OPT_SORT_KEYS))


@pytest.mark.parametrize(
    ("name", "value"),
    [(name, value) for name, value in BAD_MEMBERS if name != "comment" and value is not None],
    ids=repr,
)
def test_no_leaf_is_made_that_could_not_be_read(name: str, value: Any) -> None:
    with pytest.raises(ContractError):
        leaf_bytes(ENTRY._replace(**{name: value}))


@pytest.mark.parametrize("name", sorted(set(GOOD) - {"participant", "effective_on"}))
def test_a_leaf_has_all_that_it_must_have(name: str) -> None:
    with pytest.raises(VerificationFailed):
        parse_leaf(canonical({key: value for key, value in GOOD.items() if key != name}))


LEAF = leaf_bytes(ENTRY)
OTHER_SPELLINGS = {
    "nothing": b"",
    "an array": b"[]",
    "a number": b"1",
    "null": b"null",
    "no UTF-8": b"\xff",
    "a newline at the end": LEAF + b"\n",
    "a space before": b" " + LEAF,
    "a space within": LEAF.replace(b'"version":1', b'"version": 1'),
    "an escape without need": LEAF.replace(b'"KAZ"', b'"\\u004bAZ"'),
    "a point": LEAF.replace(b'"version":1', b'"version":1.0'),
    "a name twice": LEAF.replace(b'"version":1', b'"version":1,"version":1'),
    "another order": json.dumps(dict(reversed(GOOD.items())), separators=(",", ":")).encode(),
}


@pytest.mark.parametrize("raw", OTHER_SPELLINGS.values(), ids=OTHER_SPELLINGS)
def test_another_spelling_of_a_leaf_is_refused(raw: bytes) -> None:
    with pytest.raises(VerificationFailed):
        parse_leaf(raw)


def test_a_leaf_fits_a_bundle() -> None:
    room = 65_535 - len(leaf_bytes(ENTRY)) + len(ENTRY.stream)
    longest = ENTRY._replace(stream="s" * room)
    assert parse_leaf(leaf_bytes(longest)) == longest
    with pytest.raises(ContractError, match="65535"):
        leaf_bytes(ENTRY._replace(stream="s" * (room + 1)))
    with pytest.raises(VerificationFailed, match="65535"):
        parse_leaf(canonical({**GOOD, "stream": "s" * (room + 1)}))
