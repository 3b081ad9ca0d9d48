"""Registry web: what opens sealed sections, for those who may know; never kept anywhere."""

from functools import partial
from itertools import groupby
from operator import attrgetter
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response

from contracts.catalogue import contract
from services.kit.bearer import Grant
from services.kit.described import described, json_response
from services.kit.encryption import Undecipherable
from services.kit.errors import Forbidden, NotFound, Unauthenticated, Unavailable
from services.kit.openapi import problems
from services.registry.log import EVERYBODY
from services.registry.settings import SECRETARIAT
from services.registry.trail.notes import disclosures_opened
from services.registry.web.dependencies import Position, TheAccess, TheReading
from services.registry.web.feed import After
from services.registry.web.recording import TheRecording, asked_by
from services.registry.web.sent import grant_of

PAGE_POSITIONS = 1_000
"""A page looks at so many positions at most; most of them have nothing sealed."""
PAGE = contract("answers/disclosures").id
OF_ONE = contract("answers/disclosure").id
DECLARED: dict[str, Any] = {
    "response_class": Response,
    "openapi_extra": {"security": [{"bearer": []}]},
}

router = APIRouter(tags=["disclosures"])


async def _may_read(request: Request, access: TheAccess) -> Grant:
    grant = grant_of(request, access, "read_disclosures")
    if grant.party not in {SECRETARIAT, "reporting"}:
        raise Forbidden("expected a token of the secretariat or of reporting")
    return grant


Cleared = Annotated[Grant, Depends(_may_read)]


@router.get(
    "/v1/disclosures",
    summary="What opens the sealed sections of the entries after a position.",
    responses={
        200: described(PAGE, "Entries in which something is sealed that was not erased."),
        **problems(Unauthenticated, Forbidden, Undecipherable, Unavailable),
    },
    **DECLARED,
)
async def read_disclosures(
    request: Request, _: Cleared, reading: TheReading, recording: TheRecording, after: After
) -> Response:
    """Answer a page, once that is recorded; `Link` leads on until the signed size is reached."""
    signed = reading.publisher.latest().size
    up_to = min(after + PAGE_POSITIONS, signed)
    if up_to <= after:
        return json_response([], contract=PAGE)
    found, reached = await reading.threads.run(
        partial(reading.log.disclosure_page, after, up_to, seen_by=EVERYBODY)
    )
    if found:
        await recording.note(disclosures_opened(asked_by(request), found))
    pages = [
        {"position": position, "disclosures": [one.encoded for one in opened]}
        for position, opened in groupby(found, key=attrgetter("position"))
    ]
    more = [] if reached >= signed else [f'</v1/disclosures?after={reached}>; rel="next"']
    return json_response(pages, contract=PAGE, links=more)


@router.get(
    "/v1/disclosures/{position}",
    summary="What opens the sealed sections of one entry; empty if nothing is sealed, or erased.",
    responses={
        200: described(OF_ONE, "Of this entry."),
        **problems(Unauthenticated, Forbidden, NotFound, Undecipherable, Unavailable),
    },
    **DECLARED,
)
async def read_disclosure(
    request: Request,
    _: Cleared,
    position: Position,
    reading: TheReading,
    recording: TheRecording,
) -> Response:
    """Answer the disclosures of one entry, once that is recorded."""
    signed = reading.publisher.latest().size
    if position > signed:
        raise NotFound(f"the signed log has {signed} entries")
    found = await reading.threads.run(
        partial(reading.log.disclosures, position - 1, position, seen_by=EVERYBODY)
    )
    if found:
        await recording.note(disclosures_opened(asked_by(request), found))
    body = {"position": position, "disclosures": [one.encoded for one in found]}
    return json_response(body, contract=OF_ONE)
