"""Kit: measurements are shown to whoever asks, and cost no more however often that is."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

from prometheus_client import CollectorRegistry, Metric
from prometheus_client.registry import Collector

from services.kit.web import RESTS, new_app
from tests.in_process import client_of
from tests.kit.healthy import healthy

WORK_SECONDS = 0.02


class Slow(Collector):
    """Takes its time, and remembers when it was asked."""

    def __init__(self) -> None:
        self.asked: list[float] = []

    def describe(self) -> Iterator[Metric]:
        return iter(())

    def collect(self) -> Iterator[Metric]:
        self.asked.append(time.monotonic())
        time.sleep(WORK_SECONDS)
        yield Metric("slow", "Nothing.", "gauge")


def test_many_who_ask_are_told_at_once_and_there_is_a_rest_after_each_time() -> None:
    slow, registry = Slow(), CollectorRegistry()
    registry.register(slow)
    app = new_app(title="A", summary="B", version="1", registry=registry, health=healthy())
    with client_of(app) as client, ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(client.get, ["/metrics"] * 24))
    assert all("# HELP slow Nothing." in answer.text for answer in answers)
    assert 1 < len(slow.asked) < len(answers)
    apart = [later - earlier for earlier, later in pairwise(slow.asked)]
    assert min(apart) >= WORK_SECONDS * RESTS
