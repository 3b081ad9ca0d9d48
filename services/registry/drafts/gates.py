"""Drafts: the two gates before submission: put forward by who drafted, cleared by somebody else."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from services.kit.errors import Finding
from services.registry.domain.streams import report_id_of, report_stream
from services.registry.drafts import store
from services.registry.drafts.base import Filed, latest, versions_in
from services.registry.drafts.desk import Desk, Who, admitted, events_in, locked, still_admitted
from services.registry.drafts.draft import (
    Clearance,
    Draft,
    contents_of,
    digest_of,
    document_of,
    filing_of,
)
from services.registry.drafts.examination import examine, open_points
from services.registry.drafts.refusals import (
    DraftNotComplete,
    NotWhatWasRequested,
    ReportMovedOn,
)
from services.registry.drafts.rules import check_may_clear, check_may_request
from services.registry.drafts.working import Seen, check_whole_revision
from services.registry.intents.intent import check


def request_clearance(
    desk: Desk, who: Who, draft_id: str, expected: int, asked: Mapping[str, Any]
) -> Seen:
    """Put a draft forward for clearance, as it stands, with what goes with it.

    Args:
        desk: where drafts lie.
        who: puts it forward, and is named as who drafted it.
        draft_id: of the draft.
        expected: revision of the draft that was read.
        asked: body by contract `requests/draft-clearance-request`.

    Raises:
        NotFound: no such draft.
        DraftNotComplete: it could not be submitted as it stands; every reason is a finding.
        DraftChanged: somebody changed it.
        Refused: it was submitted, or another version of the report was filed since.
        Forbidden: the actor is a delegate.
    """
    check(asked, "requests/draft-clearance-request")
    admitted(desk, who, "request-clearance")
    with locked(desk, who, draft_id) as (drawer, draft):
        asking = still_admitted(drawer, desk, who, "request-clearance")
        check_may_request(draft, asking)
        explanations, reason = tuple(asked.get("explanations", ())), asked.get("reason")
        filing = filing_of(document_of(draft, contents_of(draft)), explanations, reason)
        digest = digest_of(filing)
        if _is_requested(draft, who, digest):
            return Seen(draft=draft, asking=asking)
        check_whole_revision(draft, expected)
        findings = (
            *examine(draft, filing, desk.register),
            *_of_reason(check_follows(desk, draft), reason),
        )
        if open_points(findings, explanations):
            raise DraftNotComplete(f"expected {draft.template}", findings=findings)
        now = desk.now()
        requested = Clearance(
            digest=digest,
            requested_by=who.actor,
            requested_at=now,
            explanations=explanations,
            reason=reason,
        )
        changed = _moved(draft, "clearance_requested", requested, who, now)
        store.save(drawer, changed)
    return Seen(draft=changed, asking=asking)


def clear(desk: Desk, who: Who, draft_id: str, given: Mapping[str, Any]) -> Seen:
    """Clear what was put forward: these very bytes.

    Args:
        desk: where drafts lie.
        who: clears; somebody who wrote no part of it, or the exception is recorded.
        draft_id: of the draft.
        given: body by contract `requests/draft-clearance`.

    Raises:
        NotFound: no such draft.
        Refused: nothing is put forward, other words were, or the actor drafted them.
        Forbidden: the actor is a delegate.
    """
    check(given, "requests/draft-clearance")
    admitted(desk, who, "clear")
    exception = given.get("exception_reference")
    with locked(desk, who, draft_id) as (drawer, draft):
        asking = still_admitted(drawer, desk, who, "clear")
        before = draft.clearance
        cleared = _cleared(before, who, exception, desk.now()) if before else None
        if _is_cleared(draft, cleared, given["digest"]):
            return Seen(draft=draft, asking=asking)
        check_may_clear(draft, asking, exception)
        if before is None or cleared is None or before.digest != given["digest"]:
            raise NotWhatWasRequested
        changed = _moved(draft, "cleared", cleared, who, desk.now())
        store.save(drawer, changed)
    return Seen(draft=changed, asking=asking)


def check_follows(desk: Desk, draft: Draft) -> Filed | None:
    """Give the version that a draft follows; `None` where it is the first.

    Raises:
        ReportMovedOn: another one was filed since the draft was begun.
    """
    report_id = report_id_of(draft.participant, draft.cycle_id)
    stream = desk.register.log.read_stream(report_stream(report_id))
    last = latest(versions_in(events_in(stream)), report_id)
    number = last.event.report_version if last else 0
    if number != draft.follows_version:
        raise ReportMovedOn(f"expected version {draft.follows_version}, it is at {number}")
    return last


def _is_requested(draft: Draft, who: Who, digest: str) -> bool:
    """Say whether this very request was taken before, and its answer may have been lost."""
    requested = draft.clearance
    return requested is not None and (requested.digest, requested.requested_by) == (
        digest,
        who.actor,
    )


def _is_cleared(draft: Draft, cleared: Clearance | None, digest: str) -> bool:
    """Say whether this very clearance was given before, and its answer may have been lost."""
    before = draft.clearance
    return (
        draft.state == "cleared"
        and before is not None
        and cleared is not None
        and before.digest == digest
        and replace(cleared, cleared_at=before.cleared_at) == before
    )


def _cleared(before: Clearance, who: Who, exception: str | None, now: str) -> Clearance:
    return replace(before, cleared_by=who.actor, cleared_at=now, exception_reference=exception)


def _of_reason(last: Filed | None, reason: Mapping[str, str] | None) -> list[Finding]:
    """Find a corrigendum without its reason, or a reason where nothing is put right."""
    stands = last is not None and last.stands
    if stands == (reason is not None):
        return []
    if stands:
        return [
            Finding(
                code="missing-member",
                pointer="/reason",
                message="expected the reason of the corrigendum: a version of the report stands",
            )
        ]
    return [
        Finding(
            code="unknown-member",
            pointer="/reason",
            message="expected no reason: no version of the report stands to be put right",
        )
    ]


def _moved(draft: Draft, state: Any, clearance: Clearance, who: Who, now: str) -> Draft:
    return replace(
        draft,
        state=state,
        clearance=clearance,
        revision=draft.revision + 1,
        changed_by=who.actor,
        changed_at=now,
    )
