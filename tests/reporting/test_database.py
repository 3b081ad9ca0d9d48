"""Reporting's database as answers read it."""

from sqlalchemy import func, select

from services.reporting.database import snapshots
from services.reporting.projections.entries import entry_table
from tests import makers
from tests.reporting.answering import Told


def test_an_answer_sees_the_same_rows_from_its_first_statement_to_its_last(told: Told) -> None:
    told.tell(makers.signature_recorded("ZZA"))
    count = select(func.count()).select_from(entry_table)
    with snapshots(told.engine).begin() as reading:
        assert reading.execute(count).scalar_one() == 1
        told.tell(makers.signature_recorded("ZZB"))
        assert reading.execute(count).scalar_one() == 1
    with snapshots(told.engine).begin() as reading:
        assert reading.execute(count).scalar_one() == 2
