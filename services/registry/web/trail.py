"""Registry web: the trail, for those who examine who read what; reading it is recorded in it."""

from collections.abc import Iterator
from functools import partial
from typing import Annotated, Any, TypeAlias

from fastapi import Depends, Path, Request, Response

from contracts.catalogue import contract
from contracts.trail.chain import segment_origin
from services.kit.described import described, described_by, json_response
from services.kit.edge import HEADERS_ONLY
from services.kit.errors import (
    Forbidden,
    InsufficientScope,
    NotFound,
    Unauthenticated,
    Unavailable,
)
from services.kit.limiting import asker
from services.kit.openapi import problems
from services.kit.policies import policy
from services.kit.routers import new_router
from services.registry.admitting import admitted
from services.registry.domain.authority import (
    ActorErased,
    NotKnownToTheRegister,
    OutsideTheTerm,
)
from services.registry.feed import CLOUDEVENTS_BATCH, NDJSON, export_lines, read_page
from services.registry.trail import Trail
from services.registry.trail.notes import trail_read
from services.registry.web.dependencies import TheReading, TheRegister
from services.registry.web.exporting import Export
from services.registry.web.feed import After
from services.registry.web.guard import TheActor
from services.registry.web.recording import TheRecording, asked_by

ACTION = "read-trail"
MONTHS = contract("answers/trail").id
PAGE = contract("trail/page").id

router = new_router("trail")

Month: TypeAlias = Annotated[
    str,
    Path(
        pattern=r"^[0-9]{4}-(0[1-9]|1[0-2])$",
        max_length=7,
        description="A month in UTC.",
        examples=["2026-11"],
    ),
]


async def _may_read(actor: TheActor, register: TheRegister, reading: TheReading) -> None:
    """Let in whose role reads the trail; an auditor by a mandate in force that has no limits.

    It speaks of everybody: who audits some participants does not learn who read about others.
    """
    today = register.circumstances().today
    asking = await reading.threads.run(admitted, register.log, actor, today)
    asking.check(ACTION)


REFUSALS = (
    *(Unauthenticated, Forbidden, InsufficientScope),
    *(NotKnownToTheRegister, OutsideTheTerm, ActorErased),
)
CLEARED = Depends(_may_read)


def _declared(answered: dict[str, Any], *more: type[NotFound]) -> dict[str, Any]:
    return {
        "response_class": Response,
        "dependencies": [CLEARED],
        "responses": {200: answered, **problems(*REFUSALS, *more, Unavailable)},
        "openapi_extra": {"security": [{"bearer": []}], **policy(ACTION)},
    }


@router.get(
    "/v1/trail",
    summary="The months of the trail that are kept, with their checkpoints.",
    **_declared(described(MONTHS, "Oldest first.")),
)
async def read_trail(request: Request, recording: TheRecording) -> Response:
    """List the months; who reads further does so month by month."""
    await recording.note_reading(trail_read(asked_by(request), None))
    found = await recording.threads.run(_months, recording.trail)
    return json_response({"months": found}, contract=MONTHS)


@router.get(
    "/v1/trail/{month}/events",
    summary="The entries of a month of the trail after a position, as a batch of CloudEvents.",
    **_declared(
        described(
            PAGE,
            "At most 256 entries or 4 MiB; `[]` at the end of what is signed.",
            media_type=CLOUDEVENTS_BATCH,
        ),
        NotFound,
    ),
)
async def read_trail_events(
    request: Request, month: Month, recording: TheRecording, reading: TheReading, after: After
) -> Response:
    """Answer a page; that it is read stands in the trail, too."""
    await recording.note_reading(trail_read(asked_by(request), month))
    page = partial(_page, recording.trail, reading.origin, month, after)
    body, last = await recording.threads.run(page)
    following = f'</v1/trail/{month}/events?after={last}>; rel="next"'
    headers = {"cache-control": "no-store", "link": described_by(PAGE, following)}
    return Response(body, media_type=CLOUDEVENTS_BATCH, headers=headers)


@router.get(
    "/v1/trail/{month}/checkpoint",
    summary="The last checkpoint of a month of the trail: a signed note.",
    **_declared({"content": {"text/plain": {"schema": {"type": "string"}}}}, NotFound),
)
async def read_trail_checkpoint(
    request: Request, month: Month, recording: TheRecording
) -> Response:
    """Answer the note."""
    await recording.note_reading(trail_read(asked_by(request), month))
    note = await recording.threads.run(_note, recording.trail, month)
    headers = {"cache-control": "no-store"}
    return Response(note, media_type="text/plain; charset=utf-8", headers=headers)


@router.get(
    "/v1/trail/{month}/export",
    summary="A whole month of the trail up to its checkpoint: one page a line, that last.",
    **_declared(
        {
            "description": "To be checked with `concord verify trail`.",
            "content": {NDJSON: {"schema": {"type": "string"}}},
        },
        NotFound,
    ),
)
async def read_trail_export(
    request: Request, month: Month, recording: TheRecording, reading: TheReading
) -> Response:
    """Stream every page; memory holds one at a time."""
    headers = {
        "cache-control": "no-store",
        "content-disposition": f'attachment; filename="concord-trail-{month}.ndjson"',
    }
    if request.scope.get(HEADERS_ONLY):
        return Response(media_type=NDJSON, headers=headers)
    note = trail_read(asked_by(request), month)
    lines = recording.threads.each(_lines(recording.trail, reading.origin, month))
    return Export(
        lines,
        admission=reading.exports,
        who=asker(request),
        note=partial(recording.note_reading, note),
        media_type=NDJSON,
        headers=headers,
    )


def _months(trail: Trail) -> list[dict[str, Any]]:
    return [_row(trail, month) for month in trail.months()]


def _row(trail: Trail, month: str) -> dict[str, Any]:
    signed, verifier = trail.signed(month), trail.verifier(month)
    return {
        "month": month,
        "origin": verifier.name,
        "size": signed.size,
        "checkpoint": signed.note,
        "verifier_keys": [key.text for key in verifier.keys],
    }


def _page(trail: Trail, origin: str, month: str, after: int) -> tuple[bytes, int]:
    with trail.reading(month) as (log, signed):
        page = read_page(log, segment_origin(origin, month), after, signed.size)
    return page.body, page.last


def _note(trail: Trail, month: str) -> str:
    return trail.signed(month).note


def _lines(trail: Trail, origin: str, month: str) -> Iterator[bytes]:
    with trail.reading(month) as (log, signed):
        of_month = segment_origin(origin, month)
        for line, _ in export_lines(log, of_month, signed.note, signed.size):
            yield line
