"""Evidence: bytes are kept encrypted, whole, apart by participant, and none is given that changed.

All of it as the roles of the service, on both databases.
"""

import threading
from pathlib import Path

import pytest
from sqlalchemy import Engine, select, text

from services.kit.encryption import Keyring, Undecipherable, WrappingKey
from services.kit.errors import NotFound, Unavailable
from services.kit.settings import SettingsRefused
from services.registry.domain.evidence import Held
from services.registry.evidence.ciphertext import PART_BYTES
from services.registry.evidence.folder import Folder
from services.registry.evidence.kinds import NotOfItsType
from services.registry.evidence.shelf import TooMuchEvidence
from services.registry.evidence.store import EvidenceStore
from services.registry.evidence.table import evidence_key
from services.registry.log import EVERYBODY, seen_by
from tests.databases import ON_POSTGRESQL, ON_SQLITE, Database
from tests.registry.conftest import KEYS, ORIGIN
from tests.registry.evidence.conftest import CANARY, LONG, file_in
from tests.registry.evidence.files import FILES
from tests.registry.log.test_vault import files_of, holding
from tests.shelves import files_in, given, hand_in, store_in


@pytest.mark.parametrize("media_type", FILES)
def test_what_is_handed_in_is_found_and_given_again(store: EvidenceStore, media_type: str) -> None:
    raw = FILES[media_type]
    digest = hand_in(store, raw, media_type)
    assert store.claim("ZZA", digest) == Held(media_type=media_type, size_bytes=len(raw))
    assert given(store, digest) == raw


@pytest.mark.parametrize(
    "size", [1, PART_BYTES - 1, PART_BYTES, PART_BYTES + 1, 3 * PART_BYTES, 3 * PART_BYTES + 7]
)
def test_files_of_any_size_come_back_in_parts(store: EvidenceStore, size: int) -> None:
    raw = (b"0123456789abcde\n" * (size // 16 + 1))[:size]
    parts = list(store.parts("ZZA", hand_in(store, raw)))
    assert b"".join(parts) == raw
    assert max(map(len, parts)) <= PART_BYTES


def test_an_empty_file_is_not_taken_and_nothing_is_left_of_it(
    store: EvidenceStore, root: Path
) -> None:
    with pytest.raises(NotOfItsType):
        hand_in(store, b"")
    assert files_in(root) == []


def test_what_one_hands_in_nobody_else_has(store: EvidenceStore) -> None:
    digest = hand_in(store, CANARY)
    assert store.claim("ZZB", digest) is None
    assert store.shelf.digests("ZZB") == frozenset()
    with pytest.raises(NotFound):
        given(store, digest, participant="ZZB")


def test_who_has_the_folder_or_the_database_alone_reads_nothing(
    store: EvidenceStore, root: Path, database: Database, engine: Engine
) -> None:
    digest = hand_in(store, LONG)
    file = file_in(root)
    assert b"Canary" not in file.read_bytes()
    assert digest[7:] not in str(file)
    assert holding(files_of(database), [b"Canary"]) == set()
    stranger = Keyring([WrappingKey.generate()])
    with pytest.raises(Undecipherable, match="is not here"):
        given(store_in(root, engine, stranger, origin=ORIGIN), digest)


def test_another_registers_evidence_is_not_opened(
    store: EvidenceStore, root: Path, engine: Engine
) -> None:
    digest = hand_in(store, CANARY)
    with pytest.raises(Undecipherable):
        given(store_in(root, engine, KEYS, origin="another.test"), digest)


def test_files_and_folders_are_for_the_service_alone(store: EvidenceStore, root: Path) -> None:
    hand_in(store, CANARY)
    file = file_in(root)
    assert file.stat().st_mode & 0o777 == 0o600
    assert file.parent.stat().st_mode & 0o777 == 0o700


# --- bounds


def test_what_is_held_of_a_participant_is_bounded(root: Path, engine: Engine) -> None:
    store = store_in(root, engine, KEYS, origin=ORIGIN, most_bytes=2 * len(CANARY))
    one = hand_in(store, CANARY)
    hand_in(store, CANARY[::-1])
    with pytest.raises(TooMuchEvidence):
        hand_in(store, b"more")
    hand_in(store, CANARY)  # what is held already takes no more room
    hand_in(store, b"more", participant="ZZB")
    assert len(files_in(root)) == 3
    store.shelf.remove("ZZA", one)
    hand_in(store, b"more")


def test_of_several_at_once_no_more_are_held_than_may(
    root: Path, database: Database, engine: Engine
) -> None:
    begin, refused = threading.Barrier(4), []

    def one(number: int) -> None:
        raw = b"%d" % number * 10
        with database.engine() as own:
            store = store_in(root, own, KEYS, origin=ORIGIN, most_bytes=25)
            begin.wait(20)
            try:
                hand_in(store, raw)
            except TooMuchEvidence:
                refused.append(number)

    threads = [threading.Thread(target=one, args=(number,)) for number in range(1, 5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    held = store_in(root, engine, KEYS, origin=ORIGIN).shelf.digests("ZZA")
    assert (len(held), len(refused), len(files_in(root))) == (2, 2, 2)


def test_a_folder_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsRefused):
        Folder(tmp_path / "nowhere")


def test_a_full_or_unwritable_place_is_told_as_such(store: EvidenceStore, root: Path) -> None:
    (root / "ZZA").write_bytes(b"in the way")
    with pytest.raises(Unavailable):
        hand_in(store, CANARY)


# --- who sees which rows


@ON_POSTGRESQL
def test_the_session_of_another_participant_sees_no_row(
    store: EvidenceStore, engine: Engine
) -> None:
    hand_in(store, CANARY)
    hand_in(store, CANARY, participant="ZZB")

    def seen(party: str) -> list[str]:
        with seen_by(engine, party).connect() as connection:
            return list(connection.scalars(select(evidence_key.c.participant)))

    assert (seen("ZZA"), seen("ZZB"), seen("ZZC"), seen("")) == (["ZZA"], ["ZZB"], [], [])
    assert sorted(seen(EVERYBODY)) == ["ZZA", "ZZB"]
    with engine.connect() as connection:
        assert connection.execute(select(evidence_key)).all() == []
    with seen_by(engine, "ZZC").begin() as connection:
        for statement in (
            "UPDATE evidence_key SET file = 'x'",
            "DELETE FROM evidence_key",
        ):
            assert connection.execute(text(statement)).rowcount == 0


def ciphertexts(engine: Engine, digest: str) -> list[bytes]:
    with seen_by(engine, "ZZA").connect() as connection:
        one = select(evidence_key.c.wrapped).where(evidence_key.c.digest == digest)
        return list(connection.scalars(one))


@ON_SQLITE
def test_on_sqlite_no_byte_of_a_key_that_went_is_left_after_a_checkpoint(
    store: EvidenceStore, database: Database, engine: Engine
) -> None:
    digest = hand_in(store, CANARY)
    secrets = ciphertexts(engine, digest)
    assert store.claim("ZZA", digest) is not None
    assert hand_in(store, CANARY) == digest  # under another key
    secrets += ciphertexts(engine, digest)
    assert holding(files_of(database), secrets)
    store.shelf.remove("ZZA", digest)
    with engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    assert holding(files_of(database), secrets) == set()
