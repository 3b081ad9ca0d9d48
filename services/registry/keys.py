"""Registry: the file with the key that signs checkpoints; readable by its owner alone."""

import os
import stat
from pathlib import Path

from contracts.errors import ContractError
from contracts.note import SigningKey
from services.kit.settings import SettingsRefused

FORBIDDEN_MODE = 0o037
"""Nobody else may read the key, and nobody but its owner may change it; a group may read, since
that is how some schedulers hand secrets to a process that is not root."""


def read_signing_key(file: Path, *, origin: str | None = None) -> SigningKey:
    """Read the key.

    Args:
        file: as `write_signing_key` made it.
        origin: name that the key must have; `None` takes any.

    Raises:
        SettingsRefused: no such file, others may read it, or it is not the key of this log.
    """
    try:
        with file.open("rb") as opened:
            mode = stat.S_IMODE(os.fstat(opened.fileno()).st_mode)
            raw = opened.read(1_000)
    except OSError as error:
        reason = os.strerror(error.errno or 0)
        raise SettingsRefused(f"REGISTRY_SIGNING_KEY_FILE: cannot be read: {reason}") from None
    if mode & FORBIDDEN_MODE:
        raise SettingsRefused(
            f"REGISTRY_SIGNING_KEY_FILE: expected mode 0600, it is 0{mode:o}; others could sign"
        )
    try:
        key = SigningKey.from_text(raw.decode("ascii", "replace").strip())
    except ContractError:
        raise SettingsRefused("REGISTRY_SIGNING_KEY_FILE: expected a signing key") from None
    if origin is not None and key.name != origin:
        raise SettingsRefused("REGISTRY_SIGNING_KEY_FILE: the key is named after another origin")
    return key


def write_signing_key(file: Path, key: SigningKey) -> None:
    """Write a new key with mode 0600.

    Raises:
        FileExistsError: the file is there; a key is never written over.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as opened:
        opened.write(key.to_text() + "\n")
        opened.flush()
        os.fsync(opened.fileno())
