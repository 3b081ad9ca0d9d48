"""Contracts room: facts on States and organisations; who signed the Code is the register's."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType

from contracts.catalogue import BASE, load


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """A Member or an observer of the United Nations."""

    code: str
    names: Mapping[str, str]
    """By language tag."""
    un_status: str
    electoral_group: str | None
    """The one regional group that counts in figures; `None` where there is none."""
    regional_groups: tuple[str, ...]
    """All it takes part in, which may be two."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Membership:
    """That a State belongs to an organisation, from when to when."""

    participant: str
    status: str
    from_when: str | None
    """A day, a month or a year, as precisely as it is known; `None` where unknown."""
    to_when: str | None
    """Likewise; `None` while it lasts."""
    source: str
    confirmed: bool
    """False: from memory, to be verified before use."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Organisation:
    """An intergovernmental organisation."""

    code: str
    names: Mapping[str, str]
    members: tuple[Membership, ...]


@lru_cache(maxsize=4)
def states(version: str = "1.0.0") -> Mapping[str, State]:
    """Give all States by code. A code that is not there may be a fictitious participant's."""
    document = load(f"{BASE}participants/states/{version}.json")
    return MappingProxyType(
        {
            row["code"]: State(
                code=row["code"],
                names=MappingProxyType(row["names"]),
                un_status=row["un_status"],
                electoral_group=row.get("electoral_group"),
                regional_groups=tuple(row["regional_groups"]),
            )
            for row in document["data"]
        }
    )


@lru_cache(maxsize=4)
def organisations(version: str = "1.0.0") -> Mapping[str, Organisation]:
    """Give all organisations by code."""
    document = load(f"{BASE}participants/organisations/{version}.json")
    return MappingProxyType(
        {
            row["code"]: Organisation(
                code=row["code"],
                names=MappingProxyType(row["names"]),
                members=tuple(
                    Membership(
                        participant=member["participant"],
                        status=member["status"],
                        from_when=member.get("from"),
                        to_when=member.get("to"),
                        source=member["source"],
                        confirmed=member["confirmed"],
                    )
                    for member in row["members"]
                ),
            )
            for row in document["data"]
        }
    )


def names(code: str) -> Mapping[str, str]:
    """Give the names of a State or organisation by language tag; none where it is not known."""
    found = states().get(code) or organisations().get(code)
    return found.names if found else MappingProxyType({})


def kind(code: str) -> str:
    """Say what has this code: `organisation` or `state`; the code alone tells."""
    return "organisation" if code.startswith("ORG-") else "state"


def regional_group(code: str) -> str | None:
    """Give the one electoral group of a State; `None` for organisations and who has none."""
    found = states().get(code)
    return found.electoral_group if found else None
