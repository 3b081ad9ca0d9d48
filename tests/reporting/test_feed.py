"""The consumer hands out what follows, never beyond a signed size, and says where a root proved."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from contracts.checkpoint import Checkpoint, sign_checkpoint
from contracts.errors import VerificationFailed
from contracts.merkle import Frontier
from contracts.note import SigningKey
from services.kit.errors import Unavailable
from services.reporting.feed import BATCH_ENTRIES, MOST_BYTES, Batch, Consumer, HttpFeed
from tests import makers
from tests.simulated_registry import ORIGIN, SimulatedRegistry, client_of


def log_of(size: int) -> SimulatedRegistry:
    registry = SimulatedRegistry()
    registry.append(*(makers.declaration_lodged(f"ZZ{chr(65 + n % 26)}") for n in range(size)))
    return registry


def consumer_of(registry: SimulatedRegistry, frontier: Frontier | None = None) -> Consumer:
    return Consumer(registry.feed(), registry.key.verifier, frontier or Frontier())


def positions(batch: Batch | None) -> list[int]:
    assert batch is not None
    return [each.entry.position for each in batch.entries]


def test_an_empty_log_proves_that_it_is_empty_and_then_gives_nothing() -> None:
    consumer = consumer_of(log_of(0))
    batch = consumer.next_batch(0)
    assert positions(batch) == []
    assert batch is not None
    assert batch.checkpoint is not None
    assert consumer.next_batch(0) is None


def test_a_page_that_ends_at_the_signed_size_is_proven() -> None:
    registry = log_of(5)
    batch = consumer_of(registry).next_batch(0)
    assert positions(batch) == [1, 2, 3, 4, 5]
    assert batch is not None
    assert batch.checkpoint == registry.signed()
    assert batch.frontier == registry.frontiers[5]


def test_pages_before_the_signed_size_are_handed_out_unproven() -> None:
    registry = log_of(5)
    registry.limit = 2
    consumer = consumer_of(registry)
    batches = [consumer.next_batch(0) for _ in range(3)]
    assert [positions(batch) for batch in batches] == [[1, 2], [3, 4], [5]]
    assert [batch is not None and batch.checkpoint is not None for batch in batches] == [
        False,
        False,
        True,
    ]


def test_a_page_beyond_the_signed_size_is_split_there() -> None:
    registry = log_of(5)
    registry.signed_size = 3
    consumer = consumer_of(registry)
    first = consumer.next_batch(0)
    assert positions(first) == [1, 2, 3]
    assert first is not None
    assert first.checkpoint is not None
    with pytest.raises(Unavailable, match="entries beyond 3 are served, but not yet signed"):
        consumer.next_batch(0)
    registry.signed_size = None
    assert positions(consumer.next_batch(0)) == [4, 5]
    assert registry.requests.count("/v1/events") == 1


def test_a_reader_that_is_behind_takes_several_pages_at_once() -> None:
    registry = log_of(BATCH_ENTRIES + 300)
    consumer = consumer_of(registry)
    sizes = []
    while batch := consumer.next_batch(0):
        sizes.append(len(batch.entries))
    assert sizes == [256, BATCH_ENTRIES, 44]


def test_a_reader_that_stopped_between_signed_sizes_is_proven_when_it_comes_back() -> None:
    registry = log_of(4)
    batch = consumer_of(registry, registry.frontiers[4]).next_batch(0)
    assert positions(batch) == []
    assert batch is not None
    assert batch.checkpoint == registry.signed()


def test_nothing_new_gives_nothing_but_the_checkpoint_is_looked_at() -> None:
    registry = log_of(2)
    consumer = consumer_of(registry)
    consumer.next_batch(0)
    assert consumer.next_batch(0) is None
    registry.append(makers.cycle_opened())
    assert positions(consumer.next_batch(0)) == [3]
    assert consumer.seen_size == 3


def forged(registry: SimulatedRegistry) -> str:
    return sign_checkpoint(Checkpoint(ORIGIN, registry.size, bytes(32)), registry.key)


def by_another_key(registry: SimulatedRegistry) -> str:
    checkpoint = Checkpoint(ORIGIN, registry.size, registry.frontiers[-1].root())
    return sign_checkpoint(checkpoint, SigningKey.generate(ORIGIN))


@pytest.mark.parametrize(
    ("note", "reason"),
    [
        (forged, "position 3: expected root .* the checkpoint signs 0000"),
        (by_another_key, "no signature of a known key"),
        (lambda _: "", "expected"),
    ],
)
def test_a_checkpoint_that_does_not_fit_is_refused(
    note: Callable[[SimulatedRegistry], str], reason: str
) -> None:
    registry = log_of(3)
    registry.checkpoint = lambda: note(registry)
    with pytest.raises(VerificationFailed, match=reason):
        consumer_of(registry).next_batch(0)


def test_a_log_that_forked_is_noticed_at_once() -> None:
    registry, fork = log_of(3), SimulatedRegistry()
    consumer = consumer_of(registry)
    consumer.next_batch(0)
    fork.append(*(makers.declaration_lodged("ZZZ") for _ in range(3)))
    registry.checkpoint = lambda: sign_checkpoint(
        Checkpoint(ORIGIN, 3, fork.frontiers[3].root()), registry.key
    )
    with pytest.raises(VerificationFailed, match="position 3: two roots are signed for one size"):
        consumer.next_batch(0)


def test_a_checkpoint_that_lags_is_waited_for_but_not_for_ever() -> None:
    registry = log_of(3)
    consumer = consumer_of(registry)
    consumer.next_batch(0)
    older = registry.signed(2)
    registry.checkpoint = lambda: older
    for _ in range(3):
        with pytest.raises(Unavailable, match="size 3 or more, got 2"):
            consumer.next_batch(0)
    with pytest.raises(VerificationFailed, match=r"position 3: .* the log was set back"):
        consumer.next_batch(0)


def test_an_older_checkpoint_once_is_no_harm() -> None:
    registry = log_of(3)
    consumer = consumer_of(registry)
    consumer.next_batch(0)
    older, registry.checkpoint = registry.signed(2), lambda: older
    with pytest.raises(Unavailable):
        consumer.next_batch(0)
    registry.checkpoint = registry.signed
    assert consumer.next_batch(0) is None


def answering(answer: Callable[[httpx.Request], httpx.Response]) -> HttpFeed:
    return HttpFeed(client_of(answer))


@pytest.mark.parametrize("status", [204, 301, 404, 429, 500, 503])
def test_any_other_answer_than_200_is_waited_out(status: int) -> None:
    with pytest.raises(Unavailable, match=f"expected 200 for /checkpoint, got {status}"):
        answering(lambda _: httpx.Response(status)).checkpoint()


def test_a_registry_that_is_away_is_waited_for() -> None:
    registry = log_of(1)
    registry.is_down = True
    with pytest.raises(Unavailable, match="/v1/events: ConnectError"):
        registry.feed().page(0, 0)


def test_an_endless_answer_is_broken_off() -> None:
    feed = answering(lambda _: httpx.Response(200, content=bytes(MOST_BYTES + 1)))
    with pytest.raises(VerificationFailed, match=r"expected at most .* bytes for /v1/events"):
        feed.page(0, 0)


def test_a_checkpoint_that_is_no_text_is_refused() -> None:
    feed = answering(lambda _: httpx.Response(200, content=b"\xff"))
    with pytest.raises(VerificationFailed, match="UTF-8"):
        feed.checkpoint()


def test_the_reader_says_how_long_it_wants_to_wait() -> None:
    asked: list[dict[str, Any]] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(dict(request.url.params) | request.extensions["timeout"])
        return httpx.Response(200, content=b"[]")

    answering(answer).page(7, 20)
    assert asked[0]["after"] == "7"
    assert asked[0]["wait"] == "20"
    assert asked[0]["read"] == 30
