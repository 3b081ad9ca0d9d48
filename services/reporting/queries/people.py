"""Questions on people: who could act for a participant on a day, and what each of them may do.

A person is known here by a random id alone. A delegation ends with its own term, with its
revocation, or with the term of the focal point who granted it, whichever comes first.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from sqlalchemy import Connection, RowMapping, Table, select

from contracts.authority.actor import Actor, Role
from contracts.authority.policy import Resource, may
from contracts.authority.standing import Facts, Standing
from contracts.authority.table import READ, WRITE
from services.reporting.projections.people import delegation, focal_point
from services.reporting.projections.reports import report_version
from services.reporting.queries.actions import Action, Method, action_rows, allowed_rels
from services.reporting.queries.as_of import Moment, known, missing
from services.reporting.queries.cycles import cycle_rows, phase
from services.reporting.queries.participation import Signatory, list_signatories
from services.reporting.queries.rows import Listed, Page, Row, cut, decoded, positions
from services.reporting.queries.streams import stream_versions
from services.reporting.queries.versions import list_versions

STREAM = "focal-point-"
_DRAFT = "/v1/drafts/{draft_id}"
_OPEN = frozenset({"open", "grace", "after_due"})
"""Phases of a cycle in which a first report is taken; being late is no reason to refuse it."""
_CLOSED = "closed"
"""The phase in which what was received can still be put right."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """From when to when somebody may act; both days included."""

    first: date
    last: date | None
    """`None` while it is open."""
    ended_by: str
    """What the last day is the end of, as it begins a sentence."""

    def obstacle(self, day: date) -> str | None:
        """Say why the day is not one of the term; `None` if it is."""
        if self.last is not None and day > self.last:
            return f"{self.ended_by} ended on {self.last}"
        return f"the term begins on {self.first}" if day < self.first else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody who acts, or acted, for a participant."""

    role: Literal["focal_point", "delegate"]
    person_id: str
    units: Sequence[str] | None
    """Parts of a report; `None`: all of it."""
    term: Term
    row: RowMapping
    resting: tuple[int, ...]
    """Positions that all this rests on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """What bears on everybody's actions."""

    code: str
    day: date
    signatory: Signatory
    cycles: Mapping[str, int]
    """Those for which the participant may file something on the day, by id with their positions."""
    has_cycle: bool
    """Whether any cycle is known, for which a draft can be begun, however far ahead."""


def list_people(connection: Connection, moment: Moment, page: Page, *, code: str) -> Listed:
    """List all who ever could act for a participant, with what they may do on the day.

    Raises:
        NotFound: nobody with this code had signed, as known at the moment.
        Unavailable: all that was recorded of it is held back.
    """
    signatory = list_signatories(connection, moment, participant=code).get(code)
    if signatory is None:
        raise missing(moment, code)
    cycles = cycle_rows(connection, moment)
    around = Around(
        code=code,
        day=moment.effective_on,
        signatory=signatory,
        cycles=_cycles_to_file_for(connection, moment, signatory, cycles),
        has_cycle=bool(cycles),
    )
    stream = STREAM + code
    version = stream_versions(connection, moment, [stream]).get(stream, 0)
    rows = {
        one.person_id: {**_row(one, around), "stream": stream, "version": version}
        for one in people_of(connection, moment, code)
    }
    return cut(rows.items(), page)


def _cycles_to_file_for(
    connection: Connection, moment: Moment, signatory: Signatory, cycles: Sequence[RowMapping]
) -> dict[str, int]:
    """Give the cycles that take something of a participant on the day: once received, for ever."""
    theirs = report_version.c.participant == signatory.participant
    received = {
        versions[0].cycle_id
        for versions in list_versions(connection, moment, theirs).values()
        if versions[0].origin == "submission"
    }
    found = {}
    for row in cycles:
        stands = phase(row, moment.effective_on)
        is_taking = stands in _OPEN or (stands == _CLOSED and row["cycle_id"] in received)
        if is_taking and signatory.kind in decoded(row["participant_kinds"]):
            found[str(row["cycle_id"])] = int(row["position"])
    return dict(sorted(found.items()))


def people_of(connection: Connection, moment: Moment, code: str) -> Iterator[Person]:
    """Give all who ever could act for a participant: focal points, then their delegates."""
    named = {row["focal_point_id"]: row for row in _rows(connection, moment, focal_point, code)}
    for row in named.values():
        yield Person(
            role="focal_point",
            person_id=row["focal_point_id"],
            units=None,
            term=own_term(row, "the designation"),
            row=row,
            resting=_positions(row),
        )
    for row in _rows(connection, moment, delegation, code):
        grantor = named.get(row["granted_by"])
        yield Person(
            role="delegate",
            person_id=row["delegation_id"],
            units=decoded(row["units"]),
            term=_delegated_term(row, grantor),
            row=row,
            resting=(*_positions(row), *(_positions(grantor) if grantor else ())),
        )


def _rows(connection: Connection, moment: Moment, table: Table, code: str) -> list[RowMapping]:
    chosen = select(table).where(known(table, moment), table.c.participant == code)
    return list(connection.execute(chosen).mappings())


def own_term(row: Mapping[Any, Any], what: str) -> Term:
    """Give the term of a row on its own: as granted, or as a communication ended it.

    Args:
        row: with `term_from`, `term_to` and `ended_on`.
        what: what a communication ended, as it begins a sentence.
    """
    if row["ended_on"] is not None:
        return Term(first=row["term_from"], last=row["ended_on"], ended_by=what)
    return Term(first=row["term_from"], last=row["term_to"], ended_by="the term")


def _delegated_term(row: RowMapping, grantor: RowMapping | None) -> Term:
    own = own_term(row, "the delegation")
    bound = own_term(grantor, "the designation").last if grantor else None
    if bound is None or (own.last is not None and own.last <= bound):
        return own
    return Term(
        first=own.first,
        last=bound,
        ended_by="the term of the focal point who granted the delegation",
    )


def _positions(row: RowMapping) -> tuple[int, ...]:
    return tuple(positions(row["position"], row["ended_at"], row["erased_at"]))


def _row(person: Person, around: Around) -> Row:
    row, term = person.row, person.term
    actions = list(_actions(person, around))
    return {
        "participant": around.code,
        "person_id": person.person_id,
        "role": person.role,
        "seat": row.get("seat"),
        "units": person.units,
        "granted_by": row.get("granted_by"),
        "term_from": row["term_from"],
        "term_to": row["term_to"],
        "ended_on": row["ended_on"],
        "last_on": term.last,
        "in_force": term.obstacle(around.day) is None,
        "erased": row["erased_at"] is not None,
        "may": allowed_rels(actions),
        "actions": action_rows(actions),
        "received_on": row["received_on"],
        "recorded_at": row["recorded_at"],
        "positions": positions(
            *person.resting, *around.signatory.positions, *around.cycles.values()
        ),
        "asserted_by": "participant",
    }


def _actions(person: Person, around: Around) -> Iterator[Action]:
    """Give everything that somebody does for a participant, whether or not this person may."""
    no_cycle = None if around.has_cycle else "no cycle was opened yet"
    for part in person.units or ():
        href = f"{_DRAFT}/{section(part)}"
        yield _action(person, around, ("draft-section", "PUT", href), no_cycle, part)
    unsigned = _unsigned(around)
    none_open = None if around.cycles else f"no cycle takes a report on {around.day}"
    delegations = f"/v1/participants/{around.code}/delegations"
    whole: tuple[tuple[tuple[str, Method, str], str | None], ...] = (
        (("draft-section", "PUT", f"{_DRAFT}/{{section}}"), no_cycle),
        (("clear", "POST", f"{_DRAFT}/clearance"), no_cycle),
        (("submit", "POST", f"{_DRAFT}/submission"), unsigned or none_open),
        (("delegate", "POST", delegations), unsigned),
    )
    for link, against in whole:
        yield _action(person, around, link, against)


def _action(
    person: Person,
    around: Around,
    link: tuple[str, Method, str],
    against: str | None,
    part: str | None = None,
) -> Action:
    """Give one action: whether this person may is for the policy to say, on the day asked about.

    Args:
        person: who would do it.
        around: what bears on it.
        link: relation, method and address.
        against: what speaks against it, whoever does it.
        part: of a report; `None`: the whole.
    """
    rel, method, href = link
    resource = Resource(participant=around.code, unit=part)
    facts = Facts(today=around.day, standing=standing_by(person, around.code))
    decision = may(_actor(person, around.code), rel, resource, facts)
    refused = None if decision.allowed else _because(person, around.day) or decision.reason
    return Action(rel=rel, method=method, href=href, by="participant", reason=refused or against)


def _actor(person: Person, code: str) -> Actor:
    """Give the person as its own token would name it."""
    role: Role = "focal_point" if person.role == "focal_point" else "drafter"
    return Actor(id=person.person_id, role=role, party=code, scopes=frozenset({READ, WRITE}))


def standing_by(person: Person, code: str) -> Standing:
    """Give what the register knows of a person, for the policy to decide by."""
    return Standing(
        first_day=person.term.first,
        last_day=person.term.last,
        units=None if person.units is None else frozenset(person.units),
        participants=frozenset({code}),
        is_erased=person.row["erased_at"] is not None,
    )


def section(part: str) -> str:
    """Give the path of a part of a report below its draft."""
    return f"statements/{part}" if part.startswith("P") else part


def _because(person: Person, day: date) -> str | None:
    """Say in the words of the register what the policy refused this person for."""
    if reason := person.term.obstacle(day):
        return reason
    if person.row["erased_at"] is not None:
        return "what identified this person was erased"
    if person.units is not None:
        return f"the delegation covers {', '.join(person.units)} only"
    return None


def _unsigned(around: Around) -> str | None:
    """Say what keeps the participant from filing and delegating, though not from drafting."""
    if around.signatory.is_expected:
        return None
    return f"the participant has no signature in force on {around.day}"
