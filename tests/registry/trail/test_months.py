"""The trail: each month is a log of its own, which says where the one before ended."""

import io
import sqlite3
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from contracts.checkpoint import open_checkpoint
from contracts.errors import VerificationFailed
from contracts.note import SigningKey
from contracts.trail.chain import Tip, segment_verifier
from services.kit.errors import Unavailable
from services.registry.log import UnsoundLog
from services.registry.trail import Checkpoints, Signing, Trail
from services.registry.trail.checking import check, drop
from services.registry.trail.notes import command_run
from tests.registry.trail.recording import NOVEMBER, ORIGIN, Kept, note

ROOT = Path(__file__).parents[3]


def checked(kept: Kept) -> list[tuple[str, int, int]]:
    found = check(kept.folder, kept.signing, lambda _: None)
    return [(one.segment.tip.month, one.segment.tip.size, one.signed_size) for one in found]


def two_months(kept: Kept) -> None:
    with kept.opened() as trail:
        trail.note(note(1))
        kept.now = NOVEMBER
        trail.note(note(2))


def test_what_is_noted_stands_in_the_log_of_its_month_and_is_signed(kept: Kept) -> None:
    with kept.opened() as trail:
        trail.note(note(7))
    assert kept.exported("2026-10") == [7]
    verifier = segment_verifier(kept.signing.signer.verifier, "2026-10")
    assert open_checkpoint(kept.signing.note("2026-10") or "", verifier).size == 2
    assert checked(kept) == [("2026-10", 2, 2)]


def test_a_month_begins_with_where_the_one_before_ended(kept: Kept) -> None:
    two_months(kept)
    ended = kept.folder.tip("2026-10")
    assert kept.entries("2026-11")[0] == (
        "month-begun",
        {"month": "2026-11", "previous": ended.spelled()},
    )
    assert checked(kept) == [("2026-10", 2, 2), ("2026-11", 2, 2)]


def test_a_month_that_was_taken_away_is_missed(kept: Kept) -> None:
    two_months(kept)
    kept.now += timedelta(days=31)
    with kept.opened() as trail:
        trail.note(note(3))
    kept.folder.remove("2026-11")
    with pytest.raises(UnsoundLog, match="without 2026-11, which was signed"):
        checked(kept)
    kept.signing.file("2026-11").unlink()
    with pytest.raises(VerificationFailed, match="2026-12 does not follow 2026-10"):
        checked(kept)


def test_the_first_months_are_missed_too_unless_they_were_dropped(kept: Kept) -> None:
    two_months(kept)
    kept.folder.remove("2026-10")
    kept.signing.file("2026-10").unlink()
    with pytest.raises(VerificationFailed, match="2026-10 is missing"):
        checked(kept)


def test_dropped_months_are_gone_and_their_ends_stay_on_record(kept: Kept) -> None:
    two_months(kept)
    ended = kept.folder.tip("2026-10")
    with kept.opened(signs=False) as trail:
        dropped = drop(trail, kept.folder, kept.signing, before="2027-01", actor="uid-0")
    assert dropped == [ended]  # never the newest
    assert kept.folder.months() == ["2026-11"]
    kind, body = kept.entries("2026-11")[-1]
    assert (kind, [Tip.parse(one) for one in body["dropped"]]) == ("months-dropped", [ended])
    with kept.opened() as trail:
        trail.note(note(3))
    assert checked(kept) == [("2026-11", 4, 4)]


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE log SET leaf = CAST(replace(leaf, 'actor-1', 'actor-2') AS BLOB)",
        "UPDATE log SET body = CAST(replace(body, 'ZZA', 'ZZB') AS BLOB) WHERE position = 2",
        "UPDATE log SET type = 'trail-read' WHERE position = 2",
        "DELETE FROM log WHERE position = 2",
    ],
)
def test_what_was_changed_in_the_file_is_found(kept: Kept, change: str) -> None:
    two_months(kept)
    with closing(sqlite3.connect(kept.folder.file("2026-10"))) as file:
        triggers = file.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for (name,) in triggers:
            file.execute(f"DROP TRIGGER {name}")
        file.execute(change)
        file.commit()
    with pytest.raises(VerificationFailed):
        checked(kept)


def put_an_older_copy_back(kept: Kept) -> None:
    with kept.opened() as trail:
        trail.note(note(1))
    older = kept.folder.file("2026-10").read_bytes()
    with kept.opened() as trail:
        trail.note(note(2))
    kept.folder.file("2026-10").write_bytes(older)


def test_an_older_copy_of_the_file_is_refused(kept: Kept) -> None:
    put_an_older_copy_back(kept)
    with kept.opened() as trail, pytest.raises(UnsoundLog, match="an older copy"):
        trail.open()


def test_an_older_copy_takes_no_note_of_a_command(kept: Kept) -> None:
    """Its entry would stand on a position that was signed already, and be lost with the copy."""
    put_an_older_copy_back(kept)
    older = kept.folder.file("2026-10").read_bytes()
    checkpoints = Checkpoints(kept.signing.checkpoint_store)  # who has no key can compare, too
    for now in (kept.now, NOVEMBER):
        kept.now = now
        with (
            Trail(kept.folder, lambda: kept.now, None, kept=checkpoints) as trail,
            pytest.raises(UnsoundLog) as raised,
        ):
            trail.open()
        said = str(raised.value)
        assert said.startswith(f"the trail of 2026-10 ({kept.folder.file('2026-10')}) has 2 entr")
        assert said.endswith("docs/runbook.md, Trail, says what to do")
    assert kept.folder.months() == ["2026-10"]
    assert kept.folder.file("2026-10").read_bytes() == older


def test_a_month_that_nobody_has_signed_yet_is_checked_as_it_stands(kept: Kept) -> None:
    with kept.opened(signs=False) as trail:
        trail.note(command_run("uid-0", "registry migrate", "begun"))
    assert checked(kept) == [("2026-10", 2, 0)]
    with kept.opened(signs=False) as trail:
        trail.note(note(1))  # no command does
    with pytest.raises(UnsoundLog, match="has 3 entries, but no checkpoint is kept"):
        checked(kept)


def test_another_registers_key_is_named_as_its_own_file_names_it(kept: Kept) -> None:
    two_months(kept)
    other = SigningKey.generate(ORIGIN)
    with pytest.raises(UnsoundLog) as raised:
        check(kept.folder, Signing(kept.signing.checkpoint_store, other), lambda _: None)
    said = str(raised.value)
    assert said.startswith("the trail of 2026-10 (")
    assert f"known here is {other.verifier.key_id.hex()}: " in said


def test_a_month_that_is_moved_away_is_not_taken_for_the_log(
    kept: Kept, log_lines: io.StringIO
) -> None:
    with kept.opened() as trail:
        trail.note(note(1))
        moved = kept.folder.file("2026-10").rename(kept.folder.path / "moved")
        until = time.monotonic() + 20
        while "log_fenced" not in (said := log_lines.getvalue()):
            assert time.monotonic() < until
            time.sleep(0)
        assert "the file of the trail of 2026-10 was taken away" in said
        moved.rename(kept.folder.file("2026-10"))


def test_commands_add_before_anybody_signs_and_the_registry_signs_it(kept: Kept) -> None:
    with kept.opened(signs=False) as trail:
        trail.note(command_run("uid-0", "registry migrate", "begun"))
    assert kept.signing.note("2026-10") is None
    kept.now = NOVEMBER
    with kept.opened() as trail:
        trail.open()
    assert checked(kept) == [("2026-10", 2, 2), ("2026-11", 1, 1)]


def test_a_month_that_lost_its_checkpoint_is_not_signed_anew(kept: Kept) -> None:
    two_months(kept)
    kept.signing.file("2026-11").unlink()
    with kept.opened() as trail, pytest.raises(UnsoundLog, match="no checkpoint is kept"):
        trail.open()


def test_many_at_once_and_two_holds_lose_nothing_when_the_month_turns(kept: Kept) -> None:
    with kept.opened() as one, kept.opened() as other, ThreadPoolExecutor(16) as pool:
        trails = (one, other)

        def record(number: int) -> None:
            if number == 100:
                kept.now = NOVEMBER
            trails[number % 2].note(note(number))

        list(pool.map(record, range(200)))
    recorded = kept.exported("2026-10") + kept.exported("2026-11")
    assert sorted(recorded) == list(range(200))
    sizes = checked(kept)
    assert [month for month, _, _ in sizes] == ["2026-10", "2026-11"]
    assert sum(size for _, size, _ in sizes) == 202
    assert all(size == signed for _, size, signed in sizes)


def test_a_clock_that_was_set_ahead_begins_no_month(kept: Kept) -> None:
    with kept.opened() as trail:
        trail.note(note(1))
        kept.now += timedelta(days=400)
        with pytest.raises(Unavailable, match="ahead of where it should be"):
            trail.note(note(2))
    assert kept.folder.months() == ["2026-10"]


RECORDER = """
import sys
from datetime import datetime
from pathlib import Path
from services.registry.trail import Trail
from tests.registry.trail.recording import note, trail_in, ORIGIN, Signing
from contracts.note import SigningKey
folder, key, first = Path(sys.argv[1]), SigningKey.from_text(sys.argv[2]), int(sys.argv[3])
instants = [datetime.fromisoformat(text) for text in sys.argv[4:]]
now = instants[:1]
with Trail(trail_in(folder, ORIGIN), lambda: now[0], Signing(folder / "checkpoints.db", key)) as t:
    for number in range(first, first + 60):
        if number == first + 30:
            now[0] = instants[1]
        t.note(note(number))
        print(number, flush=True)
"""


def recorder(kept: Kept, first: int) -> "subprocess.Popen[str]":
    now = kept.now
    return subprocess.Popen(
        [
            *(sys.executable, "-c", RECORDER, str(kept.signing.checkpoint_store.parent)),
            *(kept.key.to_text(), str(first), now.isoformat(), NOVEMBER.isoformat()),
        ],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )


@pytest.mark.system
def test_two_processes_share_a_trail_over_the_turn_of_the_month(kept: Kept) -> None:
    processes = [recorder(kept, first) for first in (0, 1_000)]
    said = [process.communicate(timeout=120)[0].split() for process in processes]
    assert [process.returncode for process in processes] == [0, 0]
    acknowledged = sorted(int(number) for lines in said for number in lines)
    assert sorted(kept.exported("2026-10") + kept.exported("2026-11")) == acknowledged
    assert len(acknowledged) == 120
    assert [month for month, _, _ in checked(kept)] == ["2026-10", "2026-11"]


@pytest.mark.system
@pytest.mark.parametrize("lines", [1, 29, 31, 45])
def test_what_was_acknowledged_is_there_after_a_kill(kept: Kept, lines: int) -> None:
    process = recorder(kept, 0)
    assert process.stdout is not None
    acknowledged = [int(process.stdout.readline()) for _ in range(lines)]
    process.kill()
    process.communicate(timeout=60)
    kept.now = NOVEMBER
    with kept.opened() as trail:
        trail.note(note(999))
    recorded = kept.exported("2026-10") + kept.exported("2026-11")
    assert set(acknowledged) < set(recorded)
    assert len(recorded) == len(set(recorded))
    assert all(size == signed for _, size, signed in checked(kept))
