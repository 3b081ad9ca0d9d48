"""Registry web: what a write carries beside its document: who, under which key, on what version.

The order of checks is the order of refusals: who is asking (`guard`), headers, body, and then what
the register knows of who is asking.
"""

import hmac
import re
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Annotated, Any

from fastapi import Depends, Request

from contracts.authority.actor import Actor
from contracts.canonical import spell
from contracts.errors import NotJson
from contracts.gate import read_json
from services.kit.bodies import read_body
from services.kit.errors import Finding, Malformed
from services.kit.policies import actions_of
from services.registry.handling import Write
from services.registry.web.dependencies import TheAccess, Writing
from services.registry.web.guard import TheActor

ACCEPTED = {"application/json": 1_048_576}
"""Media types of every write, and the limit of each in bytes."""

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
class Sent:
    """A write as it came."""

    by: Actor
    actions: Sequence[str]
    """What its sender may be doing, as the route declares."""
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

    def write(
        self, document: Any, *, concerns: str | None = None, cycle_id: str | None = None
    ) -> Write:
        """Give what the handling needs to know of this request.

        The digest is keyed: a plain one of a restricted document could be guessed at.

        Args:
            document: as it was read.
            concerns: participant that the path names; `None` where the path names none.
            cycle_id: reporting cycle that the path names, likewise.
        """
        precondition = str(self.expected).encode()
        message = b"\n".join((self.place, precondition, spell(document)))
        return Write(
            scope=_scope_of(self.by),
            key=self.key,
            digest=hmac.digest(self.digest_key, message, sha256),
            by=self.by,
            actions=self.actions,
            concerns=concerns,
            cycle_id=cycle_id,
            expected=self.expected,
        )


def _scope_of(actor: Actor) -> str:
    """Name whose idempotency keys these are: a participant's, an auditor's own, or a role's."""
    if actor.role == "auditor":
        return f"auditor:{actor.id}"
    return actor.party or actor.role


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


async def receive(
    request: Request, actor: TheActor, access: TheAccess, writing: Writing
) -> AsyncIterator[Sent]:
    """Check the headers, then read the body; `async`, so that no thread waits.

    The write counts as under way from before its body is read until it is answered: bodies wait in
    memory for a thread, and threads for the log.

    Raises:
        Unavailable: as many writes are under way as may.
        Malformed: a header or the body's frame is wrong.
    """
    key = key_of(request)
    expected = expected_by(request)
    place = f"{request.method} {request.url.path}".encode()
    with writing.one():
        yield Sent(
            by=actor,
            actions=actions_of(request.scope["route"]),
            key=key,
            expected=expected,
            raw=await read_body(request, ACCEPTED),
            place=place,
            digest_key=access.digest_key,
        )


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
