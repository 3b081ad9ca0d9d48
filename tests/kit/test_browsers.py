from collections.abc import Iterator

import pytest
from fastapi import Response
from prometheus_client import CollectorRegistry
from pydantic_settings import SettingsConfigDict

from services.kit.answers import IMMUTABLE, Kept, new_answer
from services.kit.browsers import Browsers, BrowserSettings
from services.kit.settings import SettingsRefused, read_settings
from services.kit.web import new_app
from tests.in_process import InProcess, client_of
from tests.kit.healthy import healthy

DESK = "https://desk.concord.example"
ELSEWHERE = "https://elsewhere.example"
WRONG_ORIGINS = (
    "*",
    "null",
    "desk.concord.example",
    "https://",
    "https://*.example",
    "https://Desk.example",
    "https://a b",
    "https://a@b",
    "ftp://a",
    DESK + "/",
    DESK + "?x",
)
TOKEN = {"authorization": "Bearer something"}


class Settings(BrowserSettings):
    model_config = SettingsConfigDict(env_prefix="TOLD_")


def app_told(browsers: Browsers, kept: Kept) -> Iterator[InProcess]:
    app = new_app(
        title="A service",
        summary="For the tests.",
        version="1.0.0",
        registry=CollectorRegistry(),
        health=healthy(log=lambda: None),
        kept=kept,
        browsers=browsers,
    )

    @app.get("/thing")
    def read_thing() -> Response:
        return Response("{}", headers={"cache-control": "public, max-age=9", "vary": "Accept"})

    @app.post("/thing")
    def put_thing() -> Response:
        return Response("{}", status_code=201)

    with client_of(app) as client:
        yield client


@pytest.fixture
def kept() -> Kept:
    return Kept(1_000_000)


@pytest.fixture
def client(kept: Kept) -> Iterator[InProcess]:
    yield from app_told(Browsers.told([DESK], hsts_seconds=600), kept)


def preflight(client: InProcess, origin: str, method: str) -> dict[str, str]:
    asking = {"origin": origin, "access-control-request-method": method}
    answer = client.request("OPTIONS", "/thing", headers=asking)
    assert (answer.status_code, answer.content) == (204, b"")
    return dict(answer.headers)


def test_a_page_that_is_listed_may_send_a_token_and_write(client: InProcess) -> None:
    told = preflight(client, DESK, "POST")
    assert told["access-control-allow-origin"] == DESK
    assert "POST" in told["access-control-allow-methods"]
    assert "Authorization" in told["access-control-allow-headers"]
    assert "Origin" in told["vary"]
    answer = client.post("/thing", headers={**TOKEN, "origin": DESK})
    assert answer.headers["access-control-allow-origin"] == DESK


def test_a_page_that_is_not_listed_may_read_without_a_token_and_nothing_else(
    client: InProcess,
) -> None:
    told = preflight(client, ELSEWHERE, "GET")
    assert told["access-control-allow-methods"] == "GET, HEAD"
    assert "authorization" not in told["access-control-allow-headers"].lower()
    open_to_all = client.get("/thing", headers={"origin": ELSEWHERE})
    assert open_to_all.headers["access-control-allow-origin"] == "*"
    for origin in (ELSEWHERE, "null", DESK + ".evil.example", DESK.upper(), ""):
        with_token = client.get("/thing", headers={**TOKEN, "origin": origin})
        assert "access-control-allow-origin" not in with_token.headers
        written = client.post("/thing", headers={"origin": origin})
        assert "access-control-allow-origin" not in written.headers


@pytest.mark.parametrize("origin", [DESK, ELSEWHERE])
def test_credentials_are_allowed_to_nobody(client: InProcess, origin: str) -> None:
    for headers in ({"origin": origin}, {**TOKEN, "origin": origin}):
        told = client.get("/thing", headers=headers).headers
        assert "access-control-allow-credentials" not in told
    assert "access-control-allow-credentials" not in preflight(client, origin, "GET")


def test_nobody_keeps_what_was_answered_to_a_token(client: InProcess, kept: Kept) -> None:
    made = new_answer("/kept", b"[]", media_type="application/json", cache_control=IMMUTABLE)
    kept.keep("/kept", made)
    for path in ("/thing", "/kept", "/nothing"):
        answer = client.get(path, headers=TOKEN)
        assert answer.headers.get_list("cache-control") == ["no-store"]
        assert "Authorization" in answer.headers["vary"]
    assert client.get("/thing").headers["cache-control"] == "public, max-age=9"
    assert client.get("/kept").headers["cache-control"] == IMMUTABLE


def test_tls_is_insisted_on_only_where_it_is_set(client: InProcess) -> None:
    assert client.get("/thing").headers["strict-transport-security"] == "max-age=600"
    assert client.get("/nothing").headers["strict-transport-security"] == "max-age=600"
    for other in app_told(Browsers.told(), Kept(1_000)):
        assert "strict-transport-security" not in other.get("/thing").headers


def test_settings_name_origins_as_browsers_write_them() -> None:
    given = '["https://desk.concord.example", "http://127.0.0.1:5173"]'
    settings = read_settings(Settings, {"TOLD_CORS_ORIGINS": given})
    assert settings.cors_origins == (DESK, "http://127.0.0.1:5173")
    for wrong in WRONG_ORIGINS:
        with pytest.raises(SettingsRefused, match="TOLD_CORS_ORIGINS"):
            read_settings(Settings, {"TOLD_CORS_ORIGINS": f'["{wrong}"]'})
