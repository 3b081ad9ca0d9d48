"""Log: a start on what is not as it must be is refused, with the reason."""

from contextlib import nullcontext

import pytest
from alembic import command
from sqlalchemy import Engine, make_url, text
from sqlalchemy.event import listen

from migrations.environment import configuration
from services.kit.clock import utc_now
from services.registry.log import Log, UnsoundLog, assert_sound, found
from services.registry.log.soundness import TRIGGERS, assert_append_only, assert_head_fits
from tests.databases import ON_POSTGRESQL, ON_SQLITE, Database, disposing
from tests.registry.conftest import ORIGIN
from tests.registry.log.appending import append, event


@pytest.fixture
def filled(engine: Engine) -> None:
    with Log(engine, utc_now) as log:
        log.append(append("k", {"plan-A": 0}, *[event("plan-A")] * 300))


def test_a_log_as_the_migrations_made_it_is_sound(log: Log, engine: Engine) -> None:
    assert_sound(engine)
    log.append(append("k", {"plan-A": 0}, *[event("plan-A")] * 300))
    with engine.connect() as connection:
        assert assert_head_fits(connection).size == 300


def test_a_log_is_founded_once(database: Database) -> None:
    with database.owner() as owner:
        with owner.connect() as connection, pytest.raises(UnsoundLog, match="not been founded"):
            assert_head_fits(connection)
        found(owner, ORIGIN)
        found(owner, ORIGIN)
        with pytest.raises(UnsoundLog, match=rf"another.test, it is that of {ORIGIN}"):
            found(owner, "another.test")
        with pytest.raises(ValueError, match="origin"):
            found(owner, "two\nlines")


@pytest.mark.parametrize(
    ("dialect", "trigger"),
    [(dialect, trigger) for dialect, names in TRIGGERS.items() for trigger in sorted(names)],
    indirect=["dialect"],
)
def test_a_missing_trigger_is_noticed(database: Database, trigger: str) -> None:
    tables = (
        *("log_head", "request_key", "tree_node", "disclosure_key", "disclosure"),
        *("draft_section", "draft", "log"),
    )
    table = next(name for name in tables if trigger.startswith(name))
    on = f" ON {table}" if database.dialect == "postgresql" else ""
    with disposing(database.admin_url) as admin, admin.connect() as connection:
        assert_append_only(connection)
        connection.execute(text(f"DROP TRIGGER {trigger}{on}"))
        with pytest.raises(UnsoundLog, match=trigger):
            assert_append_only(connection)  # then the transaction is thrown away


@ON_POSTGRESQL
def test_a_disabled_trigger_is_as_good_as_missing(database: Database) -> None:
    with disposing(database.admin_url) as admin, admin.connect() as connection:
        connection.execute(text("ALTER TABLE log DISABLE TRIGGER log_is_append_only"))
        with pytest.raises(UnsoundLog, match="log_is_append_only"):
            assert_append_only(connection)


@pytest.mark.parametrize(
    ("stamped", "said"),
    [
        ("base", "it is at none: `concord registry migrate` brings it there"),
        ("9999", "it is at 9999, .* the release is older than the database"),
    ],
)
def test_a_schema_of_another_release_is_refused(
    database: Database, engine: Engine, stamped: str, said: str
) -> None:
    with disposing(database.admin_url) as admin:
        with admin.begin() as connection:
            connection.execute(text("DELETE FROM alembic_version"))
            if stamped != "base":
                insert = text("INSERT INTO alembic_version VALUES (:revision)")
                connection.execute(insert, {"revision": stamped})
        try:
            with pytest.raises(UnsoundLog, match=said):
                assert_sound(engine)
        finally:
            with admin.begin() as connection:
                connection.execute(text("DELETE FROM alembic_version"))
            command.stamp(configuration("registry", database.owner_url), "head")
    assert_sound(engine)


@pytest.mark.usefixtures("filled")
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE log_head SET size = size + 1, frontier = frontier",
        "UPDATE log_head SET frontier = (SELECT hash FROM tree_node)",
        "DELETE FROM log WHERE position = 300",
        "UPDATE log SET leaf_hash = (SELECT hash FROM tree_node) WHERE position = 299",
        "DELETE FROM tree_node",
        "DELETE FROM log_head",
    ],
)
def test_a_head_that_does_not_fit_the_entries_is_refused(
    database: Database, statement: str
) -> None:
    with disposing(database.admin_url) as admin, admin.connect() as connection:
        assert_head_fits(connection)
        if database.dialect == "postgresql":
            connection.execute(text("SET LOCAL session_replication_role = replica"))
        else:
            for trigger in TRIGGERS["sqlite"]:
                connection.execute(text(f"DROP TRIGGER {trigger}"))
        connection.execute(text(statement))
        with pytest.raises(UnsoundLog):
            assert_head_fits(connection)


@ON_POSTGRESQL
def test_a_database_that_may_lose_what_it_committed_is_refused(
    database: Database, engine: Engine
) -> None:
    assert_sound(engine)
    lax = make_url(database.url).update_query_dict({"options": "-c synchronous_commit=off"})
    with (
        disposing(lax.render_as_string(hide_password=False)) as lossy,
        pytest.raises(UnsoundLog, match="synchronous_commit"),
    ):
        assert_sound(lossy)


@ON_SQLITE
@pytest.mark.parametrize("lax", ["synchronous = NORMAL", "journal_mode = DELETE"])
def test_a_file_that_may_lose_what_it_committed_is_refused(
    database: Database, engine: Engine, lax: str
) -> None:
    assert_sound(engine)
    engine.dispose()
    with disposing(database.url) as lossy:
        listen(lossy, "connect", lambda connection, _: connection.execute(f"PRAGMA {lax}").close())
        with pytest.raises(UnsoundLog, match=lax.split(maxsplit=1)[0]):
            assert_sound(lossy)


@ON_POSTGRESQL
def test_a_role_that_could_remove_the_triggers_is_refused(
    database: Database, engine: Engine
) -> None:
    assert_sound(engine)
    for url in (database.owner_url, database.admin_url):
        with disposing(url) as mighty:
            with pytest.raises(UnsoundLog, match=r"superuser|owner"):
                assert_sound(mighty)
            assert_sound(mighty, may_own=True)


TOO_MUCH = [
    ("log", "UPDATE"),
    ("log", "UPDATE (body)"),
    ("log", "TRUNCATE"),
    ("request_key", "DELETE"),
    ("tree_node", "TRIGGER"),
    ("disclosure", "UPDATE (encoded)"),
    ("disclosure", "TRUNCATE"),
    ("log_head", "TRUNCATE"),
]


@ON_POSTGRESQL
@pytest.mark.parametrize(("table", "right"), TOO_MUCH)
def test_a_role_that_may_do_more_than_read_and_add_is_refused(
    database: Database, engine: Engine, table: str, right: str
) -> None:
    role = make_url(database.url).username
    with disposing(database.admin_url) as admin:
        for statement, refused in (
            (f"GRANT {right} ON {table} TO {role}", True),
            (f"REVOKE {right} ON {table} FROM {role}", False),
        ):
            with admin.begin() as connection:
                connection.execute(text(statement))
            with pytest.raises(UnsoundLog, match=table) if refused else nullcontext():
                assert_sound(engine)


MISTAKES = [
    ("ALTER TABLE draft NO FORCE ROW LEVEL SECURITY", "ALTER TABLE draft FORCE ROW LEVEL SECURITY"),
    (
        "ALTER TABLE disclosure DISABLE ROW LEVEL SECURITY",
        "ALTER TABLE disclosure ENABLE ROW LEVEL SECURITY",
    ),
    (
        "ALTER TABLE evidence_key NO FORCE ROW LEVEL SECURITY",
        "ALTER TABLE evidence_key FORCE ROW LEVEL SECURITY",
    ),
    ("GRANT DELETE ON evidence_key TO {writer}", "REVOKE DELETE ON evidence_key FROM {writer}"),
    ("GRANT INSERT ON evidence_key TO {writer}", "REVOKE INSERT ON evidence_key FROM {writer}"),
    ("ALTER ROLE {request} BYPASSRLS", "ALTER ROLE {request} NOBYPASSRLS"),
    ("GRANT INSERT ON log TO {request}", "REVOKE INSERT ON log FROM {request}"),
    ("GRANT DELETE ON disclosure TO {writer}", "REVOKE DELETE ON disclosure FROM {writer}"),
    ("GRANT SELECT ON draft TO {writer}", "REVOKE SELECT ON draft FROM {writer}"),
    ("REVOKE UPDATE ON budget_spent FROM {request}", "GRANT UPDATE ON budget_spent TO {request}"),
    ("GRANT SELECT ON budget_spent TO {writer}", "REVOKE SELECT ON budget_spent FROM {writer}"),
    (
        "REVOKE EXECUTE ON FUNCTION erase_disclosures FROM {writer}",
        "GRANT EXECUTE ON FUNCTION erase_disclosures TO {writer}",
    ),
]


@ON_POSTGRESQL
@pytest.mark.parametrize(("mistake", "mended"), MISTAKES)
def test_where_the_second_line_is_not_drawn_nothing_starts(
    database: Database, engine: Engine, mistake: str, mended: str
) -> None:
    names = {"writer": make_url(database.url).username, "request": database.request_role}
    with disposing(database.admin_url) as admin:
        for statement, refused in ((mistake, True), (mended, False)):
            with admin.begin() as connection:
                connection.execute(text(statement.format(**names)))
            with pytest.raises(UnsoundLog, match="concord migrate") if refused else nullcontext():
                assert_sound(engine)


@ON_POSTGRESQL
def test_requests_that_act_as_the_role_that_appends_are_refused(
    database: Database, engine: Engine
) -> None:
    assert_sound(engine)
    with database.writer() as writer, pytest.raises(UnsoundLog, match="REGISTRY_REQUEST_ROLE"):
        assert_sound(writer)
