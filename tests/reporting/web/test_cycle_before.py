"""The national implementation report over HTTP: how plans moved, and what changed since."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from tests import makers
from tests.in_process import InProcess
from tests.makers import sealed, statement
from tests.reporting.answering import Told, on
from tests.twins import faults

REPORT = "/v1/reports/ZZA/2026"


def measure(measure_id: str, title: str = "A law", **changes: Any) -> dict[str, Any]:
    return {
        "measure_id": measure_id,
        "measure_type": "legislation",
        "title": {"en": title},
        **changes,
    }


EARLIER = {
    "P1": statement(
        "One law.",
        implementation_status="planned",
        measures=[
            measure("m-1"),
            measure("m-2", implementation_status="planned"),
            measure("m-3", "A day"),
        ],
    ),
    "P2": statement("Told.", measures=[measure("m-4")]),
    "P3": statement("Told.", measures=[measure("m-5")]),
    "P5": sealed("P5", visibility="auditors"),
    "P6": statement("Open then."),
}
LATER = {
    "P1": statement(
        "Two laws.",
        implementation_status="in_place",
        measures=[
            measure("m-9"),
            measure("m-1"),
            measure("m-2", "A better law", implementation_status="in_place"),
        ],
    ),
    "P2": {"changed": False, "visibility": "public"},
    "P4": statement("Said for the first time."),
    "P5": statement("Open now.", measures=[measure("m-6")]),
    "P6": sealed("P6", visibility="secretariat"),
}


@pytest.fixture
def known(told: Told) -> Told:
    told.tell_in_order(
        (on("2025-01-02"), makers.signature_recorded("ZZA")),
        (on("2025-01-02"), makers.cycle_opened("2025")),
        (on("2025-01-03"), makers.plan_registered("ZZA")),
        (on("2025-01-04"), makers.commitment_declared("ZZA", target_on=date(2027, 6, 30))),
        (
            on("2025-01-05"),
            makers.commitment_declared("ZZA", commitment_id="C-02", postulates=["P1"]),
        ),
        (
            on("2025-01-06"),
            makers.commitment_progress_reported(
                "ZZA", effective_on=date(2024, 12, 1), milestones_reached=[]
            ),
        ),
        (
            on("2025-04-01"),
            makers.report_submitted(
                "ZZA",
                "2025",
                document=makers.national_report("ZZA", "2025", statements=EARLIER),
            ),
        ),
        (on("2025-08-02"), makers.commitment_progress_reported("ZZA")),
        (on("2026-01-02"), makers.cycle_opened("2026")),
        (
            on("2026-04-01"),
            makers.report_submitted(
                "ZZA", document=makers.national_report("ZZA", statements=LATER)
            ),
        ),
        (on("2026-06-01"), makers.plan_registered("ZZA", plan_id="ZZA-OVER")),
        (on("2026-06-02"), makers.plan_concluded("ZZA", plan_id="ZZA-OVER")),
    )
    return told


@pytest.fixture
def client(known: Told) -> Iterator[InProcess]:
    with known.client() as client:
        yield client


def data(client: InProcess, target: str, contract: str = "report") -> Any:
    answer = client.get(target)
    assert answer.status_code == 200, answer.text
    assert faults(contract, answer.json()) == []
    return answer.json()["data"]


def changes(report: Any) -> dict[str, Any]:
    return {row["unit"]: row for row in report["changes"]}


def test_the_cycle_meant_is_named_and_shown_where_its_address_says(client: InProcess) -> None:
    before = data(client, REPORT)["cycle_before"]
    assert (before["cycle_id"], before["report_version"], before["origin"]) == (
        "2025",
        1,
        "submission",
    )
    assert before["positions"] == [2, 7]
    shown = data(client, before["explained_at"])
    assert (shown["report_id"], shown["cycle_before"], shown["changes"]) == ("ZZA-2025", None, [])


def test_a_cycle_for_another_kind_of_participant_is_passed_over(
    known: Told, client: InProcess
) -> None:
    between = makers.cycle_opened(
        "2025-ORG",
        participant_kinds=["organisation"],
        period_from=date(2024, 7, 1),
        period_to=date(2024, 12, 31),
    )
    known.tell(between, at=on("2026-07-01"))
    assert data(client, REPORT)["cycle_before"]["cycle_id"] == "2025"


def test_measures_are_followed_by_their_ids(client: InProcess) -> None:
    found = changes(data(client, REPORT))["P1"]
    assert (found["before"]["status"], found["now"]["status"]) == ("planned", "in_place")
    assert (found["before"]["asserted_by"], found["now"]["asserted_by"]) == ("participant",) * 2
    assert found["narrative_changed"] is True
    assert found["measures"] == {
        "new": ["m-9"],
        "changed": [{"measure_id": "m-2", "members": ["implementation_status", "title"]}],
        "kept": ["m-1"],
        "no_longer_named": ["m-3"],
    }
    assert (found["positions"], found["asserted_by"]) == ([7, 10], "system")
    told = data(client, found["explained_at"], "report-statement")
    assert [one["measure_id"] for one in told["statement"]["measures"]] == ["m-9", "m-1", "m-2"]


def test_what_was_not_said_is_not_compared(client: InProcess) -> None:
    found = changes(data(client, REPORT))
    assert {unit: row["comparison"] for unit, row in found.items() if row["measures"] is None} == {
        "P2": "said_unchanged",
        "P3": "not_stated",
        "P5": "restricted",
        "P6": "restricted",
        **dict.fromkeys(["P7", "P8.a", "P8.b", "P8.c", "P8.d", "P9", "P10"], "not_stated"),
    }
    assert (found["P4"]["comparison"], found["P4"]["before"]["status"]) == (
        "compared",
        "not_reported",
    )


@pytest.mark.parametrize("unit", ["P5", "P6"])
def test_of_what_is_restricted_on_either_side_nothing_is_told(client: InProcess, unit: str) -> None:
    found = changes(data(client, REPORT))[unit]
    assert (found["narrative_changed"], found["measures"]) == (None, None)
    side = found["before" if unit == "P5" else "now"]
    assert (side["status"], side["measure_count"]) == ("restricted", None)


def test_a_section_that_is_no_longer_shown_is_no_longer_compared(
    known: Told, client: InProcess
) -> None:
    known.tell(makers.publication_restricted("ZZA", "2025"), at=on("2026-07-01"))
    assert changes(data(client, REPORT))["P1"]["comparison"] == "restricted"
    earlier = changes(data(client, f"{REPORT}?effective_on=2026-06-30"))["P1"]
    assert earlier["comparison"] == "compared"


def test_plans_in_force_show_how_what_is_promised_stands(client: InProcess) -> None:
    (plan,) = data(client, f"{REPORT}?effective_on=2026-08-01")["plan_progress"]
    assert (plan["plan_id"], plan["period_from"], plan["period_to"]) == (
        "ZZA-PLAN-1",
        "2024-01-01",
        "2028-12-31",
    )
    by_state = {row["state"]: row for row in plan["commitments_by_state"]}
    assert {state: row["value"] for state, row in by_state.items() if row["value"]} == {
        "open": 1,
        "late": 1,
    }
    assert sum(row["value"] for row in by_state.values()) == plan["commitments"]["value"] == 2
    assert by_state["open"]["positions"] == [4, 8]
    assert by_state["late"]["positions"] == [5]
    assert (plan["milestones"]["value"], plan["milestones"]["positions"]) == (2, [4, 5, 8])
    assert (plan["milestones_reached"]["value"], plan["milestones_reached"]["positions"]) == (
        1,
        [4, 8],
    )


def test_every_number_is_the_length_of_the_list_at_its_address(client: InProcess) -> None:
    (plan,) = data(client, f"{REPORT}?effective_on=2026-08-01")["plan_progress"]
    for row in (plan["commitments"], *plan["commitments_by_state"]):
        listed = data(client, row["explained_at"], "commitments")
        assert len(listed) == row["value"]
        if "state" in row:
            found = {position for one in listed for position in one["positions"]}
            assert found == set(row["positions"])
    whole = data(client, plan["milestones_reached"]["explained_at"], "plan")
    steps = [step for one in whole["commitments"] for step in one["milestones"]]
    assert len(steps) == plan["milestones"]["value"]
    assert (
        len([step for step in steps if step["state"] == "reached"])
        == (plan["milestones_reached"]["value"])
    )


def test_progress_is_what_was_reported_since_the_cycle_before(
    known: Told, client: InProcess
) -> None:
    """2025 looks back on 2024; what was told of 2024 only in 2026 was told since, too."""

    def told(asked: str = "") -> list[tuple[str, list[int]]]:
        (plan,) = data(client, f"{REPORT}?effective_on=2026-08-01{asked}")["plan_progress"]
        assert plan["progress_since"] == "2024-12-31"
        return [
            (one["commitment_id"], [row["positions"][0] for row in one["progress"]])
            for one in plan["progress"]
        ]

    late = makers.commitment_progress_reported(
        "ZZA", commitment_id="C-02", effective_on=date(2024, 11, 1), milestones_reached=[]
    )
    known.tell(late, at=on("2026-07-01"))
    assert told() == [("C-01", [6, 8]), ("C-02", [13])]
    assert told("&as_of=12") == [("C-01", [6, 8])]


def test_one_unit_is_told_with_what_was_promised_for_it(client: InProcess) -> None:
    asked = "effective_on=2026-08-01"
    report = data(client, f"{REPORT}?{asked}")
    found = data(client, f"{REPORT}/postulates/P1?{asked}", "report-statement")
    assert found["changes"] == [changes(report)["P1"]]
    assert found["cycle_before"] == report["cycle_before"]
    assert [one["commitment_id"] for one in found["commitments"]] == ["C-02"]
    (plan,) = found["plan_progress"]
    assert plan["commitments"]["value"] == 1
    assert len(data(client, plan["commitments"]["explained_at"], "commitments")) == 1
    for figure in ("milestones", "milestones_reached"):
        listed = data(client, plan[figure]["explained_at"], "commitments")
        steps = [step for one in listed for step in one["milestones"]]
        if figure == "milestones_reached":
            steps = [step for step in steps if step["state"] == "reached"]
        assert len(steps) == plan[figure]["value"]
    none = data(client, f"{REPORT}/postulates/P9?{asked}", "report-statement")
    assert (none["commitments"], none["plan_progress"]) == ([], [])


def test_a_submission_is_never_compared_with_a_compilation(known: Told, client: InProcess) -> None:
    known.tell_in_order(
        (on("2025-01-02"), makers.signature_recorded("ZZB")),
        (
            on("2025-04-01"),
            makers.report_submitted("ZZB", "2025", document=makers.compilation("ZZB", "2025")),
        ),
        (on("2026-04-01"), makers.report_submitted("ZZB")),
    )
    report = data(client, "/v1/reports/ZZB/2026")
    assert report["cycle_before"]["origin"] == "illustrative_compilation"
    assert {row["before"] for row in report["changes"]} == {None}
    assert changes(report)["P1"]["comparison"] == "other_voice"
    overview = client.get("/v1/participants/ZZB/overview?cycle=2026").json()["data"]
    assert {row["before"] for row in overview["postulates"]} == {None}


def test_both_clocks_say_what_is_compared(known: Told, client: InProcess) -> None:
    """A corrigendum of the earlier report, told in June, changes what is known from then on."""
    corrected = {**EARLIER, "P1": LATER["P1"]}
    document = makers.national_report("ZZA", "2025", statements=corrected)
    known.tell(makers.corrigendum_filed("ZZA", "2025", document=document), at=on("2026-06-10"))

    def narrative_changed(asked: str) -> bool | None:
        found: bool | None = changes(data(client, f"{REPORT}?{asked}"))["P1"]["narrative_changed"]
        return found

    assert narrative_changed("effective_on=2026-06-09") is True
    assert narrative_changed("effective_on=2026-06-10") is False
    assert narrative_changed("as_of=12&effective_on=2026-06-10") is True
    assert narrative_changed("effective_on=2026-03-31") is None
