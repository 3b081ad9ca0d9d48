"""Log: what is disclosed is stored encrypted, each in its place, and erased with its key."""

from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import Engine, select, text

from contracts.encoding import from_base64url, to_base64url
from contracts.errors import VerificationFailed
from contracts.sealing import seal_section
from services.kit.clock import utc_now
from services.kit.encryption import Keyring, Undecipherable, WrappingKey
from services.registry.log import EVERYBODY, Log, Vault, seen_by, verify
from services.registry.log.append import ERASURE
from services.registry.log.table import disclosure, disclosure_key
from tests.databases import ON_POSTGRESQL, ON_SQLITE, Database, disposing
from tests.registry.conftest import KEYS, ORIGIN, VAULT
from tests.registry.log.appending import append, event
from tests.registry.log.backups import silence

CANARY = "Canary in the seal of this entry"


def named(log: Log, number: int, participant: str = "KZ") -> None:
    """Append an entry with two sealed sections on a stream of its own."""
    marks, opened = zip(
        *(
            seal_section(name, f"{CANARY} {number}", bytes([number]) * 16)
            for name in ("/person", "/other")
        ),
        strict=True,
    )
    stream = f"people-{number}"
    made = event(stream, disclosures=opened, person=marks[0], other=marks[1])
    log.append(append(f"n{number}", {stream: 0}, replace(made, participant=participant)))


def erase(log: Log, number: int) -> None:
    stream = f"people-{number}"
    made = replace(event(stream, key=f"e{number}"), type=ERASURE, causation=number)
    erasing = replace(append(f"e{number}", {stream: 1}, made), erases=(number,))
    log.append(erasing)


@pytest.fixture
def three(log: Log) -> Log:
    for number in (1, 2, 3):
        named(log, number)
    return log


def change(database: Database, statement: str) -> None:
    """Change a row as nobody may."""
    with disposing(database.admin_url) as admin, admin.begin() as connection:
        triggers = silence(connection)
        connection.execute(text(statement))
        for trigger in triggers:
            connection.exec_driver_sql(trigger)


def read(log: Log, position: int) -> list[str]:
    found = log.disclosures(position - 1, position, seen_by=EVERYBODY)
    return [one.encoded for one in found]


def test_rows_hold_nothing_of_what_they_say(three: Log, engine: Engine) -> None:
    with seen_by(engine, EVERYBODY).connect() as connection:
        rows = connection.execute(select(disclosure.c.name, disclosure.c.encoded)).all()
        keys = connection.execute(select(disclosure_key.c.wrapped)).scalars().all()
    assert len(rows) == 6
    assert len(set(keys)) == 3
    for name, stored in rows:
        assert name in {"/person", "/other"}
        assert stored.startswith("A")
        assert b"Canary" not in from_base64url(stored)
    assert [to_text(encoded) for encoded in read(three, 2)] == [f"{CANARY} 2"] * 2


def to_text(encoded: str) -> str:
    return from_base64url(encoded).decode().rpartition(',"')[2].removesuffix('"]')


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE disclosure SET name = CASE name WHEN '/person' THEN '/x' ELSE name END",
        """UPDATE disclosure_key SET wrapped =
           (SELECT wrapped FROM disclosure_key WHERE position = 3) WHERE position = 2""",
        """UPDATE disclosure SET encoded =
           (SELECT encoded FROM disclosure WHERE position = 3 AND name = '/other')
           WHERE position = 2 AND name = '/other'""",
        "UPDATE disclosure SET encoded = 'A' WHERE position = 2",
    ],
)
def test_no_row_takes_the_place_of_another(
    three: Log, engine: Engine, database: Database, statement: str
) -> None:
    change(database, statement)
    with pytest.raises(Undecipherable):
        read(three, 2)
    with pytest.raises(VerificationFailed, match="disclosure"):
        verify(engine, VAULT)


def test_rows_of_another_log_open_nothing(three: Log, engine: Engine) -> None:
    other = Vault("another.test", KEYS)
    with Log(engine, utc_now, vault=other) as log, pytest.raises(Undecipherable):
        read(log, 1)


def test_without_its_key_an_entry_is_not_read_and_the_others_are(
    three: Log, engine: Engine
) -> None:
    new = Keyring([WrappingKey.generate()])
    with Log(engine, utc_now, vault=Vault(ORIGIN, new)) as log:
        named(log, 4)
        assert len(read(log, 4)) == 2
        with pytest.raises(Undecipherable, match=f"{KEYS.key_ids[0]} is not here"):
            read(log, 1)
        with pytest.raises(Undecipherable, match="is not here"):
            log.disclosures(0, 4, seen_by=EVERYBODY)
        assert log.head().size == 4
        erase(log, 1)  # which takes no key
        assert read(log, 1) == []
    assert len(read(three, 3)) == 2


def test_a_log_without_keys_takes_nothing_to_disclose_and_reads_none(
    three: Log, engine: Engine
) -> None:
    with Log(engine, utc_now) as log:
        with pytest.raises(ValueError, match="keys"):
            named(log, 4)
        with pytest.raises(Undecipherable):
            read(log, 1)
        assert read(log, 4) == []
        log.append(append("k", {"plan-A": 0}))
    assert three.head().size == 4


def test_the_log_is_verified_without_keys_and_says_what_it_did_not_look_at(
    three: Log, engine: Engine
) -> None:
    with_keys, without = verify(engine, VAULT), verify(engine)
    assert (with_keys.opened, with_keys.unopened) == (6, 0)
    assert (without.opened, without.unopened) == (0, 6)
    assert with_keys.root == without.root


def test_what_is_erased_goes_with_its_key_and_never_comes_back(
    three: Log, database: Database, engine: Engine
) -> None:
    with seen_by(engine, EVERYBODY).connect() as connection:
        key = connection.execute(select(disclosure_key).where(disclosure_key.c.position == 2)).one()
    erase(three, 2)
    with seen_by(engine, EVERYBODY).connect() as connection:
        for table in (disclosure, disclosure_key):
            assert set(connection.scalars(select(table.c.position))) == {1, 3}
    with database.writer() as writer:
        for row in ({"position": 2}, {"position": 4}):
            with pytest.raises(Exception, match=r"entry|in the log"), writer.begin() as connection:
                connection.execute(disclosure_key.insert().values(**{**key._asdict(), **row}))
    assert verify(engine, VAULT).size == 4


def test_a_participant_sees_what_is_its_own(log: Log) -> None:
    named(log, 1, "ZZA")
    named(log, 2, "ZZB")
    for party, seen in (("ZZA", {1}), ("ZZB", {2}), ("ZZC", set()), (EVERYBODY, {1, 2})):
        assert {one.position for one in log.disclosures(0, 9, seen_by=party)} == seen


def test_sections_that_nobody_asked_for_are_not_decrypted(three: Log, engine: Engine) -> None:
    (name, _), *_ = [(one.name, one) for one in three.disclosures(0, 1, seen_by=EVERYBODY)]
    found = three.disclosures(0, 1, seen_by=EVERYBODY, names=[name])
    assert [one.name for one in found] == [name]
    other = Vault(ORIGIN, Keyring([WrappingKey.generate()]))
    with Log(engine, utc_now, vault=other) as log:
        assert log.disclosures(0, 1, seen_by=EVERYBODY, names=["/nowhere"]) == []


def spellings(secret: str) -> list[bytes]:
    """A text as it might lie in a file: in clear, or in base64url from any of three places."""
    raw = secret.encode()
    shifted = [to_base64url(bytes(by) + raw)[4:-3].encode() for by in range(3)]
    return [raw, *shifted]


def files_of(database: Database) -> dict[str, bytes]:
    """Everything that the database has on the disk."""
    if database.dialect == "sqlite":
        file = Path(database.url.removeprefix("sqlite:///"))
        return {one.name: one.read_bytes() for one in file.parent.glob(f"{file.name}*")}
    with (
        disposing(database.admin_url, isolation_level="AUTOCOMMIT") as admin,
        admin.connect() as connection,
    ):
        connection.execute(text("CHECKPOINT"))
        folder = Path(str(connection.scalar(text("SHOW data_directory"))))
        base = connection.scalar(
            text("SELECT oid FROM pg_database WHERE datname = current_database()")
        )
    if not folder.is_dir():
        pytest.skip("the files of this server are on another machine")
    files = [*(folder / "base" / str(base)).iterdir(), *(folder / "pg_wal").glob("0*")]
    return {str(one.relative_to(folder)): one.read_bytes() for one in files}


def holding(files: dict[str, bytes], secrets: list[bytes]) -> set[str]:
    return {name for name, raw in files.items() if any(secret in raw for secret in secrets)}


def test_no_file_of_the_database_holds_what_is_sealed(three: Log, database: Database) -> None:
    files = files_of(database)
    assert holding(files, [b"people-2"])  # the very files in which the entries lie
    assert holding(files, spellings(CANARY)) == set()


def ciphertexts(engine: Engine, position: int) -> list[bytes]:
    with seen_by(engine, EVERYBODY).connect() as connection:
        stored = connection.scalars(
            select(disclosure.c.encoded).where(disclosure.c.position == position)
        ).all()
        (wrapped,) = connection.scalars(
            select(disclosure_key.c.wrapped).where(disclosure_key.c.position == position)
        )
    return [wrapped, *(one.encode() for one in stored)]


@ON_SQLITE
def test_on_sqlite_no_byte_of_what_was_erased_is_left_after_a_checkpoint(
    three: Log, database: Database, engine: Engine
) -> None:
    secrets = ciphertexts(engine, 2)
    assert holding(files_of(database), secrets)
    erase(three, 2)
    with engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    assert holding(files_of(database), secrets) == set()


@ON_POSTGRESQL
def test_on_postgresql_no_byte_of_it_is_left_in_tables_once_they_are_written_anew(
    three: Log, database: Database, engine: Engine
) -> None:
    """Its write-ahead log keeps ciphertext and wrapped key until it is recycled."""
    secrets = ciphertexts(engine, 2)
    assert holding(files_of(database), secrets)
    erase(three, 2)
    with (
        disposing(database.admin_url, isolation_level="AUTOCOMMIT") as admin,
        admin.connect() as connection,
    ):
        connection.execute(text("VACUUM FULL disclosure, disclosure_key"))
    left = holding(files_of(database), secrets)
    assert {name for name in left if not name.startswith("pg_wal")} == set()
