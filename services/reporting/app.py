"""Reporting: puts the app together; everything it needs is passed in."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from fastapi import FastAPI
from sqlalchemy import Engine

from contracts.authority.table import ACTIONS
from contracts.catalogue import examples_of, load
from services.kit.browsers import EVERYBODY_READS, Browsers
from services.kit.clock import Clock, utc_now
from services.kit.described import describe
from services.kit.health import Health
from services.kit.metrics import new_registry
from services.kit.policies import check_policies
from services.kit.principal import Authenticate
from services.kit.routers import add_routes
from services.kit.web import Limits, new_app
from services.reporting.database import snapshots
from services.reporting.web import (
    aggregates,
    assistance,
    bulk,
    commitments,
    cycles,
    evidence,
    figures,
    findings,
    open_data,
    participants,
    people,
    plans,
    projections,
    publications,
    rates,
    reports,
    reviews,
)
from services.reporting.web.bulk import Manifests, Terms
from services.reporting.web.described import contract_id
from services.reporting.web.desk import Desk
from services.reporting.web.digesting import Digester
from services.reporting.web.gauges import ReportingMetrics
from services.reporting.web.opening import Opener
from services.reporting.web.readers import identify
from services.reporting.web.watch import WAIT_SECONDS, HeadWatcher

API_VERSION = "1.0.0"
"""Of what is asked and answered over HTTP."""

DEFAULT_THREADS = 16

PUBLIC_PATHS = (
    "/v1/aggregates/assistance",
    "/v1/aggregates/explain",
    "/v1/aggregates/good-practices",
    "/v1/aggregates/matrix",
    "/v1/aggregates/members",
    "/v1/aggregates/organisations",
    "/v1/aggregates/pillar-balance",
    "/v1/aggregates/pillars",
    "/v1/aggregates/postulates",
    "/v1/aggregates/regions",
    "/v1/aggregates/timeline",
    "/v1/aggregates/trajectory",
    "/v1/assistance",
    "/v1/availability",
    "/v1/bulk/manifest",
    "/v1/changes",
    "/v1/commitments",
    "/v1/cycles",
    "/v1/dimensions/{name}",
    "/v1/evidence",
    "/v1/findings",
    "/v1/mandates",
    "/v1/methods",
    "/v1/obligations",
    "/v1/observations",
    "/v1/participants",
    "/v1/participants/{code}",
    "/v1/participants/{code}/overview",
    "/v1/participants/{code}/people",
    "/v1/plans",
    "/v1/plans/{plan_id}",
    "/v1/projections",
    "/v1/publications",
    "/v1/rates",
    "/v1/rates/changes",
    "/v1/rates/explain",
    "/v1/recommendations",
    "/v1/regional-reports/{organisation}/{cycle}",
    "/v1/reports/{code}/{cycle}",
    "/v1/reports/{code}/{cycle}/diff",
    "/v1/reports/{code}/{cycle}/postulates/{unit}",
    "/v1/reports/{code}/{cycle}/record",
    "/v1/reports/{code}/{cycle}/versions/{number}",
    "/v1/reviews",
)
"""What everybody may read. Whoever is signed in reads the same, and what is disclosed to them."""

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
    figures.router,
    plans.router,
    commitments.router,
    cycles.router,
    publications.router,
    open_data.router,
    bulk.router,
    projections.router,
)


def create_app(  # noqa: PLR0913 - all that it needs, each by its name
    engine: Engine,
    *,
    clock: Clock = utc_now,
    kept_bytes: int = 64 * 2**20,
    max_waiting: int = 1_000,
    wait_seconds: float = WAIT_SECONDS,
    limits: Limits | None = None,
    authenticate: Authenticate | None = None,
    opener: Opener | None = None,
    browsers: Browsers = EVERYBODY_READS,
    terms: Terms | None = None,
) -> FastAPI:
    """Make reporting's app on a database that projectors fill.

    Whoever stops it calls `app.state.desk.watcher.end_waiting` first, so that readers who wait
    for a position get their 503.

    Args:
        engine: reporting's database; only read.
        clock: says what today is, and what lies in the future.
        kept_bytes: memory for answers already rendered.
        max_waiting: readers that may wait for a position at once.
        wait_seconds: how long each of them may.
        limits: how much at once; `None` takes the defaults.
        authenticate: finds who sent a token; `None`: nobody signs in, and a token is refused.
        opener: asks the registry what it discloses to who is signed in; closed with the app.
        browsers: what browsers are told.
        terms: what the operator says of the public corpus; `None`: nothing.
    """
    limits = limits or Limits(threads=DEFAULT_THREADS)
    reading = snapshots(engine)
    watcher = HeadWatcher(reading, clock=clock, max_waiting=max_waiting, wait_seconds=wait_seconds)
    desk = Desk(
        reading, watcher, clock=clock, threads=limits.threads, kept_bytes=kept_bytes, opener=opener
    )

    digester = Digester(reading, clock=clock)

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            if opener is not None:
                stack.push_async_callback(opener.close)
            await stack.enter_async_context(watcher.running())
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
        gates=(identify,),
        kept=desk.memory,
        limits=limits,
        browsers=browsers,
    )
    app.state.authenticate = authenticate
    app.state.desk = desk
    app.state.digester = digester
    app.state.manifests = Manifests(reading, digester, clock=clock, terms=terms or Terms())
    ReportingMetrics(desk, registry)
    add_routes(app, ROUTERS)
    check_policies(app, actions=ACTIONS, public={f"GET {path}" for path in PUBLIC_PATHS})
    describe(app, examples_of, load)
    return app
