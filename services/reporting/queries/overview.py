"""One cycle at one moment: who is expected, and what was received; every figure starts here."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, RowMapping, select

from services.reporting.projections.reports import postulate_statement, report_version
from services.reporting.queries.as_of import Moment, known
from services.reporting.queries.methodology import Method, method
from services.reporting.queries.participation import Signatory, list_signatories
from services.reporting.queries.record import Part, Parts, Record, Versions, compile_record
from services.reporting.queries.rows import decoded
from services.reporting.queries.versions import list_versions, with_renewed

_FIGURES = (
    "report_id",
    "report_version",
    "unit",
    "position",
    "restricted",
    "visibility",
    "implementation_status",
    "measure_count",
)
"""Columns of a statement that figures need: everything but its content."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """A cycle, the signatories of its kinds on the reference day, and the reports received."""

    cycle: RowMapping
    method: Method
    reference_day: date
    """Earlier of the due day and the day asked for."""
    signatories: Mapping[str, Signatory]
    """Of the cycle's kinds, in force or not, by code."""
    records: Mapping[str, Record]
    """By participant; also of those not expected, and illustrative ones."""

    @property
    def expected(self) -> dict[str, Signatory]:
        """Give those whose signature is certainly or possibly in force."""
        return {code: one for code, one in self.signatories.items() if one.is_expected}

    def submission(self, code: str) -> Record | None:
        """Give what the participant itself filed."""
        record = self.records.get(code)
        return record if record is not None and record.is_submission else None


def overview(
    connection: Connection,
    moment: Moment,
    cycle: RowMapping,
    *,
    participant: str | None = None,
    with_statements: bool = True,
) -> Overview:
    """Put a cycle together.

    Args:
        connection: a reading transaction.
        moment: where the answer stands.
        cycle: row of the cycle.
        participant: look only at this one.
        with_statements: whether it is asked what the reports say, or only that they came.
    """
    counting = method(cycle["methodology_version"])
    day = counting.reference_day(cycle["due_on"], moment.effective_on)
    kinds = decoded(cycle["participant_kinds"])
    signatories = list_signatories(connection, moment, on=day, participant=participant)
    return Overview(
        cycle=cycle,
        method=counting,
        reference_day=day,
        signatories={code: one for code, one in signatories.items() if one.kind in kinds},
        records=_records(connection, moment, cycle, participant, with_statements=with_statements),
    )


def _records(
    connection: Connection,
    moment: Moment,
    cycle: RowMapping,
    participant: str | None,
    *,
    with_statements: bool,
) -> dict[str, Record]:
    chosen = [report_version.c.cycle_id == cycle["cycle_id"]]
    if participant is not None:
        chosen.append(report_version.c.participant == participant)
    received = list_versions(connection, moment, *chosen)
    versions: Versions = received
    parts: Parts = {}
    if with_statements:
        versions = with_renewed(connection, moment, received)
        parts = list_parts(connection, moment, versions)
    found = {}
    for report_id, own in received.items():
        record = compile_record(report_id, versions, parts)
        if record is not None:
            found[own[0].participant] = record
    return found


def list_parts(connection: Connection, moment: Moment, versions: Versions) -> Parts:
    """Give what each version says on each unit, without the words."""
    rows = connection.execute(
        select(*(postulate_statement.c[name] for name in _FIGURES)).where(
            known(postulate_statement, moment),
            postulate_statement.c.report_id.in_(versions.keys()),
        )
    )
    found: defaultdict[tuple[str, int], dict[str, Part]] = defaultdict(dict)
    for row in rows.mappings():
        found[row["report_id"], row["report_version"]][row["unit"]] = row
    return found
