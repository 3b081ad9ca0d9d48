"""Kit: every route says what one must be let do to use it, or that everybody may; else no start."""

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from fastapi import FastAPI
from fastapi.routing import APIRoute

POLICY = "x-policy"
"""Member of an operation in the OpenAPI document: the action that a policy decides on."""
PUBLIC = "public"
"""The policy of a route that everybody may use."""
OPERATORS_READ = frozenset({"/health/live", "/health/ready", "/metrics", "/openapi.json"})
"""Public at every service; who reaches them is for the network to say."""


class PoliciesWrong(Exception):
    """A route does not say who may use it, or says so against the list of what is public."""


def policy(action: str) -> dict[str, Any]:
    """Declare the policy of a route, for its `openapi_extra=`.

    Args:
        action: what is decided on, or `PUBLIC`.
    """
    return {POLICY: action}


def assert_policies(
    app: FastAPI, *, public: Collection[str], actions: Collection[str] = ()
) -> None:
    """Check that every route declares its policy; what is public stands in an explicit list.

    Args:
        app: with all its routes.
        public: templates of the paths whose GET everybody may use, beside `OPERATORS_READ`.
        actions: those that a policy knows.

    Raises:
        PoliciesWrong: a route has none, an unknown one, or is public and not listed, or a listed
            path is no public route.
    """
    found = dict(_declared(app))
    listed = {("GET", path) for path in {*public, *OPERATORS_READ}}
    wrong = [
        f"{method} {path}: {said or 'no policy'}"
        for (method, path), said in found.items()
        if (said == PUBLIC) != ((method, path) in listed)
        or (said != PUBLIC and said not in actions)
    ]
    wrong += [f"{method} {path}: no such route" for method, path in sorted(listed - found.keys())]
    if wrong:
        raise PoliciesWrong("; ".join(wrong))


def _declared(app: FastAPI) -> Iterator[tuple[tuple[str, str], str | None]]:
    for route in app.routes:
        if not isinstance(route, APIRoute):
            yield (type(route).__name__, getattr(route, "path", "")), None
            continue
        extra: Mapping[str, Any] = route.openapi_extra or {}
        for method in sorted(route.methods - {"HEAD"}):
            yield (method, route.path), extra.get(POLICY)
