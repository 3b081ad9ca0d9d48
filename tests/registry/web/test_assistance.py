"""Registry web: assistance over HTTP: who says what, and what is kept of it."""

import orjson

from tests import makers, writes
from tests.running_registry import RunningRegistry

ACTS = "/v1/assistance/ZZA-NEED-1/acts"
NEED = writes.act(makers.assistance_requested(), "")
OFFER = writes.act(makers.assistance_offered(), "")
MATCH = writes.act(makers.assistance_matched(), "assistance_id")
END = writes.act(makers.assistance_concluded(), "assistance_id")


def both(registry: RunningRegistry) -> None:
    registry.sign("ZZA")
    registry.sign("ZZB")
    registry.designate("ZZA", "ZZB")
    registry.record("/v1/assistance", NEED, by="ZZA")
    registry.record("/v1/assistance", OFFER, by="ZZB")


def test_a_need_is_matched_and_concluded(registry: RunningRegistry) -> None:
    both(registry)
    registry.record(ACTS, MATCH, expected=1)
    registry.record(ACTS, END, expected=2, by="ZZA")
    leaves = [orjson.loads(event["leaf"]) for event in registry.events(after=6)]
    assert [(leaf["type"], leaf["causation"]) for leaf in leaves] == [
        ("assistance-matched", 5),
        ("assistance-concluded", 5),
    ]
    assert {leaf["participant"] for leaf in leaves} == {"ZZA"}


def test_nobody_speaks_for_another_participant_and_only_the_secretariat_matches(
    registry: RunningRegistry,
) -> None:
    both(registry)
    size = registry.size
    assert registry.post("/v1/assistance", NEED, by="ZZB").status_code == 403
    assert registry.post(ACTS, MATCH, expected=1, by="ZZA").status_code == 403
    assert registry.post(ACTS, MATCH, expected=1, by="ZZB").status_code == 403
    assert registry.post(ACTS, END, expected=1, by="ZZB").status_code == 403
    assert registry.size == size


def test_what_is_not_public_is_sealed(registry: RunningRegistry) -> None:
    registry.sign()
    registry.designate("ZZA")
    hidden = makers.passage(writes.RESTRICTED, visibility="participants")
    registry.record("/v1/assistance", {**NEED, "request": hidden}, by="ZZA")
    said = registry.events()[-1]["data"]
    assert said["request"].keys() == {"sealed", "visibility"}
    assert (said["unit"], said["pillar"]) == ("P6", "III")
    assert "Canary" not in registry.get("/v1/export").text


def test_an_offer_that_ended_meanwhile_is_not_matched(registry: RunningRegistry) -> None:
    both(registry)
    ended = makers.assistance_concluded(
        "ZZB", assistance_id="ZZB-OFFER-1", effective_on="2026-02-20", outcome="withdrawn"
    )
    body = writes.act(ended, "assistance_id")
    registry.record("/v1/assistance/ZZB-OFFER-1/acts", body, expected=1, by="ZZB")
    refused = registry.post(ACTS, MATCH, expected=1)
    assert (refused.status_code, refused.json()["code"]) == (409, "does-not-stand")
