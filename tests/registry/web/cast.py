"""Registry web: everybody who might ask, with a token, and what the register knows of them.

Each name says what somebody is to ZZA, whose the resources of these tests are.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from contracts.events import RegistryEvent
from tests import issuing, makers
from tests.registry.web.drafting import record
from tests.running_registry import RunningRegistry

READING, WRITING = ("concord.read",), ("concord.write",)
LAST_MONTH = date(2026, 10, 31)
NEXT_MONTH = date(2026, 12, 1)
UNIT = "P1"
"""What was delegated to the drafter."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody: the role in the token, and the entries that the register has on them."""

    role: str | None
    """`None`: without a token."""
    known: tuple[RegistryEvent, ...] = ()
    scopes: tuple[str, ...] = issuing.SCOPES


def _designated(actor: str, participant: str = "ZZA", **term: object) -> RegistryEvent:
    return makers.focal_point_designated(participant, focal_point_id=actor, **term)


def _delegated(
    actor: str,
    unit: str,
    participant: str = "ZZA",
    by: str = "matrix-own-focal-point",
    **term: object,
) -> RegistryEvent:
    return makers.delegation_granted(
        participant, delegation_id=actor, granted_by=by, units=[unit], **term
    )


def _mandated(actor: str, participants: list[str] | None, **changes: object) -> RegistryEvent:
    return makers.mandate_granted(actor, participants=participants, **changes)


def actor_of(name: str) -> str:
    """Give the id under which somebody acts."""
    return f"matrix-{name.replace(' ', '-')}"


CAST: Mapping[str, Person] = MappingProxyType(
    {
        "anonymous": Person(None),
        "own focal point": Person("focal-point:ZZA", (_designated("matrix-own-focal-point"),)),
        "own focal point without the scope": Person(
            "focal-point:ZZA", (_designated("matrix-own-focal-point-without-the-scope"),), ()
        ),
        "own focal point unknown": Person("focal-point:ZZA"),
        "own focal point ended": Person(
            "focal-point:ZZA", (_designated("matrix-own-focal-point-ended", term_to=LAST_MONTH),)
        ),
        "own focal point to come": Person(
            "focal-point:ZZA",
            (_designated("matrix-own-focal-point-to-come", term_from=NEXT_MONTH),),
        ),
        "own focal point erased": Person(
            "focal-point:ZZA",
            (
                _designated("matrix-own-focal-point-erased"),
                makers.personal_data_erased(person_id="matrix-own-focal-point-erased"),
            ),
        ),
        "own drafter": Person("drafter:ZZA", (_delegated("matrix-own-drafter", UNIT),)),
        "own drafter of another part": Person(
            "drafter:ZZA", (_delegated("matrix-own-drafter-of-another-part", "P9"),)
        ),
        "own drafter ended": Person(
            "drafter:ZZA", (_delegated("matrix-own-drafter-ended", UNIT, term_to=LAST_MONTH),)
        ),
        "drafter called focal point": Person(
            "focal-point:ZZA", (_delegated("matrix-drafter-called-focal-point", UNIT),)
        ),
        "other focal point": Person(
            "focal-point:ZZB", (_designated("matrix-other-focal-point", "ZZB"),)
        ),
        "other focal point ended": Person(
            "focal-point:ZZB",
            (_designated("matrix-other-focal-point-ended", "ZZB", term_to=LAST_MONTH),),
        ),
        "other focal point in our name": Person(
            "focal-point:ZZA", (_designated("matrix-other-focal-point-in-our-name", "ZZB"),)
        ),
        "other drafter": Person(
            "drafter:ZZB",
            (_delegated("matrix-other-drafter", UNIT, "ZZB", "matrix-other-focal-point"),),
        ),
        "auditor": Person("auditor", (_mandated("matrix-auditor", ["ZZA"]),)),
        "auditor of all": Person(
            "auditor", (_mandated("matrix-auditor-of-all", None, cycles=None),)
        ),
        "auditor of another participant": Person(
            "auditor", (_mandated("matrix-auditor-of-another-participant", ["ZZB"]),)
        ),
        "auditor of another cycle": Person(
            "auditor", (_mandated("matrix-auditor-of-another-cycle", ["ZZA"], cycles=["2025"]),)
        ),
        "auditor ended": Person(
            "auditor", (_mandated("matrix-auditor-ended", ["ZZA"], term_to=LAST_MONTH),)
        ),
        "auditor revoked": Person(
            "auditor",
            (
                _mandated("matrix-auditor-revoked", ["ZZA"]),
                makers.mandate_revoked("matrix-auditor-revoked", revoked_on=LAST_MONTH),
            ),
        ),
        "auditor without a mandate": Person("auditor"),
        "secretariat": Person("secretariat"),
        "secretariat without the scope": Person("secretariat", (), ()),
        "operator": Person("operator"),
    }
)


def bearer(name: str) -> dict[str, str]:
    """Give the header by which somebody asks."""
    person = CAST[name]
    if person.role is None:
        return {}
    return issuing.bearer(person.role, actor_of(name), person.scopes)


def introduce(registry: RunningRegistry) -> None:
    """Let the register know everybody of whom it is to know something."""
    for person in CAST.values():
        for event in person.known:
            record(registry, event)
    assert registry.opened.publisher.wait_for(registry.size, 20) is not None
