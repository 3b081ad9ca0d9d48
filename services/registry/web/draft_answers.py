"""Registry web: drafts as answers; everything in them is for the participant alone."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, replace
from typing import Any

import orjson
from fastapi import Response

from contracts.catalogue import contract
from contracts.pointer import split
from services.kit.described import json_response
from services.kit.errors import Finding
from services.registry.domain.authority import Admitted
from services.registry.drafts.actions import Action, actions_on, actions_on_section
from services.registry.drafts.changes import changes
from services.registry.drafts.desk import Desk
from services.registry.drafts.draft import (
    Clearance,
    Draft,
    Section,
    contents_of,
    document_of,
    filing_of,
    in_order,
    resource_of,
    section_at,
)
from services.registry.drafts.examination import examine, within
from services.registry.drafts.preview import Preview
from services.registry.drafts.working import Seen

DRAFT = contract("answers/draft").id
DRAFTS = contract("answers/drafts").id
SECTION = contract("answers/draft-section").id
PREVIEW = contract("answers/draft-preview").id


def whole(desk: Desk, seen: Seen, *, status: int = 200) -> Response:
    """Answer a whole draft; to a drafter, with the sections that were delegated and no other."""
    draft, asking = seen.draft, seen.asking
    units = desk.register.circumstances().units(draft.instrument_edition)
    contents = contents_of(draft)
    body = {
        **summary(draft),
        "instrument_edition": draft.instrument_edition,
        "template": draft.template,
        "follows_version": draft.follows_version,
        "base": None if draft.base is None else asdict(draft.base),
        "clearance": clearance_of(_readable(draft, asking)),
        "sections": [
            {
                **_section(name, draft.sections.get(name), contents.get(name)),
                "actions": _actions(actions_on_section(draft, asking, name)),
            }
            for name in in_order(units)
            if asking.may("read-draft-section", resource_of(draft, name))
        ],
        "actions": _actions(actions_on(draft, asking)),
    }
    return json_response(body, contract=DRAFT, status=status, ETag=draft.etag)


def listed(participant: str, drafts: Sequence[Draft]) -> Response:
    """Answer the drafts of a participant, without their sections."""
    body = {"participant": participant, "drafts": [summary(draft) for draft in drafts]}
    return json_response(body, contract=DRAFTS)


def one_section(desk: Desk, seen: Seen, name: str, *, status: int = 200) -> Response:
    """Answer a section that has content, with what is found wrong in it."""
    draft, contents = seen.draft, contents_of(seen.draft)
    filing = filing_of(document_of(draft, contents), (), None)
    section = draft.sections[name]
    body = {
        "draft_id": draft.draft_id,
        **_section(name, section, contents.get(name)),
        "draft_state": draft.state,
        "findings": _findings(within(examine(draft, filing, desk.register), name)),
        "actions": _actions(actions_on_section(draft, seen.asking, name)),
    }
    return json_response(body, contract=SECTION, status=status, ETag=section.etag)


def previewed(seen: Seen, found: Preview) -> Response:
    """Answer what would become public."""
    draft = seen.draft
    body = {
        **summary(draft),
        "submittable": found.submittable,
        "refusal": found.refusal.as_data() if found.refusal else None,
        "findings": _findings(found.findings),
        "digest": found.digest,
        "public_digest": found.public_digest,
        "public_digest_note": found.public_digest_note,
        "sections": [asdict(one) for one in found.sections],
        "public_document": found.public_document,
        "goes_with_it": found.goes_with_it,
    }
    return json_response(body, contract=PREVIEW, ETag=draft.etag)


def summary(draft: Draft) -> dict[str, Any]:
    """Say what a draft is, without its sections."""
    return {
        "draft_id": draft.draft_id,
        "participant": draft.participant,
        "cycle_id": draft.cycle_id,
        "form": draft.form,
        "state": draft.state,
        "etag": draft.etag,
        "created_by": draft.created_by,
        "created_at": draft.created_at,
        "changed_by": draft.changed_by,
        "changed_at": draft.changed_at,
        "submitted_position": draft.submitted_position,
    }


def _section(name: str, section: Section | None, content: Any) -> dict[str, Any]:
    carried = section is not None and section.base is not None
    base = orjson.loads(section.base) if section and section.base is not None else None
    is_deleted = carried and section is not None and section.content is None
    return {
        "section": name,
        "content": content,
        "etag": None if section is None or section.content is None else section.etag,
        "changed_by": section.changed_by if section else None,
        "changed_at": section.changed_at if section else None,
        "drafted_by": list(section.drafted_by) if section else [],
        "carried": carried,
        "changed_since_base": carried and section is not None and section.content != section.base,
        "changes": [{"pointer": "", "change": "removed"}]
        if is_deleted
        else (changes(base, content) if carried else []),
    }


def _readable(draft: Draft, asking: Admitted) -> Clearance | None:
    """Leave out what a drafter may not read: the reason, and words on parts not delegated."""
    clearance = draft.clearance
    if clearance is None or asking.may("preview-draft", resource_of(draft)):
        return clearance
    about = [(one, section_at(split(one["pointer"]))) for one in clearance.explanations]
    readable = (
        one
        for one, name in about
        if name is not None and asking.may("read-draft-section", resource_of(draft, name))
    )
    return replace(clearance, explanations=tuple(readable), reason=None)


def clearance_of(clearance: Clearance | None) -> dict[str, Any] | None:
    """Say who put a draft forward and who cleared it, with the words that go with it."""
    if clearance is None:
        return None
    return {**asdict(clearance), "explanations": list(clearance.explanations)}


def _actions(actions: Iterable[Action]) -> list[Mapping[str, Any]]:
    return [asdict(action) for action in actions]


def _findings(findings: Iterable[Finding]) -> list[dict[str, Any]]:
    return [
        {
            "code": one.code,
            "severity": one.severity,
            "outcome": one.outcome,
            "pointer": one.pointer,
            "message": one.message,
            "params": dict(one.params),
            **({"rule": dict(one.rule)} if one.rule else {}),
        }
        for one in findings
    ]
