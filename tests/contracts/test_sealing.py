"""Contracts: a sealed section tells nothing, and opens only to what was sealed (RFC 9901)."""

import json
from collections.abc import Callable
from hashlib import sha256
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.canonical import canonical
from contracts.encoding import from_base64url, to_base64url
from contracts.errors import ContractError, VerificationFailed
from contracts.export import verify_disclosure
from contracts.sealing import (
    Disclosure,
    Section,
    disclosure_digest,
    reveal,
    seal,
    seal_section,
)
from tests.contracts.published import vectors
from tests.contracts.test_canonical import VALUES

REPORT = (
    Section("/statements/*", "by-visibility"),
    Section("/human_rights", "by-visibility"),
    Section("/observations", "by-visibility"),
)
PERSON = (Section("/person", "confidential"),)

DOCUMENT: dict[str, Any] = {
    "cover": {"participant": "KAZ"},
    "statements": {
        "P1": {"changed": True, "visibility": "public"},
        "P2": {"changed": True, "visibility": "auditors"},
        "P8.a": {"changed": False},
        "P9": {"changed": True, "visibility": "secretariat"},
    },
    "observations": {"text": {"en": "canary"}, "visibility": "participants"},
}


def numbered_salts() -> Callable[[], bytes]:
    """Salts for tests: all different, the same each time."""
    count = iter(range(1000))
    return lambda: sha256(next(count).to_bytes(2)).digest()[:16]


def test_the_digest_is_that_of_the_rfc() -> None:
    published = vectors("disclosures")
    assert disclosure_digest(published["encoded"]) == published["digest"]
    assert json.loads(from_base64url(published["encoded"])) == published["array"]
    salt, name, value = published["array"]
    ours = Disclosure(name, salt, value)
    assert json.loads(from_base64url(ours.encoded())) == published["array"]
    with pytest.raises(VerificationFailed, match="canonical"):
        Disclosure.parse(published["encoded"])


def test_a_section_says_itself_who_may_read_it() -> None:
    sealed, disclosures = seal(DOCUMENT, REPORT, numbered_salts())
    assert [each.name for each in disclosures] == [
        "/statements/P2",
        "/statements/P9",
        "/observations",
    ]
    assert sealed["statements"]["P1"] == DOCUMENT["statements"]["P1"]
    assert sealed["statements"]["P8.a"] == {"changed": False}
    assert sealed["statements"]["P2"] == {
        "sealed": disclosures[0].digest(),
        "visibility": "auditors",
    }
    assert "canary" not in canonical(sealed).decode()
    assert DOCUMENT["observations"]["text"] == {"en": "canary"}


def test_what_is_confidential_is_always_sealed() -> None:
    body = {"seat": "capital", "person": {"name": "canary", "visibility": "public"}}
    sealed, (disclosure,) = seal(body, PERSON, numbered_salts())
    assert sealed == {"seat": "capital", "person": {"sealed": disclosure.digest()}}
    assert reveal(sealed, [disclosure]) == body


def test_a_document_without_the_section_stays_as_it_is() -> None:
    assert seal({"seat": "capital"}, PERSON, numbered_salts()) == ({"seat": "capital"}, ())


def test_a_section_that_cannot_say_its_visibility_is_refused() -> None:
    with pytest.raises(ContractError, match="/observations"):
        seal({"observations": "text"}, REPORT, numbered_salts())


def test_names_begin_where_the_document_will_stand() -> None:
    sealed, disclosures = seal(DOCUMENT, REPORT, numbered_salts(), at="/document")
    assert disclosures[0].name == "/document/statements/P2"
    assert reveal({"document": sealed}, disclosures) == {"document": DOCUMENT}


def test_some_sections_open_while_others_stay_sealed() -> None:
    sealed, disclosures = seal(DOCUMENT, REPORT, numbered_salts())
    opened = reveal(sealed, disclosures[1:2])
    assert opened["statements"]["P9"] == DOCUMENT["statements"]["P9"]
    assert opened["statements"]["P2"] == sealed["statements"]["P2"]
    assert sealed["statements"]["P9"] != opened["statements"]["P9"]


SECTIONS = st.dictionaries(
    st.from_regex(r"P[0-9]{1,2}(\.[a-d])?", fullmatch=True),
    st.fixed_dictionaries(
        {"value": VALUES},
        optional={
            "visibility": st.sampled_from(["public", "participants", "auditors", "secretariat"])
        },
    ),
    max_size=6,
)


@given(SECTIONS, VALUES)
def test_revealing_undoes_sealing(statements: dict[str, Any], beside: Any) -> None:
    document = {"statements": statements, "beside": beside}
    sealed, disclosures = seal(document, REPORT, numbered_salts())
    restricted = [s for s in statements.values() if s.get("visibility", "public") != "public"]
    assert len(disclosures) == len(restricted)
    assert reveal(sealed, disclosures) == document
    assert reveal(sealed, reversed(disclosures)) == document
    for disclosure in disclosures:
        assert Disclosure.parse(disclosure.encoded()) == disclosure
        assert verify_disclosure(disclosure.encoded(), sealed) == disclosure


def test_equal_sections_get_different_digests() -> None:
    one, _ = seal_section("/a", {"x": 1}, bytes(16))
    two, _ = seal_section("/a", {"x": 1}, bytes(15) + b"\x01")
    assert one != two


def test_a_short_salt_is_refused() -> None:
    with pytest.raises(ContractError, match="16 bytes"):
        seal_section("/a", 1, bytes(15))


@pytest.mark.parametrize("value", [1.5, {"é": 1}, "\r"])
def test_what_has_no_canonical_form_is_never_spelled_to_be_kept(value: Any) -> None:
    with pytest.raises(ContractError):
        seal_section("/a", value, bytes(16))[1].encoded()


def test_a_disclosure_opens_its_own_section_only() -> None:
    sealed, disclosures = seal(DOCUMENT, REPORT, numbered_salts())
    second, ninth, _ = disclosures
    other = Disclosure(ninth.name, second.salt, second.value)
    for wrong in (
        other,
        Disclosure(second.name, second.salt, {"changed": False}),
        Disclosure("/statements/P1", second.salt, second.value),
        Disclosure("/cover/participant", second.salt, second.value),
        Disclosure("/statements/P7", second.salt, second.value),
        Disclosure("statements", second.salt, second.value),
    ):
        with pytest.raises(VerificationFailed):
            reveal(sealed, [wrong])
        with pytest.raises(VerificationFailed):
            verify_disclosure(wrong.encoded(), sealed)


@given(st.integers(0, 500), st.integers(0, 7))
def test_one_changed_bit_spoils_a_disclosure(at: int, bit: int) -> None:
    sealed, disclosures = seal(DOCUMENT, REPORT, numbered_salts())
    raw = bytearray(disclosures[0].encoded().encode())
    raw[at % len(raw)] ^= 1 << bit
    with pytest.raises(VerificationFailed):
        verify_disclosure(raw.decode("latin-1"), sealed)


def spelled(value: Any) -> str:
    return to_base64url(json.dumps(value, separators=(",", ":")).encode())


@pytest.mark.parametrize(
    "encoded",
    [
        "",
        "!",
        "é",
        spelled({}),
        spelled(["salt", "/a"]),
        spelled(["salt", "/a", 1, 2]),
        spelled([1, "/a", 1]),
        spelled(["salt", 2, 1]),
        spelled(["salt", "/a", 1.5]),
        spelled(["salt", "/a", {"b": 1, "a": 2}]),
        spelled(["salt", "/a", 1]) + "=",
        to_base64url(b'["salt","/a",NaN]'),
        to_base64url(b'["salt","/a",{"a":1,"a":1}]'),
        to_base64url(b'["salt", "/a", 1]'),
        to_base64url(b'["salt","/a",1]\n'),
        to_base64url('["salt","/a",1]'.encode("utf-16")),
        to_base64url(b'["salt","/a",' + b"[" * 100_000),
    ],
    ids=lambda text: f"{text[:30]} {len(text)}",
)
def test_other_text_is_no_disclosure(encoded: str) -> None:
    with pytest.raises(VerificationFailed):
        Disclosure.parse(encoded)
