"""Queries on measures that carry out commitments: open statements that stand, and no others."""

from datetime import date
from typing import Any

from sqlalchemy import select

from contracts.sealing import Disclosure
from services.reporting.projections.links import measure_link
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


def human_rights(*measures: dict[str, Any]) -> dict[str, Any]:
    return {"narrative": {"en": "Courts."}, "measures": list(measures), "visibility": "public"}


def test_measures_that_name_a_commitment_stand_beside_it(told: Told) -> None:
    document = reporting(
        P1=makers.statement(measures=[linking("m-1", "C-01"), linking("m-2", "C-02", "C-09")]),
        P5=makers.sealed("P5", visibility="secretariat"),
    )
    third = linking("m-3", "C-01", implementation_status="in_place")
    document["human_rights"] = human_rights(third)
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
                ),
            )
            | {"human_rights": human_rights(linking("m-3", "C-01"))}
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

    content = report["human_rights"]["content"]
    assert content["narrative"] == {"en": "Courts."}
    (third,) = content["measures"]
    assert (third["measure_id"], third["commitments"]) == ("m-3", first["commitments"][:1])


def test_part_e_without_measures_stays_as_it_is(told: Told) -> None:
    said = {"narrative": {"en": "Courts."}, "visibility": "public"}
    document = makers.national_report(human_rights=said)
    told.tell(
        makers.signature_recorded(),
        makers.cycle_opened(),
        makers.report_submitted(document=document),
    )
    report = told.ask(get_report, code="ZZA", cycle_id="2026")
    assert report["human_rights"]["content"] == said


def opening(part: str, said: dict[str, Any]) -> Disclosure:
    """What opens a part that says this."""
    above = "" if part == "human_rights" else "statements/"
    return Disclosure(f"/document/{above}{part}", "c2FsdCBvZiBzaXh0ZWVuIQ", said)


def test_a_link_comes_with_what_is_revealed_and_goes_with_what_is_restricted(told: Told) -> None:
    """Sealed, revealed, restricted, shown again; a section of part E as a statement."""
    hidden = {
        "P5": opening("P5", makers.statement(measures=[linking("m-1", "C-01")])),
        "human_rights": opening("human_rights", human_rights(linking("m-2", "C-01"))),
    }
    markers = {
        name: {"sealed": one.digest(), "visibility": "auditors"} for name, one in hidden.items()
    }
    document = reporting(P1=makers.statement(), P5=markers["P5"])
    document["human_rights"] = markers["human_rights"]
    parts = list(hidden)
    revealed = [{"unit": name, "disclosure": one.encoded()} for name, one in hidden.items()]

    def named() -> list[tuple[str, list[int]]]:
        return [(one["measure_id"], one["positions"]) for one in only(told)["measures"]]

    told.tell(
        makers.cycle_opened(),
        makers.plan_registered(),
        makers.commitment_declared(),
        makers.report_submitted(document=document),
    )
    assert named() == []
    told.tell(makers.publication_authorised(units=parts, revealed=revealed))
    assert named() == [("m-1", [4, 5]), ("m-2", [4, 5])]
    told.tell(makers.publication_restricted(units=["P5"]))
    assert named() == [("m-2", [4, 5])]
    told.tell(makers.publication_authorised(units=["P5"], revealed=revealed[:1]))
    assert named() == [("m-1", [4, 5, 7]), ("m-2", [4, 5])]
    rows = told.ask(list_commitments, page=ALL, as_of=4, effective_on=date(2026, 11, 1)).rows
    assert rows[0]["measures"] == []


def test_a_link_stands_as_long_as_a_renewal_does(told: Told) -> None:
    document = makers.national_report(
        "ZZA", "2025", statements={"P1": makers.statement(measures=[linking("m-1", "C-01")])}
    )
    told.tell(
        makers.cycle_opened("2025"),
        makers.cycle_opened("2026"),
        makers.plan_registered(),
        makers.commitment_declared(),
        makers.report_submitted("ZZA", "2025", document=document),
        makers.nothing_new_declared(renews_digest=makers.digest_of(document)),
    )
    (link,) = only(told)["measures"]
    assert (link["report_id"], link["positions"]) == ("ZZA-2025", [5])
    assert link["renewed_by"] is None
    told.tell(makers.report_withdrawn("ZZA", "2025"))
    (link,) = only(told)["measures"]
    assert (link["report_id"], link["cycle_id"]) == ("ZZA-2025", "2025")
    report = told.ask(get_report, code="ZZA", cycle_id="2026")
    (stated,) = [row for row in report["statements"] if row["stated"]]
    assert link["positions"] == stated["positions"] == [5, 6]
    assert link["renewed_by"] == stated["renewed_by"]
    assert (link["renewed_by"]["report_id"], link["renewed_by"]["report_version"]) == (
        "ZZA-2026",
        1,
    )
    told.tell(makers.report_withdrawn("ZZA", "2026"))
    assert only(told)["measures"] == []


def test_only_links_to_plans_that_are_shown_are_read(told: Told) -> None:
    """Pages and filters read the rows of their plans; the index leads there, on both databases."""
    with told.engine.begin() as connection:
        wanted = select(measure_link).where(
            measure_link.c.generation == 1, measure_link.c.plan_id.in_([PLAN])
        )
        compiled = wanted.compile(connection, compile_kwargs={"literal_binds": True})
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
            lines = connection.exec_driver_sql(f"EXPLAIN {compiled}").scalars().all()
        else:
            rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {compiled}")
            lines = [row[3] for row in rows]
    assert "ix_measure_link_generation_plan" in "\n".join(lines)


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
