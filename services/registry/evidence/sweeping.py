"""Evidence: sweeps away bytes that no entry names, and those whose destruction was recorded."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

import structlog

from services.registry.domain.evidence import Evidence
from services.registry.evidence.holding import evidence_of
from services.registry.evidence.shelf import Shelf, Stored
from services.registry.log import Log

logger = structlog.get_logger(__name__)

GRACE = timedelta(hours=24)
"""How long bytes may lie without an entry: whoever handed them in is about to name them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Swept:
    """What a sweep did."""

    kept: int
    removed: int
    cleared: int
    """Files that a crash left behind, and that nobody has a key of."""
    left: int
    """Files without a row as well, of participants of whom the log names bytes without a row: they
    may be these, and their keys be found in a copy of the database."""


def sweep(
    log: Log, shelf: Shelf, now: Callable[[], datetime], *, grace: timedelta = GRACE
) -> Swept:
    """Remove what no entry names for longer than the grace, and what was redacted, at once.

    Whoever is about to name bytes claims them, and what was claimed since it was looked at stays:
    the log may be read before the entry is there.
    """
    held = list(shelf.each())
    known = {one: evidence_of(log, one) for one in {stored.participant for stored in held}}
    before = now() - grace
    gone = [one for one in held if _removed(shelf, one, known[one.participant], before)]
    cleared, left = _clear(log, shelf, before)
    swept = Swept(kept=len(held) - len(gone), removed=len(gone), cleared=cleared, left=left)
    logger.info("evidence_swept", **asdict(swept))
    return swept


def _clear(log: Log, shelf: Shelf, before: datetime) -> tuple[int, int]:
    """Clear what no row names, unless its row may have been lost; count what went and stayed."""
    strays = shelf.strays(before)
    rows = defaultdict[str, set[str]](set)
    for one in shelf.each():
        rows[one.participant].add(one.digest)
    lacking = {
        participant
        for participant in {stray.participant for stray in strays}
        if evidence_of(log, participant).digests - rows[participant]
    }
    gone = [stray for stray in strays if stray.participant not in lacking]
    for stray in gone:
        shelf.clear(stray)
    return len(gone), len(strays) - len(gone)


def _removed(shelf: Shelf, stored: Stored, evidence: Evidence, before: datetime) -> bool:
    if stored.digest in evidence.digests:
        return False
    if stored.digest in evidence.redacted:
        return shelf.remove(stored.participant, stored.digest)
    return stored.touched_at < before and shelf.let_go(stored)
