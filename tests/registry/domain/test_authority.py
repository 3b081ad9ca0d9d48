"""Rules: what the log says of an actor, and how the policy's refusals become problems."""

from datetime import date

import pytest

from contracts.authority.actor import ANYBODY, Actor, Role
from contracts.authority.policy import Decision
from contracts.authority.standing import Facts, Standing
from contracts.authority.table import READ, WRITE
from contracts.events import RegistryEvent
from services.kit.errors import Forbidden, InsufficientScope, Unauthenticated
from services.registry.domain.authority import (
    REFUSALS,
    Admitted,
    NotForDelegates,
    NotKnownToTheRegister,
    OutsideTheTerm,
    check,
    check_admitted,
    standing_of,
    stream_about,
)
from tests import makers

FIRST, LAST = date(2026, 1, 1), date(2026, 12, 31)


def actor(role: Role, person: str, party: str | None = "ZZA") -> Actor:
    return Actor(id=person, role=role, party=party, scopes=frozenset({READ, WRITE}))


FOCAL_POINT = actor("focal_point", "fp-7Qm2")
DRAFTER = actor("drafter", "dl-3Kx9")
AUDITOR = actor("auditor", "auditor-4Tw1", None)
DESIGNATED = makers.focal_point_designated(term_from=FIRST, term_to=LAST)
ENDED = makers.focal_point_designation_ended(ended_on=date(2026, 3, 31))
DELEGATED = makers.delegation_granted()
OF_ZZA = frozenset({"ZZA"})


@pytest.mark.parametrize(
    ("by", "stream"),
    [
        (FOCAL_POINT, "focal-point-ZZA"),
        (DRAFTER, "focal-point-ZZA"),
        (AUDITOR, "mandate-auditor-4Tw1"),
        (actor("secretariat", "sec-1", None), None),
        (actor("operator", "op-1", None), None),
        (ANYBODY, None),
    ],
)
def test_one_stream_says_what_the_register_knows_of_an_actor(by: Actor, stream: str | None) -> None:
    assert stream_about(by) == stream


@pytest.mark.parametrize(
    ("events", "last_day"),
    [
        ([makers.focal_point_designated(term_from=FIRST, term_to=None)], None),
        ([DESIGNATED], LAST),
        ([DESIGNATED, ENDED], date(2026, 3, 31)),
    ],
)
def test_a_focal_point_has_the_term_as_it_stands(
    events: list[RegistryEvent], last_day: date | None
) -> None:
    standing = Standing(first_day=FIRST, last_day=last_day, participants=OF_ZZA)
    assert standing_of(FOCAL_POINT, events) == standing


@pytest.mark.parametrize(
    ("events", "last_day"),
    [
        ([DESIGNATED, DELEGATED], LAST),
        ([DESIGNATED, DELEGATED, ENDED], date(2026, 3, 31)),
        (
            [DESIGNATED, DELEGATED, makers.delegation_revoked(revoked_on=date(2026, 2, 1))],
            date(2026, 2, 1),
        ),
    ],
)
def test_a_drafter_has_the_parts_delegated_and_no_longer_than_who_delegated(
    events: list[RegistryEvent], last_day: date
) -> None:
    assert standing_of(DRAFTER, events) == Standing(
        first_day=FIRST,
        last_day=last_day,
        units=frozenset({"P5", "P6"}),
        participants=OF_ZZA,
    )


def test_an_auditor_has_the_scope_and_the_term_of_the_mandate() -> None:
    granted = makers.mandate_granted(participants=["ZZA"], cycles=["2026"])
    standing = standing_of(AUDITOR, [granted])
    assert standing == Standing(
        first_day=granted.term_from,
        last_day=granted.term_to,
        participants=OF_ZZA,
        cycles=frozenset({"2026"}),
    )
    revoked = makers.mandate_revoked(revoked_on=granted.term_from)
    ended = standing_of(AUDITOR, [granted, revoked])
    assert ended is not None
    assert ended.last_day == granted.term_from
    everybody = standing_of(AUDITOR, [makers.mandate_granted(participants=None, cycles=None)])
    assert everybody is not None
    assert (everybody.participants, everybody.cycles) == (None, None)


@pytest.mark.parametrize(
    ("by", "events"),
    [
        (FOCAL_POINT, []),
        (DRAFTER, []),
        (AUDITOR, []),
        (actor("focal_point", "fp-other"), [DESIGNATED]),
        (actor("focal_point", "dl-3Kx9"), [DESIGNATED, DELEGATED]),
        (actor("drafter", "fp-7Qm2"), [DESIGNATED, DELEGATED]),
        (actor("secretariat", "fp-7Qm2", None), [DESIGNATED]),
    ],
)
def test_in_another_role_or_under_another_id_nobody_is_known(
    by: Actor, events: list[RegistryEvent]
) -> None:
    assert standing_of(by, events) is None


@pytest.mark.parametrize("by", [FOCAL_POINT, DRAFTER])
def test_who_was_erased_stays_known_as_erased(by: Actor) -> None:
    erased = makers.personal_data_erased(person_id=by.id)
    standing = standing_of(by, [DESIGNATED, DELEGATED, erased])
    assert standing is not None
    assert standing.is_erased


@pytest.mark.parametrize("kind", REFUSALS)
def test_each_code_of_the_policy_is_a_problem_of_its_own(kind: type[Forbidden]) -> None:
    with pytest.raises(kind) as refused:
        check("submit", Decision(allowed=False, code=kind.code, reason="The term ended."))
    assert type(refused.value) is kind
    assert refused.value.detail == "The term ended."


def test_who_brings_no_token_or_too_narrow_a_one_is_told_so() -> None:
    with pytest.raises(Unauthenticated):
        check_admitted(ANYBODY, ["submit"])
    reading = Actor(id="sec-1", role="secretariat", party=None, scopes=frozenset({READ}))
    with pytest.raises(InsufficientScope) as refused:
        check_admitted(reading, ["return", "accept"])
    assert refused.value.challenge == 'Bearer error="insufficient_scope", scope="concord.write"'


def test_who_may_one_of_the_things_that_a_route_is_for_is_let_in() -> None:
    check_admitted(DRAFTER, ["submit", "draft-section"])
    with pytest.raises(NotForDelegates):
        check_admitted(DRAFTER, ["submit", "correct"])


def test_what_holds_of_somebody_needs_no_resource() -> None:
    known = Standing(first_day=FIRST, last_day=LAST, participants=OF_ZZA)
    Admitted(actor=FOCAL_POINT, facts=Facts(today=FIRST, standing=known)).check_holds("submit")
    with pytest.raises(NotKnownToTheRegister):
        Admitted(actor=FOCAL_POINT, facts=Facts(today=FIRST, standing=None)).check_holds("submit")
    late = Facts(today=date(2027, 1, 1), standing=known)
    with pytest.raises(OutsideTheTerm):
        Admitted(actor=FOCAL_POINT, facts=late).check_holds("submit")
