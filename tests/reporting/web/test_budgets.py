"""Reporting web: every route has a budget, and what works long a tighter one."""

from sqlalchemy import create_engine

from services.kit.openapi import BUDGET, NO_BUDGET, openapi_of
from services.kit.settings import read_settings
from services.reporting.app import create_app
from services.reporting.settings import ReportingSettings

EXPENSIVE = {
    "/v1/aggregates/assistance",
    "/v1/aggregates/explain",
    "/v1/aggregates/good-practices",
    "/v1/aggregates/matrix",
    "/v1/aggregates/members",
    "/v1/aggregates/organisations",
    "/v1/aggregates/pillar-balance",
    "/v1/aggregates/pillars",
    "/v1/aggregates/postulates",
    "/v1/aggregates/regions",
    "/v1/aggregates/timeline",
    "/v1/aggregates/trajectory",
    "/v1/assistance",
    "/v1/availability",
    "/v1/bulk/manifest",
    "/v1/findings",
    "/v1/observations",
    "/v1/participants/{code}/overview",
    "/v1/rates",
    "/v1/rates/changes",
    "/v1/rates/explain",
    "/v1/recommendations",
    "/v1/regional-reports/{organisation}/{cycle}",
}


def test_every_route_names_a_budget_that_there_is() -> None:
    given = {"REPORTING_DATABASE_URL": "sqlite:///reporting.db"}
    budgets = {budget.name for budget in read_settings(ReportingSettings, given).budgets}
    costs = {
        path: operations["get"][BUDGET]
        for path, operations in openapi_of(create_app(create_engine("sqlite://")))["paths"].items()
    }
    free = {path for path, cost in costs.items() if cost == NO_BUDGET}
    assert free == {"/health/live", "/health/ready", "/metrics"}
    assert {cost for path, cost in costs.items() if path not in free} == budgets
    assert {path for path, cost in costs.items() if cost == "expensive_read"} == EXPENSIVE
