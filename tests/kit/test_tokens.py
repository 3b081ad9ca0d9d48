import asyncio
from datetime import timedelta

import pytest

from services.kit.errors import Unauthenticated
from services.kit.principal import Principal
from services.kit.token_keys import read_token_keys
from services.kit.tokens import verify_text
from tests.issuing import (
    AUDIENCE,
    EXPECTED,
    SCOPES,
    authenticate,
    bearer,
    claims_of,
    key_set,
    private_keys,
    signed,
    token,
    token_keys,
)
from tests.makers import NOW


def principal_of(text: str) -> Principal:
    return verify_text(text, token_keys(), EXPECTED, NOW)


def sender_of(*headers: str) -> Principal:
    async def ask() -> Principal:
        return await authenticate()(headers)

    return asyncio.run(ask())


def test_a_valid_token_says_who_sends_a_request() -> None:
    expected = Principal(
        actor="fp-ZZA-1", roles=frozenset({"focal-point:ZZA"}), scopes=frozenset(SCOPES)
    )
    assert principal_of(token("focal-point:ZZA", "fp-ZZA-1")) == expected
    header = bearer("focal-point:ZZA", "fp-ZZA-1")["authorization"]
    assert sender_of(header) == expected
    assert sender_of(header.replace("Bearer", "bearer  ")) == expected


@pytest.mark.parametrize("algorithm", ["Ed25519", "ES256", "PS256", "RS256"])
def test_every_algorithm_of_the_list_is_accepted(algorithm: str) -> None:
    assert principal_of(signed(claims_of(), algorithm=algorithm)).actor == "actor-secretariat"


def test_the_older_name_of_ed25519_is_accepted() -> None:
    assert principal_of(signed(claims_of(), header={"alg": "EdDSA"}))


def test_an_audience_may_be_one_of_several() -> None:
    assert principal_of(signed(claims_of() | {"aud": ["https://other.test", AUDIENCE]}))


def test_keys_that_a_token_brings_along_are_passed_over() -> None:
    jwk = private_keys()["ES256"].as_dict(private=False)
    extra = {"jwk": jwk, "jku": "https://a.test/keys", "x5u": "https://a.test/x", "x5c": ["MA=="]}
    assert principal_of(signed(claims_of(), header=extra))


@pytest.mark.parametrize("typ", ["at+jwt", "AT+JWT", "application/at+jwt"])
def test_the_type_of_an_access_token_has_two_spellings(typ: str) -> None:
    assert principal_of(signed(claims_of(), header={"typ": typ}))


def test_clocks_may_be_a_minute_apart() -> None:
    text = token()
    for seconds, is_valid in ((-60, True), (-61, False), (3_659, True), (3_660, False)):
        now = NOW + timedelta(seconds=seconds)
        if is_valid:
            assert verify_text(text, token_keys(), EXPECTED, now)
        else:
            with pytest.raises(Unauthenticated):
                verify_text(text, token_keys(), EXPECTED, now)


def test_without_a_key_id_the_only_key_for_the_algorithm_is_meant() -> None:
    keys = read_token_keys(key_set(private_keys()["Ed25519"], private_keys()["ES256"]))
    text = signed(claims_of(), header={"kid": None})
    assert verify_text(text, keys, EXPECTED, NOW)


def test_a_token_without_roles_or_scopes_has_none() -> None:
    claims = {name: one for name, one in claims_of().items() if name not in {"roles", "scope"}}
    assert principal_of(signed(claims)) == Principal(
        actor="actor-secretariat", roles=frozenset(), scopes=frozenset()
    )
