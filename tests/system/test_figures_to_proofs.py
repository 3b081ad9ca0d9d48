"""System: links lead from figures to facts, entries, events, and receipts that verify."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from contracts.note import VerifierKey
from contracts.receipt import verify_receipt
from services.demonstration.scenario import CYCLE, steps
from services.demonstration.sending import Registry
from tests.databases import ON_SQLITE, Database
from tests.system.running import TODAY, Running, both_services

pytestmark = [pytest.mark.system, pytest.mark.db, ON_SQLITE]

TARGETS = (
    f"/v1/rates?cycle={CYCLE}",
    f"/v1/aggregates/postulates?cycle={CYCLE}",
    f"/v1/aggregates/pillars?cycle={CYCLE}",
    f"/v1/aggregates/regions?cycle={CYCLE}",
    f"/v1/aggregates/organisations?cycle={CYCLE}",
    f"/v1/aggregates/good-practices?cycle={CYCLE}",
    f"/v1/aggregates/matrix?cycle={CYCLE}",
    "/v1/aggregates/pillar-balance",
    "/v1/aggregates/assistance",
    "/v1/aggregates/timeline",
    "/v1/aggregates/trajectory",
)


@pytest.fixture
def running(database: Database, reporting_database: Database, tmp_path: Path) -> Iterator[Running]:
    with both_services(database, reporting_database, tmp_path / "kept") as here:
        yield here


def test_every_figure_leads_to_proofs(running: Running) -> None:
    with httpx.Client(base_url=running.registry, timeout=30) as client:
        registry = Registry(client=client, folder=running.folder)
        written = [step.send(registry) for step in steps(TODAY)]
    running.ask("/v1/participants", min_position=written[-1]["position"])
    key = VerifierKey.parse(running.folder.verifier_key)
    for target in TARGETS:
        entries: dict[int, Any] = {}
        for row in some(follow(running, target)):
            explained = follow(running, row["explained_at"])
            entries |= {entry["position"]: entry for entry in explained["entries"]}
        assert entries or "trajectory" in target or "assistance" in target
        for position, entry in list(entries.items())[:8]:
            page = running.client.get(running.registry + entry["event"]).json()
            leaf = page[0]["leaf"].encode()
            receipt = running.client.get(running.registry + entry["receipt"]).text
            assert verify_receipt(receipt, key, leaf).position == position
            assert page[0]["type"] == entry["type"]


def follow(running: Running, link: str) -> Any:
    address = httpx.URL(link)
    return running.ask(address.path, **dict(address.params))["data"]


def some(rows: list[Any]) -> list[Any]:
    """Take a few rows that count something, and one that counts nothing."""
    counting = [
        row for row in rows if row.get("numerator") or row.get("positions") or row.get("total")
    ]
    return [*counting[:: max(1, len(counting) // 4)], *rows[:1]]
