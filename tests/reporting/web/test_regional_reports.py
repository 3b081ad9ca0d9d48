"""Regional reports over HTTP: what an organisation says, and its members as of a day, apart."""

from collections import Counter
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from contracts.validation import validate
from services.reporting.queries.methodology import METRICS
from tests import makers
from tests.in_process import InProcess
from tests.makers import statement
from tests.reporting.answering import Told, on
from tests.twins import faults

CODE = "ORG-ZZO"
REPORT = f"/v1/regional-reports/{CODE}/2026"
LABEL = "illustrative compilation from public sources, not a submission by the State"
UNITS = 13


@pytest.fixture
def known(told: Told) -> Told:
    """Every kind of member.

    ZZA and ZZB reported, ZZC was compiled, ZZD never signed, ZZE may be a member, ZZF left in
    July, after the reference day of 30 June; ZZG is an observer, ZZH no member at all.
    """
    told.tell(
        *(makers.signature_recorded(code) for code in (CODE, "ZZA", "ZZB", "ZZC", "ZZE")),
        *(makers.signature_recorded(code) for code in ("ZZF", "ZZG", "ZZH")),
        *(makers.membership_recorded(code) for code in ("ZZA", "ZZB", "ZZC", "ZZD")),
        makers.membership_recorded("ZZE", claim_status="probable"),
        makers.membership_recorded("ZZF", ended_on=date(2026, 7, 15)),
        makers.membership_recorded("ZZG", status="observer"),
        makers.membership_recorded("ZZA", organisation="ORG-ZZQ"),
        makers.cycle_opened("2026"),
        makers.plan_registered(CODE),
        makers.commitment_declared(CODE),
        *(makers.plan_registered(code) for code in ("ZZA", "ZZE", "ZZH")),
        *(makers.assistance_requested(code) for code in ("ZZA", "ZZB", "ZZH")),
        makers.assistance_offered("ZZE"),
        makers.assistance_matched("ZZB", "ZZE"),
        at=on("2026-02-01"),
    )
    filed = {
        CODE: {"P1": statement("A model law.", implementation_status="in_place")},
        "ZZA": {
            "P1": statement("A law.", implementation_status="in_place"),
            "P2": statement("On P2.", implementation_status="planned"),
            "P5": makers.sealed("P5", visibility="auditors"),
        },
        "ZZB": {"P1": statement("A bill.", implementation_status="in_progress")},
        "ZZF": {"P1": statement("A decree.", implementation_status="planned")},
        "ZZH": {"P1": statement("An act.", implementation_status="in_place")},
    }
    for code, said in filed.items():
        document = makers.national_report(code, statements=said)
        told.tell(makers.report_submitted(code, document=document), at=on("2026-04-01"))
    compiled = makers.report_submitted("ZZC", document=makers.compilation("ZZC"))
    told.tell(compiled, at=on("2026-04-02"))
    return told


@pytest.fixture
def client(known: Told) -> Iterator[InProcess]:
    with known.client() as client:
        yield client


def data(client: InProcess, target: str) -> Any:
    answer = client.get(target)
    assert answer.status_code == 200, answer.text
    return answer.json()["data"]


def members(report: Any) -> dict[str, tuple[str, str]]:
    """Of each member, how it is one on the day, and on the reference day."""
    return {
        one["participant"]: (one["membership"]["standing"], one["counted_as"]["standing"])
        for one in report["members"]
    }


def counted(rows: list[Any], **of: Any) -> dict[str, int]:
    return {
        row["code"]: row["numerator"]
        for row in rows
        if all(row[name] == value for name, value in of.items()) and row["numerator"]
    }


def test_the_answer_obeys_its_contract_at_any_moment(client: InProcess) -> None:
    for asked in ("", "lang=fr", "as_of=20", "effective_on=2019-06-01", "effective_on=2026-04-01"):
        answer = client.get(f"{REPORT}?{asked}")
        assert answer.status_code == 200, answer.text
        assert validate(answer.json(), "answers/regional-report") == []
        assert faults("regional-report", answer.json()) == []


def test_the_organisation_speaks_for_itself_as_a_state_does(client: InProcess) -> None:
    report = data(client, REPORT)
    own = data(client, f"/v1/reports/{CODE}/2026")
    assert report["report"] == own
    assert (own["participant"], own["asserted_by"], own["report_version"]) == (
        *(CODE, "participant"),
        1,
    )
    assert own["obligation"]["timeliness"] == "on_time"
    assert own["statements"][0]["narrative"] == {"en": "A model law."}
    assert report["plans"] == data(client, f"/v1/plans?participant={CODE}")
    assert [one["scope"] for one in report["plans"]] == ["regional"]
    assert report["commitments"] == data(client, f"/v1/commitments?participant={CODE}")
    assert [one["state"] for one in report["commitments"]] == ["late"]
    assert "A model law." not in str({**report, "report": None})  # nowhere among its members'


def test_members_are_those_of_the_day_and_those_of_the_reference_day(client: InProcess) -> None:
    report = data(client, REPORT)
    assert members(report) == {
        "ZZA": ("certain", "certain"),
        "ZZB": ("certain", "certain"),
        "ZZC": ("certain", "certain"),
        "ZZD": ("certain", "certain"),
        "ZZE": ("possible", "possible"),
        "ZZF": ("none", "certain"),
    }
    rows = {one["participant"]: one for one in report["members"]}
    assert rows["ZZD"]["standing"] is None  # it never signed
    assert (rows["ZZD"]["obligation"], rows["ZZD"]["filed"]) == (None, None)
    assert rows["ZZA"]["membership"]["positions"] == [9]
    assert rows["ZZA"]["obligation"] == data(client, "/v1/reports/ZZA/2026")["obligation"]
    filed = rows["ZZA"]["filed"]
    assert (filed["report_version"], filed["asserted_by"], filed["positions"]) == (
        *(1, "participant"),
        [filed["positions"][0]],
    )
    compiled = rows["ZZC"]["filed"]
    assert (compiled["origin_label"], compiled["asserted_by"]) == (LABEL, "system")


def test_a_withdrawn_report_is_named_as_withdrawn(known: Told, client: InProcess) -> None:
    digest = makers.digest_of(
        makers.national_report(
            "ZZB",
            statements={"P1": statement("A bill.", implementation_status="in_progress")},
        )
    )
    at = known.tell(makers.report_withdrawn("ZZB", digest=digest), at=on("2026-05-01"))
    (row,) = (one for one in data(client, REPORT)["members"] if one["participant"] == "ZZB")
    assert row["filed"]["is_withdrawn"]
    assert at in row["filed"]["positions"]


def test_rates_and_figures_are_the_rows_of_their_own_lists(client: InProcess) -> None:
    report = data(client, REPORT)
    listed = data(client, "/v1/rates?cycle=2026&dimension=organisation")
    assert report["rates"] == [row for row in listed if row["key"] == CODE]
    assert [row["metric"] for row in report["rates"]] == list(METRICS)
    assert {row["metric"]: row["value"] for row in report["rates"]} == {
        "expected_reports": "4",
        "actual_reports": "3",
        "actual_reports_on_time": "3",
        "reporting_rate": "75.0",
        "reporting_rate_on_time": "75.0",
    }
    whole = data(client, "/v1/aggregates/organisations?cycle=2026")
    parts = data(client, "/v1/aggregates/members?cycle=2026")
    assert report["figures"] == [
        row for row in (*whole, *parts) if row["key"] and row["key"].partition(".")[0] == CODE
    ]


def test_a_compilation_of_somebody_else_makes_no_rows_of_an_organisation(told: Told) -> None:
    """Not in the report, and not in the lists whose rows it has either."""
    told.tell(makers.signature_recorded("ZZA"), makers.signature_recorded("ZZB"))
    told.tell(makers.membership_recorded("ZZA"), makers.cycle_opened("2026"))
    told.tell(makers.report_submitted("ZZB", document=makers.compilation("ZZB")))
    with told.client() as client:
        listed = [
            row
            for name in ("organisations", "members")
            for row in data(client, f"/v1/aggregates/{name}?cycle=2026")
            if row["key"] and row["key"].partition(".")[0] == CODE
        ]
        assert data(client, REPORT)["figures"] == listed
    assert {row["origin"] for row in listed} == {"submission"}


def test_what_the_members_say_unit_by_unit_adds_up(client: InProcess) -> None:
    figures = data(client, REPORT)["figures"]
    own: dict[str, Any] = {"origin": "submission"}
    assert counted(figures, key=f"{CODE}.P1", **own) == {
        "in_place": 1,
        "in_progress": 1,
        "planned": 1,
        "not_reported": 1,
    }
    assert counted(figures, key=f"{CODE}.P5", **own) == {"restricted": 1, "not_reported": 3}
    for origin in ("submission", "illustrative_compilation"):
        units = [
            row
            for row in figures
            if (row["dimension"], row["origin"]) == ("organisation_and_unit", origin)
        ]
        total: Counter[str] = Counter()
        for row in units:
            total[row["code"]] += row["numerator"]
        said = {"metric": "share_of_statements", "key": CODE, "origin": origin}
        assert +total == counted(figures, **said)
        assert len({row["key"] for row in units}) == UNITS
        assert total.total() == UNITS * (4 if origin == "submission" else 1)


def test_compilations_are_labelled_and_in_no_figure_of_submissions(client: InProcess) -> None:
    for row in data(client, REPORT)["figures"]:
        assert row["origin_label"] == (None if row["origin"] == "submission" else LABEL)
        for one in data(client, row["explained_at"])["numerator"]:
            assert (one["participant"] == "ZZC") <= (
                row["origin"] != "submission" or one["code"] in {"not_reported", "none_in_force"}
            )


def test_plans_and_needs_are_those_that_stand_on_the_day(client: InProcess) -> None:
    report = data(client, REPORT)
    assert [one["plan_id"] for one in report["plans_of_members"]] == ["ZZA-PLAN-1", "ZZE-PLAN-1"]
    assert counted(report["figures"], metric="members_with_a_plan_in_force") == {
        "in_force": 1,
        "none_in_force": 3,
    }
    assert [one["assistance_id"] for one in report["needs_of_members"]] == ["ZZA-NEED-1"]
    assert counted(report["figures"], metric="needs_unmet") == {"counted": 1}
    before = data(client, f"{REPORT}?effective_on=2023-01-01")
    assert (before["plans_of_members"], before["needs_of_members"]) == ([], [])


def test_every_figure_is_explained_with_the_acts_that_make_somebody_a_member(
    client: InProcess,
) -> None:
    report = data(client, REPORT)
    joined = {one["participant"]: one["counted_as"]["positions"] for one in report["members"]}
    for row in (*report["rates"], *report["figures"]):
        explained = data(client, row["explained_at"])
        assert explained["figure"] == row
        assert sum(one.get("count", 1) for one in explained["numerator"]) == row["numerator"]
        entries = {entry["position"] for entry in explained["entries"]}
        for one in explained["denominator"]:
            assert set(joined[one["participant"]]) <= set(one["positions"]) <= entries


def test_no_voice_is_another_ones(client: InProcess) -> None:
    report = data(client, REPORT)
    assert report["asserted_by"] == "system"
    assert {row["asserted_by"] for row in (*report["rates"], *report["figures"])} == {"system"}
    assert {row["asserted_by"] for row in report["members"]} == {"secretariat"}
    assert {row["asserted_by"] for row in report["plans_of_members"]} == {"participant"}


def test_who_never_signed_but_has_members_has_no_report_of_its_own(client: InProcess) -> None:
    report = data(client, "/v1/regional-reports/ORG-ZZQ/2026")
    assert (report["report"], report["plans"], report["commitments"]) == (None, [], [])
    assert members(report) == {"ZZA": ("certain", "certain")}
    assert report["rates"][0]["value"] == "1"


def test_who_signed_and_filed_nothing_has_an_empty_report_and_perhaps_no_member(
    told: Told,
) -> None:
    told.tell(makers.signature_recorded(CODE), makers.cycle_opened("2026"))
    with told.client() as client:
        report = data(client, REPORT)
        assert (report["report"]["versions"], report["report"]["report_version"]) == ([], None)
        assert (report["members"], report["rates"], report["figures"]) == ([], [], [])


def test_nobody_knows_an_organisation_or_a_cycle_that_there_is_not(client: InProcess) -> None:
    for target in (f"/v1/regional-reports/{CODE}/2031", "/v1/regional-reports/ORG-ZZX/2026"):
        assert client.get(target).status_code == 404
    assert client.get("/v1/regional-reports/ZZA/2026").status_code == 422
    assert client.get(f"{REPORT}?as_of=0").status_code == 404


def test_a_sealed_section_of_anybody_stays_sealed(known: Told) -> None:
    sealed = {"P1": statement(), "P5": makers.sealed("P5", visibility="secretariat")}
    corrected = makers.national_report(CODE, statements=sealed)
    known.tell(makers.corrigendum_filed(CODE, document=corrected), at=on("2026-05-01"))
    hidden = makers.hidden("P5").value["narrative"]["en"]
    with known.client() as client:
        answer = client.get(REPORT)
    assert hidden not in answer.text
    (p5,) = (one for one in answer.json()["data"]["report"]["statements"] if one["unit"] == "P5")
    assert (p5["status"], p5["restricted"], p5["narrative"]) == ("restricted", True, None)


def test_an_answer_keeps_its_tag_and_says_how_fresh_it_is(client: InProcess) -> None:
    first = client.get(REPORT)
    again = client.get(REPORT, headers={"if-none-match": first.headers["etag"]})
    assert again.status_code == 304
    assert first.headers["concord-position"] == str(first.json()["position"])
    fixed = client.get(first.headers["content-location"])
    assert fixed.json()["data"] == first.json()["data"]


def test_membership_at_the_four_corners(told: Told) -> None:
    """ZZB joined in 2020 and left at the end of 2022; that it left is recorded in May 2026."""
    told.tell(
        makers.signature_recorded("ZZA"),
        makers.signature_recorded("ZZB"),
        makers.membership_recorded("ZZA"),
        makers.membership_recorded("ZZB"),
        makers.cycle_opened("2026"),
        at=on("2026-01-10"),
    )
    told.tell(makers.membership_recorded("ZZB", ended_on=date(2023, 1, 1)), at=on("2026-05-10"))

    def corner(asking: InProcess, known: str, day: str) -> tuple[list[str], str]:
        report = data(asking, f"{REPORT}?as_of={known}&effective_on={day}")
        assert report["reference_day"] == day
        return list(members(report)), report["rates"][0]["value"]

    with told.client() as asking:
        both, one = (["ZZA", "ZZB"], "2"), (["ZZA"], "1")
        assert corner(asking, "2026-02-01", "2022-06-01") == both
        assert corner(asking, "2026-02-01", "2024-06-01") == both
        assert corner(asking, "2026-06-01", "2022-06-01") == both
        assert corner(asking, "2026-06-01", "2024-06-01") == one
