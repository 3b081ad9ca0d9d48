"""Pure: one row per reporting unit of the edition, whatever was or was not said on it."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from contracts.instrument import Edition, edition
from services.kit.errors import Unavailable
from services.reporting.projections.reports import SECTIONS
from services.reporting.queries.record import Record, Stated
from services.reporting.queries.rows import ASSERTED_BY, Row, decoded, positions
from services.reporting.queries.shown import publication_row
from services.reporting.queries.versions import Version

NOT_REPORTED = "not_reported"
RESTRICTED = "restricted"

_WORDS: Mapping[str, Any] = {
    "changed": None,
    "narrative": None,
    "original": None,
    "measures": None,
    "challenges": None,
    "good_practices": None,
    "assistance_needed": None,
    "assistance_offered": None,
    "assistance_cited": None,
    "reused_answer": None,
}
"""What a statement may hold, and what stands there where it does not."""


def edition_of(cycle: Mapping[Any, Any]) -> Edition:
    """Find the edition of the instrument that a cycle reports on.

    Raises:
        Unavailable: this service is older than the edition.
    """
    try:
        return edition(cycle["instrument_edition"])
    except KeyError:
        raise Unavailable(
            "the cycle reports on an edition of the instrument that is not known here",
            retry_after_seconds=60,
        ) from None


def units_of(instrument: Edition, record: Record | None) -> list[str]:
    """Give the edition's units in its order; then any other the report speaks of."""
    stated = record.stated if record else {}
    others = sorted(name for name in stated if name not in (*instrument.units, *SECTIONS))
    return [*instrument.units, *others]


def cells(instrument: Edition, record: Record | None) -> dict[str, Row]:
    """Give the status under each unit, in codes only."""
    units = units_of(instrument, record)
    stated = record.stated if record else {}
    return {unit: _cell(unit, stated.get(unit)) for unit in units}


def statements(instrument: Edition, record: Record | None, day: date) -> Iterator[Row]:
    """Give every unit with all that is said on it; `record` was compiled with its words."""
    stated = record.stated if record else {}
    for unit, cell in cells(instrument, record).items():
        yield {**_heading(instrument, unit), **cell, **_said(stated.get(unit), day)}


def section(stated: Stated | None, day: date) -> Row | None:
    """Give part E or F as it stands; `None` where nothing was said."""
    if stated is None:
        return None
    return {
        "restricted": not stated.is_open,
        "visibility": stated.part["visibility"],
        "content": decoded(stated.part["content"]),
        "publication": publication_row(stated.part),
        **_from(stated, day),
    }


def _cell(unit: str, stated: Stated | None) -> Row:
    if stated is None:
        return {
            "unit": unit,
            "status": NOT_REPORTED,
            "stated": False,
            "restricted": False,
            "visibility": None,
            "measure_count": None,
            "origin": None,
            "positions": [],
            "asserted_by": "system",
        }
    own = stated.part["implementation_status"] or NOT_REPORTED
    return {
        "unit": unit,
        "status": own if stated.is_told else RESTRICTED,
        "stated": True,
        "restricted": not stated.is_open,
        "visibility": stated.part["visibility"],
        "measure_count": stated.part["measure_count"],
        "origin": stated.act.origin,
        **_rests_on(stated),
    }


def _rests_on(stated: Stated) -> Row:
    return {
        "positions": list(stated.rests_on),
        "asserted_by": ASSERTED_BY.get(stated.act.origin, "system"),
    }


def _heading(instrument: Edition, unit: str) -> Row:
    found = instrument.units.get(unit)
    return {
        "unit": unit,
        "postulate": found.postulate if found else None,
        "short_title": found.short_title if found else None,
        "text": found.text if found else None,
        "pillars_inferred": list(found.pillars_inferred) if found else [],
    }


def _said(stated: Stated | None, day: date) -> Row:
    if stated is None:
        return {**_WORDS, "publication": None, "substance": None, "renewed_by": None}
    content = decoded(stated.part["content"]) or {}
    return {
        **_WORDS,
        **_known_words(content),
        "publication": publication_row(stated.part),
        **_from(stated, day),
    }


def _known_words(content: Mapping[str, Any]) -> Row:
    words = {name: content[name] for name in _WORDS if name in content}
    if content:
        words.setdefault("measures", [])
    return words


def _from(stated: Stated, day: date) -> Row:
    """Say which version says it, and how old that is; beside it the act that renewed it."""
    return {
        "substance": aged(stated.substance, day),
        "renewed_by": renewal(stated, day),
        **_rests_on(stated),
    }


def renewal(stated: Stated, day: date) -> Row | None:
    """Name the version that lets it stand, if that is another one than the one that says it."""
    return None if stated.act is stated.substance else aged(stated.act, day)


def aged(version: Version, day: date) -> Row:
    """Name a version and its age in days on the day asked for."""
    return {
        "report_id": version.report_id,
        "report_version": version.number,
        "received_on": version.received_on,
        "age_days": (day - version.received_on).days,
        "is_withdrawn": version.withdrawn is not None,
        "positions": positions(version.position),
    }


def ages(record: Record | None, day: date) -> Row:
    """Give the act that came last, and the substance it lets stand, which may be older."""
    if record is None:
        return {"latest": None, "substance": None}
    latest = record.latest
    substance = record.documents[-1] if record.documents else None
    return {
        "latest": {"act": latest.row["act"], **aged(latest, day)},
        "substance": aged(substance, day) if substance else None,
    }
