"""Tests: a PostgreSQL with what the Compose file's script makes on it, once, as superuser."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

from tests.architecture.source import ROOT
from tests.postgres import Server, binaries, running

SCRIPT = ROOT / "deploy" / "postgres" / "10-databases.sh"


def environment_of(server: Server) -> dict[str, str]:
    """What the programs of PostgreSQL need to find themselves and the server."""
    return {"PATH": f"{binaries()}:{os.defpath}", "PGHOST": str(server.folder)}


@contextmanager
def deployed() -> Iterator[Server]:
    """Run a server with both databases and their roles, without any table."""
    with running() as server:
        subprocess.run(
            ["/bin/sh", SCRIPT],
            check=True,
            capture_output=True,
            env=environment_of(server)
            | {
                "POSTGRES_USER": "postgres",
                "REGISTRY_OWNER_PASSWORD": "one",
                "REGISTRY_WRITER_PASSWORD": "two'; quoted",
                "REPORTING_OWNER_PASSWORD": "three",
                "REPORTING_WRITER_PASSWORD": "four",
            },
        )
        yield server
