"""Reports: what participants submit for a cycle."""

from typing import Any, Literal

from contracts.events.shared import Digest, LanguageMap, Origin, ParticipantCode, Value


class Clearance(Value):
    """Who drafted and who released the document; two named persons, or a recorded exception."""

    drafted_by: str
    cleared_by: str
    exception_reference: str | None = None
    """Note verbale of a one-person mission; required where both ids are the same."""


class NotedFinding(Value):
    """A finding of the rules that stood when the report was submitted."""

    code: str
    severity: Literal["error", "warning", "info"]
    pointer: str
    outcome: Literal["passed", "failed", "not_evaluated"]


class Explanation(Value):
    """What the participant says on a finding of severity `error` (comply or explain)."""

    code: str
    pointer: str
    text: LanguageMap


class ReportVersion(Value):
    """What every submitted version of a report says of itself."""

    report_id: str
    """`<participant>-<cycle_id>`."""
    participant: ParticipantCode
    cycle_id: str
    report_version: int
    """From 1; a number never comes twice."""
    origin: Origin
    clearance: Clearance


class SubmittedDocument(ReportVersion):
    """A version that carries a document of its own."""

    supersedes: int | None = None
    form: Literal["full", "update"]
    template_version: str
    ruleset_version: str
    findings: tuple[NotedFinding, ...] = ()
    explanations: tuple[Explanation, ...] = ()
    validated_at_position: int
    """Last position of the log that the rules had seen."""
    digest: Digest
    """Of the canonical bytes of `document`, as sealed."""
    document: dict[str, Any]
    """Report in its sealed form: `$schema` says by which contract (`sealed.json`)."""


class ReportSubmitted(SubmittedDocument):
    """A participant submitted its report, for the first time or after it was returned."""


class CorrigendumFiled(SubmittedDocument):
    """A participant put a submitted report right; acceptance stays on the earlier version."""

    reason: LanguageMap


class NothingNewDeclared(ReportVersion):
    """A participant renewed an earlier version: nothing changed since."""

    renews_report: str
    renews_version: int
    renews_digest: Digest


class VersionNamed(Value):
    """What a participant's act on a submitted version is bound to: these bytes."""

    report_id: str
    participant: ParticipantCode
    cycle_id: str
    report_version: int
    digest: Digest
    clearance: Clearance


class ReportWithdrawn(VersionNamed):
    """A participant withdrew its report for a cycle; its versions stay in the register."""

    reason: LanguageMap


class Revealed(Value):
    """What opens a section that was sealed."""

    unit: str
    disclosure: str
    """base64url of `[salt, name, value]`; its digest is the one in the document."""


class PublicationAuthorised(VersionNamed):
    """A participant lets everybody read sections; sealed ones are revealed here, for ever."""

    units: tuple[str, ...]
    revealed: tuple[Revealed, ...] = ()


class PublicationRestricted(VersionNamed):
    """A participant no longer lets sections be shown; what was public stays in the log."""

    units: tuple[str, ...]
    reason: LanguageMap
