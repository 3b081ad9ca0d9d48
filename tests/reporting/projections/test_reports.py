"""Reports: every version part by part; what is sealed stays a mark."""

from typing import Any

import orjson

from services.reporting.projections.decisions import review_decision
from services.reporting.projections.reports import (
    postulate_statement,
    report_section,
    report_version,
)
from tests import makers
from tests.reporting.answering import Told
from tests.reporting.projected import only, rows


def test_a_submitted_report_is_one_version(told: Told) -> None:
    told.tell(
        makers.report_submitted(
            "ZZA",
            explanations=[{"code": "P5-R03", "pointer": "/statements/P5", "text": {"en": "So."}}],
            findings=[
                {"code": "P5-R03", "severity": "error", "pointer": "/x", "outcome": "failed"}
            ],
        )
    )
    row = only(rows(told.engine, report_version))
    assert (row["report_id"], row["report_version"], row["act"]) == ("ZZA-2026", 1, "submitted")
    assert (row["form"], row["origin"], row["supersedes"]) == ("full", "submission", None)
    assert row["digest"] == makers.digest_of(makers.national_report("ZZA"))
    assert orjson.loads(row["cover"])["language"] == "en"
    assert (row["plans"], row["treaties"]) == ("[]", "[]")
    assert orjson.loads(row["explanations"])[0]["text"] == {"en": "So."}
    assert orjson.loads(row["findings"])[0]["outcome"] == "failed"
    assert (row["drafted_by"], row["cleared_by"]) == ("person-1", "person-2")


def test_a_public_statement_is_kept_and_a_sealed_one_is_a_mark(told: Told) -> None:
    said = makers.statement(
        implementation_status="in_place",
        measures=[{"measure_id": "m-1", "title": {"en": "Act 4"}}],
    )
    document = makers.national_report(
        "ZZA", statements={"P1": said, "P5": makers.sealed("P5", visibility="auditors")}
    )
    told.tell(makers.report_submitted("ZZA", document=document))
    public, sealed = rows(told.engine, postulate_statement)
    assert (public["unit"], public["restricted"], public["visibility"]) == ("P1", False, "public")
    assert (public["changed"], public["implementation_status"]) == (True, "in_place")
    assert (public["measure_count"], public["seal"]) == (1, None)
    assert orjson.loads(public["content"]) == said
    assert (sealed["unit"], sealed["restricted"], sealed["visibility"]) == ("P5", True, "auditors")
    assert sealed["seal"] == makers.sealed("P5")["sealed"]
    for name in ("content", "changed", "implementation_status", "measure_count"):
        assert sealed[name] is None


def test_a_part_sealed_without_saying_for_whom_is_for_the_secretariat(told: Told) -> None:
    document = makers.national_report("ZZA", statements={"P1": makers.sealed("P1")})
    told.tell(makers.report_submitted("ZZA", document=document))
    assert only(rows(told.engine, postulate_statement))["visibility"] == "secretariat"


def test_the_parts_beside_the_statements_have_rows_of_their_own(told: Told) -> None:
    rights: dict[str, Any] = {
        "narrative": {"en": "Courts."},
        "measures": [],
        "visibility": "public",
    }
    document = makers.national_report(
        "ZZA",
        human_rights=rights,
        observations=makers.sealed("observations", visibility="participants"),
        plans=[{"scope": "national", "title": {"en": "Plan"}, "status": "in_force"}],
    )
    told.tell(makers.report_submitted("ZZA", document=document))
    by_section = {row["section"]: row for row in rows(told.engine, report_section)}
    assert orjson.loads(by_section["human_rights"]["content"]) == rights
    assert by_section["observations"]["restricted"]
    assert by_section["observations"]["content"] is None
    assert orjson.loads(only(rows(told.engine, report_version))["plans"])[0]["scope"] == "national"


def test_a_corrigendum_is_a_version_beside_the_first(told: Told) -> None:
    told.tell(makers.report_submitted("ZZA"), makers.corrigendum_filed("ZZA"))
    first, second = rows(told.engine, report_version)
    assert (first["report_version"], first["known_to"]) == (1, None)
    assert (second["report_version"], second["act"], second["supersedes"]) == (2, "corrigendum", 1)
    assert orjson.loads(second["reason"]) == {"en": "One law was counted twice."}
    said = {(r["report_version"], r["unit"]) for r in rows(told.engine, postulate_statement)}
    assert said == {(1, "P1"), (1, "P5"), (2, "P1")}


def test_nothing_new_names_the_version_that_it_renews(told: Told) -> None:
    told.tell(makers.nothing_new_declared("ZZA"))
    row = only(rows(told.engine, report_version))
    assert (row["act"], row["form"], row["digest"]) == ("nothing_new", "nothing_new", None)
    assert (row["renews_report"], row["renews_version"]) == ("ZZA-2025", 1)
    assert row["renews_digest"] == makers.digest_of(makers.national_report("ZZA", "2025"))
    assert row["cover"] is None
    assert rows(told.engine, postulate_statement) == []


def test_a_compilation_keeps_its_origin_in_every_row(told: Told) -> None:
    told.tell(makers.report_submitted("ZZA", document=makers.compilation("ZZA")))
    for table in (report_version, postulate_statement):
        assert only(rows(told.engine, table))["origin"] == "illustrative_compilation"


def test_decisions_name_version_units_and_the_seal_of_the_reasons(told: Told) -> None:
    told.tell(
        makers.report_submitted("ZZA"),
        makers.report_returned("ZZA", units=["P1", "P5"]),
        makers.report_accepted("ZZA"),
    )
    returned, accepted = rows(told.engine, review_decision)
    assert (returned["decision"], returned["version"]) == ("returned", 2)
    assert orjson.loads(returned["units"]) == ["P1", "P5"]
    assert returned["reasons_seal"] == makers.sealed("reasons")["sealed"]
    assert (accepted["decision"], accepted["version"]) == ("accepted", 3)
    assert (accepted["units"], accepted["reasons_seal"]) == ("[]", None)
    assert accepted["digest"] == makers.digest_of(makers.national_report("ZZA"))
