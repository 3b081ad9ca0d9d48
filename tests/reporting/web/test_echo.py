"""Reporting over HTTP: what was sent, wherever it was put, never comes back in a problem."""

import re
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from migrations.environment import upgrade
from tests.in_process import InProcess
from tests.issuing import claims_of, signed
from tests.reporting.answering import told_on
from tests.reporting.web.addresses import ASKED, OPERATIONS, address, tell

CANARY = "Zq7canary"
WELL_FORMED = {
    "as_of": "8675309123",
    "effective_on": "1986-07-13",
    "min_position": "8675309123",
    "lang": "qzq-canary7",
    "limit": "739",
    "cursor": "WnE3Y2FuYXJ5",
    "cycle": "QZ7CANARY",
    "plan": "QZ7-CANARY-9",
    "plan_id": "QZ7-CANARY-9",
    "code": "ORG-QZ7CANARY",
    "participant": "ORG-QZ7CANARY",
    "organisation": "ORG-QZ7CANARY",
    "unit": "P73.q",
    "pillar": "XVIXV",
    "type": "canary_of_help",
    "number": "867530",
    "from": "867530",
    "to": "867531",
    "key": "P73.q",
    "methodology": "867.5.309",
    "against": "867.5.310",
    "counted_under": "qz7canary",
    "after": "8675309123",
    "event": "qz-canary-happened",
    "name": "qz-canaries",
}
"""Of parameters that are no choice among few: what is well spelled, and known to nobody."""
HEADERS = (
    "accept", "accept-encoding", "accept-language", "authorization", "content-type", "cookie",
    "expect", "forwarded", "from", "host", "idempotency-key", "if-match", "if-modified-since",
    "if-none-match", "if-range", "origin", "range", "referer", "te", "traceparent", "user-agent",
    "via", "x-forwarded-for", "x-forwarded-host", "x-http-method-override", "x-anything",
)  # fmt: skip


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[InProcess]:
    url = f"sqlite:///{tmp_path_factory.mktemp('echo')}/reporting.db"
    upgrade("reporting", url)
    with told_on(url) as told:
        tell(told)
        with told.reading(wait_seconds=0.05) as client:  # a position that nobody reaches
            yield client


def assert_no_echo(answer: httpx.Response, sent: str) -> None:
    assert answer.status_code < 500 or answer.status_code == 503, answer.text
    if answer.status_code < 400:
        return
    assert answer.headers["content-type"] == "application/problem+json"
    for text in (answer.text, str(answer.headers.multi_items())):
        assert sent.lower() not in text.lower()


def test_every_parameter_has_a_well_formed_value_or_is_a_choice(client: InProcess) -> None:
    chosen = {
        parameter["name"]
        for _, operation in OPERATIONS
        for parameter in operation.get("parameters", ())
        if choices(parameter["schema"])
    }
    assert {name for _, _, name in ASKED} == chosen | set(WELL_FORMED)


def choices(schema: dict[str, Any]) -> bool:
    return "enum" in schema or any(map(choices, schema.get("anyOf", ())))


@pytest.mark.parametrize(("path", "where", "name"), [one for one in ASKED if one[2] in WELL_FORMED])
def test_a_well_formed_value_that_nobody_knows_is_not_repeated(
    client: InProcess, path: str, where: str, name: str
) -> None:
    value = WELL_FORMED[name]
    assert_no_echo(client.get(address(path, where, name, value)), value)


@given(
    asked=st.sampled_from(ASKED),
    before=st.text(max_size=12),
    after=st.text(st.characters(codec="utf-8"), max_size=12),
)
def test_whatever_a_parameter_holds_is_not_repeated(
    client: InProcess, asked: tuple[str, str, str], before: str, after: str
) -> None:
    path, where, name = asked
    assume(before.isprintable() or where == "query")
    value = f"{before}{CANARY}{after}".encode("utf-8", "surrogatepass")
    assert_no_echo(client.get(address(path, where, name, value)), CANARY)


@given(path=st.sampled_from([path for path, _ in OPERATIONS]), name=st.text(max_size=20))
def test_names_of_parameters_and_paths_that_there_are_not_are_not_repeated(
    client: InProcess, path: str, name: str
) -> None:
    fine = address(path, "", "", "")
    odd = httpx.QueryParams({f"{CANARY}{name}": "1"})
    assert_no_echo(client.get(f"{fine}&{odd}"), CANARY)
    assert_no_echo(client.get(f"/{CANARY}{fine}"), CANARY)


@given(
    path=st.sampled_from([path for path, _ in OPERATIONS]),
    header=st.sampled_from(HEADERS),
    around=st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E), max_size=20),
)
def test_no_header_is_repeated(client: InProcess, path: str, header: str, around: str) -> None:
    raw = f"{around}{CANARY}{around}".strip().encode()
    answer = client.get(address(path, "", "", "") + "&nonsense=1", headers={header: raw})
    assert answer.status_code in {400, 401, 422}
    assert_no_echo(answer, CANARY)


@pytest.mark.parametrize("path", [path for path, _ in OPERATIONS if path.startswith("/v1/")])
def test_nothing_in_a_token_is_repeated(client: InProcess, path: str) -> None:
    fine = address(path, "", "", "").rstrip("?")
    for changes in (
        {"concord_actor": CANARY + "!"},
        {"roles": [f"focal-point:{CANARY}"]},
        {"roles": [CANARY]},
        {"iss": f"https://{CANARY}.example"},
        {"aud": CANARY},
        {"scope": CANARY + '"'},
        {"exp": CANARY},
    ):
        token = signed({**claims_of(), **changes})
        answer = client.get(fine, headers={"authorization": f"Bearer {token}"})
        assert answer.status_code in {401, 403}
        assert_no_echo(answer, CANARY)


def test_only_the_ids_that_a_caller_gave_its_request_come_back(client: InProcess) -> None:
    for name in ("x-request-id", "x-correlation-id"):
        plain = client.get("/v1/nowhere", headers={name: "plain-1"})
        assert plain.headers[name] == "plain-1"
        for wrong in (CANARY + " ", CANARY + "<", CANARY * 20):
            answer = client.get("/v1/nowhere", headers={name: wrong + "\t"})
            assert not re.search(CANARY, answer.text + str(answer.headers))
