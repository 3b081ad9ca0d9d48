"""Reads what may be asked: the two clocks, the language, the form, and a page of a list."""

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated, Literal, TypeAlias

from fastapi import Depends, Path, Query, Request

from services.kit.errors import Finding
from services.kit.problem import ParametersRefused
from services.reporting.queries.as_of import MAX_POSITION, AsOf, AtInstant, AtPosition
from services.reporting.queries.rows import Page
from services.reporting.web.opening import MOST_ENTRIES

_DAY = re.compile(r"[12][0-9]{3}-[0-9]{2}-[0-9]{2}")
_INSTANT = re.compile(
    r"([12][0-9]{3}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2})(\.[0-9]{1,9})?"
    r"(Z|[+ -][0-9]{2}:[0-9]{2})"
)
_MOMENT = (
    r"^((0|[1-9][0-9]{0,15})"
    r"|[12][0-9]{3}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])"
    r"(T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\.[0-9]{1,9})?(Z|[+-]([01][0-9]|2[0-3]):[0-5][0-9]))?)$"
)
"""What the OpenAPI document says of `as_of`; the calendar says more."""
_NUMBER = r"^(0|[1-9][0-9]{0,15})$"
_LANGUAGE = r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8}){0,4}$"
_DATE = r"^[12][0-9]{3}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$"

Code: TypeAlias = Annotated[
    str,
    Path(
        pattern=r"^([A-Z]{3}|ORG-[A-Z0-9]{2,12})$",
        description="ISO 3166-1 alpha-3 code of a State, or `ORG-` and an organisation's id.",
        examples=["ZZA", "ORG-ZZO"],
    ),
]
OrganisationPath: TypeAlias = Annotated[
    str,
    Path(
        pattern=r"^ORG-[A-Z0-9]{2,12}$",
        description="`ORG-` and the organisation's id.",
        examples=["ORG-ZZO"],
    ),
]
CyclePath: TypeAlias = Annotated[
    str,
    Path(
        pattern=r"^[A-Z0-9][A-Z0-9-]{1,19}$",
        description="Id of the reporting cycle.",
        examples=["2026"],
    ),
]
UnitPath: TypeAlias = Annotated[
    str,
    Path(
        pattern=r"^P[1-9][0-9]?(\.[a-z])?$",
        description="Reporting unit of the cycle's edition of the instrument.",
        examples=["P5", "P8.a"],
    ),
]
NumberPath: TypeAlias = Annotated[
    str,
    Path(
        pattern=r"^[1-9][0-9]{0,5}$",
        description="Number of the report version, from 1.",
        examples=["1"],
    ),
]
CycleQuery: TypeAlias = Annotated[
    str,
    Query(
        pattern=r"^[A-Z0-9][A-Z0-9-]{1,19}$",
        description="Id of the reporting cycle.",
        examples=["2026"],
    ),
]
CycleFilter: TypeAlias = Annotated[
    str | None,
    Query(
        pattern=r"^[A-Z0-9][A-Z0-9-]{1,19}$",
        description="Only what was said for this cycle.",
        examples=["2026"],
    ),
]
UnitFilter: TypeAlias = Annotated[
    str | None,
    Query(
        pattern=r"^P[1-9][0-9]?(\.[a-z])?$",
        description="Only what is under this reporting unit.",
        examples=["P5"],
    ),
]
PlanPath: TypeAlias = Annotated[
    str,
    Path(
        pattern=r"^[A-Z0-9][A-Z0-9-]{1,63}$",
        description="Id of the plan.",
        examples=["ZZA-PLAN-1"],
    ),
]
PlanQuery: TypeAlias = Annotated[
    str | None,
    Query(
        pattern=r"^[A-Z0-9][A-Z0-9-]{1,63}$",
        description="Only what is in this plan.",
        examples=["ZZA-PLAN-1"],
    ),
]
CodeQuery: TypeAlias = Annotated[
    str | None,
    Query(
        pattern=r"^([A-Z]{3}|ORG-[A-Z0-9]{2,12})$",
        description="Only this participant.",
        examples=["ZZA"],
    ),
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What every question may say."""

    as_of: AsOf
    as_of_text: str | None
    """As it was asked; `None` where it was omitted."""
    effective_on: date | None
    min_position: int | None
    language: str | None

    @property
    def is_fixed(self) -> bool:
        """Say whether the answer stays the same however the register grows."""
        return self.as_of is not None

    @property
    def follows_the_day(self) -> bool:
        """Say whether the answer is of today, whichever day that is."""
        at_nothing = self.as_of is None or self.as_of == AtPosition(0)
        return at_nothing and self.effective_on is None


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedList:
    """What a question for a list may say besides."""

    page: Page
    form: Literal["json", "csv"] | None
    """`None` leaves it to the `Accept` header."""


async def read_asked(
    request: Request,
    as_of: Annotated[
        str | None,
        Query(
            max_length=40,
            json_schema_extra={"pattern": _MOMENT},
            description="What the register knew: a log position (0 = nothing yet), an RFC 3339 "
            "instant with its offset, or a day (its end, UTC). Default: all that is known now.",
            examples=["1042", "2026-06-30T12:00:00Z", "2026-06-30"],
        ),
    ] = None,
    effective_on: Annotated[
        str | None,
        Query(
            pattern=_DATE,
            description="The day asked about. Default: today (UTC), or the day of `as_of`.",
            examples=["2026-06-30"],
        ),
    ] = None,
    min_position: Annotated[
        str | None,
        Query(
            pattern=_NUMBER,
            description="Answer only when the register is known up to this position: waits up to "
            "two seconds (or as the operator says), then 503.",
            examples=["1042"],
        ),
    ] = None,
    lang: Annotated[
        str | None,
        Query(
            pattern=_LANGUAGE,
            description="One language (BCP 47) for every text; falls back to a broader tag, the "
            "original, English. Default: every language. Numbers and codes never change.",
            examples=["fr"],
        ),
    ] = None,
) -> Asked:
    """Read the parameters that every question has."""
    return Asked(
        as_of=read_as_of(as_of, now=request.app.state.desk.now()),
        as_of_text=as_of,
        effective_on=None if effective_on is None else _day("effective_on", effective_on),
        min_position=None if min_position is None else int(min_position),
        language=lang,
    )


async def read_asked_list(
    limit: Annotated[
        str,
        Query(
            pattern=r"^(1000|[1-9][0-9]{0,2})$", description="Rows of a page at most, 1 to 1,000."
        ),
    ] = "1000",
    cursor: Annotated[
        str | None,
        Query(
            pattern=r"^[A-Za-z0-9_-]{1,180}$",
            description="Opaque; from the `Link` header of the page before.",
            examples=["WlpB"],
        ),
    ] = None,
    form: Annotated[
        Literal["json", "csv"] | None,
        Query(alias="format", description="Wins over the `Accept` header."),
    ] = None,
) -> AskedList:
    """Read the parameters that every question for a list has."""
    after = None if cursor is None else _after(cursor)
    return AskedList(page=Page(limit=int(limit), after=after, most_opened=MOST_ENTRIES), form=form)


Question: TypeAlias = Annotated[Asked, Depends(read_asked)]
ListQuestion: TypeAlias = Annotated[AskedList, Depends(read_asked_list)]


def cursor_of(key: str) -> str:
    """Write the key of a page's last row as an opaque cursor."""
    return urlsafe_b64encode(key.encode()).decode().rstrip("=")


def read_as_of(text: str | None, *, now: datetime) -> AsOf:
    """Read `as_of`: a position, an RFC 3339 instant with offset, or a day (its end, UTC).

    Args:
        text: as it came in the query; `None` where it was omitted.
        now: refuses what has not happened yet, since its answer could still change.

    Raises:
        ParametersRefused: none of the three, out of range, or in the future.
    """
    if text is None:
        return None
    if re.fullmatch(_NUMBER[1:-1], text):
        return _position(int(text))
    instant = _end_of_day(text) if _DAY.fullmatch(text) else _instant(text)
    if instant > now:
        raise refused(
            "as_of",
            "in-the-future",
            "expected a moment that has passed; the register of a day can be asked for when the "
            "day (UTC) has ended",
        )
    return AtInstant(instant)


def refused(parameter: str, code: str, message: str) -> ParametersRefused:
    """Make the problem for one parameter of the query; what was sent is never repeated."""
    params = {"in": "query", "name": parameter}
    return ParametersRefused(
        findings=[Finding(code=code, pointer="", message=message, params=params)]
    )


def _position(position: int) -> AtPosition:
    if position > MAX_POSITION:
        raise refused("as_of", "too-large", f"expected a position of at most {MAX_POSITION}")
    return AtPosition(position)


def _end_of_day(text: str) -> datetime:
    return datetime.combine(_day("as_of", text), time.max, tzinfo=UTC)


def _day(parameter: str, text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise refused(parameter, "wrong-format", "expected a day of the calendar") from None


def _instant(text: str) -> datetime:
    found = _INSTANT.fullmatch(text)
    if found is None:
        raise refused(
            "as_of",
            "wrong-format",
            "expected a position, a day, or an RFC 3339 instant with its offset",
        )
    seconds, fraction, offset = found.groups()
    # A plus sign that was not percent-encoded arrives as a space.
    zone = "+00:00" if offset == "Z" else offset.replace(" ", "+")
    micros = int((fraction or ".0")[1:7].ljust(6, "0"))
    try:
        whole = datetime.fromisoformat(seconds + zone)
        return (whole + timedelta(microseconds=micros)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise refused("as_of", "wrong-format", "expected an instant of the calendar") from None


def _after(cursor: str) -> str:
    try:
        key = urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
    except ValueError:
        key = ""
    # One spelling, and the key of a row, which is plain text.
    if not key or cursor_of(key) != cursor or not key.isprintable():
        raise refused("cursor", "wrong-format", "expected a cursor that was given here")
    return key
