"""Registry web: whatever is sent in place of a token is answered 401, and comes back nowhere."""

import pytest

from tests.issuing import bearer
from tests.running_registry import RunningRegistry
from tests.token_attacks import attacks

ATTACKS = attacks()
WRITE = ("POST", "/v1/cycles")
READ = ("GET", "/v1/disclosures?after=0")


@pytest.mark.parametrize(("method", "target"), [WRITE, READ], ids=["write", "read"])
def test_every_attack_is_answered_401(registry: RunningRegistry, method: str, target: str) -> None:
    before = registry.size
    for name, sent in ATTACKS.items():
        headers = [(b"authorization", text.encode("latin-1")) for text in sent]
        answer = registry.client.request(method, target, headers=headers)
        assert answer.status_code == 401, (name, answer.text)
        assert answer.json()["code"] == "unauthenticated", name
        challenge = answer.headers["www-authenticate"]
        assert challenge in {"Bearer", 'Bearer error="invalid_token"'}, name
        assert answer.headers["cache-control"] == "no-store", name
        parts = [part for text in sent for part in text.split(".") if len(part) > 8]
        assert not any(part in answer.text or part in str(answer.headers) for part in parts), name
    assert registry.size == before


def test_a_valid_token_is_let_in_where_attacks_are_not(registry: RunningRegistry) -> None:
    method, target = READ
    assert registry.client.request(method, target, headers=bearer()).status_code == 200
    method, target = WRITE
    answer = registry.client.request(method, target, headers=bearer())
    assert answer.json()["code"] == "idempotency-key-missing"
