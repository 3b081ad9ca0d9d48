"""Registry web: a running registry for whoever asks, on each database."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.databases import Database
from tests.running_registry import RunningRegistry, running_registry


@pytest.fixture
def registry(database: Database, tmp_path: Path) -> Iterator[RunningRegistry]:
    with running_registry(database, tmp_path) as running:
        yield running
