"""Registry: what an earlier release left in clear is encrypted before anything else can go on."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import Engine, insert, select, text, update

from contracts.canonical import spell
from contracts.merkle import Frontier
from contracts.sealing import seal_section
from migrations.environment import upgrade
from services.kit.clock import utc_now
from services.kit.encryption import Keyring, WrappingKey
from services.kit.keyfile import write_keys
from services.kit.settings import SettingsRefused
from services.registry.converting import count_in_clear, encrypt_what_is_in_clear, migrate
from services.registry.drafts import store
from services.registry.drafts.drawer import Cabinet
from services.registry.drafts.table import draft, draft_section
from services.registry.log import EVERYBODY, Log, UnsoundLog, Vault, assert_sound, found, verify
from services.registry.log.batch import Head, Known, prepare, settle
from services.registry.log.table import disclosure, log, log_head, request_key
from tests.databases import Database, Databases
from tests.registry.conftest import ORIGIN
from tests.registry.log.appending import append, event
from tests.registry.log.test_vault import files_of, holding, spellings

CANARY = "Canary of an earlier release"
SEALED = 150
AT = "2026-11-21T20:03:44.123456Z"
KEY = WrappingKey(bytes(range(32)))
VAULT = Vault(ORIGIN, Keyring([KEY]))


@pytest.fixture
def earlier(dialect: str, databases: Databases, tmp_path: Path) -> Iterator[Database]:
    """A database of the release before, with disclosures and two drafts in clear."""
    with databases.bare("registry", dialect, tmp_path) as database:
        upgrade("registry", database.owner_url, "0003")
        with database.owner() as owner:
            found(owner, ORIGIN)
            _fill(owner)
        yield database


def _fill(owner: Engine) -> None:
    marks, opened = zip(
        *(seal_section("/reasons", f"{CANARY} {n}", bytes(16)) for n in range(SEALED)), strict=True
    )
    made = append("k", {"people": 0}, *(event("people", reasons=mark) for mark in marks))
    nothing = Known(Head(size=0, last_recorded_at="", frontier=Frontier(), origin=ORIGIN), {}, {})
    settled = settle(nothing, [prepare(made)], AT)
    with owner.begin() as connection:
        for table, rows in ((log, settled.entries), (request_key, settled.keys)):
            names = [column.name for column in table.c]
            connection.execute(insert(table), [dict(zip(names, row, strict=True)) for row in rows])
        connection.execute(
            update(log_head).values(
                size=SEALED, last_recorded_at=AT, frontier=settled.after.to_bytes()
            )
        )
        connection.execute(
            insert(disclosure),
            [
                {"position": at, "name": one.name, "encoded": one.encoded()}
                for at, one in enumerate(opened, 1)
            ],
        )
        for state in ("draft", "submitted"):
            connection.execute(insert(draft).values(_draft(state)))
            connection.execute(insert(draft_section).values(_section(state)))


def _draft(state: str) -> dict[str, object]:
    clearance = {
        "digest": "sha256:0", "requested_by": "a", "requested_at": "2026", "cleared_by": None,
        "explanations": [{"text": CANARY}], "reason": {"en": CANARY}, "cleared_at": None,
        "exception_reference": None,
    }  # fmt: skip
    return {
        "draft_id": state, "participant": "ZZA", "cycle_id": "2026", "form": "full",
        "instrument_edition": "1.0.0", "template_version": "1.0.0", "follows_version": 0,
        "base": None, "state": state, "revision": 3, "created_by": "a", "created_at": "2026",
        "changed_by": "a", "changed_at": "2026", "clearance": spell(clearance),
        "submitted_position": None, "request_key": state, "request_digest": b"0",
    }  # fmt: skip


def _section(draft_id: str) -> dict[str, object]:
    return {
        "draft_id": draft_id, "section": "P5", "content": spell({"text": CANARY}), "base": None,
        "revision": 2, "changed_by": "a", "changed_at": "2026", "drafted_by": spell(["a"]),
    }  # fmt: skip


@pytest.fixture
def keys_file(tmp_path: Path) -> Path:
    file = tmp_path / "encryption.keys"
    write_keys(file, [KEY], today=date(2026, 11, 22))
    return file


def test_without_keys_nothing_goes_on(earlier: Database) -> None:
    with pytest.raises(SettingsRefused, match="150 disclosures and 2 drafts"):
        migrate(earlier.owner_url, None)
    with pytest.raises(RuntimeError, match="REGISTRY_ENCRYPTION_KEYS_FILE"):
        upgrade("registry", earlier.owner_url)
    with earlier.owner() as owner, pytest.raises(UnsoundLog, match="registry migrate"):
        assert_sound(owner, may_own=True)


def test_everything_is_encrypted_and_says_the_same(earlier: Database, keys_file: Path) -> None:
    migrate(earlier.owner_url, keys_file)
    migrate(earlier.owner_url, None)
    with earlier.owner() as owner:
        assert_sound(owner, may_own=True)
        assert verify(owner, VAULT).opened == SEALED
        with Log(owner, utc_now, vault=VAULT) as reading:
            assert len(reading.disclosures(0, SEALED, seen_by=EVERYBODY)) == SEALED
        with Cabinet(engine=owner, origin=ORIGIN, keys=VAULT.keys).reading("ZZA") as drawer:
            kept, submitted = store.find(drawer, "draft"), store.find(drawer, "submitted")
    assert kept is not None
    assert kept.clearance is not None
    assert kept.clearance.reason == {"en": CANARY}
    assert kept.sections["P5"].content == spell({"text": CANARY})
    assert kept.sections["P5"].drafted_by == ("a",)
    assert submitted is not None
    assert submitted.clearance is not None
    assert (submitted.clearance.reason, submitted.clearance.digest) == (None, "sha256:0")
    assert submitted.sections == {}


def test_no_table_holds_a_byte_of_it_afterwards(earlier: Database, keys_file: Path) -> None:
    secrets = spellings(CANARY)
    assert holding(files_of(earlier), secrets)
    migrate(earlier.owner_url, keys_file)
    left = holding(files_of(earlier), secrets)
    assert {name for name in left if not name.startswith("pg_wal")} == set()


def test_who_is_interrupted_goes_on_from_there(earlier: Database, keys_file: Path) -> None:
    def interrupt(_: int) -> None:
        raise KeyboardInterrupt

    upgrade("registry", earlier.owner_url, "0004")
    with earlier.owner() as owner:
        with pytest.raises(KeyboardInterrupt):
            encrypt_what_is_in_clear(owner, ORIGIN, VAULT.keys, interrupt)
        assert count_in_clear(owner) == (50, 2)
    migrate(earlier.owner_url, keys_file)
    with earlier.owner() as owner:
        assert verify(owner, VAULT).opened == SEALED


@pytest.mark.parametrize(
    "statement",
    [
        insert(disclosure).values(position=1000, name="/x", encoded="WyJ"),
        insert(draft).values(_draft("cleared")),
        insert(draft_section).values({**_section("draft"), "section": "P6"}),
        update(draft_section).values(content=b"{}"),
        update(draft).values(clearance=b"{}"),
    ],
    ids=["disclosure", "draft", "section", "changed section", "changed draft"],
)
def test_afterwards_the_database_takes_nothing_in_clear(
    earlier: Database, keys_file: Path, statement: object
) -> None:
    """As a registry of the release before would write, if somebody had left one running."""
    migrate(earlier.owner_url, keys_file)
    with earlier.owner() as owner:
        of_zza = owner.execution_options(local={"concord.party": "ZZA"})
        with pytest.raises(Exception, match=r"encrypted|in clear"), of_zza.begin() as connection:
            connection.execute(statement)  # type: ignore[call-overload] # any of them
        with of_zza.connect() as connection:
            assert connection.scalar(select(text("count(*)")).select_from(draft)) == 2
