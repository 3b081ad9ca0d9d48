"""Registry: what operators type, as processes: what is printed where, and how they end."""

import json
import shutil
import socket
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from contracts.note import SigningKey
from services.registry.keys import write_signing_key
from tests import makers
from tests.databases import Database, Databases
from tests.operating import ORIGIN, TOKEN, Operator, Service, operator_of, ready_operator

pytestmark = pytest.mark.system


@pytest.fixture
def operator(databases: Databases, tmp_path: Path) -> Operator:
    """With a key and a founded log on SQLite."""
    return ready_operator(databases.sqlite("registry", tmp_path), tmp_path)


def test_a_served_registry_records_stops_in_order_and_can_be_checked(operator: Operator) -> None:
    with operator.serving() as service:
        assert service.started["origin"] == ORIGIN
        assert service.started["signed_size"] == 0
        answers = [service.sign(code) for code in ("ZZA", "ZZB", "ZZC")]
        assert {answer.status_code for answer in answers} == {201}
        status, lines = service.stop()
    assert status == 0
    assert json.loads(lines[-1])["event"] == "service_stopped"
    assert all(json.loads(line)["service"] == "registry" for line in lines)
    assert TOKEN not in "".join(lines)
    verified = operator.run("registry", "verify")
    assert json.loads(verified.stdout) | {"root": ""} == {
        "verified": True,
        "origin": ORIGIN,
        "size": 3,
        "root": "",
        "signed_size": 3,
        "disclosures_opened": 0,
        "disclosures_unopened": 0,
        "keys_missing": [],
        "evidence": None,
    }
    assert operator.run("registry", "checkpoint").stdout.startswith(f"{ORIGIN}\n3\n")
    check_offline(operator, answers[1].json()["receipt"])


def check_offline(operator: Operator, receipt: str) -> None:
    """Check what was handed out, with a pinned key and nothing else."""
    key = operator.run("keys", "show").stdout.strip()
    export, kept = operator.folder / "export.ndjson", operator.folder / "receipt.txt"
    exported = operator.run("registry", "export", str(export))
    assert "3 entries" in exported.stderr
    assert operator.run("registry", "export").stdout.encode() == export.read_bytes()
    whole = operator.run("verify", "export", str(export), "--key", key)
    assert json.loads(whole.stdout)["size"] == 3
    kept.write_text(receipt)
    one = operator.run("verify", "receipt", str(kept), "--key", key)
    assert json.loads(one.stdout)["participant"] == "ZZB"
    export.write_bytes(export.read_bytes().replace(b"Fictitious ZZB", b"Fictitious ZZX"))
    changed = operator.run("verify", "export", str(export), "--key", key)
    assert (changed.returncode, changed.stdout) == (1, "")
    assert "position 2" in changed.stderr


def test_a_stop_wakes_the_readers_who_wait(operator: Operator) -> None:
    with (
        operator.serving() as service,
        httpx.Client(timeout=40) as client,
        ThreadPoolExecutor(1) as pool,
    ):
        waiting = pool.submit(client.get, f"{service.url}/v1/events?after=0&wait=30")
        wait_for_metric(client, service, "registry_feed_waiting 1.0")
        status, _ = service.stop()
        assert waiting.result(20).text == "[]"
    assert status == 0


def wait_for_metric(client: httpx.Client, service: Service, line: str) -> None:
    for _ in range(2_000):
        if line in client.get(f"{service.url}/metrics").text:
            return
    raise AssertionError(f"never saw {line}")


def test_a_database_that_is_not_migrated_is_refused(tmp_path: Path) -> None:
    operator = operator_of(f"sqlite:///{tmp_path / 'empty.db'}", tmp_path)
    write_signing_key(tmp_path / "signing.key", SigningKey.generate(ORIGIN))
    evidence = {"REGISTRY_EVIDENCE_FOLDER": str(tmp_path)}
    commands = ("serve", "verify", "export", "sweep", "encryption list", "encryption rewrap")
    for command in commands:
        missing = operator.run("registry", *command.split(), **evidence)
        assert missing.returncode == 2, missing.stderr
        assert "`concord registry migrate` makes one" in missing.stderr
    assert not (tmp_path / "empty.db").exists()
    (tmp_path / "empty.db").touch()
    for command in commands:
        refused = operator.run("registry", *command.split(), **evidence)
        assert refused.returncode == 1
        assert "expected the schema at revision" in refused.stderr
        assert "it is at none: `concord registry migrate` brings it there" in refused.stderr


def test_an_export_that_cannot_be_written_is_said_in_one_line(operator: Operator) -> None:
    with operator.serving() as service:
        service.sign("ZZA")
        service.stop()
    denied = operator.folder / "denied"
    denied.mkdir(mode=0)
    for file, reason in (
        (operator.folder / "signing.key" / "x", "Not a directory"),
        (denied / "x", "Permission denied"),
    ):
        refused = operator.run_without_powers("registry", "export", str(file))
        assert (refused.returncode, refused.stdout) == (2, "")
        assert refused.stderr == f"concord: {file}: {reason}\n"


def test_a_log_is_founded_once(tmp_path: Path) -> None:
    operator = operator_of(f"sqlite:///{tmp_path / 'new.db'}", tmp_path)
    for _ in range(2):
        migrated = operator.run("registry", "migrate")
        assert (migrated.returncode, migrated.stdout) == (0, "")
    other = operator.run("registry", "migrate", REGISTRY_ORIGIN="demonstration.other/log")
    assert other.returncode == 1
    assert f"it is that of {ORIGIN}" in other.stderr


def test_a_port_that_is_taken_is_said_plainly(operator: Operator) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        served = operator.run("registry", "serve", "--port", str(port))
    assert served.returncode == 1
    assert f"cannot listen on 127.0.0.1 port {port}" in served.stderr
    assert "Traceback" not in served.stderr


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"REGISTRY_REQUEST_DIGEST_KEY": "canary"}, "REGISTRY_REQUEST_DIGEST_KEY"),
        ({"REGISTRY_JWKS_URL": "http://canary.example/keys"}, "REGISTRY_JWKS_URL: Value error"),
        ({"REGISTRY_ISSUER": "https://canary.example"}, "_KEY_FILE: not beside an issuer"),
        ({"REGISTRY_DEVELOPMENT_ISSUER_KEY_FILE": "/nowhere"}, "_KEY_FILE: cannot be read"),
        ({"REGISTRY_SIGNING_KEY_FILE": "/nowhere"}, "REGISTRY_SIGNING_KEY_FILE: cannot be read"),
        ({"REGISTRY_ORIGIN": "demonstration.other/log"}, "named after another origin"),
        ({"REGISTRY_CHECKPOINT_STORE": "/nowhere/at/all"}, "REGISTRY_CHECKPOINT_STORE"),
        ({"REGISTRY_TOKEN": "canary"}, "REGISTRY_TOKEN: no setting has this name"),
        ({"REGISTRY_PORT": "canary"}, "REGISTRY_PORT"),
    ],
)
def test_a_wrong_setting_is_named_and_nothing_starts(
    operator: Operator, changes: dict[str, str], said: str
) -> None:
    served = operator.run("registry", "serve", **changes)
    assert (served.returncode, served.stdout) == (2, "")
    assert said in served.stderr
    assert "canary" not in served.stderr
    assert "Traceback" not in served.stderr


def test_a_host_without_time_zones_is_refused(operator: Operator) -> None:
    served = operator.run("registry", "serve", PYTHONTZPATH="")
    assert (served.returncode, served.stdout) == (2, "")
    assert "the IANA time zone database: install the package tzdata" in served.stderr


def test_an_older_database_is_refused_and_recovered_from_an_export(operator: Operator) -> None:
    database, backup = operator.folder / "registry.db", operator.folder / "backup.db"
    with operator.serving() as service:
        service.sign("ZZA")
        with sqlite3.connect(database) as source, sqlite3.connect(backup) as copy:
            source.backup(copy)
        copy.close()
        source.close()
        service.sign("ZZB")
        export = operator.folder / "export.ndjson"
        export.write_bytes(httpx.get(f"{service.url}/v1/export").content)
        service.stop()
    for leftover in operator.folder.glob("registry.db*"):
        leftover.unlink()
    shutil.copyfile(backup, database)
    refused = operator.run("registry", "serve")
    assert refused.returncode == 1
    assert "the log has 1 entries, but 2 were signed" in refused.stderr
    recovered = operator.run("registry", "recover", "--from-export", str(export))
    assert json.loads(recovered.stdout) == {"size": 2, "added": 1}
    assert operator.run("registry", "verify").returncode == 0
    with operator.serving() as service:
        assert service.started["signed_size"] == 2
        assert service.sign("ZZC").status_code == 201


def test_a_lost_checkpoint_store_is_refused(operator: Operator) -> None:
    with operator.serving() as service:
        service.sign("ZZA")
        service.stop()
    for leftover in operator.folder.glob("checkpoints.db*"):
        leftover.unlink()
    refused = operator.run("registry", "serve")
    assert refused.returncode == 1
    assert "no checkpoint is kept" in refused.stderr


@pytest.mark.parametrize(
    ("file", "said"),
    [
        ("registry.db", "the database is damaged: "),
        ("checkpoints.db", "the checkpoint store cannot be read: "),
    ],
)
def test_a_damaged_file_is_said_plainly_and_made_anew_from_an_export(
    operator: Operator, file: str, said: str
) -> None:
    with operator.serving() as service:
        service.sign("ZZA")
        export = operator.folder / "export.ndjson"
        export.write_bytes(httpx.get(f"{service.url}/v1/export").content)
        service.stop()
    damaged, recover = operator.folder / file, ("recover", "--from-export", str(export))
    damaged.write_bytes(b"no database at all " * 1000)
    for command in (("serve",), ("verify",), recover):
        refused = operator.run("registry", *command)
        assert refused.returncode == 1
        assert said in refused.stderr
        assert "Traceback" not in refused.stderr
    damaged.unlink()
    if file == "registry.db":
        assert "`concord registry migrate`" in operator.run("registry", *recover).stderr
        assert operator.run("registry", "migrate").returncode == 0
    assert operator.run("registry", *recover).returncode == 0
    assert operator.run("registry", "verify").returncode == 0


def test_a_changed_row_is_found(operator: Operator) -> None:
    with operator.serving() as service:
        service.sign("ZZA")
        service.stop()
    with sqlite3.connect(operator.folder / "registry.db") as connection:
        connection.execute("DROP TRIGGER log_refuses_update")
        connection.execute("UPDATE log SET participant = 'ZZB'")
    connection.close()
    verified = operator.run("registry", "verify")
    assert (verified.returncode, verified.stdout) == (1, "")
    assert "position 1: participant is not as in the leaf" in verified.stderr
    assert "no trigger log_refuses_update" in operator.run("registry", "serve").stderr


def test_on_postgresql_the_owner_grants_and_the_service_is_no_owner(
    databases: Databases, tmp_path: Path
) -> None:
    database: Database = databases.postgresql("registry")
    owner = operator_of(database.owner_url, tmp_path)
    write_signing_key(tmp_path / "signing.key", SigningKey.generate(ORIGIN))
    assert owner.run("registry", "migrate").returncode == 0
    as_owner = owner.run("registry", "serve")
    assert as_owner.returncode == 1
    assert "its owner" in as_owner.stderr
    with operator_of(database.url, tmp_path).serving() as service:
        assert service.started["dialect"] == "postgresql"
        assert service.sign("ZZA").status_code == 201
        assert service.stop()[0] == 0


def test_a_database_that_does_not_answer_is_said_plainly(operator: Operator) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    url = f"postgresql+psycopg://canary:canary@127.0.0.1:{port}/registry"
    served = operator.run("registry", "serve", REGISTRY_DATABASE_URL=url)
    assert served.returncode == 1
    assert "the database does not answer" in served.stderr
    assert "Traceback" not in served.stderr
    assert "canary" not in served.stderr


def test_reminders_are_written_and_recorded_once_beside_a_served_registry(
    operator: Operator,
) -> None:
    outbox = operator.folder / "outbox"
    outbox.mkdir()
    settings = {
        "REGISTRY_REMINDERS_OUTBOX": str(outbox),
        "REGISTRY_REMINDERS_FROM": "secretariat@concord.example",
    }
    due_on = datetime.now(UTC).date() + timedelta(days=3)
    opens_on = due_on - timedelta(days=90)
    cycle = makers.cycle_opened(opens_on=opens_on, due_on=due_on, time_zone="UTC")
    with operator.serving() as service:
        service.sign("ZZA")
        service.open_cycle(cycle)
        command = ("registry", "remind", "--cycle", "2026")
        would = operator.run(*command, "--dry-run", **settings)
        assert "1 to be reminded; nothing was written" in would.stderr
        assert json.loads(would.stdout)["position"] is None
        with ThreadPoolExecutor(2) as pool:
            runs = list(pool.map(lambda _: operator.run(*command, **settings), range(2)))
        assert [run.returncode for run in runs] == [0, 0], runs
        (line,) = [line for run in runs for line in run.stdout.splitlines()]
        assert json.loads(line) | {"sent_on": "", "file": ""} == {
            "cycle_id": "2026",
            "participant": "ZZA",
            "reminder": "before_due",
            "due_on": due_on.isoformat(),
            "sent_on": "",
            "channel": "outbox",
            "file": "",
            "addresses": 0,
            "position": 3,
        }
        assert [file.name for file in outbox.glob("*.eml")] == [json.loads(line)["file"]]
        assert service.sign("ZZB").status_code == 201
        unknown = operator.run("registry", "remind", "--cycle", "2031", **settings)
        assert (unknown.returncode, unknown.stdout) == (1, "")
        assert "Traceback" not in unknown.stderr
    assert json.loads(operator.run("registry", "verify").stdout)["signed_size"] == 4


def test_reminders_need_an_outbox_and_a_sender(operator: Operator) -> None:
    refused = operator.run("registry", "remind", "--cycle", "2026")
    assert refused.returncode == 2
    assert "REGISTRY_REMINDERS_OUTBOX" in refused.stderr
    assert "REGISTRY_REMINDERS_FROM" in refused.stderr
