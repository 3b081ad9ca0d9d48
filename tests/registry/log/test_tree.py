"""Log: proofs and tiles read from stored hashes are those of the whole tree."""

import random

import pytest
from sqlalchemy import Engine

from contracts.errors import ContractError
from contracts.merkle import (
    Frontier,
    root_of,
    verify_consistency,
    verify_inclusion,
)
from contracts.note import SigningKey
from contracts.receipt import verify_receipt
from services.kit.clock import utc_now
from services.kit.errors import NotFound
from services.registry.log import Log, Publisher, Signed, store
from services.registry.log.batch import prepare
from services.registry.log.tree import Tree
from services.registry.log.writing import BatchWriter
from tests.databases import ON_SQLITE
from tests.registry.log.appending import append, event

SIZE = 1100


@pytest.fixture
def hashes(log: Log) -> list[bytes]:
    """Leaf hashes of a log that spans several tiles."""
    for start in range(0, SIZE, 100):
        log.append(append(f"k{start}", {"plan-A": start}, *[event("plan-A")] * 100))
    return log.leaf_hashes(1, SIZE)


def test_proofs_between_any_sizes_verify(log: Log, hashes: list[bytes]) -> None:
    chance = random.Random(2026)  # noqa: S311 - which sizes to try
    sizes = [1, 2, 255, 256, 257, 511, 512, 513, 1024, SIZE, *chance.sample(range(1, SIZE), 12)]
    roots = {size: root_of(hashes[:size]) for size in sizes}
    for size in sizes:
        for position in {1, size, (size + 1) // 2, chance.randint(1, size)}:
            proof = log.inclusion_proof(position, size)
            verify_inclusion(position - 1, size, hashes[position - 1], proof, roots[size])
        for older in sizes:
            if older <= size:
                proof = log.consistency_proof(older, size)
                verify_consistency(older, size, proof, roots[older], roots[size])


def test_nodes_and_tiles_are_those_of_the_leaves(log: Log, hashes: list[bytes]) -> None:
    assert log.node(0, 7) == hashes[7]
    assert log.node(3, 2) == root_of(hashes[16:24])
    assert log.node(8, 3) == root_of(hashes[768:1024])
    assert log.node(9, 1) == root_of(hashes[512:1024])
    assert log.tile(0, 1, 256, size=SIZE) == b"".join(hashes[256:512])
    assert log.tile(0, 4, 76, size=SIZE) == b"".join(hashes[1024:])
    tops = [root_of(hashes[start : start + 256]) for start in range(0, 1024, 256)]
    assert log.tile(1, 0, 4, size=SIZE) == b"".join(tops)
    assert log.tile(1, 0, 2, size=600) == b"".join(tops[:2])


def test_what_the_tree_does_not_have_is_not_found(log: Log, hashes: list[bytes]) -> None:
    for ask in (
        lambda: log.node(8, 4),
        lambda: log.node(11, 0),
        lambda: log.tile(0, 4, 77, size=SIZE),
        lambda: log.tile(0, 4, 76, size=SIZE - 1),
        lambda: log.tile(2, 0, 1, size=SIZE),
        lambda: log.tile(1, 0, 3, size=600),
        lambda: log.inclusion_proof(SIZE + 1, SIZE),
        lambda: log.inclusion_proof(0, SIZE),
        lambda: log.inclusion_proof(SIZE, SIZE + 1),
        lambda: log.consistency_proof(9, SIZE + 100),
        lambda: log.consistency_proof(9, 8),
    ):
        with pytest.raises(NotFound):
            ask()


def test_the_frontier_of_any_size_is_computed_from_what_is_stored(
    engine: Engine, hashes: list[bytes]
) -> None:
    with engine.connect() as connection:
        for size in (0, 1, 255, 256, 700, 1024, SIZE):
            assert Tree(connection, size).frontier() == Frontier().extend(hashes[:size])
        with pytest.raises(ContractError):
            Tree(connection, SIZE + 1).frontier()


@pytest.mark.usefixtures("hashes")
def test_receipts_verify_offline_against_the_pinned_key(
    log: Log, publisher: Publisher, signing_key: SigningKey
) -> None:
    signed = publisher.wait_for(SIZE, 10)
    assert signed is not None
    for position in (1, 256, 257, SIZE):
        entry = verify_receipt(log.receipt(position, signed), signing_key.verifier)
        assert (entry.position, entry.stream) == (position, "plan-A")
    early = Signed(500, signed.root, signed.note)
    with pytest.raises(NotFound):
        log.receipt(501, early)


@ON_SQLITE
def test_nodes_of_level_sixteen_are_stored_when_they_are_complete(engine: Engine) -> None:
    writer = BatchWriter(engine, utc_now)
    for number in range(257):
        events = [event("plan-A")] * 256
        (outcome,) = writer.commit(
            [prepare(append(f"k{number}", {"plan-A": number * 256}, *events))]
        )
        assert not isinstance(outcome, Exception)
    writer.close()
    with engine.connect() as connection:
        hashes = store.leaf_hashes(connection, 1, 1 << 16)
        assert store.nodes(connection, 16, 0, 9) == [root_of(hashes)]
        assert len(store.nodes(connection, 8, 0, 999)) == 257
        tree = Tree(connection, 257 * 256)
        assert tree.node(16, 0) == root_of(hashes)
        assert tree.frontier().hashes[0] == root_of(hashes)
