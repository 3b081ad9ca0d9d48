"""Queries: the record of a report and the difference of its versions, as of any moment."""

from datetime import date
from typing import Any

import pytest

from services.kit.errors import NotFound
from services.reporting.queries.comparison import get_difference
from services.reporting.queries.field_history import get_record
from services.reporting.queries.reports import get_report
from tests import makers
from tests.reporting.answering import Told, on

FIRST = makers.national_report(
    statements={
        "P1": makers.statement("A law is before parliament.", implementation_status="planned"),
        "P2": makers.statement("A centre was opened."),
        "P5": makers.sealed("P5", visibility="secretariat"),
    }
)
SECOND = makers.national_report(
    cover={"form": "update"},
    statements={
        "P1": makers.statement("The law is in force.", implementation_status="in_place"),
        "P2": {"changed": False, "visibility": "public"},
    },
)
THIRD = makers.national_report(statements={"P1": makers.statement("The law is in force.")})


@pytest.fixture
def filed(told: Told) -> Told:
    told.tell_in_order(
        (on("2026-01-02"), makers.signature_recorded()),
        (on("2026-01-03"), makers.cycle_opened("2026")),
        (on("2026-01-03"), makers.cycle_opened("2027")),
        (on("2026-05-20"), makers.report_submitted(document=FIRST)),
        (on("2026-06-02"), makers.report_accepted(digest=makers.digest_of(FIRST))),
        (on("2026-07-01"), makers.corrigendum_filed(document=SECOND)),
        (on("2026-08-01"), makers.corrigendum_filed(document=THIRD, report_version=3)),
        (
            on("2027-05-01"),
            makers.nothing_new_declared(
                cycle_id="2027",
                renews_report="ZZA-2026",
                renews_version=3,
                renews_digest=makers.digest_of(THIRD),
            ),
        ),
    )
    told.now = on("2027-06-01")
    return told


def record(filed: Told, cycle_id: str = "2026", **at: Any) -> Any:
    return filed.ask(get_record, code="ZZA", cycle_id=cycle_id, **at)


def difference(filed: Told, older: int, newer: int, **at: Any) -> Any:
    return filed.ask(get_difference, code="ZZA", cycle_id="2026", older=older, newer=newer, **at)


def values(found: Any, pointer: str) -> list[tuple[int, Any]]:
    (field,) = [field for field in found["fields"] if field["pointer"] == pointer]
    return [(value["report_version"], value["value"]) for value in field["values"]]


def test_each_field_has_its_values_with_the_versions_that_brought_them(filed: Told) -> None:
    found = record(filed)
    status = "/statements/P1/implementation_status"
    assert values(found, status) == [(1, "planned"), (2, "in_place"), (3, None)]
    assert values(found, "/statements/P1/narrative/en") == [
        (1, "A law is before parliament."),
        (2, "The law is in force."),
    ]
    (field,) = [field for field in found["fields"] if field["pointer"] == status]
    assert [value["is_absent"] for value in field["values"]] == [False, False, True]
    assert [value["positions"] for value in field["values"]] == [[4], [6], [7]]
    assert {value["asserted_by"] for value in field["values"]} == {"participant"}


def test_what_an_update_says_is_unchanged_stands_and_is_no_new_value(filed: Told) -> None:
    found = record(filed, as_of=6)
    assert values(found, "/statements/P2/narrative/en") == [(1, "A centre was opened.")]
    assert found["compiled"]["statements"]["P2"]["narrative"] == {"en": "A centre was opened."}
    assert found["compiled"]["statements"]["P1"]["implementation_status"] == "in_place"


def test_a_section_that_is_not_public_stands_in_the_record_as_its_seal(filed: Told) -> None:
    seal = FIRST["statements"]["P5"]["sealed"]
    assert values(record(filed), "/statements/P5/sealed") == [(1, seal), (3, None)]


def test_a_renewal_has_the_record_of_what_it_renews(filed: Told) -> None:
    found = record(filed, "2027")
    assert found["compiled"]["statements"] == THIRD["statements"]
    assert values(found, "/statements/P1/narrative/en") == [(1, "The law is in force.")]


def test_the_record_is_as_it_was_known_and_on_the_day(filed: Told) -> None:
    early = record(filed, as_of=4)
    assert [version["report_version"] for version in early["versions"]] == [1]
    assert early == {**record(filed, effective_on=date(2026, 6, 1)), **_place(early)}
    assert record(filed, as_of=3)["fields"] == []
    assert record(filed, as_of=3)["compiled"] is None


def _place(found: Any) -> dict[str, Any]:
    """What depends on the moment besides the versions: ages, and the stream's version."""
    moving = ("latest", "substance", "version", "obligation", "versions", "positions")
    return {name: found[name] for name in moving}


def test_the_difference_of_two_versions_is_a_patch_and_sentences(filed: Told) -> None:
    found = difference(filed, 1, 3)
    assert {change["op"] for change in found["patch"]} == {"remove", "replace"}
    assert {"op": "remove", "path": "/statements/P5"} in found["patch"]
    assert [change["pointer"] for change in found["changes"]] == [
        operation["path"] for operation in found["patch"]
    ]
    assert (found["from"]["report_version"], found["to"]["report_version"]) == (1, 3)
    assert found["from"]["state"] == "accepted"


def test_the_difference_the_other_way_round_puts_everything_back(filed: Told) -> None:
    forth, back = difference(filed, 1, 2)["patch"], difference(filed, 2, 1)["patch"]
    assert {operation["path"] for operation in forth} == {operation["path"] for operation in back}
    assert difference(filed, 2, 2)["patch"] == []


def test_a_version_that_was_not_known_yet_cannot_be_compared(filed: Told) -> None:
    with pytest.raises(NotFound):
        difference(filed, 1, 2, as_of=5)
    with pytest.raises(NotFound):
        difference(filed, 1, 9)


UPDATE = makers.national_report(
    cover={"form": "update"}, statements={"P2": makers.statement("A centre was opened.")}
)
WITHDRAWN = (
    (on("2026-01-02"), makers.signature_recorded()),
    (on("2026-01-03"), makers.cycle_opened("2026")),
    (on("2026-01-03"), makers.cycle_opened("2027")),
    (on("2026-05-20"), makers.report_submitted(document=FIRST)),
    (on("2026-06-02"), makers.report_withdrawn(digest=makers.digest_of(FIRST))),
    (on("2026-06-20"), makers.report_submitted(document=UPDATE, report_version=2, supersedes=1)),
)


def test_what_was_withdrawn_before_a_version_is_no_value_of_it(told: Told) -> None:
    told.tell_in_order(*WITHDRAWN)
    found = record(told)
    assert found["compiled"]["statements"] == UPDATE["statements"]
    assert values(found, "/statements/P1/narrative/en") == [
        (1, "A law is before parliament."),
        (2, None),
    ]
    assert values(found, "/statements/P2/narrative/en") == [(1, "A centre was opened.")]
    before = record(told, as_of=5)
    assert before["compiled"] is None
    assert values(before, "/statements/P1/narrative/en") == [(1, "A law is before parliament.")]


def test_a_renewal_has_nothing_that_was_withdrawn_before_what_it_renews(told: Told) -> None:
    renewal = makers.nothing_new_declared(
        cycle_id="2027",
        renews_report="ZZA-2026",
        renews_version=2,
        renews_digest=makers.digest_of(UPDATE),
    )
    told.tell_in_order(*WITHDRAWN, (on("2027-05-01"), renewal))
    told.now = on("2027-06-01")
    assert record(told, "2027")["compiled"]["statements"] == UPDATE["statements"]
    report = told.ask(get_report, code="ZZA", cycle_id="2027")
    assert [row["unit"] for row in report["statements"] if row["stated"]] == ["P2"]


def test_what_an_update_says_is_unchanged_stands_though_the_update_is_no_longer_shown(
    told: Told,
) -> None:
    shown = makers.publication_restricted(report_version=2, units=["P2"])
    told.tell_in_order(
        *WITHDRAWN[:4],
        (on("2026-07-01"), makers.corrigendum_filed(document=SECOND)),
        (on("2026-08-01"), shown),
    )
    report = told.ask(get_report, code="ZZA", cycle_id="2026")
    (row,) = [row for row in report["statements"] if row["unit"] == "P2"]
    assert row["narrative"] == {"en": "A centre was opened."}
    compiled = record(told)["compiled"]["statements"]["P2"]
    assert compiled["narrative"] == {"en": "A centre was opened."}


def test_a_section_that_is_no_longer_open_is_told_as_a_whole(told: Told) -> None:
    sealed = makers.national_report(
        statements={"P1": makers.sealed("P1", visibility="auditors"), "P2": makers.statement()}
    )
    told.tell_in_order(
        *WITHDRAWN[:4], (on("2026-07-01"), makers.corrigendum_filed(document=sealed))
    )
    found = difference(told, 1, 2)
    p1 = [one for one in found["changes"] if one["unit"] == "P1"]
    assert [(one["change"], one["field"], one["pointer"]) for one in p1] == [
        ("changed", None, "/statements/P1")
    ]
    assert p1[0]["sentence"]["en"].endswith("is now a section that is not public.")
    assert "was removed" not in p1[0]["sentence"]["en"]
    told.tell(makers.publication_restricted(report_version=2, units=["P2"]), at=on("2026-08-01"))
    (p2,) = [one for one in difference(told, 1, 2)["changes"] if one["unit"] == "P2"]
    assert p2["sentence"]["en"].endswith("is now a section that is not public.")
