"""Evidence: sweeps away bytes that no entry names, and those whose destruction was recorded."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from services.registry.evidence.holding import evidence_of
from services.registry.evidence.store import EvidenceStore, Stored
from services.registry.log import Log

logger = structlog.get_logger(__name__)

GRACE = timedelta(hours=24)
"""How long bytes may lie without an entry: whoever handed them in is about to name them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Swept:
    """What a sweep did."""

    kept: int
    removed: int


def sweep(
    log: Log, store: EvidenceStore, now: Callable[[], datetime], *, grace: timedelta = GRACE
) -> Swept:
    """Remove what no entry names for longer than the grace, and what was redacted, at once.

    The log is read after the store was looked at, so that what is named meanwhile is seen; who is
    about to name bytes has touched them.
    """
    held = list(store.each())
    known = {one: evidence_of(log, one) for one in {stored.participant for stored in held}}
    removed = 0
    for stored in held:
        evidence = known[stored.participant]
        if stored.digest in evidence.digests:
            continue
        if stored.digest in evidence.redacted or _is_old(stored, now(), grace):
            store.remove(stored.participant, stored.digest)
            removed += 1
    logger.info("evidence_swept", kept=len(held) - removed, removed=removed)
    return Swept(kept=len(held) - removed, removed=removed)


def _is_old(stored: Stored, now: datetime, grace: timedelta) -> bool:
    return now - stored.touched_at > grace
