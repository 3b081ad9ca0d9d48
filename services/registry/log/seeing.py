"""Log: on whose behalf private rows are read; PostgreSQL itself keeps to it (docs/adr/0050)."""

from sqlalchemy import Engine

EVERYBODY = "everybody"
"""For whom no participant's rows are hidden: the secretariat, and what looks after the log."""
PARTY = "concord.party"
"""Setting of PostgreSQL, for one transaction: whose rows it may see. Without it none."""


def seen_by(engine: Engine, party: str) -> Engine:
    """Give the same engine for transactions that see the private rows of one party.

    SQLite knows nothing of the kind: there the filter of each query is all there is.

    Args:
        engine: of the log.
        party: code of a participant, or `EVERYBODY`.
    """
    return engine.execution_options(local={PARTY: party})
