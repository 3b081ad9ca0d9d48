"""Facts that the rules on reports go by, from events: days decide, not the order of the stream."""

from datetime import date

from contracts.events import RegistryEvent
from services.registry.facts import people_of, plan_of
from tests import makers

DAY = date(2026, 11, 21)
PLAN = makers.plan_registered()
COMMITMENT = makers.commitment_declared()


def test_a_revision_told_late_does_not_overrule_a_later_day() -> None:
    of_july = makers.plan_revised(effective_on=date(2026, 7, 1), period_to=date(2031, 12, 31))
    of_march = makers.plan_revised(effective_on=date(2026, 3, 1), period_to=date(2026, 9, 30))
    found = plan_of([PLAN, of_july, of_march], DAY)
    assert found is not None
    assert found.period_to == date(2031, 12, 31)


def test_progress_told_late_does_not_overrule_a_later_day() -> None:
    in_place = makers.commitment_progress_reported(
        effective_on=date(2026, 6, 1), implementation_status="in_place"
    )
    planned = makers.commitment_progress_reported(
        effective_on=date(2025, 2, 1), implementation_status="planned", milestones_reached=[]
    )
    found = plan_of([PLAN, COMMITMENT, in_place, planned], DAY)
    assert found is not None
    assert found.commitments["C-01"].implementation_status == "in_place"


def test_of_one_day_what_was_recorded_last_holds() -> None:
    first = makers.commitment_progress_reported(implementation_status="in_progress")
    second = makers.commitment_progress_reported(implementation_status="in_place")
    found = plan_of([PLAN, COMMITMENT, first, second], DAY)
    assert found is not None
    assert found.commitments["C-01"].implementation_status == "in_place"


def test_a_delegate_acts_no_longer_than_who_delegated() -> None:
    ended = makers.focal_point_designation_ended()  # on 31 March 2026
    people = people_of([makers.focal_point_designated(), makers.delegation_granted(), ended])
    assert {one.role: one.last_day for one in people} == {
        "focal_point": date(2026, 3, 31),
        "delegate": date(2026, 3, 31),
    }


def test_who_was_erased_acts_for_nobody() -> None:
    events: list[RegistryEvent] = [makers.focal_point_designated(), makers.delegation_granted()]
    erased = makers.personal_data_erased(person_id="fp-7Qm2")
    assert [one.role for one in people_of([*events, erased])] == ["delegate"]
