"""Every answer over HTTP is what a plain reading of the history says, at any position and day."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.databases import Databases
from tests.reporting.answering import Told, told_on
from tests.reporting.oracle.asking import Asker
from tests.reporting.oracle.history import history_of
from tests.reporting.oracle.lives import Lived, lives

FEW = settings(
    max_examples=2,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],  # a smaller history takes long to find
    suppress_health_check=list(HealthCheck),
)
OF_CYCLES = (date(2025, 6, 30), date(2025, 7, 31), date(2026, 6, 30), date(2026, 7, 31))


@pytest.fixture
def empty(
    databases: Databases, dialect: str, tmp_path: Path
) -> Callable[[], AbstractContextManager[Told]]:
    """Give an empty register each time it is called."""

    def make() -> AbstractContextManager[Told]:
        if dialect == "sqlite":
            return told_on(databases.sqlite("reporting", tmp_path).url)
        return told_on(databases.postgresql("reporting").url)

    return make


@st.composite
def moments(draw: st.DrawFn, lived: Lived) -> tuple[int, date]:
    """A position, and a day on which something happened, or was due, or the one beside it."""
    at, _ = draw(st.sampled_from(lived))
    day = at.date() + timedelta(days=draw(st.integers(-1, 1)))
    return draw(st.integers(5, len(lived))), draw(st.sampled_from((day, *OF_CYCLES)))


@FEW
@given(lived=lives(), data=st.data())
def test_every_answer_is_what_a_plain_reading_of_the_history_says(
    empty: Callable[[], AbstractContextManager[Told]], lived: Lived, data: st.DataObject
) -> None:
    with empty() as told:
        told.now = lived[-1][0] + timedelta(days=1)
        told.tell_in_order(*lived)
        history = history_of(lived)
        with told.client() as client:
            for position, day in ((len(lived), told.now.date()), data.draw(moments(lived))):
                asker = Asker(client, history, position, day)
                asker.everything()
                assert asker.wrong == []
                assert asker.asked > 20
