"""An httpx client on an app in this process: the real stack, no socket, no mock."""

from collections.abc import Awaitable, Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any, TypeVar

import httpx
from anyio.from_thread import BlockingPortal, start_blocking_portal
from fastapi import FastAPI

T = TypeVar("T")


class InProcess:
    """Speaks to an app from any thread; the app runs on a loop of its own, with its lifespan."""

    def __init__(self, portal: BlockingPortal, client: httpx.AsyncClient) -> None:
        self._portal, self._client = portal, client

    def request(self, method: str, target: str, **options: Any) -> httpx.Response:
        return self._portal.call(lambda: self._client.request(method, target, **options))

    def on_the_loop(self, scene: Callable[[], Awaitable[T]]) -> T:
        """Run something on the loop that the app runs on."""
        return self._portal.call(scene)

    def get(self, target: str, **options: Any) -> httpx.Response:
        return self.request("GET", target, **options)

    def post(self, target: str, **options: Any) -> httpx.Response:
        return self.request("POST", target, **options)


@contextmanager
def client_of(app: FastAPI, *, base_url: str = "http://concord.test") -> Iterator[InProcess]:
    """Start the app, give a client, stop the app."""
    with ExitStack() as stack:
        portal = stack.enter_context(start_blocking_portal())
        stack.enter_context(portal.wrap_async_context_manager(app.router.lifespan_context(app)))
        transport = httpx.ASGITransport(app=app)
        client = httpx.AsyncClient(transport=transport, base_url=base_url)
        yield InProcess(portal, stack.enter_context(portal.wrap_async_context_manager(client)))
