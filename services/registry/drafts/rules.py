"""Drafts: who may do what with one, and when; pure.

What refuses also says why an action is not allowed.
"""

from services.registry.domain.authority import Authority, check_section, check_whole
from services.registry.domain.report import ClearedByTheDrafter
from services.registry.drafts.draft import Draft
from services.registry.drafts.refusals import (
    ClearanceNotRequested,
    DraftSubmitted,
    NotCleared,
)


def check_open(draft: Draft) -> None:
    """Refuse a change of what was submitted."""
    if draft.state == "submitted":
        raise DraftSubmitted(f"at position {draft.submitted_position}")


def check_may_write(draft: Draft, authority: Authority, section: str) -> None:
    """Refuse who may not write to a section, now or at all."""
    check_section(authority, section)
    check_open(draft)


def check_may_request(draft: Draft, authority: Authority) -> None:
    """Refuse who may not put the draft forward for clearance, now or at all."""
    check_whole(authority)
    check_open(draft)


def check_may_clear(
    draft: Draft, authority: Authority, actor: str, exception_reference: str | None
) -> None:
    """Refuse a clearance that was not asked for, or by somebody who drafted.

    Whoever wrote anything that stands in the draft drafted it, and so did who put it forward. The
    exception of a one-person mission is recorded with the reference of its note verbale.
    """
    check_whole(authority)
    check_open(draft)
    if draft.state != "clearance_requested":
        raise ClearanceNotRequested(f"the state of the draft is {draft.state}")
    if actor in draft.drafted_by and exception_reference is None:
        raise ClearedByTheDrafter("expected somebody who wrote no part of it")


def check_may_submit(draft: Draft, authority: Authority) -> None:
    """Refuse to submit what is not cleared."""
    check_whole(authority)
    check_open(draft)
    if draft.state != "cleared":
        raise NotCleared(f"the state of the draft is {draft.state}")
