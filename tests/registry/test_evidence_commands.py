"""Registry: what operators type to sweep evidence and to inspect it, whatever befell the files."""

import json
import os
import socket
import time
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
from sqlalchemy import delete

from services.kit.clock import utc_now
from services.kit.encryption import WrappingKey
from services.kit.keyfile import read_keys, write_keys
from services.registry.evidence.table import evidence_key
from services.registry.log import seen_by
from tests import makers, writes
from tests.databases import Database
from tests.operating import ISSUER, TOKEN, Operator, Service, operator_of, ready_operator
from tests.shelves import files_in

pytestmark = pytest.mark.system

PATH = "/v1/participants/ZZA/evidence-files"
HEADERS = {"authorization": f"Bearer {TOKEN}", "content-type": "text/plain"}
SOON = 20.0


@pytest.fixture
def operator(database: Database, tmp_path: Path) -> Operator:
    """With keys, a founded log, and a folder for evidence."""
    evidence = tmp_path / "evidence"
    evidence.mkdir()
    more = {"REGISTRY_EVIDENCE_FOLDER": str(evidence)}
    ready_operator(database, tmp_path)
    if database.dialect == "postgresql":
        more["REGISTRY_REQUEST_ROLE"] = database.request_role
    return operator_of(database.writer_url, tmp_path, **more)


def begin_to_hand_in(service: Service, folder: Path) -> socket.socket:
    """Send the half of a file, and wait until some of it lies on the disk."""
    address = urlsplit(service.url)
    before = set(files_in(folder))
    sending = socket.create_connection((str(address.hostname), int(address.port or 0)))
    head = "".join(f"{name}: {value}\r\n" for name, value in HEADERS.items())
    text = f"POST {PATH} HTTP/1.1\r\nhost: {address.netloc}\r\ncontent-length: 400000\r\n{head}\r\n"
    sending.sendall(text.encode() + b"half\n" * 40_000)
    until = time.monotonic() + SOON
    while not any(file.stat().st_size for file in set(files_in(folder)) - before):
        assert time.monotonic() < until
    return sending


def swept(operator: Operator) -> dict[str, int]:
    told = operator.run("registry", "sweep")
    assert told.returncode == 0, told.stderr
    said: dict[str, int] = json.loads(told.stdout)
    return said


def make_old(*files: Path) -> None:
    for file in files:
        os.utime(file, (1_600_000_000, 1_600_000_000))


def test_what_a_killed_registry_left_is_nothing_and_is_swept_after_a_day(
    operator: Operator,
) -> None:
    folder = operator.folder / "evidence"
    with operator.serving() as service:
        whole = httpx.post(service.url + PATH, content=b"whole\n", headers=HEADERS, timeout=SOON)
        assert whole.status_code == 201, whole.text
        kept = set(files_in(folder))
        with begin_to_hand_in(service, folder):
            service.process.kill()
            service.process.wait()
    (half,) = set(files_in(folder)) - kept
    assert b"half" not in half.read_bytes()
    assert swept(operator) == {"kept": 1, "removed": 0, "cleared": 0, "left": 0}
    make_old(half, *kept)
    with operator.serving():  # which sweeps as well, when it starts
        assert set(files_in(folder)) == kept
    assert swept(operator) == {"kept": 1, "removed": 0, "cleared": 0, "left": 0}


def test_a_sweep_beside_a_registry_disturbs_nobody_who_hands_in(operator: Operator) -> None:
    folder = operator.folder / "evidence"
    with operator.serving() as service, begin_to_hand_in(service, folder) as sending:
        assert swept(operator) == {"kept": 0, "removed": 0, "cleared": 0, "left": 0}
        sending.sendall(b"half\n" * 40_000)
        assert sending.recv(100).startswith(b"HTTP/1.1 201 ")
    assert swept(operator)["kept"] == 1


def deposit(service: Service) -> None:
    """Let the secretariat designate a focal point, who hands in a file and puts it forward."""
    assert service.sign("ZZA").status_code == 201
    by = ISSUER.token(
        role="focal-point:ZZA",
        actor="fp-zza",
        scopes=("concord.read", "concord.write"),
        now=utc_now(),
        minutes=10,
        jti="of-a-focal-point",
    )
    for token, path, sent in (
        (TOKEN, "/v1/participants/ZZA/focal-points", writes.focal_point(focal_point_id="fp-zza")),
        (by, PATH, makers.FILE),
        (by, "/v1/participants/ZZA/evidence", writes.act(makers.evidence_deposited())),
    ):
        headers = {
            "authorization": f"Bearer {token}",
            "content-type": "text/plain" if path == PATH else "application/json",
            "idempotency-key": path,
            "if-none-match": "*",
        }
        content = sent if isinstance(sent, str) else json.dumps(sent)
        told = httpx.post(service.url + path, content=content, headers=headers, timeout=SOON)
        assert told.status_code == 201, told.text


def test_verifying_says_whether_the_files_are_what_was_handed_in(operator: Operator) -> None:
    with operator.serving() as service:
        deposit(service)
        assert service.stop()[0] == 0
    whole = operator.run("registry", "verify")
    assert whole.returncode == 0, whole.stderr
    in_order = {
        "whole": 1, "missing": [], "damaged": [], "undestroyed": [], "unopened": [],
        "keys_missing": [],
    }  # fmt: skip
    assert json.loads(whole.stdout)["evidence"] == in_order
    (file,) = files_in(operator.folder / "evidence")
    file.unlink()
    lost = operator.run("registry", "verify")
    assert (lost.returncode, "not as the log says" in lost.stderr) == (1, True)
    said = json.loads(lost.stdout)
    assert said["verified"]  # the log is
    missing = [{"participant": "ZZA", "digest": makers.bytes_digest()}]
    assert said["evidence"] == {**in_order, "whole": 0, "missing": missing}


def test_a_key_that_is_not_here_leaves_a_verdict_on_everything_else(operator: Operator) -> None:
    with operator.serving() as service:
        deposit(service)
        assert service.stop()[0] == 0
    file = operator.folder / "encryption.keys"
    (gone,) = read_keys(file, setting="a test's")
    file.unlink()
    write_keys(file, [WrappingKey.generate()], today=makers.NOW.date())
    verified = operator.run("registry", "verify")
    assert verified.returncode == 1
    said = json.loads(verified.stdout)
    assert (said["verified"], said["size"], said["signed_size"]) == (True, 3, 3)
    assert said["disclosures_opened"] == 0
    assert said["disclosures_unopened"] > 0
    assert said["keys_missing"] == said["evidence"]["keys_missing"] == [gone.key_id]
    assert said["evidence"]["unopened"] == [{"participant": "ZZA", "digest": makers.bytes_digest()}]
    assert f"encryption keys that are not here: {gone.key_id}; " in verified.stderr


def test_a_folder_that_cannot_be_used_stops_a_sweep_and_a_start(operator: Operator) -> None:
    folder = operator.folder / "evidence"
    (folder / "ZZA").write_text("a file in the place of a folder")
    (folder / "lost+found").mkdir(mode=0)  # as file systems have it
    for words in (("sweep",), ("serve",)):
        refused = operator.run("registry", *words)
        assert (refused.returncode, refused.stdout) == (2, "")
        said = f"REGISTRY_EVIDENCE_FOLDER: expected a folder that can be used: {folder}/ZZA: Not a"
        assert said in refused.stderr
    (folder / "ZZA").unlink()
    for mode, reason in ((0, "Permission denied"), (0o500, "nothing may be written into it")):
        folder.chmod(mode)
        refused = operator.run_without_powers("registry", "sweep")
        assert refused.returncode == 2
        assert f"{folder}: {reason}" in refused.stderr
    folder.chmod(0o700)
    assert swept(operator)["left"] == 0


def test_files_whose_keys_went_with_a_damaged_database_are_not_swept_away(
    operator: Operator, database: Database
) -> None:
    """An export has every entry, and no key of a file; a copy of the database may have them."""
    folder = operator.folder / "evidence"
    with operator.serving() as service:
        deposit(service)
        assert service.stop()[0] == 0
    with database.engine() as engine, seen_by(engine, "ZZA").begin() as connection:
        assert connection.execute(delete(evidence_key)).rowcount == 1
    (folder / "ZZB").mkdir()
    (folder / "ZZB" / ("0" * 32)).write_bytes(b"left by a crash")
    make_old(*files_in(folder))
    assert swept(operator) == {"kept": 0, "removed": 0, "cleared": 1, "left": 1}
    with operator.serving() as service:
        assert len(files_in(folder)) == 1
        again = httpx.post(service.url + PATH, content=makers.FILE, headers=HEADERS, timeout=SOON)
        assert again.status_code == 201, again.text
        assert service.stop()[0] == 0
    assert swept(operator) == {"kept": 1, "removed": 0, "cleared": 1, "left": 0}
    assert operator.run("registry", "verify").returncode == 0
