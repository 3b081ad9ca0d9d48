"""Rules of assistance, by example."""

from datetime import date, timedelta
from typing import Any

import pytest

from contracts.events import AssistanceConcluded, AssistanceMatched, RegistryEvent
from services.kit.errors import Refused
from services.registry.domain import assistance, openness
from services.registry.domain.assistance import (
    ConcludeAssistance,
    MatchAssistance,
    StateAssistance,
    Stated,
)
from services.registry.domain.circumstances import PeriodReversed
from services.registry.domain.participation import NotAParticipant
from tests import makers
from tests.registry.domain.asking import circumstances
from tests.spec import given

SIGNED = (makers.signature_recorded(), makers.signature_recorded("ZZB"))
NEED = makers.assistance_requested()
OFFER = makers.assistance_offered()
MATCH = makers.assistance_matched()
CONCLUDED = makers.assistance_concluded()
BOTH = (*SIGNED, NEED, OFFER)


def state(stated: Stated) -> StateAssistance:
    return StateAssistance(stated=stated, circumstances=circumstances())


def match(matched: AssistanceMatched = MATCH) -> MatchAssistance:
    return MatchAssistance(match=matched)


def conclude(conclusion: AssistanceConcluded = CONCLUDED) -> ConcludeAssistance:
    return ConcludeAssistance(conclusion=conclusion)


@pytest.mark.parametrize("stated", [NEED, OFFER])
def test_a_participant_says_what_it_needs_or_offers(stated: Stated) -> None:
    given(*SIGNED).when(state(stated)).then(stated)
    given(*SIGNED, stated).when(state(stated)).then_nothing_happens()


@pytest.mark.parametrize(
    ("history", "changes", "refusal"),
    [
        ((), {}, NotAParticipant),
        (SIGNED, {"unit": "P99"}, assistance.UnknownUnit),
        (SIGNED, {"unit": "P8"}, assistance.UnknownUnit),
        (SIGNED, {"stands_to": date(2026, 1, 31)}, PeriodReversed),
        (BOTH, {"pillar": "I"}, assistance.AssistanceIdTaken),
        (BOTH, {"assistance_id": "ZZB-OFFER-1"}, assistance.AssistanceIdTaken),
    ],
)
def test_a_need_is_somebodys_and_for_something_that_is_reported_on(
    history: tuple[RegistryEvent, ...], changes: dict[str, Any], refusal: type[Refused]
) -> None:
    given(*history).when(state(makers.assistance_requested(**changes))).then_refused(refusal)


def test_the_secretariat_brings_a_need_and_an_offer_together() -> None:
    given(*BOTH).when(match()).then(MATCH)
    given(*BOTH, MATCH).when(match()).then_nothing_happens()


def test_an_offer_may_serve_several_needs_and_a_need_have_several_offers() -> None:
    second = makers.assistance_offered(assistance_id="ZZB-OFFER-2")
    also = makers.assistance_matched(offer_id="ZZB-OFFER-2")
    given(*BOTH, MATCH, second).when(match(also)).then(also)


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"assistance_id": "ZZA-NEED-9"}, assistance.NoSuchAssistance),
        ({"participant": "ZZC"}, assistance.NoSuchAssistance),
        ({"offer_id": "ZZB-OFFER-9"}, assistance.NoSuchAssistance),
        ({"provider": "ZZC"}, assistance.NoSuchAssistance),
        ({"offer_id": "ZZA-NEED-1", "provider": "ZZA"}, assistance.NeedAndOfferMixedUp),
        (
            {
                "assistance_id": "ZZB-OFFER-1",
                "participant": "ZZB",
                "offer_id": "ZZA-NEED-1",
                "provider": "ZZA",
            },
            assistance.NeedAndOfferMixedUp,
        ),
        ({"effective_on": date(2026, 1, 31)}, assistance.DoesNotStand),
    ],
)
def test_a_match_names_a_need_and_an_offer_that_stand(
    changes: dict[str, Any], refusal: type[Refused]
) -> None:
    given(*BOTH).when(match(makers.assistance_matched(**changes))).then_refused(refusal)


def test_nobody_is_matched_with_itself_or_twice_with_the_same_offer() -> None:
    own = makers.assistance_offered("ZZA")
    itself = makers.assistance_matched("ZZA", "ZZA")
    given(*BOTH, own).when(match(itself)).then_refused(assistance.MatchedWithItself)
    again = makers.assistance_matched(effective_on=date(2026, 4, 1))
    given(*BOTH, MATCH).when(match(again)).then_refused(assistance.AlreadyMatched)


def test_what_has_ended_is_not_matched() -> None:
    ended = makers.assistance_concluded(
        "ZZB", assistance_id="ZZB-OFFER-1", effective_on=date(2026, 2, 20), outcome="withdrawn"
    )
    given(*BOTH, ended).when(match()).then_refused(assistance.DoesNotStand)
    short = makers.assistance_requested(stands_to=date(2026, 2, 28))
    given(*SIGNED, short, OFFER).when(match()).then_refused(assistance.DoesNotStand)


def test_a_need_and_an_offer_are_concluded() -> None:
    given(*BOTH, MATCH).when(conclude()).then(CONCLUDED)
    ended = makers.assistance_concluded("ZZB", assistance_id="ZZB-OFFER-1")
    given(*BOTH).when(conclude(ended)).then(ended)


@pytest.mark.parametrize("outcome", ["delivered", "partly_delivered"])
def test_nothing_was_delivered_to_a_need_that_nothing_was_matched_with(outcome: str) -> None:
    ended = makers.assistance_concluded(outcome=outcome)
    given(*BOTH).when(conclude(ended)).then_refused(assistance.NothingWasMatched)
    withdrawn = makers.assistance_concluded(outcome="withdrawn")
    given(*BOTH).when(conclude(withdrawn)).then(withdrawn)


def test_nothing_was_delivered_before_the_day_of_the_match() -> None:
    early = makers.assistance_concluded(effective_on=MATCH.effective_on - timedelta(days=1))
    given(*BOTH, MATCH).when(conclude(early)).then_refused(assistance.NothingWasMatched)
    same_day = makers.assistance_concluded(effective_on=MATCH.effective_on)
    given(*BOTH, MATCH).when(conclude(same_day)).then(same_day)


def test_a_need_is_concluded_once_and_not_before_it_stood() -> None:
    given(*SIGNED).when(conclude()).then_refused(assistance.NoSuchAssistance)
    early = makers.assistance_concluded(effective_on=date(2026, 1, 31))
    given(*BOTH, MATCH).when(conclude(early)).then_refused(assistance.EndedBeforeItStood)
    other = makers.assistance_concluded(outcome="partly_delivered")
    given(*BOTH, MATCH, CONCLUDED).when(conclude(other)).then_refused(assistance.AlreadyEnded)


def test_a_conclusion_is_as_restricted_as_what_it_ends() -> None:
    hidden = makers.assistance_requested(request=makers.sealed("x", visibility="secretariat"))
    history = (*SIGNED, hidden, OFFER, MATCH)
    given(*history).when(conclude()).then_refused(openness.MoreOpenThanItsSubject)
