"""Registry web: all that is held about a participant, for that participant alone."""

from collections.abc import Iterator
from dataclasses import asdict
from functools import partial
from typing import Annotated, Any

from fastapi import Depends, Request, Response

from contracts.authority.actor import Actor
from contracts.authority.policy import Resource
from contracts.catalogue import contract
from services.kit.edge import HEADERS_ONLY
from services.kit.errors import Forbidden, InsufficientScope, Unauthenticated, Unavailable
from services.kit.limiting import asker
from services.kit.openapi import BUDGET, problems
from services.kit.policies import policy
from services.kit.routers import new_router
from services.registry.admitting import admitted
from services.registry.domain.authority import (
    ActorErased,
    NotForDelegates,
    NotKnownToTheRegister,
    OutsideTheTerm,
)
from services.registry.drafts.desk import Desk, each_of
from services.registry.drafts.draft import bases_of, contents_of
from services.registry.evidence.holding import piece_rows
from services.registry.feed import NDJSON
from services.registry.own_data import own_data_lines
from services.registry.trail.notes import own_data_exported
from services.registry.web.dependencies import Code, TheReading, TheRegister
from services.registry.web.draft_answers import clearance_of, summary
from services.registry.web.drafting import TheDesk
from services.registry.web.exporting import Export
from services.registry.web.guard import TheActor
from services.registry.web.recording import TheRecording, asked_by
from services.registry.web.safe import Safe

ACTION = "read-own-data"
LINE = contract("feed/own-data-line").id

router = new_router("own data")


async def _oneself(
    actor: TheActor, register: TheRegister, reading: TheReading, code: Code
) -> Actor:
    """Let in who acts for the whole participant; a drafter acts for parts of its reports."""
    today = register.circumstances().today
    asking = await reading.threads.run(admitted, register.log, actor, today)
    asking.check(ACTION, Resource(participant=code))
    return actor


def _drafts(desk: Desk, actor: Actor, participant: str) -> Iterator[dict[str, Any]]:
    """Show a participant's drafts whole, for as long as who asks may read them.

    Whoever takes the lines slowly comes to the drafts late, and they are shown as they are then.

    Raises:
        Unavailable: who asks may not any more.
    """
    register = desk.register
    for draft in each_of(desk, participant):
        asking = admitted(register.log, actor, register.circumstances().today)
        if not asking.may(ACTION, Resource(participant=participant)):
            raise Unavailable("who asked may not read this any more")
        yield {
            **summary(draft),
            "clearance": clearance_of(draft.clearance),
            "base": None if draft.base is None else asdict(draft.base),
            "sections": contents_of(draft),
            "carried": bases_of(draft),
            "drafted_by": {name: list(one.drafted_by) for name, one in draft.sections.items()},
        }


@router.get(
    "/v1/participants/{code}/own-data",
    summary="All that is held of a participant: entries, sealed sections, drafts, evidence.",
    response_class=Response,
    responses={
        200: {
            "description": "A line each, by the contract named here; to be checked with "
            "`concord verify own-data`.",
            "content": {NDJSON: {"schema": {"type": "string"}, "x-line": {"$ref": LINE}}},
        },
        **problems(
            *(Unauthenticated, Forbidden, InsufficientScope, NotKnownToTheRegister),
            *(OutsideTheTerm, ActorErased, NotForDelegates, Unavailable),
        ),
    },
    openapi_extra={"security": [{"bearer": []}], **policy(ACTION), BUDGET: "export"},
)
async def read_own_data(
    request: Request,
    actor: Annotated[Actor, Depends(_oneself)],
    code: Code,
    reading: TheReading,
    register: TheRegister,
    desk: TheDesk,
    recording: TheRecording,
) -> Response:
    """Stream it; that is recorded first. Memory holds a few thousand positions at a time."""
    headers = {
        "cache-control": "no-store",
        "content-disposition": f'attachment; filename="concord-{code}.ndjson"',
    }
    if request.scope.get(HEADERS_ONLY):
        return Response(media_type=NDJSON, headers=headers)
    safe: Safe | None = request.app.state.safe
    signed = reading.publisher.latest()
    note = own_data_exported(asked_by(request), participant=code, up_to=signed.size)
    written = own_data_lines(
        reading.log,
        reading.origin,
        signed,
        code,
        register.clock(),
        lambda participant: _drafts(desk, actor, participant),
        partial(piece_rows, reading.log, safe.store.shelf if safe else None),
    )
    lines = reading.threads.each(written)
    return Export(
        lines,
        admission=reading.exports,
        who=asker(request),
        note=partial(recording.note, note),
        media_type=NDJSON,
        headers=headers,
    )
