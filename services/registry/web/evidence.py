"""Registry web: evidence: bytes are handed in, put forward, read by whom it concerns, destroyed."""

from base64 import b64encode
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from typing import Annotated, Any, TypeAlias

from fastapi import APIRouter, Depends, Path, Request, Response

from contracts.authority.policy import Resource
from contracts.authority.table import READ_SECTION
from contracts.catalogue import contract
from services.kit.bodies import (
    BodyTooLarge,
    BodyTooSlow,
    MediaTypeNotAccepted,
    read_body,
)
from services.kit.described import described, json_response
from services.kit.edge import HEADERS_ONLY
from services.kit.errors import (
    Forbidden,
    InsufficientScope,
    NotFound,
    Unauthenticated,
    Unavailable,
)
from services.kit.openapi import problems
from services.kit.policies import PUBLIC, policy
from services.registry.admitting import admitted
from services.registry.domain.authority import (
    ActorErased,
    NotForDelegates,
    NotKnownToTheRegister,
    OutsideTheTerm,
)
from services.registry.domain.evidence import Held
from services.registry.evidence.holding import PUBLIC as VISIBLE_TO_ALL
from services.registry.evidence.holding import evidence_of, resource_of
from services.registry.evidence.kinds import MEDIA_TYPES, SUFFIXES, NotOfItsType, check_kind
from services.registry.evidence.store import EvidenceStore
from services.registry.handling import handle
from services.registry.intents.evidence import EVIDENCE_ACTS, record_evidence_act
from services.registry.trail.notes import evidence_read
from services.registry.web.admission import Admission
from services.registry.web.dependencies import Code, TheReading, TheRegister, TheSalts
from services.registry.web.disclosures import Reader
from services.registry.web.guard import TheActor
from services.registry.web.operations import act_operation, answer
from services.registry.web.reading import Reading
from services.registry.web.recording import TheRecording, asked_by
from services.registry.web.sent import TheSent

router = APIRouter()

HANDED_IN = contract("answers/evidence-handed-in").id
UPLOAD = "upload-evidence"
MOST_BYTES = 25 * 2**20
"""Of one file, where settings say nothing else."""
OCTETS = "application/octet-stream"


@dataclass(frozen=True, slots=True, kw_only=True)
class Safe:
    """Where bytes of evidence lie, and how many are taken in."""

    store: EvidenceStore
    max_bytes: int
    """Of one file."""
    uploads: Admission


class EvidenceNotTaken(Unavailable):
    """A registry without a folder for evidence takes none and shows none."""

    code = "evidence-not-taken"
    title = "This registry keeps no evidence."


async def _safe(request: Request) -> Safe:
    safe: Safe | None = request.app.state.safe
    if safe is None:
        raise EvidenceNotTaken("it was started without a folder for it", retry_after_seconds=3600)
    return safe


TheSafe: TypeAlias = Annotated[Safe, Depends(_safe)]
Digest: TypeAlias = Annotated[
    str,
    Path(
        pattern=r"^sha256:[0-9a-f]{64}$",
        max_length=71,
        description="Digest of the bytes, as the entry names it.",
        examples=["sha256:" + "5" * 64],
    ),
]
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
            *(MediaTypeNotAccepted, BodyTooLarge, BodyTooSlow, NotOfItsType, EvidenceNotTaken),
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
    with safe.uploads.one():
        accepted: dict[str, int] = dict.fromkeys(MEDIA_TYPES, safe.max_bytes)
        raw = await read_body(request, accepted)
        media_type = request.headers["content-type"].partition(";")[0].strip().lower()
        digest = await reading.threads.run(_keep, safe.store, code, raw, media_type)
    body = {"digest": digest, "media_type": media_type, "size_bytes": len(raw)}
    return json_response(body, contract=HANDED_IN, status=201)


def _keep(store: EvidenceStore, participant: str, raw: bytes, media_type: str) -> str:
    check_kind(raw, media_type)
    return store.put(participant, raw, media_type)


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
        return safe.store.find(code, digest)

    handled = handle(register, write, lambda: record_evidence_act(code, document, salts, held))
    if document["type"] == "evidence-redacted":
        safe.store.remove(code, document["digest"])
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
    responses={200: _GIVEN, **problems(NotFound, EvidenceNotTaken)},
    openapi_extra=policy(PUBLIC),
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
    responses={200: _GIVEN, **problems(*_WHO_MAY, NotFound, EvidenceNotTaken)},
    openapi_extra={"security": [{"bearer": []}], **policy(READ_SECTION)},
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
    record = partial(recording.note, note)
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
    """Answer bytes so that no browser does anything with them but save them."""
    found = await reading.threads.run(_found, reading, safe.store, asked)
    if found is None:
        raise NotFound
    raw, media_type, is_public = found
    if asked.record is not None and not is_public:
        await asked.record()
    name = asked.digest.removeprefix("sha256:")
    headers = {
        "content-disposition": f'attachment; filename="{name[:16]}.{SUFFIXES[media_type]}"',
        "content-security-policy": "default-src 'none'; sandbox; frame-ancestors 'none'",
        "cross-origin-resource-policy": "same-origin",
        "concord-media-type": media_type,
        "repr-digest": f"sha-256=:{b64encode(bytes.fromhex(name)).decode()}:",
        "cache-control": "no-store",
    }
    body = b"" if request.scope.get(HEADERS_ONLY) else raw
    return Response(body, media_type=OCTETS, headers=headers)


def _found(reading: Reading, store: EvidenceStore, asked: _Asked) -> tuple[bytes, str, bool] | None:
    """Find bytes that the log names, that may be read, and that are held."""
    resource = resource_of(evidence_of(reading.log, asked.participant), asked.digest)
    if resource is None or not asked.may_read(resource):
        return None
    held = store.find(asked.participant, asked.digest)
    raw = store.read(asked.participant, asked.digest) if held else None
    if held is None or raw is None:
        return None
    return raw, held.media_type, _is_public(resource)
