"""Renders what a query found as bytes: the frame around it, the language, the form."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias
from urllib.parse import urlencode

import orjson
from fastapi import Response
from sqlalchemy import Connection

from services.kit.answers import Answer, new_answer, strong_etag
from services.kit.described import described_by
from services.reporting.queries.as_of import Moment
from services.reporting.queries.methodology import METHODOLOGY_VERSION
from services.reporting.queries.rows import Listed, Row
from services.reporting.web.comma import MEDIA_TYPE, answer_to_csv
from services.reporting.web.described import contract_id
from services.reporting.web.parameters import Asked, AskedList, cursor_of
from services.reporting.web.texts import DISCLAIMER, Reader

HEAD_MAX_AGE_SECONDS = 2
FIXED_MAX_AGE_SECONDS = 3600
MOST_NAMED = 50
"""Participants held back that a header names; the body names all."""

_OF_KEEPING = frozenset({b"etag", b"cache-control"})

Query: TypeAlias = Callable[[Connection, Moment], Row | Listed]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """One operation's question and how its answer is shown."""

    contract: str
    """Name under `contracts/answers/`."""
    query: Query
    participant: str | None = None
    """Whom the answer is on; `None` where it is on everybody."""
    columns: Sequence[str] = ()
    """Of the CSV form; none has only JSON."""
    lines: Callable[[Iterable[Row]], Iterable[Row]] = iter
    """Lines of the CSV form, where they are not the rows themselves."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """What was asked, as far as links and metrics need it."""

    route: str
    """Template of the path."""
    path: str
    query: Sequence[tuple[str, str]]
    asked: Asked
    listed: AskedList | None
    wants_csv: bool


def render(target: Target, ask: Ask, moment: Moment, found: Row | Listed) -> Answer:
    """Make the answer ready for memory and wire."""
    wants_csv = target.wants_csv and isinstance(found, Listed)
    reader = Reader(target.asked.language or ("en" if wants_csv else None))
    frame = _frame(target.asked, ask, moment, reader)
    if isinstance(found, Listed) and wants_csv:
        body = answer_to_csv(frame, ask.lines(reader.read(found.rows)), ask.columns)
    else:
        body = orjson.dumps(_with_data(frame, found, reader))
    return new_answer(
        target.route,
        body,
        media_type=MEDIA_TYPE if wants_csv else "application/json",
        cache_control=_cache_control(target.asked, is_whole=not frame["incomplete"]),
        etag=strong_etag(body),
        headers={
            **_place(frame),
            **_headers(target, ask, moment, found, reader, wants_csv=wants_csv),
        },
    )


def for_one(answer: Answer, shown: Collection[int]) -> Response:
    """Give an answer to the one reader it was made for: nobody keeps it, no tag stands for it.

    Args:
        answer: as rendered.
        shown: positions of the entries of which something sealed is told in it.
    """
    response = Response(answer.body)
    response.raw_headers = [pair for pair in answer.headers if pair[0] not in _OF_KEEPING]
    response.headers["cache-control"] = "no-store"
    if shown:
        response.headers["concord-disclosed"] = ", ".join(map(str, sorted(shown)))
    return response


def _frame(asked: Asked, ask: Ask, moment: Moment, reader: Reader) -> Row:
    """Say where the answer stands, what it may lack, and what it is not."""
    incomplete = [
        {"participant": parked.participant, "since_position": parked.since_position}
        for parked in moment.parked
        if ask.participant in (None, parked.participant)
    ]
    return {
        "position": moment.position,
        "recorded_at": moment.recorded_at,
        "as_of": asked.as_of_text,
        "effective_on": moment.effective_on,
        "methodology_version": METHODOLOGY_VERSION,
        "generation": moment.generation,
        "projector_state": moment.projector_state,
        "incomplete": incomplete,
        "disclaimer": reader.fixed(DISCLAIMER),
    }


def _with_data(frame: Row, found: Row | Listed, reader: Reader) -> Row:
    if isinstance(found, Listed):
        return {**frame, **found.beside, "data": reader.read(found.rows)}
    return {**frame, "data": reader.read(found)}


def _place(frame: Row) -> Mapping[str, str]:
    """Say where the answer stands beside the body too: a CSV without rows has no other place."""
    headers = {"concord-position": str(frame["position"])}
    if frame["recorded_at"] is not None:
        headers["concord-recorded-at"] = frame["recorded_at"]
    held_back = frame["incomplete"]
    if held_back:
        named = [f"{one['participant']};since={one['since_position']}" for one in held_back]
        if len(named) > MOST_NAMED:
            named[MOST_NAMED:] = [f"others;count={len(named) - MOST_NAMED}"]
        headers["concord-incomplete"] = ", ".join(named)
    return headers


def _cache_control(asked: Asked, *, is_whole: bool) -> str:
    """Say how long the answer may be kept: what is held back may be released at any time."""
    lasting = asked.is_fixed and not asked.follows_the_day and is_whole
    seconds = FIXED_MAX_AGE_SECONDS if lasting else HEAD_MAX_AGE_SECONDS
    return f"public, max-age={seconds}"


def _headers(
    target: Target,
    ask: Ask,
    moment: Moment,
    found: Row | Listed,
    reader: Reader,
    *,
    wants_csv: bool,
) -> Mapping[str, str]:
    links = []
    headers = {"content-location": _location(target, moment), "vary": "Authorization"}
    if isinstance(found, Listed):
        headers["vary"] = "Accept, Authorization"
        if found.next_after is not None:
            page = _location(target, moment, cursor=cursor_of(found.next_after))
            links.append(f'<{page}>; rel="next"')
    if reader.used:
        headers["content-language"] = ", ".join(sorted(reader.used))
    if wants_csv:
        headers["concord-disclaimer"] = DISCLAIMER["en"]
        headers["content-disposition"] = f'attachment; filename="{ask.contract}.csv"'
    return {**headers, "link": described_by(contract_id(ask.contract), *links)}


def _location(target: Target, moment: Moment, **more: str) -> str:
    """Write the address under which this very answer stays: by position, day and form."""
    pinned = {
        "as_of": str(moment.position),
        "effective_on": moment.effective_on.isoformat(),
        **({"format": "csv"} if target.wants_csv else {}),
        **more,
    }
    moved = {"min_position", *pinned}
    kept = {name: text for name, text in target.query if name not in moved}
    return f"{target.path}?{urlencode({**pinned, **kept})}"
