"""Registry web: hostile and wrong input at every write: a precise problem, nothing recorded."""

from collections.abc import Mapping

import orjson
import pytest

from tests.issuing import token
from tests.registry.web.hostile import check, headers_for, invalid_examples, ready
from tests.registry.web.reads import READS
from tests.registry.web.routes import (
    QUESTIONS,
    REFUSED_BY_THE_RULES,
    SECRETARIAT_ONLY,
    WRITES,
)
from tests.running_registry import RunningRegistry, actor_of, token_of

BODIES: Mapping[str, tuple[bytes, int, str]] = {
    # name: (bytes, status, code of the finding); many carry a canary, which may not come back
    "nothing": (b"", 400, "not-json"),
    "white space": (b" \n\t ", 400, "not-json"),
    "not UTF-8": (b'{"field": "canary \xff\xfe"}', 400, "not-utf8"),
    "UTF-8 with a byte order mark": (b'\xef\xbb\xbf{"field": 1}', 400, "byte-order-mark"),
    "UTF-16": ('{"field": 1}'.encode("utf-16"), 400, "byte-order-mark"),
    "UTF-16 without a mark": ('{"field": 1}'.encode("utf-16-le"), 400, "not-json"),
    "cut off": (b'{"field": "x', 400, "not-json"),
    "two documents": (b'{"field": 1}{"field": 2}', 400, "not-json"),
    "a comment": (b'{"field": 1 /* x */}', 400, "not-json"),
    "single quotes": (b"{'field': 1}", 400, "not-json"),
    "a trailing comma": (b'{"field": 1,}', 400, "not-json"),
    "a control character in text": (b'{"field": "canary\x01"}', 400, "not-json"),
    "a doubled name": (b'{"type": "canary-1", "type": "canary-2"}', 400, "duplicate-name"),
    "a doubled name below": (b'{"a": [{"b": 1, "b": 2}]}', 400, "duplicate-name"),
    "a doubled name in another spelling": (b'{"a": 1, "\\u0061": 2}', 400, "duplicate-name"),
    "NaN": (b'{"field": NaN}', 422, "number-not-allowed"),
    "Infinity": (b'{"field": -Infinity}', 422, "number-not-allowed"),
    "a number beyond all": (b'{"field": 1e400}', 422, "number-not-allowed"),
    "a fraction": (b'{"field": 1.5}', 422, "number-not-allowed"),
    "an integer as a fraction": (b'{"field": 1.0}', 422, "number-not-allowed"),
    "an integer one too large": (b'{"field": 9007199254740992}', 422, "integer-too-large"),
    "an integer of 5000 digits": (
        b'{"field": ' + b"9" * 5000 + b"}",
        422,
        "integer-too-large",
    ),
    "a lone surrogate": (b'{"field": "canary\\ud800"}', 400, "lone-surrogate"),
    "U+0000 in text": (b'{"field": "a\\u0000canary"}', 422, "forbidden-character"),
    "U+0000 in a name": (b'{"fie\\u0000ld": 1}', 422, "forbidden-character"),
    "a carriage return": (b'{"field": "canary\\r"}', 422, "forbidden-character"),
    "a name beyond ASCII": ('{"canarÿ": 1}'.encode(), 422, "forbidden-character"),
    "33 levels": (b"[" * 33 + b"]" * 33, 400, "too-deep"),
    "100,000 levels": (b"[" * 100_000 + b"]" * 100_000, 400, "too-deep"),
    "100,000 levels, open": (b"[" * 100_000, 400, "*"),
    "null": (b"null", 422, "*"),
    "a text": (b'"canary"', 422, "*"),
    "a number": (b"1", 422, "*"),
    "an array": (b'["canary"]', 422, "*"),
    "an empty object": (b"{}", 422, "*"),
    "an unknown object": (b'{"field": "x", "type": "canary"}', 422, "*"),
    "a prototype": (b'{"__proto__": {"field": true}}', 422, "*"),
    "a megabyte and a byte": (b'"' + b"c" * 1_048_575 + b'"', 413, "-"),
}

HEADERS: Mapping[str, tuple[dict[str, str | None], int, str]] = {
    # name: (changes, None takes a header away; status; code of the problem)
    "no media type": ({"content-type": None}, 415, "media-type-not-accepted"),
    "another media type": ({"content-type": "text/plain"}, 415, "media-type-not-accepted"),
    "a form": (
        {"content-type": "application/x-www-form-urlencoded"},
        415,
        "media-type-not-accepted",
    ),
    "another charset": (
        {"content-type": "application/json; charset=latin-1"},
        415,
        "media-type-not-accepted",
    ),
    "a packed body": ({"content-encoding": "gzip"}, 415, "media-type-not-accepted"),
    "a length that is too large": ({"content-length": "99999999999"}, 413, "body-too-large"),
    "no key": ({"idempotency-key": None}, 400, "idempotency-key-missing"),
    "an empty key": ({"idempotency-key": ""}, 400, "idempotency-key-missing"),
    "a key of two words": ({"idempotency-key": "canary 2"}, 400, "idempotency-key-missing"),
    "a long key": ({"idempotency-key": "c" * 129}, 400, "idempotency-key-missing"),
    "no precondition": (
        {"if-match": None, "if-none-match": None},
        428,
        "precondition-missing",
    ),
    "both preconditions": (
        {"if-match": '"1"', "if-none-match": "*"},
        400,
        "precondition-not-read",
    ),
    **{
        f"If-Match: {value}": (
            {"if-match": value, "if-none-match": None},
            400,
            "precondition-not-read",
        )
        for value in (
            "",
            "1",
            "*",
            '"0"',
            '"-1"',
            '"01"',
            '"canary"',
            'W/"1"',
            '"1", "2"',
            '"1.0"',
            f'"{"9" * 400}"',
        )
    },
    'If-None-Match: "1"': (
        {"if-match": None, "if-none-match": '"1"'},
        400,
        "precondition-not-read",
    ),
    "a version that never was": (
        {"if-match": '"4711"', "if-none-match": None},
        412,
        "version-conflict",
    ),
}

TOKENS: Mapping[str, tuple[str | None, int, str]] = {
    "none": (None, 401, "unauthenticated"),
    "an empty one": ("", 401, "unauthenticated"),
    "another scheme": ("Basic Y2FuYXJ5OmNhbmFyeQ==", 401, "unauthenticated"),
    "an unknown one": ("Bearer canary-canary-canary", 401, "unauthenticated"),
    "the digest of a known one": ("Bearer " + "a" * 64, 401, "unauthenticated"),
    "one that only reads": (
        f"Bearer {token('secretariat', scopes=('concord.read',))}",
        403,
        "insufficient-scope",
    ),
    "one without a role": (f"Bearer {token('reader')}", 403, "forbidden"),
    "an auditor's": (f"Bearer {token_of('auditor')}", 403, "forbidden"),
    "an operator's": (f"Bearer {token_of('operator')}", 403, "forbidden"),
    "of whom the register does not know": (
        f"Bearer {token_of('ZZB')}",
        403,
        "not-known-to-the-register",
    ),
}

TOKENS_OF_AUDITORS: Mapping[str, tuple[str | None, int, str]] = {
    "one that only reads": (
        f"Bearer {token('auditor', actor_of('auditor'), scopes=('concord.read',))}",
        403,
        "insufficient-scope",
    ),
    "an auditor's": (
        f"Bearer {token('auditor', 'an-auditor-without-a-mandate')}",
        403,
        "not-known-to-the-register",
    ),
    "the secretariat's": (f"Bearer {token_of('secretariat')}", 403, "forbidden"),
}
"""Where auditors write."""

EVERY_WRITE = pytest.mark.parametrize("route", list(WRITES))


def test_every_operation_has_a_row_here(registry: RunningRegistry) -> None:
    """Drafts have a table of their own, in `draft_routes`."""
    everything = registry.get("/openapi.json").json()["paths"]
    paths = {path: item for path, item in everything.items() if not path.startswith("/v1/drafts")}
    assert {path for path, item in paths.items() if "post" in item} == set(WRITES) | QUESTIONS
    assert {path for path, item in paths.items() if "get" in item} == set(READS)
    methods = {method for item in paths.values() for method in item}
    assert methods == {"get", "post"}


@EVERY_WRITE
def test_the_row_s_own_request_is_taken(registry: RunningRegistry, route: str) -> None:
    write, before = ready(registry, route)
    answer = registry.post(write.path, write.body, expected=write.expected, by=write.by)
    refused = route in REFUSED_BY_THE_RULES
    assert answer.status_code == (409 if refused else 201), answer.text
    assert registry.size == before + (0 if refused else 1)


@EVERY_WRITE
def test_bytes_that_are_not_strict_json_are_refused(registry: RunningRegistry, route: str) -> None:
    write, before = ready(registry, route)
    for case, (raw, status, code) in BODIES.items():
        answer = registry.post(write.path, raw, expected=write.expected, by=write.by)
        problem = check(answer, status, case=case)
        if code not in {"*", "-"}:
            assert [found["code"] for found in problem["errors"]] == [code], case
    assert registry.size == before


@EVERY_WRITE
def test_headers_that_are_missing_or_wrong_are_refused(
    registry: RunningRegistry, route: str
) -> None:
    write, before = ready(registry, route)
    for case, (changes, status, code) in HEADERS.items():
        changed: dict[str, str | None] = {**headers_for(write, f"k-{len(case)}"), **changes}
        headers = {name: value for name, value in changed.items() if value is not None}
        answer = registry.client.post(write.path, content=orjson.dumps(write.body), headers=headers)
        assert check(answer, status, case=case)["code"] == code, case
    assert registry.size == before


@EVERY_WRITE
def test_headers_that_come_twice_are_refused(registry: RunningRegistry, route: str) -> None:
    write, before = ready(registry, route)
    for name, status in {
        "authorization": 401,
        "idempotency-key": 400,
        "content-type": 415,
        "if-match": 400,
    }.items():
        sent = headers_for(write, "twice")
        headers = [*sent.items(), (name, sent.get(name, '"1"'))]
        answer = registry.client.post(write.path, content=orjson.dumps(write.body), headers=headers)
        check(answer, status, case=name)
    assert registry.size == before


@EVERY_WRITE
def test_whoever_may_not_write_here_is_refused(registry: RunningRegistry, route: str) -> None:
    write, before = ready(registry, route)
    cases = dict(TOKENS)
    if route in SECRETARIAT_ONLY:
        unknown, own = f"Bearer {token_of('ZZB')}", f"Bearer {token_of('ZZA')}"
        cases["of whom the register does not know"] = (unknown, 403, "forbidden")
        cases["the participant's own"] = (own, 403, "forbidden")
    if write.by == "auditor":
        cases |= TOKENS_OF_AUDITORS
    for case, (authorization, status, code) in cases.items():
        headers = headers_for(write, "k")
        del headers["authorization"]
        if authorization is not None:
            headers["authorization"] = authorization
        answer = registry.client.post(write.path, content=orjson.dumps(write.body), headers=headers)
        assert check(answer, status, case=case)["code"] == code, case
        challenged = status == 401 or code == "insufficient-scope"
        assert answer.headers.get("www-authenticate", "").startswith("Bearer") is challenged, case
    assert registry.size == before


@EVERY_WRITE
def test_every_invalid_example_of_the_contract_is_refused_at_its_places(
    registry: RunningRegistry, route: str
) -> None:
    write, before = ready(registry, route)
    seen = 0
    for case, body, pointers in invalid_examples(write):
        answer = registry.post(write.path, body, expected=write.expected, by=write.by)
        problem = check(answer, 422, case=case)
        assert pointers <= {found["pointer"] for found in problem["errors"]}, case
        seen += 1
    assert seen
    assert registry.size == before


@EVERY_WRITE
def test_query_parameters_and_odd_paths_are_refused(registry: RunningRegistry, route: str) -> None:
    write, before = ready(registry, route)
    for target in (f"{write.path}?canary=1", f"{write.path}?", f"{write.path}/"):
        answer = registry.post(target, write.body, expected=write.expected + 17)
        assert 400 <= answer.status_code < 500, target
    for method in ("GET", "PUT", "PATCH", "DELETE", "TRACE", "CANARY"):
        answer = registry.client.request(method, write.path)
        check(answer, 405, case=method)
        assert answer.headers["allow"] == "POST"
    assert registry.size == before
