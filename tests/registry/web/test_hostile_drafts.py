"""Registry web: hostile and wrong input at every operation on drafts: precise, changes nothing."""

from collections.abc import Mapping
from typing import Any

import orjson
import pytest

from contracts.catalogue import contract, path_of
from contracts.validation import validate
from tests import twins
from tests.openapi import contract_named
from tests.registry.web.draft_routes import DRAFT_ROUTES, DraftRoute
from tests.registry.web.drafting import DRAFT, ask, whole
from tests.registry.web.test_hostile_writes import BODIES
from tests.running_registry import RunningRegistry

Route = tuple[str, str]
WRITES = [route for route, row in DRAFT_ROUTES.items() if row.headers or row.body is not None]
WITH_BODY = [route for route, row in DRAFT_ROUTES.items() if row.body is not None]
CONDITIONAL = [
    route
    for route, row in DRAFT_ROUTES.items()
    if row.headers.keys() & {"if_match", "if_none_match"}
]
KEYED = [route for route, row in DRAFT_ROUTES.items() if "idempotency_key" in row.headers]
BY_CONTRACT = [route for route, row in DRAFT_ROUTES.items() if row.contract]

HEADERS: Mapping[str, tuple[dict[str, str], int, str]] = {
    "no media type": ({"content_type": ""}, 415, "media-type-not-accepted"),
    "another media type": ({"content_type": "text/plain"}, 415, "media-type-not-accepted"),
    "a packed body": ({"content_encoding": "gzip"}, 415, "media-type-not-accepted"),
    "a length too large": ({"content_length": "99999999999"}, 413, "body-too-large"),
}
CONDITIONS: Mapping[str, tuple[dict[str, str], int, str]] = {
    "none": ({}, 428, "precondition-missing"),
    "both": ({"if_match": '"1"', "if_none_match": "*"}, 400, "precondition-not-read"),
    'If-None-Match: "1"': ({"if_none_match": '"1"'}, 400, "precondition-not-read"),
    **{
        f"If-Match: {value}": ({"if_match": value}, 400, "precondition-not-read")
        for value in ("", "1", "*", '"0"', '"01"', '"canary"', 'W/"1"', '"1", "2"')
    },
}
KEYS = ("", "canary 2", "c" * 129)


def name(route: Route) -> str:
    return f"{route[0].upper()} {route[1]}"


def send(registry: RunningRegistry, route: Route, **changes: Any) -> Any:
    row, method = DRAFT_ROUTES[route], route[0].upper()
    given: dict[str, Any] = {"target": row.target, "body": row.body, "headers": row.headers}
    given |= changes
    return ask(registry, method, given["target"], given["body"], **given["headers"])


def made_ready(registry: RunningRegistry, route: Route) -> tuple[DraftRoute, Any]:
    row = DRAFT_ROUTES[route]
    row.setup(registry)
    return row, state(registry)


def state(registry: RunningRegistry) -> Any:
    """Everything that a refused request leaves as it is."""
    drafts = ask(registry, "GET", "/v1/drafts?participant=ZZA").json()["drafts"]
    return registry.size, drafts, whole(registry) if drafts else None


def check(answer: Any, status: int, *, case: str) -> dict[str, Any]:
    assert answer.status_code == status, (case, answer.text)
    assert answer.headers["content-type"] == "application/problem+json", case
    problem: dict[str, Any] = answer.json()
    problem.pop("current", None)
    assert "canary" not in str(problem).lower(), case
    assert problem["type"] == f"https://concord.example/errors#{problem['code']}"
    return problem


def test_every_operation_on_drafts_has_a_row_here(registry: RunningRegistry) -> None:
    paths = registry.get("/openapi.json").json()["paths"]
    found = {
        (method, path)
        for path, item in paths.items()
        for method in item
        if path.startswith("/v1/drafts")
    }
    assert found == set(DRAFT_ROUTES)


@pytest.mark.parametrize("route", list(DRAFT_ROUTES), ids=name)
def test_the_row_s_own_request_is_answered_by_contract(
    registry: RunningRegistry, route: Route
) -> None:
    row, _ = made_ready(registry, route)
    answer = send(registry, route)
    assert answer.status_code == row.status, answer.text
    if row.status == 204:
        assert answer.content == b""
        return
    named = answer.links["describedby"]["url"]
    assert validate(answer.json(), named) == []
    folder = named.removeprefix("https://concord.example/contracts/answers/").partition("/")[0]
    assert twins.faults(folder, answer.json()) == []
    document = registry.get("/openapi.json").json()
    declared = document["paths"][route[1]][route[0]]["responses"][str(row.status)]
    form = declared["content"]["application/json"]
    assert contract_named(document, form) == named
    assert form["examples"]


@pytest.mark.parametrize("route", WITH_BODY, ids=name)
def test_bytes_that_are_not_strict_json_are_refused(
    registry: RunningRegistry, route: Route
) -> None:
    row, before = made_ready(registry, route)
    for case, (raw, status, code) in BODIES.items():
        if row.contract is None and code == "*" and case != "100,000 levels, open":
            continue  # what is JSON is judged as a section below
        answer = send(registry, route, body=raw)
        if row.contract == "requests/draft-clearance-request" and case == "an empty object":
            continue
        problem = check(answer, status, case=case)
        if code not in {"*", "-"}:
            assert [found["code"] for found in problem["errors"]] == [code], case
    if row.contract != "requests/draft-clearance-request":
        assert state(registry) == before


@pytest.mark.parametrize(
    "route", [one for one in WITH_BODY if DRAFT_ROUTES[one].contract is None], ids=name
)
def test_json_that_is_no_section_is_refused(registry: RunningRegistry, route: Route) -> None:
    row, before = made_ready(registry, route)
    wrong: list[bytes] = [b"null", b'"canary"', b"1", b"true"]
    wrong.append(b"{}" if isinstance(row.body, list) else b"[]")
    for raw in wrong:
        problem = check(send(registry, route, body=raw), 422, case=raw.decode())
        assert [found["code"] for found in problem["errors"]] == ["wrong-type"]
    assert state(registry) == before


@pytest.mark.parametrize("route", WITH_BODY, ids=name)
def test_headers_of_the_body_that_are_wrong_are_refused(
    registry: RunningRegistry, route: Route
) -> None:
    row, before = made_ready(registry, route)
    for case, (changes, status, code) in HEADERS.items():
        answer = send(registry, route, headers={**row.headers, **changes})
        assert check(answer, status, case=case)["code"] == code, case
    assert state(registry) == before


@pytest.mark.parametrize("route", CONDITIONAL, ids=name)
def test_preconditions_that_are_missing_or_wrong_are_refused(
    registry: RunningRegistry, route: Route
) -> None:
    row, before = made_ready(registry, route)
    others = {key: text for key, text in row.headers.items() if not key.startswith("if_")}
    for case, (changes, status, code) in CONDITIONS.items():
        answer = send(registry, route, headers={**others, **changes})
        assert check(answer, status, case=case)["code"] == code, case
    stale = send(registry, route, headers={**others, "if_match": '"4711"'})
    assert check(stale, 412, case="stale")["code"] in {"section-changed", "draft-changed"}
    assert state(registry) == before


@pytest.mark.parametrize("route", KEYED, ids=name)
def test_a_key_that_is_missing_or_wrong_is_refused(registry: RunningRegistry, route: Route) -> None:
    _, before = made_ready(registry, route)
    for headers in ({}, *({"idempotency_key": key} for key in KEYS)):
        problem = check(send(registry, route, headers=headers), 400, case=str(headers))
        assert problem["code"] == "idempotency-key-missing"
    assert state(registry) == before


@pytest.mark.parametrize("route", BY_CONTRACT, ids=name)
def test_every_invalid_example_of_the_contract_is_refused_at_its_places(
    registry: RunningRegistry, route: Route
) -> None:
    row, before = made_ready(registry, route)
    assert row.contract
    folder = path_of(contract(row.contract).id).parent / "examples" / "invalid"
    for file in sorted(folder.glob("*.json")):
        example = orjson.loads(file.read_bytes())
        answer = send(registry, route, body=example["document"])
        problem = check(answer, 422, case=file.name)
        places = {fault["pointer"] for fault in example["faults"]}
        assert places <= {found["pointer"] for found in problem["errors"]}, file.name
    assert state(registry) == before


@pytest.mark.parametrize("route", list(DRAFT_ROUTES), ids=name)
def test_query_parameters_odd_paths_and_other_methods_are_refused(
    registry: RunningRegistry, route: Route
) -> None:
    row, before = made_ready(registry, route)
    joined = "&" if "?" in row.target else "?"
    odd = [f"{row.target}{joined}canary=1", f"{row.path}/"]
    odd += [f"{row.target}&participant=ZZA"] if joined == "&" else []
    for target in odd:
        answer = send(registry, route, target=target)
        assert answer.status_code in {404, 422}, (target, answer.text)
    taken = {method.upper() for method, path in DRAFT_ROUTES if path == route[1]}
    for method in {"GET", "POST", "PUT", "PATCH", "DELETE", "TRACE", "CANARY"} - taken:
        answer = registry.client.request(method, row.path)
        assert check(answer, 405, case=method)["code"] == "method-not-allowed"
    assert state(registry) == before


NO_DRAFTS = ["x", "c" * 5_000, "..", "%2e%2e", "draft-000000000000000%00", "%F0%9F%98%80", "a b"]
NO_UNITS = ["P0", "p1", "P100", "P8.A", "P1%00", "cover", "..", "%2e%2e", "P1.ab"]


def test_an_id_that_is_none_is_refused(registry: RunningRegistry) -> None:
    for draft in NO_DRAFTS:
        for tail in ("", "/cover", "/statements/P1", "/preview"):
            answer = ask(registry, "GET", f"/v1/drafts/{draft}{tail}")
            assert answer.status_code in {404, 405, 422}, answer.text
            assert answer.headers["content-type"] == "application/problem+json"


def test_a_unit_that_is_none_is_refused(registry: RunningRegistry) -> None:
    for unit in NO_UNITS:
        path = f"{DRAFT}/statements/{unit}"
        answer = ask(registry, "PUT", path, {}, if_none_match="*")
        assert answer.status_code in {404, 405, 422}, (unit, answer.text)


def test_a_list_of_drafts_is_asked_for_by_a_code(registry: RunningRegistry) -> None:
    for query in ("", "?participant=", "?participant=zza", "?participant=ZZA%00", "?canary=ZZA"):
        answer = ask(registry, "GET", f"/v1/drafts{query}")
        assert check(answer, 422, case=query)["code"] == "parameter-not-accepted"


def test_every_operation_on_drafts_declares_what_it_may_refuse(
    registry: RunningRegistry,
) -> None:
    document = registry.get("/openapi.json").json()
    for method, path in DRAFT_ROUTES:
        operation = document["paths"][path][method]
        statuses = set(operation["responses"])
        assert {"401", "403", "404", "422", "503"} <= statuses, (method, path)
        assert operation["security"] == [{"bearer": []}]
        assert ("412" in statuses) is ((method, path) in CONDITIONAL or "submission" in path)
        assert ("415" in statuses) is ((method, path) in WITH_BODY), (method, path)
        assert operation["summary"]
        if (method, path) in WITH_BODY:
            form = operation["requestBody"]["content"]["application/json"]
            assert form["x-max-bytes"] == 1_048_576
            assert form["examples"], (method, path)
