"""Tests: any history that the registry could have recorded, for Hypothesis."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from hypothesis import strategies as st

from contracts.events import DeclarationLodged, RegistryEvent
from tests import makers

CODES = ("ZZA", "ZZB", "ZZC", "ORG-ZZO")
DAYS = st.dates(date(2018, 9, 28), date(2026, 12, 31))
STATUSES = st.sampled_from(["in_place", "in_progress", "planned"])


def statements() -> st.SearchStrategy[dict[str, Any]]:
    public = st.builds(
        lambda status, changed: makers.statement(implementation_status=status, changed=changed),
        STATUSES,
        st.booleans(),
    )
    sealed = st.sampled_from(["a", "b"]).map(
        lambda said: makers.sealed(said, visibility="auditors")
    )
    units = st.sampled_from(["P1", "P2", "P5", "P8.a", "P10"])
    return st.dictionaries(units, public | sealed, min_size=1, max_size=4)


@st.composite
def lives(draw: st.DrawFn, code: str) -> list[RegistryEvent]:
    """What one participant did, in order; every later act names an earlier one."""
    events: list[RegistryEvent] = [makers.signature_recorded(code, effective_on=draw(DAYS))]
    withdrawals: list[int] = []
    for kind in draw(st.lists(st.sampled_from("dmwrcnlo"), max_size=8)):
        version = len(events) + 1
        match kind:
            case "d":
                events.append(makers.declaration_lodged(code, effective_on=draw(DAYS)))
            case "m" if not code.startswith("ORG-"):
                events.append(makers.membership_recorded(code, organisation="ORG-ZZO"))
            case "w":
                events.append(makers.withdrawal_notified(code, effective_on=draw(DAYS)))
                withdrawals.append(version)
            case "r" if withdrawals:
                events.append(makers.withdrawal_rescinded(code, withdrawal=withdrawals.pop()))
            case "c":
                rectifies = draw(st.integers(1, version - 1))
                events.append(
                    makers.act_rectified(code, rectifies=rectifies, effective_on=draw(DAYS))
                )
            case "l" if declarations := _versions(events, DeclarationLodged):
                number = draw(st.sampled_from(declarations))
                events.append(makers.declaration_withdrawn(code, declaration=number))
            case "o":
                contests = draw(st.integers(1, version - 1))
                events.append(makers.act_contested(code, contests=contests))
            case _:
                events.append(makers.participant_renamed(code))
    return [*events, *draw(reports(code)), *draw(mandates(code))]


def _versions(events: list[RegistryEvent], kind: type[RegistryEvent]) -> list[int]:
    return [number for number, event in enumerate(events, start=1) if isinstance(event, kind)]


@st.composite
def reports(draw: st.DrawFn, code: str) -> list[RegistryEvent]:
    """A report's versions and what was decided on them."""
    events: list[RegistryEvent] = []
    version = 0
    for kind in draw(st.lists(st.sampled_from("sca"), max_size=4)):
        document = makers.national_report(code, statements=draw(statements()))
        if version == 0 or kind == "s":
            version += 1
            events.append(makers.report_submitted(code, document=document, report_version=version))
        elif kind == "c":
            version += 1
            events.append(
                makers.corrigendum_filed(
                    code, document=document, report_version=version, supersedes=version - 1
                )
            )
        else:
            events.append(makers.report_returned(code, report_version=version))
    return events


@st.composite
def mandates(draw: st.DrawFn, code: str) -> list[RegistryEvent]:
    """A mandate, ended or not."""
    identifier = f"fp-{code.lower()}"
    events: list[RegistryEvent] = []
    if draw(st.booleans()):
        events.append(makers.focal_point_designated(code, focal_point_id=identifier))
        if draw(st.booleans()):
            events.append(
                makers.focal_point_designation_ended(
                    code, focal_point_id=identifier, ended_on=draw(DAYS)
                )
            )
        events += draw(delegations(code, identifier))
        if draw(st.booleans()):
            events.append(makers.personal_data_erased(code, person_id=identifier))
    return events


@st.composite
def delegations(draw: st.DrawFn, code: str, granted_by: str) -> list[RegistryEvent]:
    """A delegation, or none; revoked or not, erased or not. All participants use the same id."""
    events: list[RegistryEvent] = []
    if draw(st.booleans()):
        events.append(makers.delegation_granted(code, granted_by=granted_by))
        if draw(st.booleans()):
            events.append(makers.delegation_revoked(code, revoked_on=draw(DAYS)))
        if draw(st.booleans()):
            events.append(makers.personal_data_erased(code, person_id="dl-3Kx9"))
    return events


@st.composite
def auditors(draw: st.DrawFn) -> list[RegistryEvent]:
    """A mandate, or none; revoked or not, erased or not."""
    events: list[RegistryEvent] = []
    if draw(st.booleans()):
        events.append(makers.mandate_granted())
        if draw(st.booleans()):
            events.append(makers.mandate_revoked())
        if draw(st.booleans()):
            events.append(makers.personal_data_erased(None, person_id="auditor-4Tw1"))
    return events


@st.composite
def histories(draw: st.DrawFn) -> list[RegistryEvent]:
    """The lives of some participants, interleaved, between cycles and plans."""
    queues = [draw(lives(code)) for code in draw(st.sets(st.sampled_from(CODES), min_size=1))]
    queues.append([makers.cycle_opened("2026"), makers.cycle_opened("2027")])
    queues.append([makers.plan_registered(code) for code in CODES[:2]])
    queues.append([makers.succession_notified("ZZF")])
    queues.append(draw(auditors()))
    return list(_interleaved(draw, queues))


def _interleaved(draw: st.DrawFn, queues: list[list[RegistryEvent]]) -> Iterator[RegistryEvent]:
    left = [queue[::-1] for queue in queues if queue]
    while left:
        queue = draw(st.sampled_from(left))
        yield queue.pop()
        left = [one for one in left if one]
