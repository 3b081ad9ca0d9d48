"""Contracts: what we prove, a verifier that we did not write accepts, and refuses what is wrong."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sigstore.errors import VerificationError

from contracts.checkpoint import Checkpoint, sign_checkpoint
from contracts.encoding import to_base64
from contracts.keyring import SigningKeys
from contracts.merkle import inclusion_proof, leaf_hash, root_of
from contracts.note import SigningKey, countersign
from contracts.receipt import Receipt
from contracts.tiles import FULL_WIDTH, decode_bundle, entries_path, tile_path
from tests.contracts.logs import KEY, ORIGIN, OTHER_KEY, small_log
from tests.contracts.sigstore_verifier import verify_with_sigstore
from tests.contracts.trees import nodes_of

LEAVES = [f'{{"position":{number + 1}}}'.encode() for number in range(5000)]
HASHES = [leaf_hash(leaf) for leaf in LEAVES]
NODE = nodes_of(HASHES)


@settings(max_examples=150)
@given(st.integers(1, 5000), st.data())
def test_sigstore_accepts_inclusion_in_any_tree_and_its_signed_checkpoint(
    size: int, data: st.DataObject
) -> None:
    index = data.draw(st.integers(0, size - 1))
    note = sign_checkpoint(Checkpoint(ORIGIN, size, root_of(HASHES[:size])), KEY)
    proof = inclusion_proof(index, size, NODE)
    verify_with_sigstore(LEAVES[index], index, proof, note, KEY.verifier)


@pytest.mark.parametrize("size", range(1, 40))
def test_sigstore_accepts_every_leaf_of_a_small_tree(size: int) -> None:
    note = sign_checkpoint(Checkpoint(ORIGIN, size, root_of(HASHES[:size])), KEY)
    for index in range(size):
        proof = inclusion_proof(index, size, NODE)
        verify_with_sigstore(LEAVES[index], index, proof, note, KEY.verifier)


def test_sigstore_finds_either_key_while_a_log_changes_its_key() -> None:
    new = SigningKey.generate(ORIGIN)
    checkpoint = Checkpoint(ORIGIN, 5000, root_of(HASHES))
    both = sign_checkpoint(checkpoint, SigningKeys((new, KEY)))
    added = countersign(sign_checkpoint(checkpoint, KEY), new)
    proof = inclusion_proof(77, 5000, NODE)
    for note in (both, added):
        for key in (KEY, new):
            verify_with_sigstore(LEAVES[77], 77, proof, note, key.verifier)
    with pytest.raises(VerificationError):
        verify_with_sigstore(LEAVES[77], 77, proof, sign_checkpoint(checkpoint, new), KEY.verifier)


def test_sigstore_refuses_another_leaf_proof_key_or_root() -> None:
    note = sign_checkpoint(Checkpoint(ORIGIN, 5000, root_of(HASHES)), KEY)
    forged = sign_checkpoint(Checkpoint(ORIGIN, 5000, root_of(HASHES[:4999])), KEY)
    proof = inclusion_proof(77, 5000, NODE)
    for leaf, index, hashes, signed, key in (
        (LEAVES[78], 77, proof, note, KEY),
        (LEAVES[77], 76, proof, note, KEY),
        (LEAVES[77], 77, proof[:-1], note, KEY),
        (LEAVES[77], 77, [*proof[:-1], bytes(32)], note, KEY),
        (LEAVES[77], 77, proof, forged, KEY),
        (LEAVES[77], 77, proof, note, OTHER_KEY),
        (LEAVES[77], 77, proof, note.replace("\n5000\n", "\n5001\n"), KEY),
    ):
        with pytest.raises(VerificationError):
            verify_with_sigstore(leaf, index, hashes, signed, key.verifier)


def test_sigstore_accepts_every_part_of_a_receipt() -> None:
    log = small_log(31)
    hashes = [leaf_hash(leaf) for leaf in log.leaves]
    for index, leaf in enumerate(log.leaves):
        proof = tuple(inclusion_proof(index, 31, nodes_of(hashes)))
        kept = Receipt.parse(Receipt(index, proof, log.checkpoint(), leaf).text())
        assert kept.leaf is not None
        verify_with_sigstore(kept.leaf, kept.index, kept.hashes, kept.checkpoint_note, KEY.verifier)


def test_a_mirrored_folder_of_tiles_verifies_with_sigstore(tmp_path: Path) -> None:
    """Only files are read here: proofs are put together from tiles, leaves come from bundles."""
    size = 2500
    for path, raw in small_log(size).mirror().items():
        file = tmp_path / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(raw)

    def width(level: int, index: int) -> int | None:
        rest = size // FULL_WIDTH**level - index * FULL_WIDTH
        return rest if rest < FULL_WIDTH else None

    def node(level: int, index: int) -> bytes:
        tile_level, height = divmod(level, 8)
        first = index << height
        path = tile_path(tile_level, first // 256, width(tile_level, first // 256))
        raw = (tmp_path / path).read_bytes()
        start = first % 256
        return root_of(raw[at * 32 : at * 32 + 32] for at in range(start, start + (1 << height)))

    note = (tmp_path / "checkpoint").read_text("utf-8")
    for number in range(-(-size // FULL_WIDTH)):
        bundle = (tmp_path / entries_path(number, width(0, number))).read_bytes()
        for within, leaf in enumerate(decode_bundle(bundle)):
            index = number * FULL_WIDTH + within
            if index % 7 and index < size - 5:
                continue
            proof = inclusion_proof(index, size, node)
            verify_with_sigstore(leaf, index, proof, note, KEY.verifier)


def test_a_private_path_is_not_needed_to_read_our_keys() -> None:
    """Another implementation needs name, id and 32 bytes; our text carries exactly these."""
    name, key_id, encoded = KEY.verifier.text.split("+", 2)
    assert name == ORIGIN
    assert bytes.fromhex(key_id) == KEY.verifier.key_id
    assert encoded == to_base64(b"\x01" + KEY.verifier.public)
