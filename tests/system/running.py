"""System: both services as processes of their own, on the databases of one test."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx

from services.demonstration.folder import ORIGIN, Folder, open_folder
from services.demonstration.processes import Child, start, stop, wait_until_ready
from services.registry.log import found
from tests.databases import Database
from tests.system.ports import free_port

TODAY = datetime.now(UTC).date()
"""The day when the run began; the services' own may be one more (see `days`)."""

ROOMY = {
    f"{service}_{budget}_{bound}": "1000000"
    for service, budgets in {
        "REGISTRY": ("READS", "EXPENSIVE_READS", "WRITES", "VALIDATIONS", "EXPORTS"),
        "REPORTING": ("READS", "EXPENSIVE_READS"),
    }.items()
    for budget in budgets
    for bound in ("PER_MINUTE", "BURST")
}
"""Budgets that nothing spends, where another refusal than 429 is looked for."""


@dataclass(slots=True)
class Running:
    """Both services, where they answer, and what they were started with."""

    folder: Folder
    environment: dict[str, str]
    registry: str
    reporting: str
    client: httpx.Client
    """For everybody who asks: a new one for each request costs more than the request."""
    children: dict[str, Child] = field(default_factory=dict)

    def launch(self, name: str, *arguments: str) -> Child:
        child = start(name, arguments, environment=self.environment, folder=self.folder.path)
        self.children[name] = child
        return child

    def command(self, *arguments: str, **settings: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [sys.executable, "-m", "services.cli", *arguments],
            env={**os.environ, **self.environment, **settings},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    def ask(self, path: str, **parameters: Any) -> dict[str, Any]:
        """Ask reporting, as long as it says that it is still behind."""
        for _ in range(60):
            answer = self.client.get(self.reporting + path, params=parameters)
            if answer.status_code != httpx.codes.SERVICE_UNAVAILABLE:
                break
        assert answer.status_code == httpx.codes.OK, answer.text
        found_answer: dict[str, Any] = answer.json()
        return found_answer


AT_ANY_PACE = {
    f"{service}_{kind}_{limit}": "1000000"
    for service in ("REGISTRY", "REPORTING")
    for kind in ("READS", "EXPENSIVE_READS")
    for limit in ("PER_MINUTE", "BURST")
}
"""Settings for whoever walks past everything at once; that others are told to wait is tested."""


@contextmanager
def both_services(
    database: Database,
    reporting_database: Database,
    folder: Path,
    **settings: str,
) -> Iterator[Running]:
    """Found the log, start both services, stop them at the end.

    Args:
        database: of the registry.
        reporting_database: of reporting.
        folder: for keys, log lines and checkpoints.
        settings: further ones, by their names.
    """
    kept = open_folder(folder, today=TODAY)
    ports = {"registry_port": free_port(), "reporting_port": free_port()}
    environment = kept.environment(**ports) | {
        "REGISTRY_DATABASE_URL": database.url,
        "REPORTING_DATABASE_URL": reporting_database.url,
        **settings,
    }
    with database.owner() as engine:
        found(engine, ORIGIN)
    registry, reporting = (f"http://127.0.0.1:{port}" for port in ports.values())
    with ExitStack() as stack:
        client = stack.enter_context(httpx.Client(timeout=30))
        here = Running(kept, environment, registry, reporting, client)
        stack.callback(lambda: stop(tuple(here.children.values())))
        serving = here.launch("registry", "registry", "serve")
        here.launch("projector", "reporting", "project")
        answering = here.launch("reporting", "reporting", "serve")
        wait_until_ready(serving, f"{registry}/health/ready", seconds=60)
        wait_until_ready(answering, f"{reporting}/health/live", seconds=60)
        yield here
