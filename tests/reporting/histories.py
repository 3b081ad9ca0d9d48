"""Tests: any history that the registry could have recorded, for Hypothesis."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Any

from hypothesis import strategies as st

from contracts.events import DeclarationLodged, RegistryEvent
from tests import makers

CODES = ("ZZA", "ZZB", "ZZC", "ORG-ZZO")
DAYS = st.dates(date(2018, 9, 28), date(2026, 12, 31))
PILLARS = st.lists(st.sampled_from(["I", "II", "III", "IV"]), min_size=1, unique=True)
STATUSES = st.sampled_from(["in_place", "in_progress", "planned"])


LINKED = {
    "measure_id": "m-1",
    "measure_type": "border_security",
    "title": {"en": "An academy"},
    "commitments": [
        {"plan_id": "ZZA-PLAN-1", "commitment_id": "C-01"},
        {"plan_id": "ZZB-PLAN-1", "commitment_id": "C-02"},
    ],
}
"""A measure that carries out two commitments, whether or not anybody made them."""
CITED = [{"assistance_id": "A-0"}, {"assistance_id": "A-1"}]
"""A need and an offer, whether or not anybody stated them."""
UNITS = ("P1", "P2", "P5", "P8.a", "P10")


@st.composite
def statements(draw: st.DrawFn) -> dict[str, Any]:
    """Statements on some units; a sealed one hides what `makers.hidden` opens it with."""
    said: dict[str, Any] = {}
    for unit in draw(st.sets(st.sampled_from(UNITS), min_size=1, max_size=4)):
        if draw(st.booleans()):
            said[unit] = makers.sealed(unit, visibility="auditors")
        else:
            said[unit] = makers.statement(
                implementation_status=draw(STATUSES),
                changed=draw(st.booleans()),
                measures=draw(st.sampled_from([[], [LINKED]])),
                assistance_cited=draw(st.sampled_from([[], CITED])),
            )
    return said


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
    return [
        *events,
        *draw(reports(code)),
        *draw(audits(code)),
        *draw(evidence(code)),
        *draw(mandates(code)),
        *draw(obligations(code)),
    ]


def _versions(events: list[RegistryEvent], kind: type[RegistryEvent]) -> list[int]:
    return [number for number, event in enumerate(events, start=1) if isinstance(event, kind)]


@st.composite
def reports(draw: st.DrawFn, code: str) -> list[RegistryEvent]:
    """A report's versions, what was decided on them, and what is shown of them."""
    events: list[RegistryEvent] = []
    documents: list[dict[str, Any]] = []
    for kind in draw(st.lists(st.sampled_from("scaaorqwpp"), max_size=7)):
        version = len(documents)
        if version == 0 or kind in "sc":
            document = makers.national_report(code, statements=draw(statements()))
            documents.append(document)
            make: Callable[..., RegistryEvent]
            make = makers.corrigendum_filed if version and kind == "c" else makers.report_submitted
            supersedes = version or None
            events.append(
                make(code, document=document, report_version=version + 1, supersedes=supersedes)
            )
        elif kind == "q":
            events += draw(_clarification(code, version, len(events)))
        elif kind == "p":
            events.append(draw(_shown(code, version, documents[-1]["statements"])))
        else:
            events.append(SAID[kind](code, report_version=version))
    return events


SAID: Mapping[str, Callable[..., RegistryEvent]] = {
    "a": makers.report_accepted,
    "o": makers.review_opened,
    "r": makers.acceptance_revoked,
    "w": makers.report_withdrawn,
}


@st.composite
def _clarification(draw: st.DrawFn, code: str, version: int, number: int) -> list[RegistryEvent]:
    """A question, answered or not."""
    named: dict[str, Any] = {"report_version": version, "clarification_id": f"Q{number}"}
    asked = makers.clarification_requested(code, **named)
    return [asked, *draw(st.sampled_from([(), (makers.clarification_provided(code, **named),)]))]


@st.composite
def _shown(draw: st.DrawFn, code: str, version: int, said: dict[str, Any]) -> RegistryEvent:
    """A section is shown, revealed if need be, or restricted."""
    unit = draw(st.sampled_from(sorted(said)))
    if draw(st.booleans()):
        return makers.publication_restricted(code, report_version=version, units=[unit])
    opening = {"unit": unit, "disclosure": makers.hidden(unit).encoded()}
    return makers.publication_authorised(
        code,
        report_version=version,
        units=[unit],
        revealed=[opening] if "sealed" in said[unit] else [],
    )


@st.composite
def audits(draw: st.DrawFn, code: str) -> list[RegistryEvent]:
    """What auditors said on claims, and what was answered; every later act names an earlier one."""
    events: list[RegistryEvent] = []
    found: list[str] = []
    recommended: list[tuple[str, str]] = []
    for kind in draw(st.lists(st.sampled_from("offrcmmau"), max_size=9)):
        number = len(events)
        sealed = draw(st.booleans())
        match kind:
            case "f":
                name = f"F-{number}"
                found.append(name)
                hidden: dict[str, Any] = {"finding": makers.sealed("found", visibility="auditors")}
                events.append(
                    makers.finding_issued(code, finding_id=name, **(hidden if sealed else {}))
                )
            case "r" if found:
                name = draw(st.sampled_from(found))
                hidden = {"response": makers.sealed("said", visibility="secretariat")}
                events.append(
                    makers.finding_responded(code, finding_id=name, **(hidden if sealed else {}))
                )
            case "c" if found:
                events.append(makers.finding_closed(code, finding_id=found.pop()))
            case "m" if found:
                named: dict[str, Any] = {
                    "finding_id": draw(st.sampled_from(found)),
                    "recommendation_id": f"R-{number}",
                }
                recommended.append((named["finding_id"], named["recommendation_id"]))
                events.append(makers.recommendation_issued(code, **named))
            case "a" | "u" if recommended:
                finding_id, recommendation_id = draw(st.sampled_from(recommended))
                named = {"finding_id": finding_id, "recommendation_id": recommendation_id}
                if kind == "a":
                    events.append(makers.recommendation_responded(code, **named))
                else:
                    day = draw(DAYS)
                    events.append(
                        makers.recommendation_followed_up(code, effective_on=day, **named)
                    )
            case _:
                events.append(makers.observation_recorded(code, observation_id=f"O-{number}"))
    return events


@st.composite
def plans(draw: st.DrawFn, code: str) -> list[RegistryEvent]:
    """A plan, and what followed on it; every later event names what there is."""
    events: list[RegistryEvent] = [makers.plan_registered(code)]
    promised: list[str] = []
    is_concluded = False
    for kind in draw(st.lists(st.sampled_from("rcdppw"), max_size=8)):
        match kind:
            case "r":
                events.append(makers.plan_revised(code, effective_on=draw(DAYS)))
            case "c" if not is_concluded:
                is_concluded = True
                events.append(makers.plan_concluded(code, effective_on=draw(DAYS)))
            case "p" if promised:
                reached = draw(st.sampled_from([[], [{"milestone_id": "M1"}]]))
                events.append(
                    makers.commitment_progress_reported(
                        code,
                        commitment_id=draw(st.sampled_from(promised)),
                        effective_on=draw(DAYS),
                        implementation_status=draw(STATUSES),
                        milestones_reached=[{**one, "reached_on": draw(DAYS)} for one in reached],
                    )
                )
            case "w" if promised:
                events.append(
                    makers.commitment_withdrawn(
                        code, commitment_id=promised.pop(), effective_on=draw(DAYS)
                    )
                )
            case _:
                commitment_id = f"C-{len(events):02}"
                promised.append(commitment_id)
                events.append(
                    makers.commitment_declared(
                        code,
                        commitment_id=commitment_id,
                        effective_on=draw(DAYS),
                        target_on=draw(DAYS),
                        pillars=draw(PILLARS),
                    )
                )
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
def assistance(draw: st.DrawFn) -> list[RegistryEvent]:
    """Needs and offers, some brought together, some concluded."""
    events: list[RegistryEvent] = []
    needs: list[tuple[str, str]] = []
    offers: list[tuple[str, str]] = []
    for kind in draw(st.lists(st.sampled_from("nnoommc"), max_size=9)):
        code, name = draw(st.sampled_from(CODES)), f"A-{len(events)}"
        said: dict[str, Any] = {
            "assistance_id": name,
            "effective_on": draw(DAYS),
            "stands_to": draw(st.none() | DAYS),
            "pillar": draw(st.sampled_from(("I", "II", "III", "IV"))),
        }
        match kind:
            case "o":
                offers.append((code, name))
                events.append(makers.assistance_offered(code, **said))
            case "m" if needs and offers:
                (code, need), (provider, offer) = (
                    draw(st.sampled_from(needs)),
                    draw(st.sampled_from(offers)),
                )
                events.append(
                    makers.assistance_matched(
                        code,
                        provider,
                        assistance_id=need,
                        offer_id=offer,
                        effective_on=draw(DAYS),
                    )
                )
            case "c" if needs:
                code, need = needs.pop()
                events.append(
                    makers.assistance_concluded(code, assistance_id=need, effective_on=draw(DAYS))
                )
            case _:
                needs.append((code, name))
                events.append(makers.assistance_requested(code, **said))
    return events


@st.composite
def evidence(draw: st.DrawFn, code: str) -> list[RegistryEvent]:
    """Files put forward, in each other's place, withdrawn, destroyed; every act names one."""
    events: list[RegistryEvent] = []
    latest: dict[str, str] = {}
    destroyed: set[str] = set()
    for kind in draw(st.lists(st.sampled_from("ddrrwx"), max_size=7)):
        digest = makers.bytes_digest(f"{code} {len(events)}")
        hidden = {"description": makers.sealed("what", visibility="secretariat")}
        more = hidden if draw(st.booleans()) else {}
        if kind == "d" or not latest:
            name = f"E-{len(events)}"
            latest[name] = digest
            events.append(makers.evidence_deposited(code, evidence_id=name, digest=digest, **more))
            continue
        name = draw(st.sampled_from(sorted(latest)))
        named = {"evidence_id": name}
        if kind == "r":
            before, latest[name] = latest[name], digest
            events.append(
                makers.evidence_revised(code, replaces=before, digest=digest, **named, **more)
            )
        elif kind == "w":
            digest = latest.pop(name)
            events.append(makers.evidence_withdrawn(code, digest=digest, **named))
        elif latest[name] not in destroyed:
            destroyed.add(latest[name])
            events.append(makers.evidence_redacted(code, digest=latest[name], **named))
    return events


@st.composite
def obligations(draw: st.DrawFn, code: str) -> list[RegistryEvent]:
    """More time, each longer than the one before, and reminders."""
    events: list[RegistryEvent] = []
    for kind in draw(st.lists(st.sampled_from("er"), max_size=3)):
        if kind == "e":
            due_on = date(2026, 8, 1 + len(events))
            events.append(makers.extension_granted(code, due_on=due_on))
        else:
            events.append(makers.reminder_sent(code, sent_on=date(2026, 6, 1 + len(events))))
    return events


@st.composite
def histories(draw: st.DrawFn) -> list[RegistryEvent]:
    """The lives of some participants, interleaved, between cycles and plans."""
    queues = [draw(lives(code)) for code in draw(st.sets(st.sampled_from(CODES), min_size=1))]
    queues.append([makers.cycle_opened("2026"), makers.cycle_opened("2027")])
    if draw(st.booleans()):
        queues[-1].append(makers.cycle_closed("2026"))
    queues.append([makers.methodology_published(), makers.instrument_edition_published()])
    queues.append([makers.ruleset_published(), makers.rule_deactivated()])
    queues += [draw(plans(code)) for code in CODES[:2]]
    queues.append([makers.succession_notified("ZZF")])
    queues.append(draw(auditors()))
    queues.append(draw(assistance()))
    return list(_interleaved(draw, queues))


def _interleaved(draw: st.DrawFn, queues: list[list[RegistryEvent]]) -> Iterator[RegistryEvent]:
    left = [queue[::-1] for queue in queues if queue]
    while left:
        queue = draw(st.sampled_from(left))
        yield queue.pop()
        left = [one for one in left if one]
