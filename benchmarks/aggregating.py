"""Benchmarks: aggregates and reports over 200 participants and ten cycles, beside the fastest."""

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from statistics import median
from typing import TypeAlias

from sqlalchemy import Engine

from benchmarks.logs import reported_events, write_export
from benchmarks.measuring import (
    FOLD,
    Aim,
    Line,
    Pairs,
    Told,
    interleaved,
    line,
    seconds_of,
    spell_seconds,
)
from benchmarks.payloads import CYCLE, code
from migrations.environment import upgrade
from services.kit.clock import utc_now
from services.reporting.database import make_reporting_engine
from services.reporting.export import ExportFeed
from services.reporting.projector import Projector
from services.reporting.queries.aggregates import AGGREGATES, list_aggregate
from services.reporting.queries.head import locate
from services.reporting.queries.matrix import list_matrix
from services.reporting.queries.pillars import list_pillar_balance
from services.reporting.queries.rates import list_rates
from services.reporting.queries.regional import get_regional_report
from services.reporting.queries.reports import get_report
from services.reporting.queries.rows import Page

PARTICIPANTS, CYCLES = 200, 10
ROUNDS = 5
NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
ALL = Page(limit=10**6)
ORGANISATION = "ORG-ZZ0"
"""Which did not sign itself; its members did."""
REPORTS = ("national report", "regional report")
MULTIPLE = 8
"""Of the fastest aggregate over one cycle, within which every other one over one cycle stays."""
MULTIPLE_OF_ALL = 2 * CYCLES
"""Of the same, within which what looks at every cycle stays."""

Question: TypeAlias = Callable[..., object]


def run(told: Told, folder: Path) -> Iterator[Line]:
    """Measure what an answer costs that nobody asked for yet; the next one comes from memory."""
    told("making a register", 0, 1)
    engine = _projected(folder)
    try:
        measures = {name: seconds_of(partial(_ask, engine, one)) for name, one in asked().items()}
        what = f"aggregates over {PARTICIPANTS} participants and {CYCLES} cycles"
        figures = interleaved(measures, rounds=ROUNDS, told=told, what=what)
    finally:
        engine.dispose()
    fastest = fastest_of(figures)
    for name in sorted(figures, key=_by_median(figures)):
        yield line(
            f"{name}: {'one cycle' if name in of_one_cycle() else f'all {CYCLES} cycles'}",
            f"{fastest}, the fastest of one cycle",
            Pairs(figures[name], figures[fastest]),
            Aim("<=", MULTIPLE if name in of_one_cycle() else MULTIPLE_OF_ALL, FOLD),
            spell=spell_seconds,
        )


def asked() -> Mapping[str, Question]:
    """Give every aggregate there is, and the reports, by name."""
    figures = {
        name: partial(
            list_aggregate, page=ALL, name=name, cycle_id=CYCLE if one.is_of_a_cycle else None
        )
        for name, one in AGGREGATES.items()
    }
    return {
        **figures,
        "matrix": partial(list_matrix, page=ALL, cycle_id=CYCLE),
        "national report": partial(get_report, code=code(0), cycle_id=CYCLE),
        "regional report": partial(get_regional_report, organisation=ORGANISATION, cycle_id=CYCLE),
        "pillar-balance": partial(list_pillar_balance, page=ALL),
        "pillar-balance of a cycle": partial(list_pillar_balance, page=ALL, cycle_id=CYCLE),
        "rates": partial(list_rates, page=ALL, cycle_id=CYCLE, dimension=None),
    }


def of_one_cycle() -> frozenset[str]:
    """Name those that look at one cycle alone."""
    over_all = {name for name, one in AGGREGATES.items() if not one.is_of_a_cycle}
    return frozenset(asked()) - over_all - {"pillar-balance"}


def fastest_of(figures: Mapping[str, list[float]]) -> str:
    """Name the fastest aggregate of one cycle; a report looks at one participant or its members."""
    compared = of_one_cycle().difference(REPORTS).intersection(figures)
    return min(compared, key=_by_median(figures))


def _by_median(figures: Mapping[str, list[float]]) -> Callable[[str], float]:
    return lambda name: median(figures[name])


def _ask(engine: Engine, question: Question) -> object:
    with engine.begin() as connection:
        _, moment = locate(connection, None, None, now=NOW)
        return question(connection, moment)


def _projected(folder: Path) -> Engine:
    export = write_export(folder / "register.ndjson", reported_events(PARTICIPANTS, CYCLES))
    url = f"sqlite:///{folder / 'reporting.db'}"
    upgrade("reporting", url)
    engine = make_reporting_engine(url)
    feed = ExportFeed(export.path)
    projector = Projector(engine, feed, export.key.verifier, utc_now)
    while batch := projector.fetch(0):
        projector.apply(batch)
    feed.close()
    return engine
