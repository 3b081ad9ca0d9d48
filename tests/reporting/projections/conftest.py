"""Projections: an engine on an empty database."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine

from services.reporting.database import make_reporting_engine
from tests.databases import Database


@pytest.fixture
def engine(reporting_database: Database) -> Iterator[Engine]:
    engine = make_reporting_engine(reporting_database.url)
    yield engine
    engine.dispose()
