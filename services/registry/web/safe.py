"""Registry web: where evidence is taken in and given out, and how much of it at once."""

from contextlib import aclosing
from dataclasses import dataclass
from typing import Annotated, TypeAlias

from fastapi import Depends, Request

from services.kit.bodies import body_parts
from services.kit.errors import Unavailable
from services.kit.threads import Threads
from services.registry.evidence.store import EvidenceStore
from services.registry.web.admission import Admission

MOST_BYTES = 25 * 2**20
"""Of one file, where settings say nothing else."""
PART_BYTES = 65_536
"""That are waited for before a thread is asked to take them."""
GIVING_THREADS = 4
"""That read files which are given out; no other read ever waits for them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceRoom:
    """How much evidence one process takes and gives at once."""

    most_bytes: int = MOST_BYTES
    """Of one file."""
    seconds: float = 300.0
    """That a file may take to arrive."""
    uploads: int = 8
    """Half of them for the same participant."""
    downloads: int = 32
    """A quarter of them to the same reader."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Safe:
    """Where bytes of evidence lie, and who may be at it at once."""

    store: EvidenceStore
    room: EvidenceRoom
    uploads: Admission
    downloads: Admission
    taking: Threads
    """For files that are handed in: they wait for the disk and the database."""
    giving: Threads


def new_safe(store: EvidenceStore, room: EvidenceRoom) -> Safe:
    """Make it, with nobody at it."""
    half, quarter = max(1, room.uploads // 2), max(1, room.downloads // 4)
    return Safe(
        store=store,
        room=room,
        uploads=Admission(room.uploads, "uploads", most_each=half),
        downloads=Admission(room.downloads, "downloads", most_each=quarter),
        taking=Threads(room.uploads),
        giving=Threads(GIVING_THREADS),
    )


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


async def taken(request: Request, safe: Safe, code: str, media_type: str) -> tuple[str, int]:
    """Write what arrives into a file, part by part; give digest and size of all of it."""
    room = safe.room
    incoming = await safe.taking.run(safe.store.begin, code)
    try:
        arriving = body_parts(
            request, most_bytes=room.most_bytes, seconds=room.seconds, part_bytes=PART_BYTES
        )
        async with aclosing(arriving) as parts:
            async for part in parts:
                await safe.taking.run(incoming.write, part)
        return await safe.taking.run(incoming.keep, media_type)
    except BaseException:
        incoming.discard()
        raise
