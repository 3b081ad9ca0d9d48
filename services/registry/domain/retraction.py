"""Pure rules of retraction: a participant withdraws its report for a cycle, all versions of it.

What was withdrawn stays in the log. It counts as not received from then on, and may be followed by
a new submission or renewal under the next number. A renewal of one of its versions, made before in
a later report, stands: it is the participant's word of its own, to be withdrawn by itself.
"""

from dataclasses import dataclass

from contracts.events import RegistryEvent, ReportWithdrawn
from services.kit.decider import Decider
from services.registry.domain.report import (
    NOTHING,
    Facts,
    check_cleared,
    check_stands,
    evolve,
    version_of,
)
from services.registry.domain.ruling import Ruling, ruling_by
from services.registry.domain.streams import report_stream

# --- commands


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawReport:
    """Withdraw a report; names its latest version."""

    withdrawal: ReportWithdrawn


# --- rules


def decide(command: WithdrawReport, facts: Facts) -> tuple[RegistryEvent, ...]:
    """Withdraw the report; the very same a second time changes nothing."""
    event = command.withdrawal
    report = facts.report(event.report_id)
    version = version_of(report, event.report_version, event.digest)
    if version.withdrawn == event:
        return ()
    check_stands(report, event.report_version)
    check_cleared(event.clearance)
    return (event,)


DECIDER: Decider[WithdrawReport, Facts, RegistryEvent] = Decider(
    decide=decide, evolve=evolve, initial=NOTHING
)


def ruling(command: WithdrawReport) -> Ruling:
    """Say what a withdrawal reads: the report."""
    return ruling_by(DECIDER, command, target=report_stream(command.withdrawal.report_id))
