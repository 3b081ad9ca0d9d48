import io
import json
import logging
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import Annotated

import pytest
from fastapi import Query, Request, Response
from prometheus_client import CollectorRegistry

from services.kit.answers import IMMUTABLE, Kept, new_answer
from services.kit.bodies import read_body
from services.kit.described import add_examples, json_response
from services.kit.errors import Finding, Malformed, Refused, Unavailable
from services.kit.logs import set_up_logs
from services.kit.openapi import openapi_of
from services.kit.web import Limits, new_app
from tests.in_process import InProcess, client_of
from tests.kit.healthy import LIVENESS, READINESS, healthy

THING = "https://contracts.example/thing.json"


class TheRuleSaysNo(Refused):
    code = "the-rule-says-no"


def ready() -> None:
    return


def not_ready() -> None:
    raise Unavailable("expected the log at head")


@pytest.fixture
def kept() -> Kept:
    return Kept(1_000_000)


@pytest.fixture
def client(kept: Kept) -> Iterator[InProcess]:
    app = new_app(
        title="A service",
        summary="For the tests.",
        version="1.0.0",
        registry=CollectorRegistry(),
        health=healthy(log=ready),
        kept=kept,
    )

    @app.get("/things/{name}", summary="Read a thing.")
    def read_thing(name: str, after: Annotated[int, Query(ge=0)] = 0) -> Response:
        if name == "refused":
            raise TheRuleSaysNo("expected a signature")
        if name == "broken":
            raise RuntimeError("canary-in-an-exception")
        if name == "later":
            raise Unavailable("expected room in the queue", retry_after_seconds=3)
        if name == "malformed":
            raise Malformed(findings=[Finding(code="type", pointer="/a", message="expected text")])
        return json_response({"name": name, "after": after}, contract=THING)

    @app.post("/things", summary="Put a thing.")
    async def put_thing(request: Request) -> Response:
        body = await read_body(request, {"application/json": 10})
        return json_response({"bytes": len(body)}, contract=THING, status=201)

    @app.get("/things", summary="List things.")
    async def list_things() -> Response:
        return json_response({"name": "x"}, contract=THING)

    with client_of(app) as inside:
        yield inside


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    stream, root = io.StringIO(), logging.getLogger()
    before, level = root.handlers[:], root.level
    set_up_logs("test", stream=stream, level="DEBUG")
    yield stream
    root.handlers[:] = before
    root.setLevel(level)


def parsed(lines: io.StringIO) -> list[dict[str, object]]:
    return [json.loads(line) for line in lines.getvalue().splitlines()]


def test_a_refusal_becomes_a_problem_document(client: InProcess) -> None:
    answer = client.get("/things/refused")
    assert answer.status_code == 409
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json() == {
        "type": "https://concord.example/errors#the-rule-says-no",
        "title": "The rules do not allow this.",
        "status": 409,
        "code": "the-rule-says-no",
        "detail": "expected a signature",
        "request_id": answer.headers["x-request-id"],
        "errors": [],
    }


def test_findings_stand_in_the_problem_with_their_pointers(client: InProcess) -> None:
    (finding,) = client.get("/things/malformed").json()["errors"]
    assert finding == {
        "code": "type",
        "severity": "blocker",
        "outcome": "failed",
        "pointer": "/a",
        "message": "expected text",
        "params": {},
    }


def test_a_bug_answers_500_without_a_word_and_leaves_a_trace_without_its_message(
    client: InProcess, lines: io.StringIO
) -> None:
    answer = client.get("/things/broken")
    assert (answer.status_code, answer.json()["code"]) == (500, "internal-error")
    assert "detail" not in answer.json()
    assert "canary" not in answer.text
    failed = next(line for line in parsed(lines) if line["event"] == "request_failed")
    assert failed["request_id"] == answer.headers["x-request-id"]
    assert failed["exception"][0]["type"] == "RuntimeError"  # type: ignore[index]
    assert "canary" not in lines.getvalue()


def test_unavailable_says_when_to_come_back(client: InProcess) -> None:
    answer = client.get("/things/later")
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "3")


@pytest.mark.parametrize(
    ("method", "target", "status", "code"),
    [
        ("GET", "/nowhere", 404, "not-found"),
        ("GET", "/things/x/", 404, "not-found"),
        ("DELETE", "/things/x", 405, "method-not-allowed"),
        ("GET", "/things/x?after=-1", 422, "parameter-not-accepted"),
        ("GET", "/things/x?after=one", 422, "parameter-not-accepted"),
        ("GET", "/things/x?after=" + "9" * 5000, 422, "parameter-not-accepted"),
        ("GET", "/things/x?aftr=1", 422, "parameter-not-accepted"),
        ("GET", "/things/x?after=1&after=2", 422, "parameter-not-accepted"),
    ],
)
def test_what_the_framework_refuses_is_a_problem_too(
    client: InProcess, method: str, target: str, status: int, code: str
) -> None:
    answer = client.request(method, target)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.headers["content-type"] == "application/problem+json"


def test_a_wrong_method_is_told_the_right_one(client: InProcess) -> None:
    assert client.request("DELETE", "/things/x").headers["allow"] == "GET, HEAD"


def test_an_address_that_several_routes_share_names_what_all_of_them_answer_to(
    client: InProcess,
) -> None:
    assert client.request("DELETE", "/things").headers["allow"] == "GET, HEAD, POST"


@pytest.mark.parametrize(
    ("headers", "body", "status"),
    [
        ({"content-type": "application/json"}, b"0123456789", 201),
        ({"content-type": "application/json; charset=UTF-8"}, b"{}", 201),
        ({"content-type": "application/json"}, b"0123456789a", 413),
        ({"content-type": "application/json; charset=utf-16"}, b"{}", 415),
        ({"content-type": "text/plain"}, b"{}", 415),
        ({}, b"{}", 415),
        ({"content-type": "application/json", "content-encoding": "gzip"}, b"{}", 415),
    ],
)
def test_a_body_is_read_by_the_route_s_table(
    client: InProcess, headers: dict[str, str], body: bytes, status: int
) -> None:
    assert client.post("/things", headers=headers, content=body).status_code == status


def test_a_body_without_a_length_is_counted_as_it_comes(client: InProcess) -> None:
    async def chunks() -> AsyncIterator[bytes]:
        for _ in range(100):
            yield b"12345"

    answer = client.post("/things", headers={"content-type": "application/json"}, content=chunks())
    assert (answer.status_code, answer.json()["code"]) == (413, "body-too-large")


def test_every_answer_carries_ids_and_security_headers(client: InProcess) -> None:
    answer = client.get(
        "/things/x", headers={"x-request-id": "mine-1", "x-correlation-id": "flow.7"}
    )
    assert answer.headers["x-request-id"] == "mine-1"
    assert answer.headers["x-correlation-id"] == "flow.7"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["vary"] == "Authorization"
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")


@pytest.mark.parametrize("given", ["two words", "x" * 65, "a\tb", ""])
def test_an_odd_request_id_is_replaced(client: InProcess, given: str) -> None:
    answer = client.get("/things/x", headers={"x-request-id": given})
    assert answer.headers["x-request-id"] != given
    assert len(answer.headers["x-request-id"]) == 16


def test_the_access_log_has_one_line_with_the_route_and_not_the_path(
    client: InProcess, lines: io.StringIO
) -> None:
    client.get("/things/canary", headers={"x-request-id": "r1"})
    (line,) = [line for line in parsed(lines) if line["event"] == "request_answered"]
    assert line["route"] == "/things/{name}"
    assert (line["status"], line["request_id"], line["service"]) == (200, "r1", "test")
    assert "canary" not in lines.getvalue()


def test_a_head_is_a_get_without_its_body(client: InProcess) -> None:
    head, get = client.request("HEAD", "/things/x"), client.get("/things/x")
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-length"] == get.headers["content-length"]


def test_reading_from_other_origins_is_allowed_and_writing_is_not(client: InProcess) -> None:
    asking = {"origin": "https://elsewhere.example", "access-control-request-method": "GET"}
    preflight = client.request("OPTIONS", "/things/x", headers=asking)
    assert preflight.status_code == 204
    assert preflight.headers["access-control-allow-methods"] == "GET, HEAD"
    assert client.get("/things/x").headers["access-control-allow-origin"] == "*"
    assert "access-control-allow-origin" not in client.post("/things").headers


def test_a_kept_answer_comes_before_the_router_and_knows_304(client: InProcess, kept: Kept) -> None:
    made = new_answer("/pages", b"[]", media_type="application/json", cache_control=IMMUTABLE)
    kept.keep("/pages?after=0", made)
    answer = client.get("/pages?after=0")
    assert (answer.content, answer.headers["cache-control"]) == (b"[]", IMMUTABLE)
    assert "vary" not in answer.headers
    again = client.get("/pages?after=0", headers={"if-none-match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert client.get("/pages?after=1").status_code == 404


def test_kept_answers_stay_within_their_memory() -> None:
    kept = Kept(10_000)
    for number in range(100):
        answer = new_answer("/p", b"x" * 1000, media_type="text/plain", cache_control=IMMUTABLE)
        kept.keep(f"/p/{number}", answer)
    assert kept.held_bytes <= 10_000
    assert kept.find("/p/0") is None
    assert kept.find("/p/99") is not None


def test_liveness_readiness_and_metrics_answer(client: InProcess) -> None:
    assert client.get("/health/live").json() == {"status": "alive"}
    assert client.get("/health/ready").json() == {"status": "ready", "checks": ["log"]}
    client.get("/things/x")
    text = client.get("/metrics").text
    assert 'http_requests_total{method="GET",route="/things/{name}",status="200"} 1.0' in text


def test_a_service_that_is_not_ready_says_so() -> None:
    app = new_app(
        title="A",
        summary="B",
        version="1",
        registry=CollectorRegistry(),
        health=healthy(x=not_ready),
    )
    with client_of(app) as client:
        answer = client.get("/health/ready")
    assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")


def test_an_answer_and_the_openapi_document_name_the_same_contract(client: InProcess) -> None:
    paths = client.get("/openapi.json").json()["paths"]
    for target, contract in (
        ("/health/live", LIVENESS),
        ("/health/ready", READINESS),
    ):
        assert client.get(target).headers["link"] == f'<{contract}>; rel="describedby"'
        declared = paths[target]["get"]["responses"]["200"]["content"]["application/json"]
        assert declared == {"schema": {"$ref": contract}}


def test_links_beside_the_one_to_the_contract_follow_it() -> None:
    answer = json_response([], contract=THING, links=['</things?after=7>; rel="next"'])
    assert answer.headers["link"] == f'<{THING}>; rel="describedby", </things?after=7>; rel="next"'


def test_examples_are_put_beside_contracts_and_nowhere_else() -> None:
    app = new_app(
        title="A",
        summary="B",
        version="1",
        registry=CollectorRegistry(),
        health=healthy(),
    )
    add_examples(app, lambda contract: {"an-example": contract})
    responses = openapi_of(app)["paths"]["/health/ready"]["get"]["responses"]
    examples = responses["200"]["content"]["application/json"]["examples"]
    assert examples == {"an-example": {"value": READINESS}}
    assert set(responses["503"]["content"]["application/problem+json"]["examples"]) == {
        "unavailable"
    }


def test_no_page_of_ours_loads_anything_from_elsewhere(client: InProcess) -> None:
    assert client.get("/docs").status_code == 404
    assert client.get("/redoc").status_code == 404


def test_the_openapi_document_declares_our_problems_and_no_other(client: InProcess) -> None:
    document = client.get("/openapi.json").json()
    assert "HTTPValidationError" not in document["components"]["schemas"]
    operation = document["paths"]["/things/{name}"]["get"]
    assert operation["operationId"] == "read_thing"
    assert set(operation["responses"]) == {"200", "404", "422", "429", "500", "503"}
    schema = operation["responses"]["422"]["content"]["application/problem+json"]["schema"]
    assert schema == {"$ref": "#/components/schemas/Problem"}
    assert document["components"]["securitySchemes"]["bearer"]["scheme"] == "bearer"


def test_more_requests_than_fit_are_told_to_come_back_and_operators_are_not() -> None:
    going = Event()
    app = new_app(
        title="A",
        summary="B",
        version="1",
        registry=CollectorRegistry(),
        health=healthy(),
        limits=Limits(max_in_flight=1),
    )

    @app.get("/slow", summary="Answers when it is let go.")
    def read_slowly() -> Response:
        going.wait(20)
        return Response("done")

    with client_of(app) as client, ThreadPoolExecutor(1) as pool:
        first = pool.submit(client.get, "/slow")
        while "http_requests_in_flight 2.0" not in client.get("/metrics").text:
            pass
        refused = client.get("/slow")
        assert (refused.status_code, refused.headers["retry-after"]) == (503, "1")
        assert client.get("/health/live").status_code == 200
        going.set()
        assert first.result(20).text == "done"
