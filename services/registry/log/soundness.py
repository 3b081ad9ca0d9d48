"""Log: founding it, and refusing to start on one that is not as it was left."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, Engine, insert, text

from contracts.checkpoint import Checkpoint, open_checkpoint
from contracts.errors import ContractError, VerificationFailed
from contracts.keyring import Verifier
from contracts.merkle import Frontier
from services.kit.database import write_transaction
from services.kit.schema import History, NotShown, UnfitSchema, assert_newest
from services.registry.log import store
from services.registry.log.batch import Head
from services.registry.log.rights import faults_of_roles
from services.registry.log.table import log_head
from services.registry.log.tree import Tree

HISTORY = History(
    service="registry",
    scripts="migrations:registry",
    table="log_head",
    whose="the registry's",
    table_of_other="projection_head",
    whose_other="reporting's",
)
LOG = "the log"
GRANTED = "`concord migrate` grants what is needed, docs/runbook.md says to which roles"
UNGRANTED = (
    "as the owner, `concord registry grant`, or `concord registry migrate` with"
    " REGISTRY_WRITER_ROLE and REGISTRY_REQUEST_ROLE, lets it"
)
MEND = "`concord registry recover` and docs/runbook.md say how to go on"

DURABLE_POSTGRESQL = ("fsync", "synchronous_commit", "full_page_writes")
DURABLE_SQLITE = {"journal_mode": ("wal",), "synchronous": ("2", "3")}

TRIGGERS: Mapping[str, frozenset[str]] = {
    "sqlite": frozenset(
        {
            "log_refuses_update",
            "log_refuses_delete",
            "log_refuses_replace",
            "request_key_refuses_update",
            "request_key_refuses_delete",
            "request_key_refuses_replace",
            "tree_node_refuses_update",
            "tree_node_refuses_delete",
            "tree_node_refuses_replace",
            "disclosure_refuses_update",
            "disclosure_refuses_replace",
            "disclosure_refuses_clear",
            "disclosure_comes_with_its_entry",
            "disclosure_key_comes_with_its_entry",
            "disclosure_key_stays_in_its_place",
            "draft_refuses_clear_insert",
            "draft_refuses_clear_update",
            "draft_section_refuses_clear_insert",
            "draft_section_refuses_clear_update",
            "log_head_refuses_delete",
            "log_head_refuses_replace",
            "log_head_goes_forward",
        }
    ),
    "postgresql": frozenset(
        {
            "log_is_append_only",
            "request_key_is_append_only",
            "tree_node_is_append_only",
            "disclosure_is_append_only",
            "disclosure_comes_with_its_entry",
            "disclosure_key_comes_with_its_entry",
            "disclosure_key_is_not_emptied",
            "disclosure_key_stays_in_its_place",
            "log_head_is_append_only",
            "log_head_goes_forward",
        }
    ),
}
"""What migrations 0001 and 0005 made, by dialect: without one the log could be changed, or hold
something in clear."""


class UnsoundLog(Exception):
    """The log, its database or its checkpoint is not as it must be to go on; says what to do."""

    def __init__(self, reason: str, *, subject: str = "", mend: str = "") -> None:
        """Make it.

        Args:
            reason: what is wrong, for whoever says it of something else than the register's log.
            subject: of what, where the reason is said of something.
            mend: how to go on.
        """
        said = f"{subject} {reason}" if subject else reason
        joint = " " if said.endswith("?") else ". "
        super().__init__(f"{said}{joint}{mend}" if mend else said)
        self.reason, self.subject = reason, subject


@dataclass(frozen=True, slots=True)
class Signed:
    """A signed checkpoint and what it says."""

    size: int
    root: bytes
    note: str


@dataclass(frozen=True, slots=True)
class Found:
    """A log that fits the checkpoint kept outside."""

    head: Head
    signed: Signed | None
    """`None` only for a log without entries that was never signed."""
    frontier: Frontier
    """At the signed size."""


def found(engine: Engine, origin: str) -> None:
    """Found the log, once and for ever; nothing happens if it was founded with this origin.

    Args:
        engine: of a database at the newest revision; on PostgreSQL as the owner.
        origin: name of the log and of its key.

    Raises:
        UnsoundLog: it was founded with another origin.
    """
    Checkpoint(origin, 0, Frontier().root())  # refuses an origin that cannot be signed
    with write_transaction(engine) as connection:
        head = store.find_head(connection)
        if head is None:
            connection.execute(
                insert(log_head).values(
                    id=1, size=0, last_recorded_at="", frontier=b"", origin=origin
                )
            )
        elif head.origin != origin:
            raise UnsoundLog(f"expected a log with origin {origin}, it is that of {head.origin}")


def assert_sound(engine: Engine, *, may_own: bool = False) -> None:
    """Check what the service relies on, before it serves; `reconcile` checks head and entries.

    Args:
        engine: of the log, as the service's own role.
        may_own: on PostgreSQL, accept a superuser or the owner of the table, which could remove
            the triggers; for demonstrations only.

    Raises:
        UnsoundLog: the schema is not at its newest revision, a trigger is missing, PostgreSQL is
            not durable, or the role may do too much.
    """
    with engine.connect() as connection:
        assert_newest_schema(connection)
        assert_append_only(connection)
        assert_durable(connection)
        if engine.dialect.name == "postgresql" and not may_own:
            assert_modest(connection)
        assert_head_fits(connection)


def reconcile(engine: Engine, note: str | None, verifier: Verifier) -> Found:
    """Compare the log with the checkpoint kept outside its database.

    Args:
        engine: of the log.
        note: the checkpoint; `None` if there is none.
        verifier: key of the log; its name is the origin.

    Raises:
        UnsoundLog: one is missing, the log is shorter than was signed, or has another tree.
    """
    with engine.connect() as connection:
        head = assert_head_fits(connection)
        if head.origin != verifier.name:
            raise UnsoundLog(f"expected a key named {head.origin}, got {verifier.name}")
        if note is None:
            if head.size:
                raise not_kept(head)
            return Found(head, None, Frontier())
        checkpoint = _open(note, verifier)
        frontier = signed_frontier(connection, head, checkpoint)
        return Found(head, Signed(checkpoint.size, checkpoint.root, note), frontier)


def not_kept(head: Head) -> UnsoundLog:
    """Say that of a log with entries no checkpoint is kept."""
    reason = f"has {head.size} entries, but no checkpoint is kept"
    return UnsoundLog(reason, subject=LOG, mend=MEND)


def signed_frontier(connection: Connection, head: Head, checkpoint: Checkpoint) -> Frontier:
    """Give the frontier at the size that was signed.

    Args:
        connection: to the log.
        head: as `assert_head_fits` gave it.
        checkpoint: of this log.

    Raises:
        UnsoundLog: the log is shorter than was signed, or has another tree.
    """
    if checkpoint.size > head.size:
        raise UnsoundLog(
            f"has {head.size} entries, but {checkpoint.size} were signed:"
            " an older copy was restored?",
            subject=LOG,
            mend=MEND,
        )
    frontier = head.frontier  # checked with the head
    if checkpoint.size < head.size:
        frontier = Tree(connection, checkpoint.size).frontier()
    if frontier.root() != checkpoint.root:
        reason = f"the first {checkpoint.size} entries are not those that were signed"
        raise UnsoundLog(reason, mend=MEND)
    return frontier


def _open(note: str, verifier: Verifier) -> Checkpoint:
    try:
        return open_checkpoint(note, verifier)
    except VerificationFailed as error:
        raise UnsoundLog(f"the checkpoint kept outside is not this log's: {error}") from error


def assert_newest_schema(connection: Connection) -> None:
    """Check that every migration has run, and none that this code does not know.

    Raises:
        SettingsRefused: it is reporting's database.
        UnsoundLog: it is at another revision, or the role was granted nothing.
    """
    try:
        assert_newest(connection, HISTORY)
    except NotShown as error:
        raise UnsoundLog(f"{error}: {UNGRANTED}") from None
    except UnfitSchema as error:
        raise UnsoundLog(str(error)) from None


def assert_append_only(connection: Connection) -> None:
    """Check that the triggers are there which refuse to change the log."""
    missing = TRIGGERS[connection.dialect.name] - _triggers(connection)
    if missing:
        named = ", ".join(sorted(missing))
        raise UnsoundLog(f"is not append-only: no trigger {named}", subject=LOG)


def assert_head_fits(connection: Connection) -> Head:
    """Check the head's frontier against stored nodes and leaf hashes, and give the head."""
    try:
        head = store.find_head(connection)
        if head is None:
            raise UnsoundLog("has not been founded, or is gone", subject=LOG, mend=MEND)
        fits = Tree(connection, head.size).frontier() == head.frontier
    except ContractError as error:
        raise UnsoundLog(f"the head does not fit the entries: {error}", mend=MEND) from error
    if not fits:
        reason = f"the frontier at the head does not fit the {head.size} entries"
        raise UnsoundLog(reason, mend=MEND)
    return head


def _triggers(connection: Connection) -> set[str]:
    if connection.dialect.name == "sqlite":
        statement = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    else:
        statement = (
            "SELECT tgname FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid"
            " WHERE tgenabled IN ('O', 'A') AND relnamespace = current_schema()::regnamespace"
        )
    return set(connection.scalars(text(statement)))


def assert_durable(connection: Connection) -> None:
    """Check that what is committed is on the disk."""
    if connection.dialect.name == "sqlite":
        found = {name: str(connection.scalar(text(f"PRAGMA {name}"))) for name in DURABLE_SQLITE}
        lax = {name for name, value in found.items() if value not in DURABLE_SQLITE[name]}
    else:
        setting = text("SELECT current_setting(:name)")
        found = {name: connection.scalar(setting, {"name": name}) for name in DURABLE_POSTGRESQL}
        lax = {name for name, value in found.items() if value == "off"}
    if lax:
        named = ", ".join(f"{name} is {found[name]}" for name in sorted(lax))
        raise UnsoundLog(f"entries could be lost: {named}")


def assert_modest(connection: Connection) -> None:
    """Check on PostgreSQL that the roles cannot remove the triggers, nor do more than they must.

    One of them appends, the other one reads, and writes drafts; neither sees what is not for the
    party of the transaction, and none deletes but what an erasure names.
    """
    for fault in faults_of_roles(connection):
        raise UnsoundLog(f"{fault}: {GRANTED}")
