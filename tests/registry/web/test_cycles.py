"""Registry over HTTP: publications, closings, more time and reminders, by the secretariat."""

from datetime import date
from typing import Any

from contracts.canonical import canonical, digest
from contracts.catalogue import BASE, catalogue, load
from contracts.events import RegistryEvent
from tests import makers, writes
from tests.running_registry import RunningRegistry, body_of

EDITION = f"{BASE}instrument/code-of-conduct/1.0.0.json"
RULES = f"{BASE}reports/national-report/rules/1.0.0.json"


def code_of(answer: Any, status: int = 409) -> str:
    assert answer.status_code == status, answer.text
    return str(answer.json()["code"])


def below_the_cycle(event: RegistryEvent) -> dict[str, Any]:
    return writes.act(event, "cycle_id")


def edition_published(**changes: Any) -> dict[str, Any]:
    """The edition of the instrument as it really lies among the contracts."""
    made = makers.instrument_edition_published(digest=digest(canonical(load(EDITION))))
    return {"type": "instrument-edition-published", **body_of(made), **changes}


def test_what_the_registry_serves_is_published_once_bound_to_its_bytes(
    registry: RunningRegistry,
) -> None:
    first = registry.record("/v1/publications", edition_published())
    assert (first["stream"], first["version"]) == ("instrument-code-of-conduct", 1)
    again = registry.post("/v1/publications", edition_published(), expected=1)
    assert (again.status_code, again.json()["changed"]) == (200, False)
    other = edition_published(effective_on="2026-05-01")
    assert code_of(registry.post("/v1/publications", other, expected=1)) == "already-published"
    served = registry.get("/contracts/instrument/code-of-conduct/1.0.0.json").json()
    assert digest(canonical(served)) == edition_published()["digest"]


def test_another_document_or_another_digest_is_not_published(registry: RunningRegistry) -> None:
    unknown = EDITION.replace("1.0.0", "9.9.9")
    for changes, code in (
        ({"document": unknown, "edition": "9.9.9"}, "unknown-document"),
        ({"digest": makers.digest_of({})}, "document-digest-differs"),
        ({"edition": "1.0.1"}, "document-of-another-version"),
    ):
        assert code_of(registry.post("/v1/publications", edition_published(**changes))) == code
    assert registry.size == 0


def test_a_ruleset_is_published_with_its_rules_as_soon_as_the_registry_ships_one(
    registry: RunningRegistry,
) -> None:
    """Until then there is no document to name."""
    if RULES not in catalogue().documents:
        body = {"type": "ruleset-published", **body_of(makers.ruleset_published())}
        assert code_of(registry.post("/v1/publications", body)) == "unknown-document"
        return
    content = load(RULES)
    made = makers.ruleset_published(digest=digest(canonical(content)), rules=list(content["rules"]))
    body = {"type": "ruleset-published", **body_of(made)}
    assert registry.record("/v1/publications", body)["stream"] == "ruleset-1.0.0"
    deactivated = makers.rule_deactivated(next(iter(content["rules"])))
    body = {"type": "rule-deactivated", **body_of(deactivated)}
    assert registry.record("/v1/publications", body, expected=1)["version"] == 2
    assert registry.events()[1]["leaf"].count('"causation":1') == 1


def test_a_rule_of_no_published_ruleset_is_not_deactivated(registry: RunningRegistry) -> None:
    body = {"type": "rule-deactivated", **body_of(makers.rule_deactivated())}
    assert code_of(registry.post("/v1/publications", body)) == "ruleset-not-published"


def test_a_cycle_names_what_is_shipped_and_not_what_is_published_for_later(
    registry: RunningRegistry,
) -> None:
    registry.open_cycle("2025")
    registry.record("/v1/publications", edition_published(effective_on="2027-01-01"))
    refused = registry.post("/v1/cycles", body_of(makers.cycle_opened("2026")))
    assert code_of(refused) == "not-yet-in-effect"
    unknown = makers.cycle_opened("2026", methodology_version="9.0.0")
    assert code_of(registry.post("/v1/cycles", body_of(unknown))) == "unknown-methodology"


def test_a_closing_answers_its_opening_and_ends_what_is_received(
    registry: RunningRegistry,
) -> None:
    registry.sign("ZZA")
    registry.sign("ZZB")
    opened = registry.open_cycle("2026")
    registry.record("/v1/reports", writes.submission("ZZA"))
    closing = makers.cycle_closed(effective_on=date(2026, 11, 21))
    closed = registry.record("/v1/cycles/2026/acts", below_the_cycle(closing), expected=1)
    assert (closed["stream"], closed["version"]) == ("cycle-2026", 2)
    assert f'"causation":{opened["position"]},' in registry.events()[-1]["leaf"]
    later = makers.cycle_closed(effective_on=date(2026, 12, 1))
    again = registry.post("/v1/cycles/2026/acts", below_the_cycle(later), expected=2)
    assert code_of(again) == "cycle-already-closed"


def test_the_path_says_of_which_cycle(registry: RunningRegistry) -> None:
    registry.open_cycle("2026")
    twice = {**below_the_cycle(makers.cycle_closed()), "cycle_id": "2026"}
    answer = registry.post("/v1/cycles/2026/acts", twice, expected=1)
    assert code_of(answer, 422) == "malformed"
    elsewhere = registry.post("/v1/cycles/2031/acts", below_the_cycle(makers.cycle_closed()))
    assert code_of(elsewhere) == "no-such-cycle"


def test_more_time_and_reminders_stand_in_one_stream_of_the_participant_and_cycle(
    registry: RunningRegistry,
) -> None:
    registry.sign("ZZA")
    registry.open_cycle("2026")
    extension = makers.extension_granted(due_on=date(2026, 12, 31))
    granted = registry.record("/v1/cycles/2026/extensions", below_the_cycle(extension))
    assert (granted["stream"], granted["version"]) == ("obligation-ZZA-2026", 1)
    sent = makers.reminder_sent(
        due_on=date(2026, 12, 31), sent_on=date(2026, 11, 20), channel="correspondence"
    )
    reminded = registry.record("/v1/cycles/2026/reminders", below_the_cycle(sent), expected=1)
    assert (reminded["stream"], reminded["version"]) == ("obligation-ZZA-2026", 2)
    again = below_the_cycle(makers.reminder_sent(due_on=date(2026, 12, 31)))
    answer = registry.post("/v1/cycles/2026/reminders", again, expected=2)
    assert code_of(answer) == "reminder-already-sent"
    assert {event["subject"] for event in registry.events()[2:]} == {"ZZA"}


def test_whoever_has_reported_is_given_no_more_time(
    registry: RunningRegistry,
) -> None:
    registry.sign("ZZA")
    registry.open_cycle("2026")
    registry.record("/v1/reports", writes.submission("ZZA"))
    extension = makers.extension_granted(due_on=date(2026, 12, 31))
    answer = registry.post("/v1/cycles/2026/extensions", below_the_cycle(extension))
    assert code_of(answer) == "report-already-received"
