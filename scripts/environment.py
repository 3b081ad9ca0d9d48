"""Set-up: make, mend or renew `.venv` from the hash-pinned locks; standard library only.

`environment.py run|dev|bench` installs what that purpose needs; `environment.py lock` compiles the
locks. A call with nothing to do takes a few milliseconds. Whatever stops half-way (no network, a
full disk, Ctrl-C) says what to do, and the next call starts `.venv` anew.
"""

from __future__ import annotations  # so that an older Python gets as far as the message about it

import errno
import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
BIN = VENV / "bin"
PYTHON = BIN / "python"
UV = VENV / "uv" / "bin" / "uv"
LOCKS = ROOT / "requirements"
PLACE = VENV / "place"
"""Written once `.venv` and uv stand: for which Python, and in which folder."""

# A purpose includes the ones before it, so that `make demo` after `make test` removes nothing.
PURPOSES = ("run", "dev", "bench")
NEEDED_BYTES = {"run": 350_000_000, "dev": 800_000_000, "bench": 800_000_000}

COMMAND = """\
#!/bin/sh
'''exec' "$(dirname "$0")/python" "$0" "$@"
' '''
import sys
from services.cli import main
sys.exit(main())
"""
"""The `concord` command; the shell line finds Python beside it, in a path of any length."""

HELP_WITH_INSTALLING = """\
what usually helps:
  - no network, or packages come from a mirror: set PIP_INDEX_URL (and PIP_CERT), then again;
  - a slow or broken connection: run the same command again, it starts where it can;
  - a hash that differs: somebody changed a lock or the package; do not go on, ask."""


def say(text: str) -> None:
    print(f"concord: {text}", file=sys.stderr, flush=True)


def stop(text: str) -> None:
    say(text)
    raise SystemExit(1)


def call(*command: str | Path, advice: str = "") -> None:
    result = subprocess.run(
        [str(part) for part in command], cwd=ROOT, check=False, env=surroundings(os.environ)
    )
    if result.returncode:
        what = " ".join(str(part) for part in command)
        stop(f"this step failed ({result.returncode}): {what}" + (f"\n{advice}" if advice else ""))


def surroundings(given: Mapping[str, str]) -> dict[str, str]:
    """Give uv the mirror and the certificates that pip was told about: it reads neither itself."""
    environment = dict(given)
    for mine, theirs in (("UV_DEFAULT_INDEX", "PIP_INDEX_URL"), ("SSL_CERT_FILE", "PIP_CERT")):
        if theirs in environment:
            environment.setdefault(mine, environment[theirs])
    return environment


def place() -> str:
    return f"{sys.version}\n{ROOT}\n"


def fingerprint(purpose: str) -> str:
    digest = hashlib.sha256(place().encode())
    for name in ("uv.lock.txt", f"{purpose}.lock.txt"):
        digest.update((LOCKS / name).read_bytes())
    return digest.hexdigest()


def runs() -> bool:
    """Say whether the Python of `.venv` starts: its interpreter may have been removed since."""
    return PYTHON.exists() and not subprocess.run([PYTHON, "-c", ""], check=False).returncode


def read(path: Path) -> str | None:
    return path.read_text() if path.exists() else None


def installed() -> list[str]:
    """Name the purposes that were installed completely, at whatever lock, smallest first."""
    return [purpose for purpose in PURPOSES if (VENV / f"{purpose}.done").exists()]


def is_ready(purpose: str) -> bool:
    """Say whether `.venv` already holds this purpose or one that includes it."""
    including = PURPOSES[PURPOSES.index(purpose) :]
    return (
        any(read(VENV / f"{name}.done") == fingerprint(name) for name in including)
        and (BIN / "concord").exists()
        and runs()
    )


def make_venv() -> None:
    # Works where `venv` was split off its interpreter: the message says which package to install.
    try:
        import ensurepip  # noqa: F401, PLC0415
        import venv  # noqa: F401, PLC0415
    except ImportError:
        stop("this Python has no venv module; on Debian or Ubuntu: apt install python3-venv")
    if VENV.is_symlink():
        stop(f"{VENV} is a link; remove it, then run the same command again")
    if VENV.exists():
        say(".venv is half-made, moved or of another Python; making it anew")
        shutil.rmtree(VENV)
    say("1/3 making .venv")
    call(sys.executable, "-m", "venv", VENV)
    say("2/3 installing uv, pinned by hash")
    call(
        PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check",
        "--require-hashes", "--target", VENV / "uv", "-r", LOCKS / "uv.lock.txt",
        advice=HELP_WITH_INSTALLING,
    )  # fmt: skip
    PLACE.write_text(place())


def check_space(needed_bytes: int) -> None:
    free = shutil.disk_usage(ROOT).free
    if free < needed_bytes:
        needed = needed_bytes // 1_000_000
        stop(f"about {needed} MB are needed in {ROOT}, {free // 1_000_000} MB are free: make room")


def install(purpose: str) -> None:
    if is_ready(purpose):
        return
    # What was there stays there: renewing for `run` does not take away what `dev` had brought.
    purpose = max([purpose, *installed()], key=PURPOSES.index)
    # A purpose's stamp is removed while packages change, so its absence means "stopped half-way".
    if not (read(PLACE) == place() and installed() and UV.exists() and runs()):
        check_space(NEEDED_BYTES[purpose])
        make_venv()
    for stamp in VENV.glob("*.done"):
        stamp.unlink()
    lock = LOCKS / f"{purpose}.lock.txt"
    say(f"3/3 installing what {lock.name} pins (about half a minute the first time)")
    call(
        UV, "pip", "sync", "--python", PYTHON, "--require-hashes", "--compile-bytecode", lock,
        *([] if sys.stderr.isatty() else ["--quiet"]),
        advice=HELP_WITH_INSTALLING,
    )  # fmt: skip
    (packages,) = (VENV / "lib").glob("python*/site-packages")
    (packages / "concord.pth").write_text(f"{ROOT}\n")
    (BIN / "concord").write_text(COMMAND)
    (BIN / "concord").chmod(0o755)
    (VENV / f"{purpose}.done").write_text(fingerprint(purpose))
    say("ready")


def lock() -> None:
    options = [
        "--universal", "--generate-hashes", "--no-header", "--no-annotate", "--no-emit-index-url",
        "--no-emit-find-links", "--python-version", "3.11", "--quiet",
    ]  # fmt: skip
    project = ROOT / "pyproject.toml"
    call(UV, "pip", "compile", *options, LOCKS / "uv.in", "-o", LOCKS / "uv.lock.txt")
    bench = LOCKS / "bench.lock.txt"
    call(UV, "pip", "compile", *options, "--all-extras", project, "-o", bench)
    dev = LOCKS / "dev.lock.txt"
    both: list[str | Path] = ["--extra", "postgresql", "-c", bench, project]
    call(UV, "pip", "compile", *options, "--extra", "dev", *both, "-o", dev)
    call(UV, "pip", "compile", *options, *both, "-o", LOCKS / "run.lock.txt")


def one_at_a_time() -> None:
    """Wait until no other set-up works on this folder; the lock goes when the process ends."""
    try:
        import fcntl  # noqa: PLC0415 - not on every system
    except ImportError:
        return
    folder = os.open(LOCKS, os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        say("another set-up works on .venv; waiting for it")
        fcntl.flock(folder, fcntl.LOCK_EX)
    except OSError:  # a file system without locks
        return


def main() -> None:
    if sys.version_info < (3, 11):  # noqa: UP036 - the message is for those who have an older one
        version = ".".join(map(str, sys.version_info[:3]))
        stop(f"Python 3.11 or newer is needed, this is {version}; try: make PYTHON=python3.11 …")
    wanted = sys.argv[1] if len(sys.argv) == 2 else ""
    if wanted not in (*PURPOSES, "lock"):
        stop(f"usage: environment.py {'|'.join(PURPOSES)}|lock")
    with suppress(KeyboardInterrupt):
        try:
            one_at_a_time()
            lock() if wanted == "lock" else install(wanted)
        except PermissionError as error:
            stop(f"no permission to write {error.filename}: who owns this folder?")
        except OSError as error:
            if error.errno not in (errno.ENOSPC, errno.EDQUOT):
                raise
            stop("the disk is full: make room, then run the same command again")
        return
    stop("interrupted; the next call starts where this one can be trusted")


if __name__ == "__main__":
    main()
