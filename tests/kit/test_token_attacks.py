import asyncio
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.kit.errors import Unauthenticated
from services.kit.principal import Principal
from services.kit.token_keys import ALGORITHMS
from services.kit.tokens import read_token
from tests.issuing import authenticate, claims_of, encoded, signed, spelled, token
from tests.token_attacks import attacks

ATTACKS = attacks()


def admitted(headers: Sequence[str]) -> Principal:
    async def ask() -> Principal:
        return await authenticate()(headers)

    return asyncio.run(ask())


@pytest.mark.parametrize("name", ATTACKS)
def test_an_attack_on_tokens_is_refused_and_not_repeated(name: str) -> None:
    sent = ATTACKS[name]
    with pytest.raises(Unauthenticated) as refused:
        admitted(sent)
    shown = f"{refused.value.detail} {refused.value.challenge}"
    assert all(part not in shown for header in sent for part in header.split(".") if len(part) > 8)


def test_the_token_that_attacks_are_made_from_is_valid() -> None:
    """Else every attack would be refused for a reason of its own making."""
    assert admitted([f"Bearer {token()}"])
    assert admitted([f"Bearer {signed(claims_of(), algorithm='ES256')}"])
    assert len(ATTACKS) >= 150


def test_only_who_sent_a_token_is_told_that_it_was_wrong() -> None:
    for headers, challenge in (([], "Bearer"), (["Bearer x.y.z"], 'Bearer error="invalid_token"')):
        with pytest.raises(Unauthenticated) as refused:
            admitted(headers)
        assert refused.value.challenge == challenge


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=8,
)


def refused_or_admitted(headers: Sequence[str]) -> None:
    """Anything else than an answer would be a 500."""
    try:
        admitted(headers)
    except Unauthenticated:
        return


@given(st.lists(st.text(max_size=200), max_size=3))
def test_any_header_is_admitted_or_refused(headers: list[str]) -> None:
    refused_or_admitted(headers)


@given(st.lists(st.binary(max_size=120), min_size=1, max_size=5))
def test_any_bytes_in_the_form_of_a_token_are_admitted_or_refused(parts: list[bytes]) -> None:
    refused_or_admitted(["Bearer " + ".".join(map(encoded, parts))])


@given(
    st.dictionaries(
        st.sampled_from(["alg", "typ", "kid", "crit", "jwk", "x5c", "b64", "cty"]), JSON, max_size=4
    ),
    st.dictionaries(st.sampled_from([*claims_of(), "nbf", "act", "cnf"]), JSON, max_size=4),
)
def test_signed_anything_is_admitted_or_refused(
    header: dict[str, object], claims: dict[str, object]
) -> None:
    refused_or_admitted([f"Bearer {signed(claims_of() | claims, header=header)}"])


@given(st.integers(0, 2_000), st.integers(0, 127))
def test_a_token_with_one_character_changed_is_refused(place: int, code: int) -> None:
    good = token()
    place %= len(good)
    changed = good[:place] + chr(code) + good[place + 1 :]
    if changed != good:
        with pytest.raises(Unauthenticated):
            admitted([f"Bearer {changed}"])


@given(st.sampled_from(sorted(ALGORITHMS)), st.binary(max_size=600))
def test_no_signature_that_was_made_up_is_accepted(algorithm: str, signature: bytes) -> None:
    kid = {"ES256": "of-tests-2", "RS256": "of-tests-3", "PS256": "of-tests-3"}.get(
        algorithm, "of-tests-1"
    )
    header = spelled({"alg": algorithm, "typ": "at+jwt", "kid": kid})
    with pytest.raises(Unauthenticated):
        admitted([f"Bearer {encoded(header)}.{encoded(spelled(claims_of()))}.{encoded(signature)}"])


def test_a_token_is_taken_apart_without_believing_it() -> None:
    assert read_token(signed({"iss": "anybody"})).algorithm == "Ed25519"
