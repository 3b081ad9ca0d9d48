"""Registry web: files of evidence, large, slow, damaged, destroyed and raced for."""

import asyncio
import tracemalloc
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from threading import Event

import pytest

from services.registry.evidence.sweeping import sweep
from services.registry.log import verify as verify_log
from services.registry.web.safe import EvidenceRoom, new_safe
from tests import makers
from tests.registry.web.handing_in import (
    DEPOSIT,
    DIGEST,
    FILE,
    PATH,
    REDACTION,
    bound,
    deposit,
    made_ready,
    private,
    public,
    safe_of,
)
from tests.running_registry import RunningRegistry
from tests.shelves import files_in, flipped

LARGE = b"A large file of a ministry.\n" * (3 * 2**20 // 28)


@pytest.fixture
def ready(registry: RunningRegistry) -> RunningRegistry:
    return made_ready(registry)


def test_a_file_may_be_larger_than_any_other_body(ready: RunningRegistry) -> None:
    """The limit of files is their own: other bodies end at 1 MiB."""
    answer = ready.hand_in(LARGE, by="ZZA")
    assert (answer.status_code, answer.json()["size_bytes"]) == (201, len(LARGE))
    digest = answer.json()["digest"]
    body = {**DEPOSIT, "digest": digest, "size_bytes": len(LARGE)}
    ready.record(PATH, body, by="ZZA")
    given = ready.get(f"/v1/evidence/ZZA/{digest}")
    assert given.content == LARGE
    assert given.headers["content-length"] == str(len(LARGE))


def test_a_large_file_goes_in_and_out_with_little_memory(ready: RunningRegistry) -> None:
    safe, digest = safe_of(ready), ready.hand_in(LARGE, by="ZZA").json()["digest"]
    raw = BytesIO(LARGE)

    def work() -> int:
        tracemalloc.start()
        try:
            incoming = safe.store.begin("ZZA")
            while some := raw.read(10_000):
                incoming.write(some)
            assert incoming.keep("text/plain") == (digest, len(LARGE))
            for part in safe.store.parts("ZZA", digest):
                assert part in LARGE
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    assert work() < 2**20


def test_of_a_damaged_file_nothing_is_given(ready: RunningRegistry, tmp_path: Path) -> None:
    deposit(ready)
    (file,) = files_in(tmp_path / "evidence")
    stored = file.read_bytes()
    file.write_bytes(flipped(stored, len(stored) - 1))
    for answer in (
        ready.get(f"/v1/evidence/ZZA/{DIGEST}"),
        ready.get(f"/v1/participants/ZZA/evidence-files/{DIGEST}", by="ZZA"),
    ):
        assert (answer.status_code, answer.json()["code"]) == (503, "undecipherable")
        assert FILE[:10] not in answer.content
    file.unlink()
    assert public(ready) == 404
    assert ready.hand_in(FILE, by="ZZA").status_code == 201
    assert public(ready) == 200


def test_a_file_that_breaks_off_leaves_nothing(ready: RunningRegistry, tmp_path: Path) -> None:
    bound(ready, EvidenceRoom(seconds=0.2))

    async def never_whole() -> AsyncIterator[bytes]:
        yield LARGE[: 2**18]
        await asyncio.Event().wait()

    answer = ready.hand_in(never_whole(), by="ZZA")
    assert (answer.status_code, answer.json()["code"]) == (408, "body-too-slow")
    assert files_in(tmp_path / "evidence") == []
    assert safe_of(ready).uploads.inside == 0


def test_the_room_of_a_participant_is_bounded(ready: RunningRegistry) -> None:
    store = safe_of(ready).store
    shelf = replace(store.shelf, most_bytes=2 * len(FILE))
    ready.app.state.safe = new_safe(replace(store, shelf=shelf), EvidenceRoom())
    assert ready.hand_in(FILE, by="ZZA").status_code == 201
    refused = ready.hand_in(FILE + FILE, by="ZZA")
    assert (refused.status_code, refused.json()["code"]) == (409, "too-much-evidence")
    assert ready.hand_in(FILE + FILE, by="ZZB", participant="ZZB").status_code == 201


def test_one_participant_leaves_room_for_the_others(ready: RunningRegistry) -> None:
    bound(ready, EvidenceRoom(uploads=2))
    begun, going = Event(), Event()

    async def slow() -> AsyncIterator[bytes]:
        yield FILE
        begun.set()
        await asyncio.to_thread(going.wait, 20)

    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(ready.hand_in, slow(), by="ZZA")
        try:
            assert begun.wait(20)
            refused = ready.hand_in(FILE, by="ZZA")
            other = ready.hand_in(FILE, by="ZZB", participant="ZZB")
        finally:
            going.set()
        assert first.result(20).status_code == 201
    assert (refused.status_code, refused.headers["retry-after"]) == (429, "1")
    assert other.status_code == 201
    assert ready.hand_in(FILE, by="ZZA").status_code == 201


def test_what_bytes_are_the_entry_says_whatever_is_handed_in_after(
    ready: RunningRegistry,
) -> None:
    deposit(ready)
    assert ready.hand_in(FILE, "text/csv", by="ZZA").status_code == 201
    given = ready.get(f"/v1/evidence/ZZA/{DIGEST}")
    assert given.headers["concord-media-type"] == DEPOSIT["media_type"]
    assert given.headers["content-disposition"].endswith('.txt"')


def test_a_head_says_how_large_the_file_is(ready: RunningRegistry) -> None:
    deposit(ready)
    head = ready.client.request("HEAD", f"/v1/evidence/ZZA/{DIGEST}")
    assert head.headers["content-length"] == str(len(FILE))


def test_after_a_redaction_nothing_opens_what_a_backup_of_the_folder_brings_back(
    ready: RunningRegistry, tmp_path: Path
) -> None:
    """The digest stays in the log, and the entry says so; the key went with the row."""
    deposit(ready)
    (file,) = files_in(tmp_path / "evidence")
    backup = file.read_bytes()
    ready.record(PATH, REDACTION, expected=1, by="ZZA")
    file.write_bytes(backup)
    assert public(ready) == private(ready, "ZZA") == 404
    assert list(safe_of(ready).store.shelf.each()) == []
    swept = sweep(ready.opened.log, safe_of(ready).store.shelf, in_two_days)
    assert (swept.kept, swept.removed, swept.cleared) == (0, 0, 1)
    assert files_in(tmp_path / "evidence") == []
    assert verify_log(ready.opened.engine).size == ready.size


def in_two_days() -> datetime:
    return datetime.now(UTC) + timedelta(days=2)


def test_a_sweep_takes_nothing_that_is_put_forward_while_it_looks(
    ready: RunningRegistry,
) -> None:
    """The entry comes after the log was read, and before the bytes would be removed."""
    assert ready.hand_in(FILE, by="ZZA").status_code == 201
    shelf, claimed_at = safe_of(ready).store.shelf, makers.NOW + timedelta(days=3)
    later = replace(shelf, clock=lambda: claimed_at)
    ready.app.state.safe = new_safe(replace(safe_of(ready).store, shelf=later), EvidenceRoom())

    def meanwhile() -> datetime:
        ready.record(PATH, DEPOSIT, by="ZZA")
        return claimed_at

    assert sweep(ready.opened.log, shelf, meanwhile).removed == 0
    assert public(ready) == 200
