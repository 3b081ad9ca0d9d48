"""Registry web: what opens sealed sections, for those who may know; never kept anywhere."""

from collections.abc import Iterable, Sequence
from functools import cache, partial
from typing import Annotated, Any, TypeAlias

from fastapi import Depends, Request, Response

from contracts.authority.table import READ_SECTION
from contracts.catalogue import contract
from services.kit.described import described, json_response
from services.kit.encryption import Undecipherable
from services.kit.errors import (
    Forbidden,
    InsufficientScope,
    NotFound,
    Unauthenticated,
    Unavailable,
)
from services.kit.openapi import BUDGET, problems
from services.kit.policies import policy
from services.kit.routers import new_router
from services.registry.admitting import admitted
from services.registry.disclosing import readable_disclosures
from services.registry.domain.authority import (
    ActorErased,
    Admitted,
    NotKnownToTheRegister,
    OutsideTheTerm,
)
from services.registry.evidence.holding import evidence_of
from services.registry.log import StoredDisclosure
from services.registry.trail.notes import disclosures_opened, entry_by_entry
from services.registry.web.dependencies import Position, TheReading, TheRegister
from services.registry.web.feed import After
from services.registry.web.guard import TheActor
from services.registry.web.reading import Reading
from services.registry.web.recording import TheRecording, asked_by

MOST_BYTES = 4 * 2**20
"""A page holds no more than this, but always what belongs to one entry."""
PAGE = contract("answers/disclosures").id
OF_ONE = contract("answers/disclosure").id
DECLARED: dict[str, Any] = {
    "response_class": Response,
    "openapi_extra": {"security": [{"bearer": []}], **policy(READ_SECTION)},
}
REFUSALS = (
    *(Unauthenticated, Forbidden, InsufficientScope),
    *(NotKnownToTheRegister, OutsideTheTerm, ActorErased, Undecipherable, Unavailable),
)

router = new_router("disclosures")


async def _reader(actor: TheActor, register: TheRegister, reading: TheReading) -> Admitted:
    """Let in who reads sealed sections at all today; which ones, each section says."""
    today = register.circumstances().today
    asking = await reading.threads.run(admitted, register.log, actor, today)
    asking.check_holds(READ_SECTION)
    return asking


Reader: TypeAlias = Annotated[Admitted, Depends(_reader)]


# Every page decrypts whatever is sealed in many entries.
PAGED = {**DECLARED, "openapi_extra": {**DECLARED["openapi_extra"], BUDGET: "expensive_read"}}


@router.get(
    "/v1/disclosures",
    summary="What opens the sealed sections that one may read, of the entries after a position.",
    responses={
        200: described(PAGE, "Entries in which something may be read that was not erased."),
        **problems(*REFUSALS),
    },
    **PAGED,
)
async def read_disclosures(
    request: Request, asking: Reader, reading: TheReading, recording: TheRecording, after: After
) -> Response:
    """Answer a page, once that is recorded; `Link` leads on until the signed size is reached."""
    signed = reading.publisher.latest().size
    found, reached = await reading.threads.run(_page, reading, asking, after, signed)
    if found:
        asked, everything = asked_by(request), [one for those in found for one in those]
        await recording.note_reading(*entry_by_entry(asked, everything))
    pages = [{"position": those[0].position, "disclosures": _spelled(those)} for those in found]
    more = [] if reached >= signed else [f'</v1/disclosures?after={reached}>; rel="next"']
    return _private(pages, PAGE, more)


def _page(
    reading: Reading, asking: Admitted, after: int, signed: int
) -> tuple[list[list[StoredDisclosure]], int]:
    """Read as much as a page holds; how far it reaches says nothing of what may not be read."""
    entries = reading.log.page(after, signed) if after < signed else []
    found: list[list[StoredDisclosure]] = []
    reached, size = signed, 0
    known = cache(partial(evidence_of, reading.log))  # of each participant, once for a page
    for entry in entries:
        disclosures = readable_disclosures(reading.log, entry, asking, evidence_of=known)
        size += sum(map(len, _spelled(disclosures)))
        if found and size > MOST_BYTES:
            break
        if disclosures:
            found.append(disclosures)
        reached = entry.position
    return found, reached


@router.get(
    "/v1/disclosures/{position}",
    summary="What opens the sealed sections of one entry that one may read; else empty.",
    responses={
        200: described(
            OF_ONE,
            "Of this entry. Empty where nothing is sealed, where it was erased, and where nothing "
            "may be read: which of these it is, the answer does not say.",
        ),
        **problems(*REFUSALS, NotFound),
    },
    **DECLARED,
)
async def read_disclosure(
    request: Request,
    asking: Reader,
    position: Position,
    reading: TheReading,
    recording: TheRecording,
) -> Response:
    """Answer the disclosures of one entry, once that is recorded."""
    signed = reading.publisher.latest().size
    if position > signed:
        raise NotFound(f"the signed log has {signed} entries")
    found = await reading.threads.run(_of_one, reading, asking, position)
    if found:
        await recording.note_reading(disclosures_opened(asked_by(request), found))
    return _private({"position": position, "disclosures": _spelled(found)}, OF_ONE)


def _spelled(found: Iterable[StoredDisclosure]) -> list[str]:
    return [one.encoded for one in found]


def _of_one(reading: Reading, asking: Admitted, position: int) -> list[StoredDisclosure]:
    entry = reading.log.find_entry(position)
    if entry is None:
        return []
    known = partial(evidence_of, reading.log)
    return readable_disclosures(reading.log, entry, asking, evidence_of=known)


def _private(body: Any, contract: str, links: Sequence[str] = ()) -> Response:
    """Answer what is for this reader alone and is kept nowhere on the way."""
    private = {"cache_control": "no-store", "vary": "Authorization"}
    return json_response(body, contract=contract, links=links, status=200, **private)
