"""Registry web: every route has a budget, and nobody takes all exports for themselves."""

from typing import Any

import pytest

from services.kit.errors import TooManyRequests, Unavailable
from services.kit.openapi import BUDGET, NO_BUDGET
from services.registry.app import Room
from services.registry.web.admission import Admission
from tests.databases import ON_SQLITE, Database
from tests.running_registry import RunningRegistry, running_registry


@ON_SQLITE
def test_every_route_names_a_budget_that_there_is(registry: RunningRegistry) -> None:
    document = registry.get("/openapi.json").json()
    costs = {
        f"{method} {path}": operation[BUDGET]
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    }
    known = {"read", "expensive_read", "write", "validation", "export"}
    free = {route for route, cost in costs.items() if cost == NO_BUDGET}
    assert free == {"get /health/live", "get /health/ready", "get /metrics"}
    assert {cost for route, cost in costs.items() if route not in free} <= known
    assert {route for route, cost in costs.items() if cost == "export"} == {
        "get /v1/export",
        "get /v1/participants/{code}/own-data",
    }
    assert {route for route, cost in costs.items() if cost == "expensive_read"} == {
        "get /v1/disclosures",
        "get /v1/evidence/{code}/{digest}",
        "get /v1/participants/{code}/evidence-files/{digest}",
    }
    assert {route for route, cost in costs.items() if cost == "validation"} == {
        "post /v1/validations"
    }
    for route, cost in costs.items():
        method, path = route.split(" ")
        declared = document["paths"][path][method]["responses"]
        assert ("429" in declared) == (cost != NO_BUDGET), route


@ON_SQLITE
def test_an_export_of_a_reader_who_has_enough_of_them_is_refused(
    database: Database, tmp_path: Any
) -> None:
    room = Room(max_exports=3, max_exports_each=1)
    with running_registry(database, tmp_path, room=room) as registry:
        assert registry.get("/v1/export").status_code == 200
        exports = registry.app.state.reading.exports
        with exports.one("address 203.0.113.1"), exports.one("address 127.0.0.1"):
            refused = registry.get("/v1/export")
        assert (refused.status_code, refused.headers["retry-after"]) == (429, "30")
        assert refused.json()["code"] == "too-many-requests"
        assert registry.get("/v1/export").status_code == 200


def test_one_reader_takes_only_a_part_of_the_room() -> None:
    admission = Admission(3, "exports", most_each=2, retry_after_seconds=30)
    with admission.one("a"), admission.one("a"):
        with (
            pytest.raises(TooManyRequests, match="2 exports of the same reader"),
            admission.one("a"),
        ):
            raise AssertionError
        with admission.one("b"):
            with pytest.raises(Unavailable, match="3 exports"), admission.one("c"):
                raise AssertionError
            assert admission.inside == 3
    with admission.one("a"):
        assert admission.inside == 1


def test_nobody_in_particular_may_take_all_the_room() -> None:
    admission = Admission(2, "writes", most_each=1)
    with admission.one(), admission.one():
        assert admission.inside == 2
