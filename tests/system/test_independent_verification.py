"""System: a log mirrored tile by tile from a running registry verifies with code we did not write.

Signatures, roots and inclusion are checked by the Merkle and checkpoint code of the PyPI package
`sigstore`; the proofs it is given are worked out here from the mirrored files with hashlib alone.
"""

import hashlib
from collections.abc import Iterator
from pathlib import Path

import httpx
import orjson
import pytest

from contracts.checkpoint import open_checkpoint
from contracts.events import event_data
from contracts.export import verify_tiles
from contracts.note import VerifierKey
from contracts.receipt import Receipt
from contracts.tiles import decode_bundle, tiles_of
from services.kit.clock import utc_now
from services.registry.keys import read_ring
from services.registry.log import Append, NewEvent
from services.registry.opening import opened_log
from tests import makers
from tests.contracts.sigstore_verifier import verify_with_sigstore
from tests.databases import Database
from tests.operating import Operator, Service, ready_operator
from tests.running_registry import KEYS

ENTRIES = 3_000
NAME = event_data(makers.participant_renamed())

pytestmark = pytest.mark.system


def fill(operator: Operator, database: Database, count: int) -> None:
    """Append many entries before the service starts."""
    key = read_ring(operator.folder / "signing.key").signer
    store = operator.folder / "checkpoints.db"
    with opened_log(database.url, store, key, keys=KEYS, clock=utc_now) as opened:
        for first in range(0, count, 100):
            streams = [f"participation-X{number}" for number in range(first, first + 100)]
            opened.log.append(
                Append(
                    events=[_event(stream) for stream in streams],
                    expects=dict.fromkeys(streams, 0),
                    scope="filling",
                    key=f"from-{first}",
                    request_digest=bytes(32),
                )
            )


def _event(stream: str) -> NewEvent:
    return NewEvent(
        stream=stream,
        type="participant-renamed",
        dataschema="https://concord.example/contracts/events/participant-renamed/1.0.0/schema.json",
        participant="ZZA",
        actor="actor-filling",
        body=orjson.dumps(NAME, option=orjson.OPT_SORT_KEYS),
    )


def mirror(service: Service, size: int, folder: Path) -> None:
    """Copy checkpoint and tiles into files of the same paths."""
    with httpx.Client(base_url=service.url, timeout=30) as client:
        for path in ("checkpoint", *(tile.path for tile in tiles_of(size))):
            answer = client.get(f"/{path}")
            assert answer.status_code == 200, path
            file = folder / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(answer.content)


def mirrored_leaves(folder: Path, size: int) -> list[bytes]:
    leaves: list[bytes] = []
    for tile in tiles_of(size):
        if tile.level is None:
            leaves += decode_bundle((folder / tile.path).read_bytes())
    return leaves


def proof(index: int, hashes: list[bytes]) -> Iterator[bytes]:
    """Work out an inclusion proof by RFC 6962 §2.1.1, from leaf hashes, with hashlib alone."""
    if len(hashes) == 1:
        return
    split = 1 << ((len(hashes) - 1).bit_length() - 1)
    if index < split:
        yield from proof(index, hashes[:split])
        yield root(hashes[split:])
    else:
        yield from proof(index - split, hashes[split:])
        yield root(hashes[:split])


def root(hashes: list[bytes]) -> bytes:
    if len(hashes) == 1:
        return hashes[0]
    split = 1 << ((len(hashes) - 1).bit_length() - 1)
    return hashlib.sha256(b"\x01" + root(hashes[:split]) + root(hashes[split:])).digest()


def check_all(folder: Path, service: Service, key: VerifierKey) -> None:
    note = (folder / "checkpoint").read_text()
    leaves = mirrored_leaves(folder, ENTRIES + 1)
    hashes = [hashlib.sha256(b"\x00" + leaf).digest() for leaf in leaves]
    for index in (0, 1, 255, 256, 257, 1_023, 2_047, 2_048, ENTRIES - 1, ENTRIES):
        verify_with_sigstore(leaves[index], index, list(proof(index, hashes)), note, key)
        handed_out = Receipt.parse(httpx.get(f"{service.url}/v1/receipts/{index + 1}").text)
        verify_with_sigstore(
            handed_out.leaf or b"", index, handed_out.hashes, handed_out.checkpoint_note, key
        )
    with pytest.raises(Exception, match=r"(?i)root|inclusion|hash"):
        verify_with_sigstore(leaves[7] + b" ", 7, list(proof(7, hashes)), note, key)


def test_a_mirror_of_a_running_registry_verifies_with_code_of_others(
    database: Database, tmp_path: Path
) -> None:
    operator = ready_operator(database, tmp_path)
    fill(operator, database, ENTRIES)
    (key,) = read_ring(tmp_path / "signing.key").signer.verifier.keys
    folder = tmp_path / "mirror"
    with operator.serving() as service:
        assert service.sign("ZZA").status_code == 201  # the log goes on while it is mirrored
        mirror(service, ENTRIES + 1, folder)
        assert open_checkpoint((folder / "checkpoint").read_text(), key).size == ENTRIES + 1
        assert verify_tiles(lambda path: (folder / path).read_bytes(), key).size == ENTRIES + 1
        check_all(folder, service, key)
