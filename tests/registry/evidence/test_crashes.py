"""Evidence: after a crash, and in a race, there is a row with its file, or nothing."""

import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine

from services.kit.errors import NotFound
from services.registry.domain.evidence import Held
from services.registry.evidence.store import EvidenceStore
from tests import makers
from tests.databases import Database
from tests.registry.conftest import KEYS, ORIGIN
from tests.registry.evidence.conftest import CANARY, LONG, file_in
from tests.shelves import files_in, given, hand_in, store_in

HOUR = timedelta(hours=1)


def cleared(store: EvidenceStore, before: datetime) -> int:
    strays = store.shelf.strays(before)
    for stray in strays:
        store.shelf.clear(stray)
    return len(strays)


def test_what_a_crash_left_before_the_row_is_nothing_and_is_cleared(
    store: EvidenceStore, root: Path
) -> None:
    digest = hand_in(store, CANARY)
    _, half = store.shelf.folder.new("ZZA")
    half.write(LONG[:100])
    half.close()
    assert len(files_in(root)) == 2
    assert cleared(store, datetime.now(UTC) - HOUR) == 0  # somebody may be at it
    assert cleared(store, datetime.now(UTC) + HOUR) == 1
    assert given(store, digest) == CANARY


def test_what_a_crash_left_between_key_and_file_is_read_by_nobody_and_is_cleared(
    store: EvidenceStore, root: Path
) -> None:
    digest = hand_in(store, CANARY)
    file = file_in(root)
    left = file.read_bytes()
    assert store.shelf.remove("ZZA", digest)
    file.write_bytes(left)
    assert store.claim("ZZA", digest) is None
    with pytest.raises(NotFound):
        given(store, digest)
    assert cleared(store, datetime.now(UTC) + HOUR) == 1
    assert files_in(root) == []


def test_a_row_without_its_file_is_not_held_and_is_mended_by_handing_in_again(
    store: EvidenceStore, root: Path
) -> None:
    """So it is after a restore of the database without the folder."""
    digest = hand_in(store, CANARY)
    file_in(root).unlink()
    assert store.claim("ZZA", digest) is None
    assert store.shelf.digests("ZZA") == frozenset()
    with pytest.raises(NotFound):
        given(store, digest)
    hand_in(store, CANARY)
    assert given(store, digest) == CANARY


def test_a_file_that_a_row_may_name_is_not_given_up(store: EvidenceStore, root: Path) -> None:
    """The database may have written the row, and its answer have been lost."""
    incoming = store.begin("ZZA")
    incoming.write(CANARY)
    digest, _ = incoming.keep("text/plain")
    incoming.discard()
    assert given(store, digest) == CANARY
    assert len(files_in(root)) == 1


def test_the_same_bytes_handed_in_again_are_one_file_of_the_kind_said_last(
    store: EvidenceStore, root: Path
) -> None:
    digest = hand_in(store, CANARY, "text/csv")
    before = file_in(root)
    assert hand_in(store, CANARY, "text/plain") == digest
    assert store.claim("ZZA", digest) == Held(media_type="text/plain", size_bytes=len(CANARY))
    assert file_in(root) != before


def test_who_reads_while_the_same_bytes_are_handed_in_again_reads_on(
    store: EvidenceStore,
) -> None:
    digest = hand_in(store, LONG)
    parts = store.parts("ZZA", digest)
    first = next(parts)
    hand_in(store, LONG)
    assert first + b"".join(parts) == LONG


def test_two_who_hand_in_the_same_bytes_at_once_leave_one_row_and_its_file(
    store: EvidenceStore, root: Path, database: Database
) -> None:
    """Each on an engine of its own, as two processes are."""
    most, begin = 6, threading.Barrier(6)
    found: list[str] = []

    def one() -> None:
        with database.engine() as engine:
            begin.wait(20)
            found.append(hand_in(store_in(root, engine, KEYS, origin=ORIGIN), LONG))

    threads = [threading.Thread(target=one) for _ in range(most)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    (digest,) = set(found)
    assert len(found) == most
    assert given(store, digest) == LONG
    assert len(files_in(root)) == 1


def test_what_is_removed_is_gone_and_may_be_removed_again(store: EvidenceStore, root: Path) -> None:
    digest = hand_in(store, CANARY)
    assert store.shelf.remove("ZZA", digest)
    assert not store.shelf.remove("ZZA", digest)
    assert store.claim("ZZA", digest) is None
    assert list(store.shelf.each()) == []
    assert files_in(root) == []


def test_what_was_claimed_since_it_was_looked_at_is_not_let_go(root: Path, engine: Engine) -> None:
    """Else a sweep would destroy bytes of which the entry is being recorded."""
    hours = iter(range(9))
    store = store_in(
        root, engine, KEYS, origin=ORIGIN, clock=lambda: makers.NOW + next(hours) * HOUR
    )
    digest = hand_in(store, CANARY)
    (looked_at,) = store.shelf.each()
    assert store.claim("ZZA", digest) is not None
    assert not store.shelf.let_go(looked_at)
    (again,) = store.shelf.each()
    assert again.touched_at == looked_at.touched_at + HOUR
    assert store.shelf.let_go(again)
    assert store.claim("ZZA", digest) is None
