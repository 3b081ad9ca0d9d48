"""Oracle: what stands in a report on a day, version by version, section by section."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from contracts.events import (
    AcceptanceRevoked,
    CorrigendumFiled,
    NothingNewDeclared,
    PublicationAuthorised,
    PublicationRestricted,
    ReportAccepted,
    ReportReturned,
    ReportSubmitted,
    ReportWithdrawn,
    ReviewOpened,
)
from contracts.sealing import Disclosure
from tests.reporting.oracle.history import History, day_in

FILED = (ReportSubmitted, CorrigendumFiled, NothingNewDeclared)
PARTS = ("human_rights", "observations")


@dataclass(frozen=True, slots=True)
class Filed:
    """One version received by the day."""

    event: Any
    position: int
    received_on: date
    is_withdrawn: bool
    withdrawn_with: int
    """Number of the version that the withdrawal named; 0 where there is none."""


@dataclass(frozen=True, slots=True)
class Section:
    """What stands under one unit or part."""

    state: str
    """One of `open`, `sealed`, `revealed`, `restricted`."""
    content: Mapping[str, Any] | None
    """What can be read."""
    said_by: tuple[str, int]

    @property
    def is_open(self) -> bool:
        return self.state in {"open", "revealed"}


@dataclass
class Standing:
    """What a report amounts to."""

    versions: list[Filed]
    sections: dict[str, Section] = field(default_factory=dict)
    first_open: dict[str, Filed] = field(default_factory=dict)


def received(history: History, report_id: str, day: date) -> list[Filed]:
    """Give the versions received by a day, in the participant's voice if it has spoken."""
    cycles = history.cycles()
    found: list[Filed] = []
    for one in history.of(*FILED):
        event: Any = one.event
        if event.report_id != report_id or event.cycle_id not in cycles:
            continue
        received_on = day_in(one.at, cycles[event.cycle_id].time_zone)
        if received_on > day:
            continue
        by = _withdrawal(history, event, day)
        found.append(Filed(event, one.position, received_on, by > 0, by))
    found.sort(key=lambda one: one.event.report_version)
    own = [one for one in found if one.event.origin == "submission"]
    return own or found


def _withdrawal(history: History, event: Any, day: date) -> int:
    zone = history.cycles()[event.cycle_id].time_zone
    for one in history.of(ReportWithdrawn):
        said: Any = one.event
        speaks_of_it = said.report_id == event.report_id
        covers_it = said.report_version >= event.report_version
        if speaks_of_it and covers_it and day_in(one.at, zone) <= day:
            return int(said.report_version)
    return 0


def standing(history: History, report_id: str, day: date) -> Standing | None:
    """Give what stands; `None` where nothing was received, or all of it was withdrawn."""
    versions = [one for one in received(history, report_id, day) if not one.is_withdrawn]
    return _amounts_to(history, versions, day) if versions else None


def _amounts_to(history: History, versions: list[Filed], day: date) -> Standing:
    whole = Standing(versions)
    for one in versions:
        event = one.event
        if isinstance(event, NothingNewDeclared):
            _renew(history, whole, event, day)
        else:
            if event.form == "full":
                whole.sections.clear()
            for name in _names(event.document):
                shown = section(history, event, name, day)
                unchanged = event.form == "update" and _changed(history, event, name, day) is False
                if not (unchanged and name in whole.sections):
                    whole.sections[name] = shown
        for name, shown in whole.sections.items():
            if shown.is_open:
                whole.first_open.setdefault(name, one)
    return whole


def _renew(history: History, whole: Standing, event: NothingNewDeclared, day: date) -> None:
    """A renewal stands for the version it renews, even if that was withdrawn since."""
    number = event.renews_version
    meant = [
        one
        for one in received(history, event.renews_report, day)
        if one.event.report_version <= number
        and one.event.origin == event.origin
        and (not one.is_withdrawn or one.withdrawn_with >= number)
    ]
    if meant:
        whole.sections = dict(_amounts_to(history, meant, day).sections)


def _names(document: Mapping[str, Any]) -> list[str]:
    return [*document["statements"], *(part for part in PARTS if part in document)]


def _said(event: Any, name: str) -> Mapping[str, Any]:
    found: Mapping[str, Any] = (
        event.document[name] if name in PARTS else event.document["statements"][name]
    )
    return found


def _acts(history: History, event: Any, name: str, day: date) -> list[Any]:
    """Give what was said by the day on showing one section of one version."""
    zone = history.cycles()[event.cycle_id].time_zone
    return [
        one.event
        for one in history.of(PublicationAuthorised, PublicationRestricted)
        if getattr(one.event, "report_id", None) == event.report_id
        and getattr(one.event, "report_version", None) == event.report_version
        and name in getattr(one.event, "units", ())
        and day_in(one.at, zone) <= day
    ]


def _opened(acts: list[Any], name: str) -> Mapping[str, Any] | None:
    for act in acts:
        for one in getattr(act, "revealed", ()):
            if one.unit == name:
                value: Mapping[str, Any] = Disclosure.parse(one.disclosure).value
                return value
    return None


def section(history: History, event: Any, name: str, day: date) -> Section:
    """Say whether a section of a version is shown on a day, and what it says."""
    said, acts = _said(event, name), _acts(history, event, name, day)
    by = (event.report_id, event.report_version)
    if acts and isinstance(acts[-1], PublicationRestricted):
        return Section("restricted", None, by)
    if "sealed" not in said:
        return Section("open", said, by)
    content = _opened(acts, name)
    return Section("sealed" if content is None else "revealed", content, by)


def _changed(history: History, event: Any, name: str, day: date) -> bool | None:
    """Say whether an update says that something changed; what was never opened does not tell."""
    said = _said(event, name)
    if "sealed" in said:
        said = _opened(_acts(history, event, name, day), name) or {}
    changed: bool | None = said.get("changed")
    return changed


def review_state(history: History, event: Any, day: date) -> str:
    """Say where a version stands in the secretariat's step."""
    zone, state = history.cycles()[event.cycle_id].time_zone, "submitted"
    steps: dict[Any, str] = {
        ReviewOpened: "under_review",
        ReportReturned: "returned",
        ReportAccepted: "accepted",
        AcceptanceRevoked: "under_review",
    }
    decided = False
    for one in history.of(*steps):
        said: Any = one.event
        named = (said.report_id, said.report_version) == (event.report_id, event.report_version)
        if not named or day_in(one.at, zone) > day:
            continue
        if isinstance(said, ReviewOpened):
            state = state if decided else "under_review"
        else:
            decided, state = True, steps[type(said)]
    return state
