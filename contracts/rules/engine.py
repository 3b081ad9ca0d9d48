"""Contracts room: the one engine of the rules, for dry run, submission and command line alike."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from contracts.faults import Fault
from contracts.instrument import edition
from contracts.pointer import join, split
from contracts.rules.checks import ITEMS, Check, Found, Need, Place
from contracts.rules.every import CHECKS
from contracts.rules.examination import Examination, Finding, RuleNamed, verdict_on
from contracts.rules.facts import Facts
from contracts.rules.reading import Clearance, Report, lay_out
from contracts.rules.ruleset import SEVERITIES, Rule, Ruleset, ruleset
from contracts.rules.soundness import Tokens, meets, sound_part
from contracts.templates import template_named_in
from contracts.validation import MOST_FAULTS, validate

_REASONS: Mapping[str, str] = {
    "structure": "What stands there does not follow the contract; mend that first.",
    "register": "There is no register to ask; the registry looks at it when the report comes.",
    "cycle": "The register knows no such cycle.",
    "clearance": "It is not said yet who drafted and who released the report.",
    "evidence": "It is not known here what evidence the register holds.",
    "sealed": "What was said before is sealed, and the register can no longer open it.",
}
"""Why a rule could not be looked at, in the order in which reasons are given."""


def examine(
    document: Any,
    ruleset_version: str,
    facts: Facts | None = None,
    *,
    deactivated: Collection[str] = (),
    explanations: Iterable[tuple[str, str]] = (),
    clearance: Clearance | None = None,
    faults: Sequence[Fault] | None = None,
) -> Examination:
    """Find everything that can be said on a report, in one call.

    Args:
        document: has passed the strict gate; may be anything.
        ruleset_version: of the rules.
        facts: of the register; `None`: rules against it are not evaluated.
        deactivated: codes of rules that are switched off on the day.
        explanations: code and pointer of what the participant says a word on.
        clearance: who drafted and who released it; `None`: not said yet.
        faults: of structure, where somebody looked already.

    Raises:
        KeyError: no such version of the rules.
    """
    published = ruleset(ruleset_version)
    template = template_named_in(document)
    if faults is None:
        faults = validate(document, published.contract)
    explained = frozenset(explanations)
    report = _report(document, faults, facts, clearance)
    findings, unseen, checked = [_structural(fault) for fault in faults], [], 0
    lacking = _lacking(facts, clearance)
    places = {fault.pointer: tuple(split(fault.pointer)) for fault in faults}
    for rule, check, run, needs in _rules(ruleset_version):
        if deactivated and rule.code in deactivated:
            continue
        if lacking and not needs.isdisjoint(lacking):
            unseen.append(_unseen(rule, published, "", _first(lacking, check)))
            continue
        hurt = _NOTHING
        if faults:
            hurt = _hurt(check, places) if report else {"": False}
            unseen += [_unseen(rule, published, place, "structure") for place in hurt]
            if report is None or not all(hurt.values()):
                continue
        checked += 1
        for found in run(report, facts) if needs else run(report):
            if hurt and _is_in(found.at, hurt):
                continue  # what is said on a thing with a fault in it is not heard
            if isinstance(found, Place):
                findings.append(_failed(rule, published, found, explained))
            else:
                unseen.append(_unseen(rule, published, found.at, found.reason))
    findings.sort(key=_weight)
    return Examination(
        verdict=verdict_on(tuple(findings)),
        contract=template.id if template else published.contract,
        ruleset_version=ruleset_version,
        ruleset=published.id,
        document=document,
        validated_at_position=facts.position if facts else None,
        day=facts.day.isoformat() if facts else None,
        checked=checked,
        deactivated=tuple(code for code in published.rules if code in deactivated),
        findings=tuple(findings),
        not_evaluated=tuple(unseen),
    )


_NOTHING: Mapping[str, bool] = {}


@lru_cache(maxsize=16)
def _rules(
    version: str,
) -> tuple[tuple[Rule, Check, Callable[..., Found], frozenset[Need]], ...]:
    """Put each rule beside its function, once."""
    rules = ruleset(version).rules
    return tuple(
        (rule, CHECKS[code], CHECKS[code].run, CHECKS[code].needs) for code, rule in rules.items()
    )


def rests_on(finding: Finding, sections: Sequence[Tokens]) -> bool:
    """Say whether what was found lets one guess at what stands in one of these sections.

    Args:
        finding: of any kind.
        sections: pointers into the report, as names.
    """
    place = tuple(split(finding.pointer))
    if any(place[: len(section)] == section for section in sections):
        return True
    check = CHECKS.get(finding.code)
    return (
        check is not None
        and check.rests_on_all
        # A read that ends with an empty name is of the names of sections, which are in the open.
        and any(meets(section, read) for read in check.reads if read[-1] for section in sections)
    )


def _report(
    document: Any, faults: Sequence[Fault], facts: Facts | None, clearance: Clearance | None
) -> Report | None:
    """Lay out what is sound; `None` where nobody can say what is, there being too many faults."""
    if len(faults) >= MOST_FAULTS:
        return None
    by = edition(facts.cycle.instrument_edition) if facts and facts.cycle else None
    return lay_out(sound_part(document, faults) if faults else document, clearance, by)


def _lacking(facts: Facts | None, clearance: Clearance | None) -> tuple[Need, ...]:
    """Name what rules may need and is not there; the weightiest reason first."""
    there: dict[Need, bool] = {
        "register": facts is not None,
        "cycle": facts is not None and facts.cycle is not None,
        "clearance": clearance is not None,
    }
    return tuple(need for need, is_there in there.items() if not is_there)


def _first(lacking: Sequence[Need], check: Check) -> Need:
    return next(need for need in lacking if need in check.needs)


def _hurt(check: Check, places: Mapping[str, Tokens]) -> dict[str, bool]:
    """Name the places where faults keep a rule from looking.

    Returns:
        By pointer, whether it is one of several things that the rule judges one by one; if not,
        the rule cannot judge anything.
    """
    hurt: dict[str, bool] = {}
    for pointer, place in places.items():
        for read in check.reads:
            if meets(place, read):
                item = _item(check, place)
                hurt[pointer if item is None else item] = item is not None
                break
    return hurt


def _item(check: Check, place: Tokens) -> str | None:
    """Name the thing that a fault is in, if the rule judges such things one by one."""
    for names in ITEMS[check.each]:
        if meets(place, names):
            return join(place[: len(names)])
    return None


def _is_in(at: str, places: Iterable[str]) -> bool:
    return any(at == place or at.startswith(f"{place}/") for place in places)


def _weight(finding: Finding) -> int:
    return SEVERITIES.index(finding.severity)


def _structural(fault: Fault) -> Finding:
    return Finding(
        code=fault.code,
        severity="blocker",
        outcome="failed",
        pointer=fault.pointer,
        message=fault.message,
        params=fault.params,
    )


def _failed(
    rule: Rule, published: Ruleset, place: Place, explained: Collection[tuple[str, str]]
) -> Finding:
    words = {
        name: ", ".join(map(str, value)) if isinstance(value, list) else value
        for name, value in place.params.items()
    }
    return Finding(
        code=rule.code,
        severity=rule.severity,
        outcome="failed",
        pointer=place.at,
        message=rule.message["en"].format(**words),
        params=place.params,
        rule=RuleNamed(version=published.version, href=rule.href),
        explained=(rule.code, place.at) in explained,
    )


def _unseen(rule: Rule, published: Ruleset, place: str, reason: str) -> Finding:
    return Finding(
        code=rule.code,
        severity=rule.severity,
        outcome="not_evaluated",
        pointer=place,
        message=_REASONS[reason],
        params={"reason": reason},
        rule=RuleNamed(version=published.version, href=rule.href),
    )
