"""Benchmarks: pages of the feed read and verified by a consumer, beside bare parsing."""

from collections.abc import Callable, Iterator
from pathlib import Path
from time import process_time

import httpx
import orjson

from benchmarks.children import HOST, fill_registry, serving
from benchmarks.logs import write_export
from benchmarks.measuring import Aim, Line, Pairs, Told, interleaved, line, per_second, rate_of
from benchmarks.payloads import small_events
from contracts.merkle import Frontier
from contracts.note import VerifierKey
from services.reporting.export import ExportFeed
from services.reporting.feed import Consumer, Feed, HttpFeed

ENTRIES = 20_480
SERVED = 10_240
ROUNDS = 11
WHAT = "order, leaves, digests of bodies, attributes, tree, signed root"


def run(told: Told, folder: Path) -> Iterator[Line]:
    """Measure entries a second, from bytes to what a projector may see."""
    yield _from_a_registry(told, folder)
    yield _from_a_file(told, folder)


def _from_a_registry(told: Told, folder: Path) -> Line:
    told("filling a registry", 0, 1)
    verifier = fill_registry(folder, SERVED).verifier
    with (
        serving("registry", folder) as child,
        httpx.Client(base_url=f"http://{HOST}:{child.address[1]}") as client,
    ):
        figures = interleaved(
            {
                "verified": _rate(lambda: _verified(HttpFeed(client), verifier, SERVED)),
                "raw": _rate(lambda: _fetched(client)),
            },
            rounds=ROUNDS,
            told=told,
            what=f"pages of {SERVED:,} entries from a registry",
        )
    return line(
        f"feed pages read from a registry by a consumer and verified: {WHAT}",
        "the same pages fetched by the same HTTP client and parsed",
        Pairs(figures["verified"], figures["raw"]),
        Aim(">=", 0.3),
        spell=per_second("entries"),
    )


def _from_a_file(told: Told, folder: Path) -> Line:
    told("making a log", 0, 1)
    export = write_export(folder / "pages.ndjson", small_events(ENTRIES))

    def verified() -> int:
        feed = ExportFeed(export.path)
        try:
            return _verified(feed, export.key.verifier, export.size)
        finally:
            feed.close()

    figures = interleaved(
        {"verified": _rate(verified), "raw": _rate(lambda: _parsed(export.path))},
        rounds=ROUNDS,
        told=told,
        what=f"pages of {ENTRIES:,} entries from a file",
    )
    return line(
        "the same from an export, where fetching costs nothing",
        "the same file read and parsed",
        Pairs(figures["verified"], figures["raw"]),
        Aim(">=", 0.3),
        spell=per_second("entries"),
    )


def _rate(work: Callable[[], int]) -> Callable[[], float]:
    return rate_of(work, clock=process_time)


def _verified(feed: Feed, verifier: VerifierKey, size: int) -> int:
    consumer = Consumer(feed, verifier, Frontier())
    while consumer.next_batch(0):
        pass
    if consumer.position != size:
        raise AssertionError(f"expected {size} entries, the consumer got {consumer.position}")
    return size


def _fetched(client: httpx.Client) -> int:
    position = 0
    while True:
        answer = client.get("/v1/events", params={"after": position, "wait": 0})
        page = orjson.loads(answer.raise_for_status().content)
        if not page:
            return position
        position += len(page)


def _parsed(path: Path) -> int:
    with path.open("rb") as file:
        return sum(len(orjson.loads(page)) for page in file) - 1  # the checkpoint's line
