"""What must hold from one entry of a log to the next, whoever walks it."""

from dataclasses import dataclass, field

from contracts.envelope import Entry, parse_leaf
from contracts.errors import VerificationFailed
from contracts.merkle import Frontier, leaf_hash


@dataclass(slots=True)
class Walk:
    """How far a log has been read, and what is needed to judge the next entry.

    Grows with the number of streams, not of entries.
    """

    frontier: Frontier = field(default_factory=Frontier)
    recorded_at: str = ""
    versions: dict[str, int] = field(default_factory=dict)
    """Last version by stream."""

    @property
    def position(self) -> int:
        """Position of the last entry read; 0 before the first."""
        return self.frontier.size

    def step(self, leaf: bytes) -> Entry:
        """Read the next leaf.

        Raises:
            VerificationFailed: it is malformed, or does not follow what was read; nothing has
                changed then.
        """
        expected = self.position + 1
        try:
            entry = parse_leaf(leaf)
        except VerificationFailed as error:
            raise VerificationFailed(error.reason, position=expected) from None
        if entry.position != expected:
            raise VerificationFailed(
                f"expected the leaf of this position, got that of {entry.position}",
                position=expected,
            )
        if entry.recorded_at < self.recorded_at:
            raise VerificationFailed(
                "recorded before the entry that precedes it", position=expected
            )
        version = self.versions.get(entry.stream, 0) + 1
        if entry.version != version:
            raise VerificationFailed(
                f"expected version {version} of its stream, got {entry.version}",
                position=expected,
            )
        self.frontier = self.frontier.append(leaf_hash(leaf))
        self.recorded_at = entry.recorded_at
        self.versions[entry.stream] = version
        return entry
