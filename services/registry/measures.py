"""Registry: what it measures of itself, beside what the kit measures at the edge."""

from dataclasses import dataclass

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from services.kit.metrics import COUNTS, SECONDS
from services.registry.log import Log, Publisher
from services.registry.trail import Trail


@dataclass(frozen=True, slots=True, kw_only=True)
class Measures:
    """What handling and the log tell."""

    append_seconds: Histogram
    """From handing an append to the log until it is on the disk or refused."""
    batch_appends: Histogram
    """Appends that shared one commit."""
    commit_seconds: Histogram
    """From locking the log until the batch is on the disk."""
    handled: Counter
    """Writes by what became of them: recorded, replayed, unchanged, or the code of the refusal."""


def new_measures(registry: CollectorRegistry) -> Measures:
    """Register them."""
    return Measures(
        append_seconds=Histogram(
            "registry_append_seconds",
            "Time from handing an append to the log until its answer.",
            buckets=SECONDS,
            registry=registry,
        ),
        batch_appends=Histogram(
            "registry_batch_appends",
            "Appends that shared one commit.",
            buckets=COUNTS,
            registry=registry,
        ),
        commit_seconds=Histogram(
            "registry_commit_seconds",
            "Time of one commit of a batch, lock included.",
            buckets=SECONDS,
            registry=registry,
        ),
        handled=Counter(
            "registry_commands",
            "Writes by what became of them.",
            ("outcome",),
            registry=registry,
        ),
    )


def watch_log(registry: CollectorRegistry, measures: Measures, log: Log) -> None:
    """Measure every batch, and whether somebody set the clock."""
    ahead = Gauge(
        "registry_clock_ahead_seconds",
        "How far the clock was set ahead since the start; past 60 nothing is appended.",
        registry=registry,
    )
    ahead.set_function(log.clock_ahead_seconds)

    def note(appends: int, seconds: float) -> None:
        measures.batch_appends.observe(appends)
        measures.commit_seconds.observe(seconds)

    log.watch_batches(note)


def watch_publisher(registry: CollectorRegistry, publisher: Publisher) -> None:
    """Show how far the log is signed, and whether anything stops it."""
    signed = Gauge("registry_signed_size", "Entries under the last checkpoint.", registry=registry)
    signed.set_function(lambda: publisher.latest().size)
    fenced = Gauge("registry_fenced", "1: the log refuses to append and sign.", registry=registry)
    fenced.set_function(lambda: int(publisher.fenced is not None))
    failing = Gauge(
        "registry_checkpoint_failing", "1: checkpoints cannot be kept now.", registry=registry
    )
    failing.set_function(lambda: int(publisher.failing))
    age = Gauge(
        "registry_checkpoint_age_seconds",
        "Time since the last checkpoint was seen to be kept and to cover the whole log.",
        registry=registry,
    )
    age.set_function(publisher.age_seconds)


def watch_trail(registry: CollectorRegistry, trail: Trail) -> None:
    """Count what is recorded in the trail and what is not, and show whether it takes anything."""
    notes = Counter(
        "registry_trail_notes",
        "Notes for the trail by what became of them: recorded, failed, counted, lost.",
        ("type", "outcome"),
        registry=registry,
    )
    failing = Gauge(
        "registry_trail_failing",
        "1: the last note was not recorded; nothing confidential is given out.",
        registry=registry,
    )
    failing.set_function(lambda: int(trail.failing))
    trail.watch(lambda kind, outcome: notes.labels(kind, outcome).inc())
