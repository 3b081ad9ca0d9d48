"""Trail: every month worked out anew and compared, each with its checkpoint and its neighbours."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from contracts.errors import VerificationFailed
from contracts.trail.chain import (
    BEGUN,
    DROPPED,
    Segment,
    Tip,
    check_chain,
    segment_of,
    segment_origin,
)
from services.kit.clock import utc_now
from services.registry.log import Log, verify
from services.registry.trail.folder import Folder, assert_nothing_missing
from services.registry.trail.kept import Signing
from services.registry.trail.notes import months_dropped
from services.registry.trail.signing import assert_as_signed
from services.registry.trail.trail import Trail
from services.registry.trail.trouble import of_month


@dataclass(frozen=True, slots=True)
class CheckedMonth:
    """A month whose every row is as its leaves and bodies say."""

    segment: Segment
    signed_size: int
    """0 as well where nobody has signed yet, since commands alone have added to it."""


def check(folder: Folder, signing: Signing, tell: Callable[[str], None]) -> list[CheckedMonth]:
    """Check the whole trail, oldest month first.

    Args:
        folder: of the trail.
        signing: whose key checks the checkpoints that are kept.
        tell: told each month before it is read.

    Raises:
        VerificationFailed: the first difference.
        UnsoundLog: a month does not fit its checkpoint, or is not there.
    """
    assert_nothing_missing(folder, signing.kept)
    checked = []
    for month in folder.months():
        tell(month)
        try:
            with of_month(month, folder.file(month)):
                checked.append(_checked(folder, signing, month))
        except VerificationFailed as error:
            reason = f"the trail of {month} ({folder.file(month)}): {error.reason}"
            raise VerificationFailed(reason, position=error.position) from None
    if checked:
        missing = check_chain([one.segment for one in checked])
        if missing is not None:
            raise VerificationFailed(
                f"{missing.month} is missing, and no entry says it was dropped"
            )
    return checked


def _checked(folder: Folder, signing: Signing, month: str) -> CheckedMonth:
    with folder.engine(month) as engine:
        verified = verify(engine, origin=segment_origin(folder.origin, month))
        signed_size = assert_as_signed(folder, month, signing.kept)
        with Log(engine, utc_now) as log:
            tip = Tip(month, verified.size, verified.root)
            segment = segment_of(tip, _events(log, verified.size))
    return CheckedMonth(segment, signed_size)


def _events(log: Log, size: int) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Give the entries that say how months follow, and the first one whatever it is."""
    after = 0
    while after < size:
        for entry in log.page(after, size):
            if after == 0 or entry.type in {BEGUN, DROPPED}:
                yield entry.type, orjson.loads(entry.body)
            after = entry.position


def drop(trail: Trail, folder: Folder, signing: Signing, *, before: str, actor: str) -> list[Tip]:
    """Delete the months before another one, whole, once it is recorded that they are.

    Args:
        trail: to record it in.
        folder: of that trail.
        signing: where their checkpoints are kept.
        before: the first month that stays; the newest always does.
        actor: who deletes them.

    Raises:
        Unavailable: it could not be recorded; nothing is deleted.
    """
    months = [month for month in folder.months()[:-1] if month < before]
    tips = [folder.tip(month) for month in months]
    if tips:
        trail.note(months_dropped(actor, tips))
    for month in months:  # the checkpoint first: without its month it would be missed
        for end in ("", "-wal", "-shm"):
            signing.file(month).with_name(f"{signing.file(month).name}{end}").unlink(
                missing_ok=True
            )
        folder.remove(month)
    return tips
