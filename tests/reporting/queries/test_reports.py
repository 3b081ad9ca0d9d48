"""Queries on reports: what stands under each unit, whose word it is, and how old."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import event

from services.kit.errors import NotFound, Unavailable
from services.reporting.queries.matrix import list_matrix
from services.reporting.queries.reports import get_report, get_statement
from services.reporting.queries.submitted import get_version
from tests import makers
from tests.makers import sealed, statement
from tests.reporting.answering import ALL, Told, on

UNITS = ["P1", "P2", "P3", "P4", "P5", "P6", "P7", "P8.a", "P8.b", "P8.c", "P8.d", "P9", "P10"]


def document(participant: str = "ZZA", cycle_id: str = "2026", **units: Any) -> dict[str, Any]:
    return makers.national_report(participant, cycle_id, statements=units)


def by_unit(report: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {row["unit"]: row for row in report["statements"]}


@pytest.fixture
def cycle(told: Told) -> Told:
    """ZZA and ZZB signed; the cycles of 2025 and 2026 are open."""
    told.tell(
        makers.signature_recorded("ZZA"),
        makers.signature_recorded("ZZB"),
        makers.cycle_opened("2025"),
        makers.cycle_opened("2026"),
        at=on("2026-02-01"),
    )
    return told


def submit(told: Told, day: str, *, origin: str = "submission", **units: Any) -> int:
    cover = None if origin == "submission" else makers.compilation()["cover"]
    paper = makers.national_report("ZZA", cover=cover, statements=units)
    return told.tell(makers.report_submitted("ZZA", document=paper), at=on(day))


def test_where_nothing_was_filed_every_unit_is_not_reported(cycle: Told) -> None:
    report = cycle.ask(get_report, code="ZZA", cycle_id="2026")
    assert [row["unit"] for row in report["statements"]] == UNITS
    assert {row["status"] for row in report["statements"]} == {"not_reported"}
    assert (report["origin"], report["version"], report["asserted_by"]) == (None, 0, "system")
    assert report["obligation"]["timeliness"] == "overdue"


@pytest.mark.parametrize(("code", "cycle_id"), [("ZZX", "2026"), ("ZZA", "2031"), ("ZZX", "2031")])
def test_who_or_what_is_not_known_has_no_report(cycle: Told, code: str, cycle_id: str) -> None:
    with pytest.raises(NotFound):
        cycle.ask(get_report, code=code, cycle_id=cycle_id)


def test_a_report_is_not_known_before_the_register_knew_it(cycle: Told) -> None:
    position = submit(cycle, "2026-04-01", P1=statement(implementation_status="planned"))
    before = cycle.ask(
        get_report, as_of=position - 1, effective_on=date(2026, 5, 1), code="ZZA", cycle_id="2026"
    )
    after = cycle.ask(
        get_report, as_of=position, effective_on=date(2026, 5, 1), code="ZZA", cycle_id="2026"
    )
    assert by_unit(before)["P1"]["status"] == "not_reported"
    assert by_unit(after)["P1"]["status"] == "planned"
    assert by_unit(after)["P1"]["positions"] == [position]


def test_a_report_has_no_effect_before_the_day_it_was_received(cycle: Told) -> None:
    submit(cycle, "2026-04-01", P1=statement(implementation_status="planned"))
    report = cycle.ask(get_report, effective_on=date(2026, 3, 31), code="ZZA", cycle_id="2026")
    assert report["origin"] is None


def test_a_report_is_received_on_the_day_of_the_cycles_zone(cycle: Told) -> None:
    two_in_the_morning_utc = on("2026-07-31", hour=2)
    cycle.tell(makers.report_submitted("ZZA"), at=two_in_the_morning_utc)
    report = cycle.ask(get_report, code="ZZA", cycle_id="2026")
    assert report["versions"][0]["received_on"] == date(2026, 7, 30)
    assert report["obligation"]["timeliness"] == "on_time"


def test_a_sealed_statement_is_restricted_and_says_nothing_else(cycle: Told) -> None:
    submit(cycle, "2026-04-01", P1=statement(), P5=sealed("P5", visibility="auditors"))
    row = by_unit(cycle.ask(get_report, code="ZZA", cycle_id="2026"))["P5"]
    assert (row["status"], row["restricted"], row["visibility"]) == ("restricted", True, "auditors")
    assert row["stated"]
    assert [row[name] for name in ("narrative", "measures", "challenges")] == [None, None, None]


def test_a_statement_without_self_assessment_is_stated_but_its_status_not_reported(
    cycle: Told,
) -> None:
    submit(cycle, "2026-04-01", P1=statement("Laws were amended."))
    row = by_unit(cycle.ask(get_report, code="ZZA", cycle_id="2026"))["P1"]
    assert (row["status"], row["stated"]) == ("not_reported", True)
    assert row["narrative"] == {"en": "Laws were amended."}
    assert row["asserted_by"] == "participant"


def test_a_corrigendum_supersedes_and_acceptance_stays_on_the_earlier_version(
    cycle: Told,
) -> None:
    paper = document(P1=statement("Two laws were amended."))
    cycle.tell(makers.report_submitted("ZZA", document=paper), at=on("2026-04-01"))
    cycle.tell(makers.report_accepted("ZZA", digest=makers.digest_of(paper)), at=on("2026-04-02"))
    filed = cycle.tell(makers.corrigendum_filed("ZZA"), at=on("2026-04-03"))
    report = cycle.ask(get_report, code="ZZA", cycle_id="2026")
    assert by_unit(report)["P1"]["narrative"] == {"en": "One law was amended."}
    assert by_unit(report)["P1"]["positions"] == [filed]
    assert [(v["state"], v["is_superseded"]) for v in report["versions"]] == [
        ("accepted", True),
        ("submitted", False),
    ]
    assert (report["report_version"], report["version"]) == (2, 3)


def test_before_the_corrigendum_was_known_the_first_version_stands(cycle: Told) -> None:
    cycle.tell(makers.report_submitted("ZZA"), at=on("2026-04-01"))
    filed = cycle.tell(makers.corrigendum_filed("ZZA"), at=on("2026-04-03"))
    report = cycle.ask(get_report, as_of=filed - 1, code="ZZA", cycle_id="2026")
    assert by_unit(report)["P1"]["narrative"] == {"en": "Laws were amended."}
    assert [v["is_superseded"] for v in report["versions"]] == [False]


def test_a_returned_version_names_the_units_and_not_the_reasons(cycle: Told) -> None:
    cycle.tell(makers.report_submitted("ZZA"), at=on("2026-04-01"))
    returned = cycle.tell(makers.report_returned("ZZA", units=["P1", "P5"]), at=on("2026-04-09"))
    version = cycle.ask(get_version, code="ZZA", cycle_id="2026", number=1)
    assert version["state"] == "returned"
    decision = version["decisions"][0]
    assert (decision["units"], decision["positions"]) == (["P1", "P5"], [returned])
    assert decision["asserted_by"] == "secretariat"
    assert "reasons" not in decision


def test_a_returned_report_counts_as_received_until_another_comes(cycle: Told) -> None:
    cycle.tell(makers.report_submitted("ZZA"), at=on("2026-04-01"))
    cycle.tell(makers.report_returned("ZZA"), at=on("2026-04-09"))
    report = cycle.ask(get_report, code="ZZA", cycle_id="2026")
    assert report["obligation"]["timeliness"] == "on_time"
    assert report["obligation"]["received_on"] == date(2026, 4, 1)


def test_nothing_new_shows_the_age_of_the_substance_beside_the_age_of_the_act(cycle: Told) -> None:
    old = cycle.tell(makers.report_submitted("ZZA", "2025"), at=on("2026-02-10"))
    renewed = cycle.tell(makers.nothing_new_declared("ZZA"), at=on("2026-05-11"))
    report = cycle.ask(get_report, effective_on=date(2026, 5, 21), code="ZZA", cycle_id="2026")
    assert (report["latest"]["act"], report["latest"]["age_days"]) == ("nothing_new", 10)
    assert (report["substance"]["report_id"], report["substance"]["age_days"]) == ("ZZA-2025", 100)
    row = by_unit(report)["P1"]
    assert row["narrative"] == {"en": "Laws were amended."}
    assert row["positions"] == [old, renewed]
    assert (row["substance"]["report_id"], row["renewed_by"]["report_id"]) == (
        "ZZA-2025",
        "ZZA-2026",
    )
    assert report["cover"]["cycle_id"] == "2025"


def test_an_illustrative_compilation_is_the_systems_word(cycle: Told) -> None:
    cycle.tell(
        makers.report_submitted("ZZA", document=makers.compilation("ZZA")), at=on("2026-04-01")
    )
    report = cycle.ask(get_report, code="ZZA", cycle_id="2026")
    assert (report["origin"], report["asserted_by"]) == ("illustrative_compilation", "system")
    assert by_unit(report)["P1"]["asserted_by"] == "system"
    assert report["obligation"]["timeliness"] == "overdue"
    assert report["cover"]["sources"]


def test_an_update_lets_plans_and_other_units_stand(cycle: Told) -> None:
    plans = [{"scope": "national", "title": {"en": "Plan"}, "status": "in_force"}]
    full = makers.national_report("ZZA", plans=plans)
    update = makers.national_report(
        "ZZA", cover={"form": "update"}, statements={"P2": statement("New on P2.")}
    )
    cycle.tell(makers.report_submitted("ZZA", document=full), at=on("2026-04-01"))
    cycle.tell(makers.corrigendum_filed("ZZA", document=update), at=on("2026-05-01"))
    report = cycle.ask(get_report, code="ZZA", cycle_id="2026")
    assert by_unit(report)["P1"]["narrative"] == {"en": "Laws were amended."}
    assert by_unit(report)["P2"]["narrative"] == {"en": "New on P2."}
    assert report["plans"] == plans
    assert report["cover"]["form"] == "update"


def test_parts_e_and_f_stand_beside_the_statements(cycle: Told) -> None:
    rights = {"narrative": {"en": "Courts review."}, "measures": [], "visibility": "public"}
    paper = makers.national_report(
        "ZZA", human_rights=rights, observations=sealed("F", visibility="participants")
    )
    cycle.tell(makers.report_submitted("ZZA", document=paper), at=on("2026-04-01"))
    report = cycle.ask(get_report, code="ZZA", cycle_id="2026")
    assert report["human_rights"]["content"]["narrative"] == {"en": "Courts review."}
    assert report["observations"]["restricted"]
    assert report["observations"]["content"] is None
    assert [row["unit"] for row in report["statements"]] == UNITS


def test_one_statement_is_the_row_of_the_whole_report(cycle: Told) -> None:
    submit(cycle, "2026-04-01", P1=statement(), P5=sealed("P5"))
    report = cycle.ask(get_report, code="ZZA", cycle_id="2026")
    for unit in UNITS:
        one = cycle.ask(get_statement, code="ZZA", cycle_id="2026", unit=unit)
        assert one["statement"] == by_unit(report)[unit]
    with pytest.raises(NotFound):
        cycle.ask(get_statement, code="ZZA", cycle_id="2026", unit="P8")


def test_a_version_is_shown_as_it_stands_in_the_log(cycle: Told) -> None:
    paper = document(P1=statement(), P5=sealed("P5", visibility="secretariat"))
    cycle.tell(makers.report_submitted("ZZA", document=paper), at=on("2026-04-01"))
    version = cycle.ask(get_version, code="ZZA", cycle_id="2026", number=1)
    assert version["statements"] == paper["statements"]
    assert version["cover"] == paper["cover"]
    assert version["digest"] == makers.digest_of(paper)
    with pytest.raises(NotFound):
        cycle.ask(get_version, code="ZZA", cycle_id="2026", number=2)


def test_a_version_shows_what_the_rules_found_and_what_was_said_on_it(cycle: Told) -> None:
    found = {
        "code": "G-R01",
        "severity": "error",
        "pointer": "/cover/period_to",
        "outcome": "failed",
    }
    word = {"code": "G-R01", "pointer": "/cover/period_to", "text": {"en": "Our year ends so."}}
    submitted = makers.report_submitted("ZZA", findings=[found], explanations=[word])
    cycle.tell(submitted, at=on("2026-04-01"))
    version = cycle.ask(get_version, code="ZZA", cycle_id="2026", number=1)
    assert (version["findings"], version["explanations"]) == ([found], [word])
    assert (version["ruleset_version"], version["validated_at_position"]) == ("1.0.0", 9)


def test_a_matrix_row_says_what_the_report_says(cycle: Told) -> None:
    submit(cycle, "2026-04-01", P1=statement(implementation_status="planned"), P5=sealed("P5"))
    cycle.tell(
        makers.report_submitted("ZZB", document=makers.compilation("ZZB")), at=on("2026-04-02")
    )
    matrix = cycle.ask(list_matrix, page=ALL, cycle_id="2026")
    assert [row["participant"] for row in matrix.rows] == ["ZZA", "ZZB"]
    for row in matrix.rows:
        report = cycle.ask(get_report, code=row["participant"], cycle_id="2026")
        assert row["origin"] == report["origin"]
        assert list(row["cells"]) == UNITS
        for unit, cell in row["cells"].items():
            said = by_unit(report)[unit]
            assert cell == {name: said[name] for name in cell}


def test_a_cycle_on_an_edition_unknown_here_is_not_guessed(told: Told) -> None:
    told.tell(
        makers.signature_recorded("ZZA"), makers.cycle_opened("2026", instrument_edition="9.0.0")
    )
    with pytest.raises(Unavailable):
        told.ask(get_report, code="ZZA", cycle_id="2026")


def test_only_the_words_that_stand_are_read(cycle: Told) -> None:
    cycle.tell(makers.report_submitted("ZZA", document=document(P1=statement("Once."))))
    for number in (2, 3):
        text = document(P1=statement(f"Version {number}."), P2=statement("More."))
        cycle.tell(
            makers.corrigendum_filed(
                "ZZA", document=text, report_version=number, supersedes=number - 1
            )
        )
    read: list[Any] = []

    def note(_connection: Any, _cursor: Any, text: str, parameters: Any, *_: Any) -> None:
        if "postulate_statement.content" in text:
            read.append(parameters)

    event.listen(cycle.engine, "before_cursor_execute", note)
    cycle.ask(get_report, code="ZZA", cycle_id="2026")
    cycle.ask(get_statement, code="ZZA", cycle_id="2026", unit="P2")
    event.remove(cycle.engine, "before_cursor_execute", note)
    values = [set(one.values() if isinstance(one, dict) else one) for one in read]
    assert len(values) == 2
    assert all(3 in one and 2 not in one for one in values)
    assert "P2" in values[1]
