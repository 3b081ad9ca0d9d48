"""A page of the feed is what its leaves say, or it is refused with position and reason."""

from collections.abc import Callable
from typing import Any

import orjson
import pytest

from contracts.checkpoint import Checkpoint
from contracts.errors import VerificationFailed
from contracts.merkle import Frontier
from services.reporting.verification import Verified, extend, prove, verify_page
from tests import makers
from tests.simulated_registry import ORIGIN, SimulatedRegistry

Event = dict[str, Any]


@pytest.fixture(scope="module")
def registry() -> SimulatedRegistry:
    registry = SimulatedRegistry()
    registry.append(makers.cycle_opened())
    for code in ("ZZA", "ZZB", "ZZC", "ZZD"):
        registry.append(makers.signature_recorded(code))
    return registry


def verified(registry: SimulatedRegistry) -> list[Verified]:
    return verify_page(registry.page(0), after=0, origin=ORIGIN)


def test_a_page_gives_its_entries_with_their_data(registry: SimulatedRegistry) -> None:
    entries = verified(registry)
    assert [each.entry.position for each in entries] == [1, 2, 3, 4, 5]
    assert entries[0].entry.participant is None
    assert entries[1].data["participant"] == "ZZA"
    assert extend(Frontier(), entries) == registry.frontiers[5]


def test_a_page_goes_on_where_the_last_one_ended(registry: SimulatedRegistry) -> None:
    first = verify_page(registry.page(0), after=0, origin=ORIGIN)[:2]
    rest = verify_page(registry.page(2), after=2, origin=ORIGIN)
    assert extend(extend(Frontier(), first), rest) == registry.frontiers[5]
    with pytest.raises(VerificationFailed, match="position 3: expected to go on after 0"):
        extend(Frontier(), rest)


def test_the_root_of_the_leaves_read_is_the_signed_one(registry: SimulatedRegistry) -> None:
    prove(registry.frontiers[5], Checkpoint(ORIGIN, 5, registry.frontiers[5].root()))
    with pytest.raises(VerificationFailed, match="size 5, got 4"):
        prove(registry.frontiers[5], Checkpoint(ORIGIN, 4, registry.frontiers[4].root()))
    with pytest.raises(VerificationFailed, match=r"position 5: expected root .* the checkpoint"):
        prove(registry.frontiers[5], Checkpoint(ORIGIN, 5, registry.frontiers[4].root()))


@pytest.mark.parametrize(
    ("page", "reason"),
    [
        (b"", "expected a page in JSON"),
        (b"{}", "expected a page that is an array of at most 256"),
        (b"[" + b"1," * 256 + b"1]", "expected a page that is an array of at most 256"),
        (b"[1]", "expected an event that is an object"),
        (b"[{}]", "expected leaf as text and data as an object"),
        (b'[{"leaf":"{}","data":[]}]', "expected leaf as text and data as an object"),
        (b'[{"leaf":"\\ud800","data":{}}]', "expected a page in JSON"),
    ],
)
def test_what_is_no_page_is_refused(page: bytes, reason: str) -> None:
    with pytest.raises(VerificationFailed, match=f"position 8: {reason}"):
        verify_page(page, after=7, origin=ORIGIN)


def _without(name: str) -> Callable[[Event], object]:
    return lambda event: event.pop(name)


def _with(**changes: Any) -> Callable[[Event], object]:
    return lambda event: event.update(changes)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (_with(id="4"), "expected the attribute id to be as in the leaf"),
        (_with(id=3), "expected the attribute id to be as"),
        (_with(source="another.test/log"), "expected the attribute source to be as in the leaf"),
        (_with(type="plan-registered"), "expected the attribute type to be as in the leaf"),
        (_with(time="2026-01-01T00:00:00.000000Z"), "expected the attribute time to be"),
        (_with(subject="ZZZ"), "expected the attribute subject to be as in the leaf"),
        (_with(dataschema="https://else.test"), "expected the attribute dataschema to be"),
        (_with(specversion="1.1"), "expected the attribute specversion to be"),
        (_with(datacontenttype="text/plain"), "expected the attribute datacontenttype to be"),
        (_without("subject"), "expected the attribute subject, which the leaf names"),
        (_with(extra=1), "expected no attribute beyond those that follow from the leaf"),
        (_with(data={"participant": "ZZB"}), "expected data with the digest that the leaf names"),
        (_without("data"), "expected leaf as text and data as an object"),
        (_with(leaf="{"), "expected a leaf"),
        (
            lambda event: event.update(leaf=event["leaf"].replace(":", ": ", 1)),
            "expected a leaf in canonical form",
        ),
        (
            lambda event: event.update(leaf=event["leaf"].replace('"position":3', '"position":9')),
            "expected the leaf of position 3, got that of 9",
        ),
    ],
)
def test_an_event_that_its_leaf_does_not_bear_out_is_refused(
    registry: SimulatedRegistry, change: Callable[[Event], object], reason: str
) -> None:
    events = orjson.loads(registry.page(0))
    change(events[2])
    with pytest.raises(VerificationFailed, match=f"position 3: {reason}") as refused:
        verify_page(orjson.dumps(events), after=0, origin=ORIGIN)
    assert refused.value.position == 3


def test_an_entry_that_names_no_participant_has_no_subject(registry: SimulatedRegistry) -> None:
    events = orjson.loads(registry.page(0))
    events[0]["subject"] = "ZZA"
    with pytest.raises(VerificationFailed, match="position 1: expected no attribute beyond"):
        verify_page(orjson.dumps(events), after=0, origin=ORIGIN)


@pytest.mark.parametrize("order", [[0, 2, 3, 4], [1, 0, 2, 3, 4], [0, 1, 1, 2, 3]])
def test_a_gap_a_swap_and_a_repetition_are_refused(
    registry: SimulatedRegistry, order: list[int]
) -> None:
    events = orjson.loads(registry.page(0))
    with pytest.raises(VerificationFailed, match="expected the leaf of position"):
        verify_page(orjson.dumps([events[at] for at in order]), after=0, origin=ORIGIN)


TWICE = [
    (b'"participant":', b'"participant":"ZZB","participant":'),
    (b'"participant":"ZZA"', b'"participant":"ZZA","participant":"ZZB"'),
    (b'"data":{', b'"data":{"participant":"ZZB"},"data":{'),
    (b'"leaf":', b'"leaf":"{}","leaf":'),
    (b'"name":{', b'"name":{"en":"Another"},"name":{'),
    (b'"en":"', b'"en":"Another","en":"'),
]


@pytest.mark.parametrize(("text", "twice"), TWICE)
def test_a_name_that_a_page_says_twice_shows_nobody_another_entry(
    registry: SimulatedRegistry, text: bytes, twice: bytes
) -> None:
    """Readers differ in which of the two they take; one of them is refused, whoever reads."""
    page, expected = registry.page(0), verified(registry)
    assert text in page
    for doubled in (page.replace(text, twice), page.replace(text, twice, 1)):
        try:
            assert verify_page(doubled, after=0, origin=ORIGIN) == expected
        except VerificationFailed:
            continue


def test_a_body_that_an_export_could_not_hold_is_refused_here_too() -> None:
    """Its leaf names its digest, so it is what was signed: an auditor would refuse the log."""
    registry = SimulatedRegistry()
    for value in (1.5, {"ñ": 1}, "a\rb"):
        registry.append_body("plan-registered", {"title": value}, stream="plan-1", as_is=True)
        position = registry.size
        with pytest.raises(VerificationFailed, match=f"position {position}: the body has"):
            verify_page(registry.page(position - 1), after=position - 1, origin=ORIGIN)


def test_no_reason_repeats_what_was_sent(registry: SimulatedRegistry) -> None:
    events = orjson.loads(registry.page(0))
    events[2]["data"]["name"] = {"en": "A secret name"}
    with pytest.raises(VerificationFailed) as refused:
        verify_page(orjson.dumps(events), after=0, origin=ORIGIN)
    assert "secret" not in str(refused.value)
