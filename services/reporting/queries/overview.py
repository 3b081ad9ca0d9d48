"""One cycle at one moment: who is expected, and what was received; every figure starts here."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal, TypeAlias

from sqlalchemy import Connection, RowMapping

from services.reporting.projections.reports import report_version
from services.reporting.queries.as_of import Moment
from services.reporting.queries.due import (
    Due,
    Extensions,
    due_of,
    list_extensions,
    list_reminders,
)
from services.reporting.queries.methodology import Method, method
from services.reporting.queries.participation import Signatory, list_signatories
from services.reporting.queries.parts import list_parts
from services.reporting.queries.record import (
    Parts,
    Record,
    Versions,
    compile_record,
    voice_of,
)
from services.reporting.queries.rows import decoded
from services.reporting.queries.streams import stream_versions
from services.reporting.queries.versions import (
    Version,
    Withdrawal,
    list_versions,
    with_renewed,
)

Depth: TypeAlias = Literal["arrivals", "figures", "parts"]
"""Only that reports came; what they say in codes by unit; the same, with parts E and F."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """A cycle, who is expected to report on the reference day, and the reports received."""

    cycle: RowMapping
    method: Method
    reference_day: date
    """Earlier of the day that the method names and the day asked for."""
    expected: Mapping[str, Signatory]
    """Of the cycle's kinds, those whose signature is certainly or possibly in force, by code."""
    records: Mapping[str, Record]
    """What stands, by participant; also of those not expected, and illustrative ones."""
    versions: Versions
    """By report: those received, withdrawn ones too, and those that renewals stand for."""

    def received(self, code: str) -> tuple[Version, ...]:
        """Give every version received of a participant's report, oldest first, in one voice."""
        return voice_of(self.versions.get(f"{code}-{self.cycle['cycle_id']}", ()))

    def withdrawal(self, code: str) -> Withdrawal | None:
        """Give the withdrawal of a participant's report, if nothing was filed since."""
        received = self.received(code)
        return received[-1].withdrawn if received else None

    extensions: Extensions
    reminders: Mapping[str, Sequence[RowMapping]]
    """Those sent by the day, by participant."""
    streams: Mapping[str, int]
    """Version of each obligation's stream that has entries, by name."""

    def due(self, code: str) -> Due:
        """Give the due day that holds for a participant."""
        return due_of(self.cycle, self.extensions.get((self.cycle["cycle_id"], code)))

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
    depth: Depth = "figures",
    counting: Method | None = None,
) -> Overview:
    """Put a cycle together.

    Args:
        connection: a reading transaction.
        moment: where the answer stands.
        cycle: row of the cycle.
        participant: look only at this one.
        depth: how much of what the reports say is wanted.
        counting: the method to count by; `None`: the one that the cycle names.
    """
    counting = counting or method(cycle["methodology_version"])
    day = counting.reference_day(cycle, moment.effective_on)
    kinds = decoded(cycle["participant_kinds"])
    signatories = list_signatories(connection, moment, on=day, participant=participant)
    records, versions = list_records(
        connection, moment, cycle, participant=participant, depth=depth
    )
    expected = {
        code: one for code, one in signatories.items() if one.kind in kinds and one.is_expected
    }
    cycle_id = cycle["cycle_id"]
    extensions = list_extensions(connection, moment, [cycle_id], participant=participant)
    reminders = list_reminders(connection, moment, cycle_id, participant=participant)
    return Overview(
        cycle=cycle,
        method=counting,
        reference_day=day,
        expected=expected,
        records=records,
        versions=versions,
        extensions=extensions,
        reminders=reminders,
        streams=_streams(connection, moment, cycle_id, expected),
    )


def _streams(
    connection: Connection, moment: Moment, cycle_id: str, codes: Iterable[str]
) -> dict[str, int]:
    names = [obligation_stream(code, cycle_id) for code in codes]
    return stream_versions(connection, moment, names)


def obligation_stream(code: str, cycle_id: str) -> str:
    """Name the stream of what a participant owes for a cycle."""
    return f"obligation-{code}-{cycle_id}"


def list_records(
    connection: Connection,
    moment: Moment,
    cycle: RowMapping,
    *,
    participant: str | None,
    depth: Depth,
) -> tuple[dict[str, Record], Versions]:
    """Give what stands for a cycle by participant, and every version that was looked at.

    Args:
        connection: a reading transaction.
        moment: where the answer stands.
        cycle: row of the cycle.
        participant: look only at this one.
        depth: how much of what the reports say is wanted.
    """
    chosen = [report_version.c.cycle_id == cycle["cycle_id"]]
    if participant is not None:
        chosen.append(report_version.c.participant == participant)
    received = list_versions(connection, moment, *chosen)
    versions: Versions = with_renewed(connection, moment, received)
    parts: Parts = {}
    if depth != "arrivals":
        parts = list_parts(connection, moment, versions, with_sections=depth == "parts")
    found = {}
    for report_id, own in received.items():
        record = compile_record(report_id, versions, parts)
        if record is not None:
            found[own[0].participant] = record
    return found, versions
