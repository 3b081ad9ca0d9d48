"""Small logs for tests, made with the language's own words: entries, exports, mirrors of tiles."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from contracts.canonical import canonical, digest
from contracts.checkpoint import Checkpoint, sign_checkpoint
from contracts.envelope import Entry, leaf_bytes
from contracts.merkle import leaf_hash, root_of
from contracts.note import SigningKey
from contracts.tiles import FULL_WIDTH, encode_bundle, tiles_of

ORIGIN = "log.concord.example/register"
KEY = SigningKey.generate(ORIGIN)
OTHER_KEY = SigningKey.generate("log.concord.example/other")

ENTRY = Entry(
    position=1,
    recorded_at="2026-11-21T20:03:44.123456Z",
    type="signature-recorded",
    dataschema="https://concord.example/contracts/events/signature-recorded/1.0.0/schema.json",
    stream="participation-KAZ",
    version=1,
    participant="KAZ",
    actor="8d0f4a1e",
    effective_on="2018-09-28",
    datahash=digest(b"{}"),
)


@dataclass
class SmallLog:
    """Entries and bodies; a test may spoil any part before it asks for an export or tiles."""

    entries: list[Entry]
    bodies: list[dict[str, Any]]

    @property
    def leaves(self) -> list[bytes]:
        return [leaf_bytes(entry) for entry in self.entries]

    def checkpoint(self, key: SigningKey = KEY, size: int | None = None) -> str:
        leaves = self.leaves[:size]
        root = root_of(map(leaf_hash, leaves))
        return sign_checkpoint(Checkpoint(key.name, len(leaves), root), key)

    def events(self) -> list[dict[str, Any]]:
        return [
            _event(entry, leaf, body)
            for entry, leaf, body in zip(self.entries, self.leaves, self.bodies, strict=True)
        ]

    def export(self, page_size: int = 4) -> list[bytes]:
        events = self.events()
        pages = [events[at : at + page_size] for at in range(0, len(events), page_size)]
        return [*map(line, pages), line({"checkpoint": self.checkpoint()})]

    def mirror(self) -> dict[str, bytes]:
        """Every file of the mirrored log by path."""
        leaves = self.leaves
        rows = [[leaf_hash(leaf) for leaf in leaves]]
        while len(rows[-1]) >= FULL_WIDTH:
            full = len(rows[-1]) // FULL_WIDTH
            rows.append([root_of(_slice(rows[-1], index)) for index in range(full)])
        files = {"checkpoint": self.checkpoint().encode()}
        for tile in tiles_of(len(leaves)):
            if tile.level is None:
                files[tile.path] = encode_bundle(_slice(leaves, tile.index))
            else:
                files[tile.path] = b"".join(_slice(rows[tile.level], tile.index))
        return files


def _slice(row: Sequence[bytes], index: int) -> Sequence[bytes]:
    return row[index * FULL_WIDTH : (index + 1) * FULL_WIDTH]


def line(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode() + b"\n"


def _event(entry: Entry, leaf: bytes, body: dict[str, Any]) -> dict[str, Any]:
    subject = {} if entry.participant is None else {"subject": entry.participant}
    return {
        "specversion": "1.0",
        "id": str(entry.position),
        "source": ORIGIN,
        "type": entry.type,
        "time": entry.recorded_at,
        **subject,
        "datacontenttype": "application/json",
        "dataschema": entry.dataschema,
        "leaf": leaf.decode(),
        "data": body,
    }


def small_log(size: int, streams: int = 3) -> SmallLog:
    """A log in which each stream gets its turn; cycles belong to no participant."""
    entries, bodies = [], []
    for number in range(size):
        body = {"number": number, "text": {"en": "Border", "ru": "граница"}}
        stream = number % streams
        entries.append(
            ENTRY._replace(
                position=number + 1,
                recorded_at=f"2026-11-21T20:{number // 60000:02}:{number // 1000 % 60:02}."
                f"{number % 1000:03}000Z",
                stream=f"cycle-{stream}" if stream == 0 else f"participation-S{stream}",
                version=number // streams + 1,
                participant=None if stream == 0 else f"S{stream}",
                causation=number or None,
                datahash=digest(canonical(body)),
            )
        )
        bodies.append(body)
    return SmallLog(entries, bodies)
