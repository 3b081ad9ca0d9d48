"""System: hostile bytes at the running services: a precise problem, nothing recorded, never a 5xx.

What a client library would mend on its way out (heads, framing, spellings of a path) is sent here
as it is, to both services as processes. Their OpenAPI documents say which routes there are.
"""

import gzip
import re
from collections.abc import Iterator, Mapping
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
from tests.system.running import ROOMY, Running, both_services

pytestmark = [pytest.mark.system, pytest.mark.db]

EVENTS = b"/v1/events?after=0"
PEOPLE = b"/v1/participants"
CANARY = b"Zq7canary"
FOCAL_POINT = "fp-raw"

HEADS: Mapping[str, bytes] = {
    # whatever stands for the target is replaced by an address that would answer
    "no host": head(b"GET", EVENTS, host=None),
    "two hosts": head(b"GET", EVENTS, b"Host: other.test"),
    "the same host twice": head(b"GET", EVENTS, b"Host: concord.test"),
    "a host of two words": head(b"GET", EVENTS, host=b"concord test"),
    "a host with a path": head(b"GET", EVENTS, host=b"concord.test/x"),
    "a host with a user": head(b"GET", EVENTS, host=b"a@concord.test"),
    "a host beyond ASCII": head(b"GET", EVENTS, host="concörd".encode()),
    "lines that end with LF alone": head(b"GET", EVENTS).replace(b"\r\n", b"\n"),
    "a header over two lines": head(b"GET", EVENTS, b"X-A: a\r\n b"),
    "a space before the colon": head(b"GET", EVENTS, b"X-A : a"),
    "a header without a name": head(b"GET", EVENTS, b": a"),
    "a header without a colon": head(b"GET", EVENTS, b"Zq7canary"),
    "NUL in a header": head(b"GET", EVENTS, b"X-A: a\x00Zq7canary"),
    "a carriage return in a header": head(b"GET", EVENTS, b"X-A: a\rZq7canary"),
    "a name beyond ASCII": head(b"GET", EVENTS, "X-é: a".encode()),
    "a method in small letters": head(b"get", EVENTS),
    "a method that there is not": head(b"BREW", EVENTS),
    "no version": b"GET " + EVENTS + b"\r\n\r\n",
    "a version to come": head(b"GET", EVENTS, version=b"HTTP/2.0"),
    "a version that there is not": head(b"GET", EVENTS, version=b"HTTP/9.9"),
    "another protocol's name": head(b"GET", EVENTS, version=b"ICY/1.0"),
    "the preface of HTTP/2": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "a TLS greeting": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(40) + b"\r\n\r\n",
    "no target": head(b"GET", b""),
    "a target without a slash": head(b"GET", b"v1/events"),
    "a target that is a query": head(b"GET", b"?after=0"),
    "the target of a tunnel": head(b"CONNECT", b"concord.test:443"),
    "NUL in the target": head(b"GET", b"/v1/ev\x00ents"),
    "UTF-8 in the target": head(b"GET", "/v1/é".encode()),
    "bytes in the query": head(b"GET", EVENTS + b"\xff"),
    "a space in the target": head(b"GET", b"/v1/a b"),
    "a transfer coding in HTTP/1.0": head(
        b"GET", EVENTS, b"Transfer-Encoding: chunked", version=b"HTTP/1.0"
    )
    + b"0\r\n\r\n",
}

FRAMES: Mapping[str, tuple[tuple[bytes, ...], bytes]] = {
    # of a body that would be read by two parties as two bodies; name: (headers, body)
    "a length and chunks": (
        (b"Content-Length: 2", b"Transfer-Encoding: chunked"),
        b"2\r\n{}\r\n0\r\n\r\n",
    ),
    "two lengths": ((b"Content-Length: 2", b"Content-Length: 3"), b"{} "),
    "the same length twice": ((b"Content-Length: 2", b"Content-Length: 2"), b"{}"),
    "a list of lengths": ((b"Content-Length: 2, 2",), b"{}"),
    "a length with a sign": ((b"Content-Length: +2",), b"{}"),
    "a length below zero": ((b"Content-Length: -1",), b"{}"),
    "a length in hexadecimal": ((b"Content-Length: 0x2",), b"{}"),
    "a length that no integer holds": ((b"Content-Length: " + b"9" * 40,), b"{}"),
    "a coding that there is not": ((b"Transfer-Encoding: xchunked",), b"2\r\n{}\r\n0\r\n\r\n"),
    "no coding, said": ((b"Transfer-Encoding: identity",), b"{}"),
    "a coding beside chunks": (
        (b"Transfer-Encoding: gzip, chunked",),
        b"2\r\n{}\r\n0\r\n\r\n",
    ),
    "a coding after chunks": (
        (b"Transfer-Encoding: chunked, identity",),
        b"2\r\n{}\r\n0\r\n\r\n",
    ),
    "chunks twice": (
        (b"Transfer-Encoding: chunked", b"Transfer-Encoding: chunked"),
        b"2\r\n{}\r\n0\r\n\r\n",
    ),
    "an odd space": ((b"Transfer-Encoding: \x0bchunked",), b"2\r\n{}\r\n0\r\n\r\n"),
    "a chunk of more than all": ((b"Transfer-Encoding: chunked",), b"F" * 18 + b"\r\n{}"),
    "a chunk with a sign": ((b"Transfer-Encoding: chunked",), b"+2\r\n{}\r\n0\r\n\r\n"),
    "a chunk that goes on": ((b"Transfer-Encoding: chunked",), b"2\r\n{}XX0\r\n\r\n"),
    "chunks that end with LF alone": ((b"Transfer-Encoding: chunked",), b"2\n{}\n0\n\n"),
}

TARGETS: Mapping[str, bytes] = {
    # addresses that are nobody's, however they are spelled
    "an escaped slash": b"/v1%2Fevents?after=0",
    "an escaped backslash": b"/v1%5Cevents?after=0",
    "a backslash": b"/v1\\events?after=0",
    "two slashes": b"//v1/events?after=0",
    "dots": b"/v1/../v1/events?after=0",
    "a dot": b"/./v1/events?after=0",
    "escaped dots": b"/contracts/%2e%2e/%2e%2e/etc/passwd",
    "dots with escaped slashes": b"/contracts/..%2f..%2fetc%2fpasswd",
    "overlong UTF-8": b"/contracts/%c0%ae%c0%ae/x",
    "no UTF-8": b"/contracts/%ff",
    "NUL": b"/v1/events%00?after=0",
    "a line break": b"/v1/events%0d%0aX-Injected:%201?after=0",
    "half an escape": b"/contracts/%2",
    "no escape": b"/contracts/%zz",
    "another escape": b"/contracts/%u0041",
    "a parameter of the path": b"/v1/events;x=1?after=0",
    "letters that look alike": b"/v1/%d0%b5vents?after=0",
    "wide letters": b"/v1/%ef%bd%85vents?after=0",
    "30,000 characters": b"/contracts/" + b"a" * 30_000,
    "3,000 segments": b"/" + b"a/" * 3_000,
    "every server": b"*",
}

BODY_HEADERS: Mapping[str, tuple[tuple[bytes, ...], bytes, int]] = {
    "a form": ((b"Content-Type: application/x-www-form-urlencoded",), b"type=x", 415),
    "parts": (
        (b"Content-Type: multipart/form-data; boundary=b",),
        b'--b\r\nContent-Disposition: form-data; name="f"; filename="../x"\r\n\r\nx\r\n--b--\r\n',
        415,
    ),
    "parts without a boundary": ((b"Content-Type: multipart/form-data",), b"--b--", 415),
    "parts of another kind": ((b"Content-Type: multipart/mixed; boundary=b",), b"--b--", 415),
    "no media type": ((), b"{}", 415),
    "an empty one": ((b"Content-Type:",), b"{}", 415),
    "two of them": ((b"Content-Type: application/json",) * 2, b"{}", 415),
    "two in one": ((b"Content-Type: application/json, text/html",), b"{}", 415),
    "any": ((b"Content-Type: */*",), b"{}", 415),
    "a kindred one": ((b"Content-Type: application/ld+json",), b"{}", 415),
    "a longer one": ((b"Content-Type: application/jsonx",), b"{}", 415),
    "text": ((b"Content-Type: text/plain",), b"{}", 415),
    "Latin-1": ((b"Content-Type: application/json; charset=iso-8859-1",), b"{}", 415),
    "UTF-16": ((b"Content-Type: application/json; charset=utf-16",), b"{}", 415),
    "UTF-7": ((b"Content-Type: application/json; charset=utf-7",), b"{}", 415),
    "two charsets": (
        (b"Content-Type: application/json; charset=utf-8; charset=utf-16",),
        b"{}",
        415,
    ),
    "another parameter": ((b"Content-Type: application/json; boundary=b",), b"{}", 415),
    "bytes": ((b"Content-Type: application/json\xff",), b"{}", 415),
    "gzip": (
        (b"Content-Type: application/json", b"Content-Encoding: gzip"),
        gzip.compress(bytes(50_000_000), 9),
        415,
    ),
    "gzip, said second": (
        (
            b"Content-Type: application/json",
            b"Content-Encoding: identity",
            b"Content-Encoding: gzip",
        ),
        b"{}",
        415,
    ),
    "br": ((b"Content-Type: application/json", b"Content-Encoding: br"), b"{}", 415),
    "no encoding, twice in one": (
        (b"Content-Type: application/json", b"Content-Encoding: identity, identity"),
        b"{}",
        415,
    ),
}


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
    for below, body in (
        ("acts", writes.act(makers.signature_recorded("ZZA"))),
        ("focal-points", designated),
    ):
        headers = {
            "authorization": f"Bearer {running.folder.token_of(SECRETARIAT, 'secretariat')}",
            "idempotency-key": below,
            "if-none-match": "*",
        }
        address = f"{running.registry}/v1/participants/ZZA/{below}"
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
        if "requestBody" in operation
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
    drafts = target.startswith(b"/v1/drafts")
    who = (FOCAL_POINT, "focal-point:ZZA") if drafts else (SECRETARIAT, "secretariat")
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
