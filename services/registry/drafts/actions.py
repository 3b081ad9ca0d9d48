"""Drafts: what may be done with one now, by whom, and if not, why; pure."""

from collections.abc import Callable
from dataclasses import dataclass

from services.kit.errors import ServiceError
from services.registry.domain.authority import Admitted
from services.registry.drafts import rules
from services.registry.drafts.draft import PARTS, Draft, resource_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """A link to follow, or the reason why not."""

    rel: str
    method: str
    href: str
    allowed: bool
    reason: str | None
    """Why it is not allowed; `None` where it is."""
    by: str = "participant"


def href_of(draft: Draft, section: str | None = None) -> str:
    """Give the address of a draft, or of a section in it."""
    whole = f"/v1/drafts/{draft.draft_id}"
    if section is None:
        return whole
    return f"{whole}/{section}" if section in PARTS else f"{whole}/statements/{section}"


def actions_on(draft: Draft, asking: Admitted) -> tuple[Action, ...]:
    """List what may be done with the whole."""
    whole = href_of(draft)
    return (
        _action(
            ("preview", "GET", f"{whole}/preview"),
            lambda: asking.check("preview-draft", resource_of(draft)),
        ),
        _action(
            ("request-clearance", "POST", f"{whole}/clearance-request"),
            lambda: rules.check_may_request(draft, asking),
        ),
        _action(
            ("clear", "POST", f"{whole}/clearance"),
            lambda: rules.check_may_clear(draft, asking, None),
        ),
        _action(
            ("submit", "POST", f"{whole}/submission"),
            lambda: rules.check_may_submit(draft, asking),
        ),
        _action(
            ("delete", "DELETE", whole),
            lambda: asking.check("delete-draft", resource_of(draft)),
        ),
    )


def actions_on_section(draft: Draft, asking: Admitted, section: str) -> tuple[Action, ...]:
    """List what may be done with a section."""
    return (
        _action(
            ("write", "PUT", href_of(draft, section)),
            lambda: rules.check_may_write(draft, asking, section),
        ),
    )


def _action(what: tuple[str, str, str], check: Callable[[], None]) -> Action:
    rel, method, href = what
    try:
        check()
    except ServiceError as error:
        reason = f"{error.title} {_sentence(error.detail)}".strip()
        return Action(rel=rel, method=method, href=href, allowed=False, reason=reason)
    return Action(rel=rel, method=method, href=href, allowed=True, reason=None)


def _sentence(detail: str) -> str:
    return f"{detail[0].upper()}{detail[1:].removesuffix('.')}." if detail else ""
