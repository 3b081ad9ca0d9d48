"""Readers: who asks, for every route; without a token everybody, with a bad one nobody."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import structlog
from fastapi import Request

from contracts.authority.actor import Actor, NotAnActor, actor_of
from services.kit.errors import Forbidden, Unauthenticated
from services.kit.limiting import proxies_of
from services.kit.policies import actions_of
from services.kit.principal import Authenticate


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedIn:
    """Who is behind a request, and what of it is passed on to the registry."""

    actor: Actor
    headers: Mapping[str, str]
    """The token; and the address that the request comes from, so that the registry charges it and
    not ours, if it is told to believe us (`REGISTRY_TRUSTED_PROXIES`)."""


async def identify(request: Request) -> None:
    """Find who asks, once and before anything else; a token is never passed over.

    Raises:
        Unauthenticated: there is an Authorization header that is not one valid token, or none is
            taken here.
        Forbidden: the token does not say in which one role its holder acts.
        Unavailable: the keys that tokens are checked with cannot be had.
    """
    headers: Sequence[str] = request.headers.getlist("authorization")
    request.state.signed_in = None
    if not headers or not actions_of(request.scope["route"]):  # the kit's: nobody is told anything
        return
    authenticate: Authenticate | None = request.app.state.authenticate
    if authenticate is None:
        raise Unauthenticated("expected no token: this service has no readers that sign in")
    principal = await authenticate(headers)
    request.state.principal = principal
    try:
        actor = actor_of(principal.actor, principal.roles, principal.scopes)
    except NotAnActor as error:
        raise Forbidden(str(error)) from None
    structlog.contextvars.bind_contextvars(actor=actor.id, role=actor.role)
    passed_on = {"authorization": headers[0], **proxies_of(request).passed_on(request.scope)}
    request.state.signed_in = SignedIn(actor=actor, headers=passed_on)


def signed_in(request: Request) -> SignedIn | None:
    """Give who asks; `None`: everybody."""
    found: SignedIn | None = request.state.signed_in
    return found
