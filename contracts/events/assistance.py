"""Assistance: what help participants need and offer, what fits together, and how it ended."""

from datetime import date
from typing import Literal, TypeAlias

from contracts.events.shared import ParticipantCode, Passage, Sealed, Value

AssistanceType: TypeAlias = Literal[
    "good_practices",
    "model_legislation",
    "legislative_drafting",
    "legal_advice",
    "on_site_expert",
    "action_plan",
    "training",
    "equipment",
    "other",
]


class AssistanceStated(Value):
    """What a need and an offer both say: for one reporting unit and one pillar."""

    assistance_id: str
    """Of its own in the whole register, for needs and offers alike."""
    participant: ParticipantCode
    effective_on: date
    """The day from which it stands."""
    stands_to: date | None = None
    """The last day on which it stands unless concluded before; `None`: open."""
    unit: str
    pillar: str
    assistance_type: AssistanceType
    languages: tuple[str, ...]
    """BCP 47 tags in which help can be given."""


class AssistanceRequested(AssistanceStated):
    """A participant said what help it needs."""

    request: Passage | Sealed


class AssistanceOffered(AssistanceStated):
    """A participant said what help it offers."""

    offer: Passage | Sealed


class AssistanceMatched(Value):
    """The secretariat brought a need and an offer together."""

    assistance_id: str
    """The need."""
    participant: ParticipantCode
    """Whose need it is."""
    offer_id: str
    provider: ParticipantCode
    """Whose offer it is."""
    effective_on: date
    reference: str


class AssistanceConcluded(Value):
    """A need or an offer ended."""

    assistance_id: str
    participant: ParticipantCode
    effective_on: date
    """Its last day."""
    outcome: Literal["delivered", "partly_delivered", "not_delivered", "withdrawn"]
    conclusion: Passage | Sealed
