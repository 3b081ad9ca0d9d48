"""Plans: national and regional plans under the Code."""

from datetime import date
from typing import Literal

from contracts.events.shared import LanguageMap, ParticipantCode, Source, Value


class PlanRegistered(Value):
    """A participant registered a national or regional plan."""

    plan_id: str
    participant: ParticipantCode
    scope: Literal["national", "regional"]
    title: LanguageMap
    adopted_on: date | None = None
    period_from: date
    period_to: date | None = None
    pillars: tuple[str, ...]
    postulates: tuple[str, ...]
    lead_body: str | None = None
    monitoring_body: str | None = None
    reference: str | None = None
    origin: Literal["submission", "illustrative_compilation"] = "submission"
    sources: tuple[Source, ...] = ()
