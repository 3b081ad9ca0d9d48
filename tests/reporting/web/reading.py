"""Tests: a report with sealed sections, who may read which, and how somebody reads it."""

from datetime import date
from typing import Any

import httpx

from contracts.authority.standing import Standing
from tests import makers
from tests.disclosing import Discloser
from tests.in_process import InProcess
from tests.issuing import bearer
from tests.makers import hidden, sealed, statement
from tests.reporting.answering import Told, on

REPORT = "/v1/reports/ZZA/2026"
HIDDEN = "What P5 says."
PLACES = (
    REPORT,
    f"{REPORT}/postulates/P5",
    f"{REPORT}/versions/1",
    f"{REPORT}/record",
    f"{REPORT}/diff?from=1&to=2",
)
"""Every answer in which a sealed section has a marker."""
FOCAL_POINT = ("focal-point:ZZA", "fp-7Qm2")
DELEGATE = ("drafter:ZZA", "dl-3Kx9")
AUDITOR = ("auditor", "auditor-4Tw1")
SECRETARIAT = ("secretariat", "sec-1")


def standing(code: str, **more: Any) -> Standing:
    return Standing(
        first_day=date(2025, 1, 1), last_day=None, participants=frozenset({code}), **more
    )


STANDINGS = {
    "fp-7Qm2": standing("ZZA"),
    "fp-other": standing("ZZB"),
    "dl-3Kx9": standing("ZZA", units=frozenset({"P5", "P6"})),
    "auditor-4Tw1": standing("ZZA", cycles=frozenset({"2026"})),
}


def file_twice(told: Told) -> None:
    """ZZA reported twice, each time with P5 for auditors and human rights for the secretariat."""
    told.tell(
        makers.signature_recorded("ZZA"),
        makers.signature_recorded("ZZB"),
        makers.cycle_opened("2026"),
        makers.focal_point_designated("ZZA"),
        makers.focal_point_designated("ZZB", focal_point_id="fp-other"),
        makers.delegation_granted("ZZA"),
        makers.mandate_granted(),
        at=on("2026-02-01"),
    )
    document = makers.national_report(
        statements={"P1": statement("One law."), "P5": sealed("P5", visibility="auditors")},
        human_rights=sealed("human_rights", visibility="secretariat"),
    )
    told.tell(makers.report_submitted(document=document), at=on("2026-04-01"))
    corrected = makers.national_report(
        statements={"P1": statement("Two laws."), "P5": sealed("P5", visibility="auditors")},
        human_rights=sealed("human_rights", visibility="secretariat"),
    )
    told.tell(makers.corrigendum_filed(document=corrected), at=on("2026-05-01"))


def discloser_of(told: Told) -> Discloser:
    """A registry that knows everybody above, and opens what they filed."""
    registry = told.disclosing(hidden("P5"), hidden("human_rights"))
    registry.standings.update(STANDINGS)
    return registry


def get(client: InProcess, target: str, *who: Any) -> httpx.Response:
    answer = client.get(target, headers=bearer(*who) if who else {})
    assert answer.status_code == 200, answer.text
    return answer
