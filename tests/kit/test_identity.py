import asyncio
import ssl
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pydantic_settings import SettingsConfigDict

from services.kit.development import (
    DEVELOPMENT_ISSUER,
    make_development_key,
    read_development_key,
    write_development_key,
)
from services.kit.errors import Unavailable
from services.kit.identity import IdentitySettings, authentication_by, issuer_named, nobody
from services.kit.principal import Authenticate, Principal
from services.kit.settings import SettingsRefused, read_settings
from tests import issuing
from tests.kit.certificates import Certified, certified
from tests.kit.key_server import KeyServer, key_server
from tests.makers import NOW

DEMONSTRATION = "demonstration.test/log"
PRODUCTION = "registry.concord.example/log"


class OfTests(IdentitySettings):
    """Settings of a service that only asks who is there."""

    model_config = SettingsConfigDict(env_prefix="OFTESTS_")


@pytest.fixture
def server() -> Iterator[KeyServer]:
    with key_server(issuing.key_set()) as told:
        yield told


@pytest.fixture
def development_key(tmp_path: Path) -> Path:
    file = tmp_path / "issuer.key"
    write_development_key(file, make_development_key())
    return file


def settings(**values: Any) -> OfTests:
    return read_settings(OfTests, {f"OFTESTS_{name}": str(one) for name, one in values.items()})


def by(given: OfTests, origin: str | None = PRODUCTION) -> Authenticate | None:
    return authentication_by(given, lambda: NOW, origin=origin)


def of_issuer(**values: Any) -> OfTests:
    return settings(ISSUER=issuing.ISSUER, AUDIENCE=issuing.AUDIENCE, **values)


def admitted(authenticate: Authenticate | None, token: str) -> Principal:
    async def ask() -> Principal:
        assert authenticate is not None
        return await authenticate([f"Bearer {token}"])

    return asyncio.run(ask())


def test_tokens_of_the_configured_issuer_are_accepted(server: KeyServer, tmp_path: Path) -> None:
    assert admitted(by(of_issuer(JWKS_URL=server.url)), issuing.token()).actor
    file = tmp_path / "keys.json"
    file.write_bytes(issuing.key_set())
    assert admitted(by(of_issuer(JWKS_FILE=file)), issuing.token()).actor
    assert issuer_named(of_issuer()) == issuing.ISSUER


def test_claims_may_have_other_names(server: KeyServer) -> None:
    given = of_issuer(
        JWKS_URL=server.url,
        ACTOR_CLAIM="https://concord.example/actor",
        ROLES_CLAIM="groups",
    )
    claims = issuing.claims_of("operator", "operator-7")
    claims["https://concord.example/actor"] = claims.pop("concord_actor")
    claims["groups"] = claims.pop("roles")
    found = admitted(by(given), issuing.signed(claims))
    assert (found.actor, set(found.roles)) == ("operator-7", {"operator"})


def test_a_service_starts_while_its_issuer_is_down_and_answers_503() -> None:
    authenticate = by(of_issuer(JWKS_URL="http://127.0.0.1:1/keys"))
    with pytest.raises(Unavailable):
        admitted(authenticate, issuing.token())


def test_without_an_issuer_nobody_is_let_in() -> None:
    assert by(settings()) is None
    assert issuer_named(settings()) is None
    for text in (issuing.token(), "x"):
        with pytest.raises(Exception, match="no issuer of tokens is configured here"):
            admitted(nobody, text)


def test_a_development_issuer_is_accepted_by_demonstrations_alone(development_key: Path) -> None:
    given = settings(DEVELOPMENT_ISSUER_KEY_FILE=development_key)
    token = read_development_key(development_key, setting="").token(
        role="secretariat", actor="one", scopes=[], now=NOW, minutes=5, jti="1"
    )
    assert admitted(by(given, DEMONSTRATION), token).actor == "one"
    assert issuer_named(given) == DEVELOPMENT_ISSUER
    for origin in (PRODUCTION, "my-demonstration.test/log", "Demonstration.test/log", "", None):
        with pytest.raises(SettingsRefused, match="only where the log's origin begins with"):
            by(given, origin)


def test_a_development_issuer_stands_beside_no_other(development_key: Path) -> None:
    for given in (
        of_issuer(JWKS_URL="https://a.test/keys", DEVELOPMENT_ISSUER_KEY_FILE=development_key),
        settings(AUDIENCE="x", DEVELOPMENT_ISSUER_KEY_FILE=development_key),
    ):
        with pytest.raises(SettingsRefused, match="not beside an issuer"):
            by(given, DEMONSTRATION)


@pytest.mark.parametrize("origin", [PRODUCTION, DEMONSTRATION])
def test_an_issuer_with_the_name_or_a_key_of_development_is_refused(
    tmp_path: Path, origin: str
) -> None:
    for name in (DEVELOPMENT_ISSUER, f"{DEVELOPMENT_ISSUER}/", DEVELOPMENT_ISSUER.upper()):
        given = settings(ISSUER=name, AUDIENCE="x", JWKS_URL="https://a.test/keys")
        with pytest.raises(SettingsRefused, match="another than the development issuer"):
            by(given, origin)
    file = tmp_path / "keys.json"
    file.write_bytes(issuing.key_set(make_development_key().private))
    with pytest.raises(SettingsRefused, match="JWKS_FILE: cannot be used: expected keys of"):
        by(of_issuer(JWKS_FILE=file), origin)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"ISSUER": "https://a.test", "JWKS_URL": "https://a.test/k"}, "_AUDIENCE: needed with"),
        ({"AUDIENCE": "x"}, "OFTESTS_ISSUER: needed with OFTESTS_AUDIENCE"),
        ({"JWKS_URL": "https://a.test/k"}, "OFTESTS_ISSUER: needed with OFTESTS_JWKS_URL"),
        ({"ISSUER": "https://a.test", "AUDIENCE": "x"}, "OFTESTS_JWKS_URL: needed, or"),
        (
            {
                "ISSUER": "https://a.test",
                "AUDIENCE": "x",
                "JWKS_URL": "https://a.test/k",
                "JWKS_FILE": "/k",
            },
            "not both",
        ),
        (
            {"ISSUER": "https://a.test", "AUDIENCE": "x", "JWKS_FILE": "/nowhere"},
            "OFTESTS_JWKS_FILE: cannot be used: No such file",
        ),
        (
            {
                "ISSUER": "https://a.test",
                "AUDIENCE": "x",
                "JWKS_URL": "https://a.test/k",
                "JWKS_CA_FILE": "/nowhere",
            },
            "OFTESTS_JWKS_CA_FILE: expected certificates",
        ),
    ],
)
def test_settings_that_do_not_say_whose_tokens_are_refused(
    given: dict[str, str], said: str
) -> None:
    with pytest.raises(SettingsRefused, match=said):
        by(settings(**given))


@pytest.mark.parametrize(
    "url",
    [
        "http://issuer.example/keys",
        "http://127.0.0.1.example/keys",
        "http://localhost.example/keys",
        "http://2130706433/keys",
        "http://127.0.0.1@issuer.example/keys",
        "https://user:canary@issuer.example/keys",
        "https://issuer.example/keys#canary",
        "file:///etc/canary",
        "ftp://issuer.example/keys",
        "//issuer.example/keys",
        "https://",
        "https://[canary/keys",
        "https://issuer.example:canary/keys",
        "https://issuer.example/ keys",
        "https://issuer.exämple/keys",
        "canary",
    ],
)
def test_an_address_of_keys_that_is_not_safe_is_refused(url: str) -> None:
    with pytest.raises(SettingsRefused, match="OFTESTS_JWKS_URL") as refused:
        settings(JWKS_URL=url)
    assert "canary" not in str(refused.value)


@pytest.mark.parametrize(
    "url",
    ["https://issuer.example/keys?v=1", "http://127.0.0.1:8080/k", "http://[::1]/k",
     "http://localhost/k"],
)  # fmt: skip
def test_an_address_of_keys_is_https_or_on_this_host(url: str) -> None:
    assert settings(JWKS_URL=url).jwks_url == url


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Certified:
    return certified(tmp_path_factory.mktemp("tls"))


def test_keys_come_only_from_a_server_that_somebody_vouches_for(authority: Certified) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(authority.chain, authority.key)
    with key_server(issuing.key_set(), context) as server:
        trusted = by(of_issuer(JWKS_URL=server.url, JWKS_CA_FILE=authority.chain))
        assert admitted(trusted, issuing.token()).actor
        with pytest.raises(Unavailable):
            admitted(by(of_issuer(JWKS_URL=server.url)), issuing.token())
        elsewhere = server.url.replace("localhost", "127.0.0.1")
        by_other_name = by(of_issuer(JWKS_URL=elsewhere, JWKS_CA_FILE=authority.chain))
        with pytest.raises(Unavailable):
            admitted(by_other_name, issuing.token())
