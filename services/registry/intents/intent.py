"""Registry: what a request asks for; and the checks that all kinds of requests share.

The command is built only when its circumstances are known, once for every attempt.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from contracts.catalogue import contract
from contracts.faults import Fault
from contracts.sealing import Disclosure
from contracts.validation import validate
from services.kit.errors import Finding, Malformed
from services.registry.domain.circumstances import Circumstances
from services.registry.domain.commands import Command

Salts: TypeAlias = Callable[[], bytes]
"""Gives fresh random bytes, at least 16, at each call."""
Document: TypeAlias = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Intent:
    """What a request asks for."""

    command: Callable[[Circumstances, int], Command]
    """From the circumstances, and the position of the last entry that can be read."""
    kind: str
    """Type of the event that it asks for, which says who may ask (`contracts.authority.acts`)."""
    participant: str | None
    """For whom it speaks; `None` where it is the secretariat's own."""
    cycle_id: str | None = None
    """Reporting cycle that it concerns; `None` where it is of none, or all who may need none."""
    disclosures: tuple[Disclosure, ...] = ()
    """What opens the sections that were sealed."""


def event_in(
    document: Document, kinds: Collection[str], **in_path: str
) -> tuple[str, dict[str, Any]]:
    """Split the `type` off a body, put in what stands in the path, and check it by its contract.

    Args:
        document: an event's body with its `type`, without what stands in the path.
        kinds: the types of events that are taken here.
        in_path: members of the event that the path says, by name.
    """
    match document:
        case {"type": str(kind), **body} if kind in kinds:
            for member in in_path:
                if member in body:
                    raise malformed("unknown-member", f"/{member}", "expected it in the path only")
            whole = {**body, **in_path}
            check(whole, f"events/{kind}")
            return kind, whole
        case _:
            expected = ", ".join(sorted(kinds))
            raise malformed("not-an-option", "/type", f"expected one of {expected}")


def check(document: Any, name: str) -> None:
    """Check a body by its contract in the submitted form."""
    faults = validate(document, contract(name).id)
    if faults:
        raise by_contract(faults, name)


def by_contract(faults: Sequence[Fault], name: str) -> Malformed:
    """Make the refusal of a body that does not follow its contract."""
    return Malformed(
        f"expected {contract(name).id}",
        findings=[
            Finding(
                code=fault.code,
                pointer=fault.pointer,
                message=fault.message,
                params=fault.params,
            )
            for fault in faults
        ],
    )


def check_subject(in_path: str, in_document: str, pointer: str) -> None:
    """Refuse a document that speaks of another report than the path does."""
    if in_path != in_document:
        raise malformed("not-of-this-report", pointer, "expected the report that the path names")


def malformed(code: str, pointer: str, message: str) -> Malformed:
    """Make the refusal of a document for one reason."""
    return Malformed(findings=[Finding(code=code, pointer=pointer, message=message)])
