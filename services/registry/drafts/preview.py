"""Drafts: what would become public if one were submitted now, and when; nothing is recorded."""

from dataclasses import dataclass
from typing import Any

from contracts import pointer
from contracts.canonical import digest, spell
from contracts.catalogue import contract, load
from contracts.rules.examination import Refusal
from contracts.sealing import seal
from services.kit.errors import Finding
from services.registry.drafts.draft import (
    Draft,
    contents_of,
    digest_of,
    document_of,
    filing_of,
    in_order,
    path_to,
)
from services.registry.drafts.examination import examine, open_points, refusal_of
from services.registry.drafts.submission import clearance_named
from services.registry.handling import Register
from services.registry.intents.intent import Salts

VISIBILITIES = "https://concord.example/contracts/codelists/visibility/1.0.0.json"
EXACT = (
    "Nothing is sealed: the document will be recorded with exactly this digest, if it is submitted "
    "as it stands."
)
SALTED = (
    "A sealed section is recorded as a digest over its content and a random salt, which is drawn "
    "when the report is submitted. The digests shown here are examples: until then nobody can know "
    "them, nor the digest of the document that holds them."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How one section would stand in the log."""

    section: str
    pointer: str
    visibility: str | None
    """`None` where it does not say so yet."""
    stands: str
    """`open`, `sealed`, or `undecided`."""
    becomes_public: str
    """`on_submission`, `after_publication_authorised`, or `not_known`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What submitting would publish."""

    findings: tuple[Finding, ...]
    refusal: Refusal | None
    """What the register would refuse it for, however good it is."""
    submittable: bool
    """Whether nothing keeps it from being put forward and submitted as it stands."""
    digest: str
    """What clearance and submission are bound to; of the content in clear."""
    public_digest: str | None
    """Of the document as it would stand in the log; `None` where salts are still to be drawn."""
    public_digest_note: str
    sections: tuple[Standing, ...]
    public_document: dict[str, Any]
    """As everybody would read it; without what does not say yet who may read it."""
    goes_with_it: dict[str, Any]
    """What the entry makes public beside the document."""


def preview(draft: Draft, register: Register, salts: Salts) -> Preview:
    """Work out what becomes public of a draft as it stands, complete or not.

    Args:
        draft: as read.
        register: as it is now.
        salts: for the examples of digests.
    """
    contents = contents_of(draft)
    units = [name for name in contents if path_to(name)[0] == "statements"]
    standings = tuple(
        _standing(draft, name, contents[name]) for name in in_order(units) if name in contents
    )
    shown = {one.section: contents[one.section] for one in standings if one.stands != "undecided"}
    sealed, disclosures = seal(document_of(draft, shown), contract(draft.template).sections, salts)
    cleared = draft.clearance
    explanations, reason = (cleared.explanations, cleared.reason) if cleared else ((), None)
    filing = filing_of(document_of(draft, contents), explanations, reason)
    findings, refusal = examine(draft, filing, register), refusal_of(draft, filing, register)
    is_exact = not disclosures and len(shown) == len(contents)
    return Preview(
        findings=findings,
        refusal=refusal,
        submittable=refusal is None and not open_points(findings, explanations),
        digest=digest_of(filing),
        public_digest=digest(spell(sealed)) if is_exact else None,
        public_digest_note=EXACT if is_exact else SALTED,
        sections=standings,
        public_document=sealed,
        goes_with_it={
            "clearance": clearance_named(cleared) if cleared else None,
            "explanations": list(explanations),
            "reason": reason,
        },
    )


def _standing(draft: Draft, section: str, content: Any) -> Standing:
    visibility = _visibility(draft, section, content)
    if visibility == "public":
        stands, becomes_public = "open", "on_submission"
    elif visibility is None:
        stands, becomes_public = "undecided", "not_known"
    else:
        stands, becomes_public = "sealed", "after_publication_authorised"
    return Standing(
        section=section,
        pointer=pointer.join(path_to(section)),
        visibility=visibility,
        stands=stands,
        becomes_public=becomes_public,
    )


def _visibility(draft: Draft, section: str, content: Any) -> str | None:
    """Give who may read a section; `None` where it must say so and does not.

    Sealing takes a section that says nothing for a public one. The contract never lets it come so
    far; here, where a draft may be incomplete, nothing is shown as public by being forgotten.
    """
    pattern = "/statements/*" if path_to(section)[0] == "statements" else f"/{section}"
    if pattern not in {one.pointer for one in contract(draft.template).sections}:
        return "public"
    said = content.get("visibility")
    known = {row["code"] for row in load(VISIBILITIES)["data"]}
    return said if isinstance(said, str) and said in known else None
