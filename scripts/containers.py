"""Containers: checks Dockerfile and Compose file with real parsers; runs no container.

`python -m scripts.containers` ends with 1 and one line for each thing that is wrong. The rules on
the parsed files are functions of their own, so that tests can plant faults.
"""

import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
COMPOSE = ROOT / "docker-compose.yml"
DOCKERFILE = ROOT / "Dockerfile"
IGNORE = ROOT / ".dockerignore"

RUNS_ONCE = {"migrate"}
"""Services that end by themselves: they need no health check and no restart."""
SECRET = re.compile(r"PASSWORD|SECRET|TOKEN|KEY|CREDENTIAL|_URL$")
REQUIRED = re.compile(r"\$\{([A-Z0-9_]+):\?[^}]+\}")
OPTIONAL = re.compile(r"\$\{([A-Z0-9_]+)(?::?-[^}]*)?\}")

Service = Mapping[str, Any]


def main() -> int:
    """Run every check; print what is wrong."""
    wrong = [*tool_findings(), *dockerfile_findings(DOCKERFILE.read_text(), IGNORE.read_text())]
    text = COMPOSE.read_text()
    wrong += source_findings(text)
    wrong += [
        finding
        for name, service in parsed(COMPOSE)["services"].items()
        for finding in service_findings(name, service)
    ]
    for finding in wrong:
        print(finding, file=sys.stderr)
    return 1 if wrong else 0


def _call(*command: str | Path, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    # An environment of our own: whatever the developer has set must not stand in for a secret.
    return subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        capture_output=True,
        text=True,
        check=False,
        env={"PATH": "/usr/bin:/bin", "HOME": "/nonexistent"},
    )


def tool_findings() -> Iterator[str]:
    """Ask the linter and Compose itself."""
    lint = _call(BIN / "hadolint", "--failure-threshold", "info", DOCKERFILE)
    if lint.returncode:
        yield f"hadolint: {lint.stdout.strip()}"
    bare = _compose(COMPOSE, {}, "config", "-q")
    if not bare.returncode:
        yield "docker-compose.yml: accepted without any secret given; one of them has a default"
    full = _compose(COMPOSE, _stand_ins(COMPOSE.read_text()), "config", "-q")
    if full.returncode:
        yield f"docker-compose: {full.stderr.strip()}"


def _stand_ins(text: str) -> dict[str, str]:
    """Something for each variable that must be given, so that the file can be parsed."""
    return {name: f"stand-in-for-{name.lower()}" for name in REQUIRED.findall(text)}


def _compose(
    file: Path, variables: Mapping[str, str], *arguments: str
) -> subprocess.CompletedProcess[str]:
    with tempfile.TemporaryDirectory() as folder:
        given = Path(folder) / "given.env"
        given.write_text("".join(f"{name}={value}\n" for name, value in variables.items()))
        return _call(BIN / "docker-compose", "--env-file", given, "-f", file, *arguments)


def parsed(file: Path) -> dict[str, Any]:
    """Give the file as Compose understands it, with every variable filled in."""
    result = _compose(file, _stand_ins(file.read_text()), "config", "--format", "json")
    if result.returncode:
        raise SystemExit(f"docker-compose: {result.stderr.strip()}")
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def source_findings(text: str) -> Iterator[str]:
    """Look at the file as written: secrets are given by whoever runs it, never by the file."""
    for name, service in yaml.safe_load(text)["services"].items():
        environment = service.get("environment") or {}
        if not isinstance(environment, dict):
            yield f"{name}: write `environment` as a map"
            continue
        for variable, value in environment.items():
            if not SECRET.search(variable) or variable.endswith("_FILE"):
                continue
            bare = re.sub(r"//[a-z_]+:\$\{[A-Z0-9_]+:\?[^}]+\}@", "//given@", str(value))
            is_given = bool(REQUIRED.search(str(value)))
            has_own_password = re.search(r"//[^@/\s]*:[^@/\s]*@", bare)
            is_address = variable.endswith("_URL") and not has_own_password
            if not is_given and not is_address:
                yield f"{name}: {variable} must be given from outside: ${{{variable}:?…}}"
    for variable in set(OPTIONAL.findall(text)):
        if SECRET.search(variable) and not variable.endswith("_FILE"):
            yield f"{variable} may not have a default or be left out"


def service_findings(name: str, service: Service) -> Iterator[str]:
    """Look at one service as parsed: what it may do, and how anybody knows that it lives."""
    for finding, holds in RULES.items():
        if not holds(service):
            yield f"{name}: {finding}"
    if name not in RUNS_ONCE and not service.get("healthcheck", {}).get("test"):
        yield f"{name}: has no health check"
    for port in service.get("ports", []):
        if port.get("host_ip") != "127.0.0.1":
            yield f"{name}: port {port.get('target')} is open beyond this machine"


def _is_not_root(service: Service) -> bool:
    return str(service.get("user", "")).partition(":")[0] not in {"", "0", "root"}


def _is_limited(service: Service) -> bool:
    limits = service.get("deploy", {}).get("resources", {}).get("limits", {})
    return {"cpus", "memory", "pids"} <= set(limits)


def _has_a_version(service: Service) -> bool:
    if "build" in service:
        return True
    tag = re.search(r":(\w[\w.-]*)$", str(service.get("image", "")))
    return tag is not None and tag[1] != "latest"


def _leaves_the_engine_alone(service: Service) -> bool:
    sources = [str(volume.get("source", "")) for volume in service.get("volumes", [])]
    return not any("docker.sock" in source for source in sources)


RULES: Mapping[str, Callable[[Service], bool]] = {
    "runs as root; give it a user": _is_not_root,
    "its root file system can be written": lambda service: bool(service.get("read_only")),
    "keeps capabilities; drop ALL": lambda service: "ALL" in service.get("cap_drop", []),
    "may gain privileges": lambda service: (
        "no-new-privileges:true" in service.get("security_opt", [])
    ),
    "is not contained": lambda service: (
        not service.get("privileged") and service.get("network_mode") != "host"
    ),
    "has no limit on cpus, memory and pids": _is_limited,
    "its image names no version": _has_a_version,
    "may command the container engine": _leaves_the_engine_alone,
}
"""What is wrong with a service, and the check that says it is not."""


def dockerfile_findings(text: str, ignored: str) -> Iterator[str]:
    """Look at what hadolint does not: user, hashes, secrets, and what may enter the build."""
    users = re.findall(r"^USER +(\S+)", text, re.MULTILINE)
    if not users or not re.fullmatch(r"[1-9][0-9]*(:[1-9][0-9]*)?", users[-1]):
        yield "Dockerfile: the last USER is not a number other than 0"
    for image in re.findall(r"^FROM +(\S+)", text, re.MULTILINE):
        if ":" not in image or image.endswith(":latest"):
            yield f"Dockerfile: {image} names no version"
    for install in re.findall(r"(?:pip install|pip sync)[^&]*", text):
        if "--require-hashes" not in install:
            yield "Dockerfile: something is installed without checking its hash"
    for name in re.findall(r"^(?:ENV|ARG) +([A-Z0-9_]+)", text, re.MULTILINE):
        if SECRET.search(name):
            yield f"Dockerfile: {name} would stay in the image"
    if re.search(r"^ADD\b", text, re.MULTILINE):
        yield "Dockerfile: use COPY, not ADD"
    if not any(line.strip() == "*" for line in ignored.splitlines()):
        yield ".dockerignore: begin by leaving out everything (*), then let in what is needed"


if __name__ == "__main__":
    sys.exit(main())
