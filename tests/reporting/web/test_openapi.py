"""Reporting's OpenAPI document: everything a client needs to know stands in it, and is true."""

from typing import Any

import pytest

from contracts.validation import validate
from tests import makers
from tests.openapi import (
    contract_named,
    lacking,
    leading_nowhere,
    operations,
)
from tests.reporting.answering import Told, on
from tests.reporting.web.addresses import address


@pytest.fixture
def document(told: Told) -> dict[str, Any]:
    with told.client() as client:
        found: dict[str, Any] = client.get("/openapi.json").json()
    return found


def test_every_operation_has_id_summary_examples_and_problems(document: dict[str, Any]) -> None:
    assert lacking(document) == []


def test_examples_of_answers_obey_the_contract_that_is_named(document: dict[str, Any]) -> None:
    checked = 0
    for _, path, operation in operations(document):
        form = operation["responses"]["200"]["content"].get("application/json", {})
        if contract := contract_named(document, form):
            for example in form["examples"].values():
                assert validate(example["value"], contract) == [], path
                checked += 1
    assert checked > 20


def test_what_is_under_an_address_may_be_missing(document: dict[str, Any]) -> None:
    for _, path, operation in operations(document):
        if "{" in path:
            codes = operation["responses"]["404"]["content"]["application/problem+json"]
            assert "not-found" in codes["examples"], path


def test_examples_in_csv_have_the_columns_of_the_answer(told: Told, document: Any) -> None:
    told.tell(makers.signature_recorded("ZZA"), makers.cycle_opened(), at=on("2026-01-02"))
    checked = 0
    with told.client() as client:
        for _, path, operation in operations(document):
            form = operation["responses"]["200"]["content"].get("text/csv")
            if form is None:
                continue
            answer = client.get(address(path, "", "", "") + "&format=csv")
            header = answer.text.splitlines()[0]
            for example in form["examples"].values():
                assert example["value"].splitlines()[0] == header, path
                checked += 1
    assert checked > 12


def test_every_reference_leads_to_a_component_by_a_name_that_generators_take(
    document: dict[str, Any],
) -> None:
    assert leading_nowhere(document) == []
