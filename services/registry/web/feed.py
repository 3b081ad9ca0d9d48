"""Registry web: pages of the feed, and all of them at once; nothing beyond the signed size."""

from typing import Annotated, TypeAlias

from fastapi import Query, Request, Response

from contracts.catalogue import contract
from services.kit.answers import IMMUTABLE, Answer, new_answer
from services.kit.described import described, described_by
from services.kit.edge import HEADERS_ONLY
from services.kit.errors import Unavailable
from services.kit.leaving import unless_gone
from services.kit.limiting import asker
from services.kit.openapi import BUDGET, problems
from services.kit.parameters import WholeNumber
from services.kit.policies import PUBLIC, policy
from services.kit.routers import new_router
from services.registry.feed import CLOUDEVENTS_BATCH, NDJSON, Page, export_lines, read_page
from services.registry.web.dependencies import LARGEST_POSITION, TheReading
from services.registry.web.exporting import Export
from services.registry.web.reading import Reading

ROUTE = "/v1/events"
PAGE = contract("feed/page").id
TAIL = "public, no-cache"
"""The last page may grow: keep it, but ask each time whether it is the same."""

router = new_router("feed")

After: TypeAlias = Annotated[
    int,
    WholeNumber(least=0, most=LARGEST_POSITION),
    Query(
        description="Position before the first entry wanted.",
        examples=[0, 256],
    ),
]
Wait: TypeAlias = Annotated[
    int,
    WholeNumber(least=0, most=30),
    Query(description="Seconds to wait if there is nothing after it yet."),
]


@router.get(
    ROUTE,
    openapi_extra=policy(PUBLIC),
    summary="The entries after a position, as a batch of CloudEvents.",
    response_class=Response,
    responses={
        200: described(
            PAGE,
            "At most 256 entries or 4 MiB; `[]` at the end of the log. A page that cannot grow is "
            "immutable.",
            media_type=CLOUDEVENTS_BATCH,
        ),
        304: {"description": "The page is as you have it."},
        **problems(Unavailable),
    },
)
async def read_events(
    request: Request, reading: TheReading, after: After, wait: Wait = 0
) -> Response:
    """Answer a page; wait for the next entry if that is asked for and there is none."""
    if wait:
        await unless_gone(request.receive, reading.watcher.wait_beyond(after, wait))
    page = await page_after(reading, after)
    return page.response(request.headers.get("if-none-match"))


async def page_after(reading: Reading, after: int) -> Answer:
    """Find a page in memory or read it; readers of the same page read it once."""
    kept = reading.kept.find(_target(after))
    if kept is not None:
        return kept
    up_to = reading.publisher.latest().size
    return await reading.shared(("page", after, up_to), lambda: _read(reading, after, up_to))


async def _read(reading: Reading, after: int, up_to: int) -> Answer:
    page = await reading.threads.run(read_page, reading.log, reading.origin, after, up_to)
    answer = _answer(page)
    if page.is_full:
        reading.kept.keep(_target(after), answer)
    return answer


def _answer(page: Page) -> Answer:
    return new_answer(
        ROUTE,
        page.body,
        media_type=CLOUDEVENTS_BATCH,
        cache_control=IMMUTABLE if page.is_full else TAIL,
        headers={"link": described_by(PAGE, f'<{_target(page.last)}>; rel="next"')},
    )


def _target(after: int) -> str:
    return f"{ROUTE}?after={after}"


@router.get(
    "/v1/export",
    openapi_extra={**policy(PUBLIC), BUDGET: "export"},
    summary="The whole log up to its signed checkpoint: one page a line, the checkpoint last.",
    response_class=Response,
    responses={
        200: {
            "description": "To be checked with `concord verify export`. Whoever takes more than "
            "half a minute for a page is cut off, and reads `/v1/events` at leisure instead.",
            "content": {NDJSON: {"schema": {"type": "string"}}},
        },
        **problems(Unavailable),
    },
)
async def read_export(request: Request, reading: TheReading) -> Response:
    """Stream every page; memory holds one at a time."""
    signed = reading.publisher.latest()
    headers = {"content-disposition": f'attachment; filename="concord-{signed.size}.ndjson"'}
    if request.scope.get(HEADERS_ONLY):
        return Response(media_type=NDJSON, headers=headers)
    written = export_lines(reading.log, reading.origin, signed.note, signed.size)
    lines = reading.threads.each(line for line, _ in written)
    return Export(
        lines,
        admission=reading.exports,
        who=asker(request),
        media_type=NDJSON,
        headers=headers,
    )
