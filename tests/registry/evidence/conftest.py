"""Tests of evidence: a store on a folder and a founded log's database, and texts to hand in."""

from pathlib import Path

import pytest
from sqlalchemy import Engine

from services.registry.evidence.ciphertext import PART_BYTES
from services.registry.evidence.store import EvidenceStore
from tests.registry.conftest import KEYS, ORIGIN
from tests.shelves import files_in, store_in

CANARY = b"Canary in a programme.\n"
LONG = CANARY * (3 * PART_BYTES // len(CANARY))


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "evidence"


@pytest.fixture
def store(root: Path, engine: Engine) -> EvidenceStore:
    return store_in(root, engine, KEYS, origin=ORIGIN)


def file_in(root: Path) -> Path:
    (found,) = files_in(root)
    return found
