"""Kit: whoever waits for something on behalf of a client stops when the client has left."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

from starlette.requests import ClientDisconnect
from starlette.types import Receive

T = TypeVar("T")


async def unless_gone(receive: Receive, waiting: Coroutine[Any, Any, T]) -> T:
    """Wait for something while the client does.

    Args:
        receive: of the request, whose body nobody wants any more.
        waiting: cancelled when the client has gone, or nobody waits for this any more.

    Raises:
        ClientDisconnect: the client has gone.
    """
    awaited = asyncio.create_task(waiting)
    leaving = asyncio.create_task(_gone(receive))
    try:
        await asyncio.wait((awaited, leaving), return_when=asyncio.FIRST_COMPLETED)
        if awaited.done():
            return awaited.result()
        raise ClientDisconnect
    finally:
        awaited.cancel()
        leaving.cancel()


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
