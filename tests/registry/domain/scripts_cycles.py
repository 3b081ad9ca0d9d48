"""Scripts: random commands about cycles, more time, reminders and publications."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from hypothesis import strategies as st

from contracts.events import RegistryEvent, RulesetPublished
from services.registry.domain.circumstances import Circumstances
from services.registry.domain.cycle import CloseCycle
from services.registry.domain.obligation import GrantExtension, RecordReminder
from services.registry.domain.publication import DeactivateRule, Publication, Publish
from tests import makers

CODES = st.sampled_from(("ZZA", "ORG-ZZO", "KAZ"))
CYCLES = st.sampled_from(("2025", "2026"))
DUE_DAYS = st.sampled_from((date(2026, 6, 30), date(2026, 12, 31), date(2027, 3, 31)))
REMINDERS = (
    ("before_due", date(2026, 6, 1)),
    ("before_due", date(2025, 3, 1)),
    ("after_due", date(2026, 8, 1)),
    ("due", date(2026, 8, 1)),
)
"""Kind and day sent; most fit one of the cycles."""


@st.composite
def closings(
    draw: st.DrawFn, around: Circumstances, history: Iterable[RegistryEvent]
) -> CloseCycle:
    day = draw(st.sampled_from((date(2026, 12, 31), date(2026, 11, 21), date(2025, 3, 1))))
    return CloseCycle(
        closing=makers.cycle_closed(draw(CYCLES), effective_on=day), circumstances=around
    )


@st.composite
def extensions(
    draw: st.DrawFn, around: Circumstances, history: Iterable[RegistryEvent]
) -> GrantExtension:
    extension = makers.extension_granted(
        draw(CODES),
        draw(CYCLES),
        due_on=draw(DUE_DAYS),
        received_on=draw(st.sampled_from((date(2025, 2, 1), date(2026, 6, 1)))),
    )
    return GrantExtension(extension=extension, circumstances=around)


@st.composite
def reminders(
    draw: st.DrawFn, around: Circumstances, history: Iterable[RegistryEvent]
) -> RecordReminder:
    cycle_id = draw(CYCLES)
    kind, sent_on = draw(st.sampled_from(REMINDERS))
    due_on = draw(st.sampled_from((date(int(cycle_id), 6, 30), date(2026, 12, 31))))
    reminder = makers.reminder_sent(
        draw(CODES), cycle_id, reminder=kind, due_on=due_on, sent_on=sent_on
    )
    return RecordReminder(reminder=reminder, circumstances=around)


@st.composite
def publications(
    draw: st.DrawFn, around: Circumstances, history: Iterable[RegistryEvent]
) -> Publish | DeactivateRule:
    changes: dict[str, Any] = draw(
        st.sampled_from(
            ({}, {}, {}, {}, {"effective_on": date(2027, 1, 1)}, {"digest": "sha256:" + "0" * 64})
        )
    )
    is_published = any(isinstance(event, RulesetPublished) for event in history)
    if is_published and draw(st.booleans()):
        deactivated = draw(st.sampled_from(("P5-R03", "P5-R03", "P5-R99")))
        return DeactivateRule(deactivation=makers.rule_deactivated(deactivated))
    made: tuple[Publication, ...] = (
        makers.instrument_edition_published(**changes),
        makers.ruleset_published(**changes),
        makers.ruleset_published(**changes),
        makers.methodology_published("1.1.0", **changes),
    )
    return Publish(publication=draw(st.sampled_from(made)), circumstances=around)


def opening(around: Circumstances) -> tuple[Publish, ...]:
    """The ruleset whose rules can be deactivated."""
    return (Publish(publication=makers.ruleset_published(), circumstances=around),)


COMMANDS = (closings, extensions, reminders, reminders, publications, publications)


def events(code: str, cycle_id: str) -> tuple[RegistryEvent, ...]:
    """Events of these families, whether or not the rules would ever have let them happen."""
    return (
        makers.cycle_closed(cycle_id),
        makers.extension_granted(code, cycle_id),
        makers.reminder_sent(code, cycle_id),
        makers.instrument_edition_published(),
        makers.ruleset_published(),
        makers.rule_deactivated(),
        makers.methodology_published(),
    )
