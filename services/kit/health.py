"""Kit: whether a process is alive and can answer now."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from fastapi import FastAPI, Request, Response

from services.kit.described import described, json_response
from services.kit.errors import Unavailable
from services.kit.openapi import BUDGET, NO_BUDGET, problems
from services.kit.threads import Threads

Check: TypeAlias = Callable[[], object]
"""Raises a `ServiceError` while what it looks at is not ready; called in a thread."""
READY_SECONDS = 5.0
"""Checks that take longer have failed: whoever asks has a deadline of his own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """What a service says of itself to whoever runs it."""

    checks: Mapping[str, Check]
    """What `/health/ready` asks, by name."""
    liveness: str
    """Id of the contract that the answer of `/health/live` obeys."""
    readiness: str
    """Id of the contract that the answer of `/health/ready` obeys."""


class _Readiness:
    """Runs the checks in a thread of their own, once for all who ask at the same time."""

    def __init__(self, checks: Mapping[str, Check]) -> None:
        self._checks, self._thread = checks, Threads(1)
        self._under_way: asyncio.Task[None] | None = None

    async def ask(self) -> None:
        """Wait for the checks that are under way, or begin; raises what the first to fail says."""
        if self._under_way is None:
            self._under_way = asyncio.create_task(self._thread.run(self._run))
            self._under_way.add_done_callback(self._over)
        try:
            async with asyncio.timeout(READY_SECONDS):
                await asyncio.shield(self._under_way)
        except TimeoutError:
            raise Unavailable(f"the checks take longer than {READY_SECONDS:g} s") from None

    def _run(self) -> None:
        for check in self._checks.values():
            check()

    def _over(self, task: asyncio.Task[None]) -> None:
        self._under_way = None
        if not task.cancelled():
            task.exception()  # looked at: nobody may be there any more to hear of it


def add_health(app: FastAPI, health: Health) -> None:
    """Add the addresses at which operators ask."""
    app.state.health = health
    app.state.readiness = _Readiness(health.checks)
    app.get(
        "/health/live",
        summary="Say whether the process is alive.",
        tags=["operators"],
        response_class=Response,
        responses={200: described(health.liveness, "It is.")},
        openapi_extra={BUDGET: NO_BUDGET},
    )(read_liveness)
    app.get(
        "/health/ready",
        summary="Say whether it can answer now.",
        tags=["operators"],
        response_class=Response,
        responses={200: described(health.readiness, "It can."), **problems(Unavailable)},
        openapi_extra={BUDGET: NO_BUDGET},
    )(read_readiness)


async def read_liveness(request: Request) -> Response:
    """Say that the process is alive."""
    health: Health = request.app.state.health
    return json_response({"status": "alive"}, contract=health.liveness)


async def read_readiness(request: Request) -> Response:
    """Say that it can answer, or what hinders it."""
    health: Health = request.app.state.health
    readiness: _Readiness = request.app.state.readiness
    await readiness.ask()
    body = {"status": "ready", "checks": list(health.checks)}
    return json_response(body, contract=health.readiness)
