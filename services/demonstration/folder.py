"""The folder of a demonstration: databases, checkpoint store, keys and logs, all in one place."""

import hashlib
import hmac
import json
import secrets
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from contracts.note import SigningKey
from services.demonstration import arcadia
from services.kit.encryption import WrappingKey
from services.kit.keyfile import write_keys

ORIGIN = "demonstration.concord.example/log"
STORY = 2
"""Number of the story that is played; a folder goes on with the one that it was made for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Folder:
    """What a demonstration keeps between two starts; the secrets are made at the first."""

    path: Path
    started_on: date
    """Day of the first start."""
    write_token: str
    reporting_token: str
    request_digest_key: str
    verifier_key: str
    story: int = 1
    """The story that the folder was made for; the first had no number."""

    def token_of(self, actor: str) -> str:
        """Give the token of one of the people who work on a draft."""
        key = self.request_digest_key.encode()
        return hmac.digest(key, f"token of {actor}".encode(), "sha256").hex()

    def environment(self, *, registry_port: int, reporting_port: int) -> dict[str, str]:
        """Give the settings of both services."""
        tokens = [
            _grant(self.write_token, "demonstration-secretariat", "secretariat", "write"),
            _grant(self.reporting_token, "reporting-service", "reporting", "read_disclosures"),
            *(_grant(self.token_of(actor), actor, arcadia.CODE, "write") for actor in arcadia.WHO),
        ]
        return {
            "REGISTRY_DATABASE_URL": f"sqlite:///{self.path / 'registry.sqlite'}",
            "REGISTRY_CHECKPOINT_STORE": str(self.path / "checkpoints.sqlite"),
            "REGISTRY_TRAIL_FOLDER": str(self.path / "trail"),
            "REGISTRY_SIGNING_KEY_FILE": str(self.path / "signing.key"),
            "REGISTRY_ENCRYPTION_KEYS_FILE": str(self.path / "encryption.keys"),
            "REGISTRY_ORIGIN": ORIGIN,
            "REGISTRY_REQUEST_DIGEST_KEY": self.request_digest_key,
            "REGISTRY_TOKENS": json.dumps(tokens),
            "REGISTRY_PORT": str(registry_port),
            "REPORTING_DATABASE_URL": f"sqlite:///{self.path / 'reporting.sqlite'}",
            "REPORTING_REGISTRY_URL": f"http://127.0.0.1:{registry_port}",
            "REPORTING_VERIFIER_KEY": self.verifier_key,
            "REPORTING_REGISTRY_TOKEN": self.reporting_token,
            "REPORTING_PORT": str(reporting_port),
        }


def open_folder(path: Path, *, today: date) -> Folder:
    """Open the folder of an earlier demonstration, or make a new one.

    Args:
        path: is made if it does not exist; secrets in it are readable by the owner alone.
        today: kept as the day of the first start.
    """
    path.mkdir(parents=True, exist_ok=True, mode=0o700)
    (path / "trail").mkdir(exist_ok=True, mode=0o700)
    kept = path / "demonstration.json"
    if not kept.exists():
        key = SigningKey.generate(ORIGIN)
        _write_secret(path / "signing.key", key.to_text() + "\n")
        made = {
            "story": STORY,
            "started_on": today.isoformat(),
            "write_token": secrets.token_urlsafe(32),
            "reporting_token": secrets.token_urlsafe(32),
            "request_digest_key": secrets.token_hex(32),
            "verifier_key": key.verifier.text,
        }
        _write_secret(kept, json.dumps(made, indent=1) + "\n")
    encryption = path / "encryption.keys"
    if not encryption.exists():
        write_keys(encryption, [WrappingKey.generate()], today=today)
    values = json.loads(kept.read_text())
    return Folder(path=path, **values | {"started_on": date.fromisoformat(values["started_on"])})


def _grant(token: str, actor: str, party: str, may: str) -> dict[str, object]:
    digest = hashlib.sha256(token.encode()).hexdigest()
    return {"sha256": digest, "actor": actor, "party": party, "may": [may]}


def _write_secret(path: Path, text: str) -> None:
    path.touch(mode=0o600)
    path.write_text(text)
