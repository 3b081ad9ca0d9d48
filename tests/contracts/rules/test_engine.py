"""The engine: all at once, on whatever passes the gate; what it cannot look at, it says."""

from collections.abc import Iterable
from typing import Any

import orjson
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.canonical import canonical, digest
from contracts.catalogue import ROOT
from contracts.gate import read_json
from contracts.rules.engine import examine, rests_on
from contracts.rules.every import CHECKS
from contracts.rules.examination import MOST_FINDINGS, Examination, verdict_on
from contracts.rules.examples import Example, example
from contracts.rules.reading import Clearance
from contracts.rules.ruleset import ruleset
from contracts.validation import MOST_FAULTS

PUBLISHED = ruleset("1.0.0")
TWELVE = ROOT / "reports/national-report/rules/examples/twelve-faults.json"
SECTIONS = ("/statements/P1", "/statements/P5", "/human_rights", "/observations")


def base() -> Example:
    return example(PUBLISHED, {})


def examined(document: Any, **more: Any) -> Examination:
    one = base()
    return examine(document, "1.0.0", **{"facts": one.facts, "clearance": one.clearance, **more})


def test_a_file_with_twelve_faults_gives_twelve_findings_in_one_call() -> None:
    document = read_json(TWELVE.read_bytes())
    examination = examine(document, "1.0.0")
    assert [(one.severity, one.code, one.pointer) for one in examination.findings] == [
        ("blocker", "wrong-format", "/cover/transmission/dated_on"),
        ("blocker", "unknown-member", "/plans/0/owner"),
        ("blocker", "not-in-list", "/statements/P2/implementation_status"),
        ("blocker", "missing-member", "/statements/P4/measures/0/title"),
        ("blocker", "A-R01", "/cover/period_to"),
        ("blocker", "X-R07", "/statements/P11"),
        ("error", "B-R01", "/plans/1/plan_id"),
        ("error", "C-R01", "/treaties/0/instrument"),
        ("error", "D-R01", "/statements/P1/original"),
        ("error", "D-R04", "/statements/P3/measures/1/measure_id"),
        ("warning", "X-R01", "/statements"),
        ("warning", "X-R12", "/statements/P3/narrative"),
    ]
    assert examination.verdict == "blocked"
    assert examination.summary == {"blocker": 6, "error": 4, "warning": 2, "info": 0}


def test_what_a_fault_hides_is_not_evaluated_and_never_passed() -> None:
    document = base().document
    document["cover"]["period_to"] = "2025-02-30"
    examination = examined(document)
    assert [one.code for one in examination.findings] == ["wrong-format"]
    unseen = {one.code: (one.pointer, one.params["reason"]) for one in examination.not_evaluated}
    assert unseen["A-R01"] == ("/cover/period_to", "structure")
    assert "D-R01" not in unseen
    assert examination.checked == len(PUBLISHED.rules) - len(unseen)


def test_a_fault_in_one_thing_keeps_no_rule_from_looking_at_the_others() -> None:
    document = base().document
    document["statements"]["P9"]["original"] = "French"
    document["statements"]["P10"]["original"] = "fr"
    examination = examined(document)
    found = {(one.code, one.pointer) for one in examination.findings}
    assert found == {
        ("wrong-pattern", "/statements/P9/original"),
        ("D-R01", "/statements/P10/original"),
    }
    unseen = {(one.code, one.pointer) for one in examination.not_evaluated}
    assert unseen == {("D-R01", "/statements/P9")}


def test_offline_the_rules_on_the_register_are_not_evaluated() -> None:
    one = base()
    online, offline = examined(one.document), examine(one.document, "1.0.0")
    of_register = {code for code, rule in PUBLISHED.rules.items() if rule.looks_at == "register"}
    assert {unseen.code for unseen in offline.not_evaluated} == of_register
    assert {unseen.params["reason"] for unseen in offline.not_evaluated} == {"register"}
    assert offline.checked == online.checked - len(of_register)
    assert (offline.validated_at_position, online.validated_at_position) == (None, 100)
    assert offline.digest == online.digest == digest(canonical(one.document))


def test_a_rule_on_persons_waits_until_somebody_says_who_they_are() -> None:
    unseen = examined(base().document, clearance=None).not_evaluated
    assert {(one.code, one.params["reason"]) for one in unseen} == {
        ("G-R14", "clearance"),
        ("G-R15", "clearance"),
        ("G-R16", "clearance"),
    }


def test_what_was_sealed_before_and_cannot_be_opened_is_not_evaluated() -> None:
    changes = {"facts": [{"pointer": "/accepted/document/statements/P2",
                          "value": {"sealed": "x", "visibility": "secretariat"}}]}  # fmt: skip
    one = example(PUBLISHED, changes)
    unseen = examined(one.document, facts=one.facts).not_evaluated
    assert {(found.code, found.pointer) for found in unseen} == {
        ("G-R18", "/statements/P2"),
        ("G-R20", "/statements/P2"),
    }


def test_while_the_register_holds_no_evidence_nothing_is_said_on_it() -> None:
    one = example(PUBLISHED, {"facts": [{"pointer": "/evidence", "remove": True}]})
    (unseen,) = examined(one.document, facts=one.facts).not_evaluated
    assert (unseen.code, unseen.pointer) == ("G-R17", "/statements/P5/measures/0/evidence/0")


def test_with_more_faults_than_anybody_reads_no_rule_runs() -> None:
    document = base().document
    document["plans"] = [{} for _ in range(MOST_FAULTS)]
    examination = examined(document)
    assert (examination.checked, examination.verdict) == (0, "blocked")
    assert len({one.code for one in examination.not_evaluated}) == len(PUBLISHED.rules)


def test_findings_beyond_what_is_listed_are_counted() -> None:
    document = base().document
    row = {"instrument": "unheard-of", "signed_on": "2030-01-01", "consent": "accession"}
    document["treaties"] = [dict(row) for _ in range(100)]
    measures = [{"measure_id": "M-1", "measure_type": "event", "title": {"en": "x"},
                 "dated_on": "2031-01-01"} for _ in range(200)]  # fmt: skip
    for unit in ("P1", "P2", "P3"):
        document["statements"][unit]["measures"] = measures
    data = examined(document).as_data()
    assert len(data["findings"]) == MOST_FINDINGS
    assert data["left_off"] == sum(data["summary"].values()) - MOST_FINDINGS > 0
    assert data["findings"][0]["severity"] == "error"


def test_a_finding_rests_on_the_section_it_stands_in_and_on_what_its_rule_compares() -> None:
    document = base().document
    document["statements"]["P9"]["original"] = "fr"
    del document["human_rights"]
    of_unit, of_all = examined(document, clearance=None).findings
    assert (of_unit.code, of_all.code) == ("D-R01", "X-R06")
    assert rests_on(of_unit, [("statements", "P9")])
    assert not rests_on(of_unit, [("statements", "P5")])
    assert rests_on(of_all, [("statements", "P5")])


def test_a_verdict_goes_by_the_heaviest_that_is_not_explained() -> None:
    assert verdict_on(()) == "submittable"


SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-5, 10**9)
    | st.sampled_from(
        [
            "",
            "P1",
            "2025-01-01",
            "in_place",
            "en",
            "none",
            "ZZA-PLAN",
            "C-1",
            "public",
            "IV",
            "x" * 9,
        ]
    )
)
NAMES = st.sampled_from(
    ["cover", "statements", "plans", "treaties", "human_rights", "observations", "P1", "P5", "P8.a",
     "measures", "narrative", "original", "en", "fr", "text", "instrument", "plan_id", "what ever",
     "commitments", "evidence", "dated_on", "pillars", "changed", "~", "a/b", ""]
)  # fmt: skip
JSON = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=5),
    max_leaves=25,
)


def _places(node: Any, at: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    found = [at]
    items: Iterable[tuple[Any, Any]] = node.items() if isinstance(node, dict) else ()
    items = enumerate(node) if isinstance(node, list) else items
    for name, child in items:
        found += _places(child, (*at, name))
    return found


PLACES = _places(base().document)


@given(JSON)
@settings(max_examples=150, deadline=None)
def test_nothing_that_passes_the_gate_breaks_the_engine(document: Any) -> None:
    read = read_json(orjson.dumps(document))
    assert examined(read).verdict == "blocked"


@given(st.lists(st.tuples(st.sampled_from(PLACES), JSON), min_size=1, max_size=4))
@settings(max_examples=250, deadline=None)
def test_nor_does_a_report_with_anything_in_any_place(changes: list[Any]) -> None:
    document: Any = base().document
    for place, value in changes:
        document = _put(document, place, value)
    examination = examined(read_json(orjson.dumps(document)))
    unseen = {one.code for one in examination.not_evaluated}
    assert examination.checked >= len(PUBLISHED.rules) - len(unseen)
    for finding in examination.findings:
        hidden = [one.pointer for one in examination.not_evaluated if one.code == finding.code]
        assert finding.rule is None or "" not in hidden


def _put(node: Any, place: tuple[Any, ...], value: Any) -> Any:
    if not place:
        return value
    name, *rest = place
    if isinstance(node, dict) and name in node:
        return {**node, name: _put(node[name], tuple(rest), value)}
    if isinstance(node, list) and isinstance(name, int) and name < len(node):
        return [*node[:name], _put(node[name], tuple(rest), value), *node[name + 1 :]]
    return node


def test_a_clearance_names_two() -> None:
    assert Clearance("a", "b").cleared_by == "b"
    assert all(check.code == code for code, check in CHECKS.items())
