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
    assert list(rows(client, "unit=P5&cycle=2026")) == [FIRST]
    assert rows(client, "participant=ZZB") == {}
    assert list(rows(client, "state=expired")) == [SECOND]
