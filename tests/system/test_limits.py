"""System: both services are limited as they are started, without anybody having set anything."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from sqlalchemy import text

from tests.databases import Database
from tests.system.running import Running, both_services

pytestmark = pytest.mark.system


@pytest.fixture
def here(database: Database, reporting_database: Database, tmp_path: Path) -> Iterator[Running]:
    with both_services(database, reporting_database, tmp_path) as found:
        yield found


def test_whoever_asks_too_often_is_told_so_and_no_header_changes_who_asks(
    here: Running, database: Database
) -> None:
    def export(number: int) -> httpx.Response:
        spoofed = {"x-forwarded-for": f"203.0.113.{number}", "forwarded": f"for=203.0.113.{number}"}
        return here.client.head(here.registry + "/v1/export", headers=spoofed)

    answers = [export(number) for number in range(7)]
    assert [one.status_code for one in answers] == [200] * 6 + [429]
    assert answers[0].headers["ratelimit-policy"] == '"export";q=6;w=30'
    assert answers[0].headers["ratelimit"].startswith('"export";r=5;t=')
    assert 1 <= int(answers[-1].headers["retry-after"]) <= 5
    assert here.client.get(here.registry + "/checkpoint").headers["ratelimit"].startswith('"read"')
    with database.engine() as engine, engine.connect() as connection:
        shared = connection.execute(text("SELECT budget, length(who) FROM budget_spent")).all()
    assert shared == ([("export", 16)] if database.dialect == "postgresql" else [])

    matrix = here.client.get(here.reporting + "/v1/aggregates/matrix", params={"cycle": "2026"})
    assert matrix.headers["ratelimit-policy"] == '"expensive_read";q=120;w=12'
