"""Registry web: the log as a tiled transparency log (C2SP tlog-tiles), for tools of others."""

from functools import lru_cache
from typing import Annotated

from fastapi import Path, Request, Response

from contracts.errors import VerificationFailed
from contracts.tiles import FULL_WIDTH, Tile, encode_bundle, parse_tile_path
from services.kit.answers import IMMUTABLE, Answer, new_answer
from services.kit.errors import NotFound
from services.kit.openapi import problems
from services.kit.policies import PUBLIC, policy
from services.kit.routers import new_router
from services.registry.web.dependencies import TheReading
from services.registry.web.reading import Reading

ROUTE = "/tile/{path}"
SHORT = "public, max-age=300"
"""A partial tile of a given width stays as it is, but nobody needs it once there is a wider one."""
OCTETS = "application/octet-stream"

router = new_router("log")


@router.get(
    "/checkpoint",
    openapi_extra=policy(PUBLIC),
    summary="The newest signed checkpoint: origin, size, root (C2SP tlog-checkpoint).",
    response_class=Response,
    responses={200: {"content": {"text/plain": {"schema": {"type": "string"}}}}},
)
async def read_checkpoint(request: Request, reading: TheReading) -> Response:
    """Answer from memory."""
    answer = _checkpoint(reading.publisher.latest().note)
    return answer.response(request.headers.get("if-none-match"))


@lru_cache(maxsize=4)
def _checkpoint(note: str) -> Answer:
    return new_answer(
        "/checkpoint",
        note.encode(),
        media_type="text/plain; charset=utf-8",
        cache_control="public, max-age=1",
    )


@router.get(
    "/tile/{path:path}",
    openapi_extra=policy(PUBLIC),
    summary="A tile of hashes, `<level>/<index>[.p/<width>]`, or of `entries/<index>[.p/<width>]`.",
    response_class=Response,
    responses={
        200: {
            "description": "Hashes one after the other; of entries, each leaf after its length in "
            "two bytes. Full ones are immutable.",
            "content": {OCTETS: {"schema": {"type": "string", "format": "binary"}}},
        },
        304: {"description": "It is as you have it."},
        **problems(NotFound),
    },
)
async def read_tile(
    path: Annotated[
        str,
        Path(
            max_length=64,
            description="Level and number of a tile (C2SP tlog-tiles), or of a bundle of entries.",
            examples=["0/000", "entries/x001/234.p/5"],
        ),
    ],
    request: Request,
    reading: TheReading,
) -> Response:
    """Answer a tile of the signed tree; the path has one spelling and is never a file's."""
    try:
        tile = parse_tile_path(f"tile/{path}")
    except VerificationFailed:
        raise NotFound from None
    answer = await reading.shared(tile, lambda: _tile(reading, tile))
    return answer.response(request.headers.get("if-none-match"))


async def _tile(reading: Reading, tile: Tile) -> Answer:
    size = reading.publisher.latest().size
    is_full = tile.width == FULL_WIDTH
    answer = new_answer(
        ROUTE,
        await reading.threads.run(_bytes, reading, tile, size),
        media_type=OCTETS,
        cache_control=IMMUTABLE if is_full else SHORT,
    )
    if is_full:
        reading.kept.keep(f"/{tile.path}", answer)
    return answer


def _bytes(reading: Reading, tile: Tile, size: int) -> bytes:
    if tile.level is not None:
        return reading.log.tile(tile.level, tile.index, tile.width, size=size)
    first = tile.index * FULL_WIDTH + 1
    last = first + tile.width - 1
    if last > size:
        raise NotFound(f"a log of {size} entries has no such bundle")
    return encode_bundle(reading.log.leaves(first, last))
