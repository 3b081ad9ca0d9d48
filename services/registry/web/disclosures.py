"""Registry web: what opens sealed sections, for those who may know; never kept anywhere."""

from functools import partial
from itertools import groupby
from operator import attrgetter
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response

from contracts.catalogue import contract
from services.kit.described import described, json_response
from services.kit.encryption import Undecipherable
from services.kit.errors import Forbidden, NotFound, Unauthenticated
from services.kit.openapi import problems
from services.registry.log import EVERYBODY
from services.registry.web.dependencies import Position, TheAccess, TheReading
from services.registry.web.feed import After
from services.registry.web.sent import SECRETARIAT, Grant, grant_of

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
    grant = await grant_of(request, access, "concord.read")
    if grant.party != SECRETARIAT:
        raise Forbidden("expected a token of the secretariat")
    return grant


Cleared = Annotated[Grant, Depends(_may_read)]


@router.get(
    "/v1/disclosures",
    summary="What opens the sealed sections of the entries after a position.",
    responses={
        200: described(PAGE, "Entries in which something is sealed that was not erased."),
        **problems(Unauthenticated, Forbidden, Undecipherable),
    },
    **DECLARED,
)
async def read_disclosures(_: Cleared, reading: TheReading, after: After) -> Response:
    """Answer a page; `Link` leads on until the signed size is reached."""
    signed = reading.publisher.latest().size
    up_to = min(after + PAGE_POSITIONS, signed)
    if up_to <= after:
        return json_response([], contract=PAGE)
    found, reached = await reading.threads.run(
        partial(reading.log.disclosure_page, after, up_to, seen_by=EVERYBODY)
    )
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
        **problems(Unauthenticated, Forbidden, NotFound, Undecipherable),
    },
    **DECLARED,
)
async def read_disclosure(_: Cleared, position: Position, reading: TheReading) -> Response:
    """Answer the disclosures of one entry."""
    signed = reading.publisher.latest().size
    if position > signed:
        raise NotFound(f"the signed log has {signed} entries")
    found = await reading.threads.run(
        partial(reading.log.disclosures, position - 1, position, seen_by=EVERYBODY)
    )
    body = {"position": position, "disclosures": [one.encoded for one in found]}
    return json_response(body, contract=OF_ONE)
