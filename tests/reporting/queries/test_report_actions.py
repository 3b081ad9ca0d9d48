"""Actions on a report: what reporting says is allowed, the registry's rules take, and no more."""

from collections.abc import Mapping
from datetime import date

import pytest

from contracts.events import RegistryEvent
from services.reporting.queries.obligations import list_obligations
from services.reporting.queries.reports import get_report
from tests import makers
from tests.reporting import attempts
from tests.reporting.answering import ALL, Told

BEFORE = (
    makers.signature_recorded("ZZA"),
    makers.cycle_opened("2025"),
    makers.cycle_opened("2026"),
    makers.report_submitted("ZZA", "2025"),
)
FILED = makers.report_submitted()
TAKEN_UP = (FILED, makers.review_opened())
ASKED = (*TAKEN_UP, makers.clarification_requested())
COMPILED = makers.report_submitted(document=makers.compilation())
CLOSED = makers.cycle_closed(effective_on=date(2026, 10, 31))
ANNOUNCED = makers.cycle_closed(effective_on=date(2026, 11, 25))
WITHDRAWN = makers.report_withdrawn()
ANEW = makers.report_submitted(report_version=2, supersedes=1)
LEFT = makers.withdrawal_notified()
HISTORIES: Mapping[str, tuple[RegistryEvent, ...]] = {
    "nothing filed": (),
    "submitted": (FILED,),
    "taken up": TAKEN_UP,
    "asked": ASKED,
    "answered": (*ASKED, makers.clarification_provided()),
    "returned while asked": (*ASKED, makers.report_returned()),
    "accepted": (FILED, makers.report_accepted()),
    "acceptance taken back": (FILED, makers.report_accepted(), makers.acceptance_revoked()),
    "corrected while asked": (*ASKED, makers.corrigendum_filed()),
    "withdrawn": (FILED, WITHDRAWN),
    "submitted anew": (FILED, WITHDRAWN, ANEW),
    "renewed": (makers.nothing_new_declared(),),
    "renewed after a withdrawal": (FILED, WITHDRAWN, makers.nothing_new_declared(report_version=2)),
    "shown": (FILED, makers.publication_authorised()),
    "nothing shown": (FILED, makers.publication_restricted()),
    "compiled": (COMPILED,),
    "closed, nothing filed": (CLOSED,),
    "closed, submitted": (FILED, CLOSED),
    "closed, returned": (FILED, makers.report_returned(), CLOSED),
    "closed, withdrawn": (FILED, WITHDRAWN, CLOSED),
    "closing announced": (ANNOUNCED,),
    "closing announced before the extended day": (
        makers.extension_granted(due_on=date(2026, 11, 25)),
        ANNOUNCED,
    ),
    "more time": (makers.extension_granted(due_on=date(2026, 12, 31)),),
    "reminded today": (makers.reminder_sent(reminder="after_due", sent_on=date(2026, 11, 20)),),
    "reminded of another day": (
        makers.reminder_sent(reminder="after_due", sent_on=date(2026, 8, 20)),
        makers.extension_granted(due_on=date(2026, 12, 31)),
    ),
    "left": (LEFT,),
    "left, submitted": (FILED, LEFT),
    "left after the due day": (makers.withdrawal_notified(effective_on=date(2026, 8, 1)),),
    "came back": (LEFT, makers.withdrawal_rescinded()),
    "contested": (makers.act_contested(contests=1),),
    "nothing to renew: withdrawn": (makers.report_withdrawn("ZZA", "2025"),),
    "nothing to renew: returned": (makers.report_returned("ZZA", "2025"),),
    "an earlier version was returned": (
        makers.report_returned("ZZA", "2025"),
        makers.report_submitted("ZZA", "2025", report_version=2, supersedes=1),
    ),
}


@pytest.mark.parametrize("name", HISTORIES)
def test_an_action_is_allowed_exactly_where_the_rules_take_it(told: Told, name: str) -> None:
    history = (*BEFORE, *HISTORIES[name])
    told.tell(*history)
    report = told.ask(get_report, code="ZZA", cycle_id="2026")
    asked = attempts.Told(history)
    for action in report["actions"]:
        assert (action["reason"] is None) is action["allowed"], action
        if action["rel"] != "begin-draft":
            tried = attempts.on_report(asked, "ZZA", "2026", action)
            assert action["allowed"] is attempts.is_taken(history, tried), action
    assert {action["rel"] for action in report["actions"]} == attempts.RELS
    for row in told.ask(list_obligations, page=ALL, cycle_id="2026").rows:
        assert row["actions"] == report["actions"][: len(row["actions"])]
        assert len(row["actions"]) == 6


def test_a_section_of_an_earlier_version_can_still_be_shown(told: Told) -> None:
    """The latest version shows all it has; the one before has a section that is sealed."""
    history = (*BEFORE, FILED, makers.corrigendum_filed())
    told.tell(*history)
    report = told.ask(get_report, code="ZZA", cycle_id="2026")
    (action,) = [one for one in report["actions"] if one["rel"] == "authorise-publication"]
    tried = attempts.on_report(attempts.Told(history), "ZZA", "2026", action)
    assert action["allowed"] is attempts.is_taken(history, tried) is True


def why(told: Told, cycle_id: str) -> dict[str, str | None]:
    report = told.ask(get_report, code="ZZA", cycle_id=cycle_id)
    return {action["rel"]: action["reason"] for action in report["actions"]}


def test_reasons_say_what_stands_in_the_way(told: Told) -> None:
    told.tell(*BEFORE, *ASKED)
    reasons = why(told, "2026")
    assert reasons["accept"] == "Version 1 is with the participant: Q1 asked and not answered."
    assert (reasons["submit"] or "").startswith("Version 1 was submitted and not returned")
    report = told.ask(get_report, code="ZZA", cycle_id="2026")
    hrefs = {action["rel"]: action["href"] for action in report["actions"]}
    assert hrefs["provide-clarification"] == "/v1/reports/ZZA-2026/clarifications/Q1/answers"
    assert {action["by"] for action in report["actions"]} == {"participant", "secretariat"}


def test_after_its_closing_a_cycle_takes_no_first_report(told: Told) -> None:
    told.tell(*BEFORE, CLOSED)
    closed = "The cycle is closed; its last day was 2026-10-31."
    for rel in ("submit", "declare-nothing-new", "grant-extension"):
        assert why(told, "2026")[rel] == closed
    on_the_last_day = told.ask(
        get_report, code="ZZA", cycle_id="2026", effective_on=date(2026, 10, 31)
    )
    allowed = {one["rel"] for one in on_the_last_day["actions"] if one["allowed"]}
    assert {"submit", "declare-nothing-new", "grant-extension"} <= allowed


def test_who_may_not_report_is_told_why(told: Told) -> None:
    told.tell(
        makers.signature_recorded("ZZA"),
        makers.cycle_opened("2026", participant_kinds=["organisation"]),
        makers.cycle_opened("2027", opens_on="2027-01-15"),
    )
    kind = "Participants of this kind do not report for this cycle."
    assert why(told, "2026")["submit"] == kind
    assert (
        why(told, "2026")["remind"] == "The participant is not expected to report for this cycle."
    )
    assert why(told, "2027")["submit"] == "The cycle opens on 2027-01-15."
    told.tell(makers.withdrawal_notified("ZZA"))
    assert why(told, "2026")["submit"] == "The signature of ZZA is not in force on 2026-11-21."


AFTER_CLOSING = ("nothing filed", "submitted", "returned while asked", "withdrawn", "accepted")


@pytest.mark.parametrize("name", AFTER_CLOSING)
def test_after_the_last_day_of_a_cycle_what_was_received_is_put_right_and_nothing_else(
    told: Told, name: str
) -> None:
    closing = makers.cycle_closed("2026", effective_on=date(2026, 10, 31))
    history = (*BEFORE, *HISTORIES[name], closing)
    told.tell(*history)
    report = told.ask(get_report, code="ZZA", cycle_id="2026")
    asked = attempts.Told(history)
    for action in report["actions"]:
        if action["rel"] != "begin-draft":
            tried = attempts.on_report(asked, "ZZA", "2026", action)
            assert action["allowed"] is attempts.is_taken(history, tried), action
    on_the_day = told.ask(get_report, code="ZZA", cycle_id="2026", effective_on=date(2026, 10, 31))
    if name == "nothing filed":
        assert why(told, "2026")["submit"] is not None
        assert [one["allowed"] for one in on_the_day["actions"] if one["rel"] == "submit"] == [True]
