"""Benchmarks: all projections filled anew from an export on SQLite, beside the bare fold of one."""

from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from statistics import median
from time import perf_counter

import orjson
from sqlalchemy import Engine

from benchmarks import peers
from benchmarks.logs import Export, write_export
from benchmarks.measuring import (
    FOLD,
    Aim,
    Line,
    Pairs,
    Told,
    interleaved,
    line,
    per_second,
    rate_of,
)
from benchmarks.payloads import small_events
from contracts.envelope import Entry
from contracts.events import parse_event
from migrations.environment import upgrade
from services.reporting.database import make_reporting_engine
from services.reporting.export import ExportFeed
from services.reporting.projections.participation import PARTICIPATION
from services.reporting.projector import Projector
from services.reporting.rebuild import rebuild

ENTRIES = 100_000
PEER_EVENTS = 400
ROUNDS = 5


def run(told: Told, folder: Path) -> Iterator[Line]:
    """Measure entries a second, from the bytes of an export to rows of a new generation."""
    told("making a log", 0, 1)
    export = write_export(folder / "log.ndjson", small_events(ENTRIES))
    events, numbers = peers.prepared_events(PEER_EVENTS), count()

    def peer(view: type[peers.ActsView]) -> int:
        return peers.project(events, folder / f"peer-{next(numbers)}.db", view)

    figures = interleaved(
        {
            "ours": lambda: _projected(export, folder / f"ours-{next(numbers)}.db"),
            "raw": rate_of(lambda: _fold_one(export.path)),
            "peer": rate_of(lambda: peer(peers.ActsView)),
            "relaxed": rate_of(lambda: peer(peers.RelaxedActsView)),
        },
        rounds=ROUNDS,
        told=told,
        what=f"all projections of {ENTRIES:,} entries",
    )
    spell = per_second("entries")
    yield line(
        f"rebuild of all projections, {ENTRIES:,} entries, SQLite: verified, folded, written",
        "the same file read, parsed (events too) and folded by one projection, nothing written",
        Pairs(figures["ours"], figures["raw"]),
        Aim(">=", 0.3),
        spell=spell,
    )
    yield line(
        "the same",
        "projection runner of eventsourcing, events in memory, read model on SQLite as it comes",
        Pairs(figures["ours"], figures["peer"]),
        Aim(">=", 20, FOLD),
        spell=spell,
    )
    yield line(
        "the same",
        "the same runner, its commits as relaxed as reporting's (synchronous = NORMAL)",
        Pairs(figures["ours"], figures["relaxed"]),
        None,
        spell=spell,
        unit=FOLD,
    )
    told("the whole command", 0, 1)
    whole = _whole_command(export, folder / "whole.db")
    raw = median(figures["raw"])
    yield line(
        "`concord reporting rebuild`: the same, and compared by digest with the generation that"
        " answers, switched, the old one dropped (one run)",
        "as in the first line",
        Pairs([whole], [raw]),
        None,
        spell=spell,
    )


def _projected(export: Export, path: Path) -> float:
    """Give entries a second into an empty database; making it is not counted."""
    engine = _new_database(path)
    try:
        began = perf_counter()
        _project(engine, export)
        return export.size / (perf_counter() - began)
    finally:
        _remove(engine, path)


def _whole_command(export: Export, path: Path) -> float:
    engine = _new_database(path)
    try:
        _project(engine, export)
        feed = ExportFeed(export.path)
        began = perf_counter()
        rebuild(engine, [feed], export.key.verifier, _now, grace_seconds=0)
        seconds = perf_counter() - began
        feed.close()
        return export.size / seconds
    finally:
        _remove(engine, path)


def _new_database(path: Path) -> Engine:
    url = f"sqlite:///{path}"
    upgrade("reporting", url)
    return make_reporting_engine(url)


def _remove(engine: Engine, path: Path) -> None:
    engine.dispose()
    for file in path.parent.glob(f"{path.name}*"):
        file.unlink()


def _project(engine: Engine, export: Export) -> None:
    feed = ExportFeed(export.path)
    projector = Projector(engine, feed, export.key.verifier, _now)
    while batch := projector.fetch(0):
        projector.apply(batch)
    feed.close()
    if projector.position() != export.size:
        raise AssertionError("expected everything to be projected")


def _now() -> datetime:
    return datetime.now(UTC)


def _fold_one(path: Path) -> int:
    """Fold participations: read, parse pages, leaves and events; no checks, no database."""
    entries = rows = 0
    with path.open("rb") as file:
        for line_ in file:
            page = orjson.loads(line_)
            if isinstance(page, dict):
                break
            for each in page:
                entry = Entry(**orjson.loads(each["leaf"]))
                event = parse_event(each["type"], each["data"])
                if type(event) in PARTICIPATION.cares_about:
                    rows += len(list(PARTICIPATION.on(entry, event)))
            entries += len(page)
    if not rows:
        raise AssertionError("expected rows")
    return entries
