"""Every rule: its failing example gives just its finding, its passing one none; off is off."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import orjson
import pytest

from contracts.catalogue import catalogue, contract, load
from contracts.pointer import split
from contracts.rules.engine import examine
from contracts.rules.every import CHECKS
from contracts.rules.examination import Examination
from contracts.rules.examples import Example, example
from contracts.rules.ruleset import ruleset
from contracts.rules.soundness import meets
from contracts.validation import validate

PUBLISHED = ruleset("1.0.0")
RULES = PUBLISHED.rules
EVERY_RULE = pytest.mark.parametrize("code", list(RULES))


def examined(one: Example, *, deactivated: tuple[str, ...] = ()) -> Examination:
    return examine(
        one.document, "1.0.0", one.facts, clearance=one.clearance, deactivated=deactivated
    )


def failing(code: str) -> Example:
    return example(PUBLISHED, RULES[code].failing)


def test_in_the_base_of_the_examples_there_is_nothing_to_find() -> None:
    examination = examined(example(PUBLISHED, {}))
    assert examination.findings == ()
    assert examination.not_evaluated == ()
    assert (examination.verdict, examination.checked) == ("submittable", len(RULES))


@EVERY_RULE
def test_the_failing_example_gives_exactly_the_finding_of_its_rule(code: str) -> None:
    one = failing(code)
    examination = examined(one)
    (finding,) = examination.findings
    assert (finding.code, finding.severity, finding.outcome) == (
        code,
        RULES[code].severity,
        "failed",
    )
    assert finding.rule is not None
    assert finding.rule.href == RULES[code].href
    assert "{" not in finding.message
    verdict = {"blocker": "blocked", "error": "explain"}.get(finding.severity, "submittable")
    assert examination.verdict == verdict
    assert finding.pointer == "" or finding.pointer.split("/")[1] in {
        *one.document,
        "plans",
        "human_rights",
    }


OF_NATIONAL_PLANS = {"G-R06", "G-R08"}
"""Rules that find something in national plans alone, of which a regional report has none."""


def of_an_organisation(said: Any) -> Any:
    """The same, said by an organisation of itself and its regional plans."""
    text = orjson.dumps(said).decode()
    for own, other in (
        ("/national-report/", "/regional-report/"),
        ('"national"', '"regional"'),
        ("ZZA", "ORG-ZZQ"),
    ):
        text = text.replace(own, other)
    return orjson.loads(text)


@pytest.mark.parametrize("code", sorted(RULES.keys() - OF_NATIONAL_PLANS))
def test_a_rule_finds_the_same_in_a_regional_report(code: str) -> None:
    published = replace(PUBLISHED, base=of_an_organisation(PUBLISHED.base))
    assert examined(example(published, {})).findings == ()
    one = example(published, of_an_organisation(RULES[code].failing))
    assert validate(one.document, "reports/regional-report") == []
    examination = examined(one)
    assert [finding.code for finding in examination.findings] == [code]
    assert examination.contract == contract("reports/regional-report").id


@EVERY_RULE
def test_a_schema_alone_sees_nothing_wrong_with_the_failing_example(code: str) -> None:
    assert validate(failing(code).document, PUBLISHED.contract) == []


@EVERY_RULE
def test_the_passing_example_gives_no_finding(code: str) -> None:
    one = example(PUBLISHED, RULES[code].passing)
    assert validate(one.document, PUBLISHED.contract) == []
    assert examined(one).findings == ()


@EVERY_RULE
def test_switching_a_rule_off_makes_exactly_its_failing_example_pass(code: str) -> None:
    switched_off = examined(failing(code), deactivated=(code,))
    assert switched_off.findings == ()
    assert switched_off.deactivated == (code,)
    others = [other for other in RULES if other != code]
    assert all(examined(failing(other), deactivated=(code,)).findings for other in others)


@EVERY_RULE
def test_an_explained_error_does_not_hinder(code: str) -> None:
    one = failing(code)
    pointer = examined(one).findings[0].pointer
    examination = examine(
        one.document, "1.0.0", one.facts, clearance=one.clearance, explanations=[(code, pointer)]
    )
    assert examination.findings[0].explained
    expected = "blocked" if RULES[code].severity == "blocker" else "submittable"
    assert examination.verdict == expected


@EVERY_RULE
def test_a_rule_reads_only_what_it_says_it_reads(code: str) -> None:
    """Else it could be believed sound, or safe to tell, when it is not."""
    one, check = failing(code), CHECKS[code]
    for place in _members(one.document):
        if any(meets(place, read) for read in check.reads):
            continue
        thinner = _without(one.document, place)
        examination = examine(thinner, "1.0.0", one.facts, clearance=one.clearance, faults=())
        assert code in {finding.code for finding in examination.findings}, place
    kept = example(PUBLISHED, RULES[code].passing)
    for place in _members(kept.document):
        if not any(meets(place, read) for read in check.reads):
            thinner = _without(kept.document, place)
            examination = examine(thinner, "1.0.0", kept.facts, clearance=kept.clearance, faults=())
            assert code not in {finding.code for finding in examination.findings}, place


@EVERY_RULE
def test_what_a_rule_rests_on_is_published(code: str) -> None:
    href = RULES[code].norm["href"]
    assert href in catalogue().documents or href in catalogue().schemas


def test_every_rule_is_a_function_and_every_function_a_rule() -> None:
    assert set(RULES) == set(CHECKS)


def test_there_are_enough_of_each_kind() -> None:
    looks = [rule.looks_at for rule in RULES.values()]
    assert len(looks) >= 40
    assert looks.count("sections") >= 10
    assert looks.count("register") >= 10
    assert {rule.severity for rule in RULES.values()} <= {"blocker", "error", "warning", "info"}


def test_what_needs_the_register_says_so() -> None:
    for code, check in CHECKS.items():
        assert ("register" in check.needs) == (RULES[code].looks_at == "register")
        reads_clearance = "clearance" in check.needs
        assert not reads_clearance or RULES[code].severity != "blocker"


def test_a_blocker_needs_nothing_that_may_be_missing() -> None:
    """What is recorded knows no blocker, not even one that was not evaluated."""
    blockers = [code for code, rule in RULES.items() if rule.severity == "blocker"]
    assert blockers
    assert all(not CHECKS[code].needs for code in blockers)


def test_codes_are_numbered_by_the_part_they_speak_of() -> None:
    parts = {"A", "B", "C", "D", "E", "F", "G", "X"}
    units = set(load(f"{PUBLISHED.contract.split('/contracts/')[0]}/contracts/instrument/"
                     "code-of-conduct/1.0.0.json")["reporting_units"])  # fmt: skip
    assert {code.partition("-R")[0] for code in RULES} <= parts | units


def _members(node: Any, at: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    found = []
    if isinstance(node, dict):
        for name, child in node.items():
            found += [(*at, name), *_members(child, (*at, name))]
    if isinstance(node, list):
        for number, child in enumerate(node):
            found += _members(child, (*at, str(number)))
    return found


def _without(node: Any, place: tuple[str, ...]) -> Any:
    name, *rest = place
    if isinstance(node, Mapping):
        if not rest:
            return {key: child for key, child in node.items() if key != name}
        return {**node, name: _without(node[name], tuple(rest))}
    return [
        _without(child, tuple(rest)) if str(number) == name else child
        for number, child in enumerate(node)
    ]


def test_pointers_of_findings_lead_somewhere_or_to_what_is_missing() -> None:
    for code in RULES:
        document: Any = failing(code).document
        *way, _last = split(examined(failing(code)).findings[0].pointer) or [""]
        for name in way:
            document = document[int(name)] if isinstance(document, list) else document[name]
