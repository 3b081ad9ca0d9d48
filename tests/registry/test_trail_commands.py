"""Registry: the trail as operators and auditors meet it: commands, processes, and their ends."""

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests import writes
from tests.databases import Databases
from tests.operating import TOKEN, Operator, Service, ready_operator

pytestmark = pytest.mark.system


@pytest.fixture
def operator(databases: Databases, tmp_path: Path) -> Operator:
    """With a key and a founded log on SQLite."""
    return ready_operator(databases.sqlite("registry", tmp_path), tmp_path)


def lines(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


def recorded(operator: Operator, month: str) -> list[tuple[str, dict[str, Any]]]:
    """Type and body of every entry that is signed, as an auditor gets them."""
    export = operator.run("registry", "trail", "export", month)
    assert export.returncode == 0, export.stderr
    pages: list[Any] = lines(export.stdout)[:-1]
    return [(event["type"], event["data"]) for page in pages for event in page]


def months(operator: Operator) -> list[str]:
    return [one["month"] for one in lines(operator.run("registry", "trail", "list").stdout)]


def with_a_focal_point(service: Service) -> None:
    assert service.sign("ZZA").status_code == 201
    answer = service._create(
        "/v1/participants/ZZA/focal-points", writes.focal_point(), key="designate"
    )
    assert answer.status_code == 201, answer.text


def with_mandates(service: Service, count: int) -> None:
    """Mandates for everything at the positions from 1, in each of which a person is sealed."""
    for number in range(count):
        body = writes.mandate(f"auditor-{number:04}")
        del body["participants"], body["cycles"]
        answer = service._create("/v1/mandates", body, key=f"mandate-{number}")
        assert answer.status_code == 201, answer.text


def disclosed(service: Service, request_id: str, position: int = 2) -> int:
    return httpx.get(
        f"{service.url}/v1/disclosures/{position}",
        headers={"authorization": f"Bearer {TOKEN}", "x-request-id": request_id},
        timeout=20,
    ).status_code


def test_commands_and_starts_stand_in_the_trail_with_the_keys_they_concern(
    operator: Operator,
) -> None:
    added = operator.run("registry", "encryption", "add")
    assert added.returncode == 0, added.stderr
    missing = operator.run("registry", "encryption", "drop", "k-unknown")
    assert missing.returncode == 2
    assert operator.run("registry", "migrate").returncode == 0
    with operator.serving() as service:
        service.stop()
    (month,) = months(operator)
    found = [
        (body["command"], body["outcome"], body.get("concerns", []))
        for kind, body in recorded(operator, month)
        if kind == "command-run"
    ]
    key_id = added.stdout.strip()
    assert found[:4] == [
        ("registry encryption add", "begun", [key_id]),
        ("registry encryption add", "done", [key_id]),
        ("registry migrate", "begun", []),
        ("registry migrate", "done", []),
    ]
    command, outcome, keys = found[4]
    assert (command, outcome) == ("registry serve", "begun")
    assert key_id in keys
    assert lines(operator.run("registry", "trail", "verify").stdout)[0]["verified"]


def test_a_command_that_fails_is_recorded_as_such(operator: Operator) -> None:
    rubbish = operator.folder / "rubbish.ndjson"
    rubbish.write_text("{}")
    assert operator.run("registry", "recover", "--from-export", str(rubbish)).returncode == 1
    with operator.serving() as service:
        service.stop()
    (month,) = months(operator)
    outcomes = [body["outcome"] for kind, body in recorded(operator, month)[1:]]
    assert outcomes == ["begun", "failed", "begun"]


def test_a_command_that_cannot_be_recorded_does_nothing(operator: Operator) -> None:
    before = (operator.folder / "encryption.keys").read_bytes()
    (operator.folder / "trail").rename(operator.folder / "away")
    refused = operator.run("registry", "encryption", "add")
    assert (refused.returncode, refused.stdout) == (2, "")
    assert "REGISTRY_TRAIL_FOLDER" in refused.stderr
    assert (operator.folder / "encryption.keys").read_bytes() == before


def test_no_command_writes_into_an_older_copy_of_the_trail(operator: Operator) -> None:
    assert operator.run("registry", "migrate").returncode == 0
    (file,) = (operator.folder / "trail").glob("*.sqlite")
    older = file.read_bytes()
    with operator.serving() as service:
        service.stop()
    for leftover in file.parent.glob(f"{file.name}*"):
        leftover.unlink()
    file.write_bytes(older)
    keys = [operator.folder / name for name in ("signing.key", "encryption.keys")]
    before = [key.read_bytes() for key in keys]
    for words in (("keys", "rotate"), ("registry", "encryption", "add"), ("registry", "serve")):
        refused = operator.run(*words)
        assert (refused.returncode, refused.stdout) == (1, ""), words
        assert f"the trail of {file.stem} ({file}) has 3 entries, but " in refused.stderr
        assert refused.stderr.endswith("? docs/runbook.md, Trail, says what to do\n")
    assert [key.read_bytes() for key in keys] == before
    assert file.read_bytes() == older


def test_a_command_that_cannot_compare_the_trail_does_nothing(operator: Operator) -> None:
    settings = dict(operator.environment)
    del settings["REGISTRY_CHECKPOINT_STORE"]
    refused = Operator(operator.folder, settings).run("keys", "rotate")
    assert (refused.returncode, refused.stdout) == (2, "")
    assert "REGISTRY_CHECKPOINT_STORE: needed with REGISTRY_TRAIL_FOLDER" in refused.stderr


def test_a_trail_that_nobody_has_signed_yet_verifies(operator: Operator) -> None:
    assert operator.run("registry", "migrate").returncode == 0
    verified = operator.run("registry", "trail", "verify")
    assert verified.returncode == 0, verified.stderr
    (one,) = lines(verified.stdout)
    assert (one["size"], one["signed_size"]) == (3, 0)
    assert f"nothing of {one['month']} is signed yet" in verified.stderr


def test_a_damaged_month_is_named_with_its_file(operator: Operator) -> None:
    assert operator.run("registry", "migrate").returncode == 0
    (file,) = (operator.folder / "trail").glob("*.sqlite")
    file.write_bytes(b"no database " * 1_000)
    for words in (
        ("trail", "verify"),
        ("trail", "list"),
        ("serve",),
        ("migrate",),
        ("encryption", "add"),
    ):
        refused = operator.run("registry", *words)
        assert refused.returncode == 1, words
        assert f"the trail of {file.stem} ({file}) cannot be used: file is not" in refused.stderr
        assert "docs/runbook.md, Trail" in refused.stderr


def test_a_folder_that_cannot_be_read_is_named_with_the_reason(operator: Operator) -> None:
    assert operator.run("registry", "migrate").returncode == 0
    folder = operator.folder / "trail"
    folder.chmod(0)
    for words in (("trail", "verify"), ("trail", "list"), ("serve",), ("encryption", "add")):
        refused = operator.run_without_powers("registry", *words)
        assert refused.returncode == 1, words
        assert f"the trail cannot be read: {folder}: Permission denied; docs/" in refused.stderr
    folder.chmod(0o700)


def test_an_export_that_cannot_be_written_is_said_in_one_line(operator: Operator) -> None:
    with operator.serving() as service:
        service.stop()
    (month,) = months(operator)
    there = operator.folder / "signing.key"
    refused = operator.run("registry", "trail", "export", month, f"{there}/x")
    assert refused.returncode == 2
    assert refused.stderr == f"concord: {there}/x: Not a directory\n"


def test_a_command_for_another_log_is_not_recorded_in_this_trail(operator: Operator) -> None:
    assert operator.run("registry", "migrate").returncode == 0
    refused = operator.run("registry", "migrate", REGISTRY_ORIGIN="demonstration.other/log")
    assert refused.returncode == 1
    assert "expected the trail of demonstration.other/log" in refused.stderr


def test_a_registry_without_its_trail_does_not_start(operator: Operator) -> None:
    (operator.folder / "trail").rmdir()
    served = operator.run("registry", "serve")
    assert (served.returncode, "Traceback" in served.stderr) == (2, False)
    assert "REGISTRY_TRAIL_FOLDER" in served.stderr


def test_whatever_was_read_is_in_the_trail_after_a_kill(operator: Operator) -> None:
    """Twice each: what was given out again is counted, and of the first time an entry stands."""
    answered: list[str] = []
    with operator.serving() as service:
        with_mandates(service, 40)

        def read_on(reader: int) -> None:
            for position in range(1 + reader, 41, 4):
                request_id = f"reader-{reader}-{position}"
                try:
                    assert disclosed(service, request_id, position) == 200
                    answered.append(request_id)
                    assert disclosed(service, "again", position) == 200
                except httpx.TransportError:
                    return
                if len(answered) >= 25:
                    service.process.kill()

        with ThreadPoolExecutor(4) as pool:
            list(pool.map(read_on, range(4)))
    assert 25 <= len(answered) < 40
    with operator.serving() as service:  # signs what was left unsigned
        service.stop()
    verified = operator.run("registry", "trail", "verify")
    assert verified.returncode == 0, verified.stderr
    (month,) = months(operator)
    opened = {
        body["request_id"]
        for kind, body in recorded(operator, month)
        if kind == "disclosures-opened"
    }
    assert set(answered) <= opened


def test_an_auditor_checks_an_export_offline_and_sees_a_change(operator: Operator) -> None:
    key = operator.run("keys", "show").stdout.strip()
    with operator.serving() as service:
        with_a_focal_point(service)
        assert disclosed(service, "request-1") == 200
        service.stop()
    (month,) = months(operator)
    file = operator.folder / "trail.ndjson"
    assert operator.run("registry", "trail", "export", month, str(file)).returncode == 0
    checked = operator.run("verify", "trail", str(file), "--key", key)
    assert lines(checked.stdout)[0]["month"] == month, checked.stderr
    file.write_bytes(file.read_bytes().replace(b'"request-1"', b'"request-2"'))
    changed = operator.run("verify", "trail", str(file), "--key", key)
    assert (changed.returncode, changed.stdout) == (1, "")
    assert "another digest" in changed.stderr


def test_only_months_are_exported_and_dropped_and_the_newest_stays(operator: Operator) -> None:
    with operator.serving() as service:
        service.stop()
    (month,) = months(operator)
    for wrong in (
        ("export", "2026-13"),
        ("export", "../checkpoints"),
        ("drop", "--before", "tomorrow"),
    ):
        assert operator.run("registry", "trail", *wrong).returncode == 2
    assert operator.run("registry", "trail", "export", "2020-01").returncode == 1
    dropped = operator.run("registry", "trail", "drop", "--before", "9999-12")
    assert (dropped.returncode, dropped.stdout) == (0, "")
    assert months(operator) == [month]
