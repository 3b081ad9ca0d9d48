"""Contracts: a receipt kept for twenty years proves one entry, offline, against a pinned key."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.encoding import to_base64
from contracts.envelope import leaf_bytes
from contracts.errors import VerificationFailed
from contracts.merkle import inclusion_proof, leaf_hash
from contracts.receipt import HEADER, Receipt, verify_receipt
from tests.contracts.logs import KEY, ORIGIN, OTHER_KEY, small_log
from tests.contracts.trees import nodes_of

LOG = small_log(23)
NODE = nodes_of([leaf_hash(leaf) for leaf in LOG.leaves])
NOTE = LOG.checkpoint()


def receipt(position: int) -> Receipt:
    index = position - 1
    proof = tuple(inclusion_proof(index, 23, NODE))
    return Receipt(index, proof, NOTE, LOG.leaves[index])


@pytest.mark.parametrize("position", range(1, 24))
def test_every_entry_of_a_log_has_a_receipt_that_holds(position: int) -> None:
    entry = LOG.entries[position - 1]
    whole = receipt(position)
    assert verify_receipt(whole.text(), KEY.verifier) == entry
    assert verify_receipt(whole.text(), KEY.verifier, leaf_bytes(entry)) == entry
    bare = replace(whole, leaf=None).text()
    assert verify_receipt(bare, KEY.verifier, leaf_bytes(entry)) == entry


def test_a_receipt_is_a_proof_as_the_specification_spells_it() -> None:
    whole = receipt(23)
    lines = whole.text().split("\n")
    assert lines[:3] == [HEADER, f"extra {to_base64(LOG.leaves[22])}", "index 22"]
    assert lines[3:6] == [to_base64(found) for found in whole.hashes]
    assert lines[6:9] == ["", ORIGIN, "23"]
    assert whole.text().endswith(NOTE)


HASHES = st.lists(st.binary(min_size=32, max_size=32), max_size=63).map(tuple)


@given(st.integers(0, 2**62), HASHES, st.none() | st.binary(max_size=80))
def test_the_text_of_a_receipt_reads_back(
    index: int, hashes: tuple[bytes, ...], leaf: bytes | None
) -> None:
    whole = Receipt(index, hashes, NOTE, leaf)
    assert Receipt.parse(whole.text()) == whole


@given(st.integers(0, 5000), st.integers(0, 7))
def test_one_changed_bit_spoils_a_receipt(at: int, bit: int) -> None:
    raw = bytearray(receipt(9).text().encode())
    raw[at % len(raw)] ^= 1 << bit
    try:
        changed = raw.decode()
    except UnicodeDecodeError:
        return
    with pytest.raises(VerificationFailed):
        verify_receipt(changed, KEY.verifier)


HASH = to_base64(bytes(32))


@pytest.mark.parametrize(
    "text",
    [
        "",
        HEADER,
        f"{HEADER}\n\n",
        f"wrong-header\nindex 0\n\n{NOTE}",
        f"{HEADER}\nextra !!\nindex 0\n\n{NOTE}",
        f"{HEADER}\nextra QQ\nindex 0\n\n{NOTE}",
        f"{HEADER}\n\n\n{NOTE}",
        f"{HEADER}\n\n{NOTE}",
        f"{HEADER}\nextra QQ==\n\n{NOTE}",
        f"{HEADER}\nindex x\n\n{NOTE}",
        f"{HEADER}\nindex -5\n\n{NOTE}",
        f"{HEADER}\nindex 05\n\n{NOTE}",
        f"{HEADER}\nindex  5\n\n{NOTE}",
        f"{HEADER}\nindex 5 \n\n{NOTE}",
        f"{HEADER}\nindex 5\nextra QQ==\n\n{NOTE}",
        f"{HEADER}\nindex 0\n!!\n\n{NOTE}",
        f"{HEADER}\nindex 0\n{to_base64(bytes(64))}\n\n{NOTE}",
        f"{HEADER}\nindex 0\n{to_base64(bytes(31))}\n\n{NOTE}",
        f"{HEADER}\nindex 0\n" + f"{HASH}\n" * 64 + f"\n{NOTE}",
        f"{HEADER}\r\nindex 0\r\n\r\n{NOTE}",
        f"\n{HEADER}\nindex 0\n\n{NOTE}",
    ],
    ids=lambda text: repr(text[22:60]) + str(len(text)),
)
def test_other_text_is_no_receipt(text: str) -> None:
    with pytest.raises(VerificationFailed):
        Receipt.parse(text)


def test_a_receipt_with_an_empty_line_more_does_not_verify() -> None:
    with pytest.raises(VerificationFailed):
        verify_receipt(receipt(3).text().replace("\n\n", "\n\n\n", 1), KEY.verifier)


def test_a_receipt_of_another_log_is_refused() -> None:
    with pytest.raises(VerificationFailed, match="known key"):
        verify_receipt(receipt(3).text(), OTHER_KEY.verifier)


def test_a_receipt_for_another_leaf_is_refused() -> None:
    text = receipt(3).text()
    with pytest.raises(VerificationFailed, match="another leaf"):
        verify_receipt(text, KEY.verifier, LOG.leaves[3])
    bare = replace(receipt(3), leaf=None).text()
    with pytest.raises(VerificationFailed, match="another root"):
        verify_receipt(bare, KEY.verifier, LOG.leaves[3])


def test_a_receipt_without_a_leaf_needs_one() -> None:
    with pytest.raises(VerificationFailed, match="no leaf"):
        verify_receipt(replace(receipt(3), leaf=None).text(), KEY.verifier)


def test_a_leaf_in_the_wrong_place_is_refused_even_if_it_was_signed() -> None:
    log = small_log(1)
    log.entries[0] = log.entries[0]._replace(position=2)
    misplaced = Receipt(0, (), log.checkpoint(), log.leaves[0])
    with pytest.raises(VerificationFailed, match="position 1, got 2"):
        verify_receipt(misplaced.text(), KEY.verifier)
