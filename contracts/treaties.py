"""Contracts room: the universal counter-terrorism instruments, as data."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType

from contracts.catalogue import BASE, load


@dataclass(frozen=True, slots=True, kw_only=True)
class Treaty:
    """One instrument; its days and their sources are in the data."""

    id: str
    number: int
    title: str
    short_title: str
    subject: str
    depositary: str
    adopted_on: str
    adopted_on_checked: bool
    """Whether a source confirms that day; otherwise it is from memory."""
    supplements: str | None = None
    """The instrument that it amends or is a protocol to, where that is one of the list."""


@lru_cache(maxsize=4)
def treaties(version: str = "1.0.0") -> Mapping[str, Treaty]:
    """Give the instruments by id, in their order."""
    document = load(f"{BASE}treaties/universal-instruments/{version}.json")
    members = Treaty.__slots__
    return MappingProxyType(
        {
            row["id"]: Treaty(**{member: row[member] for member in members if member in row})
            for row in document["data"]
        }
    )
