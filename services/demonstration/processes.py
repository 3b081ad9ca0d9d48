"""The services as child processes on loopback: started, watched, and stopped by their ids."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import httpx

HOST = "127.0.0.1"


class DidNotStart(Exception):
    """A service did not start; the message says why and where its log lies."""


@dataclass(frozen=True, slots=True)
class Child:
    """One running service and the file its log lines go to."""

    name: str
    process: subprocess.Popen[bytes]
    log: Path

    def last_lines(self, count: int = 8) -> str:
        """Give the end of its log."""
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-count:])


def is_free(port: int) -> bool:
    """Say whether a server could listen on this port of the loopback address."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True


def start(
    name: str, arguments: Sequence[str], *, environment: Mapping[str, str], folder: Path
) -> Child:
    """Start `concord <arguments>` in the background, its output in `<folder>/<name>.log`."""
    log = folder / f"{name}.log"
    with log.open("ab") as out:
        process = subprocess.Popen(  # noqa: S603 - our own command, no shell
            [sys.executable, "-m", "services.cli", *arguments],
            env={**os.environ, **environment},
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            # Ctrl-C goes to us alone; we then stop the children in order.
            start_new_session=True,
        )
    return Child(name, process, log)


def finish(child: Child, *, seconds: float = 60) -> None:
    """Wait until a child ends by itself.

    Raises:
        DidNotStart: it ended with another status than 0, or not in time.
    """
    try:
        status = child.process.wait(seconds)
    except subprocess.TimeoutExpired:
        status = None
    if status != 0:
        raise DidNotStart(
            f"{child.name} failed ({status}); {child.log} ends:\n{child.last_lines()}"
        )


def wait_until_ready(child: Child, url: str, *, seconds: float = 30) -> None:
    """Wait until `url` answers 200.

    Raises:
        DidNotStart: the child ended, or did not answer in time.
    """
    deadline = time.monotonic() + seconds
    with httpx.Client(timeout=2) as client:  # to make one costs more than to ask
        while time.monotonic() < deadline and child.process.poll() is None:
            with suppress(httpx.TransportError):
                if client.get(url).status_code == httpx.codes.OK:
                    return
            time.sleep(0.05)
    raise DidNotStart(f"{child.name} did not start; {child.log} ends:\n{child.last_lines()}")


def stop(children: Sequence[Child]) -> None:
    """Ask each to end, last started first; end by force what has not ended after 10 seconds."""
    for child in reversed(children):
        if child.process.poll() is None:
            child.process.send_signal(signal.SIGTERM)
    for child in reversed(children):
        try:
            child.process.wait(10)
        except subprocess.TimeoutExpired:
            child.process.kill()
            child.process.wait()
