"""System: Schemathesis finds nothing in either running service, whoever asks."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from services.demonstration import arcadia
from services.demonstration.fictitious import SECRETARIAT
from services.demonstration.scenario import steps
from services.demonstration.sending import Registry
from tests import writes
from tests.databases import Database, Databases
from tests.system.days import in_days
from tests.system.fuzzing import IS_LONG, fuzz
from tests.system.running import ROOMY, TODAY, Running, both_services

pytestmark = [pytest.mark.system, pytest.mark.db]

EVERY = ("examples", "coverage", "fuzzing", "stateful")
PUBLIC = "^/(v1/(events|export|proofs|receipts)|checkpoint|tile|contracts|health|metrics)"
"""What everybody may read of the registry."""
MANDATE = writes.mandate(term_from=in_days(-1), term_to=in_days(30), received_on=in_days(-1))
ROLES = {
    # by their id in the register, and what their token says
    "secretariat": (SECRETARIAT, arcadia.ROLES[SECRETARIAT]),
    "focal point": (arcadia.CAPITAL, arcadia.ROLES[arcadia.CAPITAL]),
    "drafter": (arcadia.JUSTICE, arcadia.ROLES[arcadia.JUSTICE]),
    "auditor": (str(MANDATE["mandate_id"]), "auditor"),
    "operator": ("operator-1", "operator"),
}
OWN = {
    "secretariat": "^/v1/(cycles|mandates|publications|participants|plans)",
    "focal point": "^/v1/(reports|validations|drafts$)",
    "drafter": "^/v1/drafts/",
    "auditor": "^/v1/(disclosures|trail)",
}
"""Paths that a role is at home in: in the short run, requests are made up for these."""


def bearer_of(running: Running, role: str) -> str | None:
    """Give the token of somebody in a role; `None`: of nobody."""
    if role == "anonymous":
        return None
    actor, said = ROLES[role]
    return running.folder.token_of(actor, said)


@pytest.fixture(scope="module")
def running(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("fuzzing")
    registry = databases.sqlite("registry", folder)
    reporting = databases.sqlite("reporting", folder)
    with told(registry, reporting, folder) as here:
        yield here
        assert_no_bug(here)


@contextmanager
def told(registry: Database, reporting: Database, folder: Path) -> Iterator[Running]:
    """Run both services, with the demonstration's acts in them; nobody waits for what comes not."""
    settings = ROOMY | {"REGISTRY_WAIT_SECONDS": "0", "REPORTING_POSITION_SECONDS": "0.01"}
    with both_services(registry, reporting, folder / "kept", **settings) as here:
        with httpx.Client(base_url=here.registry, timeout=30) as client:
            sender = Registry(client=client, folder=here.folder)
            last = [step.send(sender) for step in steps(TODAY)][-1]
            granted = sender.send(
                "POST", "/v1/mandates", MANDATE, idempotency_key="mandate", if_none_match="*"
            )
            assert granted.status_code == 201, granted.text
        here.ask("/v1/participants", min_position=last["position"])
        yield here


def assert_no_bug(running: Running) -> None:
    for name in ("registry", "reporting", "projector"):
        lines = running.children[name].log.read_text()
        assert "request_failed" not in lines, name
        assert "Traceback" not in lines, name


def test_reporting_answers_everybody_as_its_document_says(running: Running, tmp_path: Path) -> None:
    fuzz(running.reporting, tmp_path, token=None, phases=EVERY)


@pytest.mark.parametrize("role", ["focal point", "auditor"])
def test_reporting_answers_readers_with_a_token_as_its_document_says(
    running: Running, tmp_path: Path, role: str
) -> None:
    phases = EVERY if IS_LONG else ("examples",)
    fuzz(running.reporting, tmp_path, token=bearer_of(running, role), phases=phases)


def test_the_registry_shows_everybody_what_is_public_as_its_document_says(
    running: Running, tmp_path: Path
) -> None:
    fuzz(running.registry, tmp_path, token=None, phases=EVERY, only=PUBLIC)


@pytest.mark.parametrize("role", [*ROLES, "anonymous"])
def test_the_registry_answers_every_role_as_its_document_says(
    running: Running, tmp_path: Path, role: str
) -> None:
    token = bearer_of(running, role)
    if IS_LONG:
        fuzz(running.registry, tmp_path, token=token, phases=EVERY)
        return
    goes_on = role in {"secretariat", "focal point"}
    phases = ("examples", "stateful") if goes_on else ("examples",)
    fuzz(running.registry, tmp_path, token=token, phases=phases)
    if role in OWN:
        fuzz(running.registry, tmp_path, token=token, phases=("fuzzing",), only=OWN[role])


def test_so_it_is_on_postgresql(databases: Databases, tmp_path: Path) -> None:
    registry, reporting = databases.postgresql("registry"), databases.postgresql("reporting")
    with told(registry, reporting, tmp_path) as running:
        token = bearer_of(running, "secretariat")
        fuzz(running.reporting, tmp_path, token=None, phases=("examples", "fuzzing"), examples=1)
        fuzz(running.registry, tmp_path, token=token, phases=("examples", "stateful"), examples=1)
        assert_no_bug(running)
