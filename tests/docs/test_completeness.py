"""Documents: the table of completeness is made from the code, and sees what is missing."""

from contracts.events import EVENT_CLASSES
from scripts.documents.completeness import COLUMNS, blanks, completeness


def test_no_event_lacks_anything() -> None:
    assert blanks() == []


def test_every_event_has_a_row_with_every_column() -> None:
    rows = dict(completeness())
    assert set(rows) == set(EVENT_CLASSES)
    assert {tuple(cells) for cells in rows.values()} == {COLUMNS}


def test_the_cells_are_what_the_code_has() -> None:
    cells = dict(completeness())["report-accepted"]
    assert "review" in cells["decider"]
    assert cells["route"] == "`POST /v1/reports/{report_id}/decisions`"
    assert cells["projection"] == "decisions"
