"""Kit: the file with the wrapping keys: read, followed while it changes, written as a whole."""

from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from time import monotonic

import structlog

from services.kit.encryption import DataKey, Keyring, Undecipherable, Wrapped, WrappingKey
from services.kit.secretfile import Followed, read_secret, replacing
from services.kit.settings import SettingsRefused

logger = structlog.get_logger(__name__)

LOOK_SECONDS = 1.0
"""How soon a change of the file is noticed at the latest."""
WORD = "wrapping-key"
HEADING = """\
# Encryption keys of Concord. The first one encrypts, all of them decrypt. What was encrypted with a
# key cannot be read without it: keep a copy, elsewhere than the database's backups.
"""


def read_keys(file: Path, *, setting: str) -> tuple[WrappingKey, ...]:
    """Read the keys, the one that wraps first.

    Args:
        file: as `write_keys` made it.
        setting: variable that named it, for the message.

    Raises:
        SettingsRefused: no such file, others may read it, or a line is no key.
    """
    return _keys(read_secret(file, setting=setting), setting)


def write_keys(file: Path, keys: Sequence[WrappingKey], *, today: date) -> None:
    """Write the keys as a whole, mode 0600; whoever reads meanwhile sees the old file or the new.

    Args:
        file: is made, or replaced.
        keys: the one that wraps first.
        today: noted beside it.

    Raises:
        SettingsRefused: it cannot be written, or somebody else is changing it.
    """
    with replacing(file, setting=file.name) as write:
        write(spell_keys(keys, today=today))


def spell_keys(keys: Sequence[WrappingKey], *, today: date) -> str:
    """Give the text of a file of keys, the one that wraps first."""
    lines = [f"{WORD} {key.key_id} {key.raw.hex()}\n" for key in keys]
    return f"{HEADING}# Written on {today.isoformat()}.\n{''.join(lines)}"


class KeyFile:
    """The keys in a file, as they are now: a new one is taken up while the service runs."""

    def __init__(
        self, file: Path, *, setting: str, steady: Callable[[], float] = monotonic
    ) -> None:
        """Read the file.

        Args:
            file: as `write_keys` made it.
            setting: variable that named it, for messages.
            steady: gives seconds that go on evenly.

        Raises:
            SettingsRefused: it cannot be used.
        """
        self._followed = Followed(
            file,
            lambda raw: Keyring(_keys(raw, setting)),
            setting=setting,
            look_seconds=LOOK_SECONDS,
            steady=steady,
        )

    def wrap(self, key: DataKey, bound_to: bytes) -> Wrapped:
        """Encrypt a data key for the place it is stored at."""
        return self.now().wrap(key, bound_to)

    def unwrap(self, wrapped: Wrapped, bound_to: bytes) -> DataKey:
        """Decrypt a data key.

        Raises:
            Undecipherable: its wrapping key is not in the file, or it is not what was stored there.
        """
        ring = self.now()
        if wrapped.key_id not in ring.key_ids:
            ring = self._followed.look()
        try:
            return ring.unwrap(wrapped, bound_to)
        except Undecipherable:
            logger.error("undecipherable", key_id=wrapped.key_id)  # noqa: TRY400 - no bug
            raise

    def now(self) -> Keyring:
        """Give the keys as they were in the file a moment ago."""
        return self._followed.now()


def _keys(raw: bytes, setting: str) -> tuple[WrappingKey, ...]:
    lines = [line.split() for line in raw.decode("ascii", "replace").splitlines()]
    keys = tuple(_key(line, setting) for line in lines if line and not line[0].startswith("#"))
    if not keys or len({key.key_id for key in keys}) < len(keys):
        raise SettingsRefused(f"{setting}: expected at least one key, each of them once")
    return keys


def _key(words: Sequence[str], setting: str) -> WrappingKey:
    try:
        word, key_id, spelled = words
        key = WrappingKey(bytes.fromhex(spelled))
    except ValueError:
        raise SettingsRefused(f"{setting}: expected lines `{WORD} <id> <key>`") from None
    if word != WORD or key.key_id != key_id:
        raise SettingsRefused(f"{setting}: a key is not the one that its line names")
    return key
