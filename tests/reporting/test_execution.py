"""Statements become SQL: what is open under a key is closed, or goes on changed."""

from typing import Any

import pytest
from sqlalchemy import Engine
from sqlalchemy.exc import IntegrityError

from services.reporting.execution import execute
from services.reporting.projections.base import Amend, Close, Insert, Statement
from services.reporting.projections.people import focal_point
from tests.reporting.answering import Told
from tests.reporting.projected import Row, rows

KEY = {"focal_point_id": "fp"}


def mandate(at: int, **changes: Any) -> Insert:
    row = {
        "focal_point_id": "fp",
        "position": at,
        "recorded_at": "2026-01-01T00:00:00.000000Z",
        "participant": "ZZA",
        "seat": "capital",
        "term_from": "2025-01-01",
        "term_to": None,
        "received_on": "2024-12-12",
        "ended_on": None,
        "ended_at": None,
        "erased_at": None,
        "known_from": at,
        "known_to": None,
    }
    return Insert(focal_point, {**row, **changes})


def carried_out(engine: Engine, *statements: Statement) -> list[Row]:
    with engine.begin() as connection:
        execute(connection, 1, statements)
    return rows(engine, focal_point, generation=1)


def spans(found: list[Row]) -> list[tuple[int, int | None, str]]:
    return [(row["known_from"], row["known_to"], row["seat"]) for row in found]


def test_a_row_is_known_until_it_is_closed(told: Told) -> None:
    assert spans(carried_out(told.engine, mandate(3))) == [(3, None, "capital")]
    assert spans(carried_out(told.engine, Close(focal_point, KEY, 7))) == [(3, 7, "capital")]
    assert spans(carried_out(told.engine, Close(focal_point, KEY, 9))) == [(3, 7, "capital")]


def test_an_amended_row_goes_on_with_its_changes(told: Told) -> None:
    found = carried_out(told.engine, mandate(3), Amend(focal_point, KEY, 5, {"seat": "new_york"}))
    assert spans(found) == [(3, 5, "capital"), (5, None, "new_york")]
    assert [row["position"] for row in found] == [3, 3]


def test_one_batch_is_the_same_as_one_by_one(told: Told) -> None:
    steps = (
        mandate(3),
        Amend(focal_point, KEY, 5, {"seat": "new_york"}),
        Amend(focal_point, KEY, 6, {"ended_on": "2026-03-31"}),
        Close(focal_point, KEY, 8),
        mandate(8),
    )
    together = carried_out(told.engine, *steps)
    with told.engine.begin() as connection:
        for step in steps:
            execute(connection, 2, (step,))
    apart = rows(told.engine, focal_point, generation=2)
    assert [{**row, "generation": 2} for row in together] == apart
    assert [row["known_to"] for row in together] == [5, 6, 8, None]


def test_what_is_open_under_no_key_changes_nothing(told: Told) -> None:
    found = carried_out(
        told.engine,
        mandate(3),
        Amend(focal_point, {"focal_point_id": "other"}, 5, {"seat": "new_york"}),
        Close(focal_point, {"focal_point_id": "other"}, 6),
    )
    assert spans(found) == [(3, None, "capital")]


def test_a_row_that_leaves_a_column_out_is_a_bug_that_shows(told: Told) -> None:
    row = dict(mandate(3).row)
    del row["seat"]
    with pytest.raises(KeyError, match="seat"):
        carried_out(told.engine, Insert(focal_point, row))
    with pytest.raises(IntegrityError):
        carried_out(told.engine, mandate(3), mandate(3))
