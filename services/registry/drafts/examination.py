"""Drafts: what is found wrong with one before it is submitted; saving it never waits for that."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from contracts import pointer
from contracts.canonical import spell
from contracts.rules.examination import Examination, Refusal
from contracts.validation import validate
from services.kit.errors import Finding
from services.registry.domain.submission import CoverDisagrees
from services.registry.drafts.draft import Draft, path_to
from services.registry.examining import Examiner, HandedIn
from services.registry.handling import Register
from services.registry.intents.reports import findings_of
from services.registry.rehearsing import rehearse

MOST_BYTES = 1_048_576
"""Of a document that can be handed in with what goes with it: what a request may carry."""


def examine(draft: Draft, filing: Mapping[str, Any], register: Register) -> tuple[Finding, ...]:
    """Find everything that keeps a draft from being submitted, as a submission would find it.

    Args:
        draft: what the filing is made from.
        filing: document in clear, complete or not, explanations, reason; see `filing_of`.
        register: what the rules on the register ask.

    Returns:
        Findings with pointers into the document. One of severity `error` is for a word on it: the
        clearance request counts it as open until an explanation has its code and pointer.
    """
    found = findings_of(_examined(draft, _handed_in(draft, filing), register))
    return (*found, *_of_cover(draft, filing["document"]), *_of_size(filing))


def refusal_of(draft: Draft, filing: Mapping[str, Any], register: Register) -> Refusal | None:
    """Say what the register would refuse a draft for, however good it is (docs/adr/0078).

    `None` also where it was not asked: the document does not follow its contract yet, or its
    cover names another participant.
    """
    handed_in = _handed_in(draft, filing)
    if handed_in.faults or handed_in.participant != draft.participant:
        return None
    return rehearse(register, handed_in, _examined(draft, handed_in, register)).refusal


def _handed_in(draft: Draft, filing: Mapping[str, Any]) -> HandedIn:
    document = filing["document"]
    return HandedIn(
        document=document,
        faults=validate(document, draft.template),
        explanations=filing.get("explanations", ()),
    )


def _examined(draft: Draft, handed_in: HandedIn, register: Register) -> Examination:
    is_own = handed_in.participant == draft.participant
    return examiner_of(register).examine(handed_in, with_register=is_own).examination


def examiner_of(register: Register) -> Examiner:
    """Give what examines against the register as of now."""
    return Examiner(log=register.log, publisher=register.publisher, clock=register.clock)


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
