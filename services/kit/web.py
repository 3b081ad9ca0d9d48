"""Kit: makes the app both services start from: problems, health, metrics, ids, headers."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeAlias

import anyio.to_thread
import orjson
from fastapi import Depends, FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from prometheus_client import CollectorRegistry
from starlette.exceptions import HTTPException

from services.kit.answers import Memory, ServeKept
from services.kit.database import DATABASE_AWAY
from services.kit.edge import Edge
from services.kit.errors import Finding, ServiceError, Unavailable
from services.kit.metrics import exposition, http_metrics
from services.kit.openapi import openapi_of, problems
from services.kit.problem import (
    ParametersRefused,
    answer_database_away,
    answer_http_exception,
    answer_parameters_refused,
    answer_service_error,
    problem,
)
from services.kit.threads import Threads

__all__ = ["Check", "Limits", "json_response", "new_app", "problem"]

Check: TypeAlias = Callable[[], object]
"""Raises a `ServiceError` while what it looks at is not ready; called in a thread."""
READY_SECONDS = 5.0
"""Checks that take longer have failed: whoever asks has a deadline of his own."""
Lifespan: TypeAlias = Callable[[FastAPI], AbstractAsyncContextManager[None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much one process does at once."""

    threads: int = 64
    """`def` endpoints that run at the same time; the others wait. Health and metrics never do."""
    max_in_flight: int = 1024
    """Requests beyond this many at once are answered 503."""


def new_app(
    *,
    title: str,
    summary: str,
    version: str,
    registry: CollectorRegistry,
    checks: Mapping[str, Check],
    lifespan: Lifespan | None = None,
    kept: Memory | None = None,
    limits: Limits | None = None,
) -> FastAPI:
    """Make an app with everything that is the same for every service.

    Args:
        title: for the OpenAPI document.
        summary: for the OpenAPI document, one line.
        version: of the service.
        registry: where this app's metrics live; `/metrics` shows it.
        checks: what `/health/ready` asks, by name.
        lifespan: what to start and stop with the app.
        kept: answers to give before any router is run; routes fill it.
        limits: how much at once; `None` takes the defaults.
    """
    limits = limits or Limits()
    app = FastAPI(
        title=title,
        summary=summary,
        version=version,
        docs_url=None,  # its pages would load scripts from elsewhere
        redoc_url=None,
        redirect_slashes=False,  # a redirect would be built from the Host header
        telemetry={"tracing": False, "metrics": False, "logs": False},
        lifespan=partial(_life, threads=limits.threads, inner=lifespan),
        dependencies=[Depends(only_declared_parameters)],
        generate_unique_id_function=_operation_id,
    )
    if kept is not None:
        app.add_middleware(ServeKept, kept=kept)
    app.add_middleware(Edge, metrics=http_metrics(registry), max_in_flight=limits.max_in_flight)
    app.add_exception_handler(ServiceError, answer_service_error)
    app.add_exception_handler(HTTPException, answer_http_exception)
    app.add_exception_handler(RequestValidationError, answer_parameters_refused)
    app.openapi = partial(openapi_of, app)  # type: ignore[method-assign]  # FastAPI's documented way
    for away in DATABASE_AWAY:
        app.add_exception_handler(away, answer_database_away)
    _add_health(app, checks)
    _add_metrics(app, registry)
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


def _operation_id(route: APIRoute) -> str:
    return route.name


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


def json_response(body: Any, *, status: int = 200, **headers: str) -> Response:
    """Answer JSON; an underscore in a header's name stands for its hyphen."""
    return Response(
        orjson.dumps(body),
        status_code=status,
        media_type="application/json",
        headers={name.replace("_", "-"): value for name, value in headers.items()},
    )


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


def _add_health(app: FastAPI, checks: Mapping[str, Check]) -> None:
    readiness = _Readiness(checks)

    @app.get("/health/live", summary="Is the process alive?", tags=["operators"])
    async def read_liveness() -> Response:
        return json_response({"status": "alive"})

    @app.get(
        "/health/ready",
        summary="Can it answer now?",
        tags=["operators"],
        responses=problems(Unavailable),
    )
    async def read_readiness() -> Response:
        await readiness.ask()
        return json_response({"status": "ready", "checks": list(checks)})


def _add_metrics(app: FastAPI, registry: CollectorRegistry) -> None:
    thread = Threads(1)

    @app.get("/metrics", summary="Measurements in Prometheus' text form.", tags=["operators"])
    async def read_metrics() -> Response:
        text, media_type = await thread.run(exposition, registry)
        return Response(text, media_type=media_type)
