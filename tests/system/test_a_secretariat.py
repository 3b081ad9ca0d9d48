"""System: the story of the secretariat over two cycles: it opens, reminds, reviews, closes, counts.

Four fictitious participants report, each in another way. The services have the real clock, so the
first cycle is one whose due day has passed already: whoever reports for it now is late.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests import makers, writes
from tests.databases import Database
from tests.system.days import cycle, extension, in_days
from tests.system.running import both_services
from tests.system.saying import answer, decision, question, taking_up, withdrawal
from tests.system.story import Person, Story, on_version

pytestmark = [pytest.mark.system, pytest.mark.db]

CODES = ("ZZA", "ZZB", "ZZC", "ZZD")
KEPT_BACK = "One procedure is still secret."


@pytest.fixture
def story(database: Database, reporting_database: Database, tmp_path: Path) -> Iterator[Story]:
    roles = {"secretariat": "secretariat"} | {code: f"focal-point:{code}" for code in CODES}
    with both_services(database, reporting_database, tmp_path / "kept") as running:
        (running.folder.path / "outbox").mkdir()
        yield Story(running, roles)


def test_the_secretariat_sees_two_cycles_from_their_opening_to_their_close(story: Story) -> None:
    # The first cycle.
    it_opens_a_cycle_that_all_four_owe_a_report_for(story)
    it_gives_one_of_them_more_time(story)
    it_reminds_everybody_once(story)
    reports_come_late_in_time_and_are_taken_back(story)
    it_asks_before_it_decides(story)
    it_returns_a_version_and_accepts_the_next_one_only(story)
    it_takes_an_acceptance_back(story)
    a_participant_shows_a_section_and_hides_it_again(story)
    it_closes_the_cycle_and_still_takes_a_late_report(story)
    # The second cycle.
    it_opens_the_next_cycle_and_reminds_anew(story)
    reports_are_new_renewed_returned_and_put_off(story)
    it_closes_the_second_cycle_too(story)
    story.is_answered_as_it_was_known()


def it_opens_a_cycle_that_all_four_owe_a_report_for(story: Story) -> None:
    secretariat = the_secretariat(story)
    for code in CODES:
        signature = writes.act(makers.signature_recorded(code))
        secretariat.records(f"/v1/participants/{code}/acts", signature)
        designation = writes.focal_point(code, focal_point_id=code, received_on=in_days(-40))
        if code != "ZZA":  # the others gave no address
            designation["person"] = {"name": f"Somebody of {code}"}
        secretariat.records(f"/v1/participants/{code}/focal-points", designation)
    secretariat.records("/v1/cycles", cycle("2025", opens=-200, due=-20))
    assert timeliness(story, "2025") == dict.fromkeys(CODES, "overdue")
    assert rates(story, "2025") == ("4", "0", "0.0", "0.0")
    refused = Person(story, "ZZA").is_refused("/v1/cycles", cycle("2024", opens=-9, due=9))
    assert refused == (403, "forbidden")


def it_gives_one_of_them_more_time(story: Story) -> None:
    secretariat, extensions = the_secretariat(story), "/v1/cycles/2025/extensions"
    secretariat.records(extensions, extension("ZZB", due=15))
    assert timeliness(story, "2025") == {**dict.fromkeys(CODES, "overdue"), "ZZB": "excused"}
    earlier = extension("ZZB", due=10)
    assert secretariat.is_refused(extensions, earlier) == (409, "extension-not-later")
    by_itself = Person(story, "ZZC").is_refused(extensions, extension("ZZC", due=15))
    assert by_itself == (403, "forbidden")


def it_reminds_everybody_once(story: Story) -> None:
    assert len(remind(story, "2025", "--dry-run")) == 4
    assert (messages(story), reminders(story)) == ([], [])
    sent = remind(story, "2025")
    assert [(one["participant"], one["reminder"], one["addresses"]) for one in sent] == [
        ("ZZA", "after_due", 1),
        ("ZZB", "before_due", 0),
        ("ZZC", "after_due", 0),
        ("ZZD", "after_due", 0),
    ]
    assert messages(story) == sorted(one["file"] for one in sent)
    assert [one["id"] for one in reminders(story)] == [str(one["position"]) for one in sent]
    (owed,) = story.owes("ZZB", "2025")["reminders"]
    assert (owed["reminder"], owed["due_on"]) == ("before_due", in_days(15))
    assert remind(story, "2025") == []
    assert (len(messages(story)), len(reminders(story))) == (4, 4)


def reports_come_late_in_time_and_are_taken_back(story: Story) -> None:
    for code in ("ZZA", "ZZB", "ZZC"):
        Person(story, code).records(
            "/v1/reports", writes.submission(code, "2025", document=said(code))
        )
    assert rates(story, "2025") == ("4", "3", "75.0", "25.0")
    taken_back = withdrawal(on_version(story, "ZZC", "2025"), "It was sent by mistake.")
    Person(story, "ZZC").records("/v1/reports/ZZC-2025/withdrawal", taken_back)
    assert timeliness(story, "2025") == {
        "ZZA": "late",
        "ZZB": "on_time",
        "ZZC": "overdue",
        "ZZD": "overdue",
    }
    assert rates(story, "2025") == ("4", "2", "50.0", "25.0")
    explained = story.reads("/v1/rates/explain", cycle="2025", metric="reporting_rate")
    assert [one["participant"] for one in explained["numerator"]] == ["ZZA", "ZZB"]
    assert [one["why"] for one in explained["outside"]] == ["withdrawn"]
    assert cells(story, "ZZA") == {"P1": "in_progress", "P5": "restricted"}


def it_asks_before_it_decides(story: Story) -> None:
    secretariat, report = the_secretariat(story), "/v1/reports/ZZA-2025"
    assert queue(story) == [("ZZA-2025", "secretariat"), ("ZZB-2025", "secretariat")]
    version = on_version(story, "ZZA", "2025")
    secretariat.records(f"{report}/reviews", taking_up(version))
    secretariat.records(f"{report}/clarifications", question(version, "P1", "Which laws?"))
    assert ("ZZA-2025", "participant") in queue(story)
    too_early = secretariat.is_refused(f"{report}/decisions", decision("accepted", version))
    assert too_early == (409, "clarification-open")
    said_on_it = answer(version, "P1", "Two of them.")
    Person(story, "ZZA").records(f"{report}/clarifications/Q1/answers", said_on_it)
    assert ("ZZA-2025", "secretariat") in queue(story)


def it_returns_a_version_and_accepts_the_next_one_only(story: Story) -> None:
    secretariat, decisions = the_secretariat(story), "/v1/reports/ZZA-2025/decisions"
    first = on_version(story, "ZZA", "2025")
    secretariat.records(decisions, decision("returned", first, P1="Name the laws."))
    assert ("ZZA-2025", "participant") in queue(story)
    mended = said("ZZA", text="Acts 3 and 4 were amended.")
    Person(story, "ZZA").records("/v1/reports", writes.submission("ZZA", "2025", document=mended))
    on_what_was = decision("accepted", first)
    assert secretariat.is_refused(decisions, on_what_was) == (409, "superseded-version")
    second = on_version(story, "ZZA", "2025")
    other_bytes = decision("accepted", {**second, "digest": first["digest"]})
    assert secretariat.is_refused(decisions, other_bytes) == (409, "digest-mismatch")
    secretariat.records(decisions, decision("accepted", second))
    states = [one["state"] for one in story.reads("/v1/reports/ZZA/2025")["versions"]]
    assert states == ["returned", "accepted"]
    assert queue(story) == [("ZZB-2025", "secretariat")]


def it_takes_an_acceptance_back(story: Story) -> None:
    secretariat, decisions = the_secretariat(story), "/v1/reports/ZZB-2025/decisions"
    version = on_version(story, "ZZB", "2025")
    secretariat.records(decisions, decision("accepted", version))
    assert queue(story) == []
    back = decision("acceptance_revoked", version, P1="A page was missing in what was read.")
    secretariat.records(decisions, back)
    assert queue(story) == [("ZZB-2025", "secretariat")]
    secretariat.records(decisions, decision("accepted", version))
    (own,) = story.reads("/v1/reports/ZZB/2025")["versions"]
    assert [one["decision"] for one in own["decisions"]] == [
        "accepted",
        "acceptance_revoked",
        "accepted",
    ]


def a_participant_shows_a_section_and_hides_it_again(story: Story) -> None:
    arcadia, path = Person(story, "ZZA"), "/v1/reports/ZZA-2025/publication"
    on = {**on_version(story, "ZZA", "2025"), "units": ["P5"], "clearance": makers.clearance()}
    assert KEPT_BACK not in str(story.reads("/v1/reports/ZZA/2025"))
    shown = arcadia.records(path, {"type": "publication-authorised", **on})
    assert "for ever" in shown["notices"][0]
    assert KEPT_BACK in str(story.reads("/v1/reports/ZZA/2025"))
    assert cells(story, "ZZA")["P5"] == "planned"
    reason = {"reason": {"en": "An investigation is under way."}}
    hidden = arcadia.records(path, {"type": "publication-restricted", **on, **reason})
    assert "stays in the log" in hidden["notices"][0]
    report = story.reads("/v1/reports/ZZA/2025")
    assert KEPT_BACK not in str(report)
    assert "stays in" in report["notices"][0]["en"]
    assert cells(story, "ZZA")["P5"] == "restricted"


def it_closes_the_cycle_and_still_takes_a_late_report(story: Story) -> None:
    secretariat = the_secretariat(story)
    closing = {"type": "cycle-closed", "effective_on": in_days(2), "note": {"en": "Closed."}}
    secretariat.records("/v1/cycles/2025/acts", closing)
    assert phase(story, "2025", 0) == "after_due"
    assert phase(story, "2025", 3) == "closed"
    assert story.owes("ZZC", "2025")["cycle_closed_on"] == in_days(2)
    beyond = secretariat.is_refused("/v1/cycles/2025/extensions", extension("ZZC", due=30))
    assert beyond == (409, "extends-beyond-closing")
    body = writes.submission("ZZD", "2025", document=said("ZZD"))
    Person(story, "ZZD").records("/v1/reports", body)
    assert timeliness(story, "2025")["ZZD"] == "late"
    assert rates(story, "2025") == ("4", "3", "75.0", "25.0")


def it_opens_the_next_cycle_and_reminds_anew(story: Story) -> None:
    the_secretariat(story).records("/v1/cycles", cycle("2026", opens=-5, due=20))
    assert timeliness(story, "2026") == dict.fromkeys(CODES, "due")
    sent = remind(story, "2026")
    assert [one["reminder"] for one in sent] == ["before_due"] * 4
    assert (len(messages(story)), len(reminders(story))) == (8, 8)


def reports_are_new_renewed_returned_and_put_off(story: Story) -> None:
    secretariat = the_secretariat(story)
    for code in ("ZZA", "ZZC"):
        body = writes.submission(code, "2026", document=said(code, "2026"))
        Person(story, code).records("/v1/reports", body)
    renewed = on_version(story, "ZZB", "2025")
    declaration = writes.nothing_new("ZZB", "2026", renews_digest=renewed["digest"])
    Person(story, "ZZB").records("/v1/reports/ZZB-2026/nothing-new", declaration)
    for code in ("ZZA", "ZZB"):
        accepted = decision("accepted", on_version(story, code, "2026"))
        secretariat.records(f"/v1/reports/{code}-2026/decisions", accepted)
    returned = decision("returned", on_version(story, "ZZC", "2026"), P1="No date is given.")
    secretariat.records("/v1/reports/ZZC-2026/decisions", returned)
    assert len(story.owes("ZZD", "2026")["reminders"]) == 1
    secretariat.records("/v1/cycles/2026/extensions", extension("ZZD", due=45))
    assert remind(story, "2026") == []  # the new day is too far away to write again
    on_the_day = {days: timeliness(story, "2026", days)["ZZD"] for days in (1, 30, 60)}
    assert on_the_day == {1: "due", 30: "excused", 60: "overdue"}
    assert rates(story, "2026") == ("4", "3", "75.0", "75.0")
    assert queue(story) == [("ZZD-2025", "secretariat"), ("ZZC-2026", "participant")]
    age = story.reads("/v1/reports/ZZB/2026")
    assert (age["latest"]["act"], age["substance"]["report_id"]) == ("nothing_new", "ZZB-2025")


def it_closes_the_second_cycle_too(story: Story) -> None:
    closing = {"type": "cycle-closed", "effective_on": in_days(60), "note": {"en": "Closed."}}
    the_secretariat(story).records("/v1/cycles/2026/acts", closing)
    assert [phase(story, "2026", days) for days in (0, 22, 30, 61)] == [
        "open",
        "grace",
        "after_due",
        "closed",
    ]
    (owed,) = [
        one
        for one in story.reads("/v1/obligations", cycle="2026", effective_on=in_days(61))
        if one["participant"] == "ZZD"
    ]
    assert (owed["timeliness"], owed["cycle_closed"]) == ("overdue", True)
    assert rates(story, "2025") == ("4", "3", "75.0", "25.0")


# --- what the steps ask over and over


def the_secretariat(story: Story) -> Person:
    return Person(story, "secretariat")


def said(code: str, cycle_id: str = "2025", *, text: str = "Laws were amended.") -> dict[str, Any]:
    """A report on two units, one of them sealed."""
    statements = {
        "P1": makers.statement(text, implementation_status="in_progress"),
        "P5": makers.statement(
            KEPT_BACK, implementation_status="planned", visibility="secretariat"
        ),
    }
    return writes.document(code, cycle_id, statements=statements)


def timeliness(story: Story, cycle_id: str, days: int = 1) -> dict[str, str]:
    rows = story.reads("/v1/obligations", cycle=cycle_id, effective_on=in_days(days))
    return {row["participant"]: row["timeliness"] for row in rows}


def rates(story: Story, cycle_id: str) -> tuple[str, ...]:
    """Expected, actual, and both rates in percent."""
    rows = story.reads("/v1/rates", cycle=cycle_id, dimension="total")
    figures = {row["metric"]: row["value"] for row in rows}
    names = ("expected_reports", "actual_reports", "reporting_rate", "reporting_rate_on_time")
    return tuple(figures[name] for name in names)


def cells(story: Story, code: str) -> dict[str, str]:
    """What stands in the matrix of the first cycle, where something does."""
    rows = story.reads("/v1/aggregates/matrix", cycle="2025")
    (row,) = [one for one in rows if one["participant"] == code]
    return {unit: cell["status"] for unit, cell in row["cells"].items() if cell["stated"]}


def queue(story: Story) -> list[tuple[str, str]]:
    """What waits, longest first, and for whom."""
    return [(one["report_id"], one["waits_for"]) for one in story.reads("/v1/reviews")]


def phase(story: Story, cycle_id: str, days: int) -> str:
    rows = story.reads("/v1/cycles", effective_on=in_days(days))
    return str(next(row["phase"] for row in rows if row["cycle_id"] == cycle_id))


def remind(story: Story, cycle_id: str, *options: str) -> list[dict[str, Any]]:
    """Run the command as a scheduler would, beside the running services."""
    done = story.running.command(
        *("registry", "remind", "--cycle", cycle_id, *options),
        REGISTRY_REMINDERS_OUTBOX=str(story.running.folder.path / "outbox"),
        REGISTRY_REMINDERS_FROM="secretariat@concord.example",
    )
    assert done.returncode == 0, done.stderr
    sent = [json.loads(line) for line in done.stdout.splitlines()]
    story.position = max([story.position, *(one["position"] or 0 for one in sent)])
    return sent


def messages(story: Story) -> list[str]:
    return sorted(file.name for file in (story.running.folder.path / "outbox").glob("*.eml"))


def reminders(story: Story) -> list[dict[str, Any]]:
    return [one for one in story.events() if one["type"] == "reminder-sent"]
