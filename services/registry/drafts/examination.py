"""Drafts: what is found wrong with one before it is submitted; saving it never waits for that."""

from collections.abc import Iterator, Mapping
from typing import Any

from contracts import pointer
from contracts.canonical import spell
from contracts.validation import validate
from services.kit.errors import Finding
from services.registry.domain.submission import CoverDisagrees
from services.registry.drafts.draft import Draft, path_to
from services.registry.handling import Register

MOST_BYTES = 1_048_576
"""Of a document that can be handed in: what a request may carry."""


def examine(draft: Draft, document: Mapping[str, Any], _register: Register) -> tuple[Finding, ...]:
    """Find everything that keeps a draft's document from being submitted.

    VALIDATION IS CONNECTED HERE, and nowhere else: preview, clearance request and every answer on a
    section come through this function. It says for now what the contract says on the structure,
    and what a submission would refuse in any case. The engine of rules adds its findings here;
    `_register` gives it the register as of now.

    Args:
        draft: what the document is of.
        document: in clear, complete or not; pointers of findings lead into it.
    """
    return (*_of_structure(draft, document), *_of_cover(draft, document), *_of_size(document))


def within(findings: tuple[Finding, ...], section: str) -> tuple[Finding, ...]:
    """Give those findings that lie in a section, with pointers into the section."""
    place = pointer.join(path_to(section))
    return tuple(
        Finding(
            code=one.code,
            pointer=one.pointer.removeprefix(place),
            message=one.message,
            severity=one.severity,
            outcome=one.outcome,
            params=one.params,
        )
        for one in findings
        if one.pointer == place or one.pointer.startswith(f"{place}/")
    )


def _of_structure(draft: Draft, document: Mapping[str, Any]) -> Iterator[Finding]:
    for fault in validate(document, draft.template):
        yield Finding(
            code=fault.code, pointer=fault.pointer, message=fault.message, params=fault.params
        )


def _of_cover(draft: Draft, document: Mapping[str, Any]) -> Iterator[Finding]:
    cover = document.get("cover", {})
    is_of = {
        "origin": "submission",
        "participant": draft.participant,
        "cycle_id": draft.cycle_id,
        "form": draft.form,
    }
    for member, value in is_of.items():
        if member in cover and cover[member] != value:
            yield Finding(
                code=CoverDisagrees.code,
                pointer=f"/cover/{member}",
                message=f"expected what the draft is of: {value}",
            )


def _of_size(document: Mapping[str, Any]) -> Iterator[Finding]:
    size = len(spell(document))
    if size > MOST_BYTES:
        yield Finding(
            code="too-large",
            pointer="",
            message=f"expected at most {MOST_BYTES} bytes of canonical JSON",
            params={"bytes": size},
        )
