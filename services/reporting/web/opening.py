"""Reporting web: asks the registry, with a reader's own token, for what opens sealed sections.

The registry decides and records; nothing that it discloses is kept here.
"""

import asyncio
from collections.abc import Collection, Mapping
from typing import Any

import httpx
import structlog

from contracts.errors import ContractError, NotJson
from contracts.gate import read_json
from contracts.sealing import Disclosure
from contracts.validation import is_valid
from services.kit.errors import Malformed, Unauthenticated, Unavailable, VerificationFailed
from services.reporting.queries.reader import Place, Sealed

CONTRACT = "answers/disclosure"
MOST_ENTRIES = 64
"""Entries that are asked for in the making of one answer."""
MOST_BYTES = 4 * 2**20
"""Of what the registry answers on one entry: a document is at most 1 MiB, and is spelled in
base64url."""
ANSWER_SECONDS = 5.0
"""How long everything that one answer needs may take."""
AT_ONCE = 4
"""Entries asked for at once on behalf of one reader."""
ASKED_AT_ONCE = 32
"""Entries asked for at once on behalf of all readers of a process."""
MOST_RETRY_SECONDS = 60

logger = structlog.get_logger(__name__)


class TooMuchSealed(Malformed):
    """More entries with sealed sections stand in the answer than are opened at once."""

    code = "too-much-sealed"
    title = (
        "More entries are sealed here than one answer opens; ask by version, or by page of a list."
    )


def new_client(registry_url: str) -> httpx.AsyncClient:
    """Make the client of the registry: this one address, no redirects, no proxy by the way.

    Args:
        registry_url: its address.
    """
    return httpx.AsyncClient(
        base_url=registry_url,
        follow_redirects=False,
        trust_env=False,
        timeout=httpx.Timeout(ANSWER_SECONDS, connect=2.0),
        limits=httpx.Limits(max_connections=ASKED_AT_ONCE, max_keepalive_connections=8),
    )


class Opener:
    """Fetches what the registry discloses to somebody."""

    def __init__(self, client: httpx.AsyncClient, *, seconds: float = ANSWER_SECONDS) -> None:
        """Prepare.

        Args:
            client: with the registry's address as its base.
            seconds: how long everything that one answer needs may take.
        """
        self._client, self._seconds = client, seconds

    async def close(self) -> None:
        """Let the connections to the registry go."""
        await self._client.aclose()

    async def fetch(
        self, positions: Collection[int], headers: Mapping[str, str]
    ) -> Mapping[int, bytes]:
        """Give what the registry answers on some entries; none of those it discloses nothing of.

        Args:
            positions: of the entries.
            headers: of the reader: the own token, and the address that it came from.

        Raises:
            TooMuchSealed: more entries than are asked for at once.
            Unauthenticated: the registry does not take the token.
            Unavailable: it does not answer now; what is sealed is then unknown, not restricted.
            VerificationFailed: it answers something else than a registry does.
        """
        if len(positions) > MOST_ENTRIES:
            raise TooMuchSealed(f"expected at most {MOST_ENTRIES} entries with sealed sections")
        turn = asyncio.Semaphore(AT_ONCE)
        try:
            async with asyncio.timeout(self._seconds), asyncio.TaskGroup() as group:
                asked = {
                    position: group.create_task(self._ask(position, headers, turn))
                    for position in positions
                }
        except TimeoutError:
            raise _away("too slow") from None
        except ExceptionGroup as errors:  # the first: the others were given up for it
            raise errors.exceptions[0] from None
        return {at: body for at, task in asked.items() if (body := task.result()) is not None}

    async def _ask(
        self, position: int, headers: Mapping[str, str], turn: asyncio.Semaphore
    ) -> bytes | None:
        try:
            async with turn:
                return await self._answered(position, headers)
        except httpx.HTTPError as error:
            raise _away(type(error).__name__) from None

    async def _answered(self, position: int, headers: Mapping[str, str]) -> bytes | None:
        sent = {**headers, "accept": "application/json"}
        path = f"/v1/disclosures/{position}"
        async with self._client.stream("GET", path, headers=sent) as response:
            match response.status_code:
                case httpx.codes.OK:
                    return await _bounded(response)
                case httpx.codes.FORBIDDEN:
                    return None
                case httpx.codes.UNAUTHORIZED:
                    raise Unauthenticated(
                        "expected a token that the registry takes as well", is_token_refused=True
                    )
                case status:
                    raise _away(f"status {status}", _retry_after(response))


async def _bounded(response: httpx.Response) -> bytes:
    parts, size = [], 0
    async for part in response.aiter_bytes():
        size += len(part)
        if size > MOST_BYTES:
            raise VerificationFailed("expected a disclosure from the registry, got more bytes")
        parts.append(part)
    return b"".join(parts)


def _retry_after(response: httpx.Response) -> int:
    said = response.headers.get("retry-after", "")
    return max(1, min(int(said), MOST_RETRY_SECONDS)) if said.isdecimal() else 1


def _away(reason: str, retry_after_seconds: int = 1) -> Unavailable:
    logger.warning("registry_away", reason=reason)
    return Unavailable(
        "the registry does not say now what it discloses to this reader",
        retry_after_seconds=retry_after_seconds,
    )


def opened(answers: Mapping[int, bytes], met: Mapping[Place, Sealed]) -> dict[str, Any]:
    """Check what the registry answered, and give what is in the sealed sections, by seal.

    Args:
        answers: by position.
        met: the sealed sections that are wanted; of others nothing is looked at.

    Raises:
        VerificationFailed: something else is disclosed than the log has sealed.
    """
    found = {}
    for position, raw in answers.items():
        for disclosure in _disclosures(position, raw):
            sealed = met.get((position, disclosure.name))
            if sealed is None:
                continue
            if disclosure.digest() != sealed.seal:
                raise VerificationFailed("expected the disclosure of a section that the log has")
            found[sealed.seal] = disclosure.value
    return found


def _disclosures(position: int, raw: bytes) -> list[Disclosure]:
    try:
        answer = read_json(raw, max_bytes=MOST_BYTES)
        if is_valid(answer, CONTRACT) and answer["position"] == position:
            return [Disclosure.parse(encoded) for encoded in answer["disclosures"]]
    except (NotJson, ContractError):
        pass
    raise VerificationFailed(f"expected an answer by {CONTRACT} on the entry asked for") from None
