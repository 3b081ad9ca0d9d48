"""Offline verification of a disclosure that was handed out: that the log has what it opens.

Either against a receipt and the body it is of, or against an export of the whole log.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from contracts.canonical import canonical, digest
from contracts.envelope import Entry, parse_leaf
from contracts.errors import NotCanonical, NotJson, VerificationFailed
from contracts.export import verify_export
from contracts.gate import read_json
from contracts.keyring import Verifier
from contracts.receipt import verify_receipt
from contracts.sealing import Disclosure, verify_disclosure
from contracts.validation import validate

LARGEST = 16 * 2**20
CONTRACT = "answers/disclosure"


@dataclass(frozen=True, slots=True)
class Disclosed:
    """A section that the log has sealed, and what it says."""

    entry: Entry
    disclosure: Disclosure


def read_handed_out(raw: bytes) -> list[str]:
    """Read what was handed out: disclosures as spelled, a line each, or the registry's answer.

    Raises:
        VerificationFailed: it is neither, or nothing is disclosed.
    """
    if not raw.lstrip().startswith(b"{"):
        lines = raw.decode("ascii", "replace").split()
        if not lines:
            raise VerificationFailed("expected at least one disclosure")
        return lines
    try:
        answer = read_json(raw, max_bytes=LARGEST)
    except NotJson as error:
        raise VerificationFailed(f"expected disclosures: {error.message}") from error
    if faults := validate(answer, CONTRACT):
        raise VerificationFailed(f"expected an answer by {CONTRACT}: {faults[0].message}")
    if not answer["disclosures"]:
        raise VerificationFailed("the answer discloses nothing: not sealed, or erased")
    return list(answer["disclosures"])


def verify_by_receipt(
    handed_out: Sequence[str], body: Any, receipt: str, verifier: Verifier
) -> list[Disclosed]:
    """Check disclosures against one entry.

    Args:
        handed_out: disclosures as spelled.
        body: of the entry, as `data` in the feed; or the whole event that has it.
        receipt: of the entry.
        verifier: the log's key or keys, pinned; one suffices.

    Raises:
        VerificationFailed: the receipt is not of this body, or a disclosure opens nothing in it.
    """
    if isinstance(body, Mapping) and "leaf" in body and "data" in body:
        body = body["data"]
    entry = verify_receipt(receipt, verifier)
    try:
        datahash = digest(canonical(body))
    except NotCanonical as error:
        raise VerificationFailed(f"the body has {error}", position=entry.position) from error
    if datahash != entry.datahash:
        raise VerificationFailed("the receipt is of another body", position=entry.position)
    return [Disclosed(entry, verify_disclosure(encoded, body)) for encoded in handed_out]


def verify_by_export(
    handed_out: Sequence[str],
    lines: Iterable[bytes],
    verifier: Verifier,
    progress: Callable[[int], None] | None = None,
) -> list[Disclosed]:
    """Check disclosures against the whole log, and find the entries they are of.

    Args:
        handed_out: disclosures as spelled.
        lines: of the export.
        verifier: the log's key or keys, pinned; one suffices.
        progress: told the last position read, after each page.

    Raises:
        VerificationFailed: the export does not check out, or has nothing that a disclosure opens.
    """
    opening = {encoded: Disclosure.parse(encoded).digest() for encoded in handed_out}
    met: list[Any] = []
    verify_export(
        _noting(lines, [mark.encode() for mark in opening.values()], met), verifier, progress
    )
    return [_found(encoded, met) for encoded in handed_out]


def _noting(lines: Iterable[bytes], marks: Sequence[bytes], met: list[Any]) -> Iterator[bytes]:
    """Pass lines on, and keep the pages in which one of the digests occurs."""
    for line in lines:
        yield line
        if any(mark in line for mark in marks):  # by now the line is known to be a page
            page = orjson.loads(line)
            met += page if isinstance(page, list) else []


def _found(encoded: str, met: Sequence[Mapping[str, Any]]) -> Disclosed:
    for event in met:
        try:
            disclosure = verify_disclosure(encoded, event["data"])
        except VerificationFailed:  # the digest stands there by another way
            continue
        return Disclosed(parse_leaf(event["leaf"].encode()), disclosure)
    raise VerificationFailed("no entry of the export has what the disclosure opens")
