"""System: both services with the demonstration's story in them, all of it projected."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from services.demonstration.scenario import steps
from services.demonstration.sending import Registry
from tests.databases import Database
from tests.system.running import AT_ANY_PACE, TODAY, Running, both_services


@contextmanager
def demonstrated(
    database: Database, reporting_database: Database, folder: Path
) -> Iterator[Running]:
    """Start both services and send every step of the demonstration."""
    with both_services(database, reporting_database, folder, **AT_ANY_PACE) as here:
        with httpx.Client(base_url=here.registry, timeout=30) as client:
            registry = Registry(client=client, folder=here.folder)
            sent = [step.send(registry) for step in steps(TODAY)]
        here.ask("/v1/participants", min_position=sent[-1]["position"])
        yield here
