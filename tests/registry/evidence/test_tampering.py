"""Evidence: what was changed, cut, moved or swapped is never given as what was handed in."""

from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import Engine, select, text, update

from services.kit.encryption import Undecipherable
from services.registry.evidence.ciphertext import PART_BYTES
from services.registry.evidence.store import EvidenceStore
from services.registry.evidence.table import evidence_key
from services.registry.log import seen_by
from tests.databases import Database, disposing
from tests.registry.evidence.conftest import CANARY, LONG, file_in
from tests.shelves import files_in, flipped, given, hand_in

STORED = PART_BYTES + 29
CHANGES: dict[str, Callable[[bytes], bytes]] = {
    "a bit of the first part": lambda raw: flipped(raw, 100),
    "a bit of the last part": lambda raw: flipped(raw, len(raw) - 1),
    "the form": lambda raw: flipped(raw, 0),
    "cut in a part": lambda raw: raw[:-5],
    "cut after a part": lambda raw: raw[: 2 * STORED],
    "nothing left": lambda _: b"",
    "something added": lambda raw: raw + raw[-40:],
    "parts in another order": lambda raw: (
        raw[STORED : 2 * STORED] + raw[:STORED] + raw[2 * STORED :]
    ),
    "a part twice": lambda raw: raw[:STORED] + raw[:STORED] + raw[2 * STORED :],
}


@pytest.mark.parametrize("change", CHANGES)
def test_of_a_file_that_was_changed_no_byte_is_given(
    store: EvidenceStore, root: Path, change: str
) -> None:
    digest = hand_in(store, LONG)
    file = file_in(root)
    file.write_bytes(CHANGES[change](file.read_bytes()))
    with pytest.raises(Undecipherable):
        next(store.parts("ZZA", digest))
    assert hand_in(store, LONG) == digest  # and handing it in again mends it
    assert given(store, digest) == LONG


def test_of_two_files_that_were_swapped_neither_is_given(store: EvidenceStore, root: Path) -> None:
    one, other = hand_in(store, CANARY), hand_in(store, CANARY[::-1])
    first, second = files_in(root)
    kept = first.read_bytes()
    first.write_bytes(second.read_bytes())
    second.write_bytes(kept)
    for digest in (one, other):
        with pytest.raises(Undecipherable):
            given(store, digest)


@pytest.mark.parametrize("column", ["file", "wrapped"])
def test_no_row_takes_the_place_of_another(
    store: EvidenceStore, engine: Engine, column: str
) -> None:
    digest, other = hand_in(store, CANARY), hand_in(store, CANARY[::-1])
    with seen_by(engine, "ZZA").begin() as connection:
        its = select(evidence_key.c[column]).where(evidence_key.c.digest == other)
        value = connection.scalar(its)
        here = evidence_key.c.digest == digest
        connection.execute(update(evidence_key).where(here).values({column: value}))
    with pytest.raises(Undecipherable):
        given(store, digest)


def test_the_evidence_of_one_is_not_that_of_another_with_the_same_bytes(
    store: EvidenceStore, engine: Engine, database: Database, root: Path
) -> None:
    """A row and a file that were copied from one participant to another open nothing."""
    digest = hand_in(store, CANARY)
    with disposing(database.admin_url) as admin, admin.begin() as connection:
        if database.dialect == "postgresql":
            connection.execute(text("SET LOCAL row_security = off"))
        connection.execute(text("UPDATE evidence_key SET participant = 'ZZB'"))
    (root / "ZZA").rename(root / "ZZB")
    with pytest.raises(Undecipherable):
        given(store, digest, participant="ZZB")


def test_what_changes_while_it_is_given_ends_there(store: EvidenceStore, root: Path) -> None:
    digest = hand_in(store, LONG)
    parts = store.parts("ZZA", digest)
    assert next(parts) == LONG[:PART_BYTES]
    file = file_in(root)
    with file.open("r+b") as changed:
        changed.seek(2 * STORED - 100)
        changed.write(b"\x00\x00\x00\x00")
    with pytest.raises(Undecipherable):
        list(parts)
