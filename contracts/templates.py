"""Contracts room: the templates of reports: which contract a kind of participant writes to."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from contracts.catalogue import BASE, Contract, catalogue, contract

TEMPLATES: Mapping[str, str] = MappingProxyType(
    {"state": "reports/national-report", "organisation": "reports/regional-report"}
)
"""By kind of participant; a cycle names one version, which each of them has."""
_NAMES = frozenset(TEMPLATES.values())
REPORT = "reports/report"
"""The contract of either: `$schema` in the document says which of them it follows."""


def template_of(kind: str, version: str | None = None) -> Contract:
    """Give the contract that a kind of participant writes its report to.

    Args:
        kind: `state` or `organisation`.
        version: `None` for the newest.

    Raises:
        KeyError: there is no such version.
    """
    return contract(TEMPLATES[kind], version)


def template_id(kind: str, version: str) -> str:
    """Give the id that such a template has in a version, whether or not there is one."""
    return f"{BASE}{TEMPLATES[kind]}/{version}/schema.json"


def template_named_in(document: Any) -> Contract | None:
    """Give the template that a document says it follows; `None` where it names none of ours."""
    named = document.get("$schema") if isinstance(document, dict) else None
    found = catalogue().contracts.get(named) if isinstance(named, str) else None
    if found is None or found.id != named or f"{found.kind}/{found.name}" not in _NAMES:
        return None
    return found


def template_versions() -> frozenset[str]:
    """Give the versions that a cycle can name: those which every kind of participant has."""
    found = catalogue().contracts.values()
    return frozenset.intersection(
        *(
            frozenset(one.version for one in found if f"{one.kind}/{one.name}" == name)
            for name in _NAMES
        )
    )
