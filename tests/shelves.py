"""Shelves: where evidence lies in a test, and somebody who hands it in."""

from datetime import datetime
from pathlib import Path

from sqlalchemy import Engine

from services.kit.clock import Clock
from services.kit.encryption import Keys
from services.registry.evidence.folder import Folder
from services.registry.evidence.shelf import MOST_BYTES, Shelf
from services.registry.evidence.store import EvidenceStore
from tests import makers


def fixed() -> datetime:
    """Give the instant of all tests."""
    return makers.NOW


def store_in(
    root: Path,
    engine: Engine,
    keys: Keys,
    *,
    origin: str,
    clock: Clock = fixed,
    most_bytes: int = MOST_BYTES,
) -> EvidenceStore:
    """Give a store on a folder, which is made where there is none."""
    root.mkdir(exist_ok=True)
    shelf = Shelf(engine=engine, folder=Folder(root), clock=clock, most_bytes=most_bytes)
    return EvidenceStore(shelf=shelf, origin=origin, keys=keys)


def hand_in(
    store: EvidenceStore, raw: bytes, media_type: str = "text/plain", *, participant: str = "ZZA"
) -> str:
    """Hand bytes in, all at once; give their digest."""
    incoming = store.begin(participant)
    try:
        incoming.write(raw)
        digest, size_bytes = incoming.keep(media_type)
    except BaseException:
        incoming.discard()
        raise
    assert size_bytes == len(raw)
    return digest


def given(store: EvidenceStore, digest: str, *, participant: str = "ZZA") -> bytes:
    """Read bytes as they are given out."""
    return b"".join(store.parts(participant, digest))


def files_in(root: Path) -> list[Path]:
    """List the files of evidence."""
    return [one for one in root.rglob("*") if one.is_file()]


def flipped(raw: bytes, at: int) -> bytes:
    """Change one bit of a byte: whatever stood there, another byte stands there now."""
    return raw[:at] + bytes([raw[at] ^ 1]) + raw[at + 1 :]
