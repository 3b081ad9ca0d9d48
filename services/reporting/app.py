"""Reporting: puts the app together; everything it needs is passed in."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from sqlalchemy import Engine

from contracts.catalogue import examples_of, load
from services.kit.clock import Clock, utc_now
from services.kit.described import describe
from services.kit.health import Health
from services.kit.metrics import new_registry
from services.kit.principal import Authenticate
from services.kit.web import Limits, new_app
from services.reporting.database import snapshots
from services.reporting.web import (
    aggregates,
    assistance,
    commitments,
    cycles,
    evidence,
    findings,
    participants,
    people,
    plans,
    projections,
    publications,
    rates,
    reports,
    reviews,
)
from services.reporting.web.described import contract_id
from services.reporting.web.desk import Desk
from services.reporting.web.digesting import Digester
from services.reporting.web.gauges import ReportingMetrics
from services.reporting.web.watch import HeadWatcher

API_VERSION = "1.0.0"
"""Of what is asked and answered over HTTP."""

DEFAULT_THREADS = 16

ROUTERS = (
    participants.router,
    people.router,
    reports.router,
    reviews.router,
    findings.router,
    assistance.router,
    evidence.router,
    rates.router,
    aggregates.router,
    plans.router,
    commitments.router,
    cycles.router,
    publications.router,
    projections.router,
)


def create_app(
    engine: Engine,
    *,
    clock: Clock = utc_now,
    kept_bytes: int = 64 * 2**20,
    max_waiting: int = 1_000,
    limits: Limits | None = None,
    authenticate: Authenticate | None = None,
) -> FastAPI:
    """Make reporting's app on a database that projectors fill.

    Whoever stops it calls `app.state.desk.watcher.end_waiting` first, so that readers who wait
    for a position get their 503.

    Args:
        engine: reporting's database; only read.
        clock: says what today is, and what lies in the future.
        kept_bytes: memory for answers already rendered.
        max_waiting: readers that may wait for a position at once.
        limits: how much at once; `None` takes the defaults.
        authenticate: finds who sent a token; `None`: nobody signs in, and a token is refused.
    """
    limits = limits or Limits(threads=DEFAULT_THREADS)
    reading = snapshots(engine)
    watcher = HeadWatcher(reading, clock=clock, max_waiting=max_waiting)
    desk = Desk(reading, watcher, clock=clock, threads=limits.threads, kept_bytes=kept_bytes)

    digester = Digester(reading, clock=clock)

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        async with watcher.running():
            yield

    registry = new_registry()
    app = new_app(
        title="Concord reporting",
        summary="Turns the register into answers, each at one position of the log and on one day.",
        version=API_VERSION,
        registry=registry,
        health=Health(
            checks={"head": watcher.check, "projections": watcher.check_projected},
            liveness=contract_id("liveness"),
            readiness=contract_id("readiness"),
        ),
        lifespan=lifespan,
        kept=desk.memory,
        limits=limits,
    )
    app.state.authenticate = authenticate
    app.state.desk = desk
    app.state.digester = digester
    ReportingMetrics(desk, registry)
    for router in ROUTERS:
        app.include_router(router)
    describe(app, examples_of, load)
    return app
