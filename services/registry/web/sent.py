"""Registry web: what a write carries beside its document: who, under which key, on what version.

The order of checks is the order of refusals: who is asking, headers, body.
"""

import hmac
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from hashlib import sha256
from typing import Annotated, Any

import structlog
from fastapi import Depends, Request

from contracts.canonical import spell
from contracts.errors import NotJson
from contracts.gate import read_json
from services.kit.bodies import read_body
from services.kit.errors import Finding, Forbidden, Malformed, Unauthenticated
from services.registry.handling import Write
from services.registry.intents.intent import Intent
from services.registry.web.dependencies import TheAccess, Writing

ACCEPTED = {"application/json": 1_048_576}
"""Media types of every write, and the limit of each in bytes."""

SECRETARIAT = "secretariat"
"""The party that may record for every participant."""

_KEY = re.compile(r"[!-~]{1,128}")
_VERSION = re.compile(r'"([1-9][0-9]{0,14})"')


class BodyNotRead(Malformed):
    """The bytes are not JSON that everybody would read alike; `errors[0].code` says why."""

    status = 400
    code = "body-not-read"
    title = "The body is not JSON that everybody would read alike."


class IdempotencyKeyMissing(Malformed):
    """Every write has one Idempotency-Key header of 1 to 128 visible ASCII characters."""

    status = 400
    code = "idempotency-key-missing"
    title = "Every write needs an Idempotency-Key."


class PreconditionMissing(Malformed):
    """A write says on what it builds: a version, or that nothing is there yet."""

    status = 428
    code = "precondition-missing"
    title = 'Every write needs either If-Match: "<version>" or, to create, If-None-Match: *.'


class PreconditionNotRead(Malformed):
    """If-Match carries one version in quotes, If-None-Match a star; never both."""

    status = 400
    code = "precondition-not-read"
    title = 'Expected either If-Match: "<version>" or If-None-Match: *.'


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """Who is asking, for whom, and with which scopes."""

    actor: str
    party: str
    scopes: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A write as it came."""

    grant: Grant
    key: str
    expected: int
    """Version that the stream must have; 0: it must not be there."""
    raw: bytes
    place: bytes
    """Method and path, which the key is bound to as well."""
    digest_key: bytes

    def document(self) -> Any:
        """Read the body through the strict gate.

        Raises:
            BodyNotRead: it does not pass.
        """
        return read_document(self.raw)

    def write(self, document: Any) -> Write:
        """Give what the handling needs to know of this request.

        The digest is keyed: a plain one of a restricted document could be guessed at.
        """
        precondition = str(self.expected).encode()
        message = b"\n".join((self.place, precondition, spell(document)))
        return Write(
            scope=self.grant.party,
            key=self.key,
            digest=hmac.digest(self.digest_key, message, sha256),
            actor=self.grant.actor,
            expected=self.expected,
        )

    def permitted(self, intent: Intent) -> Intent:
        """Give an intent back whose document speaks for somebody that this actor may speak for.

        Raises:
            Forbidden: it does not.
        """
        self.check_party(intent.participant)
        return intent

    def check_party(self, participant: str | None) -> None:
        """Refuse a participant that acts for another one; the secretariat acts for all.

        Args:
            participant: whom the act speaks for; `None` where only the secretariat acts.

        Raises:
            Forbidden: it is neither.
        """
        check_party(self.grant, participant)


def check_party(grant: Grant, participant: str | None) -> None:
    """Refuse a participant that acts for another one; the secretariat acts for all.

    Args:
        grant: of who acts.
        participant: whom the act speaks for; `None` where only the secretariat acts.

    Raises:
        Forbidden: it is neither.
    """
    if not speaks_for(grant, participant):
        expected = "the participant concerned or " if participant else ""
        raise Forbidden(f"expected a token of {expected}the secretariat")


def speaks_for(grant: Grant, participant: str | None) -> bool:
    """Say whether who acts may speak for a participant."""
    return grant.party in {SECRETARIAT, participant}


def read_document(raw: bytes) -> Any:
    """Read a body through the strict gate.

    Raises:
        BodyNotRead: it does not pass.
    """
    try:
        return read_json(raw, max_bytes=ACCEPTED["application/json"])
    except NotJson as error:
        finding = Finding(code=error.code, pointer=error.pointer, message=error.message)
        refused = BodyNotRead(findings=[finding])
        refused.status = error.status
        raise refused from None


async def receive(request: Request, access: TheAccess, writing: Writing) -> AsyncIterator[Sent]:
    """Check who is asking and the headers, then read the body; `async`, so that no thread waits.

    The write counts as under way from before its body is read until it is answered: bodies wait in
    memory for a thread, and threads for the log.

    Raises:
        Unavailable: as many writes are under way as may.
        Unauthenticated: no known token.
        Forbidden: one that may not write.
        Malformed: a header or the body's frame is wrong.
    """
    grant = await writer_of(request, access)
    key = key_of(request)
    expected = expected_by(request)
    place = f"{request.method} {request.url.path}".encode()
    with writing.one():
        yield Sent(
            grant=grant,
            key=key,
            expected=expected,
            raw=await read_body(request, ACCEPTED),
            place=place,
            digest_key=access.digest_key,
        )


async def writer_of(request: Request, access: TheAccess) -> Grant:
    """Find who asks to write."""
    return await grant_of(request, access, "concord.write")


async def grant_of(request: Request, access: TheAccess, scope: str) -> Grant:
    """Find who is asking, and bind the actor to the log lines of this request."""
    try:
        principal = await access.authenticate(request.headers.getlist("authorization"))
    except Unauthenticated:
        structlog.contextvars.bind_contextvars(actor="unknown")
        raise
    structlog.contextvars.bind_contextvars(actor=principal.actor)
    if scope not in principal.scopes:
        raise Forbidden(f"expected a token with the scope {scope}")
    if len(principal.roles) != 1:
        raise Forbidden("expected a token with exactly one role")
    role, _, code = next(iter(principal.roles)).partition(":")
    party = code if role in {"focal-point", "drafter"} else role
    return Grant(actor=principal.actor, party=party, scopes=principal.scopes)


def key_of(request: Request) -> str:
    """Give the idempotency key of a request.

    Raises:
        IdempotencyKeyMissing: there is not exactly one.
    """
    given = request.headers.getlist("idempotency-key")
    if len(given) != 1 or not _KEY.fullmatch(given[0]):
        raise IdempotencyKeyMissing("expected one header of 1 to 128 visible ASCII characters")
    return given[0]


def expected_by(request: Request) -> int:
    """Give the version that a request builds on; 0: that nothing is there yet.

    Raises:
        PreconditionMissing: it does not say.
        PreconditionNotRead: it says it in a way that is not one.
    """
    if_match = request.headers.getlist("if-match")
    if_none_match = request.headers.getlist("if-none-match")
    match if_match, if_none_match:
        case [], []:
            raise PreconditionMissing
        case [version], [] if found := _VERSION.fullmatch(version.strip()):
            return int(found[1])
        case [], [star] if star.strip() == "*":
            return 0
        case _:
            raise PreconditionNotRead


TheSent = Annotated[Sent, Depends(receive)]
