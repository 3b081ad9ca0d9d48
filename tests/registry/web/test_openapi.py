"""The registry's OpenAPI document: everything a client needs to know stands in it."""

from tests.openapi import lacking, leading_nowhere
from tests.running_registry import RunningRegistry


def test_every_operation_has_id_summary_examples_and_problems(registry: RunningRegistry) -> None:
    assert lacking(registry.get("/openapi.json").json()) == []


def test_every_reference_leads_to_a_component_by_a_name_that_generators_take(
    registry: RunningRegistry,
) -> None:
    assert leading_nowhere(registry.get("/openapi.json").json()) == []
