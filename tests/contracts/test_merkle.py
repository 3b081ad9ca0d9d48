"""Contracts: the tree is that of RFC 6962, and its proofs prove nothing else."""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.errors import ContractError, VerificationFailed
from contracts.merkle import (
    EMPTY_ROOT,
    LARGEST_SIZE,
    Frontier,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    node_hash,
    root_of,
    verify_consistency,
    verify_inclusion,
)
from tests.contracts.published import vectors
from tests.contracts.trees import naive_growth, naive_path, naive_root, nodes_of, numbered

PUBLISHED = vectors("merkle")
LEAVES = [leaf_hash(bytes.fromhex(leaf)) for leaf in PUBLISHED["leaves"]]
ROOTS = [bytes.fromhex(root) for root in PUBLISHED["roots"]]
SOME = bytes.fromhex(PUBLISHED["some_hash"])


class Inclusion(NamedTuple):
    place: int
    size: int
    leaf: bytes
    proof: list[bytes]
    root: bytes


class Consistency(NamedTuple):
    old: int
    new: int
    proof: list[bytes]
    old_root: bytes
    new_root: bytes


def unhex(texts: Sequence[str]) -> list[bytes]:
    return [bytes.fromhex(text) for text in texts]


def flipped(data: bytes, bit: int, at: int = 0) -> bytes:
    return data[:at] + bytes([data[at] ^ (1 << bit)]) + data[at + 1 :]


def each_flipped(proof: Sequence[bytes], bit: int) -> Iterator[list[bytes]]:
    for at, found in enumerate(proof):
        yield [*proof[:at], flipped(found, bit), *proof[at + 1 :]]


def changed_inclusion(change: str, right: Inclusion) -> Iterator[Inclusion]:
    """Spoil a claim as the source does; a change that cannot be made there gives nothing."""
    index, size, _, proof, root = right
    match change:
        case "index - 1" | "index + 1" | "index ^ 2":
            others = {"-": index - 1, "+": index + 1, "^": index ^ 2}
            yield right._replace(place=others[change.split()[1]])
        case "size * 2" | "size / 2":
            yield right._replace(size=size * 2 if "*" in change else size // 2)
        case "wrong leaf":
            yield right._replace(leaf=b"WrongLeaf")
        case "empty root" | "some root":
            yield right._replace(root=EMPTY_ROOT if change == "empty root" else SOME)
        case "bit 3 of each hash":
            yield from (right._replace(proof=wrong) for wrong in each_flipped(proof, 3))
        case "last hash removed":
            if proof:
                yield right._replace(proof=proof[:-1])
        case "a hash inserted":
            if len(proof) > 1:
                yield right._replace(proof=[proof[0], SOME, *proof[1:]])
        case _:
            what, at = change.split(" at the ")
            added = {"garbage": b"", "root": root}[what]
            yield right._replace(proof=[*proof, added] if at == "end" else [added, *proof])


def changed_consistency(change: str, right: Consistency) -> Iterator[Consistency]:
    """Spoil a claim as the source does."""
    old, new, proof, old_root, new_root = right
    match change:
        case "old - 1" | "old + 1" | "old ^ 2":
            others = {"-": old - 1, "+": old + 1, "^": old ^ 2}
            yield right._replace(old=others[change.split()[1]])
        case "new * 2" | "new / 2":
            yield right._replace(new=new * 2 if "*" in change else new // 2)
        case "wrong old root":
            yield right._replace(old_root=b"WrongRoot")
        case "wrong new root":
            yield right._replace(new_root=b"WrongRoot")
        case "roots swapped":
            yield right._replace(old_root=new_root, new_root=old_root)
        case "no proof" | "last hash removed":
            yield right._replace(proof=[] if change == "no proof" else proof[:-1])
        case "first hash twice":
            yield right._replace(proof=[proof[0], *proof])
        case "bit 4 of each hash":
            yield from (right._replace(proof=wrong) for wrong in each_flipped(proof, 4))
        case _:
            what, at = change.split(" at the ")
            added = {"garbage": b"", "old root": old_root, "new root": new_root}[what]
            yield right._replace(proof=[*proof, added] if at == "end" else [added, *proof])


def test_the_published_tree_has_the_published_roots() -> None:
    assert bytes.fromhex(PUBLISHED["empty_root"]) == EMPTY_ROOT == root_of([])
    assert [root_of(LEAVES[:size]) for size in range(1, 9)] == ROOTS


def published_inclusion(case: dict[str, Any]) -> Inclusion:
    index, size = case["index"], case["size"]
    return Inclusion(index, size, LEAVES[index], unhex(case["proof"]), ROOTS[size - 1])


def published_consistency(case: dict[str, Any]) -> Consistency:
    old, new = case["old"], case["new"]
    return Consistency(old, new, unhex(case["proof"]), ROOTS[old - 1], ROOTS[new - 1])


@pytest.mark.parametrize("case", PUBLISHED["inclusion"], ids=lambda c: f"{c['index']}-{c['size']}")
def test_a_published_inclusion_proof_holds_and_is_the_one_we_build(case: dict[str, Any]) -> None:
    index, size, leaf, proof, root = published_inclusion(case)
    verify_inclusion(index, size, leaf, proof, root)
    assert inclusion_proof(index, size, nodes_of(LEAVES[:size])) == proof


@pytest.mark.parametrize("change", PUBLISHED["corrupted_inclusion"])
def test_a_corrupted_inclusion_proof_is_refused(change: str) -> None:
    for case in PUBLISHED["inclusion"]:
        for wrong in changed_inclusion(change, published_inclusion(case)):
            with pytest.raises(VerificationFailed):
                verify_inclusion(*wrong)


@pytest.mark.parametrize("case", PUBLISHED["consistency"], ids=lambda c: f"{c['old']}-{c['new']}")
def test_a_published_consistency_proof_holds_and_is_the_one_we_build(case: dict[str, Any]) -> None:
    old, new, proof, old_root, new_root = published_consistency(case)
    verify_consistency(old, new, proof, old_root, new_root)
    assert consistency_proof(old, new, nodes_of(LEAVES[:new])) == proof


@pytest.mark.parametrize("change", PUBLISHED["corrupted_consistency"])
def test_a_corrupted_consistency_proof_is_refused(change: str) -> None:
    for case in PUBLISHED["consistency"]:
        if not case["proof"]:
            continue
        for wrong in changed_consistency(change, published_consistency(case)):
            with pytest.raises(VerificationFailed):
                verify_consistency(*wrong)


def numbered_cases(cases: list[dict[str, Any]]) -> list[Any]:
    return [pytest.param(case, id=f"{n} {case['why']}") for n, case in enumerate(cases)]


@pytest.mark.parametrize("case", numbered_cases(PUBLISHED["refused_inclusion"]))
def test_inclusion_where_it_cannot_be_is_refused(case: dict[str, Any]) -> None:
    leaf, root = bytes.fromhex(case["leaf"]), bytes.fromhex(case["root"])
    with pytest.raises(VerificationFailed):
        verify_inclusion(case["index"], case["size"], leaf, [], root)


@pytest.mark.parametrize("case", numbered_cases(PUBLISHED["refused_consistency"]))
def test_consistency_where_it_cannot_be_is_refused(case: dict[str, Any]) -> None:
    old_root, new_root = unhex([case["old_root"], case["new_root"]])
    with pytest.raises(VerificationFailed):
        verify_consistency(case["old"], case["new"], unhex(case["proof"]), old_root, new_root)


def test_the_tree_of_seven_leaves_has_the_proofs_the_rfc_names() -> None:
    structure = PUBLISHED["structure"]
    hashes: dict[str, bytes] = {}
    for letter, made_of in structure["nodes"].items():
        if made_of.startswith("d") and made_of[1:].isdigit():
            hashes[letter] = LEAVES[int(made_of[1:])]
        else:
            hashes[letter] = node_hash(*(hashes[child] for child in made_of))
    node = nodes_of(LEAVES[:7])
    for index, letters in structure["inclusion"].items():
        assert inclusion_proof(int(index), 7, node) == [hashes[letter] for letter in letters]
    for old, letters in structure["consistency"].items():
        assert consistency_proof(int(old), 7, node) == [hashes[letter] for letter in letters]


@pytest.mark.parametrize("size", range(1, 70))
def test_every_proof_of_a_small_tree_is_that_of_the_definition_and_holds(size: int) -> None:
    leaves = numbered(size)
    node, root = nodes_of(leaves), naive_root(leaves)
    assert root_of(leaves) == root
    for index in range(size):
        proof = inclusion_proof(index, size, node)
        assert proof == naive_path(index, leaves)
        verify_inclusion(index, size, leaves[index], proof, root)
    for old in range(1, size + 1):
        proof = consistency_proof(old, size, node)
        assert proof == naive_growth(old, leaves)
        verify_consistency(old, size, proof, naive_root(leaves[:old]), root)


@given(st.integers(1, 2000), st.data())
def test_a_proof_made_from_a_larger_tree_holds_for_the_smaller(size: int, data: Any) -> None:
    leaves = numbered(2100)
    index = data.draw(st.integers(0, size - 1))
    old = data.draw(st.integers(0, size))
    node, root = nodes_of(leaves), root_of(leaves[:size])
    verify_inclusion(index, size, leaves[index], inclusion_proof(index, size, node), root)
    verify_consistency(old, size, consistency_proof(old, size, node), root_of(leaves[:old]), root)


@given(st.integers(1, 300), st.data())
def test_one_changed_byte_size_or_index_spoils_an_inclusion_proof(size: int, data: Any) -> None:
    leaves = numbered(size)
    index = data.draw(st.integers(0, size - 1))
    proof, root = inclusion_proof(index, size, nodes_of(leaves)), root_of(leaves)
    hashes = [leaves[index], root, *proof]
    spoiled = data.draw(st.integers(0, len(hashes) - 1))
    at, bit = data.draw(st.integers(0, 31)), data.draw(st.integers(0, 7))
    hashes[spoiled] = flipped(hashes[spoiled], bit, at)
    with pytest.raises(VerificationFailed):
        verify_inclusion(index, size, hashes[0], hashes[2:], hashes[1])
    for other in {data.draw(st.integers(0, size + 3)), index ^ 1} - {index}:
        with pytest.raises(VerificationFailed):
            verify_inclusion(other, size, leaves[index], proof, root)


@given(st.integers(2, 300), st.data())
def test_one_changed_byte_or_size_spoils_a_consistency_proof(size: int, data: Any) -> None:
    leaves = numbered(size)
    old = data.draw(st.integers(1, size - 1))
    old_root, new_root = root_of(leaves[:old]), root_of(leaves)
    proof = consistency_proof(old, size, nodes_of(leaves))
    hashes = [old_root, new_root, *proof]
    spoiled = data.draw(st.integers(0, len(hashes) - 1))
    at, bit = data.draw(st.integers(0, 31)), data.draw(st.integers(0, 7))
    hashes[spoiled] = flipped(hashes[spoiled], bit, at)
    with pytest.raises(VerificationFailed):
        verify_consistency(old, size, hashes[2:], hashes[0], hashes[1])
    other = data.draw(st.integers(0, size + 3))
    if other != old:
        with pytest.raises(VerificationFailed):
            verify_consistency(other, size, proof, old_root, new_root)


@given(st.lists(st.binary(min_size=32, max_size=32), max_size=300), st.integers(0, 300))
def test_a_frontier_grows_to_the_root_of_the_definition(leaves: list[bytes], cut: int) -> None:
    frontier = Frontier().extend(leaves[:cut])
    again = Frontier.from_bytes(frontier.size, frontier.to_bytes())
    for leaf in leaves[cut:]:
        again = again.append(leaf)
    assert again == frontier.extend(leaves[cut:]) == Frontier().extend(leaves)
    assert again.root() == naive_root(leaves)
    assert again.size == len(leaves)


@given(st.integers(0, 700), st.integers(0, 700))
def test_growing_gives_each_kept_node_once(before: int, more: int) -> None:
    leaves = numbered(before + more)
    frontier, first = Frontier().grow(leaves[:before])
    frontier, second = frontier.grow(leaves[before:])
    node = nodes_of(leaves)
    full = (before + more) // 256
    assert first + second == [(8, index, node(8, index)) for index in range(full)]
    assert frontier.root() == root_of(leaves)


def test_nodes_are_kept_at_every_eighth_level() -> None:
    _, kept = Frontier().grow(numbered(65_536 + 256))
    levels = [(level, index) for level, index, _ in kept]
    assert levels == [*((8, index) for index in range(256)), (16, 0), (8, 256)]
    assert kept[256][2] == root_of([found for level, _, found in kept[:256] if level == 8])


def test_an_empty_tree_grows_into_any_other() -> None:
    leaves = numbered(5)
    verify_consistency(0, 0, [], EMPTY_ROOT, EMPTY_ROOT)
    verify_consistency(0, 5, consistency_proof(0, 5, nodes_of(leaves)), EMPTY_ROOT, root_of(leaves))
    with pytest.raises(VerificationFailed):
        verify_consistency(0, 5, [], SOME, root_of(leaves))


def test_a_frontier_that_does_not_fit_its_size_is_refused() -> None:
    for size, raw in ((3, SOME), (1, SOME + SOME), (1, SOME[:31]), (-1, b""), (2**63, SOME)):
        with pytest.raises(ContractError):
            Frontier.from_bytes(size, raw)


def test_no_proof_is_built_for_what_is_not_there() -> None:
    node = nodes_of(numbered(4))
    for index, size in ((4, 4), (-1, 4), (0, 0)):
        with pytest.raises(ContractError):
            inclusion_proof(index, size, node)
    for old, new in ((5, 4), (-1, 4)):
        with pytest.raises(ContractError):
            consistency_proof(old, new, node)


def test_a_proof_in_the_largest_tree_has_sixty_three_hashes() -> None:
    proof = [SOME] * 63
    root = SOME
    for _ in proof:
        root = node_hash(SOME, root)
    with pytest.raises(VerificationFailed):
        verify_inclusion(LARGEST_SIZE, LARGEST_SIZE, SOME, proof, root)
    with pytest.raises(VerificationFailed, match="another root"):
        verify_inclusion(0, LARGEST_SIZE, SOME, proof, EMPTY_ROOT)
    with pytest.raises(VerificationFailed):
        verify_inclusion(0, LARGEST_SIZE + 1, SOME, proof, root)


def test_a_consistency_proof_may_lead_to_the_old_root_only() -> None:
    leaves = numbered(7)
    proof = consistency_proof(6, 7, nodes_of(leaves))
    with pytest.raises(VerificationFailed, match="another new root"):
        verify_consistency(6, 7, proof, root_of(leaves[:6]), SOME)
    with pytest.raises(VerificationFailed, match="another old root"):
        verify_consistency(6, 7, proof, SOME, root_of(leaves))
