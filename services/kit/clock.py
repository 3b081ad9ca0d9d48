"""Kit: the clock, as an argument. Only the outermost layer ever calls the real one."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import TypeAlias

Clock: TypeAlias = Callable[[], datetime]
"""Gives the present instant, always with a time zone."""


def utc_now() -> datetime:
    """Read the machine's clock, in UTC."""
    return datetime.now(UTC)
