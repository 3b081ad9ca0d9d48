"""The balance of the pillars as slices of facts: the items behind each share."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from services.reporting.queries.as_of import Moment
from services.reporting.queries.counting import SUBMISSION, Fact, Slice, Slot
from services.reporting.queries.pillar_balance import SUBJECTS, Item, SealedPart, shares
from services.reporting.queries.pillars import NAMED, Gathered, gather, slot_of
from services.reporting.queries.rows import ASSERTED_BY

NOT_NAMED = "not_named"


def by_pillar(connection: Connection, moment: Moment, cycle_id: str | None) -> Iterator[Slice]:
    """Give the shares of everybody together, then of each voice, pillar by pillar."""
    gathered = gather(connection, moment, cycle_id=cycle_id)
    for subject in SUBJECTS:
        together = _Pool(
            participant=None,
            origin=SUBMISSION,
            items=gathered.pooled(subject, "certain"),
            beside=gathered.pooled(subject, "possible"),
            sealed=gathered.pooled_restricted(subject),
        )
        yield from _shared(subject, gathered.pillars, cycle_id, together)
        yield from _by_voice(subject, gathered, cycle_id)


def of_whom(connection: Connection, moment: Moment, slot: Slot) -> Iterator[Slice]:
    """Give the shares among which a slot is: of the one participant that it is of, or of all.

    The same is gathered as where the list is asked for: who has no items has its shares, too.
    """
    if slot.participant is None:
        yield from by_pillar(connection, moment, slot.cycle_id)
        return
    gathered = gather(connection, moment, participant=slot.participant, cycle_id=slot.cycle_id)
    for subject in SUBJECTS:
        yield from _by_voice(subject, gathered, slot.cycle_id)


def _by_voice(subject: str, gathered: Gathered, cycle_id: str | None) -> Iterator[Slice]:
    for (code, origin), said in sorted(gathered.found.items()):
        pool = _Pool(
            participant=code,
            origin=origin,
            items=said.items(subject),
            beside=(),
            sealed=said.restricted(subject),
        )
        yield from _shared(subject, gathered.pillars, cycle_id, pool)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Pool:
    """Items that are shared out together, and what stands beside."""

    participant: str | None
    origin: str
    items: Sequence[Item]
    beside: Sequence[Item]
    """Of those whose signature is only possibly in force."""
    sealed: Sequence[SealedPart]


def _shared(
    subject: str, pillars: Sequence[str], cycle_id: str | None, pool: _Pool
) -> Iterator[Slice]:
    for one in shares(pool.items, pillars):
        facts = [_fact(item, one.pillar, pool.origin, is_certain=True) for item in pool.items]
        facts += [_fact(item, one.pillar, pool.origin, is_certain=False) for item in pool.beside]
        facts += [_restricted(part, pool.origin) for part in pool.sealed]
        yield Slice(
            slot=slot_of(subject, one.pillar, cycle_id, pool.participant, pool.origin),
            codes=(NAMED,),
            facts=facts,
            said={"value": one.share},
        )


def _fact(item: Item, pillar: str, origin: str, *, is_certain: bool) -> Fact:
    return Fact(
        participant=item.participant,
        item=None,
        code=NAMED if item.weight(pillar) else NOT_NAMED,
        is_certain=is_certain,
        positions=item.positions,
        asserted_by=ASSERTED_BY.get(origin, "system"),
    )


def _restricted(part: SealedPart, origin: str) -> Fact:
    """Let what is sealed stand beside: it is under no pillar, and not in the denominator."""
    return Fact(
        participant=part.participant,
        item=part.name,
        code=None,
        is_restricted=True,
        report_id=part.report_id,
        report_version=part.report_version,
        positions=part.positions,
        asserted_by=ASSERTED_BY.get(origin, "system"),
    )
