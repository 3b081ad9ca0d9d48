"""Comparison: two generations at one position, by digest, and row by row where these differ."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from services.reporting.digests import Difference, Digest, difference, digest_of
from services.reporting.generations import Place
from services.reporting.parking import Parked, read_parked
from services.reporting.projections.base import Projection
from services.reporting.projections.catalogue import PROJECTIONS


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """One projection in both generations, at one position."""

    projection: str
    old: Digest
    new: Digest
    differences: tuple[Difference, ...]
    """Row by row, table by table; empty where the digests are equal."""
    is_expected: bool
    """The digests are equal, or the code changed, or fewer participants are parked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rebuilt:
    """What came out."""

    old_generation: int
    new_generation: int
    position: int
    """Where the two were compared."""
    comparisons: tuple[Comparison, ...]
    parked_before: tuple[str, ...]
    parked_now: tuple[str, ...]

    @property
    def is_expected(self) -> bool:
        """Say whether nothing differs that has no reason to."""
        return set(self.parked_now) <= set(self.parked_before) and all(
            each.is_expected for each in self.comparisons
        )

    def told(self) -> str:
        """Say what differs without a reason, for an operator."""
        told = [
            f"{each.table}: {each.only_in_old} rows only before, {each.only_in_new} only now"
            for one in self.comparisons
            if not one.is_expected
            for each in one.differences
        ]
        if newly := set(self.parked_now) - set(self.parked_before):
            told.append(f"newly parked: {', '.join(sorted(newly))}")
        return "; ".join(told)


def compare(
    connection: Connection, old: Place, new: Place, progress: Callable[[int, int], None]
) -> Rebuilt:
    """Compare every projection of two generations where the old one answers now.

    Args:
        connection: for reading.
        old: the generation that answers.
        new: the one beside it, which has come at least as far.
        progress: told how many projections are compared, of how many.
    """
    position = old.proven_position
    before = _parked(read_parked(connection, old.generation), position)
    now = _parked(read_parked(connection, new.generation), position)
    comparisons = []
    for done, projection in enumerate(PROJECTIONS, 1):
        is_changed = old.versions.get(projection.name) != projection.version
        comparisons.append(
            _compared(connection, projection, old, new, is_other=is_changed or before != now)
        )
        progress(done, len(PROJECTIONS))
    return Rebuilt(
        old_generation=old.generation,
        new_generation=new.generation,
        position=position,
        comparisons=tuple(comparisons),
        parked_before=before,
        parked_now=now,
    )


def _compared(
    connection: Connection, projection: Projection, old: Place, new: Place, *, is_other: bool
) -> Comparison:
    position = old.proven_position
    before = digest_of(connection, projection, old.generation, position)
    now = digest_of(connection, projection, new.generation, position)
    is_equal = before.sha256 == now.sha256
    return Comparison(
        projection=projection.name,
        old=before,
        new=now,
        differences=()
        if is_equal
        else tuple(
            difference(connection, table, old=old.generation, new=new.generation, position=position)
            for table in projection.tables
        ),
        is_expected=is_equal or is_other,
    )


def _parked(parked: Sequence[Parked], position: int) -> tuple[str, ...]:
    return tuple(each.participant for each in parked if each.since_position <= position)
