"""Comparison: two generations at one position, by digest, and row by row where these differ."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, Table

from services.reporting.digests import Difference, Digest, difference, digest_of
from services.reporting.generations import Place
from services.reporting.parking import read_parked
from services.reporting.projections.base import Projection
from services.reporting.projections.catalogue import PROJECTIONS
from services.reporting.projections.entries import entry_table


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """One projection in both generations, at one position."""

    projection: str
    old: Digest
    new: Digest
    differences: tuple[Difference, ...]
    """Row by row, table by table; empty where the digests are equal."""
    unexplained: tuple[Difference, ...]
    """The same without the participants held back otherwise; empty where the code changed."""

    @property
    def is_expected(self) -> bool:
        """Say whether the rows are equal, or have a reason to differ."""
        return not self.unexplained


@dataclass(frozen=True, slots=True, kw_only=True)
class Rebuilt:
    """What came out."""

    old_generation: int
    new_generation: int
    position: int
    """Where the two were compared."""
    comparisons: tuple[Comparison, ...]
    parked_before: Mapping[str, int]
    """First missing position by participant."""
    parked_now: Mapping[str, int]

    @property
    def held_otherwise(self) -> tuple[str, ...]:
        """Who is held back in one of the two alone, or not from the same position."""
        return _held_otherwise(self.parked_before, self.parked_now)

    @property
    def is_expected(self) -> bool:
        """Say whether nothing differs that has no reason to, and nobody misses more."""
        return not (self._newly() or self._earlier()) and all(
            each.is_expected for each in self.comparisons
        )

    def told(self) -> str:
        """Say what differs without a reason, for an operator."""
        told = [
            f"{each.table}: {each.only_in_old} rows only before, {each.only_in_new} only now"
            for one in self.comparisons
            for each in one.unexplained
        ]
        if told and self.held_otherwise:
            told.append(f"not counting {', '.join(self.held_otherwise)}, held back otherwise")
        if newly := self._newly():
            told.append(f"newly parked: {', '.join(newly)}")
        if earlier := self._earlier():
            told.append(f"parked earlier than before: {', '.join(earlier)}")
        return "; ".join(told)

    def _newly(self) -> list[str]:
        return sorted(self.parked_now.keys() - self.parked_before.keys())

    def _earlier(self) -> list[str]:
        both = self.parked_now.keys() & self.parked_before.keys()
        return sorted(each for each in both if self.parked_now[each] < self.parked_before[each])


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
    before = _parked(connection, old.generation, position)
    now = _parked(connection, new.generation, position)
    without, comparisons = _held_otherwise(before, now), []
    for done, projection in enumerate(PROJECTIONS, 1):
        comparisons.append(_compared(connection, projection, old, new, without))
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
    connection: Connection,
    projection: Projection,
    old: Place,
    new: Place,
    without: Collection[str],
) -> Comparison:
    position = old.proven_position
    before = digest_of(connection, projection, old.generation, position)
    now = digest_of(connection, projection, new.generation, position)

    def differences(without: Collection[str]) -> tuple[Difference, ...]:
        return tuple(
            difference(
                connection,
                table,
                old=old.generation,
                new=new.generation,
                position=position,
                without=without if _may_be_held_back(table) else (),
            )
            for table in projection.tables
        )

    is_equal = before.sha256 == now.sha256
    found = () if is_equal else differences(())
    unexplained = found
    if old.versions.get(projection.name) != projection.version:
        unexplained = ()
    elif found and without:
        unexplained = tuple(
            each for each in differences(without) if each.only_in_old or each.only_in_new
        )
    return Comparison(
        projection=projection.name, old=before, new=now, differences=found, unexplained=unexplained
    )


def _may_be_held_back(table: Table) -> bool:
    """Say whether rows are missing while a participant is held back; the index has every entry."""
    return table is not entry_table and "participant" in table.c


def _parked(connection: Connection, generation: int, position: int) -> dict[str, int]:
    parked = read_parked(connection, generation)
    return {
        each.participant: each.since_position for each in parked if each.since_position <= position
    }


def _held_otherwise(before: Mapping[str, int], now: Mapping[str, int]) -> tuple[str, ...]:
    return tuple(sorted({code for code, _ in before.items() ^ now.items()}))
