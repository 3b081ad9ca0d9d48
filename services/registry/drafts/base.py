"""Drafts: which version of a report a new draft is carried forward from; pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

from contracts.errors import VerificationFailed
from contracts.events import (
    AcceptanceRevoked,
    CorrigendumFiled,
    CycleOpened,
    NothingNewDeclared,
    RegistryEvent,
    ReportAccepted,
    ReportReturned,
    ReportSubmitted,
    ReportWithdrawn,
)
from contracts.sealing import Disclosure, reveal
from services.registry.drafts.draft import PARTS


@dataclass(frozen=True, slots=True, kw_only=True)
class Filed:
    """A version as it was filed, and what became of it."""

    position: int
    event: ReportSubmitted | CorrigendumFiled | NothingNewDeclared
    is_accepted: bool = False
    is_returned: bool = False
    is_withdrawn: bool = False

    @property
    def stands(self) -> bool:
        """Whether it is put right by a corrigendum, and not by handing it in again."""
        return not (self.is_returned or self.is_withdrawn)


Versions: TypeAlias = Mapping[str, Sequence[Filed]]
"""By report, version n at index n-1."""


def versions_in(entries: Iterable[tuple[int, RegistryEvent]]) -> Versions:
    """Read the versions of reports from entries with their positions, stream by stream."""
    found: dict[str, list[Filed]] = {}
    for position, event in entries:
        match event:
            case ReportSubmitted() | CorrigendumFiled() | NothingNewDeclared():
                found.setdefault(event.report_id, []).append(Filed(position=position, event=event))
            case ReportAccepted() | AcceptanceRevoked():
                _decided(found, event, is_accepted=isinstance(event, ReportAccepted))
            case ReportReturned():
                _decided(found, event, is_accepted=False, is_returned=True)
            case ReportWithdrawn():
                versions = found.get(event.report_id, [])
                versions[:] = [replace(one, is_withdrawn=True) for one in versions]
            case _:
                pass
    return found


def _decided(
    found: dict[str, list[Filed]],
    event: ReportAccepted | AcceptanceRevoked | ReportReturned,
    *,
    is_accepted: bool,
    is_returned: bool = False,
) -> None:
    versions, index = found.get(event.report_id, []), event.report_version - 1
    if 0 <= index < len(versions):
        versions[index] = replace(versions[index], is_accepted=is_accepted, is_returned=is_returned)


def latest(versions: Versions, report_id: str) -> Filed | None:
    """Give the last version of a report; `None` if there is none."""
    of_report = versions.get(report_id, ())
    return of_report[-1] if of_report else None


def base_for(report_id: str, versions: Versions) -> Filed | None:
    """Choose what a draft of a report is carried forward from.

    Of this very report, whose returned or standing version the draft puts right: its latest, so
    that a corrigendum takes nothing back that an earlier one mended. Else, of all reports, the
    accepted version that speaks of the latest period; a corrigendum after it that nobody accepted
    is not it. Never an illustrative compilation: that is nobody's word.
    """
    own = latest(versions, report_id)
    if own is not None and not own.is_withdrawn:
        return own if own.event.origin == "submission" else None
    accepted = [
        one
        for of_report in versions.values()
        for one in of_report
        if one.is_accepted and not one.is_withdrawn and one.event.origin == "submission"
    ]
    with_document = [
        (one, carried) for one in accepted if (carried := document_filed(one, versions))
    ]
    if not with_document:
        return None
    chosen, _ = max(with_document, key=lambda pair: _age(*pair))
    return chosen


def _age(filed: Filed, carried: Filed) -> tuple[str, int]:
    document = getattr(carried.event, "document", {})
    return str(document.get("cover", {}).get("period_to", "")), filed.position


def document_filed(filed: Filed, versions: Versions) -> Filed | None:
    """Give the version whose document a version speaks with: its own, or one it renews."""
    for _ in range(1 + sum(map(len, versions.values()))):
        event = filed.event
        if not isinstance(event, NothingNewDeclared):
            return filed
        renewed = versions.get(event.renews_report, ())
        if not 1 <= event.renews_version <= len(renewed):
            return None
        filed = renewed[event.renews_version - 1]
    return None


def opened(
    document: Mapping[str, Any], disclosures: Iterable[Disclosure]
) -> tuple[dict[str, Any], tuple[str, ...]]:
    """Open what is sealed in a document as it stands in the log, as far as it can be.

    Returns:
        The content of each section by name, and the names of those that stay sealed.
    """
    body: Any = {"document": document}
    for disclosure in disclosures:
        try:
            body = reveal(body, [disclosure])
        except VerificationFailed:  # of another section of the entry, or not what was sealed
            continue
    contents = dict(_sections(body["document"]))
    closed = tuple(name for name, content in contents.items() if _is_sealed(content))
    return {name: one for name, one in contents.items() if name not in closed}, closed


def _sections(document: Mapping[str, Any]) -> Iterable[tuple[str, Any]]:
    yield from ((part, document[part]) for part in PARTS if part in document)
    yield from document.get("statements", {}).items()


def _is_sealed(content: Any) -> bool:
    return isinstance(content, dict) and "sealed" in content


def carried_over(
    contents: Mapping[str, Any], *, cycle: CycleOpened, form: str, same_report: bool
) -> dict[str, Any]:
    """Make the sections of an earlier version those of a new document.

    The cover names the cycle, its period and the form, and no transmission: that is still to come.
    Statements of another cycle say that nothing changed, until somebody writes to them.
    """
    carried = dict(contents)
    cover = {name: one for name, one in contents["cover"].items() if name != "transmission"}
    carried["cover"] = {**cover, **_of_the_cycle(cycle), "form": form}
    if same_report:
        return carried
    for section, content in contents.items():
        if section not in PARTS:
            carried[section] = {**content, "changed": False}
    return carried


def first_cover(participant: str, cycle: CycleOpened, form: str) -> dict[str, Any]:
    """Give as much of the cover as is known without asking."""
    known = {"origin": "submission", "participant": participant, "form": form}
    return {**known, **_of_the_cycle(cycle)}


def _of_the_cycle(cycle: CycleOpened) -> dict[str, Any]:
    return {
        "cycle_id": cycle.cycle_id,
        "period_from": cycle.period_from.isoformat(),
        "period_to": cycle.period_to.isoformat(),
    }
