"""Tests of reporting: a register that was told things, on each database."""

from collections.abc import Iterator

import pytest

from tests.databases import Database
from tests.reporting.answering import Told, told_on


@pytest.fixture
def told(reporting_database: Database) -> Iterator[Told]:
    """An empty register, projected into an empty database."""
    with told_on(reporting_database.url) as register:
        yield register
