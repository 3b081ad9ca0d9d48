"""Offline verification of proofs that were handed out, against checkpoints that somebody kept."""

from collections.abc import Mapping
from typing import Any

from contracts.checkpoint import Checkpoint, open_checkpoint
from contracts.cloud_event import check_event
from contracts.encoding import from_base64
from contracts.envelope import Entry, parse_leaf
from contracts.errors import NotJson, VerificationFailed
from contracts.gate import read_json
from contracts.keyring import Verifier
from contracts.merkle import leaf_hash, verify_consistency, verify_inclusion
from contracts.validation import validate

LARGEST = 16 * 2**20


def verify_event(proof: bytes, events: bytes, note: str, verifier: Verifier) -> Entry:
    """Check that an event of the feed, leaf and body, is in the tree of a checkpoint.

    Args:
        proof: the answer of `/v1/proofs/inclusion`, for the size of the checkpoint.
        events: the event, or a page of the feed that has it.
        note: the signed checkpoint.
        verifier: the log's key or keys, pinned; one suffices.

    Raises:
        VerificationFailed: anything is not of its form, of another size, or does not check out.
    """
    answer = _answer(proof, "answers/inclusion-proof")
    position, size = answer["position"], answer["size"]
    checkpoint = open_checkpoint(note, verifier)
    _check_size(size, checkpoint)
    event = _event_at(position, events)
    leaf = event["leaf"].encode()
    verify_inclusion(
        position - 1, size, leaf_hash(leaf), _hashes(answer["hashes"]), checkpoint.root
    )
    entry = parse_leaf(leaf)
    check_event(event, entry, verifier.name)
    return entry


def verify_growth(
    proof: bytes, older: str, newer: str, verifier: Verifier
) -> tuple[Checkpoint, Checkpoint]:
    """Check that the tree of one checkpoint is the beginning of the tree of another.

    Args:
        proof: the answer of `/v1/proofs/consistency`, from the size of the one to the other's.
        older: the signed checkpoint of the smaller tree.
        newer: the signed checkpoint of the larger tree, or of the same.
        verifier: the log's key or keys, pinned; one suffices for each checkpoint.

    Raises:
        VerificationFailed: anything is not of its form, of another size, or does not check out.
    """
    answer = _answer(proof, "answers/consistency-proof")
    before, after = open_checkpoint(older, verifier), open_checkpoint(newer, verifier)
    _check_size(answer["from"], before)
    _check_size(answer["to"], after)
    verify_consistency(before.size, after.size, _hashes(answer["hashes"]), before.root, after.root)
    return before, after


def _answer(raw: bytes, contract: str) -> Mapping[str, Any]:
    answer: Mapping[str, Any] = _json(raw, "a proof")
    if faults := validate(answer, contract):
        raise VerificationFailed(f"expected an answer by {contract}: {faults[0].message}")
    return answer


def _event_at(position: int, raw: bytes) -> Mapping[str, Any]:
    """Find the event of a position: in a page, or it stands alone."""
    read = _json(raw, "an event of the feed, or a page")
    for event in read if isinstance(read, list) else [read]:
        if isinstance(event, dict) and event.get("id") == str(position):
            if not isinstance(event.get("leaf"), str):
                break
            return event
    raise VerificationFailed(
        "expected the event that the proof is of, with its leaf", position=position
    )


def _json(raw: bytes, expected: str) -> Any:
    try:
        return read_json(raw, max_bytes=LARGEST)
    except NotJson as error:
        raise VerificationFailed(f"expected {expected}: {error.message}") from error


def _check_size(size: int, checkpoint: Checkpoint) -> None:
    if size != checkpoint.size:
        raise VerificationFailed(
            f"expected a proof for the checkpoint's size {checkpoint.size}, got {size}"
        )


def _hashes(spelled: list[str]) -> list[bytes]:
    return [from_base64(one) for one in spelled]
