"""Registry web: every answer in JSON names its contract, obeys it, and OpenAPI names the same."""

from typing import Any

import httpx
import pytest

from contracts.catalogue import BASE, catalogue
from contracts.validation import validate
from tests import twins
from tests.openapi import contract_named, examples_read_by_a_stranger
from tests.registry.web.reads import READS
from tests.registry.web.routes import REFUSED_BY_THE_RULES, WRITES, with_evidence
from tests.running_registry import RunningRegistry

CONTRACTS = "/contracts/{path}"
"""Whose answers are of many contracts; `Link` alone says of which."""
ANSWERS = f"{BASE}answers/"


def declared(registry: RunningRegistry, route: str, method: str, status: int) -> dict[str, Any]:
    document = registry.get("/openapi.json").json()
    found: dict[str, Any] = document["paths"][route][method]["responses"][str(status)]["content"]
    return found


def named(registry: RunningRegistry, form: dict[str, Any]) -> str | None:
    return contract_named(registry.get("/openapi.json").json(), form)


def check(registry: RunningRegistry, route: str, answer: httpx.Response, status: int) -> None:
    """Check an answer against the contract it names, by an open and by a closed reading."""
    assert answer.status_code == status, answer.text
    contract = answer.links["describedby"]["url"]
    assert validate(answer.json(), contract) == []
    if contract.startswith(ANSWERS):
        name = contract.removeprefix(ANSWERS).partition("/")[0]
        assert twins.faults(name, answer.json()) == []
    method = answer.request.method.lower()
    forms = declared(registry, route, method, status)
    media_type = answer.headers["content-type"]
    assert media_type in forms
    if route != CONTRACTS:
        assert named(registry, forms[media_type]) == contract
        assert forms[media_type]["examples"]


@pytest.mark.parametrize("route", list(READS))
def test_every_read_in_json_obeys_the_contract_it_names(
    registry: RunningRegistry, route: str
) -> None:
    with_evidence(registry)
    registry.designate("ZZA")
    answer = registry.get(READS[route].target, by=READS[route].by)
    if "json" not in answer.headers["content-type"] or "ndjson" in answer.headers["content-type"]:
        forms = declared(registry, route, "get", 200).values()
        assert not any(named(registry, form) for form in forms)
        return
    if route == CONTRACTS:
        assert answer.links["describedby"]["url"] == answer.json()["$schema"]
        return
    check(registry, route, answer, 200)


OTHER_READS = {
    "/v1/events": "/v1/events?after=2",
    "/v1/disclosures": "/v1/disclosures?after=2",
    "/v1/disclosures/{position}": "/v1/disclosures/2",
    "/v1/proofs/inclusion": "/v1/proofs/inclusion?position=1&size=2",
    "/v1/proofs/consistency": "/v1/proofs/consistency?from=1&to=2",
    CONTRACTS: "/contracts/index.json",
}
"""The same routes, where the answer is of another shape: a list that is empty, or is not."""


@pytest.mark.parametrize("route", list(OTHER_READS))
def test_what_is_empty_and_what_is_not_obeys_the_same_contract(
    registry: RunningRegistry, route: str
) -> None:
    registry.sign()
    registry.designate("ZZA")
    check(registry, route, registry.get(OTHER_READS[route], by=READS[route].by), 200)


def test_data_is_described_by_what_it_obeys(registry: RunningRegistry) -> None:
    for identifier, document in catalogue().documents.items():
        answer = registry.get("/contracts/" + identifier.removeprefix(BASE))
        assert answer.links["describedby"]["url"] == document.contract
        check(registry, CONTRACTS, answer, 200)


@pytest.mark.parametrize("route", sorted(WRITES.keys() - REFUSED_BY_THE_RULES))
def test_every_write_is_answered_by_contract_whatever_became_of_it(
    registry: RunningRegistry, route: str
) -> None:
    write = WRITES[route]
    write.setup(registry)
    body, expected = write.body, write.expected
    first = registry.post(write.path, body, expected=expected, key="one", by=write.by)
    check(registry, route, first, 201)
    again = registry.post(write.path, body, expected=expected, key="one", by=write.by)
    check(registry, route, again, 201)
    assert again.json()["replayed"] is True
    version = first.json()["version"]
    changed_nothing = registry.post(write.path, body, expected=version, key="two", by=write.by)
    if changed_nothing.status_code == 200:  # what is sealed anew is never the same again
        check(registry, route, changed_nothing, 200)


def test_every_answer_that_openapi_declares_in_json_has_a_published_contract(
    registry: RunningRegistry,
) -> None:
    document = registry.get("/openapi.json").json()
    for route in document["paths"].keys() - {CONTRACTS}:
        for operation in document["paths"][route].values():
            for status, response in operation["responses"].items():
                for media_type, form in response.get("content", {}).items():
                    if status.startswith("2") and media_type.endswith("json"):
                        contract = contract_named(document, form)
                        _check_published(form, contract, f"{route} {status} {media_type}")


def _check_published(form: dict[str, Any], contract: str | None, place: str) -> None:
    if "ndjson" in place:
        return
    assert contract is not None, place
    assert contract in catalogue().contracts, place
    for example in form["examples"].values():
        assert validate(example["value"], contract) == [], place


def test_whoever_has_the_openapi_document_has_every_contract(registry: RunningRegistry) -> None:
    assert examples_read_by_a_stranger(registry.get("/openapi.json").json()) > 50


def test_the_openapi_document_is_sent_once_to_whoever_keeps_it(registry: RunningRegistry) -> None:
    first = registry.get("/openapi.json")
    again = registry.get("/openapi.json", if_none_match=first.headers["etag"])
    assert (again.status_code, again.content) == (304, b"")
