"""Kit: the OpenAPI document says every problem an operation may answer, and every limit."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from services.kit.errors import NotFound, ServiceError, TooManyRequests, Unavailable
from services.kit.problem import ERRORS_AT, PROBLEM_JSON, ParametersRefused

BUDGET = "x-budget"
"""Member of an operation (`openapi_extra=` of its route): the budget that a request of it costs."""
NO_BUDGET = "none"
"""Of what operators ask, who must be answered whatever others do."""

_FINDING: Mapping[str, Any] = {
    "type": "object",
    "required": ["code", "severity", "outcome", "pointer", "message", "params"],
    "properties": {
        "code": {"type": "string", "description": "Kind of the finding, kebab-case."},
        "severity": {"type": "string", "description": "blocker, error, warning or info."},
        "outcome": {"type": "string", "description": "passed, failed or not_evaluated."},
        "pointer": {"type": "string", "description": "JSON Pointer into the submitted document."},
        "message": {"type": "string", "description": "What was expected; never what was sent."},
        "params": {"type": "object", "description": "Figures and names the message uses."},
        "rule": {
            "type": "object",
            "required": ["version", "href"],
            "properties": {
                "version": {"type": "string", "description": "Of the rules."},
                "href": {"type": "string", "format": "uri", "description": "Its page."},
            },
            "description": "The published rule, where the finding is of one.",
        },
    },
}
_PROBLEM: Mapping[str, Any] = {
    "type": "object",
    "description": "Problem details (RFC 9457).",
    "required": ["type", "title", "status", "code", "request_id", "errors"],
    "properties": {
        "type": {"type": "string", "format": "uri", "description": "Documentation of the code."},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "code": {"type": "string"},
        "detail": {"type": "string", "description": "Of this case: expected, then actual."},
        "request_id": {"type": ["string", "null"]},
        "errors": {"type": "array", "items": {"$ref": "#/components/schemas/ProblemFinding"}},
    },
}


_LIMIT_HEADERS: Mapping[str, Any] = {
    "RateLimit-Policy": {
        "description": "The budget that was charged: `q` requests at once, all of them anew in `w` "
        "seconds (draft-ietf-httpapi-ratelimit-headers).",
        "schema": {"type": "string", "examples": ['"read";q=1200;w=12']},
    },
    "RateLimit": {
        "description": "What is left of it: `r` requests, and no more within `t` seconds.",
        "schema": {"type": "string", "examples": ['"read";r=1199;t=1']},
    },
}


def budget_of(extra: Mapping[str, Any] | None, method: str) -> str:
    """Name the budget of a route: what it says, else by the method.

    Args:
        extra: `openapi_extra` of the route.
        method: of the request.
    """
    by_method = "read" if method in {"GET", "HEAD"} else "write"
    named: str = (extra or {}).get(BUDGET, by_method)
    return named


def problems(*kinds: type[ServiceError]) -> dict[int | str, dict[str, Any]]:
    """Declare the problems of an operation, for `responses=` of a route."""
    by_status: defaultdict[int, list[type[ServiceError]]] = defaultdict(list)
    for kind in kinds:
        by_status[kind.status].append(kind)
    return {status: _declared(same) for status, same in sorted(by_status.items())}


def _declared(kinds: list[type[ServiceError]]) -> dict[str, Any]:
    return {
        "description": " / ".join(dict.fromkeys(kind.title for kind in kinds)),
        "content": {
            PROBLEM_JSON: {
                "schema": {"$ref": "#/components/schemas/Problem"},
                "examples": {kind.code: {"value": _example(kind)} for kind in kinds},
            }
        },
    }


def _example(kind: type[ServiceError]) -> dict[str, Any]:
    return {
        "type": f"{ERRORS_AT}#{kind.code}",
        "title": kind.title,
        "status": kind.status,
        "code": kind.code,
        "request_id": "0f3a9c1e5b7d2468",
        "errors": [],
    }


def json_body(
    schema: Mapping[str, Any], examples: Mapping[str, Any], *, accepted: Mapping[str, int]
) -> dict[str, Any]:
    """Describe a body that the route reads by itself, for `openapi_extra=` of a route.

    Args:
        schema: usually `{"$ref": <id of a contract>}`.
        examples: whole bodies by a short name.
        accepted: limit in bytes by media type, the same table that `read_body` is given.
    """
    content = {
        media_type: {
            "schema": dict(schema),
            "examples": {name: {"value": value} for name, value in examples.items()},
            "x-max-bytes": limit,
        }
        for media_type, limit in accepted.items()
    }
    return {"requestBody": {"required": True, "content": content}}


def openapi_of(app: FastAPI) -> dict[str, Any]:
    """Make the document, once: FastAPI's own, with our problems in place of its 422."""
    if app.openapi_schema is None:
        document = get_openapi(
            title=app.title,
            version=app.version,
            summary=app.summary,
            description=app.description,
            routes=app.routes,
        )
        _put_problems_in(document)
        app.openapi_schema = document
    return app.openapi_schema


def _put_problems_in(document: dict[str, Any]) -> None:
    document.setdefault("components", {})["securitySchemes"] = {
        "bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}
    }
    document["components"]["headers"] = {
        **_LIMIT_HEADERS,
        "Retry-After": {"description": "In so many seconds.", "schema": {"type": "integer"}},
    }
    components = document["components"].setdefault("schemas", {})
    components.pop("HTTPValidationError", None)
    components.pop("ValidationError", None)
    components["Problem"] = _PROBLEM
    components["ProblemFinding"] = _FINDING
    for path, operations in document["paths"].items():
        kinds = [ParametersRefused, Unavailable, ServiceError]
        if "{" in path:
            kinds.append(NotFound)  # what no name could be is nothing's
        for method, operation in operations.items():
            operation[BUDGET] = budget_of(operation, method.upper())
            is_limited = operation[BUDGET] != NO_BUDGET
            limited = (TooManyRequests,) if is_limited else ()
            _declare_everywhere(operation["responses"], [*kinds, *limited])
            if is_limited:
                _tell_of_limits(operation["responses"])


def _declare_everywhere(responses: dict[str, Any], kinds: Sequence[type[ServiceError]]) -> None:
    framework = "#/components/schemas/HTTPValidationError"
    declared = responses.get("422", {}).get("content", {}).get("application/json", {})
    if declared.get("schema", {}).get("$ref") == framework:
        del responses["422"]
    for kind in kinds:
        ours = problems(kind)[kind.status]
        there = responses.setdefault(str(kind.status), ours)
        there.get("content", {}).get(PROBLEM_JSON, {}).get("examples", {}).setdefault(
            kind.code, {"value": _example(kind)}
        )


def _tell_of_limits(responses: dict[str, Any]) -> None:
    for status, response in responses.items():
        names = [*_LIMIT_HEADERS, *(["Retry-After"] if status == "429" else ())]
        references = {name: {"$ref": f"#/components/headers/{name}"} for name in names}
        response["headers"] = {**response.get("headers", {}), **references}
