"""Registry web: an answer as long as the log, for a reader who takes what he asked for."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import aclosing

import structlog
from starlette.requests import ClientDisconnect
from starlette.responses import StreamingResponse
from starlette.types import Message, Receive, Scope, Send

from services.kit.errors import Unavailable
from services.registry.web.admission import Admission

logger = structlog.get_logger(__name__)

LINE_SECONDS = 30.0
"""Whoever takes longer for one line has made room for another reader."""


class Export(StreamingResponse):
    """Lines, each sent when the one before has been taken."""

    def __init__(
        self,
        lines: AsyncIterator[bytes],
        *,
        admission: Admission,
        media_type: str,
        headers: Mapping[str, str],
        who: str = "",
        note: Callable[[], Awaitable[None]] | None = None,
        line_seconds: float = LINE_SECONDS,
    ) -> None:
        """Make it; nothing is read before it is sent.

        Args:
            lines: read one by one.
            admission: who may stream at once; each stream holds a page in memory.
            media_type: of the whole.
            headers: more of them.
            who: is reading; nobody in particular by default.
            note: records that it is read, when there is room for it and before anything is sent;
                `None`: nobody needs to know.
            line_seconds: how long the reader may take for each line.
        """
        super().__init__(lines, media_type=media_type, headers=headers)
        self._lines = lines
        self._admission, self._who, self._line_seconds = admission, who, line_seconds
        self._note = note

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Stream, unless as many stream as may, and for as long as the reader keeps up.

        Raises:
            TooManyRequests: nothing was sent: as many stream to the same reader as may.
            Unavailable: nothing was sent: as many stream as may, it cannot be recorded, or the log
                cannot be read.
            ClientDisconnect: the reader is too slow, or the log can no longer be read; the server
                cuts the connection.
        """

        async def paced(message: Message) -> None:
            try:
                async with asyncio.timeout(self._line_seconds):
                    await send(message)
            except TimeoutError:
                raise ClientDisconnect from None

        with self._admission.one(self._who):
            if self._note is not None:
                await self._note()
            async with aclosing(self._lines):  # type: ignore[type-var]  # a generator of ours
                # Before anything is sent: what cannot be read is refused then, not cut.
                self.body_iterator = self._all(await anext(self._lines, b""))
                await super().__call__(scope, receive, paced)

    async def _all(self, first: bytes) -> AsyncIterator[bytes]:
        yield first
        try:
            async for line in self._lines:
                yield line
        except Unavailable as error:
            logger.warning("export_cut", reason=error.detail)
            raise ClientDisconnect from error
