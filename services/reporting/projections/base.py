"""Projections: what one is made of, and the statements it may give.

A projection is a pure function from an entry to statements on its own tables. Rows are
bitemporal: `known_from` and `known_to` are positions of the log (from inclusive, to exclusive,
`None` while it stands), dates are as the act gave them. Nothing is ever updated but `known_to`;
what an act changes about an earlier act is a new row under the same key (`Amend`).
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple, TypeAlias

import orjson
from sqlalchemy import BigInteger, Column, Integer, PrimaryKeyConstraint, Table, Text
from sqlalchemy.schema import SchemaItem

from contracts.envelope import Entry
from contracts.events import RegistryEvent
from contracts.events.shared import Source
from services.kit.database import new_metadata

metadata = new_metadata()
"""Every table of reporting's database; the migrations are checked against it."""


class Insert(NamedTuple):
    """A new row; every column of the table but `generation` is named. Days are text."""

    table: Table
    row: Mapping[str, Any]


class Close(NamedTuple):
    """The open row under `key` is known only until `at` (exclusive)."""

    table: Table
    key: Mapping[str, Any]
    at: int


class Amend(NamedTuple):
    """The open row under `key` is copied with `changes`, known from `at`; the old one is closed.

    Where no row is open under the key, nothing happens: a rectification names an act by its
    version, and only the table that holds that act has a row.
    """

    table: Table
    key: Mapping[str, Any]
    at: int
    changes: Mapping[str, Any]


class Expect(NamedTuple):
    """A row is open under `key` before `at`, or the entry says what its contract does not allow.

    A projection reads nothing, so it cannot look whether what an act speaks of is there; where it
    is not, the entry fails as one that cannot be read, and its participant is parked.
    """

    table: Table
    key: Mapping[str, Any]
    at: int


Statement: TypeAlias = Insert | Close | Amend | Expect


@dataclass(frozen=True, slots=True, kw_only=True)
class Projection:
    """A name, a version, tables of its own, and the pure function that fills them."""

    name: str
    version: int
    """Raised whenever `on` or a table changes: the tables must then be rebuilt."""
    tables: tuple[Table, ...]
    cares_about: frozenset[type[RegistryEvent]]
    """Event classes that `on` is called with; a test holds the union against the catalogue."""
    on: Callable[[Entry, RegistryEvent], Iterator[Statement]]


def text_by_language(name: str, *, nullable: bool = False) -> Column[str]:
    """Give a column for a language map, kept as canonical JSON text."""
    return Column(name, Text, nullable=nullable)


def json_text(name: str, *, nullable: bool = False) -> Column[str]:
    """Give a column for any JSON value, kept as canonical JSON text: equal on every database."""
    return Column(name, Text, nullable=nullable)


def bitemporal(name: str, key: tuple[str, ...], *items: SchemaItem) -> Table:
    """Define a table of rows known from one position to another.

    Args:
        name: singular, what a row is.
        key: columns that name the act; at most one of its rows is open at a time.
        items: the other columns, and indexes.
    """
    return Table(
        name,
        metadata,
        Column("generation", Integer, nullable=False),
        *items,
        Column("known_from", BigInteger, nullable=False),
        Column("known_to", BigInteger),
        PrimaryKeyConstraint("generation", *key, "known_from"),
    )


def as_text(value: Any) -> str:
    """Spell a JSON value canonically.

    What is in an event has had a canonical form, or its digest would not be in the leaf; so
    sorting names is all there is to do.
    """
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS).decode()


def as_day(day: date | None) -> str | None:
    """Give a day as its text, which every database takes for a date."""
    return None if day is None else day.isoformat()


def sources_text(sources: Sequence[Source]) -> str:
    """Spell the sources of an act canonically; a day that is not known is left out."""
    return as_text(
        [
            {"citation": source.citation}
            if source.published_on is None
            else {"citation": source.citation, "published_on": source.published_on}
            for source in sources
        ]
    )
