"""Facts of the register as of a position, on both databases: what the rules are given to know."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from contracts.rules.facts import Facts
from contracts.sealing import seal_section
from services.registry.examining import Examiner, HandedIn
from services.registry.facts import Reader
from tests import makers, recording, writes
from tests.databases import Database
from tests.running_registry import RunningRegistry, running_registry


@pytest.fixture
def registry(database: Database, tmp_path: Path) -> Iterator[RunningRegistry]:
    with running_registry(database, tmp_path) as running:
        yield running


def examiner(registry: RunningRegistry) -> Examiner:
    register = registry.app.state.register
    return Examiner(log=register.log, publisher=register.publisher, clock=register.clock)


def facts(registry: RunningRegistry, **changes: Any) -> Facts:
    known = examiner(registry)._known(HandedIn(document=writes.document(**changes)))
    assert known is not None
    return known.facts


def test_of_an_empty_register_the_rules_know_the_day_and_nothing_else(
    registry: RunningRegistry,
) -> None:
    known = facts(registry)
    assert known == Facts(
        day=date(2026, 11, 21), position=0, participant="ZZA", evidence=frozenset()
    )


def test_the_cycle_says_the_period_and_the_day(registry: RunningRegistry) -> None:
    recording.append(registry, makers.cycle_opened(time_zone="Pacific/Kiritimati"))
    known = facts(registry)
    assert known.cycle is not None
    assert (known.cycle.period_from, known.day) == (date(2025, 1, 1), date(2026, 11, 22))
    assert known.position == registry.size


def test_people_act_until_their_terms_end(registry: RunningRegistry) -> None:
    recording.append(
        registry,
        makers.focal_point_designated(),
        makers.delegation_granted(),
        makers.focal_point_designation_ended(ended_on=date(2026, 6, 30)),
        makers.delegation_revoked(),
    )
    point, delegate = facts(registry).people
    assert (point.role, point.last_day) == ("focal_point", date(2026, 6, 30))
    assert (delegate.role, delegate.last_day, delegate.parts) == (
        "delegate",
        makers.delegation_revoked().revoked_on,
        makers.delegation_granted().units,
    )


def test_plans_are_known_with_what_became_of_their_commitments(registry: RunningRegistry) -> None:
    declared = makers.commitment_declared()
    recording.append(
        registry,
        makers.plan_registered(),
        makers.plan_registered("ZZB", plan_id="ZZB-PLAN-1"),
        declared,
        makers.commitment_progress_reported(),
        makers.commitment_withdrawn(),
    )
    plan = facts(registry).plans["ZZA-PLAN-1"]
    commitment = plan.commitments[declared.commitment_id]
    assert commitment.target_on == declared.target_on
    assert (
        commitment.implementation_status
        == makers.commitment_progress_reported().implementation_status
    )
    assert commitment.withdrawn_on == makers.commitment_withdrawn().effective_on
    assert "ZZB-PLAN-1" not in facts(registry).plans
    named = [{"plan_id": "ZZB-PLAN-1", "scope": "national", "title": {"en": "x"},
              "status": "in_force"}]  # fmt: skip
    assert facts(registry, plans=named).plans["ZZB-PLAN-1"].participant == "ZZB"


def test_a_revision_and_a_conclusion_hold_from_their_day_on(registry: RunningRegistry) -> None:
    revised = makers.plan_revised(period_to=date(2031, 12, 31), effective_on=date(2026, 1, 1))
    recording.append(
        registry,
        makers.plan_registered(),
        revised,
        makers.plan_revised(period_to=date(2040, 12, 31), effective_on=date(2027, 1, 1)),
        makers.plan_concluded(effective_on=date(2026, 3, 31)),
    )
    plan = facts(registry).plans["ZZA-PLAN-1"]
    assert (plan.period_to, plan.concluded_on) == (date(2031, 12, 31), date(2026, 3, 31))
    assert plan.is_concluded_on(date(2026, 4, 1))
    assert not plan.runs_on(date(2026, 4, 1))


def citing(*names: str) -> dict[str, Any]:
    cited = [{"assistance_id": name} for name in names]
    return {"P6": makers.statement(assistance_cited=cited)}


def test_assistance_that_is_cited_is_known_with_whom_it_was_matched(
    registry: RunningRegistry,
) -> None:
    """A match stands in the stream of the need; from the offer's side it is found as well."""
    recording.append(
        registry,
        makers.assistance_requested(),
        makers.assistance_requested("ZZC"),
        makers.assistance_offered(),
        makers.assistance_offered("ZZC", assistance_id="ZZC-OFFER-1"),
        makers.assistance_matched(),
        makers.assistance_matched("ZZC", effective_on=date(2026, 12, 31)),
        makers.assistance_concluded(),
    )
    named = ("ZZA-NEED-1", "ZZB-OFFER-1", "ZZC-OFFER-1", "ZZC-NEED-1", "ZZX-NEED-1")
    found = facts(registry, statements=citing(*named)).assistance
    assert {name: (one.participant, one.matched_with) for name, one in found.items()} == {
        "ZZA-NEED-1": ("ZZA", ("ZZB",)),
        "ZZB-OFFER-1": ("ZZB", ("ZZA",)),
        "ZZC-OFFER-1": ("ZZC", ()),
        "ZZC-NEED-1": ("ZZC", ()),
    }
    assert {name for name, one in found.items() if one.concerns("ZZA")} == {
        "ZZA-NEED-1",
        "ZZB-OFFER-1",
    }
    assert facts(registry, statements=citing("ZZB-OFFER-1")).assistance == {
        "ZZB-OFFER-1": found["ZZB-OFFER-1"]
    }
    assert facts(registry).assistance == {}


def accepted_for(registry: RunningRegistry, cycle_id: str = "2026") -> Any:
    reader = Reader(log=registry.opened.log, position=registry.size)
    return reader.accepted("ZZA", cycle_id)


def test_the_report_accepted_last_is_of_another_cycle_and_opened_where_it_can_be(
    registry: RunningRegistry,
) -> None:
    marker, disclosure = seal_section(
        "/document/statements/P5", makers.statement("Kept."), bytes(16), "secretariat"
    )
    other, _ = seal_section(
        "/document/statements/P6", makers.statement("Lost."), bytes(16), "secretariat"
    )
    statements = {"P1": makers.statement(), "P5": marker, "P6": other}
    document = makers.national_report("ZZA", "2025", statements=statements)
    submitted = makers.report_submitted("ZZA", "2025", document=document)
    recording.append(registry, submitted, disclosures=[disclosure])
    recording.append(registry, makers.report_accepted("ZZA", "2025", digest=submitted.digest))
    found = accepted_for(registry)
    assert (found.cycle_id, found.report_version) == ("2025", 1)
    assert found.document["statements"]["P5"] == makers.statement("Kept.")
    assert found.document["statements"]["P6"] == other
    assert found.sealed == ("/statements/P5", "/statements/P6")
    assert accepted_for(registry, "2025") is None


def test_nothing_new_leads_to_the_version_that_it_renews(registry: RunningRegistry) -> None:
    recording.append(
        registry,
        makers.report_submitted("ZZA", "2024"),
        makers.nothing_new_declared("ZZA", "2025", renews_report="ZZA-2024"),
        makers.report_accepted("ZZA", "2025"),
    )
    assert accepted_for(registry).cycle_id == "2024"


def test_what_was_revoked_or_withdrawn_is_no_longer_accepted(registry: RunningRegistry) -> None:
    recording.append(
        registry,
        makers.report_submitted("ZZA", "2024"),
        makers.report_accepted("ZZA", "2024"),
        makers.report_submitted("ZZA", "2025"),
        makers.report_accepted("ZZA", "2025"),
    )
    assert accepted_for(registry).cycle_id == "2025"
    recording.append(registry, makers.acceptance_revoked("ZZA", "2025"))
    assert accepted_for(registry).cycle_id == "2024"
    recording.append(registry, makers.report_withdrawn("ZZA", "2024"))
    assert accepted_for(registry) is None


def test_another_participant_s_reports_are_not_mistaken_for_one_s_own(
    registry: RunningRegistry,
) -> None:
    recording.append(
        registry, makers.report_submitted("ZZB", "2025"), makers.report_accepted("ZZB", "2025")
    )
    assert accepted_for(registry) is None


def test_facts_are_those_of_a_position_whatever_came_later(registry: RunningRegistry) -> None:
    recording.append(registry, makers.plan_registered())
    before = Reader(log=registry.opened.log, position=0)
    assert before.events(["plan-ZZA-PLAN-1"]) == {"plan-ZZA-PLAN-1": []}
    assert registry.opened.log.plan_streams("ZZA", 0) == []
    assert registry.opened.log.plan_streams("ZZA", 1) == ["plan-ZZA-PLAN-1"]


def test_a_rule_is_switched_off_from_its_day_on(registry: RunningRegistry) -> None:
    recording.append(
        registry,
        makers.ruleset_published(),
        makers.rule_deactivated("X-R01"),
        makers.rule_deactivated("X-R02", effective_on=date(2026, 11, 22)),
    )
    examined = examiner(registry).examine(HandedIn(document=writes.document()))
    assert examined.examination.deactivated == ("X-R01",)
    assert "X-R01" not in {found.code for found in examined.examination.findings}


def test_a_thousand_plans_in_one_document_are_looked_up(registry: RunningRegistry) -> None:
    links = [{"plan_id": f"ZZA-P-{number}", "commitment_id": "C-1"} for number in range(1_200)]
    measures = [
        {"measure_id": f"M-{first}", "measure_type": "plan", "title": {"en": f"{first}"},
         "commitments": links[first : first + 50]}
        for first in range(0, 1_200, 50)
    ]  # fmt: skip
    recording.append(registry, makers.plan_registered(plan_id="ZZA-P-1199"))
    known = facts(registry, statements={"P1": makers.statement(measures=measures)})
    assert list(known.plans) == ["ZZA-P-1199"]
