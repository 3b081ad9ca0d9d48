"""The demonstration from start to end: start both services, write, wait, read, verify, show."""

import signal
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any

import httpx
from rich.console import Console
from rich.progress import track

from contracts.checkpoint import open_checkpoint
from contracts.instrument import edition
from contracts.note import VerifierKey
from contracts.receipt import Receipt, verify_receipt
from services.demonstration import presentation, telling
from services.demonstration.drafting import told_of
from services.demonstration.folder import STORY, Folder, open_folder
from services.demonstration.processes import (
    HOST,
    Child,
    DidNotStart,
    finish,
    is_free,
    start,
    stop,
    wait_until_ready,
)
from services.demonstration.regional import regional
from services.demonstration.scenario import (
    CYCLE,
    CYCLES,
    FEATURED,
    FICTITIOUS,
    LAST,
    ORGANISATION,
    steps,
)
from services.demonstration.sending import Failed, Recorded, Registry, of_another_release
from services.kit.clock import utc_now
from services.kit.settings import SettingsRefused


def run(
    *, data: Path | None, registry_port: int, reporting_port: int, once: bool, console: Console
) -> None:
    """Run the demonstration.

    Args:
        data: folder to keep; `None` makes one that is removed at the end.
        registry_port: port of the registry on the loopback address.
        reporting_port: port of reporting on the loopback address.
        once: end after the print-out instead of serving until Ctrl-C.
        console: where to print.

    Raises:
        Failed: with what to do about it.
    """
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # whenever it comes, children stop
    for name, port in (("REGISTRY_PORT", registry_port), ("REPORTING_PORT", reporting_port)):
        if not is_free(port):
            raise Failed(f"port {port} is taken; choose another: make demo {name}={port + 100}")
    with ExitStack() as stack:
        path = data or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="concord-")))
        folder = _opened(path)
        if folder.story != STORY:
            raise of_another_release(folder)
        children: list[Child] = []
        stack.callback(lambda: stop(children))
        registry, reporting = f"http://{HOST}:{registry_port}", f"http://{HOST}:{reporting_port}"
        try:
            with console.status("starting both services"):
                environment = folder.environment(
                    registry_port=registry_port, reporting_port=reporting_port
                )
                _start(children, folder, environment, registry, reporting)
            _tell(folder, registry, reporting, console)
            presentation.addresses(
                console,
                program=_program(),
                registry=registry,
                reporting=reporting,
                folder=str(folder.path),
                once=once,
            )
        except DidNotStart as error:
            raise Failed(str(error)) from error
        if not once:
            _serve_until_interrupted(children, console)


def _opened(path: Path) -> Folder:
    try:
        return open_folder(path.resolve(), today=utc_now().date())
    except OSError as error:
        raise Failed(f"--data: {error.filename or path}: {error.strerror}") from error
    except SettingsRefused as error:
        raise Failed(f"--data: {path}: {error}") from error


def _program() -> str:
    """Say how the command was called, so that what is shown can be typed as it stands."""
    called = Path(sys.argv[0])
    return str(called) if called.name == "concord" else "concord"


def _start(
    children: list[Child],
    folder: Folder,
    environment: dict[str, str],
    registry: str,
    reporting: str,
) -> None:
    def launch(name: str, *arguments: str) -> Child:
        child = start(name, arguments, environment=environment, folder=folder.path)
        children.append(child)
        return child

    finish(launch("migrate", "migrate"))
    children.clear()
    serving = launch("registry", "registry", "serve")
    launch("projector", "reporting", "project")
    answering = launch("reporting", "reporting", "serve")
    wait_until_ready(serving, f"{registry}/health/ready")
    wait_until_ready(answering, f"{reporting}/health/live")


def _tell(folder: Folder, registry: str, reporting: str, console: Console) -> None:
    receipts = _write(folder, registry, console)
    last = receipts[-1]["position"]
    with httpx.Client(base_url=reporting, timeout=30) as client:
        with console.status(f"waiting until entry #{last} is projected"):
            everybody = _answer(client, "/v1/participants", min_position=last)
        console.print(presentation.participants(everybody))
        console.print(presentation.rates(list(_rates(client, folder, last))))
        actor = f"/v1/reports/{LAST}/{CYCLE}"
        known = (_answer(client, actor, as_of=last - 1), _answer(client, actor))
        console.print(presentation.difference(*known))
        if told := told_of(folder):
            console.print(presentation.draft(told, folder.started_on))
        _tell_how_it_went(client, console)
        for code in (FEATURED, LAST):
            console.print(presentation.report(_answer(client, f"/v1/reports/{code}/{CYCLE}")))
        console.print(presentation.commitments(_answer(client, "/v1/commitments")))
        beside = f"/v1/regional-reports/{ORGANISATION}/{CYCLE}"
        console.print(regional(_answer(client, beside, lang="en")))
    console.print(_verify(folder, receipts[-1]))


def _tell_how_it_went(client: httpx.Client, console: Console) -> None:
    console.print(telling.lives(list(_lives(client))))
    counted = [(one, _answer(client, "/v1/aggregates/postulates", cycle=one)) for one in CYCLES]
    titles = {unit.id: unit.short_title for unit in edition("1.0.0").units.values()}
    console.print(telling.statuses(counted, titles))
    balance = _answer(client, "/v1/aggregates/pillar-balance", cycle=CYCLE)
    console.print(telling.pillars(balance, CYCLE))
    console.print(telling.findings(_answer(client, "/v1/findings")))
    console.print(telling.assistance(_answer(client, "/v1/assistance")))


def _rates(client: httpx.Client, folder: Folder, last: int) -> Iterator[tuple[str, dict[str, Any]]]:
    """Ask for the rates of each cycle; of the open one also as known before the last act."""
    for cycle_id in CYCLES[:-1]:
        title = f"{cycle_id}, which closes with {folder.started_on}"
        yield title, _answer(client, "/v1/rates", cycle=cycle_id)
    before = _answer(client, "/v1/rates", cycle=CYCLE, as_of=last - 1)
    yield f"{CYCLE}, as known before the last act (entry #{last})", before
    yield f"{CYCLE}, as known now", _answer(client, "/v1/rates", cycle=CYCLE)


def _write(folder: Folder, registry: str, console: Console) -> list[Recorded]:
    """Do every step; on a second start of a folder each answers with its first receipt."""
    with httpx.Client(base_url=registry, timeout=30) as client:
        reached = Registry(client=client, folder=folder)
        plan = list(steps(folder.started_on))
        done = track(plan, description="acts and reports go in", console=console)
        return [step.send(reached) for step in done]


def _lives(client: httpx.Client) -> Iterator[tuple[dict[str, Any], list[dict[str, Any]]]]:
    """Ask for every report of the fictitious participants, and for each of its versions."""
    for path in (f"/v1/reports/{code}/{cycle}" for cycle in CYCLES for code in FICTITIOUS):
        report = _answer(client, path)
        filed = [one["report_version"] for one in report["data"]["versions"]]
        yield report, [_answer(client, f"{path}/versions/{number}") for number in filed]


def _answer(client: httpx.Client, path: str, **parameters: Any) -> dict[str, Any]:
    """Ask reporting; where it is behind the position asked for, wait for it up to half a minute."""
    deadline = time.monotonic() + 30
    while True:
        answer = client.get(path, params=parameters)
        if answer.status_code != httpx.codes.SERVICE_UNAVAILABLE or time.monotonic() > deadline:
            break
        time.sleep(0.2)
    if answer.is_error:
        raise Failed(f"reporting answered {answer.status_code} on {path}\n{answer.text}")
    found: dict[str, Any] = answer.json()
    return found


def _verify(folder: Folder, written: Recorded) -> Any:
    """Verify the receipt of the last write with nothing but the pinned key."""
    if not written["receipt"]:
        raise Failed("the registry gave no receipt with its last answer; see registry.log")
    key = VerifierKey.parse(folder.verifier_key)
    entry = verify_receipt(written["receipt"], key)
    checkpoint = open_checkpoint(Receipt.parse(written["receipt"]).checkpoint_note, key)
    return presentation.receipt(
        position=entry.position, kind=entry.type, key=key.text, size=checkpoint.size
    )


def _serve_until_interrupted(children: list[Child], console: Console) -> None:
    console.print("Serving until Ctrl-C.")
    with suppress(KeyboardInterrupt):
        while True:
            for child in children:
                if child.process.poll() is not None:
                    raise Failed(f"{child.name} ended; {child.log} ends:\n{child.last_lines()}")
            time.sleep(0.5)
    console.print("Stopping both services.")
