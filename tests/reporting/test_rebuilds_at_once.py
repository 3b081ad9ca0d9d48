"""Of several rebuilds the one begun last wins, and what answers is never dropped."""

import threading

import pytest

from services.reporting.comparison import Rebuilt
from services.reporting.generations import Fenced
from tests.reporting.answering import Told
from tests.reporting.projected import counts, digests
from tests.reporting.rebuilding import live, rebuilt, told_some


def test_a_rebuild_may_begin_while_another_waits_for_the_last_questions(told: Told) -> None:
    told_some(told)
    before, rows_before = digests(told.engine), counts(told.engine)
    waited: list[float] = []

    def pause(seconds: float) -> None:
        if not waited:
            waited.append(seconds)
            assert rebuilt(told).new_generation == 3

    assert rebuilt(told, grace_seconds=5, pause=pause).new_generation == 2
    assert waited == [5]
    assert live(told) == 3
    assert (digests(told.engine), counts(told.engine)) == (before, rows_before)


@pytest.mark.parametrize("step", [("projecting", 4), ("comparing", 1), ("comparing", 9)])
def test_of_two_rebuilds_at_once_the_one_begun_last_answers(
    told: Told, step: tuple[str, int]
) -> None:
    told_some(told)
    before, rows_before = digests(told.engine), counts(told.engine)
    begun: list[Rebuilt] = []

    def progress(what: str, done: int, _total: int) -> None:
        if (what, done) == step and not begun:
            begun.append(rebuilt(told))

    with pytest.raises(Fenced, match=r"generation 2 .* a later rebuild has begun"):
        rebuilt(told, progress=progress)
    assert live(told) == begun[0].new_generation == 3
    assert (digests(told.engine), counts(told.engine)) == (before, rows_before)


def test_a_page_of_a_rebuild_that_was_given_up_is_not_written(told: Told) -> None:
    told_some(told)
    told.registry.limit = 2
    rows_before = counts(told.engine)
    begun: list[str] = []

    def progress(what: str, _done: int, _total: int) -> None:
        if not begun:
            begun.append(what)
            rebuilt(told)

    with pytest.raises(Fenced, match=r"generation 2 .* a later rebuild has begun generation 3"):
        rebuilt(told, progress=progress)
    assert counts(told.engine) == rows_before


def test_however_rebuilds_interleave_one_whole_generation_is_left(told: Told) -> None:
    told.registry.limit = 1
    told_some(told)
    before, rows_before = digests(told.engine), counts(told.engine)
    failures: list[BaseException] = []

    def work() -> None:
        for _ in range(2):
            try:
                rebuilt(told)
            except Fenced:
                continue
            except BaseException as error:  # noqa: BLE001 - told to the test's thread
                failures.append(error)

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert failures == []
    rebuilt(told)
    assert (digests(told.engine), counts(told.engine)) == (before, rows_before)


def test_a_rebuild_that_died_is_in_nobodys_way(told: Told) -> None:
    told_some(told)
    rows_before = counts(told.engine)

    def dies(*_: object) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        rebuilt(told, progress=dies)
    assert rebuilt(told).new_generation == 3
    assert counts(told.engine) == rows_before
