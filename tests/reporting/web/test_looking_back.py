"""The look back on the cycle before, for single readers: no more than each side is for."""

from collections.abc import Iterator
from typing import Any

import pytest

from contracts.sealing import Disclosure
from tests import makers
from tests.disclosing import Discloser
from tests.in_process import InProcess
from tests.reporting.answering import Told, on
from tests.reporting.web.reading import (
    AUDITOR,
    DELEGATE,
    FOCAL_POINT,
    REPORT,
    SECRETARIAT,
    STANDINGS,
    get,
)
from tests.twins import faults

CANARY = "zq7-measure"


def hidden(unit: str, words: str, *measures: str) -> Disclosure:
    """A section in which everything is secret."""
    said = makers.statement(
        words,
        implementation_status="planned",
        measures=[
            {
                "measure_id": f"{CANARY}-{one}",
                "measure_type": "legislation",
                "title": {"en": "A law"},
                "commitments": [{"plan_id": "ZZA-PLAN-1", "commitment_id": f"{CANARY}-C"}],
            }
            for one in measures
        ],
        assistance_cited=[{"assistance_id": f"{CANARY}-NEED"}],
        visibility="auditors",
    )
    return Disclosure(f"/document/statements/{unit}", "c2FsdCBvZiBzaXh0ZWVuIQ", said)


THEN, NOW = hidden("P5", "Then.", "1", "2"), hidden("P5", "Now.", "2", "3")


@pytest.fixture
def known(told: Told) -> Told:
    told.tell(
        makers.signature_recorded("ZZA"),
        makers.signature_recorded("ZZB"),
        makers.cycle_opened("2025"),
        makers.cycle_opened("2026"),
        makers.focal_point_designated("ZZA"),
        makers.focal_point_designated("ZZB", focal_point_id="fp-other"),
        makers.delegation_granted("ZZA"),
        makers.mandate_granted(),
        at=on("2026-02-01"),
    )
    for cycle_id, one in (("2025", THEN), ("2026", NOW)):
        marker = {"sealed": one.digest(), "visibility": "auditors"}
        document = makers.national_report("ZZA", cycle_id, statements={"P5": marker})
        told.tell(makers.report_submitted("ZZA", cycle_id, document=document), at=on("2026-04-01"))
    return told


@pytest.fixture
def registry(known: Told) -> Discloser:
    registry = known.disclosing(THEN, NOW)
    registry.standings.update(STANDINGS)
    return registry


@pytest.fixture
def client(known: Told, registry: Discloser) -> Iterator[InProcess]:
    with known.reading(registry) as client:
        yield client


def change(client: InProcess, *who: Any) -> dict[str, Any]:
    answer = get(client, REPORT, *who).json()
    assert faults("report", answer) == []
    (row,) = (row for row in answer["data"]["changes"] if row["unit"] == "P5")
    found: dict[str, Any] = row
    return found


@pytest.mark.parametrize("who", [FOCAL_POINT, SECRETARIAT])
def test_who_may_read_both_sides_finds_them_compared(
    client: InProcess, who: tuple[str, str]
) -> None:
    row = change(client, *who)
    assert (row["comparison"], row["narrative_changed"]) == ("compared", True)
    assert row["measures"] == {
        "new": [f"{CANARY}-3"],
        "changed": [],
        "kept": [f"{CANARY}-2"],
        "no_longer_named": [f"{CANARY}-1"],
    }
    assert change(client)["comparison"] == "restricted"


def test_who_may_read_one_cycle_alone_finds_nothing_compared(client: InProcess) -> None:
    """The auditor's mandate is for 2026."""
    answer = get(client, REPORT, *AUDITOR)
    row = change(client, *AUDITOR)
    assert (row["comparison"], row["measures"]) == ("restricted", None)
    assert (row["now"]["status"], row["before"]["status"]) == ("planned", "restricted")
    assert f"{CANARY}-3" in answer.text  # in the statement, which is for auditors
    assert f"{CANARY}-1" not in answer.text


@pytest.mark.parametrize("who", [(), ("focal-point:ZZB", "fp-other"), ("operator", "op-1")])
@pytest.mark.parametrize(
    "target",
    [
        REPORT,
        f"{REPORT}/postulates/P5",
        "/v1/reports/ZZA/2025",
        "/v1/participants/ZZA/overview?cycle=2026",
        "/v1/commitments",
        "/v1/assistance",
    ],
)
def test_nothing_that_is_sealed_in_either_cycle_reaches_anybody_else(
    client: InProcess, target: str, who: tuple[str, ...]
) -> None:
    if who and target.startswith("/v1/reports"):
        get(client, REPORT, *FOCAL_POINT)
    answer = get(client, target, *(who if target.startswith("/v1/reports") else ()))
    assert CANARY not in answer.text
    assert CANARY not in str(answer.headers)


def test_a_delegate_of_the_unit_reads_both_sides_of_it(client: InProcess) -> None:
    assert change(client, *DELEGATE)["comparison"] == "compared"
