"""Registry: reads what this edition ships to govern reports and figures, once, at start."""

from collections.abc import Iterator

from contracts.canonical import canonical, digest
from contracts.catalogue import BASE, Document, catalogue, load
from contracts.templates import template_versions
from services.registry.domain.shipped import Shipped, ShippedDocument

RULES = "national-report/rules"
"""Name of the rules on reports, in the catalogue."""
RATES = "reporting-rates"
"""Name of the methodology that a cycle names a version of."""


def shipped() -> Shipped:
    """Give the documents that can be published, and the versions that a cycle can name."""
    return Shipped(
        documents={one.id: _document(one) for one in _governing()},
        templates=template_versions(),
        rulesets=frozenset(_versions("reports", RULES)),
        methodologies=frozenset(_versions("methodologies", RATES)),
    )


def _governing() -> Iterator[Document]:
    kinds = ("instrument/", "methodologies/", f"reports/{RULES}/")
    for one in catalogue().documents.values():
        if one.path.startswith(kinds):
            yield one


def _versions(kind: str, name: str) -> Iterator[str]:
    for one in catalogue().documents.values():
        if (one.kind, one.name) == (kind, name):
            yield one.version


def _document(one: Document) -> ShippedDocument:
    content = load(one.id)  # rules stand in it by their codes
    is_ruleset = one.id.startswith(f"{BASE}reports/")
    return ShippedDocument(
        id=one.id,
        digest=digest(canonical(content)),
        rules=frozenset(content["rules"]) if is_ruleset else None,
    )
