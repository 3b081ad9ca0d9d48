"""Kit: the issuer's keys as its address gives them: fetched seldom, kept, never beyond their age.

    age of the keys   what a request gets
    fresh             them
    to be refreshed   them, while one fetch is under way behind it
    too old, or none  what one fetch gives; 503 if it gives nothing

However many tokens name keys that nobody knows: between two fetches lies the least interval.
"""

import asyncio
import os
import stat
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from ssl import SSLContext, create_default_context
from time import monotonic
from typing import TypeAlias

import httpx
import structlog

from services.kit.errors import Unavailable
from services.kit.token_keys import KeySetRefused, TokenKey, TokenKeys, read_token_keys

logger = structlog.get_logger(__name__)

LARGEST = 256 * 1024
"""Bytes of a key set; what is larger is none."""
_CHANGEABLE_BY_OTHERS = 0o022

Fetch: TypeAlias = Callable[[], Awaitable[bytes]]
"""Gives a JWK Set as it is now; raises `NotFetched`."""


class NotFetched(Exception):
    """The key set could not be had; the text says why in a word, and nothing of the answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How long keys are good for, in seconds."""

    refresh_after: float = 300
    """Keys of this age are fetched anew behind the next request."""
    least_between: float = 15
    """Between two fetches lies at least this, whatever tokens say."""
    oldest: float = 21_600
    """Older keys are not used: better no answer than one by keys that were taken back."""


class KeySet:
    """The keys of one issuer, for the requests of one event loop."""

    def __init__(
        self,
        fetch: Fetch,
        patience: Patience,
        *,
        steady: Callable[[], float] = monotonic,
    ) -> None:
        """Fetch nothing yet.

        Args:
            fetch: where the keys come from.
            patience: how long they are good for.
            steady: gives seconds that go on evenly.
        """
        self._fetch, self._patience, self._steady = fetch, patience, steady
        self._keys: TokenKeys | None = None
        self._fetched_at = self._tried_at = float("-inf")
        self._has_failed = False
        self._under_way: asyncio.Task[None] | None = None

    async def find(self, kid: str | None, algorithm: str) -> TokenKey | None:
        """Give the issuer's key by its id and algorithm; `None`: it has none.

        Raises:
            Unavailable: the keys cannot be had, or it cannot be said whether there is such a one.
        """
        if self._age() >= self._patience.oldest:
            await self._refreshed()
        elif self._age() >= self._patience.refresh_after:
            self._begin()
        found = self._now().find(kid, algorithm)
        if found is None:
            await self._refreshed()
            found = self._now().find(kid, algorithm)
        if found is None and self._has_failed:
            raise self._away()  # the issuer may have a new key that we cannot ask for
        return found

    def _age(self) -> float:
        return self._steady() - self._fetched_at

    def _now(self) -> TokenKeys:
        if self._keys is None or self._age() >= self._patience.oldest:
            raise self._away()
        return self._keys

    def _away(self) -> Unavailable:
        wait = self._patience.least_between - (self._steady() - self._tried_at)
        return Unavailable(
            "the keys that tokens are checked with cannot be had",
            retry_after_seconds=max(1, round(wait)),
        )

    async def _refreshed(self) -> None:
        """Wait for the fetch under way, or for a new one if it is time for one."""
        task = self._begin()
        if task is not None:
            await asyncio.shield(task)  # who goes away does not take the fetch along

    def _begin(self) -> asyncio.Task[None] | None:
        if self._under_way is not None and not self._under_way.done():
            return self._under_way
        if self._steady() - self._tried_at < self._patience.least_between:
            return None
        self._tried_at = self._steady()
        self._under_way = asyncio.get_running_loop().create_task(self._refresh())
        return self._under_way

    async def _refresh(self) -> None:
        try:
            keys = read_token_keys(await self._fetch())
        except (NotFetched, KeySetRefused) as error:
            self._has_failed = True
            logger.warning("issuer_keys_not_read", reason=str(error), keys_age=self._known_age())
            return
        if keys != self._keys:
            logger.info("issuer_keys_read", key_ids=[key.kid for key in keys.keys])
        self._keys, self._fetched_at, self._has_failed = keys, self._steady(), False

    def _known_age(self) -> int | None:
        return None if self._keys is None else round(self._age())


def from_address(url: str, *, seconds: float = 5, authorities: SSLContext | None = None) -> Fetch:
    """Fetch over HTTP: 200 or nothing, no redirect, bounded in bytes and time as a whole.

    Args:
        url: of the key set, as the operator set it; no other is ever asked.
        seconds: after which it is given up.
        authorities: who vouches for the server; `None`: those of the system.
    """
    context = (authorities or create_default_context()) if url.startswith("https:") else None

    async def fetch() -> bytes:
        try:
            async with asyncio.timeout(seconds), _asked(url, context) as answer:
                if answer.status_code != httpx.codes.OK:
                    raise NotFetched(f"status {answer.status_code}")
                return await _bounded(answer)
        except TimeoutError:
            raise NotFetched("too slow") from None
        except httpx.HTTPError as error:
            raise NotFetched(type(error).__name__) from None

    return fetch


@asynccontextmanager
async def _asked(url: str, context: SSLContext | None) -> AsyncIterator[httpx.Response]:
    """Ask, over a connection of its own: it is seldom enough."""
    client = httpx.AsyncClient(
        follow_redirects=False,
        trust_env=False,
        timeout=None,  # noqa: S113 - the whole is bounded
        verify=context or False,  # only plain HTTP has none
    )
    headers = {
        "accept": "application/jwk-set+json, application/json",
        "accept-encoding": "identity",
    }
    async with client, client.stream("GET", url, headers=headers) as answer:
        yield answer


async def _bounded(answer: httpx.Response) -> bytes:
    raw = bytearray()
    async for part in answer.aiter_raw():  # as sent: nothing is unpacked
        raw += part
        if len(raw) > LARGEST:
            raise NotFetched("too large")
    return bytes(raw)


def from_file(file: Path) -> Fetch:
    """Read a file that nobody but its owner can change."""

    async def fetch() -> bytes:
        return await asyncio.to_thread(_read, file)

    return fetch


def _read(file: Path) -> bytes:
    try:
        with file.open("rb") as opened:
            if stat.S_IMODE(os.fstat(opened.fileno()).st_mode) & _CHANGEABLE_BY_OTHERS:
                raise NotFetched("others may change it")
            raw = opened.read(LARGEST + 1)
    except OSError as error:
        raise NotFetched(os.strerror(error.errno or 0)) from None
    if len(raw) > LARGEST:
        raise NotFetched("too large")
    return raw
