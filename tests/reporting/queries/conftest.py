"""Tests of queries: as many empty registers as a property needs."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests.databases import Databases
from tests.reporting.answering import Told, told_on


@pytest.fixture
def fresh(databases: Databases, tmp_path: Path) -> Callable[[], AbstractContextManager[Told]]:
    """Give an empty register each time it is called, in a SQLite file of its own."""

    @contextmanager
    def make() -> Iterator[Told]:
        with TemporaryDirectory(dir=tmp_path) as folder:
            database = databases.sqlite("reporting", Path(folder))
            with told_on(database.url) as register:
                yield register

    return make
