"""Sealed sections: a salted digest stands in the log, what it hides lies beside it (RFC 9901)."""

import hashlib
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from contracts import pointer
from contracts.canonical import canonical, spell
from contracts.encoding import from_base64url, to_base64url
from contracts.errors import ContractError, VerificationFailed

SHORTEST_SALT_BYTES = 16


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a document that is sealed as a whole."""

    pointer: str
    """JSON Pointer in which `*` stands for every child, for instance `/statements/*`."""
    rule: Literal["confidential", "by-visibility"]
    """`confidential` is always sealed; `by-visibility` unless its `visibility` is public."""


@dataclass(frozen=True, slots=True)
class Disclosure:
    """What opens one sealed section."""

    name: str
    """JSON Pointer of the section in the body that carries its digest."""
    salt: str
    """base64url, at least 128 random bits."""
    value: Any

    def encoded(self) -> str:
        """Spell it as RFC 9901 §4.2.1 does: base64url of the JSON array `[salt, name, value]`.

        Raises:
            ContractError: the value has no canonical form.
        """
        return to_base64url(self.spelled())

    def spelled(self) -> bytes:
        """Give the JSON array `[salt, name, value]` in canonical form.

        Raises:
            ContractError: the value has no canonical form.
        """
        return canonical([self.salt, self.name, self.value])

    def digest(self) -> str:
        """Give the digest that stands in the marker."""
        return disclosure_digest(self.encoded())

    @classmethod
    def parse(cls, encoded: str) -> "Disclosure":
        """Read a spelled disclosure.

        Raises:
            VerificationFailed: it is not one, or is not spelled canonically.
        """
        try:
            array = json.loads(from_base64url(encoded))
        except (ValueError, RecursionError):
            raise VerificationFailed("expected a disclosure in base64url") from None
        match array:
            case [str(salt), str(name), value]:
                disclosure = cls(name, salt, value)
            case _:
                raise VerificationFailed("expected a disclosure of salt, name and value")
        if not _is_spelled(disclosure, encoded):
            raise VerificationFailed("expected a disclosure in canonical form")
        return disclosure


def _is_spelled(disclosure: Disclosure, encoded: str) -> bool:
    try:
        return disclosure.encoded() == encoded
    except ContractError:
        return False


def disclosure_digest(encoded: str) -> str:
    """Give base64url of SHA-256 over a disclosure as spelled (RFC 9901 §4.2.3)."""
    return to_base64url(hashlib.sha256(encoded.encode("ascii")).digest())


def seal_section(
    name: str, value: Any, salt: bytes, visibility: str | None = None
) -> tuple[dict[str, str], Disclosure]:
    """Seal one section.

    Args:
        name: JSON Pointer of the section in the body.
        value: the section, of a document that has passed the strict gate. Elsewhere nothing is
            lost: what has no canonical form cannot be spelled when it is to be kept.
        salt: fresh random bytes, at least 16.
        visibility: who may read it, if that itself is open.

    Returns:
        The marker that takes the section's place, and what opens it.

    Raises:
        ContractError: the salt is too short.
    """
    if len(salt) < SHORTEST_SALT_BYTES:
        raise ContractError(f"expected a salt of at least {SHORTEST_SALT_BYTES} bytes")
    disclosure = Disclosure(name, to_base64url(salt), value)
    encoded = to_base64url(spell([disclosure.salt, name, value]))
    marker = {"sealed": disclosure_digest(encoded)}
    if visibility is not None:
        marker["visibility"] = visibility
    return marker, disclosure


def seal(
    document: Any, sections: Sequence[Section], salts: Callable[[], bytes], *, at: str = ""
) -> tuple[Any, tuple[Disclosure, ...]]:
    """Seal what a document's sections say; the document given is left as it is.

    Args:
        document: as submitted.
        sections: of its contract; they do not overlap.
        salts: gives fresh random bytes at each call.
        at: where `document` will stand in the body, as a JSON Pointer; names begin with it.

    Raises:
        ContractError: a section `by-visibility` is not an object.
    """
    disclosures = []
    for section in sections:
        for path, value in pointer.match(document, section.pointer):
            visibility = None
            if section.rule == "by-visibility":
                visibility = _visibility(value, path)
                if visibility == "public":
                    continue
            name = at + pointer.join(path)
            marker, disclosure = seal_section(name, value, salts(), visibility)
            document = pointer.replace(document, list(path), marker)
            disclosures.append(disclosure)
    return document, tuple(disclosures)


def _visibility(value: Any, path: Sequence[str]) -> str:
    if not isinstance(value, dict):
        raise ContractError(f"expected an object with a visibility at {pointer.join(path)}")
    return str(value.get("visibility", "public"))


def reveal(document: Any, disclosures: Iterable[Disclosure]) -> Any:
    """Put disclosed sections back; those without a disclosure stay sealed.

    Raises:
        VerificationFailed: no marker stands at a disclosure's place, or it has another digest.
    """
    for disclosure in disclosures:
        _check(disclosure, document)
        document = pointer.replace(document, pointer.split(disclosure.name), disclosure.value)
    return document


def verify_disclosure(encoded: str, body: Any) -> Disclosure:
    """Check that a spelled disclosure opens a section of this body, and give it.

    Args:
        encoded: as handed out.
        body: the parsed body of the entry, as it stands in the feed's `data`.

    Raises:
        VerificationFailed: it is malformed, or opens nothing here.
    """
    disclosure = Disclosure.parse(encoded)
    _check(disclosure, body)
    return disclosure


def _check(disclosure: Disclosure, body: Any) -> None:
    try:
        marker = pointer.find(body, pointer.split(disclosure.name))
    except (KeyError, ContractError):
        raise VerificationFailed("expected a section at the disclosure's place") from None
    if not isinstance(marker, dict) or marker.get("sealed") != disclosure.digest():
        raise VerificationFailed("the disclosure opens another section than stands at its place")
