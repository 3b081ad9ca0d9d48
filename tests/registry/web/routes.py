"""Registry web: every operation with a request that works; a route without a row fails a test."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """A read that answers 200."""

    target: str
    by: str | None = None
    parameters: tuple[str, ...] = ()
    """Query parameters that are whole numbers from 0 or 1 on."""


def _signed(registry: RunningRegistry) -> None:
    registry.sign()


def _cycles(registry: RunningRegistry) -> None:
    registry.sign()
    registry.open_cycle("2025")
    registry.open_cycle("2026")


def _submitted(registry: RunningRegistry) -> None:
    _cycles(registry)
    registry.record("/v1/reports", PUBLIC, by="ZZA")


PUBLIC = writes.submission(document=writes.document(statements={"P1": makers.statement()}))
"""A report without sealed sections: its digest is the same each time."""
DIGEST = makers.digest_of(PUBLIC["document"])

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
        "/v1/plans": Write(
            path="/v1/plans",
            body=body_of(makers.plan_registered()),
            setup=_signed,
            expected=0,
            contract="events/plan-registered",
        ),
        "/v1/cycles": Write(
            path="/v1/cycles",
            body=body_of(makers.cycle_opened()),
            setup=_signed,
            expected=0,
            contract="events/cycle-opened",
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
    }
)
"""By path in the OpenAPI document."""
QUESTIONS = {"/v1/validations"}
"""Asked by POST, and nothing is recorded: test_validations.py."""
REFUSED_BY_THE_RULES = {"/v1/reports/{report_id}/nothing-new"}
"""Whose body here is valid by contract, but names a report that is not there."""
SECRETARIAT_ONLY = {"/v1/cycles", "/v1/reports/{report_id}/decisions"}

READS: Mapping[str, Read] = MappingProxyType(
    {
        "/v1/events": Read(target="/v1/events?after=0", parameters=("after", "wait")),
        "/v1/export": Read(target="/v1/export"),
        "/checkpoint": Read(target="/checkpoint"),
        "/tile/{path}": Read(target="/tile/0/000.p/1"),
        "/v1/receipts/{position}": Read(target="/v1/receipts/1"),
        "/v1/proofs/inclusion": Read(
            target="/v1/proofs/inclusion?position=1&size=1", parameters=("position", "size")
        ),
        "/v1/proofs/consistency": Read(
            target="/v1/proofs/consistency?from=1&to=1", parameters=("from", "to")
        ),
        "/v1/disclosures": Read(
            target="/v1/disclosures?after=0", by="reporting", parameters=("after",)
        ),
        "/v1/disclosures/{position}": Read(target="/v1/disclosures/1", by="reporting"),
        "/contracts/{path}": Read(target="/contracts/feed/page/1.0.0/schema.json"),
        "/health/live": Read(target="/health/live"),
        "/health/ready": Read(target="/health/ready"),
        "/metrics": Read(target="/metrics"),
    }
)
