"""The strict gate: bytes become a JSON value only if everybody would read the same value."""

import json
from collections.abc import Iterator, Mapping
from typing import Any, NoReturn

import jiter
import orjson

from contracts import pointer
from contracts.canonical import DEEPEST, LARGEST_INTEGER, fault_of_text, is_plain
from contracts.errors import NotJson

STATUS_BY_CODE: Mapping[str, int] = {
    "not-utf8": 400,
    "byte-order-mark": 400,
    "not-json": 400,
    "duplicate-name": 400,
    "lone-surrogate": 400,
    "too-deep": 400,
    "too-large": 413,
    "number-not-allowed": 422,
    "integer-too-large": 422,
    "forbidden-character": 422,
}
_BYTE_ORDER_MARKS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
_Path = tuple[str | int, ...]


def read_json(raw: bytes, *, max_bytes: int = 1_048_576, max_depth: int = 32) -> Any:
    """Read a JSON value, or say precisely why these bytes are not one for us.

    What passes has canonical bytes: objects with ASCII names that occur once, arrays, text
    without U+0000 and carriage returns, integers up to 2^53-1 either way, booleans, null.

    Args:
        raw: UTF-8 without byte order mark.
        max_bytes: longest that is read at all.
        max_depth: how many arrays and objects may lie in each other.

    Raises:
        NotJson: the bytes are not that; `code` says why, `pointer` where, if it is known.
    """
    if len(raw) > max_bytes:
        _refuse("too-large", f"expected at most {max_bytes} bytes, got {len(raw)}")
    try:
        value = _parse(raw, catch_duplicate_keys=False)
    except ValueError:
        _refuse_what_is_wrong(raw, max_depth)
        _refuse("not-json", "expected JSON")
    if not _is_ours(value, raw, max_depth):
        _refuse_what_is_wrong(raw, max_depth)
    return value


def _parse(raw: bytes, *, catch_duplicate_keys: bool) -> Any:
    """Parse; a number that is not an integer becomes an object that only jiter knows."""
    return jiter.from_json(
        raw,
        allow_inf_nan=False,
        catch_duplicate_keys=catch_duplicate_keys,
        float_mode="lossless-float",
        cache_mode="keys",
    )


def _is_ours(value: Any, raw: bytes, max_depth: int) -> bool:
    """Say whether what was parsed is surely what the gate lets through; `False`: look slowly.

    Spelling it again looks at every member in native code, four times as fast as we could.
    """
    # U+0000 and a carriage return can only come in as escapes.
    if b"\\" in raw and (b"\\u000" in raw or b"\\r" in raw):
        return False
    # orjson spells DEEPEST levels and no more; lists around the value bring that to our limit.
    around = max(DEEPEST - max_depth, 0)
    wrapped = value
    for _ in range(around):
        wrapped = [wrapped]
    try:
        spelled = orjson.dumps(wrapped, option=orjson.OPT_STRICT_INTEGER)
    except orjson.JSONEncodeError:
        return False  # too deep, an integer too large, a number that is not an integer
    spelled = spelled[around : len(spelled) - around]
    return _has_each_name_once(raw, spelled) and (spelled.isascii() or is_plain(value))


def _has_each_name_once(raw: bytes, spelled: bytes) -> bool:
    """Say whether all members of `raw` are in `spelled`, which has but one for each name.

    As many quotation marks mean as many names and texts, unless one is itself spelled as U+0022.
    """
    if raw == spelled:
        return True
    if b"\\" not in raw or b"\\u0022" not in raw:
        return raw.count(b'"') == spelled.count(b'"')
    try:
        _parse(raw, catch_duplicate_keys=True)
    except ValueError:
        return False
    return True


class _Members(list[tuple[str, Any]]):
    """An object as its names stood, doubles included."""


class _Number:
    """A number that is not an integer, or not finite."""


def _refuse_what_is_wrong(raw: bytes, max_depth: int) -> None:
    """Look slowly, to name the first fault and its place; returns if it finds none."""
    if raw.startswith(_BYTE_ORDER_MARKS):
        _refuse("byte-order-mark", "expected UTF-8 without a byte order mark")
    try:
        text = raw.decode()
    except UnicodeDecodeError as error:
        _refuse("not-utf8", f"expected UTF-8; byte {error.start} is not")
    try:
        value = json.loads(
            text,
            object_pairs_hook=_Members,
            parse_float=lambda _: _Number(),
            parse_constant=lambda _: _Number(),
            parse_int=lambda digits: int(digits[:18]),
        )
    except json.JSONDecodeError as error:
        _refuse("not-json", f"expected JSON; line {error.lineno} column {error.colno} is not")
    except RecursionError:
        _refuse("too-deep", f"expected at most {max_depth} levels")
    for path, code, message in _faults(value, max_depth):
        _refuse(code, message, path)


def _faults(value: Any, max_depth: int) -> Iterator[tuple[_Path, str, str]]:
    """Name what the gate refuses, in the order of the document."""
    todo: list[tuple[_Path, Any]] = [((), value)]
    while todo:
        path, node = todo.pop()
        if isinstance(node, list) and len(path) >= max_depth:
            yield path, "too-deep", f"expected at most {max_depth} levels"
        elif isinstance(node, _Members):
            yield from _faults_of_names(path, [name for name, _ in node])
            todo.extend(((*path, name), child) for name, child in reversed(node))
        elif isinstance(node, list):
            todo.extend(((*path, index), node[index]) for index in reversed(range(len(node))))
        elif isinstance(node, str):
            if fault := fault_of_text(node):
                yield path, _code_of(fault), f"expected text without {fault}"
        elif isinstance(node, _Number):
            yield path, "number-not-allowed", "expected an integer or text, got another number"
        elif isinstance(node, int) and not -LARGEST_INTEGER <= node <= LARGEST_INTEGER:
            yield path, "integer-too-large", "expected an integer of at most 2^53-1 either way"


def _faults_of_names(path: _Path, names: list[str]) -> Iterator[tuple[_Path, str, str]]:
    if len(set(names)) < len(names):
        yield path, "duplicate-name", "expected each name of this object once"
    for name in names:
        if fault := fault_of_text(name):
            yield path, _code_of(fault), f"expected names without {fault}"
        elif not name.isascii():
            yield path, "forbidden-character", "expected names in ASCII"


def _code_of(fault: str) -> str:
    return "lone-surrogate" if fault == "a lone surrogate" else "forbidden-character"


def _refuse(code: str, message: str, path: _Path = ()) -> NoReturn:
    """Refuse; the pointer stops before the first name that is not plain, so it echoes no text."""
    status = STATUS_BY_CODE[code]
    raise NotJson(code, message, pointer=pointer.join_plain(path), status=status) from None
