"""Registry: what operators type for the keys that encrypt, while a registry serves and after."""

import json
import stat
import subprocess
from pathlib import Path

import httpx
import pytest

from services.kit.keyfile import read_keys
from tests import writes
from tests.databases import ON_POSTGRESQL, Database
from tests.operating import TOKEN, Operator, Service, operator_of, ready_operator

pytestmark = pytest.mark.system

ENCRYPTION = ("registry", "encryption")
BEARER = {"authorization": f"Bearer {TOKEN}"}


@pytest.fixture
def operator(database: Database, tmp_path: Path) -> Operator:
    """With keys and a founded log."""
    operator = ready_operator(database, tmp_path)
    if database.dialect == "sqlite":
        return operator
    roles = {"REGISTRY_REQUEST_ROLE": database.request_role}
    return operator_of(database.writer_url, tmp_path, **roles)


def name(service: Service, code: str) -> int:
    """Name a focal point of a participant; give the position."""
    assert service.sign(code).status_code == 201
    path = f"{service.url}/v1/participants/{code}/focal-points"
    headers = {**BEARER, "idempotency-key": f"name-{code}", "if-none-match": "*"}
    answer = httpx.post(path, json=writes.focal_point(), headers=headers, timeout=20)
    assert answer.status_code == 201, answer.text
    return int(answer.json()["position"])


def read(service: Service, position: int) -> httpx.Response:
    url = f"{service.url}/v1/disclosures/{position}"
    return httpx.get(url, headers=BEARER, timeout=20)


def listed(operator: Operator) -> list[dict[str, object]]:
    told = operator.run(*ENCRYPTION, "list")
    return [json.loads(line) for line in told.stdout.splitlines()]


def noted(told: subprocess.CompletedProcess[str]) -> list[tuple[str, str]]:
    """What a command says for the record: change and id."""
    lines = [json.loads(line) for line in told.stderr.splitlines() if line.startswith("{")]
    return [
        (line["change"], line["key_id"])
        for line in lines
        if (line["event"], line["kind"]) == ("key_changed", "encryption")
    ]


def test_keys_are_rotated_while_a_registry_serves(operator: Operator) -> None:
    """A new key, rewrapping, the old one out of the file; then all is read with the new one."""
    file = operator.folder / "encryption.keys"
    (old,) = read_keys(file, setting="a test's")
    with operator.serving() as service:
        assert service.started["encryption_keys"] == [old.key_id]
        first = name(service, "ZZA")
        added = operator.run(*ENCRYPTION, "add")
        new = added.stdout.strip()
        assert (added.returncode, len(new)) == (0, 16)
        early = operator.run(*ENCRYPTION, "drop", old.key_id)
        assert (early.returncode, "rewrap first" in early.stderr) == (1, True)
        rewrapped = operator.run(*ENCRYPTION, "rewrap")
        assert json.loads(rewrapped.stdout) == {"key_id": new, "rewrapped": 1, "left": {}}
        assert listed(operator)[1] == {
            "key_id": old.key_id, "encrypts": False, "held": True, "entries": 0, "drafts": 0,
            "evidence": 0,
        }  # fmt: skip
        dropped = operator.run(*ENCRYPTION, "drop", old.key_id)
        assert dropped.returncode == 0
        assert [noted(told) for told in (added, early, rewrapped, dropped)] == [
            [("added", new)], [], [("rewrapped", new)], [("dropped", old.key_id)]
        ]  # fmt: skip
        assert read(service, first).json()["disclosures"]
        second = name(service, "ZZB")
        assert read(service, second).json()["disclosures"]
        assert service.stop()[0] == 0
    (only,) = listed(operator)
    assert only == {"key_id": new, "encrypts": True, "held": True, "entries": 2, "drafts": 0,
                    "evidence": 0}  # fmt: skip
    verified = json.loads(operator.run("registry", "verify").stdout)
    assert (verified["disclosures_opened"], verified["disclosures_unopened"]) == (2, 0)


def test_an_entry_whose_key_is_not_here_is_answered_503_and_everything_else_as_ever(
    operator: Operator,
) -> None:
    with operator.serving() as service:
        lost = name(service, "ZZA")
        service.stop()
    file = operator.folder / "encryption.keys"
    (gone,) = read_keys(file, setting="a test's")
    file.unlink()
    assert operator.run(*ENCRYPTION, "add", str(file)).returncode == 0
    with operator.serving() as service:
        kept = name(service, "ZZB")
        refused = read(service, lost)
        assert (refused.status_code, refused.json()["code"]) == (503, "undecipherable")
        assert int(refused.headers["retry-after"]) == 60
        whole = httpx.get(f"{service.url}/v1/disclosures?after=0", headers=BEARER, timeout=20)
        assert whole.status_code == 503
        assert read(service, kept).json()["disclosures"]
        assert httpx.get(f"{service.url}/v1/events?after=0").status_code == 200
        assert httpx.get(f"{service.url}/health/ready").status_code == 200
        status, lines = service.stop()
    assert status == 0
    told_of = [line for line in map(json.loads, lines) if line["event"] == "undecipherable"]
    assert {line["key_id"] for line in told_of} == {gone.key_id}
    told = operator.run(*ENCRYPTION, "list")
    assert (told.returncode, gone.key_id in told.stderr) == (1, True)
    assert operator.run(*ENCRYPTION, "rewrap").returncode == 1
    verified = operator.run("registry", "verify")
    assert (verified.returncode, f"not here: {gone.key_id};" in verified.stderr) == (1, True)
    said = json.loads(verified.stdout)
    assert (said["verified"], said["keys_missing"]) == (True, [gone.key_id])
    assert (said["disclosures_opened"], said["disclosures_unopened"]) == (1, 1)


def test_without_keys_nothing_starts(operator: Operator) -> None:
    settings = dict(operator.environment)
    file = Path(settings.pop("REGISTRY_ENCRYPTION_KEYS_FILE"))
    refused = Operator(operator.folder, settings).run("registry", "serve")
    assert (refused.returncode, refused.stdout) == (2, "")
    assert "REGISTRY_ENCRYPTION_KEYS_FILE" in refused.stderr
    file.chmod(0o644)
    open_to_all = operator.run("registry", "serve")
    assert open_to_all.returncode == 2
    assert "REGISTRY_ENCRYPTION_KEYS_FILE: expected mode 0600" in open_to_all.stderr
    file.unlink()
    assert "cannot be read" in operator.run("registry", "serve").stderr
    verified = Operator(operator.folder, settings).run("registry", "verify")
    assert verified.returncode in {0, 1}  # the log alone, which nothing of this opens
    assert "REGISTRY_ENCRYPTION" not in verified.stderr


def test_the_file_is_for_its_owner_alone_and_its_keys_are_never_shown(operator: Operator) -> None:
    file = operator.folder / "encryption.keys"
    said = [
        operator.run(*ENCRYPTION, *words)
        for words in (["add"], ["list"], ["rewrap"], ["drop", "0" * 16])
    ]
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    keys = read_keys(file, setting="a test's")
    assert len(keys) == 2
    for one in said:
        assert not any(key.raw.hex() in one.stdout + one.stderr for key in keys)
    assert [one.returncode for one in said] == [0, 0, 0, 2]
    first = operator.run(*ENCRYPTION, "drop", keys[0].key_id)
    assert (first.returncode, "add another key first" in first.stderr) == (1, True)


@ON_POSTGRESQL
def test_on_postgresql_requests_need_a_role_of_their_own(
    database: Database, operator: Operator
) -> None:
    refused = operator_of(database.writer_url, operator.folder).run("registry", "serve")
    assert refused.returncode == 1
    assert "REGISTRY_REQUEST_ROLE" in refused.stderr
    wrong = operator.run("registry", "serve", REGISTRY_REQUEST_ROLE="x; DROP")
    assert (wrong.returncode, "REGISTRY_REQUEST_ROLE" in wrong.stderr) == (2, True)
