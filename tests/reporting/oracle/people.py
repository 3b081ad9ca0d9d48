"""Oracle: who could submit a report for a participant on a day."""

from datetime import date

from contracts.events import (
    CycleClosed,
    FocalPointDesignated,
    FocalPointDesignationEnded,
    PersonalDataErased,
)
from tests.reporting.oracle.history import History
from tests.reporting.oracle.participation import standing_of


def could_submit(history: History, code: str, day: date) -> set[str]:
    """Give the ids of those in their term, of a signatory, while a cycle is open."""
    standing = standing_of(history, code, day)
    if standing is None or standing[0] not in {"certain", "possible"}:
        return set()
    closed = {
        one.event.cycle_id: one.event.effective_on
        for one in history.entries
        if isinstance(one.event, CycleClosed)
    }
    is_open = any(
        cycle.opens_on <= day <= closed.get(cycle_id, date.max)
        and standing[1] in cycle.participant_kinds
        for cycle_id, cycle in history.cycles().items()
    )
    return _in_term(history, code, day) if is_open else set()


def _in_term(history: History, code: str, day: date) -> set[str]:
    terms: dict[str, tuple[date, date]] = {}
    for one in history.entries:
        event = one.event
        if getattr(event, "participant", None) != code:
            continue
        if isinstance(event, FocalPointDesignated):
            terms[event.focal_point_id] = (event.term_from, event.term_to or date.max)
        elif isinstance(event, FocalPointDesignationEnded) and event.focal_point_id in terms:
            terms[event.focal_point_id] = (terms[event.focal_point_id][0], event.ended_on)
        elif isinstance(event, PersonalDataErased):
            terms.pop(event.person_id, None)
    return {who for who, (first, last) in terms.items() if first <= day <= last}
