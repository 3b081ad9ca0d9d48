"""Drafts: submitting one: the request of `POST /v1/reports` is made from it and goes that way.

Nothing holds log and draft together in one transaction, and nothing has to. The log knows the
request by a key made from draft and cleared digest, so that however often it is sent, by whomever
and after whatever went wrong, there is one entry; the draft is brought up to it afterwards.
"""

import hmac
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from hashlib import sha256
from typing import Any

from contracts.envelope import parse_leaf
from services.kit.errors import Forbidden, NotFound, Refused
from services.registry.domain.streams import report_id_of, report_stream
from services.registry.drafts import store
from services.registry.drafts.desk import Desk, Who, admitted, found, locked
from services.registry.drafts.draft import (
    Clearance,
    Draft,
    contents_of,
    digest_of,
    document_of,
    filing_of,
)
from services.registry.drafts.examination import examiner_of
from services.registry.drafts.gates import check_follows
from services.registry.drafts.refusals import NotWhatWasCleared
from services.registry.drafts.rules import check_may_submit
from services.registry.handling import Handled, Write, handle
from services.registry.intents.intent import Intent, Salts, check
from services.registry.intents.reports import Examining, file_corrigendum, submit_report


def submit(desk: Desk, who: Who, draft_id: str, given: Mapping[str, Any], salts: Salts) -> Handled:
    """Submit what was cleared, or find that it was submitted, and bring the draft up to it.

    Args:
        desk: where drafts lie.
        who: submits.
        draft_id: of the draft.
        given: body by contract `requests/draft-submission`.
        salts: for sealing what is not public.

    Raises:
        NotFound: no such draft.
        Refused: it is not cleared, other words were, or the rules on reports say no.
        Forbidden: the actor is a delegate.
    """
    check(given, "requests/draft-submission")
    digest: str = given["digest"]
    handled = append_from(desk, who, draft_id, digest, salts)
    _finish(desk, who, draft_id, digest, handled)
    return handled


def append_from(desk: Desk, who: Who, draft_id: str, digest: str, salts: Salts) -> Handled:
    """Append the report to the log, once; the draft stays as it is."""
    asking = admitted(desk, who, "submit-draft")
    draft = found(desk, who, draft_id)
    if draft.state == "submitted" and draft.clearance and draft.clearance.digest == digest:
        return _as_it_was(desk, draft)
    write = _write(desk, who, draft, digest)
    try:
        if not _is_in_the_log(desk, write):
            check_may_submit(draft, asking)
            check_follows(desk, draft)
    except Refused:
        # A twin of this request may have succeeded since we looked: then this is a repetition.
        if not _is_in_the_log(desk, write):
            raise
    examining = examiner_of(desk.register).examine
    return handle(desk.register, write, lambda: _intent(draft, who, digest, salts, examining))


def _is_in_the_log(desk: Desk, write: Write) -> bool:
    return desk.register.log.find(write.scope, write.key, write.digest) is not None


def _write(desk: Desk, who: Who, draft: Draft, digest: str) -> Write:
    """Name the request after the draft and its words; the log learns neither from the name."""
    named = f"{draft.draft_id}\n{digest}".encode()
    stream = report_stream(report_id_of(draft.participant, draft.cycle_id))
    return Write(
        scope=who.party,
        key="draft-" + hmac.digest(desk.secret, b"key\n" + named, sha256).hex(),
        digest=hmac.digest(desk.secret, b"submission\n" + named, sha256),
        by=who.by,
        actions=("submit-draft",),
        as_action="submit-draft",
        concerns=draft.participant,
        expected=desk.register.log.stream_version(stream),
    )


def _intent(draft: Draft, who: Who, digest: str, salts: Salts, examining: Examining) -> Intent:
    cleared = draft.clearance
    if cleared is None or cleared.digest != digest:
        raise NotWhatWasCleared
    document = document_of(draft, contents_of(draft))
    if digest_of(filing_of(document, cleared.explanations, cleared.reason)) != digest:
        raise NotWhatWasCleared("the sections are not those that were cleared")
    request = {
        "document": document,
        "clearance": clearance_named(cleared),
        "explanations": list(cleared.explanations),
    }
    if cleared.reason is None:
        intent = submit_report(request, salts, examining)
    else:
        report_id = report_id_of(draft.participant, draft.cycle_id)
        intent = file_corrigendum(
            report_id, {**request, "reason": cleared.reason}, salts, examining
        )
    if intent.participant != who.party:
        raise Forbidden("expected a token of the participant concerned")
    return intent


def clearance_named(clearance: Clearance) -> dict[str, str]:
    """Say who drafted and who cleared, as the request and the event do."""
    named = {
        "drafted_by": clearance.requested_by,
        "cleared_by": clearance.cleared_by,
        "exception_reference": clearance.exception_reference,
    }
    return {name: text for name, text in named.items() if text is not None}


def _as_it_was(desk: Desk, draft: Draft) -> Handled:
    """Give the first answer again, from the entry that the draft knows."""
    position = draft.submitted_position or 0
    stored = desk.register.log.find_entry(position)
    if stored is None:
        raise RuntimeError("a draft names a position that the log does not have")
    entry = parse_leaf(stored.leaf)
    return Handled(
        first_position=position,
        last_position=position,
        stream=entry.stream,
        version=entry.version,
        recorded_at=entry.recorded_at,
        replayed=True,
        changed=True,
    )


def _finish(desk: Desk, who: Who, draft_id: str, digest: str, handled: Handled) -> None:
    """Bring the draft up to what the log has.

    Somebody may have written to it since it was read: then it is a draft again, and what was
    written goes into a corrigendum of the version that was just filed. Somebody may have deleted
    it, or brought it up to this or a later submission: then there is nothing to do. Else nothing is
    left of the sections: what was submitted stands in the log, where it can be erased.
    """
    with suppress(NotFound), locked(desk, who, draft_id) as (drawer, draft):
        if (draft.submitted_position or 0) >= handled.last_position:
            return
        is_as_cleared = draft.clearance is not None and draft.clearance.digest == digest
        changed = replace(
            draft,
            state="submitted" if is_as_cleared else draft.state,
            follows_version=draft.follows_version if is_as_cleared else draft.follows_version + 1,
            submitted_position=handled.last_position,
            revision=draft.revision + 1,
            changed_by=who.actor,
            changed_at=desk.now(),
        )
        if is_as_cleared:
            store.empty(drawer, _without_text(changed))
        else:
            store.save(drawer, changed)


def _without_text(submitted: Draft) -> Draft:
    """Keep of a draft whose words are in the log only which they were, and who cleared them."""
    cleared = submitted.clearance
    return replace(
        submitted,
        clearance=cleared and replace(cleared, explanations=(), reason=None),
        sections={},
    )
