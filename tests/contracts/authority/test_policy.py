"""Properties of the policy that hold whatever its table says, and what its lines mean."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from contracts.authority.actor import ANYBODY, ROLES, Actor, Role
from contracts.authority.policy import KNOWN_BY_THE_REGISTER, NOTHING, Resource, admits, may
from contracts.authority.standing import Facts, Standing
from contracts.authority.table import ACTIONS, READ, READ_SECTION, READABLE_BY, WRITE

DAY = date(2026, 11, 30)
CODES = ("ZZA", "ZZB")
CYCLES = ("2026", "2030")
UNITS = ("P5", "P6", "human_rights")
SCOPES = frozenset({READ, WRITE})
OF_A_PARTICIPANT: tuple[Role, ...] = ("drafter", "focal_point")
DAYS = st.dates(DAY - timedelta(days=5), DAY + timedelta(days=5))


def _subsets(values: tuple[str, ...]) -> st.SearchStrategy[frozenset[str] | None]:
    return st.none() | st.frozensets(st.sampled_from(values))


@st.composite
def _actors(draw: st.DrawFn, roles: tuple[Role, ...] = ROLES) -> Actor:
    role = draw(st.sampled_from(roles))
    party = draw(st.sampled_from(CODES)) if role in OF_A_PARTICIPANT else None
    scopes = draw(st.frozensets(st.sampled_from((READ, WRITE))))
    return ANYBODY if role == "public" else Actor(id="id-1", role=role, party=party, scopes=scopes)


STANDINGS = st.builds(
    Standing,
    first_day=DAYS,
    last_day=st.none() | DAYS,
    units=_subsets(UNITS),
    participants=_subsets(CODES),
    cycles=_subsets(CYCLES),
    is_erased=st.booleans(),
)
FACTS = st.builds(Facts, today=DAYS, standing=st.none() | STANDINGS)
RESOURCES = st.builds(
    Resource,
    participant=st.none() | st.sampled_from(CODES),
    cycle_id=st.none() | st.sampled_from(CYCLES),
    unit=st.none() | st.sampled_from(UNITS),
    visibility=st.none() | st.sampled_from((*READABLE_BY, "public", "nobody")),
)
KNOWN_ACTIONS = st.sampled_from(sorted(ACTIONS))


@given(_actors(), st.text(), RESOURCES, FACTS)
def test_what_the_table_does_not_have_nobody_may(
    actor: Actor, action: str, resource: Resource, facts: Facts
) -> None:
    assume(action not in ACTIONS)
    assert not may(actor, action, resource, facts).allowed
    assert not admits(actor, action).allowed


@given(_actors(), KNOWN_ACTIONS, RESOURCES, FACTS)
def test_a_refusal_has_a_code_and_a_sentence_and_a_permission_has_neither(
    actor: Actor, action: str, resource: Resource, facts: Facts
) -> None:
    decision = may(actor, action, resource, facts)
    assert bool(decision.code) is bool(decision.reason) is not decision.allowed
    assert decision.allowed or (decision.reason[0].isupper() and decision.reason.endswith("."))


@given(_actors(), KNOWN_ACTIONS, RESOURCES, FACTS)
def test_whom_the_token_alone_refuses_nothing_else_lets_in(
    actor: Actor, action: str, resource: Resource, facts: Facts
) -> None:
    if not admits(actor, action).allowed:
        assert not may(actor, action, resource, facts).allowed


@given(_actors(), KNOWN_ACTIONS, RESOURCES, DAYS, STANDINGS)
def test_nobody_gains_by_being_erased_or_unknown(
    actor: Actor, action: str, resource: Resource, today: date, standing: Standing
) -> None:
    erased = Facts(today=today, standing=replace(standing, is_erased=True))
    unknown = Facts(today=today, standing=None)
    for facts in (erased, unknown):
        if may(actor, action, resource, facts).allowed:
            assert actor.role not in KNOWN_BY_THE_REGISTER or ACTIONS[action].scope is None
            assert may(actor, action, resource, Facts(today=today, standing=standing)).allowed


@given(_actors(), KNOWN_ACTIONS, RESOURCES, FACTS, st.integers(0, 5), st.integers(0, 5))
def test_a_longer_term_takes_nothing_away(
    actor: Actor, action: str, resource: Resource, facts: Facts, before: int, after: int
) -> None:
    standing = facts.standing
    if standing is None or not may(actor, action, resource, facts).allowed:
        return
    last = standing.last_day
    longer = replace(
        standing,
        first_day=standing.first_day - timedelta(days=before),
        last_day=None if last is None else last + timedelta(days=after),
    )
    assert may(actor, action, resource, replace(facts, standing=longer)).allowed


@given(_actors(), KNOWN_ACTIONS, RESOURCES, FACTS)
def test_nobody_gains_by_a_scope_that_is_left_out(
    actor: Actor, action: str, resource: Resource, facts: Facts
) -> None:
    without = replace(actor, scopes=frozenset())
    if may(without, action, resource, facts).allowed:
        assert may(actor, action, resource, facts).allowed
        assert ACTIONS[action].scope is None


@given(_actors(OF_A_PARTICIPANT), KNOWN_ACTIONS, RESOURCES, FACTS)
def test_who_acts_for_one_participant_changes_nothing_of_another(
    actor: Actor, action: str, resource: Resource, facts: Facts
) -> None:
    if resource.participant == actor.party:
        resource = replace(resource, participant=None)
    if may(actor, action, resource, facts).allowed:
        assert action in {"public", READ_SECTION}


@given(_actors(), RESOURCES, FACTS)
def test_the_operator_never_reads_content(actor: Actor, resource: Resource, facts: Facts) -> None:
    operator = Actor(id="op-1", role="operator", party=None, scopes=SCOPES)
    allowed = {name for name in ACTIONS if may(operator, name, resource, facts).allowed}
    assert allowed == {"public", "read-trail"}


# --- by example

IN_TERM = Standing(first_day=DAY, last_day=DAY, participants=frozenset({"ZZA"}))
DELEGATED = replace(IN_TERM, units=frozenset({"P5"}))
MANDATE = Standing(first_day=DAY, last_day=DAY)
FOCAL_POINT = Actor(id="fp-1", role="focal_point", party="ZZA", scopes=SCOPES)
DRAFTER = Actor(id="del-1", role="drafter", party="ZZA", scopes=SCOPES)
AUDITOR = Actor(id="aud-1", role="auditor", party=None, scopes=SCOPES)
SECRETARIAT = Actor(id="sec-1", role="secretariat", party=None, scopes=SCOPES)
OWN = Resource(participant="ZZA", cycle_id="2026")


def code_of(actor: Actor, action: str, resource: Resource, standing: Standing | None) -> str:
    return may(actor, action, resource, Facts(today=DAY, standing=standing)).code


def test_a_focal_point_submits_for_its_own_participant_within_its_term() -> None:
    assert code_of(FOCAL_POINT, "submit", OWN, IN_TERM) == ""
    yesterday = replace(IN_TERM, last_day=DAY - timedelta(days=1), first_day=date(2026, 1, 1))
    assert code_of(FOCAL_POINT, "submit", OWN, yesterday) == "outside-the-term"
    tomorrow = replace(IN_TERM, first_day=DAY + timedelta(days=1), last_day=None)
    assert code_of(FOCAL_POINT, "submit", OWN, tomorrow) == "outside-the-term"
    assert code_of(FOCAL_POINT, "submit", Resource(participant="ZZB"), IN_TERM) == "forbidden"
    assert code_of(FOCAL_POINT, "submit", NOTHING, IN_TERM) == "forbidden"


@pytest.mark.parametrize(
    ("actor", "standing"),
    [
        (FOCAL_POINT, None),
        (FOCAL_POINT, DELEGATED),
        (FOCAL_POINT, replace(IN_TERM, participants=frozenset({"ZZB"}))),
        (FOCAL_POINT, replace(IN_TERM, participants=None)),
        (DRAFTER, None),
        (DRAFTER, IN_TERM),
        (AUDITOR, None),
        (AUDITOR, DELEGATED),
    ],
)
def test_whom_the_register_does_not_know_in_the_role_of_the_token_may_nothing(
    actor: Actor, standing: Standing | None
) -> None:
    facts = Facts(today=DAY, standing=standing)
    resource = replace(OWN, unit="P5", visibility="participants")
    allowed = {name for name in ACTIONS if may(actor, name, resource, facts).allowed}
    assert allowed == {"public"}
    assert code_of(actor, READ_SECTION, resource, standing) == "not-known-to-the-register"


def test_a_drafter_writes_the_parts_delegated_and_nothing_else() -> None:
    assert code_of(DRAFTER, "draft-section", replace(OWN, unit="P5"), DELEGATED) == ""
    refused = code_of(DRAFTER, "draft-section", replace(OWN, unit="P6"), DELEGATED)
    assert refused == "section-not-delegated"
    assert code_of(DRAFTER, "draft-section", OWN, DELEGATED) == "not-for-delegates"
    assert code_of(DRAFTER, "submit", OWN, DELEGATED) == "not-for-delegates"
    assert code_of(DRAFTER, "clear", OWN, DELEGATED) == "not-for-delegates"


def test_only_the_secretariat_decides_on_reports() -> None:
    for action in ("open-review", "request-clarification", "return", "accept", "erase"):
        assert code_of(SECRETARIAT, action, OWN, None) == ""
        assert code_of(FOCAL_POINT, action, OWN, IN_TERM) == "forbidden"
        assert code_of(AUDITOR, action, OWN, MANDATE) == "forbidden"
        assert code_of(ANYBODY, action, OWN, None) == "unauthenticated"


def test_a_token_without_the_scope_is_not_enough() -> None:
    reading = replace(SECRETARIAT, scopes=frozenset({READ}))
    assert code_of(reading, "accept", OWN, None) == "insufficient-scope"
    writing = replace(SECRETARIAT, scopes=frozenset({WRITE}))
    assert code_of(writing, READ_SECTION, OWN, None) == "insufficient-scope"


READERS = {
    "secretariat": (SECRETARIAT, None),
    "own focal point": (FOCAL_POINT, IN_TERM),
    "own drafter of the unit": (DRAFTER, DELEGATED),
    "own drafter of another unit": (DRAFTER, replace(DELEGATED, units=frozenset({"P6"}))),
    "focal point of another": (
        replace(FOCAL_POINT, party="ZZB"),
        replace(IN_TERM, participants=frozenset({"ZZB"})),
    ),
    "auditor of all": (AUDITOR, MANDATE),
    "auditor of the participant and cycle": (
        AUDITOR,
        replace(MANDATE, participants=frozenset({"ZZA"}), cycles=frozenset({"2026"})),
    ),
    "auditor of another participant": (
        AUDITOR,
        replace(MANDATE, participants=frozenset({"ZZB"})),
    ),
    "auditor of another cycle": (AUDITOR, replace(MANDATE, cycles=frozenset({"2030"}))),
    "operator": (Actor(id="op-1", role="operator", party=None, scopes=SCOPES), None),
    "anybody": (ANYBODY, None),
}
OWN_READERS = {"secretariat", "own focal point", "own drafter of the unit"}
AUDITORS = {"auditor of all", "auditor of the participant and cycle"}


@pytest.mark.parametrize(
    ("visibility", "unit", "readers"),
    [
        ("secretariat", "P5", OWN_READERS),
        ("auditors", "P5", OWN_READERS | AUDITORS),
        ("participants", "P5", OWN_READERS | AUDITORS | {"focal point of another"}),
        (None, None, {"secretariat", "own focal point"}),
        ("nobody", "P5", set()),
    ],
)
def test_a_sealed_section_is_read_by_whom_its_visibility_names(
    visibility: str | None, unit: str | None, readers: set[str]
) -> None:
    section = replace(OWN, unit=unit, visibility=visibility)
    facts = {name: (actor, standing) for name, (actor, standing) in READERS.items()}
    found = {
        name
        for name, (actor, standing) in facts.items()
        if code_of(actor, READ_SECTION, section, standing) == ""
    }
    assert found == readers
