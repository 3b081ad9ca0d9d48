"""Registry web: what of a request goes into the trail: who, what, which request; never more."""

import re
from dataclasses import dataclass
from typing import Annotated, Any, TypeAlias

import structlog
from fastapi import Depends, Request

from services.kit.errors import ServiceError, Unavailable
from services.kit.principal import Principal
from services.kit.threads import Threads
from services.registry.handling import Handled
from services.registry.trail import Asked, Note, Trail
from services.registry.trail.notes import access_denied, erasure_made

logger = structlog.get_logger(__name__)

DENIALS = frozenset({403, 404})
"""Of whom a valid token was seen: refused, or asked for a private thing that is not there."""
_ROLE = re.compile(
    r"(?:focal-point|drafter):(?:[A-Z]{3}|ORG-[A-Z0-9]{2,12})|secretariat|auditor|operator"
)
_CODE = re.compile(r"[A-Z]{3}|ORG-[A-Z0-9]{2,12}")
_POSITION = re.compile(r"[1-9][0-9]{0,14}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Recording:
    """The trail, and the threads that wait for it: it may be slow where nothing else is."""

    trail: Trail
    threads: Threads

    async def note(self, note: Note) -> None:
        """Record before something is given out.

        Raises:
            Unavailable: it could not be recorded, so nothing may be given out.
        """
        await self.threads.run(self.trail.note, note)

    def note_erasure(self, asked: Asked, handled: Handled, *, participant: str | None) -> None:
        """Record what was destroyed just now; it stays destroyed if that cannot be recorded.

        The log of the register says so, too, and by whom.
        """
        if not handled.changed or handled.replayed:
            return
        try:
            position = handled.last_position
            self.trail.note(erasure_made(asked, participant=participant, position=position))
        except Unavailable:
            logger.exception("erasure_not_in_trail", position=handled.last_position)

    async def note_reading(self, *notes: Note) -> None:
        """Record before something is given out; what is asked for again and again, as one."""
        await self.threads.run(self.trail.note_reading, *notes)


async def _recording(request: Request) -> Recording:
    recording: Recording = request.app.state.recording
    return recording


TheRecording: TypeAlias = Annotated[Recording, Depends(_recording)]


def asked_by(request: Request) -> Asked:
    """Say who asks, of a request that was authenticated."""
    principal: Principal = request.state.principal
    return Asked(
        actor=principal.actor,
        role=role_of(principal),
        request_id=str(structlog.contextvars.get_contextvars()["request_id"]),
        method=request.method,
        route=request.scope["route"].path,
    )


def role_of(principal: Principal) -> str:
    """Give the one role that a token gave; `unknown` for none, several, or one that is not ours."""
    roles = [role for role in principal.roles if _ROLE.fullmatch(role)]
    return roles[0] if len(roles) == 1 == len(principal.roles) else "unknown"


def note_denial(trail: Trail, request: Request, error: ServiceError) -> None:
    """Record soon that somebody with a valid token was refused; others are only counted."""
    if error.status not in DENIALS or getattr(request.state, "principal", None) is None:
        return
    given: dict[str, Any] = request.path_params
    code, position = str(given.get("code", "")), str(given.get("position", ""))
    trail.note_denial(
        access_denied(
            asked_by(request),
            status=error.status,
            code=error.code,
            participant=code if _CODE.fullmatch(code) else None,
            position=int(position) if _POSITION.fullmatch(position) else None,
        )
    )
