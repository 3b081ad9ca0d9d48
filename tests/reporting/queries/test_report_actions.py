"""Actions on a report: what reporting says is allowed, the registry's rules allow."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

import pytest

from contracts.events import RegistryEvent
from services.kit.errors import Refused
from services.registry.domain.commands import Command
from services.reporting.queries.reports import get_report
from tests import makers
from tests.registry.domain import asking
from tests.reporting.answering import Told
from tests.spec import rule

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
    "withdrawn": (FILED, makers.report_withdrawn()),
    "submitted anew": (
        FILED,
        makers.report_withdrawn(),
        makers.report_submitted(report_version=2, supersedes=1),
    ),
    "renewed": (makers.nothing_new_declared(),),
    "shown": (FILED, makers.publication_authorised()),
    "nothing shown": (FILED, makers.publication_restricted()),
    "compiled": (COMPILED,),
}


def commands(named: dict[str, Any], *, shown: str | None, hidden: str | None) -> dict[str, Command]:
    """What the registry is asked for where an action is taken, by its name."""
    decided = {**named, "reasons": "anew"}
    text = makers.national_report(statements={"P3": makers.statement("Something else.")})
    anew = makers.report_submitted(document=text)
    opening = {} if hidden is None else {hidden: makers.hidden(hidden).encoded()}
    on = {"digest": named["digest"], "report_version": named["report_version"]}
    return {
        "submit": asking.submit(anew),
        "correct": asking.correct(document=text, digest=makers.digest_of(text)),
        "declare-nothing-new": asking.renew(clearance=asking.cleared(cleared_by="person-3")),
        "open-review": asking.take_up(**named),
        "request-clarification": asking.ask(**named, clarification_id="Q9"),
        "return": asking.send_back(**decided),
        "accept": asking.accept(**named),
        "revoke-acceptance": asking.revoke(**decided),
        "provide-clarification": asking.reply(**on, answers=makers.sealed("anew")),
        "withdraw": asking.withdraw(**on, reason={"en": "Anew."}),
        "authorise-publication": asking.show(opening, **on, units=[hidden or "P1"]),
        "restrict-publication": asking.restrict(
            **on, units=[shown or "P1"], reason={"en": "Anew."}
        ),
    }


def is_taken(history: tuple[RegistryEvent, ...], command: Command) -> bool:
    try:
        return rule(history, command) != ()
    except Refused:
        return False


@pytest.mark.parametrize("name", HISTORIES)
def test_an_action_is_allowed_exactly_where_the_rules_take_it(told: Told, name: str) -> None:
    history = (*BEFORE, *HISTORIES[name])
    told.tell(*history)
    report = told.ask(get_report, code="ZZA", cycle_id="2026")
    asked = commands(_named(report), **_sections(report))
    for action in report["actions"]:
        assert action["allowed"] is is_taken(history, asked[action["rel"]]), action
        assert (action["reason"] is None) is action["allowed"], action
    assert {action["rel"] for action in report["actions"]} == set(asked)


def _sections(report: dict[str, Any]) -> dict[str, str | None]:
    """Name a statement that is shown, and one that is not."""
    states = {
        row["unit"]: row["publication"]["state"] for row in report["statements"] if row["stated"]
    }

    def first(which: Callable[[str], bool]) -> str | None:
        return next((unit for unit, state in states.items() if which(state)), None)

    return {
        "shown": first(lambda state: state in {"open", "revealed"}),
        "hidden": first(lambda state: state in {"sealed", "restricted"}),
    }


def test_reasons_say_what_stands_in_the_way(told: Told) -> None:
    told.tell(*BEFORE, *ASKED)
    report = told.ask(get_report, code="ZZA", cycle_id="2026")
    why = {action["rel"]: action["reason"] for action in report["actions"]}
    assert why["accept"] == "Version 1 is with the participant: Q1 asked and not answered."
    assert why["submit"].startswith("Version 1 was submitted and not returned")
    hrefs = {action["rel"]: action["href"] for action in report["actions"]}
    assert hrefs["provide-clarification"] == "/v1/reports/ZZA-2026/clarifications/Q1/answers"
    assert {action["by"] for action in report["actions"]} == {"participant", "secretariat"}


def test_who_may_not_report_is_told_why(told: Told) -> None:
    told.tell(
        makers.signature_recorded("ZZA"),
        makers.cycle_opened("2026", participant_kinds=["organisation"]),
        makers.cycle_opened("2027", opens_on="2027-01-15"),
    )

    def why(cycle_id: str) -> str:
        report = told.ask(get_report, code="ZZA", cycle_id=cycle_id)
        return str(report["actions"][0]["reason"])

    assert why("2026") == "Participants of this kind do not report for this cycle."
    assert why("2027") == "The cycle opens on 2027-01-15."
    told.tell(makers.withdrawal_notified("ZZA"))
    assert why("2026") == "The signature of ZZA is not in force on 2026-11-21."


AFTER_CLOSING: Mapping[str, tuple[RegistryEvent, ...]] = {
    name: HISTORIES[name]
    for name in ("nothing filed", "submitted", "returned while asked", "withdrawn", "accepted")
}


@pytest.mark.parametrize("name", AFTER_CLOSING)
def test_after_the_last_day_of_a_cycle_what_was_received_is_put_right_and_nothing_else(
    told: Told, name: str
) -> None:
    closing = makers.cycle_closed("2026", effective_on=date(2026, 10, 31))
    history = (*BEFORE, *HISTORIES[name], closing)
    told.tell(*history)
    report = told.ask(get_report, code="ZZA", cycle_id="2026")
    asked = commands(_named(report), **_sections(report))
    for action in report["actions"]:
        assert action["allowed"] is is_taken(history, asked[action["rel"]]), action
    on_the_day = told.ask(get_report, code="ZZA", cycle_id="2026", effective_on=date(2026, 10, 31))
    if name == "nothing filed":
        assert [one["reason"] for one in report["actions"] if one["rel"] == "submit"] == [
            "The last day on which the cycle received reports was 2026-10-31."
        ]
        assert [one["allowed"] for one in on_the_day["actions"] if one["rel"] == "submit"] == [True]


def _named(report: dict[str, Any]) -> dict[str, Any]:
    """Name the latest version; where there is none, the first one to be."""
    latest = report["versions"][-1] if report["versions"] else {"report_version": 1, "digest": None}
    digest = latest["digest"] or makers.nothing_new_declared().renews_digest
    return {"report_version": latest["report_version"], "digest": digest}
