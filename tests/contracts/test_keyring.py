"""Contracts: while a log changes its key, both sign, and a reader of either finds its own."""

import pytest

from contracts.checkpoint import Checkpoint, open_checkpoint, sign_checkpoint
from contracts.errors import ContractError, VerificationFailed
from contracts.keyring import SigningKeys, VerifierKeys
from contracts.note import SigningKey, countersign, open_note, sign

NAME = "log.concord.example/register"
OLD, NEW, LATER = (SigningKey.generate(NAME) for _ in range(3))
OTHERS = SigningKey.generate("log.concord.example/other")
CHECKPOINT = Checkpoint(NAME, 7, bytes(32))
BOTH = sign_checkpoint(CHECKPOINT, SigningKeys((NEW, OLD)))


def pins(*keys: SigningKey) -> VerifierKeys:
    return VerifierKeys(tuple(key.verifier for key in keys))


@pytest.mark.parametrize(
    "verifier", [OLD.verifier, NEW.verifier, pins(OLD), pins(OLD, NEW), pins(LATER, NEW)]
)
def test_what_both_signed_is_opened_by_whoever_pinned_one_of_them(
    verifier: VerifierKeys,
) -> None:
    assert open_checkpoint(BOTH, verifier) == CHECKPOINT


def test_what_one_signed_is_opened_by_whoever_pinned_both() -> None:
    for key in (OLD, NEW):
        assert open_checkpoint(sign_checkpoint(CHECKPOINT, key), pins(OLD, NEW)) == CHECKPOINT


def test_one_signature_is_written_for_each_key_the_newest_first() -> None:
    lines = BOTH.splitlines()[-2:]
    assert sign(CHECKPOINT.text(), NEW).splitlines()[-1] == lines[0]
    assert sign(CHECKPOINT.text(), OLD).splitlines()[-1] == lines[1]


def test_a_reader_with_the_old_key_alone_is_told_what_to_do() -> None:
    with pytest.raises(VerificationFailed) as caught:
        open_checkpoint(sign_checkpoint(CHECKPOINT, NEW), OLD.verifier)
    told = str(caught.value)
    assert "no signature of a known key" in told
    assert OLD.verifier.key_id.hex() in told
    assert NEW.verifier.key_id.hex() in told
    assert "pin it beside this one" in told


def test_a_signature_of_another_name_gives_no_advice_to_pin_it() -> None:
    with pytest.raises(VerificationFailed) as caught:
        open_note(sign(CHECKPOINT.text(), OTHERS), OLD.verifier)
    assert str(caught.value) == "the note carries no signature of a known key"


def test_a_wrong_signature_of_either_pinned_key_spoils_the_checkpoint() -> None:
    forged = SigningKey(NAME, OTHERS.private)
    line = sign(CHECKPOINT.text(), forged).splitlines()[-1]
    for key in (OLD, NEW):
        own = sign(CHECKPOINT.text(), key).splitlines()[-1]
        spoiled = BOTH.replace(own[:-20], own[:-24] + "AAAA")
        assert spoiled != BOTH
        with pytest.raises(VerificationFailed, match="is not right"):
            open_checkpoint(spoiled, pins(OLD, NEW))
    assert open_checkpoint(BOTH + line + "\n", pins(OLD, NEW)) == CHECKPOINT


def test_only_the_signatures_that_are_missing_are_added() -> None:
    note = sign_checkpoint(CHECKPOINT, OLD)
    added = countersign(note, NEW, OLD)
    assert added.startswith(note)
    assert open_checkpoint(added, NEW.verifier) == open_checkpoint(added, OLD.verifier)
    assert countersign(added, OLD, NEW) == added
    with pytest.raises(VerificationFailed):
        countersign("no note", NEW)


def test_keys_are_read_from_a_line_with_spaces_between() -> None:
    text = f" {OLD.verifier.text}\n{NEW.verifier.text} "
    assert VerifierKeys.parse(text) == pins(OLD, NEW)
    assert VerifierKeys.parse(text).name == NAME
    for wrong in ("", "  ", f"{OLD.verifier.text},{NEW.verifier.text}", "a+b+c"):
        with pytest.raises(ContractError):
            VerifierKeys.parse(wrong)


def test_keys_of_two_logs_and_a_key_given_twice_are_refused() -> None:
    with pytest.raises(ContractError, match="several names"):
        pins(OLD, OTHERS)
    with pytest.raises(ContractError, match="each key once"):
        pins(OLD, NEW, OLD)
    with pytest.raises(ContractError, match="each key once"):
        SigningKeys((NEW,), former=(NEW.verifier,))
    with pytest.raises(ContractError, match="1 to 100 keys"):
        pins(*(SigningKey.generate(NAME) for _ in range(101)))
    with pytest.raises(ContractError, match="one key that signs"):
        SigningKeys((), former=(OLD.verifier,))


def test_former_keys_are_believed_and_do_not_sign() -> None:
    ring = SigningKeys((NEW,), former=(OLD.verifier,))
    assert open_checkpoint(sign_checkpoint(CHECKPOINT, OLD), ring.verifier) == CHECKPOINT
    with pytest.raises(VerificationFailed):
        open_checkpoint(sign_checkpoint(CHECKPOINT, ring), OLD.verifier)
