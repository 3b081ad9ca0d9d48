"""Tests of the trail: a trail in a folder, with a clock that the test sets."""

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson

from contracts.note import SigningKey
from services.registry.trail import Asked, Folder, Note, Signing, Trail
from services.registry.trail.notes import own_data_exported
from tests.trails import trail_in

ORIGIN = "demonstration.trail.test/log"
OCTOBER = datetime(2026, 10, 31, 23, 59, 58, tzinfo=UTC)
NOVEMBER = datetime(2026, 11, 1, 0, 0, 1, tzinfo=UTC)
ASKED = Asked(
    actor="actor-1",
    role="focal-point:ZZA",
    request_id="request-1",
    method="GET",
    route="/v1/participants/{code}/own-data",
)


def note(number: int) -> Note:
    return own_data_exported(ASKED, participant="ZZA", up_to=number)


@dataclass(slots=True)
class Kept:
    """A trail's folder, the key that signs it, and what the clocks say."""

    folder: Folder
    signing: Signing
    key: SigningKey
    now: datetime = OCTOBER
    seconds: float = 0.0
    _ids: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    @contextmanager
    def opened(self, *, signs: bool = True) -> Iterator[Trail]:
        with Trail(
            self.folder,
            lambda: self.now,
            self.signing if signs else None,
            new_id=lambda: f"{next(self._ids):032x}",
            monotonic=lambda: self.seconds,
        ) as trail:
            yield trail

    def entries(self, month: str) -> list[tuple[str, dict[str, Any]]]:
        """Type and body of everything in a month, signed or not."""
        with self.folder.log(month, lambda: self.now) as log:
            return [
                (entry.type, orjson.loads(entry.body)) for entry in log.page(0, log.head().size)
            ]

    def exported(self, month: str) -> list[int]:
        return [body["up_to"] for kind, body in self.entries(month) if kind == "own-data-exported"]


def kept_in(path: Path) -> Kept:
    key = SigningKey.generate(ORIGIN)
    return Kept(trail_in(path, ORIGIN), Signing(path / "checkpoints.db", key), key)
