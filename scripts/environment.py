"""Make, mend or renew `.venv` from the hash-pinned locks; standard library only.

`environment.py run|dev|bench` installs what that purpose needs; `environment.py lock` compiles the
locks. A second call with nothing changed takes a few milliseconds.
"""

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = BIN / "python"
UV = VENV / "uv" / "bin" / "uv"
LOCKS = ROOT / "requirements"
# A purpose includes the ones before it, so that `make demo` after `make test` removes nothing.
PURPOSES = ("run", "dev", "bench")


def say(text: str) -> None:
    print(f"concord: {text}", file=sys.stderr, flush=True)


def stop(text: str) -> None:
    say(text)
    raise SystemExit(1)


def call(*command: str | Path) -> None:
    result = subprocess.run([str(part) for part in command], cwd=ROOT, check=False)
    if result.returncode:
        stop(f"this step failed ({result.returncode}): {' '.join(str(part) for part in command)}")


def fingerprint(purpose: str) -> str:
    digest = hashlib.sha256(sys.version.encode() + str(ROOT).encode())
    for name in ("uv.lock.txt", f"{purpose}.lock.txt"):
        digest.update((LOCKS / name).read_bytes())
    digest.update((ROOT / "pyproject.toml").read_bytes())
    return digest.hexdigest()


def is_ready(purpose: str) -> bool:
    """Say whether `.venv` already holds this purpose or one that includes it."""
    if not PYTHON.exists() or subprocess.run([PYTHON, "-c", ""], check=False).returncode:
        return False
    including = PURPOSES[PURPOSES.index(purpose) :]
    return any(
        (stamp := VENV / f"{name}.done").exists() and stamp.read_text() == fingerprint(name)
        for name in including
    )


def make_venv() -> None:
    # Works where `venv` was split off its interpreter: the message says which package to install.
    try:
        import ensurepip  # noqa: F401, PLC0415
        import venv  # noqa: F401, PLC0415
    except ImportError:
        stop("this Python has no venv module; on Debian or Ubuntu: apt install python3-venv")
    if VENV.exists():
        say("the old .venv is incomplete or out of date; making it anew")
        shutil.rmtree(VENV)
    say("1/3 making .venv")
    call(sys.executable, "-m", "venv", VENV)
    say("2/3 installing uv, pinned by hash")
    call(
        PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check",
        "--require-hashes", "--target", VENV / "uv", "-r", LOCKS / "uv.lock.txt",
    )  # fmt: skip


def install(purpose: str) -> None:
    if is_ready(purpose):
        return
    usable = UV.exists() and PYTHON.exists() and any(VENV.glob("*.done"))
    if not usable or subprocess.run([PYTHON, "-c", ""], check=False).returncode:
        make_venv()
    for stamp in VENV.glob("*.done"):
        stamp.unlink()
    lock = LOCKS / f"{purpose}.lock.txt"
    say(f"3/3 installing what {lock.name} pins (about half a minute the first time)")
    call(
        UV, "pip", "sync", "--python", PYTHON, "--require-hashes", "--compile-bytecode", lock,
    )  # fmt: skip
    (path_file,) = (VENV / "lib").glob("python*/site-packages")
    (path_file / "concord.pth").write_text(f"{ROOT}\n")
    command = BIN / "concord"
    command.write_text(f"#!{PYTHON}\nimport sys\nfrom services.cli import main\nsys.exit(main())\n")
    command.chmod(0o755)
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
    call(UV, "pip", "compile", *options, "--extra", "dev", "-c", bench, project, "-o", dev)
    call(UV, "pip", "compile", *options, "-c", bench, project, "-o", LOCKS / "run.lock.txt")


def main() -> None:
    if sys.version_info < (3, 11):  # noqa: UP036 - the message is for those who have an older one
        version = ".".join(map(str, sys.version_info[:3]))
        stop(f"Python 3.11 or newer is needed, this is {version}; try: make PYTHON=python3.11 …")
    wanted = sys.argv[1] if len(sys.argv) == 2 else ""
    if wanted == "lock":
        lock()
    elif wanted in PURPOSES:
        install(wanted)
    else:
        stop(f"usage: environment.py {'|'.join(PURPOSES)}|lock")


if __name__ == "__main__":
    main()
