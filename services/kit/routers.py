"""Kit: routers: whatever a service serves, everybody comes in by one entrance."""

from collections.abc import Awaitable, Callable, Iterable
from typing import TypeAlias

from fastapi import APIRouter, Depends, FastAPI, Request
from fastapi.routing import APIRoute

Gate: TypeAlias = Callable[[Request], Awaitable[None]]
"""Raises where a request may not come to its route."""


async def enter(request: Request) -> None:
    """Go through the gates that stand before every route of the app."""
    gate: Gate = request.app.state.entrance
    await gate(request)


def operation_id(route: APIRoute) -> str:
    """Name an operation in the OpenAPI document."""
    return route.name


def new_router(*tags: str) -> APIRouter:
    """Make a router whose routes are behind the entrance.

    Args:
        tags: of its operations in the OpenAPI document.
    """
    return APIRouter(
        tags=list(tags), dependencies=[Depends(enter)], generate_unique_id_function=operation_id
    )


def add_routes(app: FastAPI, routers: Iterable[APIRouter]) -> None:
    """Serve the routes of routers as they were declared.

    FastAPI's own `include_router` would work every one of them out anew for each app.
    """
    for router in routers:
        app.router.routes.extend(router.routes)
