"""System: from a figure to positions, to entries, to proofs, by links that a client can follow."""

from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import httpx
import pytest

from contracts.keyring import VerifierKeys
from contracts.receipt import verify_receipt
from services.demonstration.scenario import CYCLE, steps
from services.demonstration.sending import Registry
from tests.databases import Database
from tests.system.running import ROOMY, TODAY, Running, both_services
from tests.tracing import positions_in

pytestmark = [pytest.mark.system, pytest.mark.db]


@pytest.fixture
def running(database: Database, reporting_database: Database, tmp_path: Path) -> Iterator[Running]:
    kept = tmp_path / "kept"
    with both_services(database, reporting_database, kept, **ROOMY) as here:
        with httpx.Client(base_url=here.registry, timeout=30) as client:
            registry = Registry(client=client, folder=here.folder)
            sent = [step.send(registry) for step in steps(TODAY)]
        here.ask("/v1/participants", min_position=sent[-1]["position"])
        yield here


def test_every_figure_leads_to_entries_and_each_of_them_to_its_proof(running: Running) -> None:
    key = VerifierKeys.parse(running.folder.verifier_key)
    aggregates: dict[str, dict[str, str]] = {
        "/v1/rates/explain": {"cycle": CYCLE, "metric": "reporting_rate"},
        "/v1/aggregates/matrix": {"cycle": CYCLE},
        "/v1/aggregates/pillar-balance": {},
        "/v1/availability": {},
        "/v1/plans": {},
        "/v1/obligations": {},
    }
    found: set[int] = set()
    for path, asked in aggregates.items():
        own = positions_in(running.ask(path, **asked)["data"])
        assert own, path
        found |= own
    assert len(found) > 10
    for position in sorted(found):
        (row,) = running.ask("/v1/changes", after=str(position - 1), as_of=str(position))["data"]
        assert row["position"] == position
        assert running.client.get(running.reporting + row["links"]["shown"]).status_code == 200
        event = running.client.get(running.registry + row["links"]["event"]).json()[0]
        assert (event["id"], event["type"]) == (str(position), row["type"])
        assert sha256(b"\x00" + event["leaf"].encode()).hexdigest() == row["leaf_hash"]
        receipt = running.client.get(running.registry + row["links"]["receipt"]).text
        entry = verify_receipt(receipt, key)
        assert (entry.position, entry.type) == (position, row["type"])
