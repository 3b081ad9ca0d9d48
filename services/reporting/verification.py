"""Verification: a page of the feed and a signed checkpoint become proven entries, or an error.

Pure. A consumer of every leaf needs no proofs: it extends its own frontier with the leaves it
was given, and where that reaches the size of a signed checkpoint, the roots must be equal.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import orjson

from contracts.canonical import canonical, digest
from contracts.checkpoint import Checkpoint
from contracts.envelope import Entry, parse_leaf
from contracts.errors import NotCanonical, VerificationFailed
from contracts.merkle import Frontier, leaf_hash

MOST_ENTRIES = 256
"""Entries in a page of the feed, at most."""


class Verified(NamedTuple):
    """An entry that is as its leaf says; whether the leaf is in the log, the root will say."""

    entry: Entry
    leaf: str
    """Exact text of the leaf."""
    leaf_hash: bytes
    data: dict[str, Any]
    """The event's body, as it stands in the log."""


def verify_page(page: bytes, *, after: int, origin: str) -> list[Verified]:
    """Check one page of the feed, leaf by leaf.

    Args:
        page: the answer's bytes, a JSON array of CloudEvents.
        after: position of the last entry before the page; the page must go on from there
            without a gap.
        origin: name of the log, which every event must give as its source.

    Raises:
        VerificationFailed: something is not as its leaf says; it names the position.
    """
    try:
        events = orjson.loads(page)
    except orjson.JSONDecodeError:
        raise VerificationFailed("expected a page in JSON", position=after + 1) from None
    if type(events) is not list or len(events) > MOST_ENTRIES:
        reason = f"expected a page that is an array of at most {MOST_ENTRIES} events"
        raise VerificationFailed(reason, position=after + 1)
    return [_verify(event, position, origin) for position, event in enumerate(events, after + 1)]


def _verify(event: Any, position: int, origin: str) -> Verified:
    if type(event) is not dict:
        raise VerificationFailed("expected an event that is an object", position=position)
    leaf, data = event.get("leaf"), event.get("data")
    if type(leaf) is not str or type(data) is not dict:
        raise VerificationFailed("expected leaf as text and data as an object", position=position)
    raw = leaf.encode()
    try:
        entry = parse_leaf(raw)
    except VerificationFailed as error:
        raise VerificationFailed(error.reason, position=position) from None
    if entry.position != position:
        reason = f"expected the leaf of position {position}, got that of {entry.position}"
        raise VerificationFailed(reason, position=position)
    # The page's text may say a name twice, or write what is equal otherwise: what is taken from it
    # has the digest in the leaf, so nobody who checks can take anything else from it.
    try:
        found = digest(canonical(data))
    except NotCanonical as error:
        raise VerificationFailed(f"the body has {error}", position=position) from None
    if found != entry.datahash:
        reason = "expected data with the digest that the leaf names, got other data"
        raise VerificationFailed(reason, position=position)
    expected = {
        "specversion": "1.0",
        "id": str(position),
        "source": origin,
        "type": entry.type,
        "time": entry.recorded_at,
        "datacontenttype": "application/json",
        "dataschema": entry.dataschema,
        "leaf": leaf,
        "data": data,
    }
    if entry.participant is not None:
        expected["subject"] = entry.participant
    if event != expected:
        raise VerificationFailed(_difference(expected, event), position=position)
    return Verified(entry, leaf, leaf_hash(raw), data)


def _difference(expected: Mapping[str, Any], event: Mapping[str, Any]) -> str:
    """Name the first attribute that the leaf does not bear out."""
    for name in expected:
        if name not in event:
            return f"expected the attribute {name}, which the leaf names"
        if expected[name] != event[name]:
            return f"expected the attribute {name} to be as in the leaf, got another value"
    return "expected no attribute beyond those that follow from the leaf"


def extend(frontier: Frontier, entries: Sequence[Verified]) -> Frontier:
    """Give the frontier after these entries.

    Raises:
        VerificationFailed: they do not go on where the frontier ends.
    """
    if entries and entries[0].entry.position != frontier.size + 1:
        reason = f"expected to go on after {frontier.size}"
        raise VerificationFailed(reason, position=entries[0].entry.position)
    return frontier.extend(each.leaf_hash for each in entries)


def prove(frontier: Frontier, checkpoint: Checkpoint) -> None:
    """Check that the signed root is the root of every leaf that was read.

    Raises:
        VerificationFailed: another size, or another root: the feed and the signature speak of
            different logs.
    """
    if frontier.size != checkpoint.size:
        reason = f"expected a checkpoint of size {frontier.size}, got {checkpoint.size}"
        raise VerificationFailed(reason)
    root = frontier.root()
    if root != checkpoint.root:
        reason = f"expected root {root.hex()} of the leaves read, the checkpoint signs "
        raise VerificationFailed(reason + checkpoint.root.hex(), position=checkpoint.size)
