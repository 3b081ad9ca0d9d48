"""The trail: nobody fills the disk, and where nothing can be recorded it is said."""

import shutil
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.event import listen

from services.kit.errors import Unavailable
from services.registry.log import StoredDisclosure
from services.registry.trail.notes import Note, access_denied, disclosures_opened, trail_read
from services.registry.trail.sparing import MOST_KEYS, Sparing
from services.registry.trail.trail import MOST_DENIALS, MOST_READINGS
from tests.registry.trail.recording import ASKED, Kept, note


def denied(position: int | None = None) -> Note:
    return access_denied(ASKED, status=403, code="forbidden", participant=None, position=position)


def test_a_flood_of_denials_is_some_entries_and_one_that_counts_the_rest(kept: Kept) -> None:
    told: list[tuple[str, str]] = []
    with kept.opened() as trail:
        trail.watch(lambda kind, outcome: told.append((kind, outcome)))
        for number in range(1, 501):
            trail.note_denial(denied(number))
    (_, *entries) = [body for _, body in kept.entries("2026-10")]
    assert len(entries) == MOST_DENIALS + 1
    assert [body["position"] for body in entries] == [*range(1, MOST_DENIALS + 1), 500]
    assert [body.get("count", 1) for body in entries] == [*[1] * MOST_DENIALS, 500 - MOST_DENIALS]
    assert told.count(("access-denied", "counted")) == 500 - MOST_DENIALS


def test_after_a_window_denials_are_recorded_one_by_one_again() -> None:
    now = [0.0]
    sparing = Sparing(lambda: now[0], window_seconds=10)
    assert [sparing.admit("key", denied(), most=2) for _ in range(5)] == [True, True] + 3 * [False]
    now[0] = 9.9
    assert sparing.over() == []
    now[0] = 10.0
    (summary,) = sparing.over()
    assert summary.body["count"] == 3
    assert sparing.admit("key", denied(), most=2) is True
    assert sparing.over(all_of_them=True) == []  # what was recorded itself is not counted again


def test_more_actors_than_are_remembered_are_said_to_be_lost() -> None:
    sparing = Sparing(lambda: 0.0)
    for number in range(MOST_KEYS):
        assert sparing.admit(number, denied(), most=1) is True
    assert sparing.admit("one more", denied(), most=1) is None


def test_whoever_reads_to_the_end_comes_to_it(kept: Kept) -> None:
    reading = trail_read(ASKED, "2026-10")
    with kept.opened() as trail:
        for _ in range(50):
            trail.note_reading(reading)
        assert [kind for kind, _ in kept.entries("2026-10")] == ["month-begun", "trail-read"]
    last = kept.entries("2026-10")[-1]
    assert last == ("trail-read", {**reading.body, "count": 49})


def opened(position: int, *sections: str) -> Note:
    found = [StoredDisclosure(position, name, "c2VhbGVk") for name in sections or ("/person",)]
    return disclosures_opened(ASKED, found)


def test_whoever_has_the_same_given_out_again_and_again_fills_no_disk(kept: Kept) -> None:
    with kept.opened() as trail:
        for _ in range(50):
            trail.note_reading(opened(2))
        trail.note_reading(opened(2, "/person", "/reasons"))
        trail.note_reading(opened(3))
    (_, *entries) = [body for _, body in kept.entries("2026-10")]
    assert [(one["opened"][0]["position"], one.get("count")) for one in entries] == [
        (2, None),
        (2, None),  # more of it than before
        (3, None),
        (2, 49),
    ]


def test_whoever_pages_on_and_on_from_another_place_each_time_fills_no_disk(kept: Kept) -> None:
    with kept.opened() as trail:
        for start in range(1, 101):
            trail.note_reading(*(opened(position) for position in range(start, start + 100)))
    (_, *entries) = [body for _, body in kept.entries("2026-10")]
    first = [one for one in entries if "count" not in one]
    assert [one["position"] for body in first for one in body["opened"]] == list(range(1, 200))
    again = {
        one["position"]: body["count"]
        for body in entries
        if "count" in body
        for one in body["opened"]
    }
    assert again == {position: min(position, 200 - position) - 1 for position in range(2, 199)}
    assert len(entries) == 100 + 99  # of those given out again as often, one each


def test_what_was_given_out_before_is_recorded_anew_after_a_window() -> None:
    now = [0.0]
    sparing = Sparing(lambda: now[0], window_seconds=10)
    first, again = opened(2), opened(2)
    assert not sparing.count(first.alike, first)
    assert not sparing.count(first.alike, first)  # it is not recorded yet
    sparing.keep(first.alike, first)
    assert sparing.count(again.alike, again)
    now[0] = 10.0
    (summary,) = sparing.over()
    assert summary.body["count"] == 1
    assert not sparing.count(again.alike, again)


def test_while_nothing_can_be_recorded_what_was_given_out_is_not_given_out_again(
    kept: Kept, tmp_path: Path
) -> None:
    with kept.opened() as trail:
        trail.note_reading(opened(2))
        shutil.move(kept.folder.path, tmp_path / "away")
        with pytest.raises(Unavailable):
            trail.note_reading(opened(2))
        shutil.move(tmp_path / "away", kept.folder.path)
        trail.note_reading(opened(2))


def test_whoever_reads_much_leaves_room_for_the_denials_of_others(kept: Kept) -> None:
    told: list[tuple[str, str]] = []
    with kept.opened() as trail:
        for number in range(MOST_READINGS):
            trail._readings.keep(number, opened(1))
        trail.watch(lambda kind, outcome: told.append((kind, outcome)))
        trail.note_denial(denied())
        trail.note_reading(opened(2))
    assert sorted(told) == [("access-denied", "recorded"), ("disclosures-opened", "recorded")]


def test_where_the_folder_is_gone_nothing_is_recorded_until_it_is_back(
    kept: Kept, tmp_path: Path
) -> None:
    with kept.opened() as trail:
        trail.note(note(1))
        away = tmp_path / "away"
        shutil.move(kept.folder.path, away)
        for _ in range(2):
            with pytest.raises(Unavailable):
                trail.note(note(2))
        kept.folder.path.mkdir()  # as an empty mount point is
        with pytest.raises(Unavailable):
            trail.note(note(3))
        assert list(kept.folder.path.iterdir()) == []
        failing = [trail.failing]
        kept.folder.path.rmdir()
        shutil.move(away, kept.folder.path)
        trail.note(note(4))
        failing.append(trail.failing)
    assert failing == [True, False]
    assert kept.exported("2026-10") == [1, 4]


def test_a_full_disk_refuses_and_goes_on_when_there_is_room(kept: Kept) -> None:
    pages = [10_000]

    def limit(connection: Any, _record: object) -> None:
        connection.execute(f"PRAGMA max_page_count = {pages[0]}").close()

    with kept.opened() as trail:
        trail.note(note(0))
        month = trail._month
        assert month is not None
        listen(month.log._engine, "connect", limit)
        pages[0] = 1  # SQLite never goes below what is there
        acknowledged = [0]
        month.log._writer.close()  # so that it connects anew, with no room left
        for number in range(1, 500):
            try:
                trail.note(note(number))
            except Unavailable:
                break
            acknowledged.append(number)
        else:
            pytest.fail("the disk was never full")
        pages[0] = 10_000
        trail.note(note(1_000))
    assert kept.exported("2026-10") == [*acknowledged, 1_000]


def test_a_note_that_does_not_follow_its_contract_is_a_mistake_and_not_recorded(
    kept: Kept,
) -> None:
    wrong = Note(type="access-denied", actor="actor-1", body={"payload": "canary"})
    with kept.opened() as trail, pytest.raises(RuntimeError):
        trail.note(wrong)
