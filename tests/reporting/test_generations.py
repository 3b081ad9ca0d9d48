"""The checkpoint moves by compare-and-swap; one row says which generation answers."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError

from contracts.merkle import Frontier
from services.kit.database import write_transaction
from services.reporting.database import make_reporting_engine
from services.reporting.generations import (
    Fenced,
    Superseded,
    drop_chunk,
    live_generation,
    move,
    new_generation,
    read_place,
    switch,
)
from services.reporting.projections.catalogue import VERSIONS
from tests import makers
from tests.reporting.answering import Told
from tests.reporting.projected import counts


def test_the_first_generation_answers_and_the_next_waits(told: Told) -> None:
    with write_transaction(told.engine) as connection:
        assert live_generation(connection) is None
        assert new_generation(connection) == 1
        assert new_generation(connection) == 2
        assert live_generation(connection) == 1
        place = read_place(connection, 2)
    assert (place.position, place.proven_position, place.checkpoint) == (0, 0, None)
    assert place.versions == VERSIONS


def test_projectors_that_start_at_once_on_an_empty_database_follow_one_generation(
    told: Told,
) -> None:
    """The second finds no generation, and begins one while the first has not committed its own."""
    told.registry.append(makers.signature_recorded("ZZA"))
    with ThreadPoolExecutor(1) as pool:
        with write_transaction(told.engine) as connection:
            assert new_generation(connection) == 1
            second = pool.submit(told.project)
            while told.engine.dialect.name == "postgresql" and not _is_anybody_waiting(told.engine):
                assert not second.done()
        second.result(timeout=30)
    assert counts(told.engine)["entry"] == 1
    with told.engine.begin() as connection:
        checkpoints = connection.exec_driver_sql("SELECT generation FROM projection_checkpoint")
        assert checkpoints.scalars().all() == [1]


def _is_anybody_waiting(engine: Engine) -> bool:
    with engine.begin() as connection:
        waiting = "SELECT count(*) FROM pg_locks WHERE NOT granted"
        return bool(connection.exec_driver_sql(waiting).scalar_one())


def test_a_checkpoint_that_moved_is_not_moved_again(told: Told) -> None:
    one = Frontier().append(bytes(32))
    with write_transaction(told.engine) as connection:
        new_generation(connection)
        move(connection, 1, expected=0, frontier=one, recorded_at="x", checkpoint=None)
        with pytest.raises(Fenced, match="moved generation 1 on from 0"):
            move(connection, 1, expected=0, frontier=one, recorded_at="x", checkpoint=None)
        place = read_place(connection, 1)
    assert (place.position, place.proven_position, place.recorded_at) == (1, 0, "x")
    assert place.frontier == one


def test_a_generation_that_is_gone_cannot_be_read(told: Told) -> None:
    with (
        write_transaction(told.engine) as connection,
        pytest.raises(Fenced, match="generation 7 is gone"),
    ):
        read_place(connection, 7)


def test_only_the_generation_that_answers_is_switched_from(told: Told) -> None:
    with write_transaction(told.engine) as connection:
        new_generation(connection)
        new_generation(connection)
        switch(connection, expected=1, generation=2)
        with pytest.raises(Fenced, match="generation 1 is no longer the one that answers"):
            switch(connection, expected=1, generation=2)


def test_only_the_generation_begun_last_can_begin_to_answer(told: Told) -> None:
    with write_transaction(told.engine) as connection:
        for _ in range(3):
            new_generation(connection)
        with pytest.raises(Superseded, match="a later rebuild has begun generation 3"):
            switch(connection, expected=1, generation=2)
        switch(connection, expected=1, generation=3)


def test_no_number_is_given_twice(told: Told) -> None:
    with write_transaction(told.engine) as connection:
        new_generation(connection)
        assert new_generation(connection) == 2
        assert drop_chunk(connection, 2) == 0
        assert new_generation(connection) == 3


def test_what_answers_cannot_be_dropped(told: Told) -> None:
    told.tell(makers.signature_recorded("ZZA"))
    before = counts(told.engine)
    with (
        write_transaction(told.engine) as connection,
        pytest.raises(Fenced, match="generation 1 answers: it cannot be dropped"),
    ):
        drop_chunk(connection, 1)
    assert counts(told.engine) == before


def test_no_row_is_dropped_while_a_page_of_its_generation_is_being_written(told: Told) -> None:
    """Else that page's rows would lie there for ever, under a number without a checkpoint."""
    told.tell(makers.signature_recorded("ZZA"))
    with write_transaction(told.engine) as connection:
        switch(connection, expected=1, generation=new_generation(connection))
    before = counts(told.engine)
    other = make_reporting_engine(told.engine.url.render_as_string(hide_password=False))
    is_sqlite = other.dialect.name == "sqlite"
    patience = "PRAGMA busy_timeout = 1" if is_sqlite else "SET lock_timeout = 1"
    try:
        with other.connect() as impatient:
            impatient.exec_driver_sql(patience)
            impatient.commit()
            with write_transaction(told.engine) as connection:
                read_place(connection, 1, lock=True)
                with pytest.raises(OperationalError):
                    drop_chunk(impatient, 1)
            impatient.rollback()
    finally:
        other.dispose()
    assert counts(told.engine) == before


def test_a_dropped_generation_leaves_nothing_behind(told: Told) -> None:
    told.registry.append_body("plan-registered", {"participant": "ZZB"}, stream="plan-1")
    told.tell(
        makers.signature_recorded("ZZA"), makers.cycle_opened(), makers.report_submitted("ZZA")
    )
    with write_transaction(told.engine) as connection:
        switch(connection, expected=1, generation=new_generation(connection))
    dropped = 0
    while True:
        with write_transaction(told.engine) as connection:
            gone = drop_chunk(connection, 1)
        dropped += gone
        if not gone:
            break
    assert dropped == 4 + 1 + 1 + 1 + 2 + 1 + 1
    assert set(counts(told.engine).values()) == {0}
    with write_transaction(told.engine) as connection, pytest.raises(Fenced):
        read_place(connection, 1)
