"""Registry migration 0005: the database takes nothing in clear, and shows nobody another's rows."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision: str | None = "0004"
branch_labels: str | None = None
depends_on: str | None = None

ENCRYPTED = {
    "draft": ("base", "clearance"),
    "draft_section": ("content", "base", "drafted_by"),
}
"""Columns of bytes that begin with 01; a disclosure is base64url of the same and begins with A."""
LATE = "WHEN NEW.position <= (SELECT size FROM log_head)"
REFUSED = (
    "what the registry holds is still in clear: `concord registry migrate` encrypts it, with the"
    " keys in REGISTRY_ENCRYPTION_KEYS_FILE"
)


OF_ENTRY = "EXISTS (SELECT 1 FROM log WHERE log.position = {}.position AND participant = party)"


def upgrade() -> None:
    """Uphold what encrypting has brought about, or refuse where something is still in clear."""
    _check_nothing_is_in_clear()
    if op.get_bind().dialect.name == "postgresql":
        _take_nothing_in_clear_on_postgresql()
        _keep_disclosures_with_their_entries_on_postgresql()
        _erase_by_position()
        _hide_rows()
    else:
        _take_nothing_in_clear_on_sqlite()
        _keep_disclosures_with_their_entries_on_sqlite()


def _check_nothing_is_in_clear() -> None:
    connection = op.get_bind()
    found = [
        "SELECT 1 FROM disclosure WHERE substr(encoded, 1, 1) <> 'A'",
        *(
            f"SELECT 1 FROM {table} WHERE substr({column}, 1, 1) <> {_one()}"  # noqa: S608 - ours
            for table, columns in ENCRYPTED.items()
            for column in columns
        ),
    ]
    for statement in found:
        if connection.scalar(sa.text(f"{statement} LIMIT 1")) is not None:
            raise RuntimeError(REFUSED)


def _one() -> str:
    return r"'\x01'::bytea" if op.get_bind().dialect.name == "postgresql" else "x'01'"


def _take_nothing_in_clear_on_postgresql() -> None:
    op.create_check_constraint(
        op.f("ck_disclosure_encrypted"), "disclosure", "substr(encoded, 1, 1) = 'A'"
    )
    for table, columns in ENCRYPTED.items():
        condition = " AND ".join(f"substr({column}, 1, 1) = {_one()}" for column in columns)
        op.create_check_constraint(op.f(f"ck_{table}_encrypted"), table, condition)


def _take_nothing_in_clear_on_sqlite() -> None:
    _refuse(
        "disclosure_refuses_clear",
        "BEFORE INSERT ON disclosure WHEN substr(NEW.encoded, 1, 1) <> 'A'",
        "disclosure holds nothing in clear",
    )
    for table, columns in ENCRYPTED.items():
        condition = " OR ".join(f"substr(NEW.{column}, 1, 1) <> {_one()}" for column in columns)
        for change in ("INSERT", "UPDATE"):
            _refuse(
                f"{table}_refuses_clear_{change.lower()}",
                f"BEFORE {change} ON {table} WHEN {condition}",
                f"{table} holds nothing in clear",
            )


def _keep_disclosures_with_their_entries_on_postgresql() -> None:
    op.execute("""
        CREATE FUNCTION refuse_latecomer() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF NEW.position <= (SELECT size FROM log_head) THEN
                RAISE EXCEPTION 'INSERT into % is refused: its entry is in the log', TG_TABLE_NAME
                    USING ERRCODE = 'insufficient_privilege';
            END IF;
            RETURN NEW;
        END $$
    """)
    for table in ("disclosure", "disclosure_key"):
        op.execute(f"""
            CREATE TRIGGER {table}_comes_with_its_entry BEFORE INSERT ON {table}
            FOR EACH ROW EXECUTE FUNCTION refuse_latecomer()
        """)
    op.execute("""
        CREATE TRIGGER disclosure_key_stays_in_its_place BEFORE UPDATE ON disclosure_key
        FOR EACH ROW WHEN (NEW.position <> OLD.position) EXECUTE FUNCTION refuse_change()
    """)
    op.execute("""
        CREATE TRIGGER disclosure_key_is_not_emptied BEFORE TRUNCATE ON disclosure_key
        FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
    """)


def _keep_disclosures_with_their_entries_on_sqlite() -> None:
    for table in ("disclosure", "disclosure_key"):
        _refuse(
            f"{table}_comes_with_its_entry",
            f"BEFORE INSERT ON {table} {LATE}",
            f"{table} takes nothing for an entry that is in the log",
        )
    _refuse(
        "disclosure_key_stays_in_its_place",
        "BEFORE UPDATE ON disclosure_key WHEN NEW.position <> OLD.position",
        "disclosure_key keeps its place",
    )


def _erase_by_position() -> None:
    """Let the writer erase what entries disclose, and delete nothing by any other way."""
    schema = op.get_bind().scalar(sa.text("SELECT quote_ident(current_schema())"))
    op.execute(f"""
        CREATE FUNCTION erase_disclosures(positions int8[]) RETURNS void LANGUAGE plpgsql
        SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
        BEGIN
            PERFORM set_config('concord.party', 'everybody', true);
            DELETE FROM {schema}.disclosure_key WHERE position = ANY (positions);
            DELETE FROM {schema}.disclosure WHERE position = ANY (positions);
            PERFORM set_config('concord.party', '', true);
        END $$
    """)  # noqa: S608 - quoted by the database
    op.execute("REVOKE ALL ON FUNCTION erase_disclosures(int8[]) FROM PUBLIC")


def _hide_rows() -> None:
    """Show a transaction the private rows of the party it is for, and without one no row at all."""
    party = "current_setting('concord.party', true)"
    everybody = f"{party} = 'everybody'"
    of_entry = OF_ENTRY.replace("party", party)
    of_draft = "EXISTS (SELECT 1 FROM draft WHERE draft.draft_id = draft_section.draft_id)"
    own = f"participant = {party}"
    policies = {
        "disclosure": (
            ("seen", f"FOR SELECT USING ({everybody} OR {of_entry.format('disclosure')})"),
            ("added", "FOR INSERT WITH CHECK (true)"),
            ("erased", "FOR DELETE USING (true)"),
        ),
        "disclosure_key": (
            ("seen", f"FOR SELECT USING ({everybody} OR {of_entry.format('disclosure_key')})"),
            ("added", "FOR INSERT WITH CHECK (true)"),
            ("rewrapped", "FOR UPDATE USING (true)"),
            ("erased", "FOR DELETE USING (true)"),
        ),
        "draft": (("own", f"FOR ALL USING ({own})"),),
        "draft_section": (("own", f"FOR ALL USING ({of_draft})"),),
        "draft_key": (
            ("own", f"FOR ALL USING ({own})"),
            ("seen", f"FOR SELECT USING ({everybody})"),
            ("rewrapped", f"FOR UPDATE USING ({everybody})"),
        ),
    }
    for table, those in policies.items():
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        for name, policy in those:
            op.execute(f"CREATE POLICY {name} ON {table} {policy}")


def _refuse(trigger: str, when: str, reason: str) -> None:
    op.execute(f"CREATE TRIGGER {trigger} {when} BEGIN SELECT RAISE(ABORT, '{reason}'); END")
