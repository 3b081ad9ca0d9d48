"""Benchmarks: answers over HTTP on loopback, beside constant FastAPI routes on the same server."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from benchmarks.children import Child, fill_registry, keep_constant, serving
from benchmarks.load import Target, get, requests_per_second
from benchmarks.logs import register_events, write_export
from benchmarks.measuring import (
    FOLD,
    Aim,
    Line,
    Measure,
    Pairs,
    Told,
    interleaved,
    line,
    per_second,
)
from benchmarks.payloads import CYCLE, code
from migrations.environment import upgrade
from services.kit.clock import utc_now
from services.registry.log.store import MOST_ENTRIES
from services.reporting.database import make_reporting_engine
from services.reporting.export import ExportFeed
from services.reporting.projector import Projector

SECONDS = 0.6
ROUNDS = 7
SIGNATORIES, REPORTS = 120, 60
HOT: Mapping[str, str] = {
    "participants": "/v1/participants",
    "report": f"/v1/reports/{code(7)}/{CYCLE}",
    "matrix": f"/v1/aggregates/matrix?cycle={CYCLE}",
    "rates": f"/v1/rates?cycle={CYCLE}",
}
PAGE = "/v1/events?after=0"
PAGES = 3


def run(told: Told, folder: Path) -> Iterator[Line]:
    """Measure requests a second of hot answers, and of a full page of the feed."""
    yield from _hot_answers(told, folder)
    yield from _page(told, folder)


def _hot_answers(told: Told, folder: Path) -> Iterator[Line]:
    told("projecting a register", 0, 1)
    place = folder / "reporting"
    place.mkdir()
    _project(place)
    with serving("reporting", place) as child:
        for name, path in HOT.items():
            _keep(place, f"/constant/{name}", get(child.address, path))
    with serving("reporting", place) as child:
        for name, path in HOT.items():
            yield from _hot_answer(told, child, name, path)


def _hot_answer(told: Told, child: Child, name: str, path: str) -> Iterator[Line]:
    address = child.address
    hot, constant = get(address, path), get(address, f"/constant/{name}")
    if hot.body != constant.body:
        raise AssertionError("expected the same bytes from both")
    unchanged = get(address, path, {"If-None-Match": hot.headers["etag"]})
    figures = interleaved(
        {
            "ours": _load(child, hot),
            "constant": _load(child, constant),
            "unchanged": _load(child, unchanged),
        },
        rounds=ROUNDS,
        told=told,
        what=f"GET {path}",
    )
    what = f"hot GET of {name} ({len(hot.body):,} bytes)"
    yield line(
        what,
        "a constant FastAPI route with the same bytes, same server process",
        Pairs(figures["ours"], figures["constant"]),
        Aim(">=", 0.8),
        spell=per_second("requests"),
    )
    if unchanged.status != 304:
        raise AssertionError("expected a conditional GET to find nothing new")
    yield line(
        f"conditional GET of {name} (304)",
        "the same GET without the condition",
        Pairs(figures["unchanged"], figures["ours"]),
        Aim(">", 1, FOLD),
        spell=per_second("requests"),
    )


def _page(told: Told, folder: Path) -> Iterator[Line]:
    told("filling a registry", 0, 1)
    place = folder / "registry"
    place.mkdir()
    fill_registry(place, PAGES * MOST_ENTRIES)
    with serving("registry", place) as child:
        _keep(place, "/constant/page", get(child.address, PAGE))
    with serving("registry", place) as child:
        page, constant = get(child.address, PAGE), get(child.address, "/constant/page")
        if page.body != constant.body:
            raise AssertionError("expected the same bytes from both")
        figures = interleaved(
            {"ours": _load(child, page), "constant": _load(child, constant)},
            rounds=ROUNDS,
            told=told,
            what=f"GET {PAGE}",
        )
    yield line(
        f"a full page of the feed served again ({len(page.body):,} bytes)",
        "a constant FastAPI route with the same bytes, same server process",
        Pairs(figures["ours"], figures["constant"]),
        Aim(">=", 0.8),
        spell=per_second("pages"),
    )


def _load(child: Child, wanted: Target) -> Measure:
    return lambda: requests_per_second(
        child.address, wanted, seconds=SECONDS, clock=child.processor_seconds
    )


def _keep(folder: Path, path: str, found: Target) -> None:
    keep_constant(folder, path, found.body, found.headers["content-type"])


def _project(folder: Path) -> None:
    export = write_export(folder / "register.ndjson", register_events(REPORTS, SIGNATORIES))
    url = f"sqlite:///{folder / 'reporting.db'}"
    upgrade("reporting", url)
    engine = make_reporting_engine(url)
    projector = Projector(engine, ExportFeed(export.path), export.key.verifier, utc_now)
    while batch := projector.fetch(0):
        projector.apply(batch)
    engine.dispose()
