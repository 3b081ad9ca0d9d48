"""What is said on a version after it was filed: reviews, withdrawals, and what is shown."""

from datetime import date
from typing import Any

import orjson
import pytest

from contracts.sealing import Disclosure
from services.reporting.projections.decisions import (
    clarification,
    review_decision,
    review_opening,
)
from services.reporting.projections.reports import postulate_statement, report_withdrawal
from services.reporting.projections.sections import section_publication
from tests import makers
from tests.reporting.answering import Told
from tests.reporting.projected import known, only, parked, rows


def test_a_version_is_taken_up_and_its_acceptance_taken_back(told: Told) -> None:
    told.tell(
        makers.report_submitted(),
        makers.review_opened(),
        makers.report_accepted(),
        makers.acceptance_revoked(units=["P1", "P5"]),
    )
    assert only(rows(told.engine, review_opening))["version"] == 2
    _, revoked = rows(told.engine, review_decision)
    assert (revoked["decision"], revoked["units"]) == ("acceptance_revoked", '["P1","P5"]')
    assert revoked["reasons_seal"] == makers.sealed("reasons")["sealed"]


def test_a_question_goes_on_with_its_answer(told: Told) -> None:
    asked = told.tell(
        makers.report_submitted(),
        makers.review_opened(),
        makers.clarification_requested(due_on=date(2026, 8, 1)),
    )
    answered = told.tell(makers.clarification_provided(units=["P1", "P2"]))
    before = only(known(told.engine, clarification, asked))
    assert (before["due_on"], before["answered_by"]) == (date(2026, 8, 1), None)
    after = only(known(told.engine, clarification, answered))
    assert (after["answered_by"], after["answered_units"]) == (answered, '["P1","P2"]')
    assert after["answers_seal"] == makers.sealed("answers")["sealed"]
    assert after["position"] == asked


def test_a_withdrawal_is_a_row_beside_the_versions(told: Told) -> None:
    told.tell(makers.report_submitted(), makers.report_withdrawn())
    row = only(rows(told.engine, report_withdrawal))
    assert (row["report_id"], row["report_version"], row["position"]) == ("ZZA-2026", 1, 2)
    assert orjson.loads(row["reason"]) == {"en": "It was sent by mistake."}


def test_what_is_revealed_is_kept_beside_the_sealed_row(told: Told) -> None:
    told.tell(makers.report_submitted(), makers.publication_authorised())
    row = only(rows(told.engine, section_publication))
    assert (row["act"], row["part"], row["version"]) == ("authorised", "P5", 2)
    assert (row["implementation_status"], row["measure_count"]) == ("planned", 0)
    assert orjson.loads(row["content"]) == makers.hidden("P5").value
    sealed = rows(told.engine, postulate_statement)[1]
    assert (sealed["restricted"], sealed["content"]) == (True, None)
    assert sealed["seal"] == row["seal"]


def test_a_restriction_keeps_its_reason_and_reveals_nothing(told: Told) -> None:
    told.tell(makers.report_submitted(), makers.publication_restricted())
    row = only(rows(told.engine, section_publication))
    assert (row["act"], row["content"], row["seal"]) == ("restricted", None, None)
    assert orjson.loads(row["reason"]) == {"en": "An investigation is under way."}


OTHER = Disclosure("/document/statements/P5", "c2FsdCBvZiBzaXh0ZWVuIQ", {"changed": False})
NOT_AN_OBJECT = Disclosure("/document/statements/P5", "c2FsdCBvZiBzaXh0ZWVuIQ", "said")

WRONG: dict[str, dict[str, Any]] = {
    "of other bytes than the seal": {"disclosure": OTHER.encoded()},
    "of another section": {"disclosure": makers.hidden("P1").encoded()},
    "of a section that is not shown": {
        "unit": "P1",
        "disclosure": makers.hidden("P1").encoded(),
    },
    "no object": {"disclosure": NOT_AN_OBJECT.encoded()},
    "malformed": {"disclosure": "WzFd" * 10},
}


@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG.keys())
def test_a_disclosure_that_does_not_open_its_section_parks_its_participant(
    told: Told, wrong: dict[str, Any]
) -> None:
    told.registry.append(makers.report_submitted("ZZB"), makers.report_submitted())
    shown = makers.publication_authorised(revealed=[{"unit": "P5", **wrong}])
    told.tell(shown, makers.publication_authorised("ZZB"))
    assert [(one.participant, one.since_position) for one in parked(told.engine)] == [("ZZA", 3)]
    assert "narrative" not in parked(told.engine)[0].reason
    assert only(rows(told.engine, section_publication))["participant"] == "ZZB"


def test_what_speaks_of_a_section_or_question_that_is_not_there_parks(told: Told) -> None:
    told.tell(
        makers.report_submitted("ZZA"),
        makers.report_submitted("ZZB"),
        makers.publication_restricted("ZZA", units=["human_rights"]),
        makers.clarification_provided("ZZB"),
    )
    assert [(one.participant, one.reason) for one in parked(told.engine)] == [
        ("ZZA", "database: no row of report_section is open that the entry could change"),
        ("ZZB", "database: no row of clarification is open that the entry could change"),
    ]
