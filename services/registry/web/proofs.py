"""Registry web: receipts to keep, and proofs about the tree that is signed."""

from typing import Annotated, TypeAlias

from fastapi import Query, Response

from contracts.catalogue import contract
from contracts.encoding import to_base64
from services.kit.described import described, json_response
from services.kit.errors import NotFound
from services.kit.openapi import problems
from services.kit.parameters import WholeNumber
from services.kit.policies import PUBLIC, policy
from services.kit.routers import new_router
from services.registry.web.dependencies import LARGEST_POSITION, Position, TheReading
from services.registry.web.reading import Reading

router = new_router("log")

Size: TypeAlias = Annotated[
    int,
    WholeNumber(least=1, most=LARGEST_POSITION),
    Query(description="Of the tree.", examples=[2]),
]
Older: TypeAlias = Annotated[
    int,
    WholeNumber(least=1, most=LARGEST_POSITION),
    Query(
        alias="from",
        description="Size of the earlier tree.",
        examples=[1],
    ),
]
Newer: TypeAlias = Annotated[
    int,
    WholeNumber(least=1, most=LARGEST_POSITION),
    Query(alias="to", description="Size of the later tree.", examples=[2]),
]
WhichEntry: TypeAlias = Annotated[
    int,
    WholeNumber(least=1, most=LARGEST_POSITION),
    Query(alias="position", description="Place in the log.", examples=[1]),
]
PROVEN = "public, max-age=31536000, immutable"
INCLUSION = contract("answers/inclusion-proof").id
CONSISTENCY = contract("answers/consistency-proof").id


@router.get(
    "/v1/receipts/{position}",
    openapi_extra=policy(PUBLIC),
    summary="The receipt of an entry: c2sp.org/tlog-proof@v1, to keep and verify offline.",
    response_class=Response,
    responses={
        200: {"content": {"text/plain": {"schema": {"type": "string"}}}},
        **problems(NotFound),
    },
)
async def read_receipt(position: Position, reading: TheReading) -> Response:
    """Write a receipt against the newest checkpoint."""
    signed = reading.publisher.latest()
    _check_signed(reading, position)
    return Response(
        await reading.threads.run(reading.log.receipt, position, signed),
        media_type="text/plain; charset=utf-8",
        headers={"cache-control": "public, max-age=60"},
    )


@router.get(
    "/v1/proofs/inclusion",
    openapi_extra=policy(PUBLIC),
    summary="Proof that an entry is in the tree of a size (RFC 6962); hashes in Base 64.",
    response_class=Response,
    responses={
        200: described(INCLUSION, "That the entry is in the tree of this size, for ever."),
        **problems(NotFound),
    },
)
async def read_inclusion_proof(position: WhichEntry, size: Size, reading: TheReading) -> Response:
    """Prove inclusion in any tree up to the signed one."""
    _check_signed(reading, size)
    hashes = await reading.threads.run(reading.log.inclusion_proof, position, size)
    body = {"position": position, "size": size, "hashes": [to_base64(one) for one in hashes]}
    return json_response(body, contract=INCLUSION, cache_control=PROVEN)


@router.get(
    "/v1/proofs/consistency",
    openapi_extra=policy(PUBLIC),
    summary="Proof that an earlier tree is a prefix of a later one (RFC 6962); hashes in Base 64.",
    response_class=Response,
    responses={
        200: described(
            CONSISTENCY, "That the earlier tree is the beginning of the later one, for ever."
        ),
        **problems(NotFound),
    },
)
async def read_consistency_proof(older: Older, newer: Newer, reading: TheReading) -> Response:
    """Prove consistency of any two trees up to the signed one."""
    _check_signed(reading, newer)
    hashes = await reading.threads.run(reading.log.consistency_proof, older, newer)
    body = {"from": older, "to": newer, "hashes": [to_base64(one) for one in hashes]}
    return json_response(body, contract=CONSISTENCY, cache_control=PROVEN)


def _check_signed(reading: Reading, size: int) -> None:
    """Refuse what is committed perhaps, but not signed yet: it is not public."""
    signed = reading.publisher.latest().size
    if size > signed:
        raise NotFound(f"the signed tree has {signed} leaves")
