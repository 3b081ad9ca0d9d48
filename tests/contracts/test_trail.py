"""Months of a trail, offline: each verifies by itself, and they follow each other or it is said."""

from io import BytesIO
from pathlib import Path

import pytest

from contracts.errors import VerificationFailed
from contracts.note import SigningKey
from contracts.trail.chain import Segment, Tip, check_chain, segment_origin, verify_segment
from services.registry.feed import export_lines
from tests.registry.trail.recording import NOVEMBER, ORIGIN, Kept, kept_in, note


def exported(kept: Kept, month: str) -> bytes:
    with kept.opened() as trail, trail.reading(month) as (log, signed):
        origin = segment_origin(ORIGIN, month)
        return b"".join(line for line, _ in export_lines(log, origin, signed.note, signed.size))


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Kept:
    kept = kept_in(Path(tmp_path_factory.mktemp("trail")))
    with kept.opened() as trail:
        trail.note(note(1))
        kept.now = NOVEMBER
        trail.note(note(2))
    return kept


def test_two_months_verify_with_the_pinned_key_and_follow_each_other(kept: Kept) -> None:
    pinned = kept.signing.signer.verifier
    found = [
        verify_segment(BytesIO(exported(kept, month)), pinned)[1]
        for month in ("2026-10", "2026-11")
    ]
    assert [one.tip.month for one in found] == ["2026-10", "2026-11"]
    assert check_chain(found) is None
    assert check_chain(found[1:]) == found[0].tip  # somebody has it elsewhere, or it is missing


def test_a_month_is_taken_for_no_other_and_for_no_other_register(kept: Kept) -> None:
    export, pinned = exported(kept, "2026-10"), kept.signing.signer.verifier
    for changed in (
        export.replace(b"/trail/2026-10", b"/trail/2026-09"),
        export.replace(b'"source":"demonstration', b'"source":"demonstratiom'),
        export.rpartition(b"[")[2],
        b"",
        b"{}",
        export.replace(b'"type":"month-begun"', b'"type":"trail-read"', 1),
    ):
        with pytest.raises(VerificationFailed):
            verify_segment(BytesIO(changed), pinned)
    other = SigningKey.generate(ORIGIN).verifier
    with pytest.raises(VerificationFailed) as raised:
        verify_segment(BytesIO(export), other)
    assert "2026-10: it carries no signature of a known key of the register; known here is" in str(
        raised.value
    )
    assert other.key_id.hex() in str(raised.value)


def tip(month: str, size: int = 3) -> Tip:
    return Tip(month, size, bytes(32))


def test_a_month_that_was_dropped_is_not_missing_and_any_other_is() -> None:
    june = Segment(tip=tip("2026-06"), previous=tip("2026-05"))
    july = Segment(tip=tip("2026-07"), previous=tip("2026-06"), dropped=(tip("2026-05"),))
    assert check_chain([june, july]) is None
    assert check_chain([june]) == tip("2026-05")
    assert check_chain([Segment(tip=tip("2026-06"), previous=tip("2026-05", 4)), july]) == tip(
        "2026-05", 4
    )
    august = Segment(tip=tip("2026-08"), previous=tip("2026-07", 4))
    with pytest.raises(VerificationFailed, match="2026-08 does not follow 2026-07"):
        check_chain([june, july, august])
