"""Kit: reads a request's body, counting bytes as they come, for the media types of its route."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from dataclasses import dataclass

from fastapi import Request

from services.kit.errors import Malformed


@dataclass(frozen=True, slots=True, kw_only=True)
class BodyLimits:
    """What an operator allows the bodies of one process."""

    most_bytes: int = 1_048_576
    """Where the table of a route allows more, this is its limit."""
    seconds: float = 30.0
    """A body that takes longer to arrive is given up."""


class MediaTypeNotAccepted(Malformed):
    """The body's media type, charset or encoding is not in the route's table."""

    status = 415
    code = "media-type-not-accepted"
    title = "This media type is not accepted here."


class BodyTooLarge(Malformed):
    """The body is larger than the route's limit."""

    status = 413
    code = "body-too-large"
    title = "The body is larger than this route accepts."


class BodyTooSlow(Malformed):
    """The body did not arrive in time."""

    status = 408
    code = "body-too-slow"
    title = "The body did not arrive in time."


async def read_body(request: Request, accepted: Mapping[str, int]) -> bytes:
    """Read the whole body, never holding more than the limit.

    Args:
        request: to an app of `new_app`, which knows the operator's limits; nobody may have read
            its stream before.
        accepted: limit in bytes by media type, without parameters: the route's table.

    Raises:
        MediaTypeNotAccepted: not in the table, a charset other than UTF-8, or an encoding.
        BodyTooLarge: by its Content-Length, or while counting.
        BodyTooSlow: not complete in time.
    """
    allowed: BodyLimits = request.app.state.bodies
    limit = min(accepted[media_type_of(request, accepted)], allowed.most_bytes)
    body = bytearray()
    async for part in body_parts(request, most_bytes=limit, seconds=allowed.seconds):
        body += part
    return bytes(body)


async def body_parts(
    request: Request, *, most_bytes: int, seconds: float, part_bytes: int = 1
) -> AsyncGenerator[bytes, None]:
    """Give a body while it arrives, for who does not hold it in memory.

    Args:
        request: nobody may have read its stream before.
        most_bytes: of the whole body.
        seconds: that it may take to arrive, whoever takes the parts included.
        part_bytes: what a part has at least, but the last one.

    Raises:
        BodyTooLarge: by its Content-Length, or while counting.
        BodyTooSlow: not complete in time.
    """
    declared = request.headers.get("content-length", "0")
    if declared.isascii() and declared.isdigit() and int(declared[:20]) > most_bytes:
        raise BodyTooLarge(f"expected at most {most_bytes} bytes")
    arriving, until = request.stream(), asyncio.get_running_loop().time() + seconds
    count, part = 0, bytearray()
    while (arrived := await _next(arriving, until, seconds)) is not None:
        count += len(arrived)
        if count > most_bytes:
            raise BodyTooLarge(f"expected at most {most_bytes} bytes")
        part += arrived
        if len(part) >= part_bytes:
            yield bytes(part)
            part.clear()
    if part:
        yield bytes(part)


async def _next(arriving: AsyncIterator[bytes], until: float, seconds: float) -> bytes | None:
    """Wait for what arrives next; `None`: that was all."""
    try:
        async with asyncio.timeout_at(until):
            return await anext(arriving, None)
    except TimeoutError:
        raise BodyTooSlow(f"expected within {seconds:g} s") from None


def media_type_of(request: Request, accepted: Mapping[str, int]) -> str:
    """Give the media type of a body, one of those in the route's table.

    Raises:
        MediaTypeNotAccepted: not in the table, a charset other than UTF-8, or an encoding.
    """
    given = request.headers.getlist("content-type")
    expected = " or ".join(accepted)
    if len(given) != 1:
        raise MediaTypeNotAccepted(f"expected one Content-Type header with {expected}")
    media_type, *parameters = (part.strip().lower() for part in given[0].split(";"))
    if media_type not in accepted:
        raise MediaTypeNotAccepted(f"expected {expected}")
    if any(p not in {"charset=utf-8", 'charset="utf-8"', ""} for p in parameters):
        raise MediaTypeNotAccepted("expected no parameter but charset=utf-8")
    encodings = {one.strip().lower() for one in request.headers.getlist("content-encoding")}
    if not encodings <= {"identity"}:
        raise MediaTypeNotAccepted("expected no Content-Encoding")
    return media_type
