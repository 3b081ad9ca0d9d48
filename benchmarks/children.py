"""Benchmarks: a service as a process of its own, with constant routes beside it on the same server.

`python -m benchmarks.children reporting|registry <folder>` serves what `folder` holds on a free
port of loopback and prints the port. Whatever lies in `<folder>/constants` is served too, each by
a FastAPI app that has one route and gives the same bytes every time.
"""

import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import clock_gettime, perf_counter
from typing import Any

import orjson
from fastapi import FastAPI, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from benchmarks.load import Address
from benchmarks.logs import KEYS, ORIGIN, bulk_appends
from contracts.note import SigningKey
from migrations.environment import upgrade
from services.kit.budgets import Budget
from services.kit.clock import utc_now
from services.kit.database import make_engine
from services.kit.identity import nobody
from services.kit.limit_settings import MOST
from services.kit.limiting import Limiter
from services.kit.logs import set_up_logs
from services.kit.serving import bind, serve
from services.kit.web import Limits
from services.registry.app import Room
from services.registry.app import create_app as create_registry
from services.registry.log import found
from services.registry.log.store import MOST_ENTRIES
from services.registry.opening import opened_log, opened_trail
from services.reporting.app import create_app as create_reporting
from services.reporting.database import make_reporting_engine

HOST = "127.0.0.1"
STOP_SECONDS = 20


@dataclass(frozen=True, slots=True)
class Child:
    """A service that runs."""

    address: Address
    process_id: int

    def processor_seconds(self) -> float:
        """Say how long its threads have worked so far; the clock's time where nobody tells."""
        if sys.platform != "linux":
            return perf_counter()
        # What the C library's clock_getcpuclockid gives for a process.
        return clock_gettime((~self.process_id << 3) | 2)


@contextmanager
def serving(kind: str, folder: Path) -> Iterator["Child"]:
    """Start a service on what a folder holds, and stop it by its id."""
    with (folder / f"{kind}.log").open("ab") as log:
        process = subprocess.Popen(  # noqa: S603 - our own command, no shell
            [sys.executable, "-m", "benchmarks.children", kind, str(folder)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=log,
            start_new_session=True,  # Ctrl-C is for us; we then stop the child
        )
    try:
        if process.stdout is None:
            raise AssertionError("expected a pipe")
        port = process.stdout.readline()
        if not port:
            lines = (folder / f"{kind}.log").read_text(errors="replace").splitlines()
            raise RuntimeError("\n".join([f"the {kind} did not start:", *lines[-12:]]))
        yield Child((HOST, int(port)), process.pid)
    finally:
        process.terminate()
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        if process.stdout is not None:
            process.stdout.close()


def fill_registry(folder: Path, entries: int) -> SigningKey:
    """Make the log that a registry of this folder serves, and give its key."""
    key = SigningKey.generate(ORIGIN)
    (folder / "key").write_text(key.to_text())
    url = f"sqlite:///{folder / 'registry.db'}"
    upgrade("registry", url)
    engine = make_engine(url)
    found(engine, ORIGIN)
    engine.dispose()
    with opened_log(url, folder / "checkpoint.db", key, keys=KEYS, clock=utc_now) as opened:
        for append in bulk_appends(entries, at_once=MOST_ENTRIES):
            opened.log.append(append)
    return key


def keep_constant(folder: Path, path: str, body: bytes, media_type: str) -> None:
    """Let the next server of this folder answer `path` with these bytes."""
    place = folder / "constants"
    place.mkdir(exist_ok=True)
    number = len(list(place.glob("*.json")))
    (place / f"{number}.bytes").write_bytes(body)
    told = {"path": path, "media_type": media_type}
    (place / f"{number}.json").write_bytes(orjson.dumps(told))


class Beside:
    """ASGI: sends the paths of constant routes to their apps, everything else to the service."""

    def __init__(self, service: ASGIApp, constants: dict[str, ASGIApp]) -> None:
        self.service, self.constants = service, constants

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass one request on."""
        app = self.constants.get(scope["path"]) if scope["type"] == "http" else None
        await (app or self.service)(scope, receive, send)


def _constants(folder: Path) -> dict[str, ASGIApp]:
    found: dict[str, ASGIApp] = {}
    for file in (folder / "constants").glob("*.json"):
        told = orjson.loads(file.read_bytes())
        body = file.with_suffix(".bytes").read_bytes()
        found[told["path"]] = _constant(told["path"], body, told["media_type"])
    return found


def _constant(path: str, body: bytes, media_type: str) -> ASGIApp:
    app = FastAPI(openapi_url=None, telemetry={"tracing": False, "metrics": False, "logs": False})

    @app.get(path)
    async def constant() -> Response:
        return Response(body, media_type=media_type)

    return app


def _serve(kind: str, folder: Path) -> None:
    set_up_logs(kind)
    with ExitStack() as stack:
        app, stop = {"reporting": _reporting, "registry": _registry}[kind](folder, stack)
        listener = stack.enter_context(bind(HOST, 0))
        sys.stdout.write(f"{listener.getsockname()[1]}\n")
        sys.stdout.flush()
        serve(Beside(app, _constants(folder)), listener, on_stop=stop, drain_seconds=5)


def _reporting(folder: Path, stack: ExitStack) -> tuple[FastAPI, Callable[[], Any]]:
    engine = make_reporting_engine(f"sqlite:///{folder / 'reporting.db'}")
    stack.callback(engine.dispose)
    app = create_reporting(engine, clock=utc_now, limits=Limits(threads=16, limiter=_limiter()))
    return app, app.state.desk.watcher.end_waiting


def _registry(folder: Path, stack: ExitStack) -> tuple[FastAPI, Callable[[], Any]]:
    key = SigningKey.from_text((folder / "key").read_text())
    url, store = f"sqlite:///{folder / 'registry.db'}", folder / "checkpoint.db"
    opened = stack.enter_context(opened_log(url, store, key, keys=KEYS, clock=utc_now))
    (folder / "trail").mkdir(exist_ok=True)
    trail = stack.enter_context(opened_trail(folder / "trail", store, key, clock=utc_now))
    app = create_registry(
        opened.log,
        opened.publisher,
        trail=trail,
        authenticate=nobody,
        digest_key=b"0" * 32,
        clock=utc_now,
        cabinet=opened.cabinet,
        room=Room(limits=Limits(limiter=_limiter())),
    )
    return app, app.state.reading.watcher.stop


def _limiter() -> Limiter:
    """Count every request as a service does, against budgets that nobody here can spend."""
    names = ("read", "expensive_read", "write", "validation", "export")
    return Limiter([Budget(name=name, per_minute=MOST, burst=MOST) for name in names])


if __name__ == "__main__":
    _serve(sys.argv[1], Path(sys.argv[2]))
