"""Pure: how commitments and measures spread over the pillars, version 1.0.0 of the method.

An item that names n pillars weighs 1/n in each, so that the weights of all pillars add up to the
number of items; one that names none weighs under `none`. Figures describe; they order nobody.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from services.reporting.queries.methodology import rate

METHODOLOGY = "pillar-balance"
METHODOLOGY_VERSION = "1.0.0"
SUBJECTS = ("commitments", "measures")
NO_PILLAR = "none"
"""Key of items that name no pillar, so that the shares add up to the whole."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One commitment, or one measure, with what it rests on."""

    participant: str
    pillars: frozenset[str]
    positions: tuple[int, ...]

    def weight(self, pillar: str) -> Fraction:
        """Give what the item adds to a pillar."""
        named = self.pillars or {NO_PILLAR}
        return Fraction(1, len(named)) if pillar in named else Fraction(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedPart:
    """A part of a report that is not looked into, whatever it holds."""

    participant: str
    name: str
    """Reporting unit or section."""
    report_id: str
    """The report whose version lets it stand; one of them, where several do."""
    report_version: int
    positions: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """What one pillar has of all items."""

    pillar: str
    items: int
    """How many name the pillar, whatever else they name."""
    weight: Fraction
    total: int
    """Items of all pillars and of none: the denominator."""
    positions: tuple[int, ...]
    """Entries that the items which name the pillar rest on."""

    @property
    def share(self) -> str | None:
        """Give the weight of the total in per cent; `None` where there are no items."""
        return rate(self.weight.numerator, self.weight.denominator * self.total)


def shares(items: Sequence[Item], pillars: Iterable[str]) -> list[Share]:
    """Spread items over pillars.

    Args:
        items: commitments, or measures; never both.
        pillars: those of the instrument in its order; others that items name follow them.
    """
    ordered = list(dict.fromkeys(pillars))
    others = sorted({name for item in items for name in item.pillars}.difference(ordered))
    return [_share(items, pillar) for pillar in (*ordered, *others, NO_PILLAR)]


def _share(items: Sequence[Item], pillar: str) -> Share:
    weighing = [item for item in items if item.weight(pillar)]
    return Share(
        pillar=pillar,
        items=len(weighing),
        weight=sum((item.weight(pillar) for item in weighing), Fraction(0)),
        total=len(items),
        positions=tuple(sorted({at for item in weighing for at in item.positions})),
    )
