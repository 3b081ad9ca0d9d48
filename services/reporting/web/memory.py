"""Answers to everybody in memory, each for as long as it is what would be answered anew."""

from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import TypeAlias

from starlette.types import Scope

from services.kit.answers import Answer, target_of
from services.reporting.queries.as_of import Parked
from services.reporting.queries.head import Head

Key: TypeAlias = tuple[str, bool]
"""Path and query as the client wrote them, and whether `Accept` prefers CSV."""

_OVERHEAD_BYTES = 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What must still be so for an answer to be given again."""

    generation: int
    parked: tuple[Parked, ...]
    position: int | None
    """`None` where the question named its own position."""
    day: date | None
    """`None` where the question named its own day."""
    projector_state: str | None = None
    """`None` where the question named its own position."""


class Memory:
    """Rendered answers, the least recently used thrown out first. Only the event loop touches it.

    An answer that follows the head stands while the head does; one at a position of its own
    stands while the generation answers and nobody else is parked.
    """

    def __init__(
        self,
        *,
        max_bytes: int,
        head: Callable[[], Head],
        projector_state: Callable[[], str],
        today: Callable[[], date],
    ) -> None:
        self._max_bytes = max_bytes
        self._held_bytes = 0
        self._head, self._projector_state, self._today = head, projector_state, today
        self._answers: OrderedDict[Key, tuple[Answer, Standing]] = OrderedDict()
        self.found = 0
        self.missed = 0

    def recall(self, scope: Scope) -> Answer | None:
        """Give the answer to a GET if it still stands; a token may be told something else."""
        if any(name == b"authorization" for name, _ in scope["headers"]):
            return None
        key = key_of(scope)
        held = self._answers.get(key)
        if held is None:
            self.missed += 1
            return None
        answer, standing = held
        if not self._stands(standing):
            self._drop(key)
            self.missed += 1
            return None
        self._answers.move_to_end(key)
        self.found += 1
        return answer

    def keep(self, key: Key, answer: Answer, standing: Standing) -> None:
        """Hold an answer; one that is large beside the whole memory is not worth it."""
        if len(answer.body) > self._max_bytes // 8:
            return
        self._drop(key)
        self._answers[key] = (answer, standing)
        self._held_bytes += _weight(key, answer)
        while self._held_bytes > self._max_bytes:
            self._drop(next(iter(self._answers)))

    @property
    def held_bytes(self) -> int:
        """Say how much memory the answers take, roughly."""
        return self._held_bytes

    def _stands(self, standing: Standing) -> bool:
        head = self._head()
        return (
            standing.generation == head.generation
            and standing.parked == head.parked
            and standing.position in (None, head.position)
            and standing.projector_state in (None, self._projector_state())
            and standing.day in (None, self._today())
        )

    def _drop(self, key: Key) -> None:
        held = self._answers.pop(key, None)
        if held is not None:
            self._held_bytes -= _weight(key, held[0])


def key_of(scope: Scope) -> Key:
    """Give what an answer in memory is found by."""
    accept = next((value for name, value in scope["headers"] if name == b"accept"), b"*/*")
    return target_of(scope), prefers_csv(accept[:200])


@lru_cache(maxsize=256)
def prefers_csv(accept: bytes) -> bool:
    """Say whether an `Accept` header prefers CSV to JSON (RFC 9110 §12.5.1)."""
    weights = dict(_weighed(part) for part in accept.decode("latin-1").lower().split(","))
    return _weight_of("text/csv", weights) > _weight_of("application/json", weights)


def _weight_of(kind: str, weights: Mapping[str, float]) -> float:
    """Give the weight by the most specific range that covers a media type."""
    ranges = (kind, f"{kind.partition('/')[0]}/*", "*/*")
    return next((weights[one] for one in ranges if one in weights), 0.0)


def _weighed(part: str) -> tuple[str, float]:
    kind, *parameters = (piece.strip() for piece in part.split(";"))
    for parameter in parameters:
        if parameter.startswith("q="):
            try:
                return kind, float(parameter[2:])
            except ValueError:
                return kind, 0.0
    return kind, 1.0


def _weight(key: Key, answer: Answer) -> int:
    return len(answer.body) + 2 * len(key[0]) + _OVERHEAD_BYTES
