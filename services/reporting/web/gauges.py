"""What this process measures of its answers and of the projections behind them."""

from collections.abc import Iterator

from prometheus_client import CollectorRegistry
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric

from services.reporting.web.desk import Desk
from services.reporting.web.projections import lag_entries, lag_seconds


class ReportingMetrics:
    """Read when `/metrics` is; nothing is counted twice."""

    def __init__(self, desk: Desk, registry: CollectorRegistry) -> None:
        self._desk = desk
        registry.register(self)

    def describe(self) -> list[Metric]:
        """Name nothing beforehand: the figures come with their names."""
        return []

    def collect(self) -> Iterator[Metric]:
        """Give every figure as it is now."""
        head, progress = self._desk.watcher.head, self._desk.watcher.progress
        figures = {
            "position": ("Last position that can be asked about.", head.position),
            "generation": ("Generation that answers.", head.generation),
            "lag_entries": (
                "Signed entries not yet to be asked about.",
                lag_entries(head, progress),
            ),
            "lag_seconds": (
                "For how long the register may have moved on unseen.",
                lag_seconds(head, progress, now=self._desk.now()),
            ),
            "parked_participants": ("Participants held back.", len(head.parked)),
            "projector_stopped": ("1 if the projector stopped.", int(progress.state == "stopped")),
            "projector_silent": (
                "1 if neither projector nor registry was heard of lately.",
                int(progress.state == "silent"),
            ),
            "held_bytes": ("Memory taken by answers.", self._desk.memory.held_bytes),
        }
        for name, (text, value) in figures.items():
            yield GaugeMetricFamily(f"reporting_{name}", text, value=value)
        memory = self._desk.memory
        counts = {
            "fenced": ("How often a projector found another at work.", progress.fenced),
            "answers_found": ("Answers given from memory.", memory.found),
            "answers_missed": ("Requests that memory had no answer to.", memory.missed),
        }
        for name, (text, value) in counts.items():
            yield CounterMetricFamily(f"reporting_{name}", text, value=value)
