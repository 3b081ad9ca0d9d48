"""Registry web: evidence: bytes are handed in, put forward, read by whom it concerns, destroyed."""

from base64 import b64encode
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from typing import Annotated, Any, TypeAlias

from fastapi import Path, Request, Response

from contracts.authority.policy import Resource
from contracts.authority.table import READ_SECTION
from contracts.catalogue import contract
from services.kit.bodies import (
    BodyTooLarge,
    BodyTooSlow,
    MediaTypeNotAccepted,
    media_type_of,
)
from services.kit.described import described, json_response
from services.kit.edge import HEADERS_ONLY
from services.kit.errors import (
    Forbidden,
    InsufficientScope,
    NotFound,
    TooManyRequests,
    Unauthenticated,
    Unavailable,
)
from services.kit.limiting import asker
from services.kit.openapi import BUDGET, problems
from services.kit.policies import PUBLIC, policy
from services.kit.routers import new_router
from services.registry.admitting import admitted
from services.registry.domain.authority import (
    ActorErased,
    NotForDelegates,
    NotKnownToTheRegister,
    OutsideTheTerm,
)
from services.registry.domain.evidence import BytesWereDestroyed, Forward, Held
from services.registry.evidence.holding import PUBLIC as VISIBLE_TO_ALL
from services.registry.evidence.holding import evidence_of, resource_of
from services.registry.evidence.kinds import MEDIA_TYPES, SUFFIXES, NotOfItsType
from services.registry.evidence.shelf import TooMuchEvidence
from services.registry.evidence.store import EvidenceStore
from services.registry.handling import handle
from services.registry.intents.evidence import EVIDENCE_ACTS, record_evidence_act
from services.registry.log import Log
from services.registry.trail.notes import evidence_read
from services.registry.web.dependencies import Code, TheReading, TheRegister, TheSalts
from services.registry.web.disclosures import Reader
from services.registry.web.exporting import Export
from services.registry.web.guard import TheActor
from services.registry.web.operations import act_operation, answer
from services.registry.web.reading import Reading
from services.registry.web.recording import TheRecording, asked_by
from services.registry.web.safe import MOST_BYTES, EvidenceNotTaken, Safe, TheSafe, taken
from services.registry.web.sent import TheSent

router = new_router()

HANDED_IN = contract("answers/evidence-handed-in").id
UPLOAD = "upload-evidence"
OCTETS = "application/octet-stream"

Digest: TypeAlias = Annotated[
    str,
    Path(
        pattern=r"^sha256:[0-9a-f]{64}$",
        max_length=71,
        description="Digest of the bytes, as the entry names it.",
        examples=["sha256:" + "5" * 64],
    ),
]
_AT_ONCE = (TooManyRequests, Unavailable)
_WHO_MAY = (
    *(Unauthenticated, Forbidden, InsufficientScope, NotKnownToTheRegister),
    *(OutsideTheTerm, NotForDelegates, ActorErased),
)


@router.post(
    "/v1/participants/{code}/evidence-files",
    summary="Hand in the bytes of a piece of evidence; nothing is recorded yet.",
    tags=["evidence"],
    status_code=201,
    response_class=Response,
    responses={
        201: described(HANDED_IN, "Kept for a day; kept on when they are put forward by then."),
        **problems(
            *_WHO_MAY,
            *(MediaTypeNotAccepted, BodyTooLarge, BodyTooSlow, NotOfItsType),
            *(TooMuchEvidence, BytesWereDestroyed, EvidenceNotTaken),
        ),
    },
    openapi_extra={
        "security": [{"bearer": []}],
        **policy(UPLOAD),
        "requestBody": {
            "required": True,
            "description": "The file as it is. Its limit is a setting; this is the default.",
            "content": {
                media_type: {
                    "schema": {"type": "string", "format": "binary"},
                    "x-max-bytes": MOST_BYTES,
                    "examples": {"file": {"value": "the bytes of a file"}},
                }
                for media_type in MEDIA_TYPES
            },
        },
    },
)
async def post_file(
    request: Request,
    actor: TheActor,
    register: TheRegister,
    reading: TheReading,
    safe: TheSafe,
    code: Code,
) -> Response:
    """Take bytes in, look into them, and keep them; who may is asked before they are read."""
    today = register.circumstances().today
    asking = await reading.threads.run(admitted, register.log, actor, today)
    asking.check(UPLOAD, Resource(participant=code))
    media_type = media_type_of(request, dict.fromkeys(MEDIA_TYPES, safe.room.most_bytes))
    with safe.uploads.one(code):
        digest, size_bytes = await taken(request, safe, code, media_type)
        await safe.taking.run(_refuse_destroyed, register.log, safe.store, code, digest)
    body = {"digest": digest, "media_type": media_type, "size_bytes": size_bytes}
    return json_response(body, contract=HANDED_IN, status=201)


def _refuse_destroyed(log: Log, store: EvidenceStore, participant: str, digest: str) -> None:
    """Let nobody bring back what a redaction destroyed, not even until it is swept."""
    if digest in evidence_of(log, participant).redacted:
        store.shelf.remove(participant, digest)
        raise BytesWereDestroyed


@router.post(
    "/v1/participants/{code}/evidence",
    **act_operation(
        EVIDENCE_ACTS,
        summary="Put evidence forward, put other bytes in its place, withdraw it, destroy bytes.",
    ),
)
def post_evidence_act(
    code: Code, sent: TheSent, register: TheRegister, salts: TheSalts, safe: TheSafe
) -> Response:
    """Take what is said of evidence; what is destroyed is gone when this is answered."""
    document = sent.document()
    write = sent.write(document, concerns=code)

    def held(digest: str) -> Held | None:
        return safe.store.claim(code, digest)

    handled = handle(register, write, lambda: record_evidence_act(code, document, salts, held))
    if document["type"] == "evidence-redacted":
        safe.store.shelf.remove(code, document["digest"])
    return answer(register, handled)


_HEADERS = {
    "Content-Disposition": {
        "description": "Always an attachment, under a name made of the digest.",
        "schema": {"type": "string"},
    },
    "Concord-Media-Type": {
        "description": "What the bytes are; they are sent as bytes and nothing else.",
        "schema": {"type": "string"},
    },
    "Repr-Digest": {"description": "SHA-256 (RFC 9530).", "schema": {"type": "string"}},
}
_GIVEN: dict[str, Any] = {
    "description": "The bytes as they were handed in, never to be shown in place.",
    "headers": _HEADERS,
    "content": {OCTETS: {"schema": {"type": "string", "format": "binary"}}},
}


@router.get(
    "/v1/evidence/{code}/{digest}",
    summary="Bytes of evidence that everybody may read.",
    tags=["evidence"],
    response_class=Response,
    responses={200: _GIVEN, **problems(NotFound, *_AT_ONCE, EvidenceNotTaken)},
    openapi_extra={**policy(PUBLIC), BUDGET: "expensive_read"},
)
async def read_public_file(
    request: Request, reading: TheReading, safe: TheSafe, code: Code, digest: Digest
) -> Response:
    """Give bytes; of what is not public nothing is said, not even that it is there."""
    return await _given(request, reading, safe, _Asked(code, digest, _is_public))


@router.get(
    "/v1/participants/{code}/evidence-files/{digest}",
    summary="Bytes of evidence that the token lets one read.",
    tags=["evidence"],
    response_class=Response,
    responses={200: _GIVEN, **problems(*_WHO_MAY, NotFound, *_AT_ONCE, EvidenceNotTaken)},
    openapi_extra={
        "security": [{"bearer": []}],
        **policy(READ_SECTION),
        BUDGET: "expensive_read",
    },
)
async def read_file(
    request: Request,
    asking: Reader,
    reading: TheReading,
    recording: TheRecording,
    safe: TheSafe,
    code: Code,
    digest: Digest,
) -> Response:
    """Give bytes to whom the visibility of their description lets read them; recorded before."""

    def may_read(resource: Resource) -> bool:
        return _is_public(resource) or asking.may(READ_SECTION, resource)

    note = evidence_read(asked_by(request), participant=code, digest=digest)
    record = partial(recording.note_reading, note)
    return await _given(request, reading, safe, _Asked(code, digest, may_read, record))


@dataclass(frozen=True, slots=True)
class _Asked:
    participant: str
    digest: str
    may_read: Callable[[Resource], bool]
    record: Callable[[], Awaitable[None]] | None = None
    """Before bytes are given that not everybody may read."""


def _is_public(resource: Resource) -> bool:
    return resource.visibility == VISIBLE_TO_ALL


async def _given(request: Request, reading: Reading, safe: Safe, asked: _Asked) -> Response:
    """Answer bytes so that no browser does anything with them but save them.

    All of them are held against their digest before the first one leaves, and each part again.
    """
    forward, is_public = await reading.threads.run(_found, reading, safe.store, asked)
    if asked.record is not None and not is_public:
        await asked.record()
    name = asked.digest.removeprefix("sha256:")
    headers = {
        "content-disposition": f'attachment; filename="{name[:16]}.{SUFFIXES[forward.media_type]}"',
        "content-length": str(forward.size_bytes),
        "content-security-policy": "default-src 'none'; sandbox; frame-ancestors 'none'",
        "cross-origin-resource-policy": "same-origin",
        "concord-media-type": forward.media_type,
        "repr-digest": f"sha-256=:{b64encode(bytes.fromhex(name)).decode()}:",
        "cache-control": "no-store",
    }
    if request.scope.get(HEADERS_ONLY):
        return Response(media_type=OCTETS, headers=headers)
    return Export(
        safe.giving.each(safe.store.parts(asked.participant, asked.digest)),
        admission=safe.downloads,
        who=asker(request),
        media_type=OCTETS,
        headers=headers,
    )


def _found(reading: Reading, store: EvidenceStore, asked: _Asked) -> tuple[Forward, bool]:
    """Find what put bytes forward that may be read and are held, and whether everybody may.

    What they are, the entry says: the same bytes may have been handed in again as something else.

    Raises:
        NotFound: the log names none, they may not be read, or they are not held.
    """
    evidence = evidence_of(reading.log, asked.participant)
    resource, piece = resource_of(evidence, asked.digest), evidence.piece_with(asked.digest)
    forward = piece.of(asked.digest) if piece else None
    if resource is None or forward is None or not asked.may_read(resource):
        raise NotFound
    if store.shelf.find(asked.participant, asked.digest) is None:
        raise NotFound
    return forward, _is_public(resource)
