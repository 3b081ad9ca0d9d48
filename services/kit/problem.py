"""Kit: errors become RFC 9457 problem documents here, and nowhere else."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, TypeAlias

import orjson
import structlog
from fastapi import Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import Match

from services.kit.errors import (
    Finding,
    InsufficientScope,
    Malformed,
    NotFound,
    ServiceError,
    Unauthenticated,
    Unavailable,
)

ERRORS_AT = "https://concord.example/errors"
"""Where the codes are documented; `type` is this, `#`, and the code."""
PROBLEM_JSON = "application/problem+json"

logger = structlog.get_logger(__name__)


class MethodNotAllowed(ServiceError):
    """This address does not answer to this method."""

    status = 405
    code = "method-not-allowed"
    title = "This address does not answer to this method."

    def __init__(self, allow: str = "") -> None:
        super().__init__()
        self.allow = allow


class ParametersRefused(Malformed):
    """A parameter in the path, the query or a header is missing, unknown, doubled or wrong."""

    code = "parameter-not-accepted"
    title = "A parameter is missing, unknown, doubled or wrong."


def problem(error: ServiceError) -> Response:
    """Render an error as a problem document.

    A 5xx carries only what its raiser wrote for the caller (`Unavailable`), and an
    `internal-error` nothing at all; submitted values never come back.
    """
    body = {
        **error.extensions,
        "type": f"{ERRORS_AT}#{error.code}",
        "title": error.title,
        "status": error.status,
        "code": error.code,
        "request_id": structlog.contextvars.get_contextvars().get("request_id"),
        "errors": [_finding(finding) for finding in error.findings],
    }
    if error.detail:
        body["detail"] = error.detail
    return Response(
        orjson.dumps(body, default=str),
        status_code=error.status,
        media_type=PROBLEM_JSON,
        headers={"cache-control": "no-store", **dict(_headers(error))},
    )


def _finding(finding: Finding) -> Mapping[str, Any]:
    data: dict[str, Any] = {
        "code": finding.code,
        "severity": finding.severity,
        "outcome": finding.outcome,
        "pointer": finding.pointer,
        "message": finding.message,
        "params": dict(finding.params),
    }
    return data if finding.rule is None else data | {"rule": dict(finding.rule)}


def _headers(error: ServiceError) -> Iterator[tuple[str, str]]:
    if error.retry_after_seconds is not None:
        yield "retry-after", str(error.retry_after_seconds)
    if isinstance(error, Unauthenticated | InsufficientScope):
        yield "www-authenticate", error.challenge
    if isinstance(error, MethodNotAllowed) and error.allow:
        yield "allow", error.allow


Told: TypeAlias = Callable[[Request, ServiceError], None]
"""Hears of every error that is answered, and by which request; has to be brief."""


async def answer_service_error(request: Request, error: Exception) -> Response:
    """Answer an error of our own tree, and say so in the log and to whom the service names."""
    if not isinstance(error, ServiceError):  # pragma: no cover - the handler's registration
        raise error
    write = logger.warning if error.status >= 500 else logger.info
    write("request_refused", code=error.code, status=error.status)
    told: Told = request.app.state.on_problem
    told(request, error)
    return problem(error)


async def answer_http_exception(request: Request, error: Exception) -> Response:
    """Turn what the framework raises by itself (no such path, wrong method) into our tree."""
    if not isinstance(error, HTTPException):  # pragma: no cover - the handler's registration
        raise error
    return await answer_service_error(request, _from_framework(request, error))


_METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")


def _methods_at(request: Request) -> list[str]:
    """Name what an address answers to: several routes may share it, and a GET is a HEAD too."""
    methods = {
        method
        for method in _METHODS
        for route in request.app.routes
        if route.matches({**request.scope, "method": method})[0] is Match.FULL
    }
    return sorted(methods | {"HEAD"} if "GET" in methods else methods)


def _from_framework(request: Request, error: HTTPException) -> ServiceError:
    if error.status_code == 404:
        return NotFound()
    if error.status_code == 405:
        return MethodNotAllowed(", ".join(_methods_at(request)))
    return Malformed()


async def answer_parameters_refused(request: Request, error: Exception) -> Response:
    """Answer parameters that the framework could not read, without repeating them."""
    if not isinstance(error, RequestValidationError):  # pragma: no cover - registration
        raise error
    findings = [_parameter_finding(fault) for fault in error.errors()]
    return await answer_service_error(request, ParametersRefused(findings=findings))


async def answer_database_away(request: Request, error: Exception) -> Response:
    """Answer 503 while the database does not; never as if it had nothing to say."""
    logger.warning("database_away", error=type(error).__name__)
    return await answer_service_error(request, Unavailable("the database does not answer"))


def _parameter_finding(fault: Mapping[str, Any]) -> Finding:
    location: Sequence[Any] = fault["loc"]
    return Finding(
        code=str(fault["type"]).replace("_", "-"),
        pointer="",
        message=str(fault["msg"]),
        params={"in": str(location[0]), "name": ".".join(map(str, location[1:]))},
    )
