"""Log: leaves made from a frame are byte by byte those of the contract."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.canonical import digest
from contracts.envelope import Entry, leaf_bytes
from contracts.errors import ContractError
from services.registry.log import NewEvent
from services.registry.log.leaves import fill, frame

WORDS = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=40)
TRICKY = st.sampled_from(
    [
        '"version":1}',
        '"position":1,',
        "%s",
        "%(x)d",
        "100%",
        '\\"datahash\\":',
        "sha256:" + "0" * 64,
    ]
)
DAYS = st.none() | st.dates().map(lambda day: day.isoformat())


@st.composite
def entries(draw: st.DrawFn) -> Entry:
    causation = draw(st.none() | st.integers(1, 2**52))
    return Entry(
        position=draw(st.integers((causation or 0) + 1, 2**53 - 1)),
        recorded_at="2026-11-21T20:03:44.123456Z",
        type="report-submitted",
        dataschema=draw(WORDS | TRICKY),
        stream=draw(WORDS | TRICKY),
        version=draw(st.integers(1, 2**53 - 1)),
        participant=draw(st.none() | WORDS | TRICKY),
        actor=draw(WORDS | TRICKY),
        causation=causation,
        occurred_on=draw(DAYS),
        effective_on=draw(DAYS),
        datahash=digest(draw(st.binary(max_size=9))),
    )


@given(entries())
def test_a_filled_frame_is_the_leaf(entry: Entry) -> None:
    event = NewEvent(
        stream=entry.stream,
        type=entry.type,
        dataschema=entry.dataschema,
        participant=entry.participant,
        actor=entry.actor,
        causation=entry.causation,
        occurred_on=entry.occurred_on,
        effective_on=entry.effective_on,
        body=b"{}",
    )
    filled = fill(frame(event), entry.datahash, entry.position, entry.recorded_at, entry.version)
    assert filled == leaf_bytes(entry)


@pytest.mark.parametrize("stream", ["", "with\nnewline", "é", "x" * 70_000])
def test_a_field_that_no_leaf_can_carry_is_refused(stream: str) -> None:
    event = NewEvent(stream=stream, type="report-submitted", dataschema="s", actor="a", body=b"{}")
    with pytest.raises(ContractError):
        frame(event)
