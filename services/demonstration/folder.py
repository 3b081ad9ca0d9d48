"""The folder of a demonstration: databases, checkpoint store, keys and logs, all in one place."""

import json
import secrets
from dataclasses import dataclass, fields
from datetime import date
from pathlib import Path

from contracts.note import SigningKey
from services.kit.clock import utc_now
from services.kit.development import (
    make_development_key,
    read_development_key,
    write_development_key,
)
from services.kit.encryption import WrappingKey
from services.kit.keyfile import write_keys
from services.registry.keys import write_signing_key

ISSUER_KEY = "issuer.key"
"""File with the key that the demonstration issues tokens with."""
ORIGIN = "demonstration.concord.example/log"
SCOPES = ("concord.read", "concord.write")
TOKEN_MINUTES = 60
LICENCE = "Apache-2.0"
"""Of what is played here: the texts are part of this program."""
STORY = 4
"""Number of the story that is played; a folder goes on with the one that it was made for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Folder:
    """What a demonstration keeps between two starts; the secrets are made at the first."""

    path: Path
    started_on: date
    """Day of the first start."""
    request_digest_key: str
    verifier_key: str
    story: int = 1
    """The story that the folder was made for; the first had no number."""

    def token_of(self, actor: str, role: str) -> str:
        """Issue a token to somebody, as `concord token` does.

        Args:
            actor: the id by which the register knows them.
            role: `focal-point:<code>`, for instance.
        """
        key = read_development_key(self.path / ISSUER_KEY, setting=ISSUER_KEY)
        return key.token(
            role=role,
            actor=actor,
            scopes=SCOPES,
            now=utc_now(),
            minutes=TOKEN_MINUTES,
            jti=secrets.token_urlsafe(16),
        )

    def environment(self, *, registry_port: int, reporting_port: int) -> dict[str, str]:
        """Give the settings of both services."""
        return {
            "REGISTRY_DATABASE_URL": f"sqlite:///{self.path / 'registry.sqlite'}",
            "REGISTRY_CHECKPOINT_STORE": str(self.path / "checkpoints.sqlite"),
            "REGISTRY_TRAIL_FOLDER": str(self.path / "trail"),
            "REGISTRY_EVIDENCE_FOLDER": str(self.path / "evidence"),
            "REGISTRY_SIGNING_KEY_FILE": str(self.path / "signing.key"),
            "REGISTRY_ENCRYPTION_KEYS_FILE": str(self.path / "encryption.keys"),
            "REGISTRY_ORIGIN": ORIGIN,
            "REGISTRY_REQUEST_DIGEST_KEY": self.request_digest_key,
            "REGISTRY_DEVELOPMENT_ISSUER_KEY_FILE": str(self.path / ISSUER_KEY),
            "REGISTRY_PORT": str(registry_port),
            "REPORTING_DATABASE_URL": f"sqlite:///{self.path / 'reporting.sqlite'}",
            "REPORTING_REGISTRY_URL": f"http://127.0.0.1:{registry_port}",
            "REPORTING_VERIFIER_KEY": self.verifier_key,
            "REPORTING_DEVELOPMENT_ISSUER_KEY_FILE": str(self.path / ISSUER_KEY),
            "REPORTING_PORT": str(reporting_port),
            "REPORTING_PUBLIC_REGISTRY_URL": f"http://127.0.0.1:{registry_port}",
            "REPORTING_LICENCE": LICENCE,
        }


def open_folder(path: Path, *, today: date) -> Folder:
    """Open the folder of an earlier demonstration, or make a new one.

    Args:
        path: is made if it does not exist; secrets in it are readable by the owner alone.
        today: kept as the day of the first start.
    """
    path.mkdir(parents=True, exist_ok=True, mode=0o700)
    for below in ("trail", "evidence"):
        (path / below).mkdir(exist_ok=True, mode=0o700)
    kept = path / "demonstration.json"
    if not kept.exists():
        key = SigningKey.generate(ORIGIN)
        write_signing_key(path / "signing.key", key)
        made = {
            "story": STORY,
            "started_on": today.isoformat(),
            "request_digest_key": secrets.token_hex(32),
            "verifier_key": key.verifier.text,
        }
        _write_secret(kept, json.dumps(made, indent=1) + "\n")
    if not (path / ISSUER_KEY).exists():
        write_development_key(path / ISSUER_KEY, make_development_key())
    encryption = path / "encryption.keys"
    if not encryption.exists():
        write_keys(encryption, [WrappingKey.generate()], today=today)
    values = json.loads(kept.read_text())
    started_on = date.fromisoformat(values.pop("started_on"))
    known = {field.name for field in fields(Folder)}  # an earlier release kept more
    kept_of_it = {name: value for name, value in values.items() if name in known}
    return Folder(path=path, started_on=started_on, **kept_of_it)


def _write_secret(path: Path, text: str) -> None:
    path.touch(mode=0o600)
    path.write_text(text)
