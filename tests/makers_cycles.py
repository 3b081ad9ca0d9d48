"""Makers: cycles, extensions, reminders, and what governs them."""

from datetime import date
from typing import Any

from contracts.events.cycles import CycleClosed, CycleOpened, ExtensionGranted, ReminderSent
from contracts.events.publications import (
    InstrumentEditionPublished,
    MethodologyPublished,
    RuleDeactivated,
    RulesetPublished,
)
from services.registry.domain.shipped import Shipped, ShippedDocument
from tests.makers_basics import digest_of

PUBLISHED = "https://concord.example/contracts"
RULES = ("P5-R03", "A-R01")
DOCUMENTS = {
    f"{PUBLISHED}/instrument/code-of-conduct/1.0.0.json": {"edition": "1.0.0"},
    f"{PUBLISHED}/reports/national-report/rules/1.0.0.json": {"ruleset_version": "1.0.0"},
    f"{PUBLISHED}/methodologies/reporting-rates/1.0.0.json": {"methodology": "1.0.0"},
    f"{PUBLISHED}/methodologies/reporting-rates/1.1.0.json": {"methodology": "1.1.0"},
}
"""What the publications made here are of; the content stands for that of the documents."""
SHIPPED = Shipped(
    documents={
        name: ShippedDocument(
            id=name, digest=digest_of(content), rules=RULES if "/rules/" in name else None
        )
        for name, content in DOCUMENTS.items()
    },
    templates={"1.0.0"},
    rulesets={"1.0.0"},
    methodologies={"1.0.0", "1.1.0"},
)


def cycle_opened(cycle_id: str = "2026", **changes: Any) -> CycleOpened:
    """A cycle on the year before the one its id names."""
    year = int(cycle_id[:4])
    cycle = {
        "cycle_id": cycle_id,
        "title": {"en": f"Cycle {cycle_id}"},
        "period_from": date(year - 1, 1, 1),
        "period_to": date(year - 1, 12, 31),
        "opens_on": date(year, 1, 15),
        "due_on": date(year, 6, 30),
        "grace_days": 30,
        "time_zone": "America/New_York",
        "participant_kinds": ["state", "organisation"],
        "template_version": "1.0.0",
        "ruleset_version": "1.0.0",
        "methodology_version": "1.0.0",
        "instrument_edition": "1.0.0",
    }
    return CycleOpened.model_validate({**cycle, **changes})


def cycle_closed(cycle_id: str = "2026", **changes: Any) -> CycleClosed:
    closing = {"cycle_id": cycle_id, "effective_on": date(int(cycle_id[:4]), 12, 31)}
    return CycleClosed.model_validate({**closing, **changes})


def extension_granted(
    participant: str = "ZZA", cycle_id: str = "2026", **changes: Any
) -> ExtensionGranted:
    extension = {
        "cycle_id": cycle_id,
        "participant": participant,
        "due_on": date(int(cycle_id[:4]), 9, 30),
        "received_on": date(int(cycle_id[:4]), 6, 1),
        "reason": {"en": "The lead body was reorganised."},
        "reference": "Note verbale 40/2026",
    }
    return ExtensionGranted.model_validate({**extension, **changes})


def reminder_sent(participant: str = "ZZA", cycle_id: str = "2026", **changes: Any) -> ReminderSent:
    reminder = {
        "cycle_id": cycle_id,
        "participant": participant,
        "reminder": "before_due",
        "due_on": date(int(cycle_id[:4]), 6, 30),
        "sent_on": date(int(cycle_id[:4]), 6, 1),
        "channel": "outbox",
    }
    return ReminderSent.model_validate({**reminder, **changes})


def instrument_edition_published(
    edition: str = "1.0.0", **changes: Any
) -> InstrumentEditionPublished:
    publication = {
        "edition": edition,
        "document": f"{PUBLISHED}/instrument/code-of-conduct/{edition}.json",
        "digest": digest_of({"edition": edition}),
        "effective_on": date(2018, 9, 28),
    }
    return InstrumentEditionPublished.model_validate({**publication, **changes})


def ruleset_published(ruleset_version: str = "1.0.0", **changes: Any) -> RulesetPublished:
    publication = {
        "ruleset_version": ruleset_version,
        "document": f"{PUBLISHED}/reports/national-report/rules/{ruleset_version}.json",
        "digest": digest_of({"ruleset_version": ruleset_version}),
        "rules": list(RULES),
        "effective_on": date(2025, 1, 1),
    }
    return RulesetPublished.model_validate({**publication, **changes})


def rule_deactivated(rule: str = "P5-R03", **changes: Any) -> RuleDeactivated:
    deactivation = {
        "ruleset_version": "1.0.0",
        "rule": rule,
        "effective_on": date(2026, 9, 1),
        "reason": {"en": "It misread years as months."},
    }
    return RuleDeactivated.model_validate({**deactivation, **changes})


def methodology_published(version: str = "1.0.0", **changes: Any) -> MethodologyPublished:
    publication = {
        "methodology": "reporting-rates",
        "version": version,
        "document": f"{PUBLISHED}/methodologies/reporting-rates/{version}.json",
        "digest": digest_of({"methodology": version}),
        "effective_on": date(2025, 1, 1),
    }
    return MethodologyPublished.model_validate({**publication, **changes})
