"""Actions on findings, assistance and evidence: allowed exactly where the registry takes them."""

from collections.abc import Mapping
from datetime import date

import pytest

from contracts.events import RegistryEvent
from tests import makers
from tests.reporting import attempts, attempts_of_others
from tests.reporting.answering import Told

BEFORE = (
    makers.signature_recorded("ZZA"),
    makers.signature_recorded("ZZB"),
    makers.cycle_opened("2026"),
    makers.report_submitted(),
)
FOUND = (makers.observation_recorded(), makers.finding_issued())
RECOMMENDED = (*FOUND, makers.recommendation_issued())
CLOSED = makers.finding_closed(outcome="withdrawn")
NEED, OFFER = makers.assistance_requested("ZZA"), makers.assistance_offered("ZZB")
DEPOSITED, REVISED = makers.evidence_deposited(), makers.evidence_revised()
LATEST = {"digest": makers.bytes_digest(makers.SIGNED_FILE)}

HISTORIES: Mapping[str, tuple[RegistryEvent, ...]] = {
    "a finding": FOUND,
    "answered": (*FOUND, makers.finding_responded()),
    "closed": (*FOUND, makers.finding_responded(), CLOSED),
    "something recommended": RECOMMENDED,
    "answered and followed up": (
        *RECOMMENDED,
        makers.recommendation_responded(),
        makers.recommendation_followed_up(),
    ),
    "recommended and closed": (*RECOMMENDED, CLOSED),
    "the claim was corrected": (*RECOMMENDED, makers.corrigendum_filed()),
    "the report was withdrawn": (*RECOMMENDED, makers.report_withdrawn()),
    "a need and an offer": (NEED, OFFER),
    "matched": (NEED, OFFER, makers.assistance_matched()),
    "delivered": (NEED, OFFER, makers.assistance_matched(), makers.assistance_concluded()),
    "ends later": (NEED, makers.assistance_concluded(effective_on=date(2027, 1, 1))),
    "lapsed": (makers.assistance_requested("ZZA", stands_to=date(2026, 3, 1)),),
    "still to stand": (makers.assistance_requested("ZZA", effective_on=date(2027, 3, 1)),),
    "an offer ended": (
        OFFER,
        makers.assistance_concluded("ZZB", assistance_id=OFFER.assistance_id, outcome="withdrawn"),
    ),
    "a file": (DEPOSITED,),
    "expired": (makers.evidence_deposited(valid_to=date(2026, 4, 1)),),
    "another in its place": (DEPOSITED, REVISED),
    "withdrawn": (DEPOSITED, makers.evidence_withdrawn()),
    "another in its place, withdrawn": (DEPOSITED, REVISED, makers.evidence_withdrawn(**LATEST)),
    "destroyed": (DEPOSITED, makers.evidence_redacted()),
    "the first destroyed": (DEPOSITED, REVISED, makers.evidence_redacted()),
    "withdrawn and destroyed": (
        DEPOSITED,
        makers.evidence_withdrawn(),
        makers.evidence_redacted(),
    ),
}


@pytest.mark.parametrize("name", HISTORIES)
def test_an_action_is_allowed_exactly_where_the_rules_take_it(told: Told, name: str) -> None:
    history = (*BEFORE, *HISTORIES[name])
    told.tell(*history)
    beside = (*history, *attempts_of_others.BESIDE)
    found = list(attempts_of_others.each(told, attempts.Told(history)))
    assert found
    for action, tried in found:
        assert action["allowed"] is attempts.is_taken(beside, tried), action
        assert (action["reason"] is None) is action["allowed"], action


def test_reasons_say_what_stands_in_the_way(told: Told) -> None:
    told.tell(
        *BEFORE,
        *RECOMMENDED,
        CLOSED,
        *(NEED, OFFER, makers.assistance_concluded(outcome="withdrawn")),
        *(DEPOSITED, REVISED, makers.evidence_redacted(), makers.evidence_withdrawn(**LATEST)),
    )
    asked = attempts.Told(())
    reasons = {
        (action["rel"], action["reason"]) for action, _ in attempts_of_others.each(told, asked)
    }
    assert reasons == {
        ("respond-to-finding", "The finding was closed on 2025-12-31."),
        ("issue-recommendation", "The finding was closed on 2025-12-31."),
        ("close-finding", "The finding was closed on 2025-12-31."),
        ("respond-to-recommendation", "The finding was closed on 2025-12-31."),
        ("follow-up-recommendation", "The finding was closed on 2025-12-31."),
        ("match-assistance", None),
        ("conclude-assistance", "It was concluded already; its last day is 2026-10-31."),
        ("conclude-assistance", None),
        ("revise-evidence", "Other bytes have taken the place of these."),
        ("revise-evidence", "The piece of evidence was withdrawn."),
        ("withdraw-evidence", "Other bytes have taken the place of these."),
        ("withdraw-evidence", "The piece of evidence was withdrawn."),
        ("redact-evidence", "The bytes were destroyed."),
        ("redact-evidence", None),
    }
