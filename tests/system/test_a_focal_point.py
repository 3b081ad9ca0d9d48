"""System: the story of a ministry's focal point, over two whole cycles, from drafts to acceptance.

Arcadia is fictitious. Everybody in it has a token of their own; both services are real processes.
"""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from contracts.note import VerifierKey
from contracts.receipt import verify_receipt
from tests import makers, writes
from tests.databases import Database
from tests.system.days import cycle, extension, in_days
from tests.system.paper import (
    Paper,
    begin,
    failed,
    passes_both_gates,
    try_to_begin,
)
from tests.system.running import both_services
from tests.system.saying import answer, decision, question, taking_up, withdrawal
from tests.system.story import Person, Story, on_version, problem

pytestmark = [pytest.mark.system, pytest.mark.db]

PEOPLE = {
    "secretariat": "secretariat",
    "fp-capital": "focal-point:ZZA",
    "fp-new-york": "focal-point:ZZA",
    "dl-justice": "drafter:ZZA",
    "dl-borders": "drafter:ZZA",
    "dl-former": "drafter:ZZA",
    "fp-belmora": "focal-point:ZZB",
}
KEPT_BACK = "Three crossings have no passenger data yet."
OUR_YEAR = {
    "code": "G-R01",
    "pointer": "/cover/period_from",
    "text": {"en": "Our national plan, and its year, began in February."},
}


@pytest.fixture
def story(database: Database, reporting_database: Database, tmp_path: Path) -> Iterator[Story]:
    with both_services(database, reporting_database, tmp_path / "kept") as running:
        yield Story(running, PEOPLE)


def someone(story: Story, actor: str) -> Person:
    return Person(story, actor)


def test_a_focal_point_takes_two_reports_from_draft_to_acceptance(story: Story) -> None:
    # The first cycle.
    the_secretariat_opens_the_first_cycle(story)
    the_ministry_names_who_acts_for_it(story)
    draft = the_focal_point_begins_a_draft(story)
    two_delegates_write_side_by_side(story, draft)
    who_comes_late_is_shown_what_the_other_wrote(story, draft)
    nobody_writes_what_is_not_theirs(story, draft)
    a_dry_run_finds_what_is_to_be_explained(story, draft)
    the_preview_says_what_becomes_public(story, draft)
    the_report_is_cleared_by_another_person_and_submitted(story, draft)
    the_secretariat_asks_and_is_answered(story)
    the_report_is_returned_mended_and_accepted(story)
    a_mission_of_one_files_a_corrigendum(story)
    the_record_tells_every_version(story)
    # The second cycle.
    more_time_is_asked_for_and_granted(story)
    the_next_report_begins_with_what_was_accepted(story)
    a_report_sent_by_mistake_is_withdrawn(story)
    a_neighbour_has_nothing_new(story)
    story.is_answered_as_it_was_known()


def the_secretariat_opens_the_first_cycle(story: Story) -> None:
    secretariat = someone(story, "secretariat")
    for code in ("ZZA", "ZZB"):
        signature = writes.act(makers.signature_recorded(code))
        secretariat.records(f"/v1/participants/{code}/acts", signature)
    secretariat.records("/v1/cycles", cycle("2025", opens=-30, due=10))
    assert story.owes("ZZA", "2025")["timeliness"] == "due"
    assert story.owes("ZZA", "2025", effective_on=in_days(30))["timeliness"] == "overdue"


def the_ministry_names_who_acts_for_it(story: Story) -> None:
    """Who is first is named by the secretariat, as it was notified."""
    someone(story, "secretariat").records(
        "/v1/participants/ZZB/focal-points",
        writes.focal_point("ZZB", **in_office(365), focal_point_id="fp-belmora"),
    )
    for actor, seat in (("fp-capital", "capital"), ("fp-new-york", "new_york")):
        someone(story, "secretariat").records(
            "/v1/participants/ZZA/focal-points",
            writes.focal_point(**in_office(365), focal_point_id=actor, seat=seat),
        )
    for actor, units, last in (
        ("dl-justice", ["P1", "P5"], 60),
        ("dl-borders", ["P5", "P6"], 60),
        ("dl-former", ["P1"], -2),
    ):
        someone(story, "fp-capital").records(
            "/v1/participants/ZZA/delegations",
            writes.delegation(
                **in_office(last), delegation_id=actor, granted_by="fp-capital", units=units
            ),
        )
    people = {one["person_id"]: one for one in story.reads("/v1/participants/ZZA/people")}
    assert {name for name, one in people.items() if one["in_force"]} == {
        "fp-capital",
        "fp-new-york",
        "dl-justice",
        "dl-borders",
    }
    assert people["dl-justice"]["may"] == ["draft-section"]
    assert {"clear", "submit", "delegate"} <= set(people["fp-new-york"]["may"])


def the_focal_point_begins_a_draft(story: Story) -> Paper:
    refused = try_to_begin(someone(story, "dl-justice"), "ZZA", "2025")
    assert problem(refused) == (403, "not-for-delegates")
    focal_point = someone(story, "fp-capital")
    draft = begin(focal_point, "ZZA", "2025")
    begun = draft.section(focal_point, "cover")["content"]
    cover = {**begun, "language": "en", "period_from": "2024-02-01"}
    draft.write(focal_point, "cover", cover)
    assert story.reads("/v1/reports/ZZA/2025")["versions"] == []  # a draft is nobody else's
    return draft


def two_delegates_write_side_by_side(story: Story, draft: Paper) -> None:
    """At the same time, each in their own section with its own tag: neither is in the way."""

    def write(actor: str, unit: str) -> list[int]:
        author, etag, statuses = someone(story, actor), None, []
        for number in range(5):
            said = makers.statement(f"{actor} writes {number}.")
            answer = draft.put(author, unit, said, etag=etag)
            statuses.append(answer.status_code)
            etag = answer.headers["etag"]
        return statuses

    with ThreadPoolExecutor(2) as both:
        writing = [both.submit(write, "dl-justice", "P1"), both.submit(write, "dl-borders", "P6")]
        assert [one.result(60) for one in writing] == [[200] * 5] * 2
    justice, borders = someone(story, "dl-justice"), someone(story, "dl-borders")
    draft.write(justice, "P1", makers.statement("Two laws were amended."))
    draft.write(borders, "P6", makers.statement(KEPT_BACK, visibility="secretariat"))
    assert draft.section(borders, "P6")["drafted_by"] == ["dl-borders"]


def who_comes_late_is_shown_what_the_other_wrote(story: Story, draft: Paper) -> None:
    justice, borders = someone(story, "dl-justice"), someone(story, "dl-borders")
    first = makers.statement("A central authority was named.")
    assert draft.put(justice, "P5", first, etag=None).status_code == 200
    second = makers.statement("Joint teams work at two crossings.")
    late = draft.put(borders, "P5", second, etag=None)
    assert problem(late) == (412, "section-changed")
    current = late.json()["current"]
    assert (current["content"], current["changed_by"]) == (first, "dl-justice")
    together = makers.statement("A central authority was named; joint teams work.")
    assert draft.put(borders, "P5", together, etag=current["etag"]).status_code == 200
    assert draft.section(borders, "P5")["drafted_by"] == ["dl-justice", "dl-borders"]


def nobody_writes_what_is_not_theirs(story: Story, draft: Paper) -> None:
    said, before = makers.statement("Somebody else's words."), draft.seen(arcadian(story))
    refused = draft.put(someone(story, "dl-borders"), "P1", said, etag='"6"')
    assert problem(refused) == (403, "section-not-delegated")
    refused = draft.put(someone(story, "dl-former"), "P1", said, etag='"6"')
    assert problem(refused) == (403, "outside-the-term")
    refused = draft.put(someone(story, "fp-belmora"), "P1", said, etag='"6"')
    assert problem(refused) == (404, "not-found")  # nor does anybody else learn that it is there
    assert draft.seen(arcadian(story)) == before


def a_dry_run_finds_what_is_to_be_explained(story: Story, draft: Paper) -> None:
    def examined(**with_it: Any) -> dict[str, Any]:
        body = {"document": draft.document(arcadian(story)), **with_it}
        found: dict[str, Any] = arcadian(story).sends("POST", "/v1/validations", body).json()
        return found

    found = examined()
    assert found["verdict"] == "explain"
    assert failed(found["findings"], "error") == [("G-R01", "/cover/period_from")]
    assert examined(explanations=[OUR_YEAR])["verdict"] == "submittable"
    section = arcadian(story).sends("GET", f"{draft.path}/cover").json()
    assert failed(section["findings"], "error") == [("G-R01", "/period_from")]
    unexplained = draft.put_forward(arcadian(story))
    assert problem(unexplained) == (422, "draft-not-complete")


def the_preview_says_what_becomes_public(story: Story, draft: Paper) -> None:
    found = draft.preview(arcadian(story))
    when = {one["section"]: one["becomes_public"] for one in found["sections"]}
    assert when == {
        "cover": "on_submission",
        "P1": "on_submission",
        "P5": "on_submission",
        "P6": "after_publication_authorised",
    }
    assert KEPT_BACK not in str(found["public_document"])


def the_report_is_cleared_by_another_person_and_submitted(story: Story, draft: Paper) -> None:
    capital, new_york = arcadian(story), someone(story, "fp-new-york")
    asked = draft.put_forward(capital, explanations=[OUR_YEAR])
    assert asked.json()["state"] == "clearance_requested"
    assert problem(draft.clear(capital)) == (409, "cleared-by-the-drafter")
    assert draft.clear(new_york).json()["clearance"]["cleared_by"] == "fp-new-york"
    recorded = draft.submit(capital)
    key = VerifierKey.parse(story.running.folder.verifier_key)
    assert verify_receipt(recorded["receipt"], key).position == recorded["position"]
    before = {"as_of": recorded["position"] - 1}
    assert story.owes("ZZA", "2025", **before)["timeliness"] == "due"
    assert story.owes("ZZA", "2025")["timeliness"] == "on_time"
    assert story.standing("ZZA", "2025") == ("submitted", 1)
    version = story.reads("/v1/reports/ZZA/2025/versions/1")
    assert version["explanations"] == [OUR_YEAR]
    assert ("G-R01", "failed") in [(one["code"], one["outcome"]) for one in version["findings"]]
    assert story.status("ZZA", "2025", "P6") == "restricted"
    assert KEPT_BACK not in str(story.events())


def the_secretariat_asks_and_is_answered(story: Story) -> None:
    secretariat, report = someone(story, "secretariat"), "/v1/reports/ZZA-2025"
    version = on_version(story, "ZZA", "2025")
    secretariat.records(f"{report}/reviews", taking_up(version))
    asked = question(version, "P6", "Which crossings are meant?")
    secretariat.records(f"{report}/clarifications", asked)
    assert story.waits_for("ZZA-2025") == "participant"
    (todo,) = [
        one
        for one in story.reads("/v1/reports/ZZA/2025")["actions"]
        if one["rel"] == "provide-clarification"
    ]
    assert (todo["allowed"], todo["by"]) == (True, "participant")
    arcadian(story).records(todo["href"], answer(version, "P6", "The three in the north."))
    assert story.waits_for("ZZA-2025") == "secretariat"


def the_report_is_returned_mended_and_accepted(story: Story) -> None:
    secretariat, decisions = someone(story, "secretariat"), "/v1/reports/ZZA-2025/decisions"
    first = on_version(story, "ZZA", "2025")
    secretariat.records(decisions, decision("returned", first, P1="The laws have no names."))
    assert story.standing("ZZA", "2025") == ("returned", 1)
    (returned,) = story.reads("/v1/reports/ZZA/2025")["versions"][0]["decisions"]
    assert returned["units"] == ["P1"]

    draft = begin(arcadian(story), "ZZA", "2025", carry_forward=True)
    draft.write(someone(story, "dl-justice"), "P1", makers.statement("Acts 3 and 4 were amended."))
    changed = [one["section"] for one in draft.seen(arcadian(story))["sections"] if is_new(one)]
    assert changed == ["P1"]
    carried = draft.section(arcadian(story), "P6")["content"]["narrative"]
    assert carried == {"en": KEPT_BACK}  # what is sealed for others is carried for its authors
    passes_both_gates(
        draft, arcadian(story), someone(story, "fp-new-york"), explanations=[OUR_YEAR]
    )
    assert story.standing("ZZA", "2025") == ("submitted", 2)
    secretariat.records(decisions, decision("accepted", on_version(story, "ZZA", "2025")))
    assert story.standing("ZZA", "2025") == ("accepted", 2)


def a_mission_of_one_files_a_corrigendum(story: Story) -> None:
    """The colleague in New York is away; the note verbale that says so goes on record."""
    capital = arcadian(story)
    draft = begin(capital, "ZZA", "2025", carry_forward=True)
    draft.write(capital, "P1", makers.statement("Acts 3 and 14 were amended."))
    reason = {"en": "One act had the wrong number."}
    assert draft.put_forward(capital, explanations=[OUR_YEAR]).status_code == 422
    draft.put_forward(capital, explanations=[OUR_YEAR], reason=reason)
    assert problem(draft.clear(capital)) == (409, "cleared-by-the-drafter")
    draft.clear(capital, exception_reference="Note verbale 9/2025")
    draft.submit(capital)
    third = story.reads("/v1/reports/ZZA/2025/versions/3")
    assert (third["act"], third["reason"]) == ("corrigendum", reason)
    assert third["exception_reference"] == "Note verbale 9/2025"
    states = [one["state"] for one in story.reads("/v1/reports/ZZA/2025")["versions"]]
    assert states == ["returned", "accepted", "submitted"]  # acceptance stays where it was given
    accepted = decision("accepted", on_version(story, "ZZA", "2025"))
    someone(story, "secretariat").records("/v1/reports/ZZA-2025/decisions", accepted)


def the_record_tells_every_version(story: Story) -> None:
    fields = story.reads("/v1/reports/ZZA/2025/record")["fields"]
    (said,) = [one for one in fields if one["pointer"] == "/statements/P1/narrative/en"]
    assert [(one["report_version"], one["value"]) for one in said["values"]] == [
        (1, "Two laws were amended."),
        (2, "Acts 3 and 4 were amended."),
        (3, "Acts 3 and 14 were amended."),
    ]
    between = {"from": 2, "to": 3}
    changes = story.reads("/v1/reports/ZZA/2025/diff", **between)["changes"]
    told = {one["unit"]: one["sentence"]["en"] for one in changes}
    assert told["P1"].endswith(
        "was “Acts 3 and 4 were amended.” and is now “Acts 3 and 14 were amended.”."
    )
    assert told["P6"].endswith("whether it says something else cannot be seen.")
    assert set(told) == {"P1", "P6"}


def more_time_is_asked_for_and_granted(story: Story) -> None:
    secretariat = someone(story, "secretariat")
    secretariat.records("/v1/cycles", cycle("2026", opens=-5, due=20))
    granted = extension("ZZA", due=50)
    secretariat.records("/v1/cycles/2026/extensions", granted)
    owed = story.owes("ZZA", "2026")
    assert (owed["due_on"], owed["cycle_due_on"]) == (granted["due_on"], in_days(20))
    assert owed["extension"]["reference"] == granted["reference"]
    said = {
        days: story.owes("ZZA", "2026", effective_on=in_days(days))["timeliness"]
        for days in (0, 40, 70)
    }
    assert said == {0: "due", 40: "excused", 70: "overdue"}


def the_next_report_begins_with_what_was_accepted(story: Story) -> None:
    capital = arcadian(story)
    draft = begin(capital, "ZZA", "2026", form="update", carry_forward=True)
    base = draft.seen(capital)["base"]
    assert (base["report_id"], base["report_version"], base["is_accepted"]) == ("ZZA-2025", 3, True)
    cover = draft.section(capital, "cover")["content"]
    assert (cover["cycle_id"], cover["period_from"]) == ("2026", "2025-01-01")
    draft.write(someone(story, "dl-borders"), "P6", makers.statement("Data at five crossings."))
    sections = {one["section"]: one for one in draft.seen(capital)["sections"]}
    assert {name for name, one in sections.items() if is_new(one)} == {"P6"}
    places = {one["pointer"] for one in sections["P6"]["changes"]}
    assert {"/narrative/en", "/changed", "/visibility"} == places
    assert sections["P1"]["content"]["changed"] is False
    passes_both_gates(draft, capital, someone(story, "fp-new-york"))
    assert story.standing("ZZA", "2026") == ("submitted", 1)
    assert story.owes("ZZA", "2026")["timeliness"] == "on_time"
    too_late = someone(story, "secretariat").is_refused(
        "/v1/cycles/2026/extensions", extension("ZZA", due=90)
    )
    assert too_late == (409, "report-already-received")


def a_report_sent_by_mistake_is_withdrawn(story: Story) -> None:
    taken_back = withdrawal(on_version(story, "ZZA", "2026"), "The ministers had not met yet.")
    arcadian(story).records("/v1/reports/ZZA-2026/withdrawal", taken_back)
    report = story.reads("/v1/reports/ZZA/2026")
    assert (report["is_withdrawn"], report["submission_state"]) == (True, None)
    assert story.owes("ZZA", "2026")["timeliness"] == "due"

    capital = arcadian(story)
    draft = begin(capital, "ZZA", "2026", form="update", carry_forward=True)
    draft.write(capital, "P6", makers.statement("Data at five crossings since May."))
    passes_both_gates(draft, capital, someone(story, "fp-new-york"))
    accepted = decision("accepted", on_version(story, "ZZA", "2026"))
    someone(story, "secretariat").records("/v1/reports/ZZA-2026/decisions", accepted)
    assert story.standing("ZZA", "2026") == ("accepted", 2)
    states = [one["is_withdrawn"] for one in story.reads("/v1/reports/ZZA/2026")["versions"]]
    assert states == [True, False]


def a_neighbour_has_nothing_new(story: Story) -> None:
    belmora = someone(story, "fp-belmora")
    belmora.records("/v1/reports", writes.submission("ZZB", "2025"))
    renewed = on_version(story, "ZZB", "2025")
    declaration = writes.nothing_new("ZZB", "2026", renews_digest=renewed["digest"])
    belmora.records("/v1/reports/ZZB-2026/nothing-new", declaration)
    report = story.reads("/v1/reports/ZZB/2026")
    assert report["latest"]["act"] == "nothing_new"
    assert report["substance"]["report_id"] == "ZZB-2025"
    assert story.total("2026", "reporting_rate") == "100.0"


# --- what the steps say over and over


def arcadian(story: Story) -> Person:
    """The focal point in the capital."""
    return someone(story, "fp-capital")


def in_office(last: int) -> dict[str, Any]:
    """A term from a month ago, and when it was communicated."""
    return {"term_from": in_days(-30), "term_to": in_days(last), "received_on": in_days(-30)}


def is_new(section: dict[str, Any]) -> bool:
    """Whether somebody wrote something else than was carried forward."""
    return bool(section["changed_since_base"])
