"""Registry web: every operation with a request that works; a route without a row fails a test."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Any

from contracts.events import RegistryEvent
from services.registry.intents.assistance import ASSISTANCE_ACTS, STATED
from services.registry.intents.cycles import CYCLE_ACTS
from services.registry.intents.evidence import EVIDENCE_ACTS
from services.registry.intents.obligations import EXTENSIONS, REMINDERS
from services.registry.intents.participation import ACTS
from services.registry.intents.people import (
    DELEGATION_EVENTS,
    ERASURES,
    FOCAL_POINT_EVENTS,
    MANDATE_EVENTS,
)
from services.registry.intents.plans import PLAN_ACTS
from services.registry.intents.publications import PUBLICATIONS
from tests import makers, writes
from tests.running_registry import RunningRegistry, body_of

Setup = Callable[[RunningRegistry], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Write:
    """A write that would be recorded, on a registry that was made ready for it."""

    path: str
    body: dict[str, Any]
    setup: Setup
    expected: int
    contract: str
    """Of the body; of acts, the contract of the event."""
    by: str = "secretariat"
    """Name of the token with which it is taken."""
    in_path: tuple[str, ...] = ()
    """Members of the event that stand in the path."""


def _signed(registry: RunningRegistry) -> None:
    registry.sign()


def _planned(registry: RunningRegistry) -> None:
    registry.sign()
    registry.record("/v1/plans", body_of(makers.plan_registered()))


def _designated(registry: RunningRegistry) -> None:
    registry.sign()
    registry.record("/v1/participants/ZZA/focal-points", writes.focal_point())


def _mandated(registry: RunningRegistry) -> None:
    _cycles(registry)
    registry.record("/v1/mandates", writes.mandate())


def _cycles(registry: RunningRegistry) -> None:
    registry.sign()
    registry.open_cycle("2025")
    registry.open_cycle("2026")


def _submitted(registry: RunningRegistry) -> None:
    _cycles(registry)
    registry.record("/v1/reports", PUBLIC)


def _taken_up(registry: RunningRegistry) -> None:
    _submitted(registry)
    body = writes.on_version(makers.review_opened(digest=DIGEST))
    registry.record("/v1/reports/ZZA-2026/reviews", body, expected=1)


def _asked(registry: RunningRegistry) -> None:
    _taken_up(registry)
    registry.record("/v1/reports/ZZA-2026/clarifications", writes.question(DIGEST), expected=2)


def _needed(registry: RunningRegistry) -> None:
    registry.sign()
    body = writes.act(makers.assistance_requested(), "")
    registry.record("/v1/assistance", body)


def _handed_in(registry: RunningRegistry) -> None:
    registry.sign()
    registry.hand_in(makers.FILE.encode())


def with_evidence(registry: RunningRegistry) -> None:
    """ZZA signed, and has put a file forward that everybody may read."""
    _handed_in(registry)
    registry.record("/v1/participants/ZZA/evidence", writes.act(makers.evidence_deposited()))


AUDITOR = "actor-auditor"
"""Id of the mandate of the auditor in these tests, who acts under it."""


def _examined(registry: RunningRegistry) -> None:
    _submitted(registry)
    registry.record("/v1/mandates", writes.mandate(AUDITOR))


def _found(registry: RunningRegistry) -> None:
    _examined(registry)
    acts: tuple[RegistryEvent, ...] = (OBSERVED, FOUND)
    for number, act in enumerate(acts):
        registry.record(
            "/v1/reports/ZZA-2026/findings",
            writes.audit_act(act),
            expected=number,
            by="auditor",
        )


PUBLIC = writes.submission(document=writes.document(statements={"P1": makers.statement()}))
"""A report without sealed sections: its digest is the same each time."""
DIGEST = makers.digest_of(PUBLIC["document"])
OBSERVED = makers.observation_recorded(digest=DIGEST)
FOUND = makers.finding_issued(digest=DIGEST)

WRITES: Mapping[str, Write] = MappingProxyType(
    {
        "/v1/participants/{code}/acts": Write(
            path="/v1/participants/ZZA/acts",
            body=writes.act(makers.participant_renamed()),
            setup=_signed,
            expected=1,
            contract="events/participant-renamed",
        ),
        "/v1/participants/{code}/focal-points": Write(
            path="/v1/participants/ZZA/focal-points",
            body=writes.focal_point(),
            setup=_signed,
            expected=0,
            contract="events/focal-point-designated",
        ),
        "/v1/participants/{code}/delegations": Write(
            path="/v1/participants/ZZA/delegations",
            body=writes.delegation(),
            setup=_designated,
            expected=1,
            contract="events/delegation-granted",
        ),
        "/v1/participants/{code}/erasures": Write(
            path="/v1/participants/ZZA/erasures",
            body=writes.erasure(),
            setup=_designated,
            expected=1,
            contract="events/personal-data-erased",
        ),
        "/v1/mandates": Write(
            path="/v1/mandates",
            body=writes.mandate(),
            setup=_cycles,
            expected=0,
            contract="events/mandate-granted",
        ),
        "/v1/mandates/{mandate_id}/erasures": Write(
            path="/v1/mandates/auditor-4Tw1/erasures",
            body=writes.auditor_erasure(),
            setup=_mandated,
            expected=1,
            contract="events/personal-data-erased",
            in_path=("participant", "person_id"),
        ),
        "/v1/plans": Write(
            path="/v1/plans",
            body=body_of(makers.plan_registered()),
            setup=_signed,
            expected=0,
            contract="events/plan-registered",
        ),
        "/v1/plans/{plan_id}/acts": Write(
            path="/v1/plans/ZZA-PLAN-1/acts",
            body=writes.plan_act(makers.commitment_declared()),
            setup=_planned,
            expected=1,
            contract="events/commitment-declared",
        ),
        "/v1/cycles": Write(
            path="/v1/cycles",
            body=body_of(makers.cycle_opened()),
            setup=_signed,
            expected=0,
            contract="events/cycle-opened",
        ),
        "/v1/cycles/{cycle_id}/acts": Write(
            path="/v1/cycles/2026/acts",
            body=writes.act(makers.cycle_closed(), "cycle_id"),
            setup=_cycles,
            expected=1,
            contract="events/cycle-closed",
        ),
        "/v1/cycles/{cycle_id}/extensions": Write(
            path="/v1/cycles/2026/extensions",
            body=writes.act(makers.extension_granted(due_on=date(2026, 12, 31)), "cycle_id"),
            setup=_cycles,
            expected=0,
            contract="events/extension-granted",
        ),
        "/v1/cycles/{cycle_id}/reminders": Write(
            path="/v1/cycles/2026/reminders",
            body=writes.act(makers.reminder_sent(channel="correspondence"), "cycle_id"),
            setup=_cycles,
            expected=0,
            contract="events/reminder-sent",
        ),
        "/v1/publications": Write(
            path="/v1/publications",
            body=writes.publication(),
            setup=_signed,
            expected=0,
            contract="events/methodology-published",
        ),
        "/v1/reports": Write(
            path="/v1/reports",
            body=writes.submission(),
            setup=_cycles,
            expected=0,
            contract="requests/report-submission",
        ),
        "/v1/reports/{report_id}/corrigenda": Write(
            path="/v1/reports/ZZA-2026/corrigenda",
            body=writes.corrigendum(),
            setup=_submitted,
            expected=1,
            contract="requests/corrigendum-filing",
        ),
        "/v1/reports/{report_id}/nothing-new": Write(
            path="/v1/reports/ZZA-2026/nothing-new",
            body=writes.nothing_new(),
            setup=_cycles,
            expected=0,
            contract="requests/nothing-new-declaration",
        ),
        "/v1/reports/{report_id}/decisions": Write(
            path="/v1/reports/ZZA-2026/decisions",
            body=writes.decision("returned", DIGEST),
            setup=_submitted,
            expected=1,
            contract="requests/review-decision",
        ),
        "/v1/reports/{report_id}/reviews": Write(
            path="/v1/reports/ZZA-2026/reviews",
            body=writes.on_version(makers.review_opened(digest=DIGEST)),
            setup=_submitted,
            expected=1,
            contract="events/review-opened",
            in_path=writes.OF_THE_REPORT,
        ),
        "/v1/reports/{report_id}/clarifications": Write(
            path="/v1/reports/ZZA-2026/clarifications",
            body=writes.question(DIGEST),
            setup=_taken_up,
            expected=2,
            contract="events/clarification-requested",
            in_path=writes.OF_THE_REPORT,
        ),
        "/v1/reports/{report_id}/clarifications/{clarification_id}/answers": Write(
            path="/v1/reports/ZZA-2026/clarifications/Q1/answers",
            body=writes.answer(DIGEST),
            setup=_asked,
            expected=3,
            contract="events/clarification-provided",
            in_path=(*writes.OF_THE_REPORT, "clarification_id"),
        ),
        "/v1/reports/{report_id}/withdrawal": Write(
            path="/v1/reports/ZZA-2026/withdrawal",
            body=writes.on_version(makers.report_withdrawn(digest=DIGEST)),
            setup=_submitted,
            expected=1,
            contract="events/report-withdrawn",
            in_path=writes.OF_THE_REPORT,
        ),
        "/v1/reports/{report_id}/publication": Write(
            path="/v1/reports/ZZA-2026/publication",
            body=writes.on_version(makers.publication_restricted(digest=DIGEST)),
            setup=_submitted,
            expected=1,
            contract="events/publication-restricted",
            in_path=writes.OF_THE_REPORT,
        ),
        "/v1/reports/{report_id}/findings": Write(
            path="/v1/reports/ZZA-2026/findings",
            body=writes.audit_act(OBSERVED),
            setup=_examined,
            expected=0,
            contract="events/observation-recorded",
            by="auditor",
            in_path=(*writes.OF_THE_REPORT, "mandate_id"),
        ),
        "/v1/participants/{code}/evidence": Write(
            path="/v1/participants/ZZA/evidence",
            body=writes.act(makers.evidence_deposited()),
            setup=_handed_in,
            expected=0,
            contract="events/evidence-deposited",
        ),
        "/v1/assistance": Write(
            path="/v1/assistance",
            body=writes.act(makers.assistance_requested(), ""),
            setup=_signed,
            expected=0,
            contract="events/assistance-requested",
        ),
        "/v1/assistance/{assistance_id}/acts": Write(
            path="/v1/assistance/ZZA-NEED-1/acts",
            body=writes.act(makers.assistance_concluded(outcome="withdrawn"), "assistance_id"),
            setup=_needed,
            expected=1,
            contract="events/assistance-concluded",
        ),
        "/v1/reports/{report_id}/responses": Write(
            path="/v1/reports/ZZA-2026/responses",
            body=writes.on_version(makers.finding_responded()),
            setup=_found,
            expected=2,
            contract="events/finding-responded",
            in_path=writes.OF_THE_REPORT,
        ),
    }
)
"""By path in the OpenAPI document."""
QUESTIONS = {"/v1/validations", "/v1/participants/{code}/evidence-files"}
"""Asked by POST, and nothing is recorded: test_validations.py, test_evidence.py."""
REFUSED_BY_THE_RULES = {"/v1/reports/{report_id}/nothing-new"}
"""Whose body here is valid by contract, but names a report that is not there."""
SECRETARIAT_ONLY = {
    "/v1/participants/{code}/erasures",
    "/v1/mandates",
    "/v1/mandates/{mandate_id}/erasures",
    "/v1/cycles",
    "/v1/cycles/{cycle_id}/acts",
    "/v1/cycles/{cycle_id}/extensions",
    "/v1/cycles/{cycle_id}/reminders",
    "/v1/publications",
    "/v1/reports/{report_id}/decisions",
    "/v1/reports/{report_id}/reviews",
    "/v1/reports/{report_id}/clarifications",
    "/v1/reports/{report_id}/findings",
}
IN_PATH: Mapping[str, str] = MappingProxyType(
    {
        **dict.fromkeys(
            ACTS | FOCAL_POINT_EVENTS | DELEGATION_EVENTS | ERASURES | EVIDENCE_ACTS, "participant"
        ),
        **dict.fromkeys(PLAN_ACTS, "plan_id"),
        **dict.fromkeys(CYCLE_ACTS | EXTENSIONS | REMINDERS, "cycle_id"),
        **dict.fromkeys(ASSISTANCE_ACTS, "assistance_id"),
        **dict.fromkeys(PUBLICATIONS | MANDATE_EVENTS | STATED, ""),
    }
)
"""Of events that are sent with their `type`: the member that stands in the path, if any."""
