import asyncio
import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from joserfc.jwk import ECKey, OctKey, OKPKey, RSAKey

from services.kit.development import make_development_key
from services.kit.errors import Unavailable
from services.kit.keyset import (
    LARGEST,
    KeySet,
    NotFetched,
    Patience,
    from_address,
    from_file,
)
from services.kit.token_keys import KeySetRefused, TokenKey, read_token_keys
from tests.issuing import jwk_of, key_set, private_keys
from tests.kit.key_server import KeyServer, key_server

PATIENCE = Patience(refresh_after=300, least_between=15, oldest=3_600)
DEAD_PORT = "http://127.0.0.1:1/keys"
"""Nobody listens below 1024 without being allowed to."""


class Time:
    """Seconds that go on when a test says so."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


def keys_at(url: str, time: Time, *, seconds: float = 5) -> KeySet:
    return KeySet(from_address(url, seconds=seconds), PATIENCE, steady=time)


def found(keys: KeySet, kid: str | None = "of-tests-1") -> Awaitable[TokenKey | None]:
    return keys.find(kid, "Ed25519")


def run(script: Callable[[KeyServer], Any]) -> None:
    """Play a script against a server of the keys of these tests."""
    with key_server(key_set()) as server:
        asyncio.run(script(server))


async def until(holds: Callable[[], bool]) -> None:
    """Let what is under way behind a request come to an end."""
    async with asyncio.timeout(10):
        while not holds():  # noqa: ASYNC110 - the thing itself is a counter of a thread
            await asyncio.sleep(0.005)


def test_keys_are_fetched_once_and_kept() -> None:
    async def script(server: KeyServer) -> None:
        keys = keys_at(server.url, Time())
        answers = await asyncio.gather(*(found(keys) for _ in range(50)))
        assert all(key is not None and key.kid == "of-tests-1" for key in answers)
        assert await keys.find("of-tests-2", "ES256")
        assert await keys.find("of-tests-2", "Ed25519") is None
        assert server.asked == 1

    run(script)


def test_unknown_keys_cause_no_more_than_one_fetch_per_interval() -> None:
    async def script(server: KeyServer) -> None:
        time = Time()
        keys = keys_at(server.url, time)
        await found(keys)
        for second in range(1, 61):
            time.now += 1
            answers = await asyncio.gather(
                *(found(keys, f"unknown-{second}-{number}") for number in range(20))
            )
            assert answers == [None] * 20
        assert server.asked == 1 + 60 // 15

    run(script)


def test_a_new_key_is_known_as_soon_as_a_token_names_it() -> None:
    async def script(server: KeyServer) -> None:
        time = Time()
        keys = keys_at(server.url, time)
        assert await found(keys)
        server.body = key_set(OKPKey.generate_key("Ed25519", {"kid": "rotated"}))
        assert await found(keys, "rotated") is None  # too soon to ask again
        time.now += 15
        assert await found(keys, "rotated")
        assert await found(keys) is None, "a key that was taken back is gone with it"

    run(script)


def test_old_keys_answer_while_new_ones_are_fetched_behind_them() -> None:
    async def script(server: KeyServer) -> None:
        time = Time()
        keys = keys_at(server.url, time)
        await found(keys)
        server.body = key_set(OKPKey.generate_key("Ed25519", {"kid": "rotated"}))
        time.now += 300
        assert await found(keys), "the request does not wait"
        await until(lambda: server.asked == 2)
        assert await found(keys, "rotated"), "who names the new key waits for it"
        assert server.asked == 2

    run(script)


def test_while_the_issuer_is_down_kept_keys_are_used_until_they_are_too_old() -> None:
    async def script(server: KeyServer) -> None:
        time = Time()
        keys = keys_at(server.url, time)
        await found(keys)
        server.status = 500
        for _ in range(11):
            time.now += 300
            assert await found(keys)
        time.now += 300
        with pytest.raises(Unavailable) as away:
            await found(keys)
        assert 1 <= (away.value.retry_after_seconds or 0) <= 15
        server.status = 200
        time.now += 15
        assert await found(keys)

    run(script)


def test_whether_an_unknown_key_is_new_cannot_be_said_while_the_issuer_is_down() -> None:
    async def script(server: KeyServer) -> None:
        time = Time()
        keys = keys_at(server.url, time)
        await found(keys)
        server.status = 503
        time.now += 15
        with pytest.raises(Unavailable):
            await found(keys, "perhaps-new")
        assert await found(keys), "known keys are not in doubt"

    run(script)


def test_an_issuer_that_never_answered_is_asked_once_per_interval() -> None:
    async def script(server: KeyServer) -> None:
        server.status = 500
        time = Time()
        keys = keys_at(server.url, time)
        for _ in range(100):
            with pytest.raises(Unavailable, match="cannot be had"):
                await found(keys)
        assert server.asked == 1
        time.now += 15
        server.status = 200
        assert await found(keys)

    run(script)


def test_who_goes_away_does_not_take_the_fetch_of_others_along() -> None:
    async def script(server: KeyServer) -> None:
        keys = keys_at(server.url, Time())
        impatient = asyncio.ensure_future(found(keys))
        patient = asyncio.ensure_future(found(keys))
        await asyncio.sleep(0)
        impatient.cancel()
        assert await patient
        assert impatient.cancelled()

    run(script)


WRONG: dict[str, dict[str, Any]] = {
    "garbage": {"body": b"<html>Sign in</html>"},
    "nothing": {"body": b""},
    "no keys": {"body": b'{"keys":[]}'},
    "keys doubled": {"body": b'{"keys":[],' + key_set()[1:]},
    "too large": {"body": b" " * (LARGEST + 1)},
    "too large without an end": {"body": b" " * (LARGEST * 4), "says_length": 2**40},
    "cut short": {"says_length": 100_000},
    "not found": {"status": 404},
    "created": {"status": 201},
    "redirect to itself": {"status": 302, "location": "/keys"},
    "redirect to the metadata of a cloud": {"status": 307, "location": "http://169.254.169.254/"},
    "a symmetric key": {"body": b'{"keys":[{"kty":"oct","k":"c2VjcmV0"}]}'},
    "too many keys": {"body": json.dumps({"keys": [{"kty": "RSA"}] * 101}).encode()},
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_no_key_set_is_not_taken_for_one(name: str) -> None:
    async def script(server: KeyServer) -> None:
        for attribute, value in WRONG[name].items():
            setattr(server, attribute, value)
        with pytest.raises(Unavailable):
            await found(keys_at(server.url, Time(), seconds=2))
        assert server.asked == 1

    run(script)


def test_an_answer_that_takes_too_long_is_given_up() -> None:
    async def script(server: KeyServer) -> None:
        server.is_slow = True
        with pytest.raises(Unavailable):
            await found(keys_at(server.url, Time(), seconds=0.2))

    run(script)


def test_a_server_that_is_not_there_is_unavailable() -> None:
    async def script() -> None:
        with pytest.raises(Unavailable):
            await found(keys_at(DEAD_PORT, Time()))

    asyncio.run(script())


def of_list(*jwks: Any) -> bytes:
    return json.dumps({"keys": list(jwks)}).encode()


GOOD = jwk_of(private_keys()["Ed25519"])
UNUSABLE = {
    "a key for encryption": jwk_of(OKPKey.generate_key("Ed25519"), use="enc"),
    "a key that may only sign": jwk_of(OKPKey.generate_key("Ed25519"), key_ops=["sign"]),
    "a key for agreement": OKPKey.generate_key("X25519").as_dict(private=False),
    "a key on another curve": jwk_of(ECKey.generate_key("P-384")),
    "a key for another algorithm": jwk_of(private_keys()["RS256"], alg="RS512"),
    "an algorithm that is a list": jwk_of(private_keys()["RS256"], alg=["RS256"]),
    "a short modulus": {"kty": "RSA", "n": "a" * 170 + "Q", "e": "AQAB", "use": "sig"},
    "a huge exponent": {**jwk_of(private_keys()["RS256"]), "e": "AQAB" * 100},
    "a point that is not on the curve": {**jwk_of(private_keys()["ES256"]), "x": "A" * 43},
    "half a key": {"kty": "OKP", "crv": "Ed25519"},
    "an unknown kind": {"kty": "AKP", "alg": "ML-DSA-44", "pub": "AAAA"},
    "an id that is a number": jwk_of(OKPKey.generate_key("Ed25519"), kid=1),
    "something else": "key",
}


@pytest.mark.parametrize("name", UNUSABLE)
def test_keys_of_no_use_are_passed_over(name: str) -> None:
    async def script(server: KeyServer) -> None:
        server.body = of_list(UNUSABLE[name], GOOD)
        keys = keys_at(server.url, Time())
        assert await found(keys)
        for algorithm in ("ES256", "RS256", "PS256"):
            assert await keys.find(None, algorithm) is None
        server.body = of_list(UNUSABLE[name])
        with pytest.raises(Unavailable):
            await found(keys_at(server.url, Time()))

    run(script)


SECRET = {
    "a private key": private_keys()["Ed25519"].as_dict(private=True),
    "a private RSA key": RSAKey.generate_key(2048).as_dict(private=True),
    "a symmetric key": OctKey.generate_key(256).as_dict(private=True),
    "a key of a development issuer": jwk_of(make_development_key().private),
}


@pytest.mark.parametrize("name", SECRET)
def test_a_set_with_a_key_that_others_know_is_refused_as_a_whole(name: str) -> None:
    async def script(server: KeyServer) -> None:
        server.body = of_list(GOOD, SECRET[name])
        with pytest.raises(Unavailable):
            await found(keys_at(server.url, Time()))

    run(script)


JWKS = st.lists(
    st.dictionaries(
        st.sampled_from(["kty", "crv", "x", "y", "n", "e", "kid", "use", "alg", "key_ops", "d"]),
        st.sampled_from(
            ["OKP", "EC", "RSA", "Ed25519", "P-256", "sig", "AQAB", "A" * 43, "A" * 342]
        )
        | st.text(max_size=50)
        | st.integers()
        | st.none()
        | st.lists(st.text(max_size=5), max_size=2),
    )
    | st.text(max_size=5),
    max_size=4,
)


@settings(deadline=None)
@given(JWKS.map(lambda jwks: of_list(*jwks)) | st.binary(max_size=200))
def test_any_answer_is_a_key_set_or_refused(raw: bytes) -> None:
    try:
        read_token_keys(raw)
    except KeySetRefused:
        return


def test_two_keys_of_one_id_are_told_apart_by_their_algorithm_or_not_used() -> None:
    async def script(server: KeyServer) -> None:
        same = jwk_of(private_keys()["ES256"], kid="of-tests-1")
        server.body = of_list(GOOD, same)
        assert await found(keys_at(server.url, Time()))
        server.body = of_list(GOOD, GOOD)
        assert await found(keys_at(server.url, Time())) is None

    run(script)


def test_a_file_of_keys_is_read_anew_like_an_address(tmp_path: Path) -> None:
    async def script() -> None:
        file, time = tmp_path / "keys.json", Time()
        keys = KeySet(from_file(file), PATIENCE, steady=time)
        with pytest.raises(Unavailable):
            await found(keys)
        file.write_bytes(key_set())
        time.now += 15
        assert await found(keys)
        file.write_bytes(key_set(OKPKey.generate_key("Ed25519", {"kid": "rotated"})))
        time.now += 15
        assert await found(keys, "rotated")

    asyncio.run(script())


@pytest.mark.parametrize("mode", [0o666, 0o620])
def test_a_file_of_keys_that_others_may_change_is_not_read(tmp_path: Path, mode: int) -> None:
    async def script() -> None:
        file = tmp_path / "keys.json"
        file.write_bytes(key_set())
        file.chmod(mode)
        with pytest.raises(NotFetched, match="others may change it"):
            await from_file(file)()

    asyncio.run(script())
