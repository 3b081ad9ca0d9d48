"""Kit: measurements of one process, in a registry of their own, never the library's global one."""

from dataclasses import dataclass

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest

SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
"""Upper bounds of every histogram of durations, in seconds."""
COUNTS = (1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024)
"""Upper bounds of every histogram of amounts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpMetrics:
    """What the edge of a service counts."""

    answered: Counter
    """By method, route and status; the route is its template, so that the labels stay few."""
    seconds: Histogram
    """From the first byte of the request to the last of the answer, by method and route."""
    in_flight: Gauge


def new_registry() -> CollectorRegistry:
    """Make the registry of one service in this process, with the process's own figures in it."""
    registry = CollectorRegistry(auto_describe=True)
    ProcessCollector(registry=registry)
    return registry


def http_metrics(registry: CollectorRegistry) -> HttpMetrics:
    """Register what the edge counts."""
    return HttpMetrics(
        answered=Counter(
            "http_requests",
            "Requests answered.",
            ("method", "route", "status"),
            registry=registry,
        ),
        seconds=Histogram(
            "http_request_seconds",
            "Time to answer.",
            ("method", "route"),
            buckets=SECONDS,
            registry=registry,
        ),
        in_flight=Gauge("http_requests_in_flight", "Requests being answered.", registry=registry),
    )


def exposition(registry: CollectorRegistry) -> tuple[bytes, str]:
    """Render the registry in Prometheus' text form; the second value is its media type."""
    return generate_latest(registry), CONTENT_TYPE_LATEST
