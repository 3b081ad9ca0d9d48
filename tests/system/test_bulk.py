"""System: a stranger makes every public projection again, in a process with the bulk alone."""

import json
from collections.abc import Iterator
from pathlib import Path

import orjson
import pytest

from tests.contracts.logs import KEY
from tests.databases import Database
from tests.system.demonstrated import demonstrated
from tests.system.running import Running
from tests.system.strangers import stranger

pytestmark = [pytest.mark.system, pytest.mark.db]


@pytest.fixture
def running(database: Database, reporting_database: Database, tmp_path: Path) -> Iterator[Running]:
    with demonstrated(database, reporting_database, tmp_path / "kept") as here:
        yield here


def test_a_stranger_makes_every_projection_again(running: Running, tmp_path: Path) -> None:
    folder, copy, key = tmp_path / "stranger", tmp_path / "copy", running.folder.verifier_key
    folder.mkdir()
    address = f"{running.reporting}/v1/bulk/manifest"
    online = ("--registry", running.registry, "--key", key)
    checked = stranger(["bulk", address, *online, "--keep", str(copy)], folder)
    assert checked.returncode == 0, checked.stderr
    rows = [json.loads(line) for line in checked.stdout.splitlines()]
    told = running.ask("/v1/projections", digest="true")["digests"]
    assert {row["projection"]: row["sha256"] for row in rows} == {
        name: one["sha256"] for name, one in told["projections"].items()
    }
    assert all(row["agrees"] and row["position"] == told["position"] for row in rows)
    assert sum(row["rows"] for row in rows) > 100

    running.children["registry"].process.terminate()  # from here on nobody is asked any more
    from_copy = stranger(["bulk", str(copy), "--key", key], folder)
    assert (from_copy.returncode, from_copy.stdout) == (0, checked.stdout), from_copy.stderr
    export = stranger(["export", str(copy / "log.ndjson"), "--key", key], folder)
    assert export.returncode == 0, export.stderr

    refuse_what_was_changed(copy, key, folder)


def refuse_what_was_changed(copy: Path, key: str, folder: Path) -> None:
    """Change one thing after the other in a copy: each is found, and said."""
    manifest = orjson.loads((copy / "manifest.json").read_bytes())
    one = copy / manifest["files"][0]["path"]
    for file, raw, said in (
        (one, one.read_bytes() + b"\n", "has not the digest"),
        (one, None, "No such file"),
        *((copy / "log.ndjson", raw, said) for raw, said in changed_logs(copy)),
        *((copy / "manifest.json", raw, said) for raw, said in changed_manifests(manifest)),
    ):
        before = file.read_bytes()
        if raw is None:
            file.unlink()
        else:
            file.write_bytes(raw)
        checked = stranger(["bulk", str(copy), "--key", key], folder)
        assert (checked.returncode, said in checked.stderr) == (1, True), checked.stderr
        assert "Traceback" not in checked.stderr
        file.write_bytes(before)
    assert stranger(["bulk", str(copy), "--key", KEY.verifier.text], folder).returncode == 1


def changed_logs(copy: Path) -> Iterator[tuple[bytes, str]]:
    raw = (copy / "log.ndjson").read_bytes()
    yield raw.replace(b'"ZZA"', b'"ZZQ"', 1), ""
    lines = raw.splitlines(keepends=True)
    yield lines[-1], "entries as signed"


def changed_manifests(manifest: dict[str, object]) -> Iterator[tuple[bytes, str]]:
    digests = orjson.loads(orjson.dumps(manifest["digests"]))
    digests["projections"]["participation"]["sha256"] = "0" * 64
    yield orjson.dumps({**manifest, "digests": digests}), "not what the manifest says"
    yield orjson.dumps({**manifest, "digests": {**digests, "parked": ["ZZA"]}}), "held back"
    log = orjson.loads(orjson.dumps(manifest["log"]))
    yield orjson.dumps({**manifest, "log": {**log, "size": 1}}), "than what is signed"
    files = orjson.loads(orjson.dumps(manifest["files"]))
    files[0]["path"] = "../outside"
    yield orjson.dumps({**manifest, "files": files}), "the manifest is not one"
    yield b"{", ""
