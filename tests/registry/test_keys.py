"""Registry: the file of signing keys says which sign, which did, and which are believed no more."""

from pathlib import Path

import pytest

from contracts.checkpoint import Checkpoint, open_checkpoint, sign_checkpoint
from contracts.errors import ContractError, VerificationFailed
from contracts.note import SigningKey
from services.kit.secretfile import replacing
from services.kit.settings import SettingsRefused
from services.registry.keys import (
    SETTING,
    KeyRing,
    SigningKeyFile,
    read_ring,
    write_signing_key,
)

ORIGIN = "registry.test"
OLD, NEW, LAST = (SigningKey.generate(ORIGIN) for _ in range(3))
CHECKPOINT = Checkpoint(ORIGIN, 7, bytes(32))


def key_id(key: SigningKey) -> str:
    return key.verifier.key_id.hex()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "signing.key"


def put(file: Path, text: str) -> None:
    with replacing(file, setting=SETTING) as write:
        write(text)


def test_a_key_goes_from_signing_to_retired_or_compromised() -> None:
    ring = KeyRing((OLD,)).rotated(NEW)
    assert ring.signer.keys == (NEW, OLD)
    retired = ring.without(key_id(OLD), is_compromised=False)
    assert list(retired.states()) == [("signs", NEW.verifier), ("retired", OLD.verifier)]
    stolen = retired.without(key_id(OLD), is_compromised=True)
    assert list(stolen.states()) == [("signs", NEW.verifier), ("compromised", OLD.verifier)]
    assert ring.without(key_id(OLD), is_compromised=True) == stolen


def test_a_retired_key_is_believed_and_a_compromised_one_is_not() -> None:
    ring = KeyRing((NEW,), retired=(OLD.verifier,), compromised=(LAST.verifier,))
    believed = sign_checkpoint(CHECKPOINT, OLD)
    assert open_checkpoint(believed, ring.signer.verifier) == CHECKPOINT
    with pytest.raises(VerificationFailed):
        open_checkpoint(sign_checkpoint(CHECKPOINT, LAST), ring.signer.verifier)


def test_the_last_key_that_signs_and_one_that_is_not_there_cannot_be_retired() -> None:
    ring = KeyRing((NEW,), retired=(OLD.verifier,))
    with pytest.raises(ContractError, match="the only key that signs: rotate first"):
        ring.without(key_id(NEW), is_compromised=True)
    with pytest.raises(ContractError, match=r"no key [0-9a-f]{8} signs here"):
        ring.without(key_id(OLD), is_compromised=False)
    with pytest.raises(ContractError, match="signs here"):
        ring.without(key_id(LAST), is_compromised=True)


def test_a_ring_is_written_and_read_as_it_is(file: Path) -> None:
    ring = KeyRing((NEW, OLD), retired=(LAST.verifier,))
    put(file, ring.text())
    assert [key.to_text() for key in read_ring(file, origin=ORIGIN).signing] == [
        key.to_text() for key in ring.signing
    ]
    assert list(read_ring(file).states()) == list(ring.states())


def test_a_file_of_before_with_one_key_on_its_line_is_read(file: Path) -> None:
    put(file, OLD.to_text() + "\n")
    assert list(read_ring(file).states()) == [("signs", OLD.verifier)]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "at least one key that signs"),
        ("# words alone\n", "at least one key that signs"),
        (f"retired {OLD.verifier.text}\n", "at least one key that signs"),
        (f"{OLD.to_text()}\n{OLD.to_text()}\n", "each key once"),
        (f"{OLD.to_text()}\nretired {OLD.verifier.text}\n", "each key once"),
        (f"{NEW.to_text()}\n{SigningKey.generate('another.test').to_text()}\n", "several names"),
        (f"{SigningKey.generate('another.test').to_text()}\n", "named after another origin"),
        (f"{OLD.verifier.text}\n", "expected a signing key on each line"),
        (f"{OLD.to_text()}\nretired {NEW.to_text()}\n", "expected a signing key on each line"),
        (f"{OLD.to_text()[:-4]}\n", "expected a signing key on each line"),
        (f"{OLD.to_text()}\nforgotten {NEW.verifier.text}\n", "expected a signing key"),
        ("\x00", "expected a signing key on each line"),
    ],
    ids=range(12),  # the texts differ at each start, and several workers must agree on names
)
def test_a_file_that_is_no_ring_of_this_log_is_refused_and_never_quoted(
    file: Path, text: str, why: str
) -> None:
    put(file, text)
    with pytest.raises(SettingsRefused, match=f"{SETTING}: .*{why}") as caught:
        read_ring(file, origin=ORIGIN)
    assert OLD.to_text()[-30:-4] not in str(caught.value)


def test_a_key_is_never_written_over(file: Path) -> None:
    write_signing_key(file, OLD)
    with pytest.raises(FileExistsError):
        write_signing_key(file, NEW)
    assert read_ring(file).signing[0].to_text() == OLD.to_text()
    assert list(file.parent.iterdir()) == [file]


def test_a_ring_and_its_keys_do_not_show_themselves() -> None:
    assert "PRIVATE" not in repr(KeyRing((NEW, OLD)))
    assert OLD.to_text().rsplit("+", 1)[1] not in repr(KeyRing((NEW, OLD)))


def test_a_change_of_the_file_is_taken_up_at_once_and_a_spoilt_one_is_not(file: Path) -> None:
    ring = write_signing_key(file, OLD)
    signer = SigningKeyFile(file, origin=ORIGIN)
    assert [key.verifier for key in signer.keys] == [OLD.verifier]
    put(file, ring.rotated(NEW).text())
    assert [key.verifier for key in signer.keys] == [NEW.verifier, OLD.verifier]
    put(file, SigningKey.generate("another.test").to_text())
    assert signer.name == ORIGIN
    assert signer.verifier.keys == (NEW.verifier, OLD.verifier)
