"""Contracts: what was handed out checks out against a receipt or an export, or is refused."""

import json
from typing import Any

import pytest

from contracts.canonical import canonical, digest
from contracts.disclosed import (
    Disclosed,
    read_handed_out,
    verify_by_export,
    verify_by_receipt,
)
from contracts.errors import VerificationFailed
from contracts.merkle import inclusion_proof, leaf_hash, root_of
from contracts.receipt import Receipt
from contracts.sealing import seal_section
from tests.contracts.logs import ENTRY, KEY, OTHER_KEY, SmallLog, line

MARK, OPENED = seal_section("/person", {"name": "Fictitious"}, bytes(16))
OTHER_MARK, OTHER = seal_section("/reasons", {"text": "No."}, bytes(range(16)))
BODY: dict[str, Any] = {"person": MARK, "reasons": OTHER_MARK}
MENTIONING = {"note": MARK["sealed"]}


@pytest.fixture
def log() -> SmallLog:
    """Nine entries; the sixth has what was handed out, the fourth only mentions its digest."""
    bodies: list[dict[str, Any]] = [{"number": number} for number in range(9)]
    bodies[3], bodies[5] = MENTIONING, BODY
    entries = [replace_entry(at, body) for at, body in enumerate(bodies, 1)]
    return SmallLog(entries, bodies)


def replace_entry(position: int, body: dict[str, Any]) -> Any:
    return ENTRY._replace(position=position, version=position, datahash=digest(canonical(body)))


def receipt(log: SmallLog, position: int) -> str:
    hashes = [leaf_hash(leaf) for leaf in log.leaves]

    def node(level: int, index: int) -> bytes:
        width = 1 << level
        return root_of(hashes[index * width : (index + 1) * width])

    proof = tuple(inclusion_proof(position - 1, len(hashes), node))
    return Receipt(position - 1, proof, log.checkpoint(), log.leaves[position - 1]).text()


def test_it_checks_out_against_the_receipt_of_its_entry(log: SmallLog) -> None:
    for body in (BODY, log.events()[5]):
        found = verify_by_receipt([OPENED.encoded()], body, receipt(log, 6), KEY.verifier)
        assert found == [Disclosed(log.entries[5], OPENED)]


def test_it_checks_out_against_an_export_which_says_where(log: SmallLog) -> None:
    told: list[int] = []
    handed_out = [OTHER.encoded(), OPENED.encoded()]
    found = verify_by_export(handed_out, log.export(), KEY.verifier, told.append)
    assert found == [Disclosed(log.entries[5], OTHER), Disclosed(log.entries[5], OPENED)]
    assert told[-1] == 9


def test_against_another_entry_key_or_body_it_does_not(log: SmallLog) -> None:
    spelled = [OPENED.encoded()]
    changed = {**BODY, "number": 1}
    for body, text, key, reason in (
        (BODY, receipt(log, 5), KEY, "another body"),
        (changed, receipt(log, 6), KEY, "another body"),
        ({"number": 1.5}, receipt(log, 6), KEY, "the body has"),
        (MENTIONING, receipt(log, 4), KEY, "expected a section"),
        (BODY, receipt(log, 6), OTHER_KEY, "signature|key"),
        (BODY, "no receipt", KEY, "expected"),
    ):
        with pytest.raises(VerificationFailed, match=reason):
            verify_by_receipt(spelled, body, text, key.verifier)


def test_an_export_that_lacks_it_or_does_not_check_out_is_refused(log: SmallLog) -> None:
    _, never = seal_section("/person", {"name": "Fictitious"}, bytes([7]) * 16)
    with pytest.raises(VerificationFailed, match="no entry of the export"):
        verify_by_export([never.encoded()], log.export(), KEY.verifier)
    with pytest.raises(VerificationFailed):
        verify_by_export([OPENED.encoded()], log.export()[:-1], KEY.verifier)
    log.bodies[0] = {"number": 7}
    with pytest.raises(VerificationFailed):
        verify_by_export([OPENED.encoded()], log.export(), KEY.verifier)
    with pytest.raises(VerificationFailed, match="base64url"):
        verify_by_export(["%"], log.export(), KEY.verifier)


def test_what_was_handed_out_is_read_as_lines_or_as_the_answer() -> None:
    both = [OPENED.encoded(), OTHER.encoded()]
    assert read_handed_out("\n".join(both).encode() + b"\n") == both
    answer = {"position": 6, "disclosures": both}
    assert read_handed_out(json.dumps(answer, indent=1).encode()) == both


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b"", "at least one"),
        (b" \n", "at least one"),
        (b'{"position": 6', "expected disclosures"),
        (b'{"position": "6", "disclosures": []}', "answers/disclosure"),
        (line({"position": 6, "disclosures": []}), "discloses nothing"),
    ],
)
def test_what_is_no_disclosure_is_said_plainly(raw: bytes, reason: str) -> None:
    with pytest.raises(VerificationFailed, match=reason):
        read_handed_out(raw)
