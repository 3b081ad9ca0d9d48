"""Values that several events share."""

from datetime import date
from typing import Annotated, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

ParticipantCode: TypeAlias = Annotated[
    str, StringConstraints(pattern=r"^([A-Z]{3}|ORG-[A-Z0-9]{2,12})$")
]
"""ISO 3166-1 alpha-3, or `ORG-` and the organisation's id."""

Kind: TypeAlias = Literal["state", "organisation"]
DatePrecision: TypeAlias = Literal["day", "month", "year", "inferred", "not_later_than", "unknown"]
ClaimStatus: TypeAlias = Literal["confirmed", "probable", "unconfirmed"]
Origin: TypeAlias = Literal["submission", "illustrative_compilation"]
ImplementationStatus: TypeAlias = Literal[
    "not_started", "planned", "in_progress", "largely_in_place", "in_place", "not_applicable"
]
LanguageMap: TypeAlias = dict[str, str]
"""Text by BCP 47 tag."""
Digest: TypeAlias = Annotated[str, StringConstraints(pattern=r"^sha256:[0-9a-f]{64}$")]


class Value(BaseModel):
    """Base of every event and of the values in them: immutable, and closed like its contract."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Source(Value):
    """Where a fact was found: a citation, and the day the source was published if known."""

    citation: str
    published_on: date | None = None


class Sealed(Value):
    """What stands in the log for a section that is not public (RFC 9901 construction)."""

    sealed: str
    """base64url SHA-256 of the disclosure `[salt, name, value]`."""
    visibility: Literal["participants", "auditors", "secretariat"] | None = None


class Passage(Value):
    """A text that everybody may read, where its section could have been sealed."""

    text: LanguageMap
    visibility: Literal["public"]


class Act(Value):
    """What every participation act says of itself."""

    participant: ParticipantCode
    received_on: date
    """The day the register received the notice."""
    effective_on: date | None = None
    """The legal day; with precision `month` or `year` its first day; `None` only when unknown."""
    date_precision: DatePrecision = "day"
    claim_status: ClaimStatus = "confirmed"
    sources: tuple[Source, ...] = Field(min_length=1)
