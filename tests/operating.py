"""Operating: somebody who types `concord registry …` in a folder, and the services it starts."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from contracts.events import CycleOpened, event_data
from contracts.note import SigningKey
from services.kit.clock import utc_now
from services.kit.development import make_development_key, write_development_key
from services.kit.encryption import WrappingKey
from services.kit.keyfile import write_keys
from services.registry.keys import write_signing_key
from services.registry.log import found
from tests import makers, writes
from tests.databases import Database

ROOT = Path(__file__).parent.parent
ORIGIN = "demonstration.commands.test/log"
ISSUER = make_development_key()
TOKEN = ISSUER.token(
    role="secretariat",
    actor="actor-1",
    scopes=("concord.read", "concord.write"),
    now=utc_now(),
    minutes=600,
    jti="of-these-tests",
)


@dataclass(frozen=True, slots=True)
class Operator:
    """Somebody with a folder and an environment."""

    folder: Path
    environment: Mapping[str, str]

    def run(self, *arguments: str, **changes: str) -> subprocess.CompletedProcess[str]:
        return self._run([], *arguments, **changes)

    def run_without_powers(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run a command to which even as root the mode of a file says what it says to others."""
        is_root = os.geteuid() == 0
        return self._run(
            ["setpriv", "--bounding-set=-all", "--inh-caps=-all"] if is_root else [], *arguments
        )

    def _run(
        self, before: Sequence[str], *arguments: str, **changes: str
    ) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*before, sys.executable, "-m", "services.cli", *arguments],
            cwd=ROOT,
            env={**self.environment, **changes},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    @contextmanager
    def serving(self) -> Iterator["Service"]:
        with subprocess.Popen(
            [sys.executable, "-m", "services.cli", "registry", "serve"],
            cwd=ROOT,
            env=dict(self.environment),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        ) as process:
            try:
                assert process.stderr is not None
                started = json.loads(process.stderr.readline())
                if started["event"] == "evidence_swept":  # where there is a folder for it
                    started = json.loads(process.stderr.readline())
                assert started["event"] == "service_started", started
                yield Service(process, started)
            finally:
                process.kill()


@dataclass(frozen=True, slots=True)
class Service:
    process: subprocess.Popen[str]
    started: dict[str, object]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.started['port']}"

    def sign(self, code: str) -> httpx.Response:
        body = writes.act(makers.signature_recorded(code))
        return self._create(f"/v1/participants/{code}/acts", body, key=f"sign-{code}")

    def open_cycle(self, cycle: CycleOpened) -> httpx.Response:
        return self._create("/v1/cycles", event_data(cycle), key=f"open-{cycle.cycle_id}")

    def name(self, code: str) -> httpx.Response:
        """Name a focal point, which is sealed."""
        path = f"/v1/participants/{code}/focal-points"
        return self._create(path, writes.focal_point(), key=f"name-{code}")

    def _create(self, path: str, body: Any, *, key: str) -> httpx.Response:
        return httpx.post(
            f"{self.url}{path}",
            json=body,
            headers={
                "authorization": f"Bearer {TOKEN}",
                "idempotency-key": key,
                "if-none-match": "*",
            },
            timeout=20,
        )

    def stop(self) -> tuple[int, list[str]]:
        self.process.send_signal(signal.SIGTERM)
        _, err = self.process.communicate(timeout=30)
        return self.process.returncode, err.splitlines()


def operator_of(url: str, folder: Path, **more: str) -> Operator:
    """Somebody who has keys that encrypt, and nothing else yet."""
    encryption = folder / "encryption.keys"
    if not encryption.exists():
        write_keys(encryption, [WrappingKey.generate()], today=makers.NOW.date())
    issuer = folder / "issuer.key"
    if not issuer.exists():
        write_development_key(issuer, ISSUER)
    (folder / "trail").mkdir(exist_ok=True)
    settings = {
        "REGISTRY_DATABASE_URL": url,
        "REGISTRY_TRAIL_FOLDER": str(folder / "trail"),
        "REGISTRY_CHECKPOINT_STORE": str(folder / "checkpoints.db"),
        "REGISTRY_SIGNING_KEY_FILE": str(folder / "signing.key"),
        "REGISTRY_ENCRYPTION_KEYS_FILE": str(folder / "encryption.keys"),
        "REGISTRY_ORIGIN": ORIGIN,
        "REGISTRY_REQUEST_DIGEST_KEY": "k" * 40,
        "REGISTRY_DEVELOPMENT_ISSUER_KEY_FILE": str(issuer),
        "REGISTRY_PORT": "0",
    }
    inherited = {"PATH": os.environ["PATH"], "NO_COLOR": "1", "TERM": "dumb"}
    return Operator(folder, {**inherited, **settings, **more})


def ready_operator(database: Database, folder: Path) -> Operator:
    """Somebody with keys and a founded log."""
    write_signing_key(folder / "signing.key", SigningKey.generate(ORIGIN))
    with database.owner() as engine:
        found(engine, ORIGIN)
    return operator_of(database.url, folder)
