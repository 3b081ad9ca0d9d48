"""Explanations of figures: as much as one answer can tell."""

import pytest

from services.reporting.queries.aggregates import TooMuchToExplain, explain_figure
from services.reporting.queries.counting import Slot
from tests import makers
from tests.reporting.answering import Told, on


@pytest.mark.parametrize("year", [None, "2026"])
def test_a_figure_is_explained_as_far_as_an_answer_can_tell(told: Told, year: str | None) -> None:
    """A log of a million entries would be an answer of half a gigabyte."""
    told.tell(makers.signature_recorded("ZZA"), at=on("2025-02-01"))
    told.tell(makers.cycle_opened("2026"), makers.plan_registered("ZZA"), at=on("2026-02-01"))
    slot = Slot(metric="entries", dimension="year" if year else "total", key=year)
    count = 2 if year else 3
    found = told.ask(explain_figure, name="timeline", slot=slot, most=count)
    assert len(found["entries"]) == len(found["numerator"]) == count
    of_signatures = told.ask(
        explain_figure, name="timeline", slot=slot, code="signature-recorded", most=count
    )
    assert len(of_signatures["numerator"]) == count - 2
    with pytest.raises(TooMuchToExplain):
        told.ask(explain_figure, name="timeline", slot=slot, most=count - 1)
