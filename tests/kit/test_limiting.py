"""Kit: every route is limited, by address and by principal, and says so."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from ipaddress import ip_network

import httpx
import pytest
from fastapi import FastAPI, Request, Response
from prometheus_client import CollectorRegistry
from sqlalchemy import text

from services.kit.answers import IMMUTABLE, Kept, new_answer
from services.kit.budgets import SECOND, Budget
from services.kit.described import json_response
from services.kit.errors import Unauthenticated
from services.kit.limiting import Limiter, asker
from services.kit.openapi import BUDGET, openapi_of
from services.kit.principal import Principal
from services.kit.proxies import Proxies
from services.kit.shared_budgets import SharedBudgets
from services.kit.web import Limits, new_app
from tests.databases import ON_POSTGRESQL, Database, disposing
from tests.in_process import InProcess, client_of
from tests.kit.healthy import healthy

THING = "https://contracts.example/thing.json"
BUDGETS = (
    Budget(name="read", per_minute=60, burst=3),
    Budget(name="write", per_minute=60, burst=2),
    Budget(name="export", per_minute=6, burst=1),
)
BEHIND_A_PROXY = Proxies(networks=(ip_network("127.0.0.1"),))


@dataclass(slots=True)
class Clock:
    """Stands still until it is set."""

    at: int = 1_000 * SECOND

    def __call__(self) -> int:
        return self.at


@dataclass(slots=True)
class Asking:
    client: InProcess
    app: FastAPI
    clock: Clock = field(default_factory=Clock)

    def ask(
        self, method: str, target: str, *, address: str = "203.0.113.1", by: str = ""
    ) -> httpx.Response:
        headers = {"x-forwarded-for": address, **({"authorization": by} if by else {})}
        return self.client.request(method, target, headers=headers)


async def guard(request: Request) -> None:
    """Believe whoever says a name; writing nobody may without one."""
    name = request.headers.get("authorization")
    if name is not None:
        request.state.principal = Principal(actor=name, roles=frozenset(), scopes=frozenset())
    elif request.method == "POST":
        raise Unauthenticated


@contextmanager
def asking(limiter: Limiter | None, clock: Clock | None = None) -> Iterator[Asking]:
    kept = Kept(1_000_000)
    app = new_app(
        title="A service",
        summary="For the tests.",
        version="1.0.0",
        registry=CollectorRegistry(),
        health=healthy(log=lambda: None),
        kept=kept,
        limits=Limits(limiter=limiter),
        gates=[guard],
    )
    body = b'{"kept":true}'
    answer = new_answer("/kept", body, media_type="application/json", cache_control=IMMUTABLE)
    kept.keep("/kept", answer)

    @app.get("/things", summary="Read things.")
    async def read_things() -> Response:
        return json_response({}, contract=THING)

    @app.get("/asker", summary="Say who asks.", openapi_extra={BUDGET: "none"})
    async def read_asker(request: Request) -> Response:
        return json_response({"asker": asker(request)}, contract=THING)

    @app.get("/all-things", summary="Read all.", openapi_extra={BUDGET: "export"})
    async def read_all() -> Response:
        return json_response({}, contract=THING)

    @app.post("/things", summary="Put a thing.")
    async def put_thing(request: Request) -> Response:
        return json_response({"asker": asker(request)}, contract=THING)

    with client_of(app) as client:
        yield Asking(client, app, clock or Clock())


@pytest.fixture
def here() -> Iterator[Asking]:
    clock = Clock()
    with asking(Limiter(BUDGETS, proxies=BEHIND_A_PROXY, clock=clock), clock) as found:
        yield found


def test_whoever_has_spent_a_budget_is_told_when_to_come_back(here: Asking) -> None:
    answers = [here.ask("GET", "/things") for _ in range(4)]
    assert [one.status_code for one in answers] == [200, 200, 200, 429]
    assert [one.headers["ratelimit"] for one in answers] == [
        f'"read";r={left};t=1' for left in (2, 1, 0, 0)
    ]
    assert {one.headers["ratelimit-policy"] for one in answers} == {'"read";q=3;w=3'}
    refused = answers[-1]
    assert refused.headers["retry-after"] == "1"
    assert refused.headers["content-type"] == "application/problem+json"
    assert refused.headers["cache-control"] == "no-store"
    assert refused.json()["code"] == "too-many-requests"
    assert "203.0.113.1" not in refused.text
    here.clock.at += SECOND
    assert here.ask("GET", "/things").status_code == 200
    assert here.ask("GET", "/things").status_code == 429


def test_a_head_is_a_read(here: Asking) -> None:
    for _ in range(3):
        assert here.ask("HEAD", "/things").headers["ratelimit-policy"] == '"read";q=3;w=3'
    assert here.ask("GET", "/things").status_code == 429


def test_every_address_and_every_kind_of_request_has_a_budget_of_its_own(here: Asking) -> None:
    for _ in range(4):
        spent = here.ask("GET", "/things")
    assert spent.status_code == 429
    assert here.ask("GET", "/things", address="203.0.113.2").status_code == 200
    assert here.ask("GET", "/all-things").status_code == 200
    assert here.ask("GET", "/all-things").headers["retry-after"] == "10"
    assert here.ask("POST", "/things", by="a").status_code == 200


def test_all_addresses_of_one_subscriber_are_one(here: Asking) -> None:
    answers = [here.ask("GET", "/things", address=f"2001:db8:1:2::{n}") for n in range(1, 5)]
    assert [one.status_code for one in answers] == [200, 200, 200, 429]
    assert here.ask("GET", "/things", address="2001:db8:1:3::1").status_code == 200


def test_a_spoofed_header_gives_no_new_budget() -> None:
    clock = Clock()
    with asking(Limiter(BUDGETS, clock=clock)) as nobody_trusted:
        answers = [nobody_trusted.ask("GET", "/things", address=f"203.0.113.{n}") for n in range(4)]
    assert answers[-1].status_code == 429
    with asking(Limiter(BUDGETS, proxies=BEHIND_A_PROXY, clock=clock)) as behind:
        answers = [
            behind.ask("GET", "/things", address=f"198.51.100.{n}, 203.0.113.1") for n in range(4)
        ]
    assert answers[-1].status_code == 429


def test_a_principal_has_one_budget_wherever_it_asks_from(here: Asking) -> None:
    asked = [here.ask("POST", "/things", address=f"203.0.113.{n}", by="a") for n in range(3)]
    assert [one.status_code for one in asked] == [200, 200, 429]
    assert here.ask("POST", "/things", address="203.0.113.9", by="b").status_code == 200


def test_one_address_has_one_budget_whoever_asks_from_there(here: Asking) -> None:
    assert [here.ask("POST", "/things", by=by).status_code for by in "abc"] == [200, 200, 429]


def test_bad_tokens_spend_the_budget_of_the_address_and_of_nobody_else(here: Asking) -> None:
    flood = [here.ask("POST", "/things", address="198.51.100.1") for _ in range(4)]
    assert [one.status_code for one in flood] == [401, 401, 429, 429]
    assert flood[0].headers["ratelimit"] == '"write";r=1;t=1'
    assert here.ask("POST", "/things", by="a").headers["ratelimit"] == '"write";r=1;t=1'


def test_who_asks_is_the_principal_or_else_the_address(here: Asking) -> None:
    assert here.ask("GET", "/asker").json() == {"asker": "address 203.0.113.1"}
    assert here.ask("POST", "/things", by="a").json()["asker"] == "actor a"


def test_what_operators_ask_and_what_lies_in_memory_costs_nothing(here: Asking) -> None:
    for target in ("/health/live", "/health/ready", "/metrics", "/kept"):
        for _ in range(5):
            answer = here.ask("GET", target)
            assert answer.status_code == 200
            assert "ratelimit" not in answer.headers
    assert here.ask("GET", "/things").headers["ratelimit"] == '"read";r=2;t=1'


def test_scripts_of_other_sites_may_read_what_is_left(here: Asking) -> None:
    exposed = here.ask("GET", "/things").headers["access-control-expose-headers"]
    assert {"RateLimit", "RateLimit-Policy", "Retry-After"} <= set(exposed.split(", "))


def test_without_a_limiter_nobody_is_limited() -> None:
    with asking(None) as free:
        answers = [free.ask("GET", "/all-things") for _ in range(50)]
        assert {one.status_code for one in answers} == {200}
        assert "ratelimit" not in answers[0].headers
        assert free.ask("GET", "/asker").json() == {"asker": "address 127.0.0.1"}


def test_the_document_says_what_every_operation_costs(here: Asking) -> None:
    document = openapi_of(here.app)
    costs = {
        f"{method} {path}": operation[BUDGET]
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    }
    assert costs == {
        "get /health/live": "none",
        "get /health/ready": "none",
        "get /metrics": "none",
        "get /asker": "none",
        "get /things": "read",
        "post /things": "write",
        "get /all-things": "export",
    }
    limited = document["paths"]["/things"]["post"]["responses"]
    assert "too-many-requests" in str(limited["429"]["content"])
    assert set(limited["429"]["headers"]) == {"RateLimit", "RateLimit-Policy", "Retry-After"}
    assert set(limited["200"]["headers"]) == {"RateLimit", "RateLimit-Policy"}
    for name in ("RateLimit", "RateLimit-Policy", "Retry-After"):
        assert limited["429"]["headers"][name] == {"$ref": f"#/components/headers/{name}"}
        assert document["components"]["headers"][name]["description"]
    assert "429" not in document["paths"]["/metrics"]["get"]["responses"]


@contextmanager
def two_processes(url: str, clock: Clock) -> Iterator[tuple[Asking, Asking]]:
    """As if: two apps with memories of their own, on one database."""
    with disposing(url) as engine:
        limiters = [
            Limiter(
                BUDGETS,
                proxies=BEHIND_A_PROXY,
                clock=clock,
                shared=SharedBudgets(engine, ["write", "export"], secret=b"s"),
            )
            for _ in range(2)
        ]
        with asking(limiters[0]) as one, asking(limiters[1]) as other:
            yield one, other


@ON_POSTGRESQL
def test_processes_count_the_writes_of_a_principal_together(database: Database) -> None:
    with two_processes(database.url, Clock()) as (one, other):
        assert one.ask("POST", "/things", by="a").status_code == 200
        second = other.ask("POST", "/things", by="a")
        assert (second.status_code, second.headers["ratelimit"]) == (200, '"write";r=0;t=1')
        third = one.ask("POST", "/things", by="a", address="203.0.113.2")
        assert (third.status_code, third.headers["retry-after"]) == (429, "1")


@ON_POSTGRESQL
def test_processes_count_the_exports_of_an_address_together(database: Database) -> None:
    with two_processes(database.url, Clock()) as (one, other):
        assert one.ask("GET", "/all-things").status_code == 200
        refused = other.ask("GET", "/all-things")
        assert (refused.status_code, refused.headers["ratelimit"]) == (429, '"export";r=0;t=10')
        assert other.ask("GET", "/all-things", address="203.0.113.2").status_code == 200


@ON_POSTGRESQL
def test_whoever_has_no_token_makes_the_database_do_nothing(database: Database) -> None:
    with two_processes(database.url, Clock()) as (one, _), database.engine() as engine:
        assert one.ask("POST", "/things").status_code == 401
        assert one.ask("GET", "/things").status_code == 200
        with engine.connect() as connection:
            assert connection.scalar(text("SELECT count(*) FROM budget_spent")) == 0


def test_while_the_database_is_away_nothing_shared_is_let_through(tmp_path: object) -> None:
    with two_processes(f"postgresql+psycopg://nobody@/none?host={tmp_path}", Clock()) as (one, _):
        away = one.ask("POST", "/things", by="a")
        assert (away.status_code, away.json()["code"]) == (503, "unavailable")
        assert away.headers["retry-after"] == "1"
        assert one.ask("GET", "/all-things").status_code == 503
        assert one.ask("GET", "/things").status_code == 200
        assert one.ask("POST", "/things", by="a").status_code == 503
        assert one.ask("POST", "/things", by="a").status_code == 429  # its memory goes on counting
