"""Contracts: a checkpoint says which log, how large and which root, and a pinned key vouches."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.checkpoint import Checkpoint, open_checkpoint, sign_checkpoint
from contracts.errors import ContractError, VerificationFailed
from contracts.merkle import EMPTY_ROOT, leaf_hash, root_of
from contracts.note import SigningKey, VerifierKey, sign
from tests.contracts.published import vectors

GOLDEN = vectors("golden_log")
KEY = SigningKey.generate("log.concord.example/register")
ROOT = "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I="


@pytest.mark.parametrize("note", GOLDEN["checkpoints"], ids=lambda note: str(note).split("\n")[1])
def test_each_signed_size_of_the_golden_log_has_the_root_of_its_leaves(note: str) -> None:
    checkpoint = open_checkpoint(note, VerifierKey.parse(GOLDEN["verifier_key"]))
    leaves = [leaf_hash(word.encode()) for word in GOLDEN["leaves"][: checkpoint.size]]
    assert checkpoint.root == root_of(leaves)
    assert len(leaves) == checkpoint.size


ORIGINS = st.text(st.characters(categories=["L", "N", "P"]), min_size=1, max_size=20)
ROOTS = st.binary(min_size=32, max_size=32)


@given(ORIGINS, st.integers(0, 2**63 - 1), ROOTS, st.lists(ORIGINS, max_size=2))
def test_the_text_of_a_checkpoint_reads_back(
    origin: str, size: int, root: bytes, extensions: list[str]
) -> None:
    checkpoint = Checkpoint(origin, size, root, tuple(extensions))
    assert Checkpoint.parse(checkpoint.text()) == checkpoint


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n",
        f"log\n12\n{ROOT}",
        f"log\n12\n{ROOT}\n\n",
        f"\n12\n{ROOT}\n",
        f"log\n012\n{ROOT}\n",
        f"log\n-1\n{ROOT}\n",
        f"log\n+1\n{ROOT}\n",
        f"log\n 1\n{ROOT}\n",
        f"log\n\n{ROOT}\n",
        f"log\n9223372036854775808\n{ROOT}\n",
        f"log\n12\n{ROOT[:-1]}\n",
        f"log\n12\n{ROOT[:-2]}J=\n",
        "log\n12\nAAAA\n",
        "log\n12\n",
        f"log\n12\n{ROOT}\n\nextension\n",
    ],
    ids=repr,
)
def test_other_text_is_no_checkpoint(text: str) -> None:
    with pytest.raises(VerificationFailed):
        Checkpoint.parse(text)


@pytest.mark.parametrize(
    ("origin", "size", "root", "extensions"),
    [
        ("", 1, EMPTY_ROOT, ()),
        ("a\nb", 1, EMPTY_ROOT, ()),
        ("log", -1, EMPTY_ROOT, ()),
        ("log", 2**63, EMPTY_ROOT, ()),
        ("log", 1, b"short", ()),
        ("log", 1, EMPTY_ROOT, ("",)),
        ("log", 1, EMPTY_ROOT, ("a\nb",)),
    ],
    ids=repr,
)
def test_no_checkpoint_is_made_that_could_not_be_read(
    origin: str, size: int, root: bytes, extensions: tuple[str, ...]
) -> None:
    with pytest.raises(ContractError):
        Checkpoint(origin, size, root, extensions)


def test_a_log_signs_under_its_own_name_only() -> None:
    with pytest.raises(ContractError, match="expected a key named other"):
        sign_checkpoint(Checkpoint("other", 0, EMPTY_ROOT), KEY)


def test_a_checkpoint_of_another_log_is_refused_even_under_the_pinned_key() -> None:
    note = sign(Checkpoint("other", 0, EMPTY_ROOT).text(), KEY)
    with pytest.raises(VerificationFailed, match="another log"):
        open_checkpoint(note, KEY.verifier)


def test_a_signed_text_that_is_no_checkpoint_is_refused() -> None:
    with pytest.raises(VerificationFailed):
        open_checkpoint(sign("hello\n", KEY), KEY.verifier)


def test_a_signed_checkpoint_opens_with_the_pinned_key() -> None:
    checkpoint = Checkpoint(KEY.name, 7, EMPTY_ROOT)
    assert open_checkpoint(sign_checkpoint(checkpoint, KEY), KEY.verifier) == checkpoint
