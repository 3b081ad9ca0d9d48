"""Benchmarks: pages of the feed read and verified by a consumer, beside bare parsing."""

from collections.abc import Callable, Iterator
from pathlib import Path
from time import process_time

import orjson

from benchmarks.logs import Export, write_export
from benchmarks.measuring import Aim, Line, Pairs, Told, interleaved, line, per_second, rate_of
from benchmarks.payloads import small_events
from contracts.merkle import Frontier
from services.reporting.export import ExportFeed
from services.reporting.feed import Consumer

ENTRIES = 20_480
ROUNDS = 11


def run(told: Told, folder: Path) -> Iterator[Line]:
    """Measure entries a second, from the bytes of a file to what a projector may see."""
    told("making a log", 0, 1)
    export = write_export(folder / "pages.ndjson", small_events(ENTRIES))
    figures = interleaved(
        {
            "verified": rate_of(_verified(export), clock=process_time),
            "raw": rate_of(_raw(export.path), clock=process_time),
        },
        rounds=ROUNDS,
        told=told,
        what=f"pages of {ENTRIES:,} entries",
    )
    yield line(
        "feed pages read by a consumer: order, leaf, body's digest, attributes, tree, signed root",
        "the same bytes read and parsed",
        Pairs(figures["verified"], figures["raw"]),
        Aim(">=", 0.3),
        spell=per_second("entries"),
    )


def _raw(path: Path) -> Callable[[], int]:
    def read() -> int:
        with path.open("rb") as file:
            return sum(len(orjson.loads(page)) for page in file) - 1  # the checkpoint's line

    return read


def _verified(export: Export) -> Callable[[], int]:
    def read() -> int:
        feed = ExportFeed(export.path)
        try:
            consumer = Consumer(feed, export.key.verifier, Frontier())
            while consumer.next_batch(0):
                pass
            if consumer.position != export.size:
                raise AssertionError("expected the consumer to read everything")
            return consumer.position
        finally:
            feed.close()

    return read
