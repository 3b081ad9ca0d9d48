"""Bulk: the manifest of everything public, with digests; made once for each state of the log."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import anyio.to_thread
import orjson
from fastapi import Request, Response
from sqlalchemy import Connection, Engine

from services.kit.answers import Answer, new_answer
from services.kit.clock import Clock
from services.kit.described import described_by
from services.kit.routers import new_router
from services.reporting.queries.as_of import AtPosition, Moment
from services.reporting.queries.corpus import Signed, contract_files, file_row, get_signed
from services.reporting.queries.dimensions import DIMENSIONS
from services.reporting.queries.head import Head, locate, unless_away
from services.reporting.queries.methodology import METHODOLOGY_VERSION
from services.reporting.queries.rows import Listed, Page, Row
from services.reporting.web.described import EXPENSIVE, answers, contract_id
from services.reporting.web.digesting import Digested, Digester
from services.reporting.web.open_data import members
from services.reporting.web.parameters import Asked, AskedList, cursor_of
from services.reporting.web.rendering import Target, render
from services.reporting.web.texts import DISCLAIMER

ROUTE = "/v1/bulk/manifest"
MAX_AGE_SECONDS = 60
"""As long as its digests are kept."""
LARGEST_PAGE = 1_000

router = new_router("open data")


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What the operator says of the corpus."""

    licence: str | None = None
    """SPDX expression or address; `None`: the operator has not said."""
    registry_url: str | None = None
    """Where the public reaches the registry; `None`: where it reaches reporting."""


class Manifests:
    """Makes the manifest for what the digests are of; everybody who asks meanwhile gets it."""

    def __init__(self, engine: Engine, digester: Digester, *, clock: Clock, terms: Terms) -> None:
        self._engine, self._digester, self._clock = engine, digester, clock
        self._terms = terms
        self._one_at_a_time = asyncio.Lock()
        self._made: tuple[Head, Answer] | None = None

    async def manifest(self, head: Head) -> Answer:
        """Give the manifest at the head, or at one that it had within the last minute.

        Raises:
            Unavailable: the database does not answer, or nothing that was signed is projected.
        """
        digested = await self._digester.digested(head)
        async with self._one_at_a_time:
            if self._made is None or self._made[0] != digested.head:
                answer = await anyio.to_thread.run_sync(self._make, digested)
                self._made = (digested.head, answer)
            return self._made[1]

    def _make(self, digested: Digested) -> Answer:
        at = AtPosition(digested.head.position)
        with unless_away(), self._engine.begin() as connection:
            head, moment = locate(connection, at, None, now=self._clock())
            signed = get_signed(connection, head.generation)
            files = [*_dimension_files(connection, moment), *contract_files()]
        body = orjson.dumps(_said(moment, signed, digested, files, self._terms))
        return new_answer(
            ROUTE,
            body,
            media_type="application/json",
            cache_control=f"public, max-age={MAX_AGE_SECONDS}",
            headers={
                "concord-position": str(moment.position),
                "link": described_by(contract_id("bulk-manifest")),
            },
        )


def _said(
    moment: Moment, signed: Signed, digested: Digested, files: list[Row], terms: Terms
) -> dict[str, Any]:
    return {
        "position": moment.position,
        "recorded_at": moment.recorded_at,
        "effective_on": moment.effective_on,
        "methodology_version": METHODOLOGY_VERSION,
        "generation": moment.generation,
        "incomplete": [
            {"participant": one.participant, "since_position": one.since_position}
            for one in moment.parked
        ],
        "disclaimer": DISCLAIMER["en"],
        "licence": {"content": terms.licence, "contracts": "Apache-2.0"},
        "registry": terms.registry_url,
        "log": {
            "path": "log.ndjson",
            "size": signed.size,
            "root": signed.root.hex(),
            "checkpoint": signed.note,
            "pages": "/v1/events",
            "export": "/v1/export",
        },
        "digests": digested.shown(),
        "files": files,
    }


def _dimension_files(connection: Connection, moment: Moment) -> Iterator[Row]:
    """Describe the CSV form of every dimension, page by page, as its address answers."""
    for dimension in DIMENSIONS:
        number, after = 1, None
        while True:
            page = Page(limit=LARGEST_PAGE, after=after)
            ask = members(dimension, page)
            found = ask.query(connection, moment)
            target = _target(dimension, moment, page)
            answer = render(target, ask, moment, found)
            name = dimension if number == 1 else f"{dimension}-{number}"
            yield file_row(
                f"dimensions/{name}.csv",
                answer.body,
                kind="dimension",
                service="reporting",
                href=_address(target),
            )
            after = found.next_after if isinstance(found, Listed) else None
            if after is None:
                break
            number += 1


def _target(dimension: str, moment: Moment, page: Page) -> Target:
    day: date = moment.effective_on
    query = [
        ("as_of", str(moment.position)),
        ("effective_on", day.isoformat()),
        ("format", "csv"),
        *((("cursor", cursor_of(page.after)),) if page.after is not None else ()),
    ]
    return Target(
        route="/v1/dimensions/{name}",
        path=f"/v1/dimensions/{dimension}",
        query=query,
        asked=Asked(
            as_of=AtPosition(moment.position),
            as_of_text=str(moment.position),
            effective_on=day,
            min_position=None,
            language=None,
        ),
        listed=AskedList(page=page, form="csv"),
        wants_csv=True,
    )


def _address(target: Target) -> str:
    return f"{target.path}?" + "&".join(f"{name}={value}" for name, value in target.query)


@router.get(
    ROUTE,
    summary="Everything public, file by file with digests, and what its projections come to.",
    openapi_extra=EXPENSIVE,
    responses=answers("bulk-manifest"),
    name="read_bulk_manifest",
)
async def read_manifest(request: Request) -> Response:
    """Give what is needed to make every public answer again; up to a minute behind the head."""
    state = request.app.state
    state.desk.watcher.check()
    answer: Answer = await state.manifests.manifest(state.desk.watcher.head)
    return answer.response(request.headers.get("if-none-match"))
