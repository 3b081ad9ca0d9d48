"""Mandates, plans, cycles and the index: a row each, and nothing about persons."""

from datetime import date

import orjson

from services.reporting.projections.cycles import cycle
from services.reporting.projections.entries import entry_table
from services.reporting.projections.people import focal_point
from services.reporting.projections.plans import plan
from tests import makers
from tests.reporting.answering import Told
from tests.reporting.projected import known, only, rows


def test_a_mandate_ends_by_communication_and_was_open_before(told: Told) -> None:
    named = told.tell(makers.focal_point_designated("ZZA"))
    ended = told.tell(makers.focal_point_designation_ended("ZZA", ended_on=date(2026, 3, 31)))
    assert only(known(told.engine, focal_point, named))["ended_on"] is None
    row = only(known(told.engine, focal_point, ended))
    assert (row["term_from"], row["term_to"]) == (date(2025, 1, 1), date(2027, 12, 31))
    assert row["ended_on"] == date(2026, 3, 31)
    assert (row["position"], row["known_from"], row["seat"]) == (1, 2, "capital")


def test_the_person_behind_a_mandate_is_not_known_here(told: Told) -> None:
    told.tell(makers.focal_point_designated("ZZA"))
    row = only(rows(told.engine, focal_point))
    assert makers.sealed("person")["sealed"] not in row.values()
    assert not {"person", "name", "email", "reference"} & row.keys()


def test_a_plan_keeps_what_it_says(told: Told) -> None:
    told.tell(makers.plan_registered("ZZA", lead_body="Council", period_to=None))
    row = only(rows(told.engine, plan))
    assert (row["plan_id"], row["participant"], row["scope"]) == ("ZZA-PLAN-1", "ZZA", "national")
    assert (row["period_from"], row["period_to"]) == (date(2024, 1, 1), None)
    assert orjson.loads(row["pillars"]) == ["I", "II"]
    assert orjson.loads(row["postulates"]) == ["P1", "P5"]
    assert (row["lead_body"], row["origin"], row["sources"]) == ("Council", "submission", "[]")


def test_a_cycle_says_until_when_a_report_is_on_time(told: Told) -> None:
    told.tell(makers.cycle_opened("2026", due_on=date(2026, 6, 30), grace_days=45))
    row = only(rows(told.engine, cycle))
    assert row["on_time_until"] == date(2026, 8, 14)
    assert row["time_zone"] == "America/New_York"
    assert orjson.loads(row["participant_kinds"]) == ["state", "organisation"]


def test_the_index_has_every_entry_with_its_leaf(told: Told) -> None:
    told.tell(makers.cycle_opened(), makers.signature_recorded("ZZA"))
    first, second = rows(told.engine, entry_table)
    assert (first["position"], first["type"], first["participant"]) == (1, "cycle-opened", None)
    assert (second["stream"], second["version"]) == ("participation-ZZA", 1)
    assert second["effective_on"] == date(2019, 3, 1)
    assert len(second["leaf_hash"]) == 32
