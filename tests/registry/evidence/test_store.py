"""Evidence: the folder keeps bytes whole, apart by participant, and gives none that changed."""

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from services.kit.errors import Unavailable
from services.kit.settings import SettingsRefused
from services.registry.domain.evidence import Held
from services.registry.evidence.store import EvidenceFolder
from tests.registry.evidence.files import FILES

TEXT = b"Programme.\n"


@pytest.fixture
def folder(tmp_path: Path) -> EvidenceFolder:
    return EvidenceFolder(tmp_path)


def file_in(root: Path) -> Path:
    (found,) = [one for one in root.rglob("*") if one.is_file()]
    return found


@pytest.mark.parametrize("media_type", FILES)
def test_what_is_kept_is_found_and_given_again(folder: EvidenceFolder, media_type: str) -> None:
    raw = FILES[media_type]
    digest = folder.put("ZZA", raw, media_type)
    assert folder.find("ZZA", digest) == Held(media_type=media_type, size_bytes=len(raw))
    assert folder.read("ZZA", digest) == raw
    assert folder.put("ZZA", raw, media_type) == digest


def test_what_one_hands_in_nobody_else_has(folder: EvidenceFolder) -> None:
    digest = folder.put("ZZA", TEXT, "text/plain")
    assert folder.find("ZZB", digest) is None
    assert folder.read("ZZB", digest) is None


def test_the_same_bytes_are_of_one_kind_the_last_that_was_said(folder: EvidenceFolder) -> None:
    folder.put("ZZA", TEXT, "text/csv")
    digest = folder.put("ZZA", TEXT, "text/plain")
    assert folder.find("ZZA", digest) == Held(media_type="text/plain", size_bytes=len(TEXT))
    assert len(list(folder.each())) == 1


def test_files_are_for_the_service_alone(folder: EvidenceFolder, tmp_path: Path) -> None:
    folder.put("ZZA", TEXT, "text/plain")
    file = file_in(tmp_path)
    assert file.stat().st_mode & 0o777 == 0o600
    assert file.parent.stat().st_mode & 0o077 == 0


def test_bytes_that_were_changed_are_not_given(folder: EvidenceFolder, tmp_path: Path) -> None:
    digest = folder.put("ZZA", TEXT, "text/plain")
    file_in(tmp_path).write_bytes(b"Programme!\n")
    with pytest.raises(Unavailable):
        folder.read("ZZA", digest)


def test_what_is_removed_is_gone_and_may_be_removed_again(folder: EvidenceFolder) -> None:
    digest = folder.put("ZZA", TEXT, "text/plain")
    folder.remove("ZZA", digest)
    folder.remove("ZZA", digest)
    assert folder.find("ZZA", digest) is None
    assert folder.read("ZZA", digest) is None
    assert list(folder.each()) == []


def test_what_a_crash_left_half_written_is_never_found_and_is_cleared(
    folder: EvidenceFolder, tmp_path: Path
) -> None:
    digest = folder.put("ZZA", TEXT, "text/plain")
    half = file_in(tmp_path).with_name("0123456789abcdef.unfinished")
    half.write_bytes(TEXT[:3])
    assert [one.digest for one in folder.each()] == [digest]
    assert not half.exists()


def test_looking_for_bytes_counts_as_use(folder: EvidenceFolder, tmp_path: Path) -> None:
    digest = folder.put("ZZA", TEXT, "text/plain")
    long_ago = datetime(2020, 1, 1, tzinfo=UTC)
    os.utime(file_in(tmp_path), (long_ago.timestamp(), long_ago.timestamp()))
    assert next(folder.each()).touched_at == long_ago
    folder.find("ZZA", digest)
    assert next(folder.each()).touched_at > long_ago


def test_a_folder_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsRefused):
        EvidenceFolder(tmp_path / "nowhere")


def test_a_full_or_unwritable_place_is_told_as_such(tmp_path: Path) -> None:
    (tmp_path / "ZZA").write_bytes(b"in the way")
    with pytest.raises(Unavailable):
        EvidenceFolder(tmp_path).put("ZZA", TEXT, "text/plain")
