"""Registry web: without the issuer's keys nobody is let in, and the public reads on."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from services.kit.authentication import authentication
from services.kit.keyset import KeySet, Patience, from_address
from tests.databases import Database
from tests.issuing import EXPECTED, bearer, key_set
from tests.kit.key_server import KeyServer, key_server
from tests.makers import NOW
from tests.running_registry import RunningRegistry, running_registry


class Time:
    """Seconds that go on when a test says so."""

    now = 1_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def issuer() -> Iterator[KeyServer]:
    with key_server(key_set()) as server:
        yield server


@pytest.fixture
def registry(
    database: Database, tmp_path: Path, issuer: KeyServer, time: Time
) -> Iterator[RunningRegistry]:
    keys = KeySet(from_address(issuer.url), Patience(), steady=time)
    authenticate = authentication(keys.find, EXPECTED, lambda: NOW)
    with running_registry(database, tmp_path, authenticate=authenticate) as running:
        yield running


def asked(registry: RunningRegistry) -> int:
    answer = registry.client.get("/v1/disclosures?after=0", headers=bearer())
    if answer.status_code == 503:
        assert answer.json()["code"] == "unavailable"
        assert 1 <= int(answer.headers["retry-after"]) <= 15
    return answer.status_code


def test_tokens_are_answered_503_until_the_keys_can_be_had(
    registry: RunningRegistry, issuer: KeyServer, time: Time
) -> None:
    issuer.status = 500
    assert [asked(registry) for _ in range(20)] == [503] * 20
    assert issuer.asked == 1
    assert registry.get("/checkpoint").status_code == 200
    assert registry.get("/v1/events?after=0").status_code == 200
    assert registry.client.get("/v1/disclosures?after=0").status_code == 401
    issuer.status, time.now = 200, time.now + 15
    assert asked(registry) == 200


def test_kept_keys_are_used_while_the_issuer_is_down_but_not_for_ever(
    registry: RunningRegistry, issuer: KeyServer, time: Time
) -> None:
    assert asked(registry) == 200
    issuer.status, time.now = 500, time.now + 21_599
    assert asked(registry) == 200
    time.now += 1
    assert asked(registry) == 503
