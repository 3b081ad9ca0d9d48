"""Queries on measures that carry out commitments: open statements that stand, and no others."""

from datetime import date
from typing import Any

from contracts.sealing import Disclosure
from services.reporting.queries.commitments import list_commitments
from services.reporting.queries.reports import get_report, get_statement
from tests import makers
from tests.reporting.answering import ALL, Told, on

PLAN = "ZZA-PLAN-1"


def only(told: Told, **asked: Any) -> dict[str, Any]:
    (row,) = told.ask(list_commitments, page=ALL, **asked).rows
    found: dict[str, Any] = row
    return found


def linking(measure_id: str, *commitments: str, **changes: Any) -> dict[str, Any]:
    return {
        "measure_id": measure_id,
        "measure_type": "border_security",
        "title": {"en": "An academy"},
        "commitments": [{"plan_id": PLAN, "commitment_id": one} for one in commitments],
        **changes,
    }


def reporting(code: str = "ZZA", **statements: Any) -> dict[str, Any]:
    return makers.national_report(code, statements=statements)


def test_measures_that_name_a_commitment_stand_beside_it(told: Told) -> None:
    document = reporting(
        P1=makers.statement(measures=[linking("m-1", "C-01"), linking("m-2", "C-02", "C-09")]),
        P5=makers.sealed("P5", visibility="secretariat"),
    )
    document["human_rights"] = {
        "narrative": {"en": "Courts."},
        "measures": [linking("m-3", "C-01", implementation_status="in_place")],
        "visibility": "public",
    }
    told.tell(
        makers.cycle_opened(),
        makers.plan_registered(),
        makers.commitment_declared(),
        makers.commitment_declared(commitment_id="C-02"),
    )
    told.tell_in_order((on("2026-03-01"), makers.report_submitted(document=document)))
    rows = told.ask(list_commitments, page=ALL, plan_id=PLAN).rows
    found = {
        row["commitment_id"]: [(one["unit"], one["measure_id"]) for one in row["measures"]]
        for row in rows
    }
    assert found == {"C-01": [("P1", "m-1"), ("human_rights", "m-3")], "C-02": [("P1", "m-2")]}
    link = rows[0]["measures"][0]
    assert (link["report_id"], link["report_version"]) == ("ZZA-2026", 1)
    assert (link["positions"], link["asserted_by"]) == ([5], "participant")
    earlier = told.ask(list_commitments, page=ALL, effective_on=date(2026, 2, 28)).rows
    assert [row["measures"] for row in earlier] == [[], []]
    other = told.ask(list_commitments, page=ALL, plan_id="ZZB-PLAN-1")
    assert other.rows == []


def test_a_link_goes_when_a_corrigendum_takes_it_away(told: Told) -> None:
    told.tell(
        makers.cycle_opened(),
        makers.plan_registered(),
        makers.commitment_declared(),
        makers.report_submitted(
            document=reporting(P1=makers.statement(measures=[linking("m-1", "C-01")]))
        ),
    )
    assert len(only(told)["measures"]) == 1
    told.tell(makers.corrigendum_filed(document=reporting(P1=makers.statement())))
    assert only(told)["measures"] == []
    assert len(only(told, as_of=4, effective_on=date(2026, 11, 1))["measures"]) == 1


def test_a_report_shows_how_the_commitments_stand_that_its_measures_carry_out(told: Told) -> None:
    told.tell(
        makers.signature_recorded(),
        makers.cycle_opened(),
        makers.plan_registered(),
        makers.commitment_declared(),
        makers.report_submitted(
            document=reporting(
                P1=makers.statement(
                    measures=[
                        linking("m-1", "C-01", "C-99"),
                        {"measure_id": "m-2", "measure_type": "event", "title": {"en": "Day"}},
                    ]
                )
            )
        ),
    )
    asked: dict[str, Any] = {
        "code": "ZZA",
        "cycle_id": "2026",
        "effective_on": date(2026, 8, 1),
    }
    report = told.ask(get_report, **asked)
    assert [(one["commitment_id"], one["state"]) for one in report["commitments"]] == [
        ("C-01", "late")
    ]
    (stated,) = [row for row in report["statements"] if row["stated"]]
    first, second = stated["measures"]
    assert first["commitments"] == [
        {
            "plan_id": PLAN,
            "commitment_id": "C-01",
            "state": "late",
            "target_on": date(2026, 6, 30),
        },
        {"plan_id": PLAN, "commitment_id": "C-99", "state": None, "target_on": None},
    ]
    assert "commitments" not in second
    assert told.ask(get_statement, unit="P1", **asked)["statement"] == stated


def test_a_measure_of_a_revealed_section_stands_beside_its_commitment_while_it_is_shown(
    told: Told,
) -> None:
    said = makers.statement(measures=[linking("m-1", "C-01")], visibility="secretariat")
    hidden = Disclosure("/document/statements/P5", "c2FsdCBvZiBzaXh0ZWVuIQ", said)
    document = reporting(P1=makers.statement(), P5={"sealed": hidden.digest()})
    told.tell(makers.cycle_opened(), makers.plan_registered(), makers.commitment_declared())
    opening = {"unit": "P5", "disclosure": hidden.encoded()}
    told.tell_in_order(
        (on("2026-03-01"), makers.report_submitted(document=document)),
        (on("2026-04-01"), makers.publication_authorised(revealed=[opening])),
        (on("2026-05-01"), makers.publication_restricted(units=["P5"])),
    )

    def units(day: date, **asked: Any) -> list[str]:
        return [one["unit"] for one in only(told, effective_on=day, **asked)["measures"]]

    assert units(date(2026, 3, 31)) == []
    assert units(date(2026, 4, 1)) == ["P5"]
    assert units(date(2026, 4, 30), as_of=5) == ["P5"]
    assert units(date(2026, 5, 1)) == []


def test_a_renewal_that_stands_keeps_the_links_of_a_report_that_was_withdrawn(told: Told) -> None:
    said = makers.statement(measures=[linking("m-1", "C-01")])
    document = makers.national_report("ZZA", "2025", statements={"P1": said})
    digest = makers.digest_of(document)
    told.tell(makers.cycle_opened("2025"), makers.cycle_opened("2026"))
    told.tell(makers.plan_registered(), makers.commitment_declared())
    told.tell_in_order(
        (on("2026-03-01"), makers.report_submitted("ZZA", "2025", document=document)),
        (on("2026-03-02"), makers.nothing_new_declared(renews_digest=digest)),
        (on("2026-04-01"), makers.report_withdrawn("ZZA", "2025", digest=digest)),
        (on("2026-05-01"), makers.report_withdrawn("ZZA", "2026", digest=digest)),
    )

    def reports(day: date) -> list[str]:
        return [one["report_id"] for one in only(told, effective_on=day)["measures"]]

    assert reports(date(2026, 3, 31)) == ["ZZA-2025"]
    assert reports(date(2026, 4, 30)) == ["ZZA-2025"]
    assert reports(date(2026, 5, 1)) == []
