"""Kit: what was spent of budgets that all processes share, in one table of PostgreSQL.

The table is not logged: it costs no wait for the disk, and after a crash everybody begins anew.
"""

from collections.abc import Iterable
from hashlib import blake2b

from sqlalchemy import (
    BigInteger,
    Column,
    Engine,
    LargeBinary,
    PrimaryKeyConstraint,
    Table,
    Text,
    text,
)

from services.kit.budgets import Budget, Spent, found
from services.kit.database import new_metadata

metadata = new_metadata()

budget_spent = Table(
    "budget_spent",
    metadata,
    Column("budget", Text, nullable=False),
    Column("who", LargeBinary, nullable=False),
    Column("due", BigInteger, nullable=False),
    PrimaryKeyConstraint("budget", "who"),
)
"""One row for everybody who has not everything of a budget. `who` is a keyed digest, so that the
table holds no address; `due` is as in `services.kit.budgets`, in microseconds since 1970. On SQLite
it stays empty."""

CLOCK = "CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000000 AS int8)"
"""The database's: hosts need not agree."""
SLACK = 60_000_000
"""A `due` that lies further ahead than it may, by this many microseconds, was written by a clock
that was wrong since: it counts for nothing. Less may be a statement that waited for a lock."""
SWEEP_EVERY = 1_000
"""Requests of one process, after which rows are deleted that say nothing any more."""
SWEEP_ROWS = 10_000
"""So many at most, which is more than were added meanwhile."""

SPEND = text(f"""
    WITH taken AS (
        INSERT INTO budget_spent AS kept (budget, who, due)
        VALUES (:budget, :who, COALESCE(CAST(:now AS int8), {CLOCK}) + :interval)
        ON CONFLICT (budget, who) DO UPDATE SET due = CASE
            WHEN kept.due > EXCLUDED.due - :interval + :most + {SLACK} THEN EXCLUDED.due
            ELSE GREATEST(kept.due + :interval, EXCLUDED.due) END
        WHERE kept.due <= EXCLUDED.due - 2 * :interval + :most
           OR kept.due > EXCLUDED.due - :interval + :most + {SLACK}
        RETURNING due
    )
    SELECT due, true AS is_allowed, COALESCE(CAST(:now AS int8), {CLOCK}) AS now FROM taken
    UNION ALL
    SELECT due, false, COALESCE(CAST(:now AS int8), {CLOCK}) FROM budget_spent
    WHERE budget = :budget AND who = :who AND NOT EXISTS (SELECT FROM taken)
""")  # noqa: S608 - constants of ours
"""`EXCLUDED.due - :interval` is now, read once. Where nothing is taken the row says until when."""
SWEEP = text(f"""
    DELETE FROM budget_spent WHERE (budget, who) IN (
        SELECT budget, who FROM budget_spent
        WHERE due < COALESCE(CAST(:now AS int8), {CLOCK}) - {SLACK}
        LIMIT {SWEEP_ROWS} FOR UPDATE SKIP LOCKED
    )
""")  # noqa: S608 - constants of ours


class SharedBudgets:
    """Spends from the table; called in threads."""

    def __init__(self, engine: Engine, names: Iterable[str], *, secret: bytes) -> None:
        """Make it.

        Args:
            engine: on PostgreSQL, with a pool of its own, so that it waits for no other work.
            names: of the budgets that are shared; the others are each process's own.
            secret: keys the digests; the same in all processes.
        """
        self._engine = engine.execution_options(isolation_level="AUTOCOMMIT")
        self.names = frozenset(names)
        self._secret = secret[:64]
        self._count = 0

    def spend(self, budget: Budget, who: str, *, now: int | None = None) -> Spent:
        """Spend one request of somebody's budget, if there is one.

        Args:
            budget: everybody's.
            who: in words; only a digest leaves the process.
            now: microseconds since 1970; `None` is the database's clock.
        """
        asked = {
            "budget": budget.name,
            "who": blake2b(who.encode(), key=self._secret, digest_size=16).digest(),
            "interval": budget.interval,
            "most": budget.most,
            "now": now,
        }
        with self._engine.connect() as connection:
            row = connection.execute(SPEND, asked).one_or_none()
            self._count += 1
            if self._count % SWEEP_EVERY == 1:
                connection.execute(SWEEP, {"now": now})
        if row is None:  # refused by a row that was not there yet when the statement began
            return found(budget, budget.most, 0, is_allowed=False)
        return found(budget, row.due, row.now, is_allowed=row.is_allowed)
