"""Drafts: what is found wrong with one before it is submitted; saving it never waits for that."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from contracts import pointer
from contracts.canonical import spell
from contracts.validation import validate
from services.kit.errors import Finding
from services.registry.domain.submission import CoverDisagrees
from services.registry.drafts.draft import Draft, path_to
from services.registry.handling import Register

MOST_BYTES = 1_048_576
"""Of a document that can be handed in with what goes with it: what a request may carry."""


def examine(draft: Draft, filing: Mapping[str, Any], _register: Register) -> tuple[Finding, ...]:
    """Find everything that keeps a draft from being submitted.

    VALIDATION IS CONNECTED HERE, and nowhere else: preview, clearance request and every answer on a
    section come through this function. It says for now what the contract says on the structure,
    and what a submission would refuse in any case. The engine of rules adds its findings here;
    `_register` gives it the register as of now.

    Args:
        draft: what the filing is made from.
        filing: document in clear, complete or not, explanations, reason; see `filing_of`.

    Returns:
        Findings with pointers into the document. One of severity `error` is for a word on it: the
        clearance request counts it as open until an explanation has its code and pointer.
    """
    document = filing["document"]
    return (*_of_structure(draft, document), *_of_cover(draft, document), *_of_size(filing))


def open_points(
    findings: Iterable[Finding], explanations: Iterable[Mapping[str, Any]]
) -> tuple[Finding, ...]:
    """Give the findings that keep a draft back: blockers, and errors that nobody explained."""
    explained = {(one["code"], one["pointer"]) for one in explanations}
    return tuple(
        one
        for one in findings
        if one.outcome == "failed"
        and (
            one.severity == "blocker"
            or (one.severity == "error" and (one.code, one.pointer) not in explained)
        )
    )


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


def _of_size(filing: Mapping[str, Any]) -> Iterator[Finding]:
    size = len(spell(filing))
    if size > MOST_BYTES:
        yield Finding(
            code="too-large",
            pointer="",
            message=f"expected at most {MOST_BYTES} bytes of canonical JSON",
            params={"bytes": size},
        )
