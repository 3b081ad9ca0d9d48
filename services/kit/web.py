"""Kit: makes the app both services start from: problems, health, metrics, ids, headers."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from time import monotonic
from typing import Any, TypeAlias

import anyio.to_thread
import orjson
from fastapi import Depends, FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from prometheus_client import CollectorRegistry
from starlette.exceptions import HTTPException

from services.kit.answers import Answer, Memory, ServeKept, new_answer
from services.kit.bodies import BodyLimits
from services.kit.browsers import EVERYBODY_READS, Browsers
from services.kit.database import DATABASE_AWAY
from services.kit.edge import Edge
from services.kit.errors import Finding, ServiceError
from services.kit.health import Health, add_health
from services.kit.limiting import Limiter
from services.kit.metrics import exposition, http_metrics
from services.kit.openapi import BUDGET, NO_BUDGET, openapi_of
from services.kit.problem import (
    ParametersRefused,
    answer_database_away,
    answer_http_exception,
    answer_parameters_refused,
    answer_service_error,
    problem,
)
from services.kit.routers import Gate, enter, operation_id
from services.kit.threads import Threads

__all__ = ["Limits", "new_app", "problem"]

RESTS = 9
"""How much longer than writing the measurements down took is waited before the next time."""

Lifespan: TypeAlias = Callable[[FastAPI], AbstractAsyncContextManager[None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much one process does at once, and for whom how often."""

    threads: int = 64
    """`def` endpoints that run at the same time; the others wait. Health and metrics never do."""
    max_in_flight: int = 1024
    """Requests beyond this many at once are answered 503."""
    limiter: Limiter | None = None
    """How often somebody may ask; `None`: as often as they like."""
    bodies: BodyLimits = field(default_factory=BodyLimits)
    """How large a body may be, and how long it may take."""


def new_app(  # noqa: PLR0913 - all that differs between services, each by its name
    *,
    title: str,
    summary: str,
    version: str,
    registry: CollectorRegistry,
    health: Health,
    lifespan: Lifespan | None = None,
    kept: Memory | None = None,
    limits: Limits | None = None,
    browsers: Browsers = EVERYBODY_READS,
    gates: Sequence[Gate] = (),
) -> FastAPI:
    """Make an app with everything that is the same for every service.

    Whoever sets `app.state.on_problem` (`problem.Told`) hears of every problem that is answered.

    Args:
        title: for the OpenAPI document.
        summary: for the OpenAPI document, one line.
        version: of the service.
        registry: where this app's metrics live; `/metrics` shows it.
        health: what it looks at to say whether it can answer.
        lifespan: what to start and stop with the app.
        kept: answers to give before any router is run; routes fill it.
        limits: how much, and how often; `None` takes the defaults.
        browsers: what browsers are told.
        gates: before every route, in this order: whatever says who is asking.
    """
    limits = limits or Limits()
    app = FastAPI(
        title=title,
        summary=summary,
        version=version,
        openapi_url=None,  # FastAPI would spell the document anew for every reader
        docs_url=None,  # its pages would load scripts from elsewhere
        redoc_url=None,
        redirect_slashes=False,  # a redirect would be built from the Host header
        telemetry={"tracing": False, "metrics": False, "logs": False},
        lifespan=partial(_life, threads=limits.threads, inner=lifespan),
        dependencies=[Depends(enter)],
        generate_unique_id_function=operation_id,
    )
    app.state.entrance = _in_order(gates, limits.limiter)
    app.state.limiter = limits.limiter
    app.state.on_problem = _tell_nobody
    app.state.bodies = limits.bodies
    if kept is not None:
        app.add_middleware(ServeKept, kept=kept)
    app.add_middleware(
        Edge,
        metrics=http_metrics(registry),
        max_in_flight=limits.max_in_flight,
        browsers=browsers,
    )
    app.add_exception_handler(ServiceError, answer_service_error)
    app.add_exception_handler(HTTPException, answer_http_exception)
    app.add_exception_handler(RequestValidationError, answer_parameters_refused)
    app.openapi = partial(openapi_of, app)  # type: ignore[method-assign]  # FastAPI's documented way
    for away in DATABASE_AWAY:
        app.add_exception_handler(away, answer_database_away)
    # FastAPI remembers every function that answers, in the process: none of these knows its app.
    add_health(app, health)
    _add_metrics(app, registry)
    _add_openapi(app)
    return app


@asynccontextmanager
async def _life(app: FastAPI, *, threads: int, inner: Lifespan | None) -> AsyncIterator[None]:
    anyio.to_thread.current_default_thread_limiter().total_tokens = threads
    app.openapi()  # checks of parameters look into it; the first reader shall not wait for it
    if inner is None:
        yield
        return
    async with inner(app):
        yield


def _tell_nobody(_request: Request, _error: ServiceError) -> None:
    """Leave it at the answer and the log line."""


def _in_order(gates: Sequence[Gate], limiter: Limiter | None) -> Gate:
    """Make one dependency of all that is before every route: each of its own costs as much again.

    An address is charged before anybody looks at its token, a principal as soon as it is known.
    """
    steps = [*gates, only_declared_parameters]
    if limiter is not None:
        steps = [limiter.charge_address, *gates, limiter.charge_principal, only_declared_parameters]

    async def admit(request: Request) -> None:
        for step in steps:
            await step(request)

    return admit


async def only_declared_parameters(request: Request) -> None:
    """Refuse query parameters that the operation does not have, or that come twice.

    A misspelt parameter would else be silently without effect, and a doubled one would be read
    differently by different readers.
    """
    if not request.scope["query_string"]:
        return
    route = request.scope["route"]
    declared = _query_parameters(openapi_of(request.app), route.path_format, request.method)
    names = [name for name, _ in request.query_params.multi_items()]
    if len(names) == len(set(names)) and declared.issuperset(names):
        return
    finding = Finding(
        code="unknown-or-doubled-parameter",
        pointer="",
        message="expected each query parameter at most once, and no other ones",
        params={"in": "query", "accepted": sorted(declared)},
    )
    raise ParametersRefused(findings=[finding])


def _query_parameters(document: Mapping[str, Any], path: str, method: str) -> set[str]:
    operation = document["paths"].get(path, {}).get(method.lower(), {})
    return {p["name"] for p in operation.get("parameters", ()) if p["in"] == "query"}


def _add_metrics(app: FastAPI, registry: CollectorRegistry) -> None:
    app.state.measuring = _Measuring(registry)
    app.get(
        "/metrics",
        summary="Measurements in Prometheus' text form.",
        tags=["operators"],
        response_class=Response,
        responses={200: {"content": {"text/plain": {"schema": {"type": "string"}}}}},
        openapi_extra={BUDGET: NO_BUDGET},
    )(read_metrics)


async def read_metrics(request: Request) -> Response:
    """Show what is measured."""
    measuring: _Measuring = request.app.state.measuring
    text, media_type = await measuring.ask()
    return Response(text, media_type=media_type)


class _Measuring:
    """Writes the measurements down once for all who ask at the same time, and rests after each.

    Nobody's budget is spent on them, so that operators are answered whatever others do; resting
    keeps whoever asks all the time from taking more than a part of one processor.
    """

    def __init__(self, registry: CollectorRegistry) -> None:
        self._registry, self._thread = registry, Threads(1)
        self._rested_at = 0.0
        self._under_way: asyncio.Task[tuple[bytes, str]] | None = None

    async def ask(self) -> tuple[bytes, str]:
        """Wait for what is under way, or begin."""
        if self._under_way is None or self._under_way.done():
            self._under_way = asyncio.create_task(self._write())
        return await asyncio.shield(self._under_way)

    async def _write(self) -> tuple[bytes, str]:
        await asyncio.sleep(self._rested_at - monotonic())
        began = monotonic()
        try:
            return await self._thread.run(exposition, self._registry)
        finally:
            ended = monotonic()
            self._rested_at = ended + RESTS * (ended - began)


def _add_openapi(app: FastAPI) -> None:
    app.state.spelled = None
    app.get("/openapi.json", include_in_schema=False, response_class=Response)(read_openapi)


async def read_openapi(request: Request) -> Response:
    """Give the document, spelled once for all readers."""
    spelled: Answer | None = request.app.state.spelled
    if spelled is None:
        spelled = new_answer(
            "/openapi.json",
            orjson.dumps(openapi_of(request.app)),
            media_type="application/json",
            cache_control="public, max-age=300",
        )
        request.app.state.spelled = spelled
    return spelled.response(request.headers.get("if-none-match"))
