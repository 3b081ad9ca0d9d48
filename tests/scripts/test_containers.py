"""Scripts: the container files are as they should be, and planted faults are noticed."""

from collections.abc import Mapping
from typing import Any

import pytest
import yaml

from scripts import containers

COMPOSE = containers.COMPOSE.read_text()
DOCKERFILE = containers.DOCKERFILE.read_text()
IGNORE = containers.IGNORE.read_text()


@pytest.fixture(scope="module")
def registry() -> Mapping[str, Any]:
    service: Mapping[str, Any] = containers.parsed(containers.COMPOSE)["services"]["registry"]
    return service


def test_the_container_files_pass_every_check() -> None:
    assert containers.main() == 0


def test_the_services_are_those_of_the_architecture() -> None:
    services = containers.parsed(containers.COMPOSE)["services"]
    assert set(services) == {"postgres", "migrate", "registry", "projector", "reporting"}


def test_every_variable_that_must_be_given_is_in_the_example_and_empty_there() -> None:
    example = (containers.ROOT / "deploy" / "compose.env.example").read_text()
    lines = [line for line in example.splitlines() if line and not line.startswith("#")]
    given = dict(line.split("=", 1) for line in lines)
    assert set(given) == set(containers.REQUIRED.findall(COMPOSE))
    assert set(given.values()) == {""}


@pytest.mark.parametrize(
    ("member", "value", "finding"),
    [
        ("user", "0:0", "root"),
        ("user", "", "root"),
        ("read_only", False, "written"),
        ("cap_drop", ["NET_RAW"], "capabilities"),
        ("security_opt", [], "privileges"),
        ("privileged", True, "contained"),
        ("network_mode", "host", "contained"),
        ("deploy", {}, "limit"),
        ("healthcheck", {}, "health"),
        ("ports", [{"target": 8001, "host_ip": "0.0.0.0"}], "beyond this machine"),  # noqa: S104 - a planted fault
        ("volumes", [{"source": "/var/run/docker.sock"}], "engine"),
    ],
)
def test_a_careless_service_is_noticed(
    registry: Mapping[str, Any], member: str, value: Any, finding: str
) -> None:
    assert list(containers.service_findings("registry", registry)) == []
    (found,) = containers.service_findings("registry", {**registry, member: value})
    assert finding in found


@pytest.mark.parametrize("image", ["postgres", "postgres:latest", "mirror:5000/postgres"])
def test_an_image_without_a_version_is_noticed(registry: Mapping[str, Any], image: str) -> None:
    service = {name: value for name, value in registry.items() if name != "build"}
    assert list(containers.service_findings("registry", {**service, "image": image}))


@pytest.mark.parametrize(
    "line",
    [
        "POSTGRES_PASSWORD: secret",
        "POSTGRES_PASSWORD: ${POSTGRES_PASSWORD:-secret}",
        "POSTGRES_PASSWORD: ${POSTGRES_PASSWORD}",
        "REGISTRY_TOKENS: '[]'",
        "REGISTRY_DATABASE_URL: postgresql+psycopg://me:secret@postgres/registry",
    ],
)
def test_a_secret_with_a_default_is_noticed(line: str) -> None:
    text = f"services:\n  one:\n    environment:\n      {line}\n"
    assert list(containers.source_findings(text))


def test_a_secret_that_must_be_given_is_fine() -> None:
    service = {
        "environment": {
            "POSTGRES_PASSWORD": "${POSTGRES_PASSWORD:?say it}",
            "REGISTRY_DATABASE_URL": "postgresql+psycopg://me:${WRITER_PASSWORD:?why}@db/registry",
            "REGISTRY_SIGNING_KEY_FILE": "/run/secrets/key",
            "REPORTING_REGISTRY_URL": "http://registry:8001",
        }
    }
    assert list(containers.source_findings(yaml.safe_dump({"services": {"one": service}}))) == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("USER 10001:10001", "USER root"),
        ("USER 10001:10001", ""),
        ("--require-hashes", ""),
        ("FROM python:3.11-slim-bookworm", "FROM python:latest"),
        ("FROM python:3.11-slim-bookworm", "FROM python"),
        ("COPY alembic.ini ./", "ADD alembic.ini ./"),
        ("ENV PATH", "ENV API_TOKEN=1\nENV PATH"),
    ],
)
def test_a_careless_image_is_noticed(old: str, new: str) -> None:
    assert list(containers.dockerfile_findings(DOCKERFILE, IGNORE)) == []
    assert old in DOCKERFILE
    assert list(containers.dockerfile_findings(DOCKERFILE.replace(old, new), IGNORE))


def test_a_build_that_lets_everything_in_is_noticed() -> None:
    assert list(containers.dockerfile_findings(DOCKERFILE, ".git\n"))
