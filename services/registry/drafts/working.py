"""Drafts: reading them, writing to one section at a time, deleting them."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import orjson

from contracts.canonical import spell
from services.kit.bodies import BodyTooLarge
from services.kit.errors import NotFound
from services.registry.domain.authority import Admitted
from services.registry.drafts import store
from services.registry.drafts.desk import Desk, Who, admitted, found, locked, still_admitted
from services.registry.drafts.draft import LISTS, PARTS, Draft, Section
from services.registry.drafts.refusals import DraftChanged, SectionChanged
from services.registry.drafts.rules import check_may_write
from services.registry.intents.intent import malformed


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A draft, and what the actor who looks at it may do."""

    draft: Draft
    asking: Admitted


def read(
    desk: Desk, who: Who, draft_id: str, action: str = "read-draft", section: str | None = None
) -> Seen:
    """Read a draft.

    Args:
        desk: where drafts lie.
        who: reads.
        draft_id: of the draft.
        action: what for, by its name in the policy.
        section: that is read; `None`: the whole, or as much of it as the reader may.

    Raises:
        NotFound: no such draft.
        Forbidden: this actor may not.
    """
    asking = admitted(desk, who, action, section)
    return Seen(draft=found(desk, who, draft_id), asking=asking)


def read_list(desk: Desk, who: Who, participant: str) -> list[Draft]:
    """List the drafts of the participant acted for, without their sections.

    Raises:
        NotFound: it is another participant.
    """
    admitted(desk, who, "read-draft")
    if participant != who.party:
        raise NotFound
    with desk.cabinet.reading(participant) as drawer:
        return store.list_of(drawer, participant)


def section_in(desk: Desk, draft: Draft, section: str) -> Section | None:
    """Give a section of a draft; `None` if nothing was ever written to it.

    Raises:
        NotFound: the edition of the cycle has no such reporting unit.
    """
    if section not in PARTS:
        units = desk.register.circumstances().units(draft.instrument_edition)
        if section not in units:
            raise NotFound
    return draft.sections.get(section)


def write_section(
    desk: Desk, who: Who, draft_id: str, section: str, content: Any, expected: int
) -> Seen:
    """Write to one section; others are not in the way of it.

    What stands there already is not written again, whatever was expected: then this is a
    repetition whose first answer was lost (RFC 9110 §13.1.1).

    Args:
        desk: where drafts lie.
        who: who writes.
        draft_id: of the draft.
        section: its name.
        content: of a document that passed the strict gate.
        expected: revision that the section was read at; 0: that it has no content.

    Raises:
        NotFound: no such draft or section.
        Malformed: it is not an object, or not a list, or too large.
        SectionChanged: somebody else wrote to it; nothing is overwritten.
        Refused: the draft was submitted.
        Forbidden: this actor may not write here.
    """
    spelled = _spelled(desk, section, content)
    return _change(
        *(desk, who, draft_id, section, expected),
        is_done=lambda before: before is not None and before.content == spelled,
        content=spelled,
    )


def delete_section(desk: Desk, who: Who, draft_id: str, section: str, expected: int) -> Seen:
    """Delete the content of one section; its revision counts on.

    Raises:
        NotFound: no such draft or section, or it has no content.
        SectionChanged: somebody else wrote to it.
        Refused: the draft was submitted.
        Forbidden: this actor may not write here.
    """

    def is_done(before: Section | None) -> bool:
        if before is None:
            raise NotFound
        return before.content is None

    return _change(*(desk, who, draft_id, section, expected), is_done=is_done, content=None)


def _change(
    desk: Desk,
    who: Who,
    draft_id: str,
    section: str,
    expected: int,
    *,
    is_done: Callable[[Section | None], bool],
    content: bytes | None,
) -> Seen:
    admitted(desk, who, "draft-section", section)
    with locked(desk, who, draft_id) as (drawer, draft):
        asking = still_admitted(drawer, desk, who, "draft-section", section)
        before = section_in(desk, draft, section)
        check_may_write(draft, asking, section)
        if is_done(before):
            return Seen(draft=draft, asking=asking)
        _check_revision(before, expected)
        after = _written(before, content, who, desk.now())
        changed = _changed(draft, who, after.changed_at)
        changed = replace(changed, sections={**draft.sections, section: after})
        store.save(drawer, changed, [section])
    return Seen(draft=changed, asking=asking)


def _spelled(desk: Desk, section: str, content: Any) -> bytes:
    kind, name = (list, "an array") if section in LISTS else (dict, "an object")
    if not isinstance(content, kind):
        raise malformed("wrong-type", "", f"expected {name}")
    spelled = spell(content)
    if len(spelled) > desk.bounds.section_bytes:
        raise BodyTooLarge(f"expected at most {desk.bounds.section_bytes} bytes in a section")
    return spelled


def _check_revision(before: Section | None, expected: int) -> None:
    has_content = before is not None and before.content is not None
    actual = before.revision if before is not None and has_content else 0
    if actual == expected:
        return
    raise SectionChanged(current_of(before))


def current_of(section: Section | None) -> dict[str, Any]:
    """Say what stands in a section, for whoever must put two texts together."""
    if section is None:
        return {"content": None, "etag": None, "changed_by": None, "changed_at": None}
    content = section.content
    return {
        "content": None if content is None else orjson.loads(content),
        "etag": None if content is None else section.etag,
        "changed_by": section.changed_by,
        "changed_at": section.changed_at,
    }


def _written(before: Section | None, content: bytes | None, who: Who, now: str) -> Section:
    goes_on = content is not None and before is not None and before.content is not None
    earlier = before.drafted_by if before is not None and goes_on else ()
    return Section(
        content=content,
        base=before.base if before else None,
        revision=before.revision + 1 if before else 1,
        changed_by=who.actor,
        changed_at=now,
        drafted_by=tuple(dict.fromkeys((*earlier, who.actor))),
    )


def _changed(draft: Draft, who: Who, now: str) -> Draft:
    """Count the change, and take back a clearance or the request for one: it was of other words."""
    return replace(
        draft,
        state="draft",
        clearance=None,
        revision=draft.revision + 1,
        changed_by=who.actor,
        changed_at=now,
    )


def check_whole_revision(draft: Draft, expected: int) -> None:
    """Refuse who has not seen the draft as it stands.

    Raises:
        DraftChanged: it is so.
    """
    if draft.revision != expected:
        raise DraftChanged(
            {
                "etag": draft.etag,
                "state": draft.state,
                "changed_by": draft.changed_by,
                "changed_at": draft.changed_at,
            }
        )


def delete(desk: Desk, who: Who, draft_id: str, expected: int) -> None:
    """Delete a draft with everything in it; what was submitted from it stays in the log.

    Raises:
        NotFound: no such draft.
        DraftChanged: somebody changed it.
        Forbidden: the actor is a delegate.
    """
    admitted(desk, who, "delete-draft")
    with locked(desk, who, draft_id) as (drawer, draft):
        still_admitted(drawer, desk, who, "delete-draft")
        check_whole_revision(draft, expected)
        store.remove(drawer, draft_id)
