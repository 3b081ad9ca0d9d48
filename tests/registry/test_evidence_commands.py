"""Registry: what operators type to sweep evidence and to inspect it, whatever befell the files."""

import json
import os
import socket
import time
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from services.kit.clock import utc_now
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
    assert swept(operator) == {"kept": 1, "removed": 0, "cleared": 0}
    make_old(half, *kept)
    with operator.serving():  # which sweeps as well, when it starts
        assert set(files_in(folder)) == kept
    assert swept(operator) == {"kept": 1, "removed": 0, "cleared": 0}


def test_a_sweep_beside_a_registry_disturbs_nobody_who_hands_in(operator: Operator) -> None:
    folder = operator.folder / "evidence"
    with operator.serving() as service, begin_to_hand_in(service, folder) as sending:
        assert swept(operator) == {"kept": 0, "removed": 0, "cleared": 0}
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
    in_order = {"whole": 1, "missing": [], "damaged": [], "undestroyed": []}
    assert json.loads(whole.stdout)["evidence"] == in_order
    (file,) = files_in(operator.folder / "evidence")
    file.unlink()
    lost = operator.run("registry", "verify")
    assert (lost.returncode, "not as the log says" in lost.stderr) == (1, True)
    said = json.loads(lost.stdout)
    assert said["verified"]  # the log is
    missing = [{"participant": "ZZA", "digest": makers.bytes_digest()}]
    assert said["evidence"] == {**in_order, "whole": 0, "missing": missing}
