"""Contracts: proofs that were handed out check out against kept checkpoints, or are refused."""

from collections.abc import Callable
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.encoding import to_base64
from contracts.errors import VerificationFailed
from contracts.merkle import Node, consistency_proof, inclusion_proof, leaf_hash, root_of
from contracts.proven import verify_event, verify_growth
from tests.contracts.logs import KEY, OTHER_KEY, SmallLog, small_log

LOG = small_log(23)


def node(level: int, index: int) -> bytes:
    width = 1 << level
    return root_of(map(leaf_hash, LOG.leaves[index * width : (index + 1) * width]))


def _spelled(hashes: list[bytes]) -> list[str]:
    return [to_base64(one) for one in hashes]


def inclusion(position: int, size: int, tree: Node = node) -> dict[str, Any]:
    """As the registry answers."""
    hashes = _spelled(inclusion_proof(position - 1, size, tree))
    return {"position": position, "size": size, "hashes": hashes}


def consistency(older: int, newer: int) -> dict[str, Any]:
    """As the registry answers."""
    return {"from": older, "to": newer, "hashes": _spelled(consistency_proof(older, newer, node))}


@given(st.data())
def test_every_event_checks_out_in_every_tree_that_has_it(data: st.DataObject) -> None:
    size = data.draw(st.integers(1, 23))
    position = data.draw(st.integers(1, size))
    proof, note = orjson.dumps(inclusion(position, size)), LOG.checkpoint(size=size)
    alone = orjson.dumps(LOG.events()[position - 1])
    assert verify_event(proof, alone, note, KEY.verifier) == LOG.entries[position - 1]
    page = orjson.dumps(LOG.events())
    assert verify_event(proof, page, note, KEY.verifier) == LOG.entries[position - 1]


@given(st.data())
def test_every_tree_is_the_beginning_of_every_later_one(data: st.DataObject) -> None:
    older = data.draw(st.integers(1, 23))
    newer = data.draw(st.integers(older, 23))
    notes = [LOG.checkpoint(size=size) for size in (older, newer)]
    proof = orjson.dumps(consistency(older, newer))
    before, after = verify_growth(proof, notes[0], notes[1], KEY.verifier)
    assert (before.size, after.size) == (older, newer)


Changed = Callable[[dict[str, Any]], object]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda event: event["data"].update(number=99), "another digest"),
        (lambda event: event.update(leaf=event["leaf"].replace("S1", "S2")), "root"),
        (lambda event: event.update(id="9"), "expected the event"),
        (lambda event: event.pop("leaf"), "with its leaf"),
        (lambda event: event.update(time="2026-11-21T20:03:44.123456Z"), "time differs"),
        (lambda event: event.update(more=1), "other members"),
    ],
)
def test_an_event_that_was_changed_is_refused(change: Changed, said: str) -> None:
    event = LOG.events()[4]
    change(event)
    with pytest.raises(VerificationFailed, match=said):
        verify_event(
            orjson.dumps(inclusion(5, 23)), orjson.dumps(event), LOG.checkpoint(), KEY.verifier
        )


def test_an_inclusion_proof_is_of_one_place_and_one_size() -> None:
    page = orjson.dumps(LOG.events())
    for proof, said in (
        (inclusion(5, 22), "for the checkpoint's size 23, got 22"),
        ({**inclusion(5, 23), "position": 6}, "root"),
        ({**inclusion(5, 23), "hashes": inclusion(5, 23)["hashes"][:-1]}, "proof"),
        ({"position": 5}, "answers/inclusion-proof"),
    ):
        with pytest.raises(VerificationFailed, match=said):
            verify_event(orjson.dumps(proof), page, LOG.checkpoint(), KEY.verifier)
    with pytest.raises(VerificationFailed, match="expected a proof"):
        verify_event(b"{", page, LOG.checkpoint(), KEY.verifier)


def test_a_log_that_took_something_back_is_found_out() -> None:
    forked = SmallLog([*LOG.entries], [*LOG.bodies])
    forked.entries[3] = forked.entries[3]._replace(actor="somebody-else")
    proof = orjson.dumps(consistency(7, 23))
    with pytest.raises(VerificationFailed, match="root"):
        verify_growth(proof, forked.checkpoint(size=7), LOG.checkpoint(), KEY.verifier)
    with pytest.raises(VerificationFailed, match="size 8, got 7"):
        verify_growth(proof, LOG.checkpoint(size=8), LOG.checkpoint(), KEY.verifier)
    with pytest.raises(VerificationFailed, match="size 22, got 23"):
        verify_growth(proof, LOG.checkpoint(size=7), LOG.checkpoint(size=22), KEY.verifier)
    with pytest.raises(VerificationFailed):
        verify_growth(proof, LOG.checkpoint(OTHER_KEY, 7), LOG.checkpoint(), KEY.verifier)
