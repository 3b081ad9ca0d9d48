"""Reporting over HTTP: hostile and wrong input at every route gets a precise problem, never a 5xx.

The table has a row for each parameter; which routes have which parameter is read from the OpenAPI
document, so that a new route or parameter without a row fails here.
"""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from contracts.validation import validate
from migrations.environment import upgrade
from services.reporting.web.parameters import cursor_of
from tests.in_process import InProcess
from tests.openapi import contract_named, examples_read_by_a_stranger
from tests.reporting.answering import told_on
from tests.reporting.web.addresses import ASKED, DOCUMENT, OPERATIONS, address, tell

CANARY = "Zq7canary"
EVERYWHERE: tuple[str | bytes, ...] = (
    "",
    " ",
    "\x00",
    "a\x00b",
    "\r\nX-Injected: 1",
    "../../etc/passwd",
    "' OR 1=1 --",
    '"; DROP TABLE entry; --',
    "=cmd()",
    "<script>alert(1)</script>",
    "%",
    "٣",
    "\u202e",
    "🏴",
    "\ud800".encode("utf-8", "surrogatepass"),
    b"\xff\xfe",
    CANARY,
    CANARY * 200,
)
"""Wrong for every parameter there is."""

WRONG: dict[str, tuple[str, ...]] = {
    "as_of": ("-1", "01", "1.0", "1e3", "9007199254740992", "99999999999999999", "NaN",
              "2026-02-30", "2026-13-01", "0000-01-01", "2026-06-01T10:00:00",
              "2026-06-01T25:00:00Z", "2026-06-01T10:00:60Z", "2026-06-01T10:00:00+99:99",
              "2026-06-01 10:00:00Z", "2999-01-01", "2026-11-21", "2026-W01-1", "now", "head"),
    "effective_on": ("2026-02-30", "2026-1-1", "20260101", "2026-01-01T00:00:00Z", "today", "-1"),
    "min_position": ("-1", "01", "1.5", "1_0", " 1", "+1", "99999999999999999", "NaN"),
    "lang": ("e", "english", "en_GB", "en-", "*", "en,fr", "en;q=1"),
    "limit": ("0", "-1", "1001", "01", "1.5", "all", "99999999999999999999"),
    "cursor": ("=", "a b", "_w", "gICA", "A" * 121),
    "format": ("xml", "CSV", "json,csv"),
    "digest": ("1", "TRUE", "yes", "true,false"),
    "standing": ("CERTAIN", "certain,possible", "member"),
    "cycle": ("2", "2026-2027-2028-2029-2030", "-2026", "2026/..", "cycle"),
    "dimension": ("postulate", "TOTAL", "total,regional_group"),
    "metric": ("reporting_rates", "REPORTING_RATE", "*"),
    "key": ("P0", "P1.1", "p1", "African", "a" * 41),
    "methodology": ("1.0", "v1.0.0", "01.0.0", "7.0.0", "latest"),
    "against": ("1.0", "v1.0.0", "01.0.0", "7.0.0", "latest"),
    "aggregate": ("postulate", "POSTULATES", "postulates,pillars"),
    "counted_under": ("IN_PLACE", "in place", "-", "a" * 65),
    "origin": ("SUBMISSION", "compilation", "submission,illustrative_compilation"),
    "kind": ("template", "RULESET", "ruleset,methodology"),
    "participant": ("kaz", "KAZAKHSTAN", "ORG-", "org-ots", "K4Z"),
    "scope": ("local", "NATIONAL", "national,regional"),
    "state": ("LATE", "late,open", "SUBMITTED", "submitted,accepted", "draft", "overdue"),
    "plan": ("zza-plan-1", "P", "-PLAN", "ZZA_PLAN", "A" * 65, "ZZA/PLAN"),
    "plan_id": ("zza-plan-1", "P", "-PLAN", "ZZA_PLAN", "A" * 65, "ZZA-PLAN-9"),
    "timeliness": ("on time", "ON_TIME", "early"),
    "organisation": ("org-ots", "ORG-", "ORG-x", "ZZA", "ORG-ZZO,ORG-OTS"),
    "code": ("kaz", "KAZAKHSTAN", "ORG-", "K4Z", "KAZ,ZZA"),
    "pillar": ("0", "VIII.", "iii", "IIIIII", "P1"),
    "type": ("Training", "0", "a-b", "x" * 65),
    "unit": ("P0", "P1.1", "p1", "P100", "P8.aa", "8"),
    "number": ("0", "-1", "01", "1.0", "9999999", "latest"),
    "from": ("0", "-1", "01", "1.0", "9999999", "latest"),
    "to": ("0", "-1", "01", "1.0", "9999999", "latest"),
    "after": ("-1", "01", "1.0", "9007199254740992", "99999999999999999", "head", "2026-01-01"),
    "event": ("r", "Report-Submitted", "report_submitted", "report-submitted,cycle-opened"),
    "name": ("p", "PILLARS", "pillars,cycles", "nothing"),
}  # fmt: skip
"""What each parameter refuses besides; a value with a row here is 422, or 404 in a path."""


def test_whoever_has_the_openapi_document_has_every_contract(client: InProcess) -> None:
    assert examples_read_by_a_stranger(client.get("/openapi.json").json()) > 25


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[InProcess]:
    url = f"sqlite:///{tmp_path_factory.mktemp('hostile')}/reporting.db"
    upgrade("reporting", url)
    with told_on(url) as told:
        tell(told)
        with told.client() as client:
            yield client


def assert_precise(answer: httpx.Response, *, is_path: bool) -> None:
    expected = {404, 422} if is_path else {422}
    assert answer.status_code in expected, (answer.status_code, answer.text)
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["cache-control"] == "no-store"
    assert CANARY not in answer.text
    assert "x-injected" not in answer.headers
    body = answer.json()
    assert body["code"] in {"parameter-not-accepted", "not-found"}
    if body["code"] == "parameter-not-accepted":
        assert body["errors"]


def test_a_cursor_of_changes_is_a_position(client: InProcess) -> None:
    for key in ("ZZA", "-1", "01", "9" * 17, "9" * 100):
        answer = client.get(f"/v1/changes?cursor={cursor_of(key)}")
        assert_precise(answer, is_path=False)


def test_the_table_has_a_row_for_every_parameter_and_no_other() -> None:
    assert {name for _, _, name in ASKED} == set(WRONG)


def test_every_route_that_is_read_is_in_the_table_of_fine_addresses(client: InProcess) -> None:
    for path, _ in OPERATIONS:
        answer = client.get(address(path, "", "", "").rstrip("?"))
        assert answer.status_code == 200, (path, answer.text)


@pytest.mark.parametrize(("path", "operation"), OPERATIONS)
def test_every_answer_in_json_obeys_the_contract_that_it_and_openapi_name(
    client: InProcess, path: str, operation: dict[str, Any]
) -> None:
    answer = client.get(address(path, "", "", "").rstrip("?"))
    media_type = answer.headers["content-type"]
    form = operation["responses"]["200"]["content"].get(media_type)
    if path == "/metrics":
        assert form is None
        return
    assert media_type == "application/json"
    contract = answer.links["describedby"]["url"]
    assert contract_named(DOCUMENT, form) == contract
    assert form["examples"]
    assert validate(answer.json(), contract) == []


@pytest.mark.parametrize(("path", "where", "name"), ASKED)
def test_a_wrong_value_gets_a_precise_problem(
    client: InProcess, path: str, where: str, name: str
) -> None:
    values: tuple[str | bytes, ...] = (*EVERYWHERE, *WRONG[name])
    for value in values:
        if where == "path" and value in {"", ".", "/"}:
            continue  # another address
        assert_precise(client.get(address(path, where, name, value)), is_path=where == "path")


@pytest.mark.parametrize("path", [path for path, _ in OPERATIONS])
def test_parameters_unknown_or_doubled_are_refused(client: InProcess, path: str) -> None:
    fine = address(path, "", "", "")
    for more in ("nonsense=1", "as_off=1", f"lang=en&lang=fr&{CANARY}", "AS_OF=1"):
        answer = client.get(f"{fine}&{more}")
        assert answer.status_code == 422, (path, answer.text)
        assert CANARY not in answer.text


@pytest.mark.parametrize("path", [path for path, _ in OPERATIONS])
@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "TRACE"])
def test_nothing_can_be_written_here(client: InProcess, path: str, method: str) -> None:
    answer = client.request(method, address(path, "", "", "").rstrip("?"), content=b"{}")
    assert answer.status_code == 405
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    "headers",
    [
        {"If-None-Match": '"' + "x" * 5000},
        {"If-None-Match": 'W/"a", "b", *'},
        {"Accept": "text/csv;" * 2000},
        {"Accept": "\xff\xfe"},
        {"Accept": "text/csv;q=1e999, application/json;q=-1"},
        {"Range": "bytes=0-1"},
        {"Accept-Language": "x" * 4000},
        {"X-Request-Id": "a\tb" + CANARY},
        {"Cookie": f"a={CANARY}", "Origin": f"https://{CANARY}"},
    ],
    ids=["tag", "tags", "accept", "bytes", "weights", "range", "language", "id", "browser"],
)
def test_headers_of_any_kind_make_no_error(client: InProcess, headers: dict[str, str]) -> None:
    raw = {name: text.encode("latin-1") for name, text in headers.items()}
    answer = client.get("/v1/participants", headers=raw)
    assert answer.status_code in {200, 304}
    assert CANARY not in answer.text
    assert CANARY not in str(answer.headers)


@pytest.mark.parametrize(
    "target",
    ["/v1", "/v1/", "/v1/participants/", "/v1/reports", "/v1/reports/ZZA", "/v1/rates/", "/", "//",
     "/v1/../../x", "/docs", "/redoc", "/v1/reports/ZZA/2026/postulates",
     "/v1/participants/ZZA/acts"],
)  # fmt: skip
def test_an_address_that_there_is_not_is_not_found(client: InProcess, target: str) -> None:
    answer = client.get(target)
    assert answer.status_code == 404
    assert answer.json()["code"] == "not-found"


def test_what_is_not_known_is_not_found_in_the_same_words_everywhere(client: InProcess) -> None:
    answers = [
        client.get(target)
        for target in (
            "/v1/participants/ZZX",
            "/v1/reports/ZZX/2026",
            "/v1/reports/ZZA/2031",
            "/v1/reports/ZZA/2026/postulates/P99",
            "/v1/reports/ZZA/2026/versions/9",
            "/v1/rates?cycle=2031",
            "/v1/aggregates/matrix?cycle=2031",
            "/v1/obligations?cycle=2031",
            "/v1/plans/ZZA-PLAN-9",
            "/v1/aggregates/pillar-balance?cycle=2031",
            "/v1/rates/explain?cycle=2026&metric=reporting_rate&dimension=reporting_unit&key=P99",
            "/v1/nowhere",
        )
    ]
    assert {answer.status_code for answer in answers} == {404}
    bodies = [{**answer.json(), "request_id": None} for answer in answers]
    assert all(body == bodies[0] for body in bodies)


def test_a_key_goes_with_every_dimension_but_the_total(client: InProcess) -> None:
    fine = "/v1/rates/explain?cycle=2026&metric=reporting_rate"
    for more in ("&dimension=total&key=P1", "&dimension=reporting_unit", "&key=african"):
        answer = client.get(fine + more)
        assert answer.status_code == 422
        assert answer.json()["errors"][0]["params"]["name"] == "key"


@pytest.mark.parametrize("as_of", ["2026-01-01T00:02:00+00:00", "2026-01-01T00:02:00 00:00"])
def test_a_plus_sign_left_unescaped_is_still_understood(client: InProcess, as_of: str) -> None:
    answer = client.get(f"/v1/participants?as_of={as_of}")
    assert answer.status_code == 200
    assert answer.json()["position"] == 2


def test_every_operation_is_described_for_those_who_call_it() -> None:
    named = [operation["operationId"] for _, operation in OPERATIONS]
    assert len(named) == len(set(named))
    for path, operation in OPERATIONS:
        assert operation["summary"], path
        assert {"500", "503"} <= set(operation["responses"]), path
        if not path.startswith("/v1"):
            continue
        answer = operation["responses"]["200"]
        form = answer["content"]["application/json"]
        assert str(contract_named(DOCUMENT, form)).endswith("/schema.json")
        assert form["examples"], path
        for parameter in operation.get("parameters", ()):
            assert parameter["description"], (path, parameter["name"])
