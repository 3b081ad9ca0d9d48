"""Contracts room: what came of examining a document: the verdict first, then everything found."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal, TypeAlias

from contracts.canonical import digest, spell
from contracts.rules.ruleset import SEVERITIES, Severity

Verdict: TypeAlias = Literal["submittable", "explain", "blocked", "refused"]

MOST_FINDINGS = 1_000
"""More than this are not listed, the heaviest first; the verdict goes by all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleNamed:
    """Which rule a finding is of."""

    version: str
    href: str

    def as_data(self) -> dict[str, str]:
        """Give it as answers spell it."""
        return {"version": self.version, "href": self.href}


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A rule that is not kept, or could not be looked at; or a fault of structure."""

    code: str
    severity: Severity
    outcome: Literal["failed", "not_evaluated"]
    pointer: str
    """Into the report itself."""
    message: str
    params: Mapping[str, Any] = field(default_factory=dict)
    rule: RuleNamed | None = None
    """`None`: a fault by the contract."""
    explained: bool = False
    """Whether the participant says something on it."""

    def as_data(self) -> dict[str, Any]:
        """Give it as answers spell it."""
        data: dict[str, Any] = {
            "code": self.code,
            "severity": self.severity,
            "outcome": self.outcome,
            "pointer": self.pointer,
            "message": self.message,
            "params": dict(self.params),
        }
        if self.rule is not None:
            data["rule"] = self.rule.as_data()
            data["explained"] = self.explained
        return data


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """What the register would refuse the report for, however good it is."""

    code: str
    title: str
    detail: str

    def as_data(self) -> dict[str, str]:
        """Give it as answers spell it."""
        return {"code": self.code, "title": self.title, "detail": self.detail}


@dataclass(frozen=True, slots=True, kw_only=True)
class Examination:
    """What came of it."""

    verdict: Verdict
    contract: str
    """Id of the contract that the report says it follows; of reports at large, where of none."""
    ruleset_version: str
    ruleset: str
    """Id of the published rules."""
    document: Any = field(repr=False)
    """As it was given, before anything is sealed."""
    validated_at_position: int | None
    """Last entry of the register that was looked at; `None`: there was no register."""
    day: str | None
    """The day of which the register was asked."""
    checked: int
    """How many rules ran, wholly or on what is sound."""
    deactivated: tuple[str, ...]
    """Rules of the version that are switched off."""
    findings: tuple[Finding, ...]
    """What failed, the heaviest first, then in the order of the rules."""
    not_evaluated: tuple[Finding, ...]
    """What could not be looked at, and why."""
    refusal: Refusal | None = None
    """`None`: nothing else is in the way, or no register was asked."""

    def with_refusal(self, refusal: Refusal) -> "Examination":
        """Add what the register would say; what is to be mended in the report comes first."""
        verdict: Verdict = "refused" if self.verdict == "submittable" else self.verdict
        return replace(self, verdict=verdict, refusal=refusal)

    @property
    def digest(self) -> str:
        """Digest of the canonical bytes of the document as it was given."""
        return digest(spell(self.document))

    @property
    def summary(self) -> dict[str, int]:
        """How many findings there are of each severity."""
        found = [finding.severity for finding in self.findings]
        return {severity: found.count(severity) for severity in SEVERITIES}

    @property
    def hindering(self) -> tuple[Finding, ...]:
        """What stands in the way of submission."""
        return tuple(finding for finding in self.findings if hinders(finding))

    def as_data(self) -> dict[str, Any]:
        """Give it as the contract `answers/examination` has it: the verdict first."""
        return {
            "verdict": self.verdict,
            "refusal": self.refusal.as_data() if self.refusal else None,
            "summary": self.summary,
            "checked": self.checked,
            "not_evaluated": len({finding.code for finding in self.not_evaluated}),
            "contract": self.contract,
            "ruleset": {"version": self.ruleset_version, "href": self.ruleset},
            "digest": self.digest,
            "validated_at_position": self.validated_at_position,
            "effective_on": self.day,
            "deactivated": list(self.deactivated),
            "findings": [finding.as_data() for finding in self.findings[:MOST_FINDINGS]],
            "left_off": max(0, len(self.findings) - MOST_FINDINGS),
            "unseen": [finding.as_data() for finding in self.not_evaluated[:MOST_FINDINGS]],
        }


def hinders(finding: Finding) -> bool:
    """Say whether a finding that failed stands in the way; an explained error does not."""
    return finding.severity == "blocker" or (finding.severity == "error" and not finding.explained)


def verdict_on(findings: tuple[Finding, ...]) -> Verdict:
    """Give the verdict on everything that failed."""
    heaviest = {finding.severity for finding in findings if hinders(finding)}
    if "blocker" in heaviest:
        return "blocked"
    return "explain" if heaviest else "submittable"
