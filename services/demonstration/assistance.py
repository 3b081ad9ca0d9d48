"""What help fictitious participants need and offer, what was brought together, and how it ended."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import NamedTuple, TypeAlias

from services.demonstration.fictitious import SECRETARIAT, SOURCE, Body, focal_point_id


class Stated(NamedTuple):
    """A need or an offer."""

    assistance_id: str
    unit: str
    pillar: str
    kind: str
    languages: str
    text: str
    visibility: str = "public"

    @property
    def participant(self) -> str:
        """Whose it is."""
        return self.assistance_id.partition("-")[0]

    @property
    def is_need(self) -> bool:
        """Whether it is a need; otherwise it is an offer."""
        return "-NEED-" in self.assistance_id


STATED = (
    Stated("ZZA-NEED-1", "P7", "I", "good_practices", "en fr", "Courses for secondary schools."),
    Stated("ZZA-NEED-2", "P6", "IV", "legal_advice", "en", "Safeguards where data is kept."),
    Stated("ZZB-NEED-1", "P5", "II", "legislative_drafting", "en es", "An extradition act."),
    Stated(
        *("ZZB-NEED-2", "P6", "III", "training", "es", "Forty officers of joint patrols."),
        visibility="participants",
    ),
    Stated("ZZC-NEED-1", "P1", "II", "model_legislation", "en", "Two instruments to accede to."),
    Stated("ZZC-NEED-2", "P3", "I", "action_plan", "ar en", "Prevention at the level of towns."),
    Stated("ZZA-OFFER-1", "P5", "II", "legislative_drafting", "en fr", "Two drafters for a month."),
    Stated("ZZA-OFFER-2", "P10", "III", "training", "en", "Ten seats at the yearly seminar."),
    Stated("ZZB-OFFER-1", "P7", "I", "good_practices", "en es", "What was learnt from referrals."),
    Stated("ZZC-OFFER-1", "P6", "III", "equipment", "en", "Readers for passports, as a loan."),
)
_MATCHES = (("ZZA-NEED-1", "ZZB-OFFER-1"), ("ZZB-NEED-1", "ZZA-OFFER-1"))
_MET = "ZZA-NEED-1"

Act: TypeAlias = tuple[str, str, Body, str]
"""The need or offer, what happens, the body, who says it."""


def statements(today: date) -> Iterator[Act]:
    """Give every need and offer."""
    for one in STATED:
        section = "request" if one.is_need else "offer"
        body = {
            "type": "assistance-requested" if one.is_need else "assistance-offered",
            "assistance_id": one.assistance_id,
            "participant": one.participant,
            "effective_on": _before(today, 90),
            "unit": one.unit,
            "pillar": one.pillar,
            "assistance_type": one.kind,
            "languages": one.languages.split(),
            section: {"text": {"en": one.text}, "visibility": one.visibility},
        }
        does = "needs" if one.is_need else "offers"
        title = f"{one.participant} {does} {one.kind.replace('_', ' ')}"
        yield one.assistance_id, title, body, focal_point_id(one.participant)


def acts(today: date) -> Iterator[Act]:
    """Give what is brought together, and the end of a need that was met."""
    for number, (need, offer) in enumerate(_MATCHES, start=1):
        matched = {
            "type": "assistance-matched",
            "participant": need.partition("-")[0],
            "offer_id": offer,
            "provider": offer.partition("-")[0],
            "effective_on": _before(today, 60),
            "reference": f"{SOURCE}: match {number}",
        }
        yield need, f"{need} matched with {offer}", matched, SECRETARIAT
    whose = _MET.partition("-")[0]
    ended = {
        "type": "assistance-concluded",
        "participant": whose,
        "effective_on": _before(today, 5),
        "outcome": "delivered",
        "conclusion": {"text": {"en": "Three courses were put together."}, "visibility": "public"},
    }
    yield _MET, f"{_MET} concluded", ended, focal_point_id(whose)


def _before(today: date, days: int) -> str:
    return (today - timedelta(days=days)).isoformat()
