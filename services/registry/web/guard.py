"""Registry web: who asks, and whether a token like theirs may at all; before anything is read.

What depends on the register (terms, delegations, mandates, whose it is) is judged where the log is
read. A public route answers the same to everybody and does not look at a token; some are answered
from memory before any route is looked for.
"""

from typing import Annotated, TypeAlias

import structlog
from fastapi import Depends, Request

from contracts.authority.actor import Actor, NotAnActor, actor_of
from contracts.authority.table import ACTIONS
from services.kit.errors import Forbidden, Unauthenticated
from services.kit.policies import PUBLIC, actions_of
from services.kit.principal import Authenticate
from services.registry.domain.authority import check_admitted

PUBLIC_ROUTES = frozenset(
    {
        "GET /checkpoint",
        "GET /contracts/{path:path}",
        "GET /tile/{path:path}",
        "GET /v1/events",
        "GET /v1/evidence/{code}/{digest}",
        "GET /v1/export",
        "GET /v1/proofs/consistency",
        "GET /v1/proofs/inclusion",
        "GET /v1/receipts/{position}",
    }
)
"""What everybody may ask the registry; every other route needs a token."""
KNOWN_ACTIONS = frozenset(ACTIONS)


async def guard(request: Request) -> None:
    """Let nobody come to a route whom the policy refuses by the token alone.

    Raises:
        Unauthenticated: no valid token.
        Forbidden: its role or its scopes are not enough, or it has not exactly one role.
        Unavailable: the keys that tokens are checked with cannot be had.
    """
    actions = actions_of(request.scope["route"])
    if set(actions) <= {PUBLIC}:
        return
    authenticate: Authenticate = request.app.state.authenticate
    try:
        principal = await authenticate(request.headers.getlist("authorization"))
    except Unauthenticated:
        structlog.contextvars.bind_contextvars(actor="unknown")
        raise
    structlog.contextvars.bind_contextvars(actor=principal.actor)
    request.state.principal = principal
    try:
        actor = actor_of(principal.actor, principal.roles, principal.scopes)
    except NotAnActor as error:
        raise Forbidden(str(error)) from None
    check_admitted(actor, actions)
    request.state.actor = actor


async def _actor(request: Request) -> Actor:
    actor: Actor = request.state.actor
    return actor


TheActor: TypeAlias = Annotated[Actor, Depends(_actor)]
