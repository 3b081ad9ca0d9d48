"""Offline verification of all that the register holds about one participant.

Every entry comes with its receipt, all of them under one signed checkpoint; streams have no gap.
That nothing was left out at the end of a stream, or a whole stream, cannot be seen from this file
alone: the whole export shows it. Drafts are no entries, so nothing proves what they say.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from contracts.checkpoint import open_checkpoint
from contracts.cloud_event import check_event
from contracts.envelope import Entry
from contracts.errors import NotJson, VerificationFailed
from contracts.gate import read_json
from contracts.keyring import Verifier
from contracts.receipt import Receipt, verify_receipt
from contracts.sealing import verify_disclosure
from contracts.validation import validate

LARGEST_LINE = 16 * 2**20
CONTRACT = "feed/own-data-line"


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnData:
    """What a verified file holds."""

    participant: str
    size: int
    """Of the signed tree that all receipts lead to."""
    entries: int = 0
    disclosures: int = 0
    drafts: int = 0
    pieces: int = 0
    """Of evidence."""


@dataclass(slots=True)
class _Read:
    """How far the entries have been read; every entry of their streams is of one participant."""

    position: int = 0
    versions: dict[str, int] = field(default_factory=dict)
    """Last version by stream."""

    def step(self, entry: Entry) -> None:
        """Take the next entry.

        Raises:
            VerificationFailed: it does not follow what was read.
        """
        if entry.position <= self.position:
            raise VerificationFailed("expected entries in their order", position=entry.position)
        version = self.versions.get(entry.stream, 0) + 1
        if entry.version != version:
            raise VerificationFailed(
                f"expected version {version} of its stream, got {entry.version}",
                position=entry.position,
            )
        self.position, self.versions[entry.stream] = entry.position, version


def verify_own_data(
    lines: Iterable[bytes],
    verifier: Verifier,
    progress: Callable[[int], None] | None = None,
) -> OwnData:
    """Check a participant's own data from the heading to the end.

    Args:
        lines: of the file, with or without newline at the end.
        verifier: the log's key or keys, pinned; one suffices.
        progress: told the number of entries read, after each.

    Raises:
        VerificationFailed: anything does not check out; `position` says where, for an entry.
    """
    rest = iter(lines)
    heading = _line(next(rest, b""), "heading")
    size = open_checkpoint(heading["checkpoint"], verifier).size
    found, read = OwnData(participant=heading["participant"], size=size), _Read()
    for raw in rest:
        line = _line(raw)
        match line["kind"]:
            case "entry":
                opened = _check_entry(line, heading, verifier, read)
                found = replace(
                    found, entries=found.entries + 1, disclosures=found.disclosures + opened
                )
                if progress:
                    progress(found.entries)
            case "draft":
                found = replace(found, drafts=found.drafts + 1)
            case "evidence":
                found = replace(found, pieces=found.pieces + 1)
            case "end":
                _check_end(line, found, rest)
                return found
            case _:
                raise VerificationFailed("expected one heading, at the beginning")
    raise VerificationFailed("expected an end with the counts: the file was cut")


def _line(raw: bytes, kind: str | None = None) -> Mapping[str, Any]:
    try:
        line = read_json(raw.rstrip(b"\n"), max_bytes=LARGEST_LINE)
    except NotJson as error:
        raise VerificationFailed(f"expected a line of JSON: {error.message}") from error
    if faults := validate(line, CONTRACT):
        raise VerificationFailed(f"expected a line by {CONTRACT}: {faults[0].message}")
    if kind is not None and line["kind"] != kind:
        raise VerificationFailed(f"expected a {kind}")
    found: Mapping[str, Any] = line
    return found


def _check_entry(
    line: Mapping[str, Any], heading: Mapping[str, Any], verifier: Verifier, read: _Read
) -> int:
    """Check one entry; give how many sections its disclosures open."""
    event = line["event"]
    if Receipt.parse(line["receipt"]).checkpoint_note != heading["checkpoint"]:
        raise VerificationFailed("expected every receipt to lead to the checkpoint of the heading")
    leaf = event.get("leaf")
    if not isinstance(leaf, str):
        raise VerificationFailed("expected an event with its leaf")
    entry = verify_receipt(line["receipt"], verifier, leaf.encode())
    check_event(event, entry, verifier.name)
    if entry.participant != heading["participant"]:
        raise VerificationFailed("the entry is of another participant", position=entry.position)
    read.step(entry)
    for encoded in line["disclosures"]:
        verify_disclosure(encoded, event["data"])
    return len(line["disclosures"])


def _check_end(line: Mapping[str, Any], found: OwnData, rest: Iterable[bytes]) -> None:
    counts = (line["entries"], line["drafts"], line["pieces"])
    if counts != (found.entries, found.drafts, found.pieces):
        raise VerificationFailed("the end counts something else than the file holds")
    if next(iter(rest), None) is not None:
        raise VerificationFailed("expected nothing after the end")
