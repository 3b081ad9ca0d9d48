"""Publications: what governs reports and figures, bound to the content that was published."""

from datetime import date

from contracts.events.shared import Digest, LanguageMap, Value


class InstrumentEditionPublished(Value):
    """An edition of the instrument's catalogue: postulates, reporting units, pillars."""

    edition: str
    document: str
    """Where it is published."""
    digest: Digest
    """Of the canonical bytes of that document."""
    effective_on: date
    """First day on which cycles may name it."""


class RulesetPublished(Value):
    """A version of the numbered rules on reports."""

    ruleset_version: str
    document: str
    digest: Digest
    """Of the canonical bytes of that document."""
    rules: tuple[str, ...]
    """The codes of the rules in it."""
    effective_on: date
    """First day on which cycles may name it."""


class RuleDeactivated(Value):
    """A rule is no longer evaluated; results of earlier validations stay what they were."""

    ruleset_version: str
    rule: str
    effective_on: date
    """First day on which it is not evaluated."""
    reason: LanguageMap


class MethodologyPublished(Value):
    """A version of how figures are counted."""

    methodology: str
    version: str
    document: str
    digest: Digest
    """Of the canonical bytes of that document."""
    effective_on: date
    """First day on which figures may be counted by it."""
