"""Kit: the clock, as an argument. Only the outermost layer ever calls the real one."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import TypeAlias
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from services.kit.settings import SettingsRefused

ANY_ZONE = "Pacific/Auckland"

Clock: TypeAlias = Callable[[], datetime]
"""Gives the present instant, always with a time zone."""


def utc_now() -> datetime:
    """Read the machine's clock, in UTC."""
    return datetime.now(UTC)


def assert_time_zones() -> None:
    """Check that days can be counted in a zone by its name, before somebody asks for one.

    Raises:
        SettingsRefused: the host does not have the names.
    """
    try:
        ZoneInfo(ANY_ZONE)
    except ZoneInfoNotFoundError:
        missing = "this host is without the IANA time zone database: install the package tzdata"
        raise SettingsRefused(missing) from None
