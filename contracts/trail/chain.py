"""Contracts room: the months of a trail: how each is named and signed, and how it follows."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, pairwise
from typing import Any, BinaryIO

import orjson

from contracts.encoding import from_base64, to_base64
from contracts.errors import VerificationFailed
from contracts.export import Verified, read_lines, verify_export
from contracts.keyring import Signer, Verifier, VerifierKeys
from contracts.note import NotSigned, SigningKey, VerifierKey

MONTH = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])")
_SAID = re.compile(rb'"source":"[!-~]{1,242}/trail/([0-9]{4}-[0-9]{2})"')
BEGUN = "month-begun"
"""Type of the first entry of each month."""
DROPPED = "months-dropped"


def segment_origin(origin: str, month: str) -> str:
    """Name the log of a month.

    Args:
        origin: of the register's log.
        month: `2026-11`, in UTC.
    """
    return f"{origin}/trail/{month}"


@dataclass(frozen=True, slots=True)
class SegmentSigner:
    """What signs the log of a month: the register's keys of now, under that log's name.

    A checkpoint has its origin in what is signed, so none can be taken for another log's.
    """

    register: Signer
    month: str

    @property
    def name(self) -> str:
        """Give the log's origin."""
        return segment_origin(self.register.name, self.month)

    @property
    def keys(self) -> tuple[SigningKey, ...]:
        """Give the keys that sign now, the newest first."""
        return tuple(SigningKey(self.name, key.private) for key in self.register.keys)

    @property
    def verifier(self) -> VerifierKeys:
        """Accept what the register's keys sign, and what its earlier ones signed."""
        return segment_verifier(self.register.verifier, self.month)


def segment_verifier(pinned: Verifier, month: str) -> VerifierKeys:
    """Give what checks the log of a month, from the pinned keys of the register."""
    name = segment_origin(pinned.name, month)
    return VerifierKeys(tuple(VerifierKey(name, key.public) for key in pinned.keys))


def not_signed(pinned: Verifier) -> str:
    """Say that no key signed a month, by the ids that the register's keys are known by.

    The keys of the months are made from those, and have ids of their own that nobody lists.
    """
    known = ", ".join(key.key_id.hex() for key in pinned.keys)
    return (
        f"it carries no signature of a known key of the register; known here is {known}: the trail"
        " is another register's, or signed with a key that is missing here"
    )


@dataclass(frozen=True, slots=True)
class Tip:
    """Where the log of a month ended, as contract `common/trail` says it."""

    month: str
    size: int
    root: bytes

    @classmethod
    def parse(cls, spelled: Mapping[str, Any]) -> "Tip":
        """Read it from an entry that was valid when it was recorded."""
        return cls(spelled["month"], spelled["size"], from_base64(spelled["root"]))

    def spelled(self) -> dict[str, Any]:
        """Give it as JSON values."""
        return {"month": self.month, "size": self.size, "root": to_base64(self.root)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """What the chain needs to know of the log of one month, whose entries were checked."""

    tip: Tip
    """Where it ends now."""
    previous: Tip | None
    """Where the month before ended, by its first entry; `None` in a trail's first month."""
    dropped: tuple[Tip, ...] = ()
    """Which earlier months were deleted, by its entries."""


def segment_of(tip: Tip, events: Iterable[tuple[str, Mapping[str, Any]]]) -> Segment:
    """Gather what the chain needs from the entries of a month.

    Args:
        tip: where it ends.
        events: type and body, in their order.

    Raises:
        VerificationFailed: it does not begin as a month does.
    """
    begun: Mapping[str, Any] | None = None
    dropped: list[Tip] = []
    for number, (kind, body) in enumerate(events):
        if (number == 0) is not (kind == BEGUN):
            raise VerificationFailed(f"{tip.month}: expected it to begin once, with its beginning")
        if kind == BEGUN:
            begun = body
        elif kind == DROPPED:
            dropped += map(Tip.parse, body["dropped"])
    if begun is None or begun["month"] != tip.month:
        raise VerificationFailed(f"{tip.month}: expected it to begin with its beginning")
    previous = Tip.parse(begun["previous"]) if "previous" in begun else None
    return Segment(tip=tip, previous=previous, dropped=tuple(dropped))


def check_chain(segments: Sequence[Segment]) -> Tip | None:
    """Check that each month follows the one before, and none between them is missing.

    Args:
        segments: oldest first, at least one.

    Returns:
        The month before the first of them, if there was one that no entry says was dropped: it is
        missing, or somebody has it elsewhere.

    Raises:
        VerificationFailed: two do not follow each other.
    """
    for before, after in pairwise(segments):
        if after.previous != before.tip:
            raise VerificationFailed(
                f"{after.tip.month} does not follow {before.tip.month} as it stands:"
                " entries or a month were taken away, or added"
            )
    previous = segments[0].previous
    dropped = {tip for segment in segments for tip in segment.dropped}
    return None if previous in dropped else previous


def verify_segment(file: BinaryIO, pinned: Verifier) -> tuple[Verified, Segment]:
    """Check the export of one month of the trail, as any export, and read what the chain needs.

    Args:
        file: of the export.
        pinned: key of the register's own log, or several.

    Raises:
        VerificationFailed: anything does not check out.
    """
    lines = read_lines(file)
    first = next(lines, b"")
    month = _month_said(first)
    found: list[tuple[str, Mapping[str, Any]]] = []
    all_lines = _noting(chain((first,), lines), found)
    try:
        verified = verify_export(all_lines, segment_verifier(pinned, month))
    except NotSigned:
        raise VerificationFailed(f"{month}: {not_signed(pinned)}") from None
    return verified, segment_of(Tip(month, verified.size, verified.root), found)


def _month_said(line: bytes) -> str:
    """Find of which month an export says it is; whether it is, its signature shows."""
    said = _SAID.search(line)
    if said is None:
        raise VerificationFailed("expected the export of a month of a trail")
    return said[1].decode()


def _noting(lines: Iterable[bytes], found: list[tuple[str, Mapping[str, Any]]]) -> Iterator[bytes]:
    """Pass lines on, and note the events in them that say how the months follow.

    What was read of a line counts only once all of them were verified.
    """
    for line in lines:
        yield line
        value = orjson.loads(line)  # the verification has read it, strictly, and asks for more
        for event in value if isinstance(value, list) else ():
            if event["type"] in {BEGUN, DROPPED} or not found:
                found.append((event["type"], event["data"]))
