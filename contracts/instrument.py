"""Contracts room: the instrument's catalogue, an edition at a time; how many postulates is data."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from contracts.catalogue import BASE, catalogue, load


@dataclass(frozen=True, slots=True, kw_only=True)
class Postulate:
    """One postulate; where it has units below it, these are reported on in its place."""

    id: str
    number: int
    short_title: str
    """Ours, like `title`."""
    title: str
    text: str
    """As the edition's `text_source` gives it, however it reads."""
    editorial_note: str | None
    pillars_inferred: tuple[str, ...]
    """Our mapping; in no source."""
    units: tuple[str, ...]
    """Ids of the reporting units it is reported on by: itself, or its sub-items."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """What is reported on: a postulate without sub-items, or a sub-item."""

    id: str
    postulate: str
    short_title: str
    text: str
    editorial_note: str | None
    pillars_inferred: tuple[str, ...]
    """Those of its postulate."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pillar:
    """A pillar of the United Nations Global Counter-Terrorism Strategy."""

    id: str
    number: int
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """One edition of the catalogue; all in the order in which they are shown."""

    version: str
    instrument: str
    opened_on: date
    text_source: str
    text_status: str
    not_confirmed: tuple[str, ...]
    postulates: Mapping[str, Postulate]
    units: Mapping[str, Unit]
    pillars: Mapping[str, Pillar]


@lru_cache(maxsize=16)
def edition(version: str, name: str = "code-of-conduct") -> Edition:
    """Give an edition of the instrument.

    Raises:
        KeyError: no such edition.
    """
    document = load(f"{BASE}instrument/{name}/{version}.json")
    meta = document["meta"]
    units = {unit.id: unit for row in document["postulates"] for unit in _units(row)}
    return Edition(
        version=version,
        instrument=meta["instrument"],
        opened_on=date.fromisoformat(meta["opened_on"]),
        text_source=meta["text_source"],
        text_status=meta["text_status"],
        not_confirmed=tuple(meta["not_confirmed"]),
        postulates=_by_id(_postulate(row) for row in document["postulates"]),
        units=MappingProxyType({unit: units[unit] for unit in document["reporting_units"]}),
        pillars=_by_id(
            Pillar(id=row["id"], number=row["number"], title=row["title"])
            for row in document["pillars"]
        ),
    )


@lru_cache(maxsize=1)
def opened_on() -> date:
    """Give the day the instrument was opened for signature, by whichever edition is earliest."""
    kinds = (one for one in catalogue().documents.values() if one.kind == "instrument")
    return min(edition(one.version, one.name).opened_on for one in kinds)


def _by_id(rows: Any) -> Mapping[str, Any]:
    return MappingProxyType({row.id: row for row in rows})


def _units(row: Mapping[str, Any]) -> list[Unit]:
    return [
        Unit(
            id=item["id"],
            postulate=row["id"],
            short_title=item["short_title"],
            text=item["text"],
            editorial_note=item.get("editorial_note"),
            pillars_inferred=tuple(row["pillars_inferred"]),
        )
        for item in row["sub_items"] or [row]
    ]


def _postulate(row: Mapping[str, Any]) -> Postulate:
    return Postulate(
        id=row["id"],
        number=row["number"],
        short_title=row["short_title"],
        title=row["title"],
        text=row["text"],
        editorial_note=row.get("editorial_note"),
        pillars_inferred=tuple(row["pillars_inferred"]),
        units=tuple(item["id"] for item in row["sub_items"] or [row]),
    )
