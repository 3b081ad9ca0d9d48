"""Pure picture of what this edition of the registry ships: documents, and versions it knows."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class ShippedDocument:
    """A document that governs reports or figures, as it lies among the contracts."""

    id: str
    digest: str
    """Of its canonical bytes."""
    rules: Collection[str] | None = None
    """Codes of the rules in it; `None` where it is no ruleset."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shipped:
    """What lies among the contracts of this edition; a publication makes it official."""

    documents: Mapping[str, ShippedDocument]
    """By id."""
    templates: Collection[str]
    """Versions of the contracts of reports, which every kind of participant has."""
    rulesets: Collection[str]
    """Versions of the rules on reports."""
    methodologies: Collection[str]
    """Versions of the method of reporting rates."""
