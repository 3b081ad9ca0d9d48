"""Registry web: what endpoints are given, as names; made once in `app.py`."""

from dataclasses import dataclass
from functools import partial
from secrets import token_bytes
from typing import Annotated, TypeAlias

from fastapi import Depends, Path, Request

from services.kit.parameters import WholeNumber
from services.registry.handling import Register
from services.registry.intents.intent import Salts
from services.registry.web.admission import Admission
from services.registry.web.reading import Reading

SALT_BYTES = 16
"""128 random bits, so that nobody can guess a sealed section by trying."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """The key that binds requests to their keys."""

    digest_key: bytes


async def _register(request: Request) -> Register:
    register: Register = request.app.state.register
    return register


async def _access(request: Request) -> Access:
    access: Access = request.app.state.access
    return access


async def _reading(request: Request) -> Reading:
    reading: Reading = request.app.state.reading
    return reading


async def _writing(request: Request) -> Admission:
    writing: Admission = request.app.state.writing
    return writing


async def _salts() -> Salts:
    return partial(token_bytes, SALT_BYTES)


TheRegister: TypeAlias = Annotated[Register, Depends(_register)]
TheAccess: TypeAlias = Annotated[Access, Depends(_access)]
TheReading: TypeAlias = Annotated[Reading, Depends(_reading)]
Writing: TypeAlias = Annotated[Admission, Depends(_writing)]
TheSalts: TypeAlias = Annotated[Salts, Depends(_salts)]

Code: TypeAlias = Annotated[
    str,
    Path(
        pattern=r"^([A-Z]{3}|ORG-[A-Z0-9]{2,12})$",
        max_length=16,
        description="Code of the participant: ISO 3166-1 alpha-3, or `ORG-` and an id.",
        examples=["KAZ"],
    ),
]
CycleId: TypeAlias = Annotated[
    str,
    Path(
        pattern=r"^[A-Z0-9][A-Z0-9-]{1,19}$",
        max_length=20,
        description="Id of the reporting cycle.",
        examples=["2026"],
    ),
]
ReportId: TypeAlias = Annotated[
    str,
    Path(
        pattern=r"^([A-Z]{3}|ORG-[A-Z0-9]{2,12})-[A-Z0-9][A-Z0-9-]{1,19}$",
        max_length=37,
        description="`<participant>-<cycle>`.",
        examples=["KAZ-2026"],
    ),
]
PlanId: TypeAlias = Annotated[
    str,
    Path(
        pattern=r"^[A-Z0-9][A-Z0-9-]{1,63}$",
        max_length=64,
        description="Id of the plan.",
        examples=["KAZ-2026-1"],
    ),
]
MandateId: TypeAlias = Annotated[
    str,
    Path(
        pattern=r"^[A-Za-z0-9][A-Za-z0-9._:-]{2,63}$",
        max_length=64,
        description="Random id of an auditor's mandate.",
        examples=["auditor-4Tw1"],
    ),
]
LARGEST_POSITION = 2**53 - 1
Position: TypeAlias = Annotated[
    int,
    WholeNumber(least=1, most=LARGEST_POSITION),
    Path(description="Place in the log, from 1.", examples=[1]),
]
