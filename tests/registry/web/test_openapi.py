"""The registry's OpenAPI document: everything a client needs to know stands in it."""

from tests.openapi import lacking
from tests.running_registry import RunningRegistry


def test_every_operation_has_id_summary_examples_and_problems(registry: RunningRegistry) -> None:
    assert lacking(registry.get("/openapi.json").json()) == []
