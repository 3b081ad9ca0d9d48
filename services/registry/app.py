"""Registry: puts the app together; everything it needs is passed in."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from secrets import token_urlsafe

from fastapi import FastAPI
from prometheus_client import CollectorRegistry, Gauge

from contracts.catalogue import contract, examples_of, load
from services.kit.answers import Kept
from services.kit.browsers import EVERYBODY_READS, Browsers
from services.kit.clock import Clock
from services.kit.described import describe
from services.kit.health import Health
from services.kit.metrics import new_registry
from services.kit.policies import check_policies
from services.kit.principal import Authenticate
from services.kit.routers import add_routes
from services.kit.threads import Threads
from services.kit.web import Limits, new_app
from services.registry.drafts.desk import Bounds, Desk
from services.registry.drafts.drawer import Cabinet
from services.registry.evidence.store import EvidenceStore
from services.registry.log import Log, Publisher
from services.registry.measures import new_measures, watch_log, watch_publisher, watch_trail
from services.registry.register import new_register
from services.registry.trail import Trail
from services.registry.web import (
    acts,
    assistance,
    audits,
    cycles,
    disclosures,
    draft_gates,
    draft_sections,
    drafts,
    evidence,
    feed,
    obligations,
    own_data,
    people,
    plans,
    proofs,
    publications,
    published,
    reports,
    reviews,
    sections,
    tiles,
    validations,
)
from services.registry.web import (
    trail as trail_routes,
)
from services.registry.web.admission import Admission
from services.registry.web.dependencies import Access
from services.registry.web.guard import KNOWN_ACTIONS, PUBLIC_ROUTES, guard
from services.registry.web.reading import Reading
from services.registry.web.recording import Recording, note_denial
from services.registry.web.safe import EvidenceRoom, new_safe
from services.registry.web.waiting import Watcher

API_VERSION = "1.0.0"
"""Of what is asked and answered over HTTP."""

TRAIL_THREADS = 8
"""Confidential reads that may be recorded at the same time; no other read ever waits for them."""

ROUTERS = (
    acts.router,
    people.router,
    plans.router,
    publications.router,
    cycles.router,
    obligations.router,
    reports.router,
    sections.router,
    reviews.router,
    audits.router,
    assistance.router,
    evidence.router,
    validations.router,
    drafts.router,
    draft_sections.router,
    draft_gates.router,
    feed.router,
    tiles.router,
    proofs.router,
    disclosures.router,
    own_data.router,
    trail_routes.router,
    published.router,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """How much of everything one process takes on at once."""

    limits: Limits = field(default_factory=Limits)
    """Its threads are those of the writes."""
    read_threads: int = 16
    """Reads that may work at the same time; they never wait for a write."""
    max_writing: int = 1_024
    """Writes that may be under way, from before their bodies are read."""
    max_waiting: int = 1_000
    """Readers that may wait for the next entry."""
    wait_seconds: int = 30
    """How long each of them may."""
    kept_bytes: int = 64 * 2**20
    """Memory for pages and tiles that never change."""
    max_exports: int = 8
    """Exports that may be read at once."""
    max_exports_each: int = 2
    """How many of these by the same reader."""
    drafts: Bounds = field(default_factory=Bounds)
    """How much drafts may hold."""
    evidence: EvidenceRoom = field(default_factory=EvidenceRoom)
    """How much evidence is taken and given."""


def _new_id() -> str:
    return token_urlsafe(16)


def create_app(  # noqa: PLR0913 - everything that it is put together from
    log: Log,
    publisher: Publisher,
    *,
    authenticate: Authenticate,
    digest_key: bytes,
    clock: Clock,
    cabinet: Cabinet,
    trail: Trail,
    evidence_store: EvidenceStore | None = None,
    new_id: Callable[[], str] = _new_id,
    room: Room | None = None,
    browsers: Browsers = EVERYBODY_READS,
) -> FastAPI:
    """Make the registry's app on a log that is sound.

    Whoever stops it calls `app.state.reading.watcher.stop` first, so that readers who wait for
    the next entry get their empty page.

    Args:
        log: to append to and read from; its owner closes it.
        publisher: signs what the log commits.
        authenticate: finds who a request comes from.
        digest_key: binds idempotency keys to requests.
        clock: gives the instant of a decision.
        cabinet: holds the drafts, beside the log.
        trail: records who read, took or was refused what is not public; its owner closes it.
        evidence_store: takes and gives the bytes of evidence; `None`: none is taken.
        new_id: gives a random id of 22 characters for a draft.
        room: how much at once; `None` takes the defaults.
        browsers: what browsers are told.
    """
    room = room or Room()
    registry, kept, origin = new_registry(), Kept(room.kept_bytes), log.head().origin
    measures = new_measures(registry)
    reading = Reading(
        log=log,
        publisher=publisher,
        origin=origin,
        kept=kept,
        watcher=Watcher(max_waiting=room.max_waiting, most_seconds=room.wait_seconds),
        threads=Threads(room.read_threads),
        exports=Admission(
            room.max_exports,
            "exports",
            most_each=room.max_exports_each,
            retry_after_seconds=30,
        ),
    )
    app = new_app(
        title="Concord registry",
        summary="Decides what may be recorded, and records it once, in order, for ever.",
        version=API_VERSION,
        registry=registry,
        health=Health(
            checks={"log": log.head, "checkpoint": publisher.admit},
            liveness=contract("answers/liveness").id,
            readiness=contract("answers/readiness").id,
        ),
        lifespan=partial(_watching, reading=reading),
        gates=(guard,),
        kept=kept,
        limits=room.limits,
        browsers=browsers,
    )
    app.state.reading = reading
    app.state.on_problem = partial(note_denial, trail)
    app.state.recording = Recording(trail=trail, threads=Threads(TRAIL_THREADS))
    app.state.writing = Admission(room.max_writing, "writes")
    app.state.authenticate = authenticate
    app.state.access = Access(digest_key=digest_key)
    app.state.register = new_register(log, publisher, clock=clock, measures=measures)
    app.state.safe = evidence_store and new_safe(evidence_store, room.evidence)
    app.state.desk = Desk(
        cabinet=cabinet,
        register=app.state.register,
        bounds=room.drafts,
        new_id=new_id,
        secret=digest_key,
    )
    watch_log(registry, measures, log)
    watch_publisher(registry, publisher)
    watch_trail(registry, trail)
    _watch_reading(registry, reading)
    add_routes(app, ROUTERS)
    check_policies(app, actions=KNOWN_ACTIONS, public=PUBLIC_ROUTES)
    describe(app, examples_of, load)
    return app


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
