"""Kit: every route declares what its caller does; a service does not start with one that doesn't.

Nor with one that is not behind the entrance (`services/kit/routers.py`).

The declaration is `x-policy` in the route's `openapi_extra`: the name of an action, or a list of
names where the body says which of them it is. What an action means, the service says.
"""

from collections.abc import Collection, Iterator
from typing import Any, Final

from fastapi import FastAPI
from fastapi.routing import RouteContext, iter_route_contexts
from starlette.routing import BaseRoute

from services.kit.routers import enter

DECLARATION: Final = "x-policy"
PUBLIC: Final = "public"
"""What everybody may do, with or without a token."""
OF_EVERY_SERVICE: Final = frozenset(
    {"GET /health/live", "GET /health/ready", "GET /metrics", "GET /openapi.json"}
)
"""What the kit itself serves: it says nothing of anybody."""


class PolicyMissing(RuntimeError):
    """A route says not, or wrongly, what its caller does: a mistake of ours, found at the start."""


def policy(*actions: str) -> dict[str, Any]:
    """Declare what the caller of a route does, for `openapi_extra=` of the route."""
    return {DECLARATION: actions[0] if len(actions) == 1 else sorted(actions)}


def actions_of(route: BaseRoute | RouteContext) -> tuple[str, ...]:
    """Give the actions that a route declares; none if it declares nothing."""
    extra = getattr(route, "openapi_extra", None) or {}
    declared = extra.get(DECLARATION, ())
    return (declared,) if isinstance(declared, str) else tuple(declared)


def check_policies(app: FastAPI, *, actions: Collection[str], public: Collection[str]) -> None:
    """Refuse an app of which a route is open, or does not declare what its caller does.

    Args:
        app: with all its routes.
        actions: every action that there is.
        public: the routes of this service that everybody may call, `GET /v1/events`: the list says
            the same as the routes, so that none becomes public by a slip.

    Raises:
        PolicyMissing: naming every route that is wrong.
    """
    open_to_all = {*public, *OF_EVERY_SERVICE}
    routes = list(iter_route_contexts(app.routes))
    faults = [fault for route in routes for fault in _faults(route, actions, open_to_all)]
    served = {name for route in routes for name in _names(route)}
    faults += [f"{name}: listed as public, and not served" for name in open_to_all - served]
    if faults:
        raise PolicyMissing("; ".join(sorted(faults)))


def _faults(
    route: RouteContext, actions: Collection[str], open_to_all: Collection[str]
) -> Iterator[str]:
    declared = actions_of(route)
    dependencies = getattr(route, "dependencies", ())
    is_open = all(one.dependency is not enter for one in dependencies)
    for name in _names(route):
        if is_open:
            yield f"{name}: is not behind the entrance"
        if name in OF_EVERY_SERVICE and not declared:
            continue
        if not declared:
            yield f"{name}: declares no policy"
        elif unknown := sorted(set(declared) - set(actions)):
            yield f"{name}: declares {', '.join(unknown)}, which is no action"
        elif (PUBLIC in declared) != (name in open_to_all):
            yield f"{name}: declared and listed as public differ"
        elif PUBLIC in declared and len(declared) > 1:
            yield f"{name}: declares what is public beside what is not"


def _names(route: RouteContext) -> list[str]:
    methods = set(route.methods or {"ANY"}) - {"HEAD"}
    return [f"{method} {route.path}" for method in sorted(methods)]
