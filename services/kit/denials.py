"""Kit: what a PostgreSQL that answers denies to who asks, told in a line."""

from sqlalchemy.exc import DBAPIError, OperationalError

DENIED = {"42501", "3F000"}
"""Insufficient privilege; and no schema in which a table may be made, which is the same."""


def denied(error: BaseException) -> str | None:
    """Give what the database says where it lets somebody not in, or not do what was asked.

    Returns:
        One line; `None` where it denied nothing: it is away, or something else is wrong.
    """
    if not isinstance(error, DBAPIError):
        return None
    line = str(error.orig).partition("\n")[0]
    if getattr(error.orig, "sqlstate", None) in DENIED:
        return line
    if isinstance(error, OperationalError):
        _, is_refusal, reason = line.partition("FATAL:")
        return reason.strip() if is_refusal else None
    return None
