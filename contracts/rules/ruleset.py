"""Contracts room: a published version of the rules: number, severity, words, norm, examples."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import Any, Literal, TypeAlias

from contracts.catalogue import BASE, catalogue, load, version_key

Severity: TypeAlias = Literal["blocker", "error", "warning", "info"]

SEVERITIES: tuple[Severity, ...] = ("blocker", "error", "warning", "info")
"""The heaviest first."""
NAME = "reports/national-report/rules"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A rule as it is published."""

    code: str
    severity: Severity
    looks_at: Literal["document", "sections", "register"]
    title: Mapping[str, str]
    """What has to be so, by language."""
    text: Mapping[str, str]
    """Why, and what exactly is looked at."""
    message: Mapping[str, str]
    """What to do; names in braces are parameters of the finding."""
    norm: Mapping[str, str]
    """`citation`, and `href` of the published document that it stands in."""
    href: str
    """Where people read about it."""
    failing: Mapping[str, Any]
    passing: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruleset:
    """A version of the rules on reports."""

    id: str
    version: str
    contract: str
    """Id of the contract that the documents follow."""
    rules: Mapping[str, Rule]
    """By code, in the order in which they are shown."""
    base: Mapping[str, Any]
    """What the examples change: a document, a clearance, facts of the register."""


@lru_cache(maxsize=16)
def ruleset(version: str) -> Ruleset:
    """Give a version of the rules on reports.

    Raises:
        KeyError: no such version is published.
    """
    identifier = f"{BASE}{NAME}/{version}.json"
    data = load(identifier)
    rules = {
        code: Rule(
            code=code,
            href=f"{BASE}{NAME}/{version}.md#{anchor(code)}",
            **{member: row[member] for member in _MEMBERS},
        )
        for code, row in data["rules"].items()
    }
    return Ruleset(
        id=identifier,
        version=version,
        contract=data["applies_to"],
        rules=MappingProxyType(rules),
        base=data["base"],
    )


_MEMBERS = ("severity", "looks_at", "title", "text", "message", "norm", "failing", "passing")


@lru_cache(maxsize=1)
def versions() -> tuple[str, ...]:
    """Give the published versions, the newest last."""
    found = (
        one.version for one in catalogue().documents.values() if f"{one.kind}/{one.name}" == NAME
    )
    return tuple(sorted(found, key=version_key))


def anchor(code: str) -> str:
    """Give the name of a rule's place on its page, as Markdown makes it of the heading."""
    return code.lower().replace(".", "")
