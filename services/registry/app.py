"""Registry: puts the app together; everything it needs is passed in."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from functools import partial

from fastapi import FastAPI
from prometheus_client import CollectorRegistry, Gauge

from contracts.catalogue import catalogue
from contracts.instrument import Edition, edition
from services.kit.answers import Kept
from services.kit.bearer import Grant
from services.kit.clock import Clock
from services.kit.metrics import new_registry
from services.kit.web import Limits, new_app
from services.registry.handling import Register
from services.registry.log import Log, Publisher
from services.registry.measures import new_measures, watch_log, watch_publisher
from services.registry.web import acts, disclosures, feed, plans, proofs, published, reports, tiles
from services.registry.web.dependencies import Access
from services.registry.web.reading import Reading
from services.registry.web.waiting import Watcher

API_VERSION = "1.0.0"
"""Of what is asked and answered over HTTP."""

ROUTERS = (
    acts.router,
    plans.router,
    reports.router,
    feed.router,
    tiles.router,
    proofs.router,
    disclosures.router,
    published.router,
)


def create_app(
    log: Log,
    publisher: Publisher,
    *,
    grants: Sequence[Grant],
    digest_key: bytes,
    clock: Clock,
    kept_bytes: int = 64 * 2**20,
    max_waiting: int = 1_000,
    limits: Limits | None = None,
) -> FastAPI:
    """Make the registry's app on a log that is sound.

    Whoever stops it calls `app.state.reading.watcher.stop` first, so that readers who wait for
    the next entry get their empty page.

    Args:
        log: to append to and read from; its owner closes it.
        publisher: signs what the log commits.
        grants: who may write or read disclosures; none: nobody.
        digest_key: binds idempotency keys to requests.
        clock: gives the instant of a decision.
        kept_bytes: memory for pages and tiles that never change.
        max_waiting: readers that may wait for the next entry at once.
        limits: how much at once; `None` takes the defaults.
    """
    registry, kept, origin = new_registry(), Kept(kept_bytes), log.head().origin
    editions, measures = _editions(), new_measures(registry)
    reading = Reading(
        log=log,
        publisher=publisher,
        origin=origin,
        kept=kept,
        watcher=Watcher(max_waiting=max_waiting),
    )
    app = new_app(
        title="Concord registry",
        summary="Decides what may be recorded, and records it once, in order, for ever.",
        version=API_VERSION,
        registry=registry,
        checks={"log": log.head, "checkpoint": publisher.admit},
        lifespan=partial(_watching, reading=reading),
        kept=kept,
        limits=limits,
    )
    app.state.reading = reading
    app.state.access = Access(grants=tuple(grants), digest_key=digest_key)
    app.state.register = Register(
        log=log,
        publisher=publisher,
        clock=clock,
        origin=origin,
        opened_on=min(one.opened_on for one in editions),
        editions={one.version: frozenset(one.units) for one in editions},
        measures=measures,
    )
    watch_log(measures, log)
    watch_publisher(registry, publisher)
    _watch_reading(registry, reading)
    for router in ROUTERS:
        app.include_router(router)
    return app


def _editions() -> list[Edition]:
    """Give every published edition of the instrument."""
    documents = catalogue().documents.values()
    return [edition(one.version, one.name) for one in documents if one.kind == "instrument"]


@asynccontextmanager
async def _watching(_app: FastAPI, *, reading: Reading) -> AsyncIterator[None]:
    reading.watcher.start()
    end = reading.publisher.watch(lambda signed: reading.watcher.grew(signed.size))
    reading.watcher.grew(reading.publisher.latest().size)
    try:
        yield
    finally:
        end()
        reading.watcher.stop()


def _watch_reading(registry: CollectorRegistry, reading: Reading) -> None:
    waiting = Gauge("registry_feed_waiting", "Readers waiting for an entry.", registry=registry)
    waiting.set_function(lambda: reading.watcher.waiting)
    held = Gauge("registry_kept_bytes", "Memory of answers kept.", registry=registry)
    held.set_function(lambda: reading.kept.held_bytes)
