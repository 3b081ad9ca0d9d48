"""Contracts: notes are signed and opened as Go's sumdb does it."""

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from contracts.encoding import from_base64, to_base64
from contracts.errors import ContractError, VerificationFailed
from contracts.note import SigningKey, VerifierKey, open_note, sign
from tests.contracts.published import vectors

PUBLISHED = vectors("notes")
TEXT: str = PUBLISHED["text"]
PETER = VerifierKey.parse(PUBLISHED["peter"]["verifier_key"])
ENOCH = VerifierKey.parse(PUBLISHED["enoch"]["verifier_key"])
PETER_LINE: str = PUBLISHED["peter"]["signature"]
ENOCH_LINE: str = PUBLISHED["enoch"]["signature"]
PETER_SIGNS = "PRIVATE+KEY+" + PUBLISHED["peter"]["signing_key_after_its_prefix"]
"""Published for tests; put together here, so that no file looks as if it held a private key."""

OURS = SigningKey.generate("log.concord.example/register")
NOTE_TEXTS = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters=[chr(n) for n in range(32)])
    | st.just("\n"),
    max_size=60,
).map(lambda text: text + "\n")


def test_the_published_key_signs_the_published_note() -> None:
    key = SigningKey.from_text(PETER_SIGNS)
    assert sign(TEXT, key) == TEXT + "\n" + PETER_LINE
    assert key.verifier == PETER
    assert key.to_text() == PETER_SIGNS
    assert PETER.text == PUBLISHED["peter"]["verifier_key"]


def test_one_known_signature_is_enough_and_others_are_ignored() -> None:
    note = TEXT + "\n" + PETER_LINE + ENOCH_LINE
    for keys in ((PETER,), (ENOCH,), (PETER, ENOCH)):
        assert open_note(note, *keys) == TEXT
    with pytest.raises(VerificationFailed, match="no signature of a known key"):
        open_note(note)
    with pytest.raises(VerificationFailed, match="no signature of a known key"):
        open_note(note, OURS.verifier)


def test_a_wrong_signature_of_a_known_key_spoils_the_note() -> None:
    wrong = TEXT + "\n" + PETER_LINE + ENOCH_LINE.replace("eBzmZa0", "eBzmZa1")
    assert open_note(wrong, PETER) == TEXT
    with pytest.raises(VerificationFailed, match="EnochRoot"):
        open_note(wrong, PETER, ENOCH)


def test_a_key_is_known_by_name_and_id_together() -> None:
    for line in (
        PETER_LINE.replace("PeterNeumann", "CarmenSandiego"),
        PETER_LINE.replace("x08g", "xxxx"),
    ):
        with pytest.raises(VerificationFailed, match="no signature of a known key"):
            open_note(TEXT + "\n" + line, PETER)


@pytest.mark.parametrize("case", PUBLISHED["refused_notes"], ids=lambda case: str(case["why"]))
def test_a_published_malformed_note_is_refused(case: dict[str, str]) -> None:
    with pytest.raises(VerificationFailed):
        open_note(case["note"], PETER)


@pytest.mark.parametrize(
    "block",
    [
        "PeterNeumann x08g\n",
        "-" + PETER_LINE[1:],
        PETER_LINE.replace("— ", "—"),
        PETER_LINE.replace(" x08g", "  x08g"),
        PETER_LINE.replace("\n", " \n"),
        PETER_LINE.replace("\n", "\r\n"),
        PETER_LINE.replace("=", ""),
        "— PeterNeumann \n",
        "— PeterNeumann x08goA\n",
        "— PeterNeumann x08gow==\n",
        "— Peter+Neumann x08goA==\n",
        "— Peter\N{NO-BREAK SPACE}Neumann x08goAA=\n",
        PETER_LINE + "\n",
    ],
)
def test_a_signature_line_has_one_form(block: str) -> None:
    with pytest.raises(VerificationFailed):
        open_note(TEXT + "\n" + block, PETER)


def test_a_known_key_signs_with_sixty_four_bytes() -> None:
    short = to_base64(PETER.key_id + bytes(63))
    with pytest.raises(VerificationFailed, match="64 bytes"):
        open_note(f"{TEXT}\n— PeterNeumann {short}\n", PETER)


def test_a_lone_surrogate_is_no_text() -> None:
    with pytest.raises(VerificationFailed):
        open_note("\ud800\n\n" + PETER_LINE, PETER)


def test_only_text_that_ends_with_a_newline_is_signed_and_only_by_a_key() -> None:
    for text, keys in (("abc", (OURS,)), ("", (OURS,)), ("a\tb\n", (OURS,)), ("a\n", ())):
        with pytest.raises(ContractError):
            sign(text, *keys)


@given(NOTE_TEXTS)
def test_any_text_survives_signing(text: str) -> None:
    other = SigningKey.generate("witness.example")
    note = sign(text, OURS, other)
    assert open_note(note, OURS.verifier) == text
    assert open_note(note, other.verifier, OURS.verifier) == text


@given(st.integers(0, 10_000), st.integers(0, 7))
def test_one_changed_bit_spoils_a_note(at: int, bit: int) -> None:
    raw = bytearray(sign("log\n12\nroot\n", OURS).encode())
    raw[at % len(raw)] ^= 1 << bit
    try:
        changed = raw.decode()
    except UnicodeDecodeError:
        return
    with pytest.raises(VerificationFailed):
        open_note(changed, OURS.verifier)


def test_scraps_and_changes_of_a_public_key_are_refused() -> None:
    text = PUBLISHED["peter"]["verifier_key"]
    scraps = [text[i:j] for i in range(len(text)) for j in range(i + 1, len(text) + 1)]
    changes = [text[:i] + chr(ord(text[i]) + 1) + text[i + 1 :] for i in range(len(text))]
    for wrong in {*scraps, *changes, *PUBLISHED["refused_verifier_keys"]} - {text}:
        with pytest.raises(ContractError):
            VerifierKey.parse(wrong)


def test_scraps_and_changes_of_a_private_key_are_refused() -> None:
    text = PETER_SIGNS
    scraps = [text[i:] for i in range(1, len(text))] + [text[:i] for i in range(len(text))]
    changes = [text[:i] + chr(ord(text[i]) + 1) + text[i + 1 :] for i in range(len(text))]
    for wrong in {*scraps, *changes}:
        with pytest.raises(ContractError):
            SigningKey.from_text(wrong)


@pytest.mark.parametrize(
    "name", ["", "a b", "a+b", "a\N{NO-BREAK SPACE}b", "a\nb", "a\x07", "\ud800"]
)
def test_a_key_has_a_plain_name(name: str) -> None:
    with pytest.raises(ContractError):
        SigningKey.generate(name)
    with pytest.raises(ContractError):
        VerifierKey(name, bytes(32))


def test_a_public_key_has_thirty_two_bytes() -> None:
    with pytest.raises(ContractError):
        VerifierKey("name", bytes(31))


def test_a_signing_key_does_not_show_itself() -> None:
    key = SigningKey("name", Ed25519PrivateKey.from_private_bytes(bytes(32)))
    assert repr(key) == "SigningKey(name='name')"
    assert from_base64(key.to_text().rsplit("+", 1)[1]) == b"\x01" + bytes(32)
