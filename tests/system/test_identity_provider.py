"""System: a registry as a process trusts a provider over HTTP: its keys come, change and go."""

from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from joserfc.jwk import OKPKey

from services.kit.clock import utc_now
from tests import issuing
from tests.databases import Databases
from tests.kit.key_server import KeyServer, key_server
from tests.operating import Operator, Service, ready_operator

pytestmark = pytest.mark.system


@pytest.fixture
def provider() -> Iterator[KeyServer]:
    with key_server(issuing.key_set()) as told:
        yield told


@pytest.fixture
def service(databases: Databases, tmp_path: Path, provider: KeyServer) -> Iterator[Service]:
    operator = ready_operator(databases.sqlite("registry", tmp_path), tmp_path)
    settings = {
        **operator.environment,
        "REGISTRY_ISSUER": issuing.ISSUER,
        "REGISTRY_AUDIENCE": issuing.AUDIENCE,
        "REGISTRY_JWKS_URL": provider.url,
        "REGISTRY_JWKS_LEAST_SECONDS": "1",
    }
    del settings["REGISTRY_DEVELOPMENT_ISSUER_KEY_FILE"]
    with Operator(tmp_path, settings).serving() as serving:
        yield serving


def asked(service: Service, token: str) -> int:
    headers = {"authorization": f"Bearer {token}"}
    target = f"{service.url}/v1/disclosures?after=0"
    return httpx.get(target, headers=headers, timeout=20).status_code


def until(provider: KeyServer, holds: Callable[[], bool]) -> None:
    """Look now and then until it holds: keys are fetched once a second at most."""
    for _ in range(200):
        if holds():
            return
        provider.stopping.wait(0.1)
    raise AssertionError("it never came to pass")


def test_a_provider_rotates_its_keys_and_goes_away(service: Service, provider: KeyServer) -> None:
    old, new = issuing.private_keys()["Ed25519"], OKPKey.generate_key("Ed25519", {"kid": "new"})
    claims = issuing.claims_of(at=utc_now())
    by_old, by_new = (issuing.signed(claims, key=key) for key in (old, new))
    assert provider.asked == 0, "a service starts without its provider"
    assert (asked(service, by_old), asked(service, by_new)) == (200, 401)

    provider.body = issuing.key_set(old, new)
    until(provider, lambda: asked(service, by_new) == 200)
    assert asked(service, by_old) == 200

    provider.body = issuing.key_set(new)
    unknown, before = issuing.signed(claims, header={"kid": "unknown"}), provider.asked
    until(provider, lambda: asked(service, unknown) == 401 and provider.asked > before)
    until(provider, lambda: asked(service, by_old) == 401)
    assert asked(service, by_new) == 200

    provider.status = 500
    until(provider, lambda: asked(service, by_old) == 503)
    assert asked(service, by_new) == 200, "kept keys are good for hours"
    status, lines = service.stop()
    assert status == 0
    said = "".join(lines)
    assert '"reason":"status 500"' in said.replace('": "', '":"')
    assert by_new not in said
    assert by_new.split(".")[1] not in said
