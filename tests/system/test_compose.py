"""System: what the Compose file says works, tried as processes since there is no engine here.

Commands, settings, order and health checks are those of the parsed file; only what a container
would bring (names of hosts, mounted paths, ports) is put in its place.
"""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import httpx
import pytest

from contracts.note import SigningKey
from scripts.containers import COMPOSE, ROOT, parsed
from services.kit.encryption import WrappingKey
from services.kit.keyfile import write_keys
from tests.postgres import binaries, running

pytestmark = [pytest.mark.system, pytest.mark.db]

ORIGIN = "registry.test.example/log"
PUBLIC = "https://registry.test.example"
PATIENCE_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Place:
    """Where the things of the containers are here."""

    services: Mapping[str, Any]
    replacements: Mapping[str, str]
    folder: Path

    def words(self, name: str) -> list[str]:
        return [self.put(word) for word in self.services[name]["command"]]

    def environment(self, name: str) -> dict[str, str]:
        given = self.services[name]["environment"]
        own = {variable: self.put(str(value)) for variable, value in given.items()}
        inherited = {k: v for k, v in os.environ.items() if not k.startswith(("REG", "REP"))}
        return {**inherited, **own}

    def put(self, text: str) -> str:
        for there, here in self.replacements.items():
            text = text.replace(there, here)
        return text

    def is_healthy(self, name: str) -> bool:
        kind, program, *arguments = self.services[name]["healthcheck"]["test"]
        assert kind == "CMD"
        start = {"python": [sys.executable], "concord": [sys.executable, "-m", "services.cli"]}
        command = [*start[program], *map(self.put, arguments)]
        return not subprocess.run(
            command, cwd=ROOT, env=self.environment(name), capture_output=True, check=False
        ).returncode


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    folder = tmp_path_factory.mktemp("compose")
    key = SigningKey.generate(ORIGIN)
    (folder / "signing.key").write_text(key.to_text() + "\n")
    (folder / "signing.key").chmod(0o600)
    write_keys(folder / "encryption.keys", [WrappingKey.generate()], today=date(2026, 11, 22))
    (folder / "trail").mkdir()
    (folder / "evidence").mkdir()
    services = parsed(COMPOSE)["services"]
    registry_port, reporting_port = str(_free_port()), str(_free_port())
    with running() as server:
        init = services["postgres"]["environment"]
        subprocess.run(
            ["/bin/sh", ROOT / "deploy" / "postgres" / "10-databases.sh"],
            check=True,
            capture_output=True,
            env={**init, "PATH": f"{binaries()}:{os.defpath}", "PGHOST": str(server.folder)},
        )
        yield Place(
            services,
            {
                "@postgres/registry": f"@/registry?host={server.folder}",
                "@postgres/reporting": f"@/reporting?host={server.folder}",
                "http://registry:8001": f"http://127.0.0.1:{registry_port}",
                "127.0.0.1:8001": f"127.0.0.1:{registry_port}",
                "127.0.0.1:8002": f"127.0.0.1:{reporting_port}",
                "8001": registry_port,
                "8002": reporting_port,
                "0.0.0.0": "127.0.0.1",  # noqa: S104 - what stands in the file
                "/run/secrets/signing_key": str(folder / "signing.key"),
                "/run/secrets/encryption_keys": str(folder / "encryption.keys"),
                "/var/lib/concord/checkpoint": str(folder),
                "/var/lib/concord/trail": str(folder / "trail"),
                "/var/lib/concord/evidence": str(folder / "evidence"),
                "stand-in-for-registry_origin": ORIGIN,
                "stand-in-for-concord_jwks_url": "https://issuer.test.example/keys",
                "stand-in-for-reporting_verifier_key": key.verifier.text,
                "stand-in-for-reporting_public_registry_url": PUBLIC,
            },
            folder,
        )


@contextmanager
def _service(place: Place, name: str) -> Iterator["subprocess.Popen[bytes]"]:
    with (place.folder / f"{name}.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "services.cli", *place.words(name)],
            cwd=ROOT,
            env=place.environment(name),
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        yield process
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait_until_healthy(place: Place, name: str, process: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        if place.is_healthy(name):
            return
    pytest.fail(f"{name} is not healthy:\n{(place.folder / f'{name}.log').read_text()[-3000:]}")


def test_the_services_of_the_compose_file_start_become_healthy_and_stop(place: Place) -> None:
    with _service(place, "migrate") as migrate:
        assert migrate.wait(60) == 0, (place.folder / "migrate.log").read_text()
    started = {}
    with ExitStack() as stack:
        for name in ("registry", "projector", "reporting"):
            started[name] = stack.enter_context(_service(place, name))
            _wait_until_healthy(place, name, started[name])
        registry = place.put("http://registry:8001")
        assert httpx.get(f"{registry}/checkpoint").text.startswith(f"{ORIGIN}\n0\n")
        manifest = httpx.get(place.put("http://127.0.0.1:8002/v1/bulk/manifest")).json()
        assert manifest["registry"] == PUBLIC
        assert manifest["licence"]["content"] == "stand-in-for-reporting_licence"
    assert {name: process.returncode for name, process in started.items()} == {
        "registry": 0,
        "projector": 0,
        "reporting": 0,
    }
