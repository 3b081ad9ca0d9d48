"""Rules of evidence, by example."""

from datetime import date
from typing import Any

import pytest

from contracts.events import EvidenceDeposited, EvidenceRevised
from services.kit.errors import Refused
from services.registry.domain import evidence
from services.registry.domain.circumstances import PeriodReversed
from services.registry.domain.evidence import (
    DECIDER,
    DepositEvidence,
    Held,
    RedactEvidence,
    ReviseEvidence,
    WithdrawEvidence,
)
from services.registry.domain.participation import NotAParticipant
from tests import makers
from tests.registry.domain.asking import circumstances
from tests.spec import given

SIGNED = makers.signature_recorded()
DEPOSITED = makers.evidence_deposited()
REVISED = makers.evidence_revised()
SIGNED_DIGEST = makers.bytes_digest(makers.SIGNED_FILE)
WITHDRAWN = makers.evidence_withdrawn()
REDACTED = makers.evidence_redacted()


def found_in(forward: EvidenceDeposited | EvidenceRevised) -> Held:
    return Held(media_type=forward.media_type, size_bytes=forward.size_bytes)


def deposit(**changes: Any) -> DepositEvidence:
    made = makers.evidence_deposited(**changes)
    return DepositEvidence(deposited=made, held=found_in(made), circumstances=circumstances())


def revise(**changes: Any) -> ReviseEvidence:
    made = makers.evidence_revised(**changes)
    return ReviseEvidence(revised=made, held=found_in(made), circumstances=circumstances())


def withdraw(**changes: Any) -> WithdrawEvidence:
    return WithdrawEvidence(withdrawal=makers.evidence_withdrawn(**changes))


def redact(**changes: Any) -> RedactEvidence:
    return RedactEvidence(redaction=makers.evidence_redacted(**changes))


def test_a_participant_puts_bytes_forward_that_it_handed_in() -> None:
    given(SIGNED).when(deposit()).then(DEPOSITED)
    given(SIGNED, DEPOSITED).when(deposit()).then_nothing_happens()
    given().when(deposit()).then_refused(NotAParticipant)


@pytest.mark.parametrize(
    ("held", "refusal"),
    [
        (None, evidence.NotHandedIn),
        (Held(media_type="application/pdf", size_bytes=36), evidence.NotAsHandedIn),
        (Held(media_type="text/plain", size_bytes=35), evidence.NotAsHandedIn),
    ],
)
def test_what_is_said_of_bytes_is_what_was_found_in_them(
    held: Held | None, refusal: type[Refused]
) -> None:
    command = DepositEvidence(deposited=DEPOSITED, held=held, circumstances=circumstances())
    given(SIGNED).when(command).then_refused(refusal)


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"collected_on": date(2026, 11, 22)}, evidence.CollectedInTheFuture),
        ({"valid_to": date(2026, 2, 28)}, PeriodReversed),
    ],
)
def test_evidence_is_of_what_has_happened(changes: dict[str, Any], refusal: type[Refused]) -> None:
    given(SIGNED).when(deposit(**changes)).then_refused(refusal)


def test_bytes_and_ids_are_used_once() -> None:
    history = (SIGNED, DEPOSITED)
    other = makers.bytes_digest("other")
    given(*history).when(deposit(digest=other)).then_refused(evidence.EvidenceIdTaken)
    given(*history).when(deposit(evidence_id="E-2")).then_refused(evidence.PutForwardAlready)
    second = makers.evidence_deposited(evidence_id="E-2", digest=other)
    given(*history).when(deposit(evidence_id="E-2", digest=other)).then(second)


def test_other_bytes_take_the_place_of_the_latest() -> None:
    given(SIGNED, DEPOSITED).when(revise()).then(REVISED)
    history = (SIGNED, DEPOSITED, REVISED)
    third = makers.bytes_digest("third")
    given(*history).when(revise(digest=third)).then_refused(evidence.NotTheLatest)
    again = makers.evidence_revised(digest=third, replaces=SIGNED_DIGEST)
    given(*history).when(revise(digest=third, replaces=SIGNED_DIGEST)).then(again)
    given(SIGNED).when(revise()).then_refused(evidence.NoSuchEvidence)


def test_a_piece_is_withdrawn_once_and_by_its_latest_bytes() -> None:
    given(SIGNED, DEPOSITED).when(withdraw()).then(WITHDRAWN)
    revised = (SIGNED, DEPOSITED, REVISED)
    given(*revised).when(withdraw()).then_refused(evidence.NotTheLatest)
    withdrawn = (SIGNED, DEPOSITED, WITHDRAWN)
    other = withdraw(reason={"en": "Another reason."})
    given(*withdrawn).when(other).then_refused(evidence.EvidenceIsWithdrawn)
    given(*withdrawn).when(revise()).then_refused(evidence.EvidenceIsWithdrawn)


def test_bytes_are_destroyed_whatever_became_of_the_piece_and_do_not_come_back() -> None:
    for history in (
        (SIGNED, DEPOSITED),
        (SIGNED, DEPOSITED, REVISED),
        (SIGNED, DEPOSITED, WITHDRAWN),
    ):
        given(*history).when(redact()).then(REDACTED)
    destroyed = (SIGNED, DEPOSITED, REDACTED)
    other = redact(reference="Request 6/2026")
    given(*destroyed).when(other).then_refused(evidence.BytesWereDestroyed)
    given(*destroyed).when(deposit(evidence_id="E-2")).then_refused(evidence.BytesWereDestroyed)
    given(SIGNED).when(redact()).then_refused(evidence.NoSuchEvidence)


def test_what_stands_and_what_is_to_be_held_follow_from_what_was_recorded() -> None:
    first, signed = makers.bytes_digest(), SIGNED_DIGEST
    for events, standing, held in (
        ((DEPOSITED,), {first}, {first}),
        ((DEPOSITED, REVISED), {signed}, {first, signed}),
        ((DEPOSITED, WITHDRAWN), set(), {first}),
        ((DEPOSITED, REVISED, REDACTED), {signed}, {signed}),
    ):
        state = DECIDER.fold(events)
        assert state.standing == standing
        assert state.digests == held
