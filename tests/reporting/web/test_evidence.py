"""Evidence over HTTP at reporting: what is said of files, by both clocks, and never the bytes."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from tests import makers
from tests.in_process import InProcess
from tests.reporting.answering import Told, on
from tests.twins import faults

FIRST, SECOND = makers.bytes_digest(), makers.bytes_digest(makers.SIGNED_FILE)
THIRD = makers.bytes_digest("Another file.\n")


@pytest.fixture
def client(told: Told) -> Iterator[InProcess]:
    told.tell_in_order(
        (on("2026-01-02"), makers.signature_recorded()),
        (on("2026-04-01"), makers.evidence_deposited(valid_to=date(2026, 12, 31))),
        (
            on("2026-05-01"),
            makers.evidence_revised(
                description=makers.sealed("x", visibility="auditors"), valid_to=date(2026, 6, 30)
            ),
        ),
        (on("2026-07-01"), makers.evidence_redacted()),
    )
    with told.client() as client:
        yield client


def rows(client: InProcess, asked: str = "") -> dict[str, dict[str, Any]]:
    answer = client.get(f"/v1/evidence?{asked}")
    assert answer.status_code == 200, answer.text
    assert faults("evidence", answer.json()) == []
    return {row["digest"]: row for row in answer.json()["data"]}


def states(client: InProcess, asked: str) -> tuple[str | None, str | None]:
    found = rows(client, asked)
    first, second = (found.get(digest, {}).get("state") for digest in (FIRST, SECOND))
    return first, second


def test_how_files_stand_is_told_at_all_four_corners(told: Told, client: InProcess) -> None:
    revised = told.registry.size - 1
    corners = [
        states(client, f"as_of={as_of}&effective_on={day}")
        for as_of in (revised, revised + 1)
        for day in ("2026-06-30", "2026-07-01")
    ]
    assert corners == [
        ("replaced", "current"),
        ("replaced", "expired"),
        ("replaced", "current"),
        ("redacted", "expired"),
    ]
    assert states(client, "effective_on=2026-04-30") == ("current", None)


def test_only_what_everybody_may_read_has_an_address(client: InProcess) -> None:
    then = rows(client, "effective_on=2026-04-30")
    assert then[FIRST]["href"] == f"/v1/evidence/ZZA/{FIRST}"
    now = rows(client)
    assert (now[FIRST]["href"], now[SECOND]["href"]) == (None, None)
    assert (now[SECOND]["text"], now[SECOND]["restricted"]) == (None, True)


def test_what_was_destroyed_keeps_digest_reason_and_entries(client: InProcess) -> None:
    row = rows(client)[FIRST]
    assert row["redaction_reason"] == {"en": "It names a witness."}
    assert (row["redaction_reference"], row["positions"]) == ("Request 5/2026", [2, 3, 4])


def test_files_are_counted_by_how_they_stand_and_listed_by_what_they_are_for(
    client: InProcess,
) -> None:
    counts = client.get("/v1/evidence").json()["counts"]
    assert (counts["total"], counts["redacted"], counts["expired"]) == (2, 1, 1)
    assert rows(client, "participant=ZZB") == {}
    assert list(rows(client, "state=expired")) == [SECOND]


def test_a_revision_is_listed_under_what_its_deposit_is_for(told: Told, client: InProcess) -> None:
    told.tell(
        makers.evidence_deposited(evidence_id="E-2", digest=THIRD, unit="P6"),
        makers.evidence_deposited("ZZB", unit="P8.a", cycle_id="2025"),
        at=on("2026-08-01"),
    )
    for asked in ("unit=P5", "cycle=2026&unit=P5", "participant=ZZA&unit=P5"):
        assert rows(client, asked).keys() == {FIRST, SECOND}
    assert rows(client, "participant=ZZA&cycle=2026").keys() == {FIRST, SECOND, THIRD}
    for asked in ("unit=P6", "unit=P6&participant=ZZA"):
        assert rows(client, asked).keys() == {THIRD}
    assert rows(client, "unit=P5&cycle=2025") == {}
    revision = rows(client)[SECOND]
    assert (revision["cycle_id"], revision["unit"]) == ("2026", "P5")


def test_what_stands_for_a_unit_is_counted_where_it_took_the_place_of_something(
    told: Told,
) -> None:
    told.tell_in_order(
        (on("2026-04-01"), makers.evidence_deposited()),
        (on("2026-05-01"), makers.evidence_revised()),
        (on("2026-06-01"), makers.evidence_revised(digest=THIRD, replaces=SECOND)),
    )
    with told.client() as client:
        counts = client.get("/v1/evidence?unit=P5&cycle=2026").json()["counts"]
        assert (counts["total"], counts["replaced"], counts["current"]) == (3, 2, 1)
        assert rows(client, "unit=P5&state=current").keys() == {THIRD}
        assert rows(client, "unit=P5&effective_on=2026-05-31").keys() == {FIRST, SECOND}
        assert rows(client, "unit=P5&as_of=1").keys() == {FIRST}


def test_evidence_for_no_unit_in_particular_stays_so_when_it_is_revised(told: Told) -> None:
    told.tell(
        makers.evidence_deposited(unit=None, cycle_id=None),
        makers.evidence_revised(),
        makers.evidence_deposited("ZZB"),  # another participant's piece has the same id
    )
    with told.client() as client:
        revision = rows(client, "participant=ZZA")[SECOND]
        assert (revision["cycle_id"], revision["unit"]) == (None, None)
        answer = client.get("/v1/evidence?unit=P5").json()
    assert [row["participant"] for row in answer["data"]] == ["ZZB"]


def test_no_file_of_a_piece_that_was_withdrawn_has_an_address(told: Told) -> None:
    told.tell_in_order(
        (on("2026-04-01"), makers.evidence_deposited()),
        (on("2026-05-01"), makers.evidence_revised()),
        (on("2026-06-01"), makers.evidence_withdrawn(digest=SECOND)),
    )
    with told.client() as client:
        now = rows(client)
        assert [now[digest]["state"] for digest in (FIRST, SECOND)] == ["replaced", "withdrawn"]
        assert {row["href"] for row in now.values()} == {None}
        assert all(row["href"] for row in rows(client, "effective_on=2026-05-31").values())
