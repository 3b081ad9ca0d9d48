"""Rules on a report with a fault of structure: all else that is wrong is found in the same call."""

from typing import Any

import orjson
import pytest

from contracts.gate import read_json
from contracts.rules.checks import Each
from contracts.rules.engine import examine, rests_on
from contracts.rules.every import CHECKS
from contracts.rules.examination import Examination
from contracts.rules.examples import example
from contracts.rules.ruleset import ruleset

PUBLISHED = ruleset("1.0.0")
ONE_BY_ONE = [code for code, check in CHECKS.items() if check.each != "report"]
FAULTS: dict[Each, dict[str, Any]] = {
    "plan": {"pointer": "/plans/-", "value": 7},
    "treaty": {"pointer": "/treaties/-", "value": 7},
    "statement": {"pointer": "/statements/P7/narrative", "value": 7},
    "measure": {"pointer": "/statements/P7/measures/0", "value": 7},
    "passage": {"pointer": "/statements/P7/narrative", "value": 7},
}


def examined(changes: Any) -> Examination:
    one = example(PUBLISHED, changes)
    document = read_json(orjson.dumps(one.document))
    return examine(document, "1.0.0", one.facts, clearance=one.clearance)


@pytest.mark.parametrize("code", ONE_BY_ONE)
def test_a_fault_in_one_thing_leaves_what_is_found_on_the_others(code: str) -> None:
    failing = PUBLISHED.rules[code].failing
    (expected,) = examined(failing).findings
    fault = FAULTS[CHECKS[code].each]
    faulty = examined({**failing, "document": [*failing.get("document", []), fault]})
    found = [(one.code, one.pointer) for one in faulty.findings if one.rule is not None]
    assert (code, expected.pointer) in found
    assert faulty.verdict == "blocked"


def test_twelve_faults_of_all_kinds_are_twelve_findings_in_one_call() -> None:
    planted = {
        "/cover/transmission/dated_on": "2025-06-01",
        "/cover/contacts/new_york": "Head of unit",
        "/plans/1": {"plan_id": "ZZB-PLAN", "scope": "national", "title": {"en": "A plan"},
                     "status": "in_force"},
        "/treaties/-": {"instrument": "unheard-of-2030"},
        "/statements/P2/narrative": {"en": "Partners of the aim of 2045 met in the capital."},
        "/statements/P6/measures/0/commitments": [{"plan_id": "ZZA-PLAN", "commitment_id": "C-9"}],
        "/statements/P7/measures/0/pillars": ["VI"],
        "/statements/P8.b/narrative": 7,
        "/statements/P9/original": "fr",
        "/statements/P10/implementation_status": "in_place",
        "/statements/P11": {"changed": False, "visibility": "public"},
    }  # fmt: skip
    changes = [{"pointer": place, "value": value} for place, value in planted.items()]
    cleared = [{"pointer": "/cleared_by", "value": "somebody-else"}]
    examination = examined({"document": changes, "clearance": cleared})
    assert sorted(one.code for one in examination.findings) == [
        "A-R02", "A-R04", "C-R01", "D-R01", "D-R03", "D-R05", "G-R06", "G-R09", "G-R15", "X-R07",
        "X-R12", "wrong-type",
    ]  # fmt: skip


def test_what_is_found_among_all_says_something_of_what_is_sealed_elsewhere() -> None:
    sealed = [("statements", "P6")]
    among = {code: examined(PUBLISHED.rules[code].failing).findings[0] for code in
             ("X-R12", "X-R14", "G-R23")}  # fmt: skip
    assert not any(one.pointer.startswith("/statements/P6") for one in among.values())
    assert all(rests_on(one, sealed) for one in among.values())
    (alone,) = examined(PUBLISHED.rules["D-R03"].failing).findings
    assert not rests_on(alone, [("statements", "P1")])
