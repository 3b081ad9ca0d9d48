"""System: every public answer of reporting has something to show of the demonstration's story."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from services.demonstration.facts import rows
from services.demonstration.scenario import CYCLE, CYCLES, FICTITIOUS, ORGANISATION
from tests.databases import Database
from tests.system.canaries import addresses
from tests.system.days import tomorrow
from tests.system.demonstrated import demonstrated
from tests.system.running import Running

pytestmark = [pytest.mark.system, pytest.mark.db]

VALUES: Mapping[str, list[str]] = {
    "code": ["ZZA", "KAZ"],
    "cycle": [CYCLE],
    "unit": ["P1"],
    "number": ["1"],
    "organisation": [ORGANISATION],
    "plan_id": ["ZZA-NATIONAL-PLAN-2025", *(row["plan_id"] for row in rows("plans"))],
    "methodology": ["2.0.0"],
    "name": ["participants", "organisations"],
    "aggregate": ["postulates"],
    "metric": ["actual_reports"],
}
"""What parameters are, by name."""
EVERY_CYCLE = {"cycle": list(CYCLES)}
OTHERWISE: Mapping[str, Mapping[str, list[str]]] = {
    "/v1/participants/{code}": {"code": ["ZZA", "KAZ", ORGANISATION]},
    "/v1/participants/{code}/overview": {"code": ["ZZA", "KAZ", ORGANISATION], **EVERY_CYCLE},
    "/v1/participants/{code}/people": {"code": list(FICTITIOUS)},
    "/v1/reports/{code}/{cycle}": {"code": ["ZZA", "ZZB"], **EVERY_CYCLE},
    "/v1/reports/{code}/{cycle}/postulates/{unit}": {
        "code": ["ZZA", "KAZ", ORGANISATION],
        "unit": ["P1", "P6"],
    },
    "/v1/reports/{code}/{cycle}/diff": {
        "code": ["ZZB"],
        "cycle": ["2025"],
        "from": ["1", "2"],
        "to": ["3"],
    },
    "/v1/rates": EVERY_CYCLE,
    "/v1/rates/explain": EVERY_CYCLE,
    "/v1/aggregates/explain": {"metric": ["share_of_statements"]},
    **{
        f"/v1/aggregates/{name}": EVERY_CYCLE
        for name in ("matrix", "postulates", "pillars", "regions", "organisations")
    },
}
"""What they are elsewhere, by path."""
ALSO = {"/v1/aggregates/explain": "&cycle=2025", "/v1/aggregates/pillar-balance": "?cycle=2025"}
"""What a path asks for that its description does not make it ask for."""
WITHOUT_ROWS = ("/health/", "/metrics")
COMPILED = re.compile(
    "|".join(
        [
            *(rf"\b{row['code']}-{CYCLE}\b" for row in rows("signatories")),
            *(row["plan_id"] for row in rows("plans")),
        ]
    )
)
"""Names of what was compiled from public sources."""
STATES = {
    "/v1/findings": {"awaiting_response", "responded", "closed"},
    "/v1/assistance": {"open", "matched", "concluded"},
    "/v1/evidence": {"current", "replaced", "redacted"},
    "/v1/commitments": {"late", "open", "done"},
}


@pytest.fixture
def running(database: Database, reporting_database: Database, tmp_path: Path) -> Iterator[Running]:
    with demonstrated(database, reporting_database, tmp_path / "kept") as here:
        yield here


def targets(running: Running) -> Iterator[tuple[str, str]]:
    """Give every address of reporting's description, with the template of its path."""
    document = running.client.get(f"{running.reporting}/openapi.json").json()
    for path, operations in document["paths"].items():
        values = {**VALUES, **OTHERWISE.get(path, {})}
        for _, target in addresses({"paths": {path: operations}}, values):
            yield path, target + ALSO.get(path, "")


def test_every_answer_has_something_to_show_and_labels_what_is_illustrative(
    running: Running,
) -> None:
    empty, unlabelled, seen = [], [], set()
    for path, target in targets(running):
        answer = running.client.get(running.reporting + target)
        assert answer.status_code == 200, (target, answer.text)
        seen.add(path)
        if path.startswith(WITHOUT_ROWS):
            continue
        told = answer.json()
        if not has_something(told.get("data", told), path):
            empty.append(target)
        if not is_labelled(answer.text, told):
            unlabelled.append(target)
        unlabelled += csv_without_label(running, target, told)
    assert (empty, unlabelled) == ([], [])
    assert len(seen) > 40

    for path, states in STATES.items():
        assert {row["state"] for row in running.ask(path)["data"]} == states, path
    cited = {
        one["assistance_id"] for one in running.ask("/v1/assistance")["data"] if one["cited_in"]
    }
    assert cited == {"ZZA-NEED-1", "ZZB-OFFER-1"}
    its_end_is_told(running)


def has_something(data: Any, path: str) -> bool:
    """Say whether an answer shows rows, and where they count, that something is counted."""
    if not isinstance(data, list):
        return bool(data)
    if path == "/v1/aggregates/trajectory":
        return [row["code"] for row in data] == ["not_enough_cycles"]
    if not path.startswith(("/v1/aggregates/", "/v1/rates")) or path.endswith("/changes"):
        return bool(data)
    return any(counts(row) for row in data)


def counts(row: Mapping[str, Any]) -> bool:
    """Say whether a row of an aggregate, or of the matrix, says more than nothing."""
    if "cells" in row:
        return any(one["status"] != "not_reported" for one in row["cells"].values())
    return row["value"] not in (None, 0, "0", "0.0")


def is_labelled(text: str, told: Any) -> bool:
    """Say whether what is illustrative says so: each part that is, and the answer that names it.

    A cover as it was filed has its disclaimer.
    """
    if COMPILED.search(text) and "illustrative compilation" not in text.lower():
        return False
    compiled = [one for one in parts(told) if one.get("origin") == "illustrative_compilation"]
    return all(one.get("origin_label") or one.get("disclaimer") for one in compiled)


def parts(told: Any) -> Iterator[Mapping[str, Any]]:
    """Give every object in an answer, however deep."""
    if isinstance(told, dict):
        yield told
    for one in told.values() if isinstance(told, dict) else told if isinstance(told, list) else ():
        yield from parts(one)


def csv_without_label(running: Running, target: str, told: Mapping[str, Any]) -> list[str]:
    """Ask for a list as CSV, too, and name it where the label got lost."""
    if not isinstance(told.get("data"), list):
        return []
    answer = running.client.get(running.reporting + target, headers={"accept": "text/csv"})
    assert answer.status_code == 200, target
    is_lost = "illustrative_compilation" in answer.text and (
        "not a submission by the " not in answer.text
    )
    return [f"{target} as CSV"] if is_lost else []


def its_end_is_told(running: Running) -> None:
    """A day after the first start both earlier cycles are closed, and their shares are known."""
    phases = {row["cycle_id"]: row["phase"] for row in _tomorrow(running, "/v1/cycles")}
    assert phases == {"2024": "closed", "2025": "closed", CYCLE: "open"}
    shares = {
        row["cycle_id"]
        for row in _tomorrow(running, "/v1/aggregates/trajectory")
        if row["metric"] == "share_of_open_statements" and row["code"] == "in_place"
    }
    assert shares == {"2024", "2025"}


def _tomorrow(running: Running, path: str) -> list[dict[str, Any]]:
    data: list[dict[str, Any]] = running.ask(path, effective_on=tomorrow())["data"]
    return data
