"""Queries on people: who could act for a participant on a day, as known when, and why not."""

from datetime import date
from typing import Any

import pytest

from services.kit.errors import NotFound
from services.reporting.queries.mandates import list_mandates
from services.reporting.queries.people import list_people, section
from services.reporting.queries.rows import Row
from tests import makers
from tests.reporting.answering import ALL, Told, on

DAY = date(2026, 3, 1)
"""In the term of everybody that the makers make; the cycle of 2026 is open."""
EVERYTHING = ["draft-section", "clear", "submit", "delegate"]


@pytest.fixture
def people(told: Told) -> Told:
    """A signatory (1) with a focal point (2), a delegate (3), and an open cycle (4)."""
    told.tell(
        makers.signature_recorded(),
        makers.focal_point_designated(),
        makers.delegation_granted(),
        makers.cycle_opened(),
    )
    return told


def asked(told: Told, person_id: str, day: date = DAY, **options: Any) -> Row:
    listed = told.ask(list_people, code="ZZA", page=ALL, effective_on=day, **options)
    row: Row = {one["person_id"]: one for one in listed.rows}[person_id]
    return row


def reasons(row: Row) -> set[str | None]:
    return {action["reason"] for action in row["actions"]}


def test_a_focal_point_may_do_everything_in_its_term(people: Told) -> None:
    row = asked(people, "fp-7Qm2")
    assert (row["role"], row["seat"], row["units"], row["granted_by"]) == (
        *("focal_point", "capital"),
        *(None, None),
    )
    assert (row["in_force"], row["last_on"]) == (True, date(2027, 12, 31))
    assert row["may"] == EVERYTHING
    assert [action["href"] for action in row["actions"]] == [
        "/v1/drafts/{draft_id}/{section}",
        "/v1/drafts/{draft_id}/clearance",
        "/v1/drafts/{draft_id}/submission",
        "/v1/participants/ZZA/delegations",
    ]
    assert reasons(row) == {None}
    assert (row["positions"], row["asserted_by"]) == ([1, 2, 4], "participant")
    assert (row["stream"], row["version"]) == ("focal-point-ZZA", 2)


def test_a_delegate_drafts_what_was_delegated_and_nothing_else(people: Told) -> None:
    row = asked(people, "dl-3Kx9")
    assert (row["role"], row["units"], row["granted_by"]) == (
        *("delegate", ["P5", "P6"]),
        "fp-7Qm2",
    )
    assert row["may"] == ["draft-section"]
    allowed = [action["href"] for action in row["actions"] if action["allowed"]]
    assert allowed == [f"/v1/drafts/{{draft_id}}/statements/{unit}" for unit in ("P5", "P6")]
    assert reasons(row) == {None, "the delegation covers P5, P6 only"}
    assert row["positions"] == [1, 2, 3, 4]


@pytest.mark.parametrize(
    ("day", "in_force", "reason"),
    [
        (date(2025, 12, 31), False, "the term begins on 2026-01-01"),
        (date(2026, 1, 20), True, None),
        (date(2026, 12, 31), True, None),
        (date(2027, 1, 1), False, "the term ended on 2026-12-31"),
    ],
)
def test_a_term_has_a_first_and_a_last_day(
    people: Told, day: date, in_force: bool, reason: str | None
) -> None:
    row = asked(people, "dl-3Kx9", day)
    assert row["in_force"] is in_force
    assert reason in reasons(row)
    assert bool(row["may"]) is in_force


def test_an_open_term_goes_on(told: Told) -> None:
    told.tell(makers.signature_recorded(), makers.focal_point_designated(term_to=None))
    row = asked(told, "fp-7Qm2", date(2090, 1, 1))
    assert (row["in_force"], row["last_on"]) == (True, None)


def test_a_delegation_that_was_revoked_is_over_from_the_next_day(people: Told) -> None:
    people.tell(makers.delegation_revoked())
    last, after = (
        asked(people, "dl-3Kx9", date(2026, month, day)) for month, day in ((5, 31), (6, 1))
    )
    assert (last["in_force"], after["in_force"]) == (True, False)
    assert reasons(after) == {"the delegation ended on 2026-05-31"}
    assert after["positions"] == [1, 2, 3, 4, 5]


def test_a_delegation_ends_with_the_term_of_who_granted_it(people: Told) -> None:
    before = people.registry.size
    people.tell(makers.focal_point_designation_ended())
    day = date(2026, 4, 1)
    row = asked(people, "dl-3Kx9", day)
    assert (row["in_force"], row["ended_on"], row["last_on"]) == (False, None, date(2026, 3, 31))
    assert reasons(row) == {
        "the term of the focal point who granted the delegation ended on 2026-03-31"
    }
    assert row["positions"] == [1, 2, 3, 4, 5]
    assert asked(people, "fp-7Qm2", day)["may"] == []
    assert reasons(asked(people, "fp-7Qm2", day)) == {"the designation ended on 2026-03-31"}
    assert asked(people, "dl-3Kx9", day, as_of=before)["in_force"] is True


def test_whose_delegation_was_revoked_before_the_term_ended_was_revoked(people: Told) -> None:
    people.tell(
        makers.focal_point_designation_ended(ended_on=date(2026, 6, 30)),
        makers.delegation_revoked(),
    )
    assert asked(people, "dl-3Kx9")["last_on"] == date(2026, 5, 31)


@pytest.mark.parametrize("day", [date(2026, 1, 14), date(2025, 6, 1)])
def test_while_no_cycle_takes_reports_one_may_draft_and_delegate(people: Told, day: date) -> None:
    row = asked(people, "fp-7Qm2", day)
    assert row["may"] == ["draft-section", "clear", "delegate"]
    assert reasons(row) == {None, f"no cycle takes a report on {day}"}
    assert row["actions"][0]["href"] == "/v1/drafts/{draft_id}/{section}"


def test_without_any_cycle_there_is_nothing_to_draft_for(told: Told) -> None:
    told.tell(makers.signature_recorded(), makers.focal_point_designated())
    row = asked(told, "fp-7Qm2")
    assert row["may"] == ["delegate"]
    assert "no cycle was opened yet" in reasons(row)


def test_after_a_closing_what_was_received_is_still_put_right(people: Told) -> None:
    people.tell(makers.cycle_closed(effective_on=date(2026, 10, 31)))
    day = date(2026, 11, 1)
    assert "submit" not in asked(people, "fp-7Qm2", day)["may"]
    people.tell(makers.report_submitted(), at=on("2026-10-01"))
    row = asked(people, "fp-7Qm2", day)
    assert row["may"] == EVERYTHING
    assert 4 in row["positions"]


def test_who_is_still_to_begin_may_do_nothing_yet(people: Told) -> None:
    row = asked(people, "fp-7Qm2", date(2024, 12, 31))
    assert row["may"] == []
    assert "the term begins on 2025-01-01" in reasons(row)
    assert asked(people, "fp-7Qm2", date(2028, 1, 1))["may"] == []


def test_a_late_report_may_still_be_drafted(people: Told) -> None:
    assert asked(people, "fp-7Qm2", date(2026, 11, 21))["may"] == EVERYTHING


def test_a_cycle_for_others_is_none_of_ones_own(told: Told) -> None:
    told.tell(
        makers.signature_recorded(),
        makers.focal_point_designated(),
        makers.cycle_opened(participant_kinds=["organisation"]),
    )
    assert asked(told, "fp-7Qm2")["may"] == ["draft-section", "clear", "delegate"]


def test_what_may_be_done_rests_on_every_open_cycle(people: Told) -> None:
    opened = people.tell(makers.cycle_opened("2025", opens_on=date(2025, 1, 15)))
    assert opened in asked(people, "fp-7Qm2")["positions"]


def test_of_whom_nothing_is_kept_nobody_can_act(people: Told) -> None:
    people.tell(makers.personal_data_erased(), makers.personal_data_erased(person_id="dl-3Kx9"))
    for person_id in ("fp-7Qm2", "dl-3Kx9"):
        row = asked(people, person_id)
        assert (row["erased"], row["in_force"], row["may"]) == (True, True, [])
        assert reasons(row) == {"what identified this person was erased"}
        assert row["positions"][-1] in {5, 6}
        assert asked(people, person_id, as_of=4)["erased"] is False


def test_nobody_files_or_delegates_for_who_has_withdrawn(people: Told) -> None:
    people.tell(makers.withdrawal_notified())
    row = asked(people, "fp-7Qm2")
    assert row["may"] == ["draft-section", "clear"]
    assert reasons(row) == {None, "the participant has no signature in force on 2026-03-01"}


def test_who_is_possibly_in_force_is_acted_for(people: Told) -> None:
    people.tell(makers.act_contested(contests=1))
    assert asked(people, "fp-7Qm2")["may"] == EVERYTHING


def test_people_of_others_are_not_listed_and_ids_may_be_the_same(people: Told) -> None:
    people.tell(
        makers.signature_recorded("ZZB"),
        makers.focal_point_designated("ZZB", seat="new_york"),
        makers.focal_point_designation_ended("ZZB"),
        makers.personal_data_erased("ZZB"),
    )
    row = asked(people, "fp-7Qm2")
    assert (row["seat"], row["ended_on"], row["erased"]) == ("capital", None, False)


def test_of_who_never_signed_nothing_is_told(told: Told) -> None:
    with pytest.raises(NotFound):
        told.ask(list_people, code="ZZA", page=ALL)


def test_parts_of_a_report_have_addresses() -> None:
    assert section("P8.a") == "statements/P8.a"
    assert section("plans") == "plans"


# --- mandates


def mandates(told: Told, day: date = DAY, **options: Any) -> dict[str, Row]:
    listed = told.ask(list_mandates, page=ALL, effective_on=day, **options)
    return {row["mandate_id"]: row for row in listed.rows}


def test_a_mandate_says_whose_claims_may_be_examined(told: Told) -> None:
    told.tell(
        makers.mandate_granted(),
        makers.mandate_granted("auditor-2", participants=None, cycles=None),
    )
    found = mandates(told)
    one, everybody = found["auditor-4Tw1"], found["auditor-2"]
    assert (one["participants"], one["cycles"], one["may"]) == (["ZZA"], ["2026"], ["examine"])
    assert one["actions"][0]["href"] == "/v1/reports/ZZA/2026"
    assert (everybody["participants"], everybody["cycles"]) == (None, None)
    assert everybody["actions"][0]["href"] == "/v1/reports/{participant}/{cycle_id}"
    assert (one["positions"], one["asserted_by"]) == ([1], "secretariat")
    assert (one["stream"], one["version"]) == ("mandate-auditor-4Tw1", 1)
    assert set(mandates(told, participant="ZZA")) == {"auditor-4Tw1", "auditor-2"}
    assert set(mandates(told, participant="ZZB")) == {"auditor-2"}


@pytest.mark.parametrize(
    ("day", "as_of", "reason"),
    [
        (date(2025, 12, 31), 2, "the term begins on 2026-01-01"),
        (date(2026, 5, 31), 2, None),
        (date(2026, 6, 1), 2, "the mandate ended on 2026-05-31"),
        (date(2026, 6, 1), 1, None),
        (date(2027, 1, 1), 1, "the term ended on 2026-12-31"),
    ],
)
def test_a_mandate_ends_on_both_clocks(
    told: Told, day: date, as_of: int, reason: str | None
) -> None:
    told.tell(makers.mandate_granted(), makers.mandate_revoked())
    row = mandates(told, day, as_of=as_of)["auditor-4Tw1"]
    assert (row["in_force"], reasons(row)) == (reason is None, {reason})


def test_an_auditor_of_whom_nothing_is_kept_examines_nothing(told: Told) -> None:
    told.tell(makers.mandate_granted(), makers.personal_data_erased(None, person_id="auditor-4Tw1"))
    row = mandates(told)["auditor-4Tw1"]
    assert (row["erased"], row["may"], row["positions"]) == (True, [], [1, 2])
