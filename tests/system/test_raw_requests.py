"""System: hostile bytes at the running services: a precise problem, nothing recorded, never a 5xx.

What a client library would mend on its way out (heads, framing, spellings of a path) is sent here
as it is, to both services as processes. Their OpenAPI documents say which routes there are.
"""

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest

from services.demonstration.fictitious import SECRETARIAT
from services.demonstration.folder import Folder
from tests import makers, writes
from tests.databases import Databases
from tests.registry.web.test_hostile_writes import BODIES
from tests.system.days import in_days
from tests.system.raw import Raw, head, send
from tests.system.raw_tables import BODY_HEADERS, CANARY, EVENTS, FRAMES, HEADS, PEOPLE, TARGETS
from tests.system.running import ROOMY, Running, both_services

pytestmark = [pytest.mark.system, pytest.mark.db]

FOCAL_POINT = "fp-raw"
AUDITOR = "auditor-raw"


@pytest.fixture(scope="module")
def running(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("raw")
    registry = databases.sqlite("registry", folder)
    reporting = databases.sqlite("reporting", folder)
    with both_services(registry, reporting, folder / "kept", **ROOMY) as here:
        appoint(here)
        yield here
        for name in ("registry", "reporting"):
            lines = here.children[name].log.read_text()
            assert "request_failed" not in lines, "an error that nobody expected"
            assert "Traceback" not in lines
            assert "Zq7canary" not in lines


def appoint(running: Running) -> None:
    """Let a participant sign and name somebody who may draft for it."""
    designated = writes.focal_point(
        focal_point_id=FOCAL_POINT,
        term_from=in_days(-30),
        term_to=in_days(30),
        received_on=in_days(-30),
    )
    mandate = writes.mandate(
        AUDITOR, term_from=in_days(-30), term_to=in_days(30), received_on=in_days(-30)
    )
    del mandate["cycles"]
    for below, body in (
        ("participants/ZZA/acts", writes.act(makers.signature_recorded("ZZA"))),
        ("participants/ZZA/focal-points", designated),
        ("mandates", mandate),
    ):
        headers = {
            "authorization": f"Bearer {running.folder.token_of(SECRETARIAT, 'secretariat')}",
            "idempotency-key": below,
            "if-none-match": "*",
        }
        address = f"{running.registry}/v1/{below}"
        answer = running.client.post(address, json=body, headers=headers)
        assert answer.status_code == 201, answer.text


def size(running: Running) -> int:
    """How many entries the log has."""
    checkpoint = running.client.get(f"{running.registry}/checkpoint").text
    return int(checkpoint.splitlines()[1])


def operations_with_body(running: Running) -> list[tuple[bytes, bytes]]:
    """Every operation of the registry that takes a body: method, and an address of its kind."""
    document = running.client.get(f"{running.registry}/openapi.json").json()
    found = [
        (method.upper().encode(), filled(path, operation.get("parameters", ())))
        for path, item in document["paths"].items()
        for method, operation in item.items()
        if "application/json" in operation.get("requestBody", {}).get("content", {})
    ]
    assert len(found) > 25
    return found


def reads(running: Running, address: str) -> list[bytes]:
    """Every operation of a service that is read, as an address of its kind without a query."""
    document = running.client.get(f"{address}/openapi.json").json()
    return [
        filled(path, item["get"].get("parameters", ()))
        for path, item in document["paths"].items()
        if "get" in item
    ]


def filled(path: str, parameters: Any) -> bytes:
    """Put the documented examples into a path."""
    for one in parameters:
        if one["in"] == "path":
            path = path.replace(f"{{{one['name']}}}", str(one["schema"]["examples"][0]))
    return path.encode()


def refused(answer: Raw, *statuses: int, case: str) -> str:
    assert answer.status in statuses, (case, answer.status, answer.body[:300])
    assert CANARY not in answer.body, case
    assert "x-injected" not in answer.headers, case
    assert answer.headers["cache-control"] == "no-store", case
    assert answer.headers["x-content-type-options"] == "nosniff", case
    return str(answer.problem["code"])


@cache
def token_of(folder: Folder, actor: str, role: str) -> bytes:
    return folder.token_of(actor, role).encode()


def credentials(running: Running, target: bytes = b"") -> tuple[bytes, ...]:
    """Of whoever may write there, so that it is not for want of them that it is refused."""
    who = (SECRETARIAT, "secretariat")
    if target.startswith(b"/v1/drafts"):
        who = (FOCAL_POINT, "focal-point:ZZA")
    elif target.endswith(b"/findings"):
        who = (AUDITOR, "auditor")
    return (
        b"Authorization: Bearer " + token_of(running.folder, *who),
        b"Idempotency-Key: raw",
        b"If-None-Match: *",
    )


@pytest.mark.parametrize("case", HEADS)
def test_a_head_that_two_parties_could_read_differently_is_refused(
    running: Running, case: str
) -> None:
    for address, target in ((running.registry, EVENTS), (running.reporting, PEOPLE)):
        answer = send(address, HEADS[case].replace(EVENTS, target))
        assert refused(answer, 400, case=case) == "head-not-read"


def test_a_head_as_it_should_be_is_answered(running: Running) -> None:
    for request in (
        head(b"GET", EVENTS),
        head(b"GET", EVENTS, host=b"[::1]:8001"),
        head(b"GET", EVENTS, host=None, version=b"HTTP/1.0"),
        head(b"GET", EVENTS, b"X-Request-Id: \xff\xfe", b"If-None-Match: \xff", b"Accept: \xff"),
        head(b"GET", EVENTS, b"Upgrade: websocket").replace(b": close", b": Upgrade, close"),
        head(b"GET", EVENTS, b"Content-Length: 2") + b"{}",
    ):
        assert send(running.registry, request).status == 200, request


@pytest.mark.parametrize("case", FRAMES)
def test_a_body_whose_end_two_parties_could_see_differently_is_refused(
    running: Running, case: str
) -> None:
    headers, body = FRAMES[case]
    before = size(running)
    for method, target in operations_with_body(running):
        fine = (*credentials(running, target), b"Content-Type: application/json")
        request = head(method, target, *fine, *headers) + body
        assert refused(send(running.registry, request), 400, case=case) in {
            "head-not-read",
            "body-not-read",  # the frame breaks when the head has been answered for already
        }
    assert size(running) == before


def test_what_follows_a_body_is_no_header(running: Running) -> None:
    fine = (*credentials(running)[1:], b"Content-Type: application/json")
    chunked = b"Transfer-Encoding: chunked"
    body = b"2\r\n{}\r\n0\r\n" + credentials(running)[0] + b"\r\n\r\n"
    answer = send(running.registry, head(b"POST", b"/v1/cycles", *fine, chunked) + body)
    assert refused(answer, 401, case="a token that comes after the body") == "unauthenticated"
    whole = head(b"POST", b"/v1/cycles", credentials(running)[0], *fine, chunked) + body
    assert refused(send(running.registry, whole), 422, case="a token twice") == "malformed"


@pytest.mark.parametrize("case", TARGETS)
def test_an_address_in_an_odd_spelling_is_nobody_s(running: Running, case: str) -> None:
    for address in (running.registry, running.reporting):
        answer = send(address, head(b"GET", TARGETS[case]))
        assert refused(answer, 404, case=case) == "not-found"


@pytest.mark.parametrize("odd", [b"%00", b"%0a", b"%2f..", b"%c0%af", b"%ff", b"%e2%80%ae", b"\\"])
def test_an_odd_end_of_any_address_is_refused(running: Running, odd: bytes) -> None:
    for address in (running.registry, running.reporting):
        for target in reads(running, address):
            answer = send(address, head(b"GET", target + odd))
            if answer.status != 401:  # asked before the parameters are looked at
                refused(answer, 404, 422, case=target.decode())


QUERIES = [
    b"Zq7canary=1",
    b"Zq7canary[]=1&Zq7canary[a]=2",
    b"%00=%00",
    b"a=1&a=2",
    b"%c0%af=%c0%af",
    b"__proto__=1",
    b"=",
    b"x=1;y=2",
    b"&".join(b"x%d=1" % number for number in range(4_000)),
    b"x=" + b"a" * 30_000,
]


@pytest.mark.parametrize("query", QUERIES, ids=lambda query: query[:20].decode())
def test_a_query_that_nobody_declared_is_refused_everywhere(running: Running, query: bytes) -> None:
    token = credentials(running)[0]
    for address in (running.registry, running.reporting):
        for target in reads(running, address):
            answer = send(address, head(b"GET", target + b"?" + query, token))
            assert refused(answer, 422, 403, 404, case=target.decode()) in {
                "parameter-not-accepted",
                "forbidden",
                "not-found",
            }


@pytest.mark.parametrize("case", BODY_HEADERS)
def test_what_is_not_plain_json_is_refused_by_every_write(running: Running, case: str) -> None:
    headers, body, status = BODY_HEADERS[case]
    before = size(running)
    for method, target in operations_with_body(running):
        length = b"Content-Length: %d" % len(body)
        fine = credentials(running, target)
        request = head(method, target, *fine, length, *headers) + body
        code = refused(send(running.registry, request), status, 404, case=target.decode())
        assert code in {"media-type-not-accepted", "not-found"}
    assert size(running) == before


@pytest.mark.parametrize("case", BODIES)
def test_bodies_that_are_not_strict_json_are_refused_by_the_running_service(
    running: Running, case: str
) -> None:
    raw, status, _ = BODIES[case]
    before = size(running)
    fine = (*credentials(running), b"Content-Type: application/json")
    framed = b"".join(
        b"%x\r\n%s\r\n" % (len(part), part) for part in re.findall(rb"(?s).{1,65536}", raw)
    )
    for frame, body in (
        (b"Content-Length: %d" % len(raw), raw),
        (b"Transfer-Encoding: chunked", framed + b"0\r\n\r\n"),
    ):
        request = head(b"POST", b"/v1/cycles", *fine, frame) + body
        refused(send(running.registry, request), status, case=case)
    assert size(running) == before


def test_a_body_is_counted_while_it_comes_whatever_its_head_says(running: Running) -> None:
    fine = (*credentials(running), b"Content-Type: application/json")
    request = head(b"POST", b"/v1/cycles", *fine, b"Transfer-Encoding: chunked")
    endless = request + (b"10000\r\n" + b" " * 65_536 + b"\r\n") * 64
    assert refused(send(running.registry, endless), 413, case="no end") == "body-too-large"
    small = request + b"1\r\n \r\n" * 1_100_000
    assert refused(send(running.registry, small), 413, case="small parts") == "body-too-large"
    more = head(b"POST", b"/v1/cycles", *fine, b"Content-Length: 2") + b"{}{}"
    assert refused(send(running.registry, more), 422, case="more than it says") == "malformed"


def test_many_and_large_headers_are_refused_or_passed_over(running: Running) -> None:
    for address, target in ((running.registry, EVENTS), (running.reporting, PEOPLE)):
        many = [b"x-%d: Zq7canary" % number for number in range(2_000)]
        assert send(address, head(b"GET", target, *many)).status == 200
        huge = head(b"GET", target, b"x-a: " + b"a" * 400_000)
        assert refused(send(address, huge), 431, case="400,000 bytes") == "head-too-large"
        long = head(b"GET", target + b"?x=" + b"a" * 400_000)
        assert send(address, long).status in {400, 431}
