"""Questions on assistance: what help is needed and offered, and what was brought together."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal, TypeAlias

from sqlalchemy import Connection, RowMapping, select

from contracts.authority.policy import Resource
from services.reporting.projections.assistance import assistance, assistance_match
from services.reporting.queries.actions import Action, action_rows
from services.reporting.queries.as_of import Moment, known
from services.reporting.queries.citations import list_citations
from services.reporting.queries.participants import group_of
from services.reporting.queries.passages import passage
from services.reporting.queries.reader import Reader
from services.reporting.queries.rows import Listed, Page, Row, decoded, positions, take
from services.reporting.queries.streams import stream_versions

STREAM = "assistance-"
Kind: TypeAlias = Literal["need", "offer"]
State: TypeAlias = Literal["ahead", "open", "matched", "lapsed", "concluded"]
STATES: tuple[State, ...] = ("ahead", "open", "matched", "lapsed", "concluded")
STANDING: tuple[State, ...] = ("open", "matched")

CONCLUDED = "It was concluded already; its last day is {0}."


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """Which needs and offers are asked for; `None` chooses all."""

    participant: str | None = None
    among: Collection[str] | None = None
    """Participants of which one states it."""
    kind: Kind | None = None
    unit: str | None = None
    pillar: str | None = None
    assistance_type: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Stated:
    """A need or an offer as it is known, seen from the moment's day."""

    row: RowMapping
    matches: Sequence[RowMapping]
    """That stand on the day, by whichever side it is on, oldest first."""
    state: State


def list_assistance(
    connection: Connection,
    moment: Moment,
    page: Page,
    *,
    chosen: Chosen,
    state: State | None = None,
) -> Listed:
    """List needs and offers by id; the counts by state are of all that is chosen."""
    found = [one for one in list_stated(connection, moment) if _is_chosen(one.row, chosen)]
    keyed = [(one.row["assistance_id"], one) for one in found if state in (None, one.state)]
    taken = take(keyed, page)
    versions = stream_versions(connection, moment, [_stream(one.row) for one in taken.items])
    named = [one.row["assistance_id"] for one in taken.items]
    citations = list_citations(connection, moment, named)
    counts = {"total": len(found)}
    counts |= {name: sum(one.state == name for one in found) for name in STATES}
    return taken.shown(
        moment.reader,
        lambda one, reader: {
            **_row(reader, one, citations.get(one.row["assistance_id"], [])),
            "version": versions[_stream(one.row)],
        },
        counts=counts,
    )


def list_stated(connection: Connection, moment: Moment) -> list[Stated]:
    """Give all needs and offers known at the moment, as they stand on the day."""
    rows = list(connection.execute(select(assistance).where(known(assistance, moment))).mappings())
    standing = {row["assistance_id"] for row in rows if _state(row, moment.effective_on) == "open"}
    by_either: defaultdict[str, list[RowMapping]] = defaultdict(list)
    for one in _matches(connection, moment):
        if one["assistance_id"] in standing and one["offer_id"] in standing:
            by_either[one["assistance_id"]].append(one)
            by_either[one["offer_id"]].append(one)
    return [_stated(row, by_either[row["assistance_id"]], moment.effective_on) for row in rows]


def _matches(connection: Connection, moment: Moment) -> Sequence[RowMapping]:
    statement = (
        select(assistance_match)
        .where(
            known(assistance_match, moment),
            assistance_match.c.effective_on <= moment.effective_on,
        )
        .order_by(assistance_match.c.position)
    )
    return connection.execute(statement).mappings().all()


def _stated(row: RowMapping, matches: Sequence[RowMapping], day: date) -> Stated:
    state = _state(row, day)
    return Stated(row=row, matches=matches, state="matched" if matches else state)


def _state(row: RowMapping, day: date) -> State:
    """Say how a need or an offer stands by itself, whatever it was matched with."""
    if day < row["effective_on"]:
        return "ahead"
    if row["concluded_on"] is not None and row["concluded_on"] < day:
        return "concluded"
    if row["stands_to"] is not None and row["stands_to"] < day:
        return "lapsed"
    return "open"


def _is_chosen(row: RowMapping, chosen: Chosen) -> bool:
    if chosen.among is not None and row["participant"] not in chosen.among:
        return False
    return all(
        wanted in (None, row[name])
        for name, wanted in (
            ("participant", chosen.participant),
            ("kind", chosen.kind),
            ("unit", chosen.unit),
            ("pillar", chosen.pillar),
            ("assistance_type", chosen.assistance_type),
        )
    )


def _row(reader: Reader | None, one: Stated, citations: Sequence[Row]) -> Row:
    row = one.row
    is_over = one.state == "concluded"
    return {
        "assistance_id": row["assistance_id"],
        "kind": row["kind"],
        "participant": row["participant"],
        "regional_group": group_of(row["participant"]),
        "unit": row["unit"],
        "pillar": row["pillar"],
        "assistance_type": row["assistance_type"],
        "languages": decoded(row["languages"]),
        "state": one.state,
        **passage(reader, row, "said", section="request" if row["kind"] == "need" else "offer"),
        "stands_from": row["effective_on"],
        "stands_to": row["stands_to"],
        "matches": [_match(match) for match in one.matches],
        "concluded_on": row["concluded_on"] if is_over else None,
        "outcome": row["outcome"] if is_over else None,
        "conclusion": passage(reader, row, "conclusion", at="concluded_at") if is_over else None,
        "cited_in": citations,
        "recorded_at": row["recorded_at"],
        "positions": resting_on(one),
        "asserted_by": "participant",
        "actions": action_rows(_actions(row), reader, Resource(participant=row["participant"])),
        "stream": _stream(row),
    }


def resting_on(one: Stated) -> list[int]:
    """Give the entries that say it, and how it ended."""
    is_over = one.state == "concluded"
    return positions(one.row["position"], one.row["concluded_at"] if is_over else None)


def _match(match: RowMapping) -> Row:
    return {
        "need_id": match["assistance_id"],
        "participant": match["participant"],
        "offer_id": match["offer_id"],
        "provider": match["provider"],
        "matched_from": match["effective_on"],
        "reference": match["reference"],
        "recorded_at": match["recorded_at"],
        "positions": positions(match["position"]),
        "asserted_by": "secretariat",
    }


def _actions(row: RowMapping) -> list[Action]:
    """Give what may be done next; a need may be matched also of an earlier day."""
    href = f"/v1/assistance/{row['assistance_id']}/acts"
    last = row["concluded_on"]
    ended = CONCLUDED.format(last) if last else None
    match = Action(rel="match-assistance", method="POST", href=href, by="secretariat")
    conclude = Action(
        rel="conclude-assistance", method="POST", href=href, by="participant", reason=ended
    )
    return [match, conclude] if row["kind"] == "need" else [conclude]


def _stream(row: RowMapping) -> str:
    return f"{STREAM}{row['assistance_id']}"
