"""Registry web: every route names what its caller does; with one that does not nothing starts."""

from collections.abc import Mapping
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.routing import iter_route_contexts

from contracts.authority.acts import ACTION_OF
from contracts.authority.table import ACTIONS
from services.kit.policies import (
    OF_EVERY_SERVICE,
    PUBLIC,
    PolicyMissing,
    actions_of,
    check_policies,
)
from services.registry.web.guard import KNOWN_ACTIONS, PUBLIC_ROUTES
from tests.running_registry import RunningRegistry

ELSEWHERE = {"examine"}
"""Actions of other routes than the registry's."""


def operations(app: FastAPI) -> dict[str, Mapping[str, Any]]:
    """Give every operation of the OpenAPI document, by `GET /path`."""
    return {
        f"{method.upper()} {path}": operation
        for path, methods in app.openapi()["paths"].items()
        for method, operation in methods.items()
    }


def test_every_operation_says_what_its_caller_does(registry: RunningRegistry) -> None:
    found = operations(registry.app)
    unsaid = {name for name, operation in found.items() if "x-policy" not in operation}
    assert unsaid <= OF_EVERY_SERVICE


def test_exactly_what_is_public_needs_no_token(registry: RunningRegistry) -> None:
    for name, operation in operations(registry.app).items():
        is_public = name in OF_EVERY_SERVICE or operation["x-policy"] == PUBLIC
        assert ("security" not in operation) is is_public, name
        assert ("401" not in operation["responses"]) is is_public, name
        assert ("403" not in operation["responses"]) is is_public, name


def test_what_a_write_records_says_what_its_caller_does(registry: RunningRegistry) -> None:
    for name, operation in operations(registry.app).items():
        if "x-events" not in operation or name.endswith("/submission"):
            continue
        declared = operation["x-policy"]
        actions = {declared} if isinstance(declared, str) else set(declared)
        assert actions == {ACTION_OF[kind] for kind in operation["x-events"]}, name


def test_every_action_of_the_table_is_what_some_route_is_for(registry: RunningRegistry) -> None:
    routes = iter_route_contexts(registry.app.routes)
    used = {action for route in routes for action in actions_of(route)}
    assert used == set(ACTIONS) - ELSEWHERE


@pytest.mark.parametrize("extra", [None, {}, {"x-policy": []}, {"x-policy": "do-anything"}])
def test_a_route_that_does_not_say_keeps_the_app_from_starting(
    registry: RunningRegistry, extra: dict[str, Any] | None
) -> None:
    @registry.app.get("/v1/forgotten", openapi_extra=extra)
    async def read() -> None: ...

    with pytest.raises(PolicyMissing, match="GET /v1/forgotten"):
        check_policies(registry.app, actions=KNOWN_ACTIONS, public=PUBLIC_ROUTES)


def test_a_route_is_not_made_public_by_saying_so(registry: RunningRegistry) -> None:
    @registry.app.get("/v1/open", openapi_extra={"x-policy": PUBLIC})
    async def read() -> None: ...

    with pytest.raises(PolicyMissing, match="GET /v1/open"):
        check_policies(registry.app, actions=KNOWN_ACTIONS, public=PUBLIC_ROUTES)


def test_a_public_route_answers_the_same_whatever_token_is_sent(registry: RunningRegistry) -> None:
    registry.sign()
    plain = registry.get("/v1/events?after=0")
    for authorization in ("Bearer canary", "Basic Y2FuYXJ5", ""):
        answer = registry.get("/v1/events?after=0", authorization=authorization)
        assert (answer.status_code, answer.content) == (200, plain.content)
