"""What somebody may send instead of a valid token: by name, the Authorization headers of a request.

Sources: RFC 8725 §2 and §3, RFC 7515 §10, RFC 9068 §4 and §5, and advisories on JWT libraries.
"""

import hmac
import json
from collections.abc import Callable, Iterator, Mapping
from hashlib import sha256
from typing import Any

from cryptography.hazmat.primitives import serialization
from joserfc.jwk import ECKey, OctKey, OKPKey, RSAKey

from tests.issuing import (
    AUDIENCE,
    ISSUER,
    claims_of,
    encoded,
    private_keys,
    signed,
    spelled,
    token,
)

Headers = list[str]
_INSTANTS: Mapping[str, Callable[[int], Any]] = {
    "text": str,
    "a fraction": lambda good: good + 0.5,
    "a whole float": float,
    "negative": lambda good: -good,
    "true": lambda _: True,
    "null": lambda _: None,
    "a list": lambda good: [good],
    "an object": lambda good: {"at": good},
    "huge": lambda _: 2**53,
    "more than huge": lambda _: 10**400,
}
"""What stands where whole seconds should."""


def attacks() -> Mapping[str, Headers]:
    """Every attack with what it sends; each of them is answered 401."""
    tokens = {
        name: [f"Bearer {text}"]
        for part in (_algorithms, _brought_keys, _headers, _claims, _times, _shapes, _encodings)
        for name, text in part()
    }
    return tokens | dict(_requests())


def _changed(**changes: Any) -> dict[str, Any]:
    return claims_of() | changes


def _without(name: str) -> dict[str, Any]:
    return {key: one for key, one in claims_of().items() if key != name}


def _of_hmac(secret: bytes, claims: dict[str, Any] | None = None, **header: Any) -> str:
    """Sign with HMAC and a public key as its secret: what fools who lets the token choose."""
    members = {"alg": "HS256", "typ": "at+jwt", "kid": "of-tests-3", **header}
    message = f"{encoded(spelled(members))}.{encoded(spelled(claims or claims_of()))}"
    return f"{message}.{encoded(hmac.digest(secret, message.encode(), sha256))}"


def _with_signature(text: str, signature: bytes | str) -> str:
    spelled_out = signature if isinstance(signature, str) else encoded(signature)
    return f"{text.rsplit('.', 1)[0]}.{spelled_out}"


def _stranger() -> OKPKey:
    return OKPKey.generate_key("Ed25519", {"kid": "of-tests-1"})


def _algorithms() -> Iterator[tuple[str, str]]:
    good, public = token(), private_keys()["RS256"].public_key
    none = f"{encoded(spelled({'alg': 'none', 'typ': 'at+jwt'}))}.{encoded(spelled(claims_of()))}"
    formats = serialization.PublicFormat
    yield "no algorithm, no signature", f"{none}."
    yield "no algorithm, two parts", none
    yield "no algorithm, a signature of something else", f"{none}.{good.rsplit('.', 1)[1]}"
    for name in ("None", "NONE", "nOnE"):
        yield f"no algorithm, spelled {name}", signed(claims_of(), header={"alg": name})
    for name, encoding in (
        ("PEM", serialization.Encoding.PEM),
        ("DER", serialization.Encoding.DER),
    ):
        raw = public.public_bytes(encoding, formats.SubjectPublicKeyInfo)
        yield f"HMAC with the public key as {name}", _of_hmac(raw)
        yield f"HMAC with the public key as {name}, stripped", _of_hmac(raw.strip())
    jwk = private_keys()["RS256"].as_dict(private=False)
    yield "HMAC with the public key as JWK", _of_hmac(spelled(jwk))
    yield "HMAC with an empty secret", _of_hmac(b"")
    yield "HMAC under the name of another algorithm", _of_hmac(b"x" * 32, alg="RS256")
    for name in ("RS512", "ES384", "ES256K", "HS512", "Ed448", "RSA1_5", "dir", "ed25519", "rs256"):
        yield f"the algorithm {name}", signed(claims_of(), header={"alg": name})
    algorithms: tuple[Any, ...] = (["Ed25519"], None, 1, True, {}, "", "Ed25519\u0000", " Ed25519")
    for value in algorithms:
        title = f"as its algorithm {json.dumps(value)}"
        yield title, signed(claims_of(), header=spelled({"alg": value, "typ": "at+jwt"}))
    yield "an RSA key for an elliptic curve", signed(claims_of(), header={"kid": "of-tests-3"})
    yield (
        "RSA-PSS under the name of RSA",
        signed(claims_of(), algorithm="PS256", header={"alg": "RS256"}),
    )
    for name, pair in (("zero", (0, 0)), ("the order", (_ORDER, _ORDER)), ("r zero", (0, 1))):
        forged = b"".join(number.to_bytes(32, "big") for number in pair)
        yield (
            f"ECDSA with {name} as signature",
            _with_signature(signed(claims_of(), algorithm="ES256"), forged),
        )
    yield (
        "ECDSA in DER",
        _with_signature(signed(claims_of(), algorithm="ES256"), bytes.fromhex("3006020100020100")),
    )


_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


def _brought_keys() -> Iterator[tuple[str, str]]:
    key = _stranger()
    jwk = key.as_dict(private=False)
    kidless = OKPKey.generate_key("Ed25519")
    for name, header in (
        ("a key of its own in jwk", {"jwk": jwk}),
        ("a key of its own in jwk without an id", {"jwk": jwk, "kid": None}),
        ("a private key in jwk", {"jwk": key.as_dict(private=True)}),
        ("an address of keys in jku", {"jku": "http://127.0.0.1:9/keys"}),
        ("a file of keys in jku", {"jku": "file:///dev/zero"}),
        ("an address of a certificate in x5u", {"x5u": "http://127.0.0.1:9/chain.pem"}),
        ("a certificate in x5c", {"x5c": ["MIIB"]}),
        ("a thumbprint of another certificate", {"x5t#S256": "a" * 43}),
        ("an id that walks through folders", {"kid": "../../../../dev/null"}),
        ("an id that asks a database", {"kid": "x' UNION SELECT 'key"}),
        ("an unknown id", {"kid": "nobody-knows"}),
        ("no id where there are several keys", {"kid": None}),
    ):
        yield name, signed(claims_of(), key=key, header=header)
    yield "a key of nobody", signed(claims_of(), key=kidless, header={"kid": None})
    ids: tuple[Any, ...] = (1, None, [], {}, "", "k" * 256)
    for kid in ids:
        members = {"alg": "Ed25519", "typ": "at+jwt", "kid": kid}
        yield f"as its id {json.dumps(kid)[:20]}", signed(claims_of(), header=spelled(members))
    other = RSAKey.generate_key(2048, {"kid": "of-tests-3"})
    yield "another RSA key under this id", signed(claims_of(), algorithm="RS256", key=other)
    curve = ECKey.generate_key("P-256", {"kid": "of-tests-2"})
    yield "another curve point under this id", signed(claims_of(), algorithm="ES256", key=curve)


def _headers() -> Iterator[tuple[str, str]]:
    for typ in ("JWT", "at+jwt ", "jwt", "id+jwt", "dpop+jwt", "logout+jwt", "", "application/jwt"):
        yield f"the type {typ!r}", signed(claims_of(), header={"typ": typ})
    yield "no type", signed(claims_of(), header={"typ": None})
    yield "a list of types", signed(claims_of(), header={"typ": ["at+jwt"]})
    for name, header in (
        ("an extension that must be understood", {"crit": ["exp"], "exp": 1}),
        ("an empty list of extensions", {"crit": []}),
        ("extensions as text", {"crit": "b64"}),
        ("a payload that is not encoded", {"b64": False, "crit": ["b64"]}),
        ("a payload said to be encoded", {"b64": True}),
        ("a token inside", {"cty": "JWT"}),
        ("compression", {"zip": "DEF"}),
        ("encryption", {"enc": "A256GCM"}),
    ):
        yield name, signed(claims_of(), header=header)
    good = b'{"alg":"Ed25519","typ":"at+jwt","kid":"of-tests-1"'
    yield "an algorithm twice", signed(claims_of(), header=b'{"alg":"none",' + good[1:] + b"}")
    yield (
        "an algorithm twice, escaped",
        signed(claims_of(), header=b'{"\\u0061lg":"none",' + good[1:] + b"}"),
    )
    yield "a header cut short", signed(claims_of(), header=good)
    yield "something after the header", signed(claims_of(), header=good + b"}{}")
    yield "a header that is a list", signed(claims_of(), header=b"[" + good + b"}]")
    yield "a header that is null", signed(claims_of(), header=b"null")
    yield "a header in UTF-16", signed(claims_of(), header=(good + b"}").decode().encode("utf-16"))
    yield (
        "a header after a byte order mark",
        signed(claims_of(), header=b"\xef\xbb\xbf" + good + b"}"),
    )


def _claims() -> Iterator[tuple[str, str]]:
    for name, value in (
        ("a slash more", f"{ISSUER}/"),
        ("in capitals", ISSUER.upper()),
        ("without its path", "https://issuer.concord.test"),
        ("with white space", f"{ISSUER} "),
        ("as a list", [ISSUER]),
        ("that is another", "https://issuer.example"),
        ("that is null", None),
    ):
        yield f"an issuer {name}", signed(_changed(iss=value))
    for name, aud in (
        ("another", "https://other.test"),
        ("others", ["https://other.test", "account"]),
        ("part of a longer one", f"{AUDIENCE}/v1"),
        ("in one text with others", f"{AUDIENCE} account"),
        ("nothing", []),
        ("null", None),
        ("an object", {AUDIENCE: True}),
        ("a list within a list", [[AUDIENCE]]),
        ("ours and a number", [AUDIENCE, 1]),
        ("a star", "*"),
    ):
        yield f"as audience {name}", signed(_changed(aud=aud))
    for name in ("iss", "aud", "sub", "jti", "iat", "exp", "concord_actor"):
        yield f"without {name}", signed(_without(name))
    for name, changes in (
        ("roles as text", {"roles": "secretariat"}),
        ("roles as an object", {"roles": {"secretariat": True}}),
        ("a role that is a number", {"roles": [1]}),
        ("more roles than anybody has", {"roles": ["r"] * 101}),
        ("scopes as a list", {"scope": ["concord.write"]}),
        ("scopes over two lines", {"scope": "concord.read\nconcord.write"}),
        ("a subject that is a number", {"sub": 1}),
        ("a subject of nothing", {"sub": ""}),
        ("an id of the token that is a list", {"jti": ["x"]}),
        ("an actor that is a number", {"concord_actor": 1}),
        ("an actor with a null byte", {"concord_actor": "actor-1\u0000"}),
        ("an actor over two lines", {"concord_actor": "actor-1\nsecretariat"}),
        ("an actor in letters that look alike", {"concord_actor": "\u0430ctor-1"}),
        ("an actor of too many letters", {"concord_actor": "a" * 65}),
    ):
        yield name, signed(_changed(**changes))


def _times() -> Iterator[tuple[str, str]]:
    good = claims_of()
    for claim in ("exp", "iat", "nbf"):
        for name, of in _INSTANTS.items():
            yield f"{claim} as {name}", signed(_changed(**{claim: of(good["iat"] + 60)}))
    at = good["iat"]
    yield "expired a minute ago", signed(_changed(iat=at - 3_600, exp=at - 60))
    yield "expired long ago", signed(_changed(iat=1, exp=2))
    yield "issued in the future", signed(_changed(iat=at + 61))
    yield "valid from tomorrow on", signed(_changed(nbf=at + 86_400))
    yield "expired before it was issued", signed(_changed(iat=at + 30, exp=at + 10))
    yield "valid for longer than a day", signed(_changed(exp=at + 86_401))
    for name, number in (
        ("1e9", b"1e9"),
        ("NaN", b"NaN"),
        ("Infinity", b"Infinity"),
        ("0x7", b"0x7"),
    ):
        raw = spelled(good).replace(str(good["exp"]).encode(), number)
        yield f"{name} as exp", signed(raw)


def _shapes() -> Iterator[tuple[str, str]]:
    good, claims = token(), spelled(claims_of())
    head, payload, signature = good.split(".")
    other = signed(_changed(jti="token-2")).rsplit(".", 1)[1]
    more = spelled(_changed(roles=["operator"]))
    yield "a claim twice", signed(b'{"roles":["operator"],' + claims[1:])
    yield "a claim twice, escaped", signed(b'{"\\u0072oles":["operator"],' + claims[1:])
    yield "claims cut short", signed(claims[:-1])
    yield "something after the claims", signed(claims + b"{}")
    yield "a null byte after the claims", signed(claims + b"\x00")
    yield "a list of claims", signed(b"[" + claims + b"]")
    yield "claims that are text", signed(spelled(claims.decode()))
    yield "claims of nothing", signed(b"{}")
    yield "no claims", f"{head}..{signature}"
    yield "claims in UTF-16", signed(claims.decode().encode("utf-16"))
    yield "claims that are not UTF-8", signed(claims.replace(b"token-1", b"token-\xff"))
    yield "a lone surrogate", signed(claims.replace(b"token-1", b"\\ud800"))
    yield "claims deep down", signed(b'{"a":' * 800 + b"1" + b"}" * 800)
    yield "brackets deep down", signed(b"[" * 5_000)
    yield "an access token inside", signed(good.encode())
    yield "changed claims", f"{head}.{encoded(more)}.{signature}"
    yield "the signature of another token", f"{head}.{payload}.{other}"
    yield "no signature", f"{head}.{payload}."
    yield "a signature cut short", good[:-4]
    yield "a signature with more behind it", good + "AAAA"
    yield "only two parts", f"{head}.{payload}"
    yield "four parts", f"{good}.{signature}"
    yield "an encrypted token of five parts", f"{head}.a.b.c.d"
    yield (
        "JSON instead of the compact form",
        json.dumps({"payload": payload, "protected": head, "signature": signature}),
    )
    yield "a token of more than 8 KB", signed(_changed(more="x" * 8_192))
    yield "a token of a megabyte", signed(_changed(more="x" * 1_048_576))


def _encodings() -> Iterator[tuple[str, str]]:
    good = token()
    head, payload, signature = good.split(".")
    yield "padding", f"{head}.{payload}.{signature}=="
    yield "padding in the middle", f"{head}=.{payload}.{signature}"
    yield "base64 of another alphabet", f"{head}.{payload}+/.{signature}"
    yield "loose bits in the signature", _with_signature(good, _loosened(signature))
    yield "a length that nothing has", f"{head}A.{payload}.{signature}"
    yield "white space inside", f"{head}. {payload}.{signature}"
    yield "a line break inside", f"{head}.\n{payload}.{signature}"
    yield "a null byte inside", f"{head}.{payload}\x00.{signature}"
    yield "a null byte after it", f"{good}\x00"
    yield "letters that are not ASCII", f"{good}\xe9"
    yield "percent signs for dots", good.replace(".", "%2E")
    yield "two tokens", f"{good} {good}"
    yield "two tokens with a comma", f"{good},{good}"
    yield "quotes around it", f'"{good}"'


def _loosened(signature: str) -> str:
    """Spell the same bytes in another way: 64 bytes leave four bits that mean nothing."""
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    return signature[:-1] + letters[letters.index(signature[-1]) + 1]


def _requests() -> Iterator[tuple[str, Headers]]:
    good = token()
    yield "no header", []
    yield "an empty header", [""]
    yield "a scheme alone", ["Bearer"]
    yield "a scheme and a space", ["Bearer "]
    yield "two headers", [f"Bearer {good}", f"Bearer {good}"]
    yield "two headers, one of another scheme", [f"Bearer {good}", "Basic YTpi"]
    yield "no scheme", [good]
    for scheme in ("Basic", "DPoP", "Token", "JWT", "BearerX", "Bearer:", "Bearer,"):
        yield f"the scheme {scheme}", [f"{scheme} {good}"]
    yield "a tab after the scheme", [f"Bearer\t{good}"]
    yield "a secret that nobody gave out", ["Bearer token-of-secretariat-in-these-tests"]
    yield "the key of HMAC as a token", [f"Bearer {OctKey.generate_key(256).as_dict()['k']}"]
