"""Kit: a file with a secret is for its owner alone, and no trick with names gets around that."""

import os
import stat
from contextlib import nullcontext
from pathlib import Path

import pytest

from services.kit.secretfile import LARGEST, Followed, assert_private, read_secret, replacing
from services.kit.settings import SettingsRefused

SETTING = "SAMPLE_FILE"
SECRET = "a secret that nobody else may see"  # noqa: S105 - of these tests


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "secret"


def write(file: Path, text: str = SECRET) -> None:
    with replacing(file, setting=SETTING) as writing:
        writing(text)


def refused(file: Path, why: str) -> None:
    with pytest.raises(SettingsRefused, match=f"{SETTING}: {why}") as caught:
        read_secret(file, setting=SETTING)
    assert SECRET not in str(caught.value)


def test_what_is_written_is_read_and_nothing_else_is_left_behind(tmp_path: Path) -> None:
    file = tmp_path / "folder" / "secret"
    before = os.umask(0)  # whatever the process would let others do
    try:
        write(file, "first and longer")
        write(file)
    finally:
        os.umask(before)
    assert read_secret(file, setting=SETTING) == SECRET.encode()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    assert list(file.parent.iterdir()) == [file]


@pytest.mark.parametrize("mode", [0o640, 0o644, 0o604, 0o660, 0o620, 0o602, 0o601, 0o777])
def test_a_file_that_others_may_use_is_refused(file: Path, mode: int) -> None:
    write(file)
    file.chmod(mode)
    refused(file, "expected mode 0600, it is")


@pytest.mark.parametrize("mode", [0o600, 0o400, 0o700])
def test_a_file_that_its_owner_alone_may_use_is_read(file: Path, mode: int) -> None:
    write(file)
    file.chmod(mode)
    assert read_secret(file, setting=SETTING)


USER, SOMEBODY = 10_001, 10_002


@pytest.mark.parametrize(
    ("owner", "mode", "user", "is_refused"),
    [
        (USER, 0o600, USER, False),
        (USER, 0o640, USER, True),
        (SOMEBODY, 0o600, USER, True),
        (SOMEBODY, 0o600, 0, False),
        (SOMEBODY, 0o640, 0, True),
        (0, 0o440, USER, False),
        (0, 0o440, 0, True),
        (0, 0o444, USER, True),
        (0, 0o460, USER, True),
    ],
)
def test_a_group_may_read_only_what_root_hands_out_and_nobody_uses_files_of_others(
    owner: int, mode: int, user: int, is_refused: bool
) -> None:
    found = os.stat_result((stat.S_IFREG | mode, 1, 1, 1, owner, 1, 10, 0, 0, 0))
    folder = os.stat_result((stat.S_IFDIR | 0o755, 1, 1, 1, 0, 0, 10, 0, 0, 0))
    with pytest.raises(SettingsRefused) if is_refused else nullcontext():
        assert_private(found, folder, user=user, setting=SETTING)


def test_a_folder_where_anybody_may_put_files_is_refused_unless_it_is_sticky(file: Path) -> None:
    write(file)
    file.parent.chmod(0o777)
    refused(file, "anybody could put another file")
    file.parent.chmod(0o1777)
    assert read_secret(file, setting=SETTING)


def test_a_link_is_neither_read_nor_replaced(file: Path) -> None:
    write(file)
    link = file.with_name("link")
    link.symlink_to(file)
    refused(link, "expected the file itself")
    with (
        pytest.raises(SettingsRefused, match="expected the file itself"),
        replacing(link, setting=SETTING),
    ):
        pass
    link.unlink()
    link.symlink_to(file.with_name("nowhere"))
    refused(link, "expected the file itself")


def test_a_link_that_waits_where_the_new_file_is_written_is_not_followed(file: Path) -> None:
    write(file)
    victim = file.with_name("victim")
    victim.write_text("untouched")
    file.with_name("secret.new").symlink_to(victim)
    with pytest.raises(SettingsRefused, match=r"secret\.new is there"):
        write(file, "changed")
    assert victim.read_text() == "untouched"


def test_what_is_no_plain_file_is_refused_without_waiting(file: Path) -> None:
    os.mkfifo(file, 0o600)
    refused(file, "expected a plain file")
    file.unlink()
    file.mkdir(mode=0o700)
    refused(file, "expected a plain file|cannot be read")
    refused(file / "nothing", "cannot be read: No such file")


def test_a_file_that_is_no_secret_but_a_heap_is_refused(file: Path) -> None:
    write(file, "x" * LARGEST)
    assert len(read_secret(file, setting=SETTING)) == LARGEST
    write(file, "x" * (LARGEST + 1))
    refused(file, "expected at most")


def test_two_commands_do_not_change_a_file_at_once(file: Path) -> None:
    write(file)
    with replacing(file, setting=SETTING) as first:
        with (
            pytest.raises(SettingsRefused, match="another command changes"),
            replacing(file, setting=SETTING) as second,
        ):
            second("of the second")
        assert read_secret(file, setting=SETTING) == SECRET.encode()
        first("of the first")
    assert read_secret(file, setting=SETTING) == b"of the first"


def interrupted(file: Path) -> None:
    with replacing(file, setting=SETTING) as writing:
        writing("half a chan")
        raise ZeroDivisionError


def test_a_change_that_is_not_made_leaves_the_file_as_it_was(file: Path) -> None:
    write(file)
    with pytest.raises(ZeroDivisionError):
        interrupted(file)
    with replacing(file, setting=SETTING):
        pass
    assert read_secret(file, setting=SETTING) == SECRET.encode()
    assert list(file.parent.iterdir()) == [file]


def test_a_folder_that_is_not_one_is_said_plainly(file: Path) -> None:
    write(file)
    with (
        pytest.raises(SettingsRefused, match=f"{SETTING}: cannot be written"),
        replacing(file / "below", setting=SETTING),
    ):
        pass


def test_a_followed_file_is_what_it_says_now_and_what_it_said_while_it_cannot_be_used(
    file: Path,
) -> None:
    write(file, "one")
    followed = Followed(file, bytes.decode, setting=SETTING)
    assert followed.now() == "one"
    write(file, "two")
    assert followed.now() == "two"
    file.chmod(0o644)
    write(file.with_name("other"), "three")
    file.with_name("other").chmod(0o640)
    file.with_name("other").replace(file)
    assert followed.now() == "two"
    file.unlink()
    assert followed.now() == "two"
    write(file, "four")
    assert followed.now() == "four"
