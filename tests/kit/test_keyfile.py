"""Kit: the file with the keys is for its owner alone, and is followed while it changes."""

import stat
from datetime import date
from pathlib import Path

import pytest

from services.kit.encryption import DataKey, Undecipherable, WrappingKey
from services.kit.keyfile import KeyFile, read_keys, write_keys
from services.kit.settings import SettingsRefused

SETTING = "SAMPLE_KEYS_FILE"
TODAY = date(2026, 11, 22)
PLACE = b"a place"


class Steady:
    """Seconds that go on when a test says so."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "folder" / "encryption.keys"


def test_what_is_written_is_read_in_the_same_order(file: Path) -> None:
    keys = (WrappingKey.generate(), WrappingKey.generate())
    write_keys(file, keys, today=TODAY)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert read_keys(file, setting=SETTING) == keys
    write_keys(file, keys[::-1], today=TODAY)
    assert read_keys(file, setting=SETTING) == keys[::-1]
    assert [one.name for one in file.parent.iterdir()] == [file.name]


@pytest.mark.parametrize("mode", [0o644, 0o604, 0o640, 0o660, 0o602])
def test_a_file_that_others_can_use_is_refused(file: Path, mode: int) -> None:
    write_keys(file, [WrappingKey.generate()], today=TODAY)
    file.chmod(mode)
    with pytest.raises(SettingsRefused, match=f"{SETTING}: expected mode 0600"):
        read_keys(file, setting=SETTING)


ONE = WrappingKey(bytes(range(32)))
LINE = f"wrapping-key {ONE.key_id} {ONE.raw.hex()}"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "# nothing but words\n",
        f"{LINE}\n{LINE}\n",
        f"{LINE} more\n",
        LINE[:-2],
        LINE.replace("wrapping", "signing"),
        LINE.replace(ONE.key_id, "0" * 16),
        LINE.replace(ONE.raw.hex(), "11" * 32),
        "\x00\xff",
    ],
)
def test_a_file_that_is_no_keyring_is_refused_and_never_quoted(file: Path, text: str) -> None:
    file.parent.mkdir()
    file.touch(mode=0o600)
    file.write_text(text)
    with pytest.raises(SettingsRefused, match=SETTING) as caught:
        read_keys(file, setting=SETTING)
    assert ONE.raw.hex()[:20] not in str(caught.value)


def test_a_file_that_is_not_there_is_said_plainly(file: Path) -> None:
    with pytest.raises(SettingsRefused, match=f"{SETTING}: cannot be read: No such file"):
        KeyFile(file, setting=SETTING)


def test_a_new_key_is_taken_up_within_a_second(file: Path) -> None:
    old, new, steady = WrappingKey.generate(), WrappingKey.generate(), Steady()
    write_keys(file, [old], today=TODAY)
    keys = KeyFile(file, setting=SETTING, steady=steady)
    write_keys(file, [new, old], today=TODAY)
    assert keys.wrap(DataKey(), PLACE).key_id == old.key_id
    steady.seconds = 1.0
    assert keys.wrap(DataKey(), PLACE).key_id == new.key_id


def test_a_key_that_somebody_else_uses_already_is_looked_for_at_once(file: Path) -> None:
    old, new, steady = WrappingKey.generate(), WrappingKey.generate(), Steady()
    write_keys(file, [old], today=TODAY)
    keys = KeyFile(file, setting=SETTING, steady=steady)
    write_keys(file, [new, old], today=TODAY)
    other = KeyFile(file, setting=SETTING, steady=steady).wrap(DataKey(), PLACE)
    assert other.key_id == new.key_id
    assert keys.unwrap(other, PLACE)


def test_a_file_that_is_spoilt_under_way_changes_nothing(file: Path) -> None:
    key, steady = WrappingKey.generate(), Steady()
    write_keys(file, [key], today=TODAY)
    keys = KeyFile(file, setting=SETTING, steady=steady)
    wrapped = keys.wrap(DataKey(), PLACE)
    file.write_text("spoilt")
    steady.seconds = 5
    assert keys.unwrap(wrapped, PLACE)
    file.unlink()
    steady.seconds = 10
    assert keys.wrap(DataKey(), PLACE).key_id == key.key_id


def test_a_key_that_was_taken_out_opens_nothing_any_more(file: Path) -> None:
    old, new, steady = WrappingKey.generate(), WrappingKey.generate(), Steady()
    write_keys(file, [old], today=TODAY)
    keys = KeyFile(file, setting=SETTING, steady=steady)
    wrapped = keys.wrap(DataKey(), PLACE)
    write_keys(file, [new], today=TODAY)
    steady.seconds = 1.0
    with pytest.raises(Undecipherable, match=f"{old.key_id} is not here"):
        keys.unwrap(wrapped, PLACE)
