"""Log: a batch is settled in memory; every caller gets what is theirs alone."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from contracts.envelope import parse_leaf
from contracts.errors import ContractError
from contracts.merkle import Frontier, leaf_hash, root_of
from services.kit.errors import KeyReused, VersionConflict
from services.registry.log import Append, Appended
from services.registry.log.batch import Head, Known, Recorded, Settled, prepare, settle
from tests.registry.log.appending import DIGEST, append, event

NOW = "2026-11-21T12:00:00.000000Z"
EMPTY = Known(Head(size=0, last_recorded_at="", frontier=Frontier(), origin="x"), {}, {})


def settled(*appends: Append, known: Known = EMPTY) -> Settled:
    return settle(known, [prepare(made) for made in appends], NOW)


def test_one_append_that_fails_leaves_the_others_as_they_are() -> None:
    result = settled(
        append("k1", {"plan-A": 0}),
        append("k2", {"plan-A": 0}),
        append("k3", {"plan-A": 1}),
    )
    first, second, third = result.outcomes
    assert isinstance(first, Appended)
    assert isinstance(second, VersionConflict)
    assert (second.expected, second.actual) == (0, 1)
    assert isinstance(third, Appended)
    assert (third.first_position, third.versions) == (2, {"plan-A": 2})
    assert len(result.entries) == len(result.keys) == result.after.size == 2


def test_a_cause_that_is_not_in_the_log_yet_fails_alone() -> None:
    later = replace(event("plan-A"), causation=2)
    result = settled(
        append("k1", {"plan-A": 0}, event("plan-A"), later),
        append("k2", {"plan-B": 0}, replace(later, stream="plan-B", causation=1)),
        append("k3", {"plan-C": 0}),
    )
    failed, also, good = result.outcomes
    assert isinstance(failed, ContractError)
    assert isinstance(also, ContractError)
    assert isinstance(good, Appended)
    assert good.first_position == len(result.entries) == 1


def test_a_twin_in_the_same_batch_gets_the_same_answer() -> None:
    first, twin, other = settled(
        append("k", {"plan-A": 0}),
        append("k", {"plan-A": 0}),
        append("k", {"plan-A": 0}, digest=b"another"),
    ).outcomes
    assert isinstance(first, Appended)
    assert twin == first.again()
    assert isinstance(other, KeyReused)


def test_a_key_of_before_is_found_again_even_if_versions_moved_on() -> None:
    recorded = Recorded(DIGEST, 3, 4)
    known = Known(
        Head(size=9, last_recorded_at=NOW, frontier=Frontier().extend([bytes(32)] * 9), origin="x"),
        {("KZ", "k"): recorded},
        {"plan-A": 7},
    )
    result = settled(append("k", {"plan-A": 2}), known=known)
    assert result.outcomes == [recorded]
    assert result.entries == []
    assert result.after == result.before


@given(
    st.lists(
        st.tuples(st.integers(0, 3), st.integers(0, 3), st.integers(0, 4), st.integers(1, 3)),
        max_size=30,
    )
)
def test_any_batch_is_dense_and_its_tree_is_that_of_its_leaves(
    script: list[tuple[int, int, int, int]],
) -> None:
    appends = [
        append(f"k{key}", {f"plan-{stream}": version}, *[event(f"plan-{stream}")] * count)
        for key, stream, version, count in script
    ]
    result = settled(*appends)
    leaves = [entry[7] for entry in result.entries]
    entries = [parse_leaf(leaf) for leaf in leaves]
    assert [entry.position for entry in entries] == list(range(1, len(leaves) + 1))
    assert result.after.root() == root_of(map(leaf_hash, leaves))
    versions: dict[str, int] = {}
    for entry in entries:
        assert entry.version == versions.get(entry.stream, 0) + 1
        versions[entry.stream] = entry.version
    new = [o for o in result.outcomes if isinstance(o, Appended) and not o.replayed]
    assert sum(o.last_position - o.first_position + 1 for o in new) == len(leaves)
    assert len(result.keys) == len(new) == len({row[:2] for row in result.keys})
