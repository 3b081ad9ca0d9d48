"""Rebuild: a new generation beside the one that answers; compared, then one row switches."""

from collections.abc import Callable, Sequence
from functools import partial
from time import sleep

import structlog
from sqlalchemy import Engine, select

from contracts.keyring import Verifier
from services.kit.clock import Clock
from services.kit.database import write_transaction
from services.reporting.comparison import Rebuilt, compare
from services.reporting.feed import Feed
from services.reporting.generations import (
    Fenced,
    Place,
    Superseded,
    assert_newest,
    drop_chunk,
    live_generation,
    new_generation,
    read_place,
    switch,
)
from services.reporting.projections.head import projection_checkpoint
from services.reporting.projector import Projector

logger = structlog.get_logger(__name__)

Progress = Callable[[str, int, int], None]
"""Told what is being done, how much of it is done, and how much there is."""

TRIES = 100
PAUSE_SECONDS = 0.1
GRACE_SECONDS = 10.0


class RebuildRefused(Exception):
    """The new generation may not answer; the old one still does."""


def rebuild(
    engine: Engine,
    feeds: Sequence[Feed],
    verifier: Verifier,
    clock: Clock,
    *,
    progress: Progress = lambda _what, _done, _total: None,
    grace_seconds: float = GRACE_SECONDS,
    despite_differences: bool = False,
    pause: Callable[[float], None] = sleep,
) -> Rebuilt:
    """Project the whole log anew, compare, switch, and drop what answered before.

    Of several rebuilds the one begun last wins. The rows of one that was refused or given up lie
    there, for a look, until the next one begins.

    Args:
        engine: reporting's database; a projector may go on with the old generation meanwhile.
        feeds: read one after the other, for instance an export and then the registry.
        verifier: the log's key or keys, pinned; one suffices.
        clock: for the status.
        progress: called after each page, each comparison and each chunk dropped.
        grace_seconds: how long the old rows stay after the switch, for questions under way.
        despite_differences: switch even where the digests differ without a reason.
        pause: waits for some seconds.

    Raises:
        RebuildRefused: there is nothing to rebuild, the feeds end too early, or the digests
            differ without a reason.
        Fenced: a later rebuild has begun.
        Stopped: the log does not check out, or cannot be projected.
    """
    old, new = _begin(engine)
    _drop_between(engine, old, new, progress)  # never answered: nobody reads them
    for feed in feeds:
        projector = Projector(engine, feed, verifier, clock, generation=new)
        _read_out(projector, progress)
    old_place, new_place = _catch_up(engine, projector, old, new, progress)
    with engine.connect() as connection:
        rebuilt = compare(connection, old_place, new_place, partial(progress, "comparing"))
        assert_newest(connection, new)  # else its rows were being dropped meanwhile
    if not (rebuilt.is_expected or despite_differences):
        reason = f"generation {new} differs from {old} at position {rebuilt.position}: "
        raise RebuildRefused(f"{reason}{rebuilt.told()}{_left(new)}")
    _switch(engine, projector, old, new, pause=pause)
    logger.info("generation_switched", old=old, new=new, position=rebuilt.position)
    pause(grace_seconds)
    _drop_between(engine, 0, new, progress)
    return rebuilt


def _begin(engine: Engine) -> tuple[int, int]:
    """Begin a generation, which ends every other rebuild; the one that answers can only stay."""
    with write_transaction(engine) as connection:
        new = new_generation(connection)
        old = live_generation(connection)
        if old is None or old == new:
            raise RebuildRefused("nothing answers yet: run `concord reporting project` first")
        return old, new


def _left(generation: int) -> str:
    return f"; the rows of generation {generation} stay until the next rebuild"


def _read_out(projector: Projector, progress: Progress) -> None:
    """Project until this feed has no more."""
    while batch := projector.fetch(0):
        projector.apply(batch)
        progress("projecting", batch.frontier.size, projector.seen_size)


def _catch_up(
    engine: Engine, projector: Projector, old: int, new: int, progress: Progress
) -> tuple[Place, Place]:
    """Project what the old one was brought meanwhile, until they can be compared where it is."""
    while True:
        with engine.connect() as connection:
            assert_newest(connection, new)
            old_place, new_place = read_place(connection, old), read_place(connection, new)
        if new_place.proven_position >= old_place.proven_position:
            return old_place, new_place
        before = new_place.position
        _read_out(projector, progress)
        if projector.position() == before:
            reason = f"expected a log of at least {old_place.proven_position} entries, got "
            raise RebuildRefused(f"{reason}{new_place.proven_position}{_left(new)}")


def _switch(
    engine: Engine, projector: Projector, old: int, new: int, *, pause: Callable[[float], None]
) -> None:
    """Switch when the new one has come as far as the old, which may still move."""
    for _ in range(TRIES):
        try:
            with write_transaction(engine) as connection:
                assert_newest(connection, new)
                far = read_place(connection, old, lock=True).proven_position
                if read_place(connection, new, lock=True).proven_position >= far:
                    switch(connection, expected=old, generation=new)
                    return
        except Superseded:
            raise
        except Fenced:
            pause(PAUSE_SECONDS)  # the other projector's page is being written
        if batch := projector.fetch(0):
            projector.apply(batch)
    raise RebuildRefused(f"generation {new} could not catch up with {old}; try again{_left(new)}")


def _drop_between(engine: Engine, after: int, before: int, progress: Progress) -> None:
    """Drop the generations between two, chunk by chunk, so that no transaction is long.

    Only a newer generation ever answers after an older one, and only the newest is built: what
    lies before the own one, and after the one that answers or under it, is nobody's any more.
    """
    number = projection_checkpoint.c.generation
    with engine.connect() as connection:
        found = connection.execute(select(number).where(number > after, number < before))
        doomed = found.scalars().all()
    for generation in doomed:
        dropped, gone = 0, 1
        while gone:
            with write_transaction(engine) as connection:
                gone = drop_chunk(connection, generation)
            dropped += gone
            progress("dropping", dropped, dropped)
