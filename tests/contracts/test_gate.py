"""Contracts: the strict gate lets through what everybody reads alike, and nothing else."""

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.canonical import LARGEST_INTEGER, canonical
from contracts.errors import ContractError, NotCanonical, NotJson
from contracts.gate import STATUS_BY_CODE, _parse, _refuse_what_is_wrong, read_json
from tests.contracts.test_canonical import VALUES

DEEP = b"[" * 33 + b"]" * 33

HOSTILE = {
    "nothing": (b"", "not-json", ""),
    "only space": (b" \n ", "not-json", ""),
    "cut off": (b'{"a":', "not-json", ""),
    "two values": (b"{}{}", "not-json", ""),
    "a comma too many in an array": (b"[1,]", "not-json", ""),
    "a comma too many in an object": (b'{"a":1,}', "not-json", ""),
    "single quotes": (b"{'a':1}", "not-json", ""),
    "a name without quotes": (b"{a:1}", "not-json", ""),
    "a comment": (b"/* */ {}", "not-json", ""),
    "a leading zero": (b"[01]", "not-json", ""),
    "a plus sign": (b"[+1]", "not-json", ""),
    "a bare point": (b"[.5]", "not-json", ""),
    "a raw newline in text": (b'["a\nb"]', "not-json", ""),
    "a raw carriage return in text": (b'["a\rb"]', "not-json", ""),
    "a raw U+0000 in text": (b'["a\x00b"]', "not-json", ""),
    "U+0000 after the end": (b"{}\x00", "not-json", ""),
    "an unknown escape": (b'["\\x41"]', "not-json", ""),
    "half an escape": (b'["\\u12"]', "not-json", ""),
    "Python's True": (b"[True]", "not-json", ""),
    "UTF-8 with a mark": (b"\xef\xbb\xbf{}", "byte-order-mark", ""),
    "UTF-16": ("{}".encode("utf-16"), "byte-order-mark", ""),
    "UTF-16, big end first": (b"\xfe\xff\x00{\x00}", "byte-order-mark", ""),
    "UTF-16 without a mark": ("{}".encode("utf-16-le"), "not-json", ""),
    "Latin-1": (b'["\xe9"]', "not-utf8", ""),
    "an overlong form": (b'["\xc0\x80"]', "not-utf8", ""),
    "a surrogate in UTF-8": (b'["\xed\xa0\x80"]', "not-utf8", ""),
    "beyond Unicode": (b'["\xf4\x90\x80\x80"]', "not-utf8", ""),
    "a name twice": (b'{"a":1,"a":2}', "duplicate-name", ""),
    "a name twice, once escaped": (b'{"x":{"a":1,"\\u0061":2}}', "duplicate-name", "/x"),
    "a name twice in the third item": (b'[0,0,{"b":1,"b":1}]', "duplicate-name", "/2"),
    "a name twice beside quotation marks in hex": (
        rb'{"a":1,"a":2,"b":"\u0022\u0022"}',
        "duplicate-name",
        "",
    ),
    "NaN": (b'{"a":NaN}', "number-not-allowed", "/a"),
    "Infinity": (b"[Infinity]", "number-not-allowed", "/0"),
    "-Infinity": (b"[-Infinity]", "number-not-allowed", "/0"),
    "a fraction": (b'{"a":[1,{"b":1.5}]}', "number-not-allowed", "/a/1/b"),
    "a whole number with a point": (b"1.0", "number-not-allowed", ""),
    "an exponent": (b"[1e2]", "number-not-allowed", "/0"),
    "beyond what a float holds": (b"[1e400]", "number-not-allowed", "/0"),
    "2^53": (b'{"a":9007199254740992}', "integer-too-large", "/a"),
    "-2^53": (b'{"a":-9007199254740992}', "integer-too-large", "/a"),
    "five thousand digits": (b"[" + b"9" * 5000 + b"]", "integer-too-large", "/0"),
    "beyond 64 bits": (b"[0,18446744073709551616]", "integer-too-large", "/1"),
    "thirty-three levels": (DEEP, "too-deep", "/0" * 32),
    "thirty-three levels of objects": (b'{"a":' * 33 + b"1" + b"}" * 33, "too-deep", "/a" * 32),
    "two hundred and fifty levels": (b"[" * 250 + b"]" * 250, "too-deep", "/0" * 32),
    "a hundred thousand levels": (b"[" * 100_000, "too-deep", ""),
    "U+0000 in text": (b'{"a":"x\\u0000y"}', "forbidden-character", "/a"),
    "U+0000 in a name": (b'{"a\\u0000":1}', "forbidden-character", ""),
    "a carriage return in text": (b'["a\\r\\nb"]', "forbidden-character", "/0"),
    "a carriage return in hex": (b'["a\\u000Db"]', "forbidden-character", "/0"),
    "a name beyond ASCII": ('{"é":1}'.encode(), "forbidden-character", ""),
    "a name beyond ASCII, escaped": (b'{"a":{"\\u00e9":1}}', "forbidden-character", "/a"),
    "half a surrogate pair": (b'{"a":"\\ud83d"}', "lone-surrogate", "/a"),
    "the second half of a pair": (b'["\\ude00"]', "lone-surrogate", "/0"),
    "a pair the wrong way round": (b'["\\ude00\\ud83d"]', "lone-surrogate", "/0"),
    "half a pair in a name": (b'{"\\ud800":1}', "lone-surrogate", ""),
    "too many bytes": (b" " * 1_048_577, "too-large", ""),
}


@pytest.mark.parametrize(("raw", "code", "pointer"), HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_body_is_refused_with_the_reason_and_the_place(
    raw: bytes, code: str, pointer: str
) -> None:
    with pytest.raises(NotJson) as refused:
        read_json(raw)
    assert (refused.value.code, refused.value.pointer) == (code, pointer)
    assert refused.value.status == STATUS_BY_CODE[code]
    assert 400 <= refused.value.status < 500
    assert refused.value.message == str(refused.value)


def test_every_reason_is_met_by_a_hostile_body() -> None:
    assert {code for _, code, _ in HOSTILE.values()} == set(STATUS_BY_CODE)


@pytest.mark.parametrize(
    "raw",
    [
        b'{"CANARY":1,"CANARY":2}',
        b'{"CANARY beside":1.5}',
        b'{"a":"CANARY\\r"}',
        b'{"a":CANARY}',
        b'{"CANARY":{"\\u00e9CANARY":"CANARY"}}',
        b'{"a":{"CANARY' + b"CANARY" * 20 + b'":[1.5]}}',
        b"[CANARY" + b"9" * 400,
    ],
)
def test_a_refusal_says_nothing_of_what_was_sent(raw: bytes) -> None:
    with pytest.raises(NotJson) as refused:
        read_json(raw)
    assert "CANARY" not in refused.value.message
    assert refused.value.pointer in ("", "/a", "/CANARY")
    assert refused.value.__cause__ is None
    assert refused.value.__suppress_context__


def test_a_pointer_stops_before_a_name_that_is_not_plain() -> None:
    with pytest.raises(NotJson) as refused:
        read_json(b'{"a":{"not a name":[1.5]}}')
    assert refused.value.pointer == "/a"


@given(VALUES)
def test_what_passes_is_what_was_meant_and_has_canonical_bytes(value: Any) -> None:
    for spelled in (
        json.dumps(value, ensure_ascii=False),
        json.dumps(value, ensure_ascii=True, indent=3),
        json.dumps(value, ensure_ascii=False, indent="\t").replace("\n", "\r\n"),
    ):
        found = read_json(spelled.encode(), max_depth=100)
        assert found == value
        assert canonical(found) == canonical(value)


@given(st.binary(max_size=60) | st.text(max_size=60).map(str.encode))
def test_any_bytes_give_a_value_with_canonical_bytes_or_a_refusal(raw: bytes) -> None:
    try:
        value = read_json(raw)
    except NotJson:
        return
    assert json.loads(raw) == value
    canonical(value)


@given(st.from_regex(re.compile(r'[\[\]{}:," \\u0dDrn8e.a-]{0,24}'), fullmatch=True))
def test_scraps_of_json_give_a_value_with_canonical_bytes_or_a_refusal(text: str) -> None:
    try:
        value = read_json(text.encode())
    except NotJson:
        with pytest.raises((ValueError, AssertionError)):
            canonical(json.loads(text, object_pairs_hook=_once))
    else:
        canonical(value)


def _once(members: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(members)
    assert len(found) == len(members)
    return found


SPACES = st.sampled_from(["", "", "", "", " ", "\n  ", "\r\n\t"])
# fmt: off
TEXTS_AS_SENT = st.sampled_from(
    [
        "a", "b", "a:b", "é", "😀", "[{,}]", r'\"', r'\"a\":', r"\u0022", r"\\u0022", r"\\",
        r"\/", r"\n", r"\u000a", r"\r", r"\u000D", r"\\r", r"\u0000", r"\u0061", r"\u00e9",
        r"\ud83d\ude00", r"\ud83d", "1.5", ",1.5,", "\\",
    ]
)
NUMBERS_AS_SENT = st.sampled_from(
    [
        "0", "-0", "7", "-7", "true", "false", "null", "9007199254740991", "1.0", "1.5", "1e3",
        "1E400", "01", "NaN", "-Infinity", "-9007199254740992", "9007199254740992",
        "18446744073709551616", "123456789012345678901234567890",
    ]
)
# fmt: on
NAMES_AS_SENT = st.lists(TEXTS_AS_SENT, max_size=2).map("".join).map('"{}"'.format)


@st.composite
def _containers_as_sent(draw: st.DrawFn, inner: st.SearchStrategy[str]) -> str:
    items = draw(st.lists(inner, max_size=4))
    if draw(st.booleans()):
        colon = f"{draw(SPACES)}:{draw(SPACES)}"
        items = [draw(NAMES_AS_SENT) + colon + item for item in items]
        opening, closing = "{}"
    else:
        opening, closing = "[]"
    comma = f"{draw(SPACES)},{draw(SPACES)}"
    levels = draw(st.sampled_from([0] * 20 + [13, 28, 29, 30, 31]))
    return "[" * levels + opening + draw(SPACES) + comma.join(items) + closing + "]" * levels


AS_SENT = st.recursive(NUMBERS_AS_SENT | NAMES_AS_SENT, _containers_as_sent, max_leaves=12)


def _read_slowly(raw: bytes) -> Any:
    """Read as the gate would if it trusted no shortcut."""
    try:
        value = _parse(raw, catch_duplicate_keys=True)
    except ValueError:
        value = None
    _refuse_what_is_wrong(raw, 32)
    return value


def _outcome(read: Callable[[bytes], Any], raw: bytes) -> object:
    try:
        return repr(read(raw))
    except NotJson as refused:
        return refused.code, refused.pointer, refused.message, refused.status


@settings(max_examples=400)
@given(AS_SENT)
def test_the_shortcut_lets_through_and_refuses_as_the_slow_way_does(text: str) -> None:
    assert _outcome(read_json, text.encode()) == _outcome(_read_slowly, text.encode())


@given(VALUES, st.sampled_from(["a", '"', "é", 'a"b']), st.sampled_from([None, 2]))
def test_a_name_twice_is_seen_whatever_stands_beside_it(
    value: Any, name: str, indent: int | None
) -> None:
    beside = json.dumps(value, indent=indent, ensure_ascii=False)
    again = json.dumps(name).replace('\\"', "\\u0022")
    text = f'{{"x":{beside},"y":[{{{json.dumps(name)}:1, {again}:{beside}}}]}}'
    with pytest.raises(NotJson) as refused:
        read_json(text.encode(), max_depth=100)
    assert (refused.value.code, refused.value.pointer) == ("duplicate-name", "/y/0")


@pytest.mark.parametrize("core", ["[]", "{}", '{"a":1}', '["é"]', "1", '"a"'])
@pytest.mark.parametrize("space", ["", " "])
def test_depth_is_limited_alike_whatever_lies_deepest(core: str, space: str) -> None:
    levels = 32 - (core[0] in "[{")
    read_json(("[" * levels + space + core + "]" * levels).encode())
    with pytest.raises(NotJson) as refused:
        read_json(("[" * (levels + 1) + space + core + "]" * (levels + 1)).encode())
    assert (refused.value.code, refused.value.pointer) == ("too-deep", "/0" * 32)


def test_limits_are_inclusive() -> None:
    assert read_json(DEEP[1:-1]) == json.loads(DEEP[1:-1])
    assert read_json(b'"' + b"a" * 8 + b'"', max_bytes=10) == "a" * 8
    for limit in (LARGEST_INTEGER, -LARGEST_INTEGER):
        assert read_json(str(limit).encode()) == limit
    assert read_json(b"[-0]") == [0]


def test_escapes_that_only_look_forbidden_pass() -> None:
    raw = rb'{"a":"C:\\reports\\u0000","b":"\\r"}'
    assert read_json(raw) == {"a": r"C:\reports\u0000", "b": r"\r"}


def test_deeper_than_the_parser_goes_is_refused_whatever_the_limit() -> None:
    with pytest.raises(NotJson) as refused:
        read_json(b"[" * 300 + b"]" * 300, max_depth=1000)
    assert refused.value.code == "not-json"


def test_errors_of_the_language_are_value_errors() -> None:
    assert issubclass(NotJson, ContractError)
    assert issubclass(NotCanonical, ContractError)
    assert issubclass(ContractError, ValueError)
