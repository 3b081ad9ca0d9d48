"""Registry web: where a query forgets whose rows it may see, PostgreSQL shows it none.

These tests run as the roles of the service. SQLite has no second line, and the docs say so.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import ProgrammingError

from services.registry.log import EVERYBODY, seen_by
from tests import writes
from tests.databases import ON_POSTGRESQL, Database
from tests.registry.web.drafting import begin, complete, ready, try_to_begin
from tests.running_registry import RunningRegistry

pytestmark = ON_POSTGRESQL

TABLES = ("disclosure", "disclosure_key", "draft", "draft_section", "draft_key", "evidence_key")
NOBODY: dict[str, int] = dict.fromkeys(TABLES, 0)


@pytest.fixture
def filled(registry: RunningRegistry) -> RunningRegistry:
    """Of two participants a focal point, a draft and evidence each; and an auditor's mandate."""
    ready(registry)
    registry.sign("ZZB")
    registry.designate("ZZB")
    registry.record("/v1/mandates", writes.mandate())
    begin(registry)
    complete(registry)
    assert try_to_begin(registry, by="ZZB", participant="ZZB").status_code == 201
    for code in ("ZZA", "ZZB"):
        assert registry.hand_in(b"Programme.\n", by=code, participant=code).status_code == 201
    return registry


def counts(connection: Connection) -> dict[str, int]:
    return {
        table: connection.scalar(text(f"SELECT count(*) FROM {table}")) or 0  # noqa: S608 - ours
        for table in TABLES
    }


def seen(engine: Engine, party: str) -> dict[str, int]:
    with seen_by(engine, party).connect() as connection:
        return counts(connection)


def test_without_a_party_no_private_row_is_there(filled: RunningRegistry) -> None:
    with filled.opened.engine.connect() as connection:
        assert counts(connection) == NOBODY


def test_a_party_sees_its_own_rows_alone(filled: RunningRegistry) -> None:
    engine = filled.opened.engine
    own, other, all_ = seen(engine, "ZZA"), seen(engine, "ZZB"), seen(engine, EVERYBODY)
    assert (own["draft"], own["draft_section"], own["draft_key"]) == (1, 3, 1)
    assert (other["draft"], other["draft_section"], other["draft_key"]) == (1, 1, 1)
    assert other["disclosure"] == other["disclosure_key"] == 1
    assert own["evidence_key"] == other["evidence_key"] == 1
    assert own["disclosure"] + other["disclosure"] + 1 == all_["disclosure"]
    assert seen(engine, "ZZC") == seen(engine, "") == NOBODY


def test_nobody_is_shown_the_drafts_of_all(filled: RunningRegistry) -> None:
    """What looks after the keys of all drafts and files sees those, and no draft."""
    found = seen(filled.opened.engine, EVERYBODY)
    assert (found["draft"], found["draft_section"], found["draft_key"]) == (0, 0, 2)
    assert found["evidence_key"] == 2


def test_for_whom_a_transaction_saw_is_forgotten_with_it(filled: RunningRegistry) -> None:
    engine = filled.opened.engine
    for _ in range(3):
        assert seen(engine, EVERYBODY)["disclosure"] > 0
        with engine.connect() as connection:
            assert counts(connection) == NOBODY


@contextmanager
def nothing_changes(registry: RunningRegistry) -> Iterator[None]:
    before = [seen(registry.opened.engine, party) for party in ("ZZA", "ZZB", EVERYBODY)]
    yield
    assert [seen(registry.opened.engine, party) for party in ("ZZA", "ZZB", EVERYBODY)] == before


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE draft SET state = 'cleared' WHERE participant = 'ZZA'",
        "UPDATE draft_section SET changed_by = 'x' WHERE section = 'P5'",
        "DELETE FROM draft_section WHERE section = 'P5'",
        "DELETE FROM draft_key WHERE participant = 'ZZA'",
        "UPDATE evidence_key SET file = 'x' WHERE participant = 'ZZA'",
        "DELETE FROM evidence_key WHERE participant = 'ZZA'",
    ],
)
def test_the_rows_of_others_are_not_changed_either(filled: RunningRegistry, statement: str) -> None:
    with (
        nothing_changes(filled),
        seen_by(filled.opened.engine, "ZZB").begin() as connection,
    ):
        assert connection.execute(text(statement)).rowcount == 0


@pytest.mark.parametrize("table", ["draft", "evidence_key"])
def test_nobody_hands_what_is_private_to_another_party(filled: RunningRegistry, table: str) -> None:
    with (
        nothing_changes(filled),
        pytest.raises(ProgrammingError, match="row-level security"),
        seen_by(filled.opened.engine, "ZZB").begin() as connection,
    ):
        connection.execute(text(f"UPDATE {table} SET participant = 'ZZA'"))  # noqa: S608 - ours


REFUSED_TO_REQUESTS = [
    "INSERT INTO log SELECT * FROM log",
    "INSERT INTO disclosure VALUES (1000, '/x', 'A')",
    "DELETE FROM disclosure",
    "UPDATE disclosure_key SET key_id = 'x'",
    "UPDATE log_head SET size = size + 1",
    "SELECT erase_disclosures(ARRAY[1, 2, 3]::int8[])",
    "TRUNCATE draft CASCADE",
    "TRUNCATE evidence_key",
]
REFUSED_TO_THE_WRITER = [
    "SELECT encoded FROM disclosure",
    "DELETE FROM disclosure",
    "DELETE FROM disclosure_key",
    "DELETE FROM draft_key",
    "DELETE FROM evidence_key",
    "UPDATE evidence_key SET participant = 'ZZB'",
    "INSERT INTO evidence_key SELECT * FROM evidence_key",
    "UPDATE disclosure SET encoded = 'A'",
    "SELECT content FROM draft_section",
    "DELETE FROM draft",
    "SELECT participant FROM draft",
]


@pytest.mark.parametrize("statement", REFUSED_TO_REQUESTS)
def test_requests_neither_append_nor_erase(filled: RunningRegistry, statement: str) -> None:
    with (
        nothing_changes(filled),
        pytest.raises(ProgrammingError, match="permission denied"),
        seen_by(filled.opened.engine, EVERYBODY).begin() as connection,
    ):
        connection.execute(text(statement))


@pytest.mark.parametrize("statement", REFUSED_TO_THE_WRITER)
def test_who_appends_reads_nothing_private(
    filled: RunningRegistry, database: Database, statement: str
) -> None:
    with (
        nothing_changes(filled),
        database.writer() as writer,
        pytest.raises(ProgrammingError, match="permission denied"),
        seen_by(writer, EVERYBODY).begin() as connection,
    ):
        connection.execute(text(statement))


def test_the_owner_is_bound_too(filled: RunningRegistry, database: Database) -> None:
    with database.owner() as owner, owner.connect() as connection:
        assert counts(connection) == NOBODY


def test_every_connection_of_the_service_has_its_limits(registry: RunningRegistry) -> None:
    """The one that appends is made by the same engine, and keeps what it began with."""
    limits = ("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout")
    engine = registry.opened.engine
    with engine.connect() as one, engine.connect() as other:
        for connection in (one, other):
            found = [
                connection.scalar(text("SELECT current_setting(:name)"), {"name": name})
                for name in limits
            ]
            assert found == ["1min", "5s", "1min"]
