"""Questions on participants: who takes part, and by which acts it came to be so."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import Connection, select

from contracts.acts import effect
from contracts.participants import regional_group
from services.reporting.projections.participation import participation_act
from services.reporting.queries.as_of import Moment, known, missing
from services.reporting.queries.participation import Signatory, list_signatories, span_of
from services.reporting.queries.rows import Listed, Page, Row, cut, decoded, positions
from services.reporting.queries.streams import stream_versions
from services.reporting.queries.timeline import act_row, list_acts, list_memberships

STREAM = "participation-"
NO_GROUP = "none"
"""Key of those without a regional group, so that the groups add up to the whole."""


def list_participants(
    connection: Connection, moment: Moment, page: Page, *, standing: str | None = None
) -> Listed:
    """List everybody who ever signed, with their standing on the day; counts stand beside.

    Args:
        connection: a reading transaction.
        moment: where the answer stands.
        page: which rows.
        standing: only those certain, possible, ended or not yet in force.
    """
    signatories = list_signatories(connection, moment)
    rows = _rows(connection, moment, signatories)
    counts = {
        kind: sum(one.standing == kind for one in signatories.values())
        for kind in ("certain", "possible", "ended", "not_yet")
    }
    chosen = [
        (code, row) for code, row in rows.items() if standing is None or row["standing"] == standing
    ]
    return cut(chosen, page, counts=counts)


def get_participant(connection: Connection, moment: Moment, *, code: str) -> Row:
    """Give one participant with every act the register knows of it.

    Raises:
        NotFound: nobody with this code had signed, as known at the moment.
        Unavailable: all that was recorded of it is held back.
    """
    signatories = list_signatories(connection, moment, participant=code)
    if not signatories:
        raise missing(moment, code)
    row = _rows(connection, moment, signatories, code)[code]
    row["timeline"] = list(list_acts(connection, moment, code))
    row["memberships"] = list(list_memberships(connection, moment, code))
    return row


def names(
    connection: Connection, moment: Moment, code: str | None = None
) -> dict[str, dict[str, str]]:
    """Give the names by code: the last one certainly in effect on the day, else the first given."""
    return {name: found["name"] for name, found in _named(connection, moment, code).items()}


def group_of(code: str) -> str:
    """Give the one electoral group that figures count a participant in, or `NO_GROUP`."""
    return regional_group(code) or NO_GROUP


def _rows(
    connection: Connection,
    moment: Moment,
    signatories: Mapping[str, Signatory],
    code: str | None = None,
) -> dict[str, Row]:
    named = _named(connection, moment, code)
    streams = {name: STREAM + name for name in signatories}
    versions = stream_versions(connection, moment, streams.values())
    return {
        one.participant: _row(one, named[one.participant], versions[streams[one.participant]])
        for one in signatories.values()
    }


def _row(one: Signatory, named: Mapping[str, Any], version: int) -> Row:
    return {
        "participant": one.participant,
        "kind": one.kind,
        "name": named["name"],
        "regional_group": group_of(one.participant),
        "standing": one.standing,
        "since": act_row(one.signature),
        "positions": positions(*one.positions, named["position"]),
        "asserted_by": "secretariat",
        "stream": STREAM + one.participant,
        "version": version,
    }


def _named(connection: Connection, moment: Moment, code: str | None) -> dict[str, dict[str, Any]]:
    act = participation_act.c
    statement = (
        select(
            act.participant,
            act.name,
            act.position,
            act.earliest_on,
            act.latest_on,
            act.claim_status,
            act.contested_by,
        )
        .where(known(participation_act, moment), act.name.is_not(None))
        .order_by(act.participant, act.version)
    )
    if code is not None:
        statement = statement.where(act.participant == code)
    chosen: dict[str, Any] = {}
    since: dict[str, date] = {}
    for row in connection.execute(statement).mappings():
        name, latest = row["participant"], row["latest_on"]
        chosen.setdefault(name, row)
        is_certain = effect(span_of(row), moment.effective_on) == "certain"
        if is_certain and since.get(name, date.min) <= latest:
            chosen[name], since[name] = row, latest
    return {
        name: {"name": decoded(row["name"]), "position": row["position"]}
        for name, row in chosen.items()
    }
