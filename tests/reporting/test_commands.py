"""What operators type: what is printed where, and how it ends."""

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest
from typer.testing import CliRunner, Result

from contracts.note import SigningKey
from services.kit.errors import Unavailable
from services.kit.settings import SettingsRefused, read_settings
from services.reporting.cli import app
from services.reporting.projections.catalogue import PROJECTIONS
from services.reporting.settings import ReportingSettings
from tests import makers
from tests.architecture.source import ROOT
from tests.databases import Database
from tests.reporting.answering import Told
from tests.reporting.projected import digests
from tests.simulated_registry import ORIGIN, SimulatedRegistry


@contextmanager
def on_a_socket(registry: SimulatedRegistry) -> Iterator[str]:
    """Serve a registry in memory on loopback."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            answer = registry.answer(httpx.Request("GET", f"http://registry.test{self.path}"))
            self.send_response(answer.status_code)
            self.send_header("Content-Length", str(len(answer.content)))
            self.end_headers()
            self.wfile.write(answer.content)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


def run(url: str, *arguments: str) -> Result:
    return CliRunner().invoke(app, arguments, env={"REPORTING_DATABASE_URL": url})


def lines(result: Result) -> list[Any]:
    return [json.loads(line) for line in result.stdout.splitlines()]


@pytest.fixture
def url(reporting_database: Database) -> str:
    return reporting_database.url


def test_status_says_how_far_and_what_is_proven(told: Told, url: str) -> None:
    told.tell(makers.cycle_opened(), makers.signature_recorded("ZZA"))
    result = run(url, "status")
    assert result.exit_code == 0
    (said,) = lines(result)
    assert (said["position"], said["proven_position"], said["state"]) == (2, 2, "running")
    assert said["checkpoint"] == told.registry.signed()
    assert said["parked"] == []


def test_status_of_a_stopped_projector_ends_with_one_and_the_reason(told: Told, url: str) -> None:
    told.registry.append_body("cycle-opened", {}, stream="cycle-1")
    with pytest.raises(Exception, match="stopped at position 1"):
        told.project()
    result = run(url, "status")
    assert result.exit_code == 1
    assert lines(result)[0]["state"] == "stopped"
    assert "stopped at position 1: cycle-opened could not be read" in result.stderr


def test_status_says_since_when_the_registry_is_out_of_reach(told: Told, url: str) -> None:
    told.tell(makers.signature_recorded("ZZA"))
    told.registry.is_down = True
    for minutes in (0, 2):
        told.now += timedelta(minutes=minutes)
        with pytest.raises(Unavailable):
            told.projector.fetch(0)
    result = run(url, "status")
    assert result.exit_code == 0
    (said,) = lines(result)
    assert said["state"] == "running"
    assert said["unreachable_since"] == "2026-11-21T12:00:00.000000Z"
    assert said["unreachable_because"] == "/v1/events: ConnectError"
    assert "has not answered since 2026-11-21T12:00:00.000000Z" in result.stderr
    told.registry.is_down = False
    told.project()
    (said,) = lines(run(url, "status"))
    assert (said["unreachable_since"], said["unreachable_because"]) == (None, None)
    assert said["seen_at"] == "2026-11-21T12:02:00.000000Z"


def test_nothing_to_look_at_is_said(url: str) -> None:
    for command in ("status", "digest", "parked", "release"):
        result = run(url, command)
        assert result.exit_code == 1
        assert "nothing was projected yet" in result.stderr
        assert result.stdout == ""


def test_digests_are_printed_a_projection_a_line(told: Told, url: str) -> None:
    told.tell(makers.cycle_opened(), makers.signature_recorded("ZZA"))
    now, before = run(url, "digest"), run(url, "digest", "--position", "1")
    assert {line["projection"]: line["sha256"] for line in lines(now)} == digests(told.engine)
    assert [line["projection"] for line in lines(before)] == [each.name for each in PROJECTIONS]
    assert {line["position"] for line in lines(before)} == {1}
    beyond = run(url, "digest", "--position", "3")
    assert beyond.exit_code == 1
    assert "expected one from 0 to 2, got 3" in beyond.stderr


def test_digests_name_who_was_parked_at_their_position(told: Told, url: str) -> None:
    told.tell(makers.signature_recorded("ZZA"))
    told.registry.append_body("plan-registered", {"participant": "ZZA"}, stream="plan-1")
    told.project()
    for position, parked in (("1", []), ("2", ["ZZA"])):
        said = lines(run(url, "digest", "--position", position))
        assert all(line["parked"] == parked for line in said)


def test_who_is_parked_is_printed_and_released(told: Told, url: str) -> None:
    told.registry.append_body("plan-registered", {"participant": "ZZA"}, stream="plan-1")
    told.project()
    (one,) = lines(run(url, "parked"))
    assert (one["participant"], one["since_position"]) == ("ZZA", 1)
    again = run(url, "release")
    assert again.exit_code == 1
    assert "1 entries replayed" in again.stderr
    assert "parked again: ZZA" in again.stderr
    assert lines(again) == [one]


@pytest.mark.usefixtures("log_lines")
def test_a_database_that_is_not_there_yet_is_migrated_and_said_so(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'new.db'}"
    for command in ("status", "parked", "release", "serve"):
        refused = run(url, command)
        assert refused.exit_code == 2
        assert "there is no database" in refused.stderr
        assert "`concord reporting migrate` makes one" in refused.stderr
    assert not (tmp_path / "new.db").exists()
    (tmp_path / "new.db").touch()
    assert "it is at none: `concord reporting migrate`" in run(url, "status").stderr
    assert run(url, "migrate").exit_code == 0
    assert "nothing was projected yet" in run(url, "status").stderr


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"REPORTING_VERIFIER_KEY": "a+b+c"}, "REPORTING_VERIFIER_KEY: "),
        ({"REPORTING_REGISTRY_URL": "registry:8001"}, "REPORTING_REGISTRY_URL: "),
        ({"REPORTING_WAIT": "3"}, "REPORTING_WAIT: no setting has this name"),
        ({"REPORTING_DATABASE_URL": None}, "REPORTING_DATABASE_URL: "),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
)
def test_wrong_settings_are_refused_by_name(changes: dict[str, str | None], reason: str) -> None:
    given = {"REPORTING_DATABASE_URL": "sqlite:///x.db"} | changes
    environment = {name: text for name, text in given.items() if text is not None}
    with pytest.raises(SettingsRefused, match=reason):
        read_settings(ReportingSettings, environment)


def test_what_needs_the_registry_says_what_is_not_set(url: str) -> None:
    for missing in ("REPORTING_VERIFIER_KEY", "REPORTING_REGISTRY_URL"):
        given = {
            "REPORTING_DATABASE_URL": url,
            "REPORTING_VERIFIER_KEY": SigningKey.generate(ORIGIN).verifier.text,
            "REPORTING_REGISTRY_URL": "http://127.0.0.1:1",
        }
        del given[missing]
        result = _process(given, "project")
        assert result.returncode == 2
        assert f"{missing}: needed here" in result.stderr


def test_a_host_without_time_zones_is_refused(url: str) -> None:
    served = _process({"REPORTING_DATABASE_URL": url, "PYTHONTZPATH": ""}, "serve")
    assert (served.returncode, served.stdout) == (2, "")
    assert "the IANA time zone database: install the package tzdata" in served.stderr


def _process(environment: dict[str, str], *arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "services.reporting", *arguments],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.mark.system
def test_a_log_is_followed_rebuilt_and_followed_until_a_signal(
    told: Told, url: str, tmp_path: Path
) -> None:
    registry = told.registry
    registry.append(makers.cycle_opened(), makers.signature_recorded("ZZA"))
    with on_a_socket(registry) as address:
        environment = {
            "REPORTING_DATABASE_URL": url,
            "REPORTING_REGISTRY_URL": address,
            "REPORTING_VERIFIER_KEY": registry.key.verifier.text,
        }
        with subprocess.Popen(
            [sys.executable, "-m", "services.reporting", "project"],
            cwd=ROOT,
            env={**os.environ, **environment},
            stderr=subprocess.PIPE,
            text=True,
        ) as process:
            assert process.stderr is not None
            heard = _heard(process.stderr, "page_projected")
            assert (heard["position"], heard["is_proven"]) == (2, True)
            registry.append(makers.signature_recorded("ZZB"))
            assert _heard(process.stderr, "page_projected")["position"] == 3
            process.send_signal(signal.SIGTERM)
            assert process.wait(30) == 0
            assert '"event":"projector_ended"' in process.stderr.read()
        before = digests(told.engine)
        export = str(registry.export(tmp_path / "log.ndjson"))
        rebuilt = _process(environment, "rebuild", "--from-export", export, "--grace-seconds", "0")
        assert rebuilt.returncode == 0, rebuilt.stderr
        said = [json.loads(line) for line in rebuilt.stdout.splitlines()]
        assert {line["projection"]: line["sha256"] for line in said} == before
        assert "generation 2 answers; compared at 3" in rebuilt.stderr
        registry.tamper = lambda events: events[1:]
        stopped = _process(environment, "rebuild")
    assert stopped.returncode == 1
    assert "stopped at position 1: expected the leaf of position 1, got that of 2" in stopped.stderr


def _heard(stream: Any, event: str) -> dict[str, Any]:
    for line in stream:
        said: dict[str, Any] = json.loads(line)
        if said["event"] == event:
            return said
    raise AssertionError(f"the process ended without {event}")
