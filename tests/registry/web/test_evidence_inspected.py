"""Registry: what an inspection of evidence finds: whole, missing, damaged, or brought back."""

from collections.abc import Callable
from pathlib import Path

import pytest

from services.registry.evidence.inspecting import Bytes, Inspected, inspect
from tests import makers, writes
from tests.registry.web.handing_in import (
    DIGEST,
    FILE,
    PATH,
    REDACTION,
    deposit,
    made_ready,
    safe_of,
)
from tests.running_registry import RunningRegistry
from tests.shelves import files_in, flipped

OTHER = "Programme of the course, second day.\n"
LATER = Bytes("ZZA", makers.bytes_digest(OTHER))
FIRST = Bytes("ZZA", DIGEST)
ALL_WHOLE = Inspected(whole=2, missing=[], damaged=[], undestroyed=[])


@pytest.fixture
def ready(registry: RunningRegistry) -> RunningRegistry:
    """A piece of evidence that was revised: two files, and one that nobody put forward."""
    made_ready(registry)
    deposit(registry)
    for raw in (OTHER, "Nobody puts this forward.\n"):
        assert registry.hand_in(raw.encode(), by="ZZA").status_code == 201
    revision = makers.evidence_revised(digest=LATER.digest, size_bytes=len(OTHER))
    registry.record(PATH, writes.act(revision), expected=1, by="ZZA")
    return registry


def found(registry: RunningRegistry, looked: Callable[[int], None] = lambda _: None) -> Inspected:
    return inspect(registry.opened.log, safe_of(registry).store, looked)


def file_of(registry: RunningRegistry, folder: Path, one: Bytes) -> Path:
    kept = safe_of(registry).store.shelf.find(one.participant, one.digest)
    assert kept is not None
    (file,) = (file for file in files_in(folder) if file.name == kept.file)
    return file


def test_every_file_that_an_entry_names_is_held_against_its_digest(ready: RunningRegistry) -> None:
    seen: list[int] = []
    assert found(ready, seen.append) == ALL_WHOLE
    assert ALL_WHOLE.is_in_order
    assert seen == [1, 2]


def test_what_is_missing_or_damaged_is_named(ready: RunningRegistry, tmp_path: Path) -> None:
    file_of(ready, tmp_path / "evidence", FIRST).unlink()
    spoiled = file_of(ready, tmp_path / "evidence", LATER)
    spoiled.write_bytes(flipped(spoiled.read_bytes(), 40))
    told = found(ready)
    assert told == Inspected(whole=0, missing=[FIRST], damaged=[LATER], undestroyed=[])
    assert not told.is_in_order
    for raw in (FILE, OTHER.encode()):  # the very same bytes mend it
        assert ready.hand_in(raw, by="ZZA").status_code == 201
    assert found(ready) == ALL_WHOLE


def test_what_the_disk_does_not_give_is_damaged_and_nobody_gets_a_500(
    ready: RunningRegistry, tmp_path: Path
) -> None:
    file = file_of(ready, tmp_path / "evidence", LATER)
    file.unlink()
    file.mkdir()
    told = found(ready)
    assert told == Inspected(whole=1, missing=[], damaged=[LATER], undestroyed=[])
    answer = ready.get(f"/v1/participants/ZZA/evidence-files/{LATER.digest}", by="ZZA")
    assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")


def test_what_was_redacted_is_rightly_gone_unless_a_backup_brought_it_back(
    ready: RunningRegistry, tmp_path: Path
) -> None:
    shelf = safe_of(ready).store.shelf
    kept, file = shelf.find("ZZA", DIGEST), file_of(ready, tmp_path / "evidence", FIRST)
    assert kept is not None
    backup = file.read_bytes()
    ready.record(PATH, REDACTION, expected=2, by="ZZA")
    assert found(ready) == Inspected(whole=1, missing=[], damaged=[], undestroyed=[])
    file.write_bytes(backup)
    shelf.put("ZZA", DIGEST, kept)
    told = found(ready)
    assert told == Inspected(whole=1, missing=[], damaged=[], undestroyed=[FIRST])
    assert not told.is_in_order
