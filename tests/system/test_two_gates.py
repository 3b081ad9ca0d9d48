"""System: a report goes through review, publication and withdrawal, from writes to answers."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from contracts.sealing import verify_disclosure
from services.reporting.app import create_app
from services.reporting.database import make_reporting_engine
from services.reporting.projector import Projector
from tests import makers, writes
from tests.databases import Database
from tests.in_process import InProcess, client_of
from tests.reporting.projected import parked
from tests.running_registry import RunningRegistry, running_registry

pytestmark = [pytest.mark.system, pytest.mark.db]

REPORT = "/v1/reports/ZZA-2026"
NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


class Feed:
    """The feed of a registry in this process."""

    def __init__(self, registry: RunningRegistry) -> None:
        self._registry = registry

    def checkpoint(self) -> str:
        return self._registry.get("/checkpoint").text

    def page(self, after: int, wait_seconds: int) -> bytes:
        return self._registry.get(f"/v1/events?after={after}&wait={wait_seconds}").content


@pytest.fixture
def registry(database: Database, tmp_path: Path) -> Iterator[RunningRegistry]:
    with running_registry(database, tmp_path) as running:
        yield running


class Reader:
    """Reporting, which has read what the registry signed when it is asked."""

    def __init__(self, registry: RunningRegistry, url: str, client: InProcess) -> None:
        self._client = client
        self.engine = make_reporting_engine(url)
        key = registry.key.verifier
        self._projector = Projector(self.engine, Feed(registry), key, lambda: NOW)

    def get(self, path: str) -> Any:
        while (batch := self._projector.fetch(0)) is not None:
            self._projector.apply(batch)
        answer = self._client.get(f"{path}?min_position={self._projector.position()}")
        assert answer.status_code == 200, answer.text
        return answer.json()["data"]


@pytest.fixture
def reader(registry: RunningRegistry, reporting_database: Database) -> Iterator[Reader]:
    engine = make_reporting_engine(reporting_database.url)
    with client_of(create_app(engine, clock=lambda: NOW)) as client:
        reader = Reader(registry, reporting_database.url, client)
        yield reader
        reader.engine.dispose()
    engine.dispose()


def test_a_report_goes_through_both_gates_is_published_restricted_and_withdrawn(
    registry: RunningRegistry, reader: Reader
) -> None:
    def state() -> tuple[str | None, str | None]:
        report = reader.get("/v1/reports/ZZA/2026")
        assert report["version"] == expected
        rows = reader.get("/v1/reviews")
        return report["submission_state"], rows[0]["waits_for"] if rows else None

    def write(path: str, body: Any, by: str = "secretariat") -> dict[str, Any]:
        return registry.record(path, body, expected=expected, by=by)

    registry.sign()
    registry.designate("ZZA")
    registry.open_cycle()
    expected = write_version(registry.record("/v1/reports", writes.submission(), by="ZZA"))
    digest = registry.events()[-1]["data"]["digest"]
    assert state() == ("submitted", "secretariat")
    opening = writes.on_version(makers.review_opened(digest=digest))
    expected = write_version(write(f"{REPORT}/reviews", opening))
    expected = write_version(write(f"{REPORT}/clarifications", writes.question(digest)))
    assert state() == ("under_review", "participant")
    answered = write(f"{REPORT}/clarifications/Q1/answers", writes.answer(digest), "ZZA")
    expected = write_version(answered)
    assert state() == ("under_review", "secretariat")
    returned = writes.decision("returned", digest)
    expected = write_version(write(f"{REPORT}/decisions", returned))
    assert state() == ("returned", "participant")
    expected = write_version(write("/v1/reports", writes.submission(), "ZZA"))
    filed = registry.events()[-1]["data"]
    second = {"digest": filed["digest"], "report_version": 2}
    accepted = writes.decision("accepted", **second)
    expected = write_version(write(f"{REPORT}/decisions", accepted))
    assert state() == ("accepted", None)

    sealed = reader.get("/v1/reports/ZZA/2026/postulates/P5")["statement"]
    assert sealed["status"] == "restricted"
    shown = write(f"{REPORT}/publication", writes.showing(**second), "ZZA")
    expected = write_version(shown)
    revealed = registry.events()[-1]["data"]["revealed"][0]["disclosure"]
    assert verify_disclosure(revealed, filed).name == "/document/statements/P5"
    open_now = reader.get("/v1/reports/ZZA/2026/postulates/P5")["statement"]
    assert open_now["narrative"] == {"en": writes.RESTRICTED}
    assert open_now["publication"]["position"] == shown["position"]
    body = writes.restriction(**second, units=["P5"])
    expected = write_version(write(f"{REPORT}/publication", body, "ZZA"))
    answer = reader.get("/v1/reports/ZZA/2026/postulates/P5")
    assert answer["statement"]["narrative"] is None
    assert "stays in the log" in answer["notices"][0]["en"]

    withdrawal = writes.on_version(makers.report_withdrawn(**second))
    expected = write_version(write(f"{REPORT}/withdrawal", withdrawal, "ZZA"))
    assert state() == (None, None)
    assert reader.get("/v1/obligations")[0]["timeliness"] == "overdue"
    assert parked(reader.engine) == []


def write_version(recorded: dict[str, Any]) -> int:
    """Give what the next write must expect of the report's stream."""
    return int(recorded["version"])
