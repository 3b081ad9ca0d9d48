"""Tests: every address that reporting answers at, read from its OpenAPI document."""

from typing import Any
from urllib.parse import quote

from services.kit.openapi import openapi_of
from services.reporting.app import create_app
from services.reporting.database import make_reporting_engine
from tests import makers
from tests.reporting.answering import Told

FINE = {
    "code": "ZZA",
    "organisation": "ORG-ZZO",
    "cycle": "2026",
    "unit": "P1",
    "number": "1",
    "metric": "reporting_rate",
    "from": "1",
    "to": "1",
    "plan_id": "ZZA-PLAN-1",
    "methodology": "2.0.0",
    "aggregate": "postulates",
    "name": "participants",
}
"""Values with which every route answers."""
FINE_AT = {"/v1/aggregates/explain": {"metric": "share_of_statements"}}
"""Others, where the same name means something else."""


def document() -> dict[str, Any]:
    engine = make_reporting_engine("sqlite:///never-opened.db")
    found = openapi_of(create_app(engine))
    engine.dispose()
    return found


DOCUMENT = document()
OPERATIONS: list[tuple[str, dict[str, Any]]] = [
    (path, one["get"]) for path, one in DOCUMENT["paths"].items()
]
ASKED = [
    (path, parameter["in"], parameter["name"])
    for path, operation in OPERATIONS
    for parameter in operation.get("parameters", ())
]


def tell(told: Told) -> None:
    told.tell(
        makers.signature_recorded("ZZA"),
        makers.membership_recorded("ZZA"),
        makers.cycle_opened("2026"),
        makers.report_submitted("ZZA"),
        makers.plan_registered("ZZA"),
        makers.commitment_declared("ZZA"),
    )


def address(path: str, where: str, name: str, value: str | bytes) -> str:
    """Write the address of a route with one parameter as given and the others as they should be."""
    filled = {**FINE, **FINE_AT.get(path, {}), **({name: value} if where == "path" else {})}
    names = [parameter for one, in_, parameter in ASKED if one == path and in_ == "path"]
    target = path
    for each in names:
        target = target.replace(f"{{{each}}}", quote(filled[each], safe=""))
    required = [each for one, in_, each in ASKED if one == path and in_ == "query" and each in FINE]
    query = {each: filled[each] for each in required}
    if where == "query":
        query[name] = value
    return target + "?" + "&".join(f"{each}={quote(text, safe='')}" for each, text in query.items())
