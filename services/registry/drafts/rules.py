"""Drafts: who may do what with one, and when; pure.

What refuses also says why an action is not allowed.
"""

from services.registry.domain.authority import Admitted
from services.registry.domain.report import ClearedByTheDrafter
from services.registry.drafts.draft import Draft, resource_of
from services.registry.drafts.refusals import (
    ClearanceNotRequested,
    DraftSubmitted,
    NotCleared,
)


def check_open(draft: Draft) -> None:
    """Refuse a change of what was submitted."""
    if draft.state == "submitted":
        raise DraftSubmitted(f"at position {draft.submitted_position}")


def check_may_write(draft: Draft, asking: Admitted, section: str) -> None:
    """Refuse who may not write to a section, now or at all."""
    asking.check("draft-section", resource_of(draft, section))
    check_open(draft)


def check_may_request(draft: Draft, asking: Admitted) -> None:
    """Refuse who may not put the draft forward for clearance, now or at all."""
    asking.check("request-clearance", resource_of(draft))
    check_open(draft)


def check_may_clear(draft: Draft, asking: Admitted, exception_reference: str | None) -> None:
    """Refuse a clearance that was not asked for, or by somebody who drafted.

    Whoever wrote anything that stands in the draft drafted it, and so did who put it forward. The
    exception of a one-person mission is recorded with the reference of its note verbale.
    """
    asking.check("clear", resource_of(draft))
    check_open(draft)
    if draft.state != "clearance_requested":
        raise ClearanceNotRequested(f"the state of the draft is {draft.state}")
    if asking.actor.id in draft.drafted_by and exception_reference is None:
        raise ClearedByTheDrafter("expected somebody who wrote no part of it")


def check_may_submit(draft: Draft, asking: Admitted) -> None:
    """Refuse who may not submit, and to submit what is not cleared."""
    asking.check("submit-draft", resource_of(draft))
    check_open(draft)
    if draft.state != "cleared":
        raise NotCleared(f"the state of the draft is {draft.state}")
