"""The leaf: the small envelope of an entry that the Merkle tree commits to."""

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any, NamedTuple

import orjson

from contracts.canonical import LARGEST_INTEGER, canonical
from contracts.encoding import DATE, DIGEST, INSTANT, is_date, is_instant
from contracts.errors import ContractError, VerificationFailed
from contracts.tiles import LONGEST_LEAF_BYTES

_TYPE = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")


class Entry(NamedTuple):
    """An event with its place in the log; `None` means absent, and is left out of the leaf.

    A tuple, since one is made for every entry that anybody reads.
    """

    position: int
    """Place in the log, from 1; the index of the leaf is one less."""
    recorded_at: str
    """When the log took it, UTC: `2026-11-21T20:03:44.123456Z`, always six digits."""
    type: str
    """Event type on the wire, for instance `report-submitted`."""
    dataschema: str
    """Contract of the body, as it stands in the log."""
    stream: str
    version: int
    """Place in the stream, from 1."""
    actor: str
    """Random id of who acted; never a name."""
    datahash: str
    """Digest of the canonical body: `sha256:<hex>`."""
    participant: str | None = None
    causation: int | None = None
    """Position of the earlier entry that this one answers."""
    occurred_on: str | None = None
    """`YYYY-MM-DD`, by what the event says."""
    effective_on: str | None = None
    """`YYYY-MM-DD`, by what the event says."""


def _is_word(value: Any) -> bool:
    return type(value) is str and value != "" and value.isascii() and value.isprintable()


def _is_count(value: Any) -> bool:
    return type(value) is int and 1 <= value <= LARGEST_INTEGER


def _is_type(value: Any) -> bool:
    return type(value) is str and _TYPE.fullmatch(value) is not None


def _is_moment(value: Any) -> bool:
    return type(value) is str and is_instant(value)


def _is_day(value: Any) -> bool:
    return type(value) is str and is_date(value)


def _is_digest(value: Any) -> bool:
    return type(value) is str and DIGEST.fullmatch(value) is not None


_CHECKS: Mapping[str, Callable[[Any], bool]] = {
    "position": _is_count,
    "recorded_at": _is_moment,
    "type": _is_type,
    "dataschema": _is_word,
    "stream": _is_word,
    "version": _is_count,
    "participant": _is_word,
    "actor": _is_word,
    "causation": _is_count,
    "occurred_on": _is_day,
    "effective_on": _is_day,
    "datahash": _is_digest,
}
_OPTIONAL = frozenset({"participant", "causation", "occurred_on", "effective_on"})
_REQUIRED = frozenset(_CHECKS) - _OPTIONAL


_TEXT = r'"([ !#-\[\]-~]+)"'
"""Printable ASCII without quotation mark and backslash."""
_COUNT = r"([1-9][0-9]{0,15})"
_DAY = rf'"({DATE.pattern})"'
_PLAIN = re.compile(
    rf'\{{"actor":{_TEXT}(?:,"causation":{_COUNT})?,"datahash":"({DIGEST.pattern})"'
    rf',"dataschema":{_TEXT}(?:,"effective_on":{_DAY})?(?:,"occurred_on":{_DAY})?'
    rf'(?:,"participant":{_TEXT})?,"position":{_COUNT},"recorded_at":'
    rf'"({INSTANT.pattern})"'
    rf',"stream":{_TEXT},"type":"({_TYPE.pattern})","version":{_COUNT}\}}'
)


def leaf_bytes(entry: Entry) -> bytes:
    """Give the exact bytes of an entry's leaf.

    Raises:
        ContractError: a field is not what it should be, or the leaf is longer than 65,535 bytes.
    """
    document = {name: value for name in _CHECKS if (value := getattr(entry, name)) is not None}
    if fault := _fault(document):
        raise ContractError(fault)
    leaf = canonical(document)
    if len(leaf) > LONGEST_LEAF_BYTES:
        raise ContractError(f"expected a leaf of at most {LONGEST_LEAF_BYTES} bytes")
    return leaf


def parse_leaf(leaf: bytes) -> Entry:
    """Read a leaf.

    Raises:
        VerificationFailed: it is not the canonical form of an entry.
    """
    return _parse_plain(leaf) or _parse_any(leaf)


def _parse_plain(leaf: bytes) -> Entry | None:
    """Read a leaf whose texts need no escapes, as ours do; `None` if this one is not so plain.

    Canonical form leaves one spelling, so that one pattern checks members, order and spelling at
    once, in half the time of parsing, looking at each member and spelling it all again.
    """
    found = _PLAIN.fullmatch(leaf.decode("latin-1")) if len(leaf) <= LONGEST_LEAF_BYTES else None
    if found is None:
        return None
    members = found.groups()
    actor, causation, datahash, dataschema, effective_on, occurred_on = members[:6]
    participant, position, recorded_at, stream, kind, version = members[6:]
    entry = Entry(  # by place: names would cost as much again
        int(position),
        recorded_at,
        kind,
        dataschema,
        stream,
        int(version),
        actor,
        datahash,
        participant,
        int(causation) if causation else None,
        occurred_on,
        effective_on,
    )
    try:
        datetime.fromisoformat(recorded_at)
        if effective_on:
            date.fromisoformat(effective_on)
        if occurred_on:
            date.fromisoformat(occurred_on)
    except ValueError:
        return None  # no such day; the other way says what was expected
    is_bounded = entry.position <= LARGEST_INTEGER and entry.version <= LARGEST_INTEGER
    return entry if is_bounded and (entry.causation or 0) < entry.position else None


def _parse_any(leaf: bytes) -> Entry:
    try:
        document = orjson.loads(leaf)
    except orjson.JSONDecodeError:
        raise VerificationFailed("expected a leaf in JSON") from None
    if type(document) is not dict:
        raise VerificationFailed("expected a leaf that is an object")
    if fault := _fault(document):
        raise VerificationFailed(fault)
    # All values are printable text or bounded integers now: canonical form only adds an order.
    if orjson.dumps(document, option=orjson.OPT_SORT_KEYS) != leaf:
        raise VerificationFailed("expected a leaf in canonical form")
    if len(leaf) > LONGEST_LEAF_BYTES:
        raise VerificationFailed(f"expected a leaf of at most {LONGEST_LEAF_BYTES} bytes")
    return Entry(**document)


def _fault(document: dict[str, Any]) -> str | None:
    """Say what is wrong with the members of a leaf; `None` if nothing is."""
    if not document.keys() >= _REQUIRED:
        return "expected all members that a leaf must have"
    for name, value in document.items():
        check = _CHECKS.get(name)
        if check is None:
            return "expected no members but those of a leaf"
        if not check(value):
            return f"expected another kind of value as {name}"
    if document.get("causation", 0) >= document["position"]:
        return "expected an earlier position as causation"
    return None
