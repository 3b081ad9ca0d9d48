"""Who takes part on a day, as known at a position: signatures, and what ended them."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any, Literal, TypeAlias

from sqlalchemy import ColumnElement, Connection, RowMapping, Select, and_, exists, select
from sqlalchemy.sql.selectable import NamedFromClause

from contracts.acts import Span, contested
from services.reporting.projections.participation import participation_act
from services.reporting.queries.as_of import Moment, known

ACT_COLUMNS = (
    "participant",
    "version",
    "position",
    "recorded_at",
    "act",
    "received_on",
    "effective_on",
    "date_precision",
    "earliest_on",
    "latest_on",
    "claim_status",
    "contested_by",
    "kind",
    "name",
    "sources",
)

Standing: TypeAlias = Literal["certain", "possible", "ended", "not_yet"]
"""Whether a signature is in force. Figures count the certain; the possible stand beside."""


SIGNED_BY = ("signature", "succession")
"""Acts from which on a participant is bound."""

_BEARING = frozenset({*SIGNED_BY, "withdrawal", "withdrawal_rescission"})
_SPEAKING = frozenset({"rectification", "contest"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Signatory:
    """A participant's signature on a day."""

    participant: str
    kind: str
    standing: Standing
    signature: RowMapping
    """Signature or succession that the standing rests on: the last in force, else the last."""
    positions: tuple[int, ...]
    """Every act that the standing rests on: signatures, withdrawals, and what changed them."""

    @property
    def is_certain(self) -> bool:
        """Say whether figures count it."""
        return self.standing == "certain"

    @property
    def is_expected(self) -> bool:
        """Say whether it is, or may be, in force."""
        return self.standing in {"certain", "possible"}


def list_signatories(
    connection: Connection,
    moment: Moment,
    *,
    on: date | None = None,
    participant: str | None = None,
) -> dict[str, Signatory]:
    """Give everybody who ever signed, as known at the moment, by code in ascending order.

    Args:
        connection: a reading transaction.
        moment: where the answer stands.
        on: the day the signature is looked at; `None` is the moment's.
        participant: only this one.
    """
    day = on or moment.effective_on
    rows = connection.execute(_signatures(moment, day, participant)).mappings()
    resting = _positions(connection, moment, participant)
    grouped = groupby(rows, key=lambda row: str(row["participant"]))
    return {code: _signatory(code, list(found), resting[code], day) for code, found in grouped}


def _signatures(moment: Moment, on: date, participant: str | None) -> Select[Any]:
    signature = participation_act.alias("signature")
    certain, possible = _in_force(signature, moment, on)
    statement = (
        select(
            *(signature.c[name] for name in ACT_COLUMNS),
            certain.label("is_certain"),
            possible.label("is_possible"),
        )
        .where(known(signature, moment), signature.c.act.in_(SIGNED_BY))
        .order_by(signature.c.participant, signature.c.version)
    )
    if participant is not None:
        statement = statement.where(signature.c.participant == participant)
    return statement


def _in_force(
    signature: NamedFromClause, moment: Moment, on: date
) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """Give the conditions under which a signature is certainly, and is possibly, in force.

    A withdrawal speaks of the signatures recorded before it, until it is taken back. What is not
    confirmed, or is contested, makes nothing certain. The rule is that of `contracts/acts.py`.
    """
    withdrawal = participation_act.alias("withdrawal")
    rescission = participation_act.alias("rescission")
    against = and_(
        known(withdrawal, moment),
        withdrawal.c.participant == signature.c.participant,
        withdrawal.c.act == "withdrawal",
        withdrawal.c.version > signature.c.version,
    )
    taken_back = and_(
        known(rescission, moment),
        rescission.c.participant == withdrawal.c.participant,
        rescission.c.version == withdrawal.c.rescinded_by,
    )
    possibly_out = exists().where(
        against,
        withdrawal.c.earliest_on <= on,
        ~exists().where(
            taken_back,
            _is_confirmed(rescission),
            rescission.c.latest_on <= on,
        ),
    )
    certainly_out = exists().where(
        against,
        _is_confirmed(withdrawal),
        withdrawal.c.latest_on <= on,
        ~exists().where(taken_back, rescission.c.earliest_on <= on),
    )
    certain = and_(_is_confirmed(signature), signature.c.latest_on <= on, ~possibly_out)
    possible = and_(signature.c.earliest_on <= on, ~certainly_out)
    return certain, possible


def _is_confirmed(act: NamedFromClause) -> ColumnElement[bool]:
    return and_(act.c.claim_status == "confirmed", act.c.contested_by.is_(None))


def span_of(row: Mapping[Any, Any]) -> Span:
    """Give the days of an act as it stands in a table, as last rectified or contested."""
    days = Span(
        earliest=row["earliest_on"],
        latest=row["latest_on"],
        is_confirmed=row["claim_status"] == "confirmed",
    )
    return days if row["contested_by"] is None else contested(days)


def _signatory(code: str, signatures: list[RowMapping], resting: list[int], on: date) -> Signatory:
    certain = [row for row in signatures if row["is_certain"]]
    possible = [row for row in signatures if row["is_possible"]]
    began = [row for row in signatures if row["earliest_on"] <= on]
    standing: Standing = "ended" if began else "not_yet"
    if possible:
        standing = "certain" if certain else "possible"
    signature = (certain or possible or began or signatures)[-1]
    return Signatory(
        participant=code,
        kind=str(signature["kind"]),
        standing=standing,
        signature=signature,
        positions=tuple(resting),
    )


def _positions(
    connection: Connection, moment: Moment, participant: str | None
) -> dict[str, list[int]]:
    """Give, by participant, where the acts stand that make or end a signature."""
    act = participation_act.c
    statement = (
        select(act.participant, act.version, act.position, act.act, act.concerns)
        .where(known(participation_act, moment))
        .order_by(act.participant, act.position)
    )
    if participant is not None:
        statement = statement.where(act.participant == participant)
    bearing: defaultdict[str, set[int]] = defaultdict(set)
    found: defaultdict[str, list[int]] = defaultdict(list)
    for row in connection.execute(statement):
        speaks_of_one = row.act in _SPEAKING and row.concerns in bearing[row.participant]
        if row.act in _BEARING or speaks_of_one:
            bearing[row.participant].add(row.version)
            found[row.participant].append(row.position)
    return found
