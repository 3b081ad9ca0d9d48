"""Registry: what operators type for the keys that sign, and what is refused."""

import json
import stat
from pathlib import Path

import pytest

from contracts.note import VerifierKey
from tests.databases import Databases
from tests.operating import ORIGIN, Operator, operator_of, ready_operator

pytestmark = pytest.mark.system


@pytest.fixture
def operator(databases: Databases, tmp_path: Path) -> Operator:
    """With a key and a founded log on SQLite."""
    return ready_operator(databases.sqlite("registry", tmp_path), tmp_path)


def test_a_key_is_made_once_and_for_its_owner_alone(tmp_path: Path) -> None:
    operator, file = operator_of("sqlite://", tmp_path), tmp_path / "signing.key"
    made = operator.run("keys", "create", str(file))
    assert made.stdout.startswith(f"{ORIGIN}+")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert "PRIVATE" not in made.stdout + made.stderr
    assert operator.run("keys", "show").stdout == made.stdout
    again = operator.run("keys", "create", str(file))
    assert (again.returncode, again.stdout) == (1, "")
    assert "never written over" in again.stderr


@pytest.mark.parametrize("mode", [0o644, 0o666, 0o640, 0o620, 0o602])
def test_a_key_that_others_can_use_is_refused(operator: Operator, mode: int) -> None:
    (operator.folder / "signing.key").chmod(mode)
    shown = operator.run("keys", "show")
    assert (shown.returncode, shown.stdout) == (2, "")
    assert "expected mode 0600" in shown.stderr


def states(operator: Operator) -> list[tuple[str, str]]:
    listed = operator.run("keys", "list")
    assert listed.returncode == 0, listed.stderr
    assert "PRIVATE" not in listed.stdout
    found = [json.loads(line) for line in listed.stdout.splitlines()]
    for one in found:
        assert VerifierKey.parse(one["verifier_key"]).key_id.hex() == one["key_id"]
    return [(one["state"], one["key_id"]) for one in found]


def noted(stderr: str) -> list[tuple[str, str, str]]:
    """What a command says for the record: kind, change, id."""
    lines = [json.loads(line) for line in stderr.splitlines() if line.startswith("{")]
    return [
        (line["kind"], line["change"], line["key_id"])
        for line in lines
        if line["event"] == "key_changed"
    ]


def test_each_change_is_noted_once_with_ids_and_without_keys(operator: Operator) -> None:
    ((_, old),) = states(operator)
    rotated = operator.run("keys", "rotate")
    new = rotated.stdout.split("+")[1]
    assert noted(rotated.stderr) == [("signing", "added", new)]
    assert "PRIVATE" not in rotated.stdout + rotated.stderr
    assert states(operator) == [("signs", new), ("signs", old)]
    with operator.serving() as service:
        assert service.sign("ZZA").status_code == 201
        service.stop()
    retired = operator.run("keys", "retire", old)
    assert (retired.returncode, retired.stdout) == (0, "")
    assert noted(retired.stderr) == [("signing", "retired", old)]
    assert states(operator) == [("signs", new), ("retired", old)]
    assert (operator.folder / "signing.key").read_text().count("PRIVATE+KEY+") == 1
    stolen = operator.run("keys", "retire", old, "--compromised")
    assert noted(stolen.stderr) == [("signing", "compromised", old)]
    assert states(operator) == [("signs", new), ("compromised", old)]


def test_a_key_that_the_last_checkpoint_needs_is_not_retired(operator: Operator) -> None:
    ((_, old),) = states(operator)
    alone = operator.run("keys", "retire", old)
    assert (alone.returncode, noted(alone.stderr)) == (1, [])
    assert "the only key that signs: rotate first" in alone.stderr
    with operator.serving() as service:
        assert service.sign("ZZA").status_code == 201
        service.stop()
    operator.run("keys", "rotate")
    before = states(operator)
    for more in ((), ("--compromised",)):
        early = operator.run("keys", "retire", old, *more)
        assert (early.returncode, noted(early.stderr)) == (1, [])
        assert "not signed by a key that would be left" in early.stderr
    elsewhere = operator.run("keys", "retire", old, REGISTRY_CHECKPOINT_STORE="/nowhere/at/all")
    assert elsewhere.returncode == 2
    assert "REGISTRY_CHECKPOINT_STORE: not there" in elsewhere.stderr
    unknown = operator.run("keys", "retire", "00000000")
    assert "no key 00000000 signs here" in unknown.stderr
    assert states(operator) == before
    with operator.serving() as service:  # signs what is kept with the new one, without an entry
        service.stop()
    assert operator.run("keys", "retire", old).returncode == 0


def test_a_log_whose_key_is_lost_goes_on_under_its_name(operator: Operator) -> None:
    file = operator.folder / "signing.key"
    kept = operator.run("keys", "show").stdout.strip()
    with operator.serving() as service:
        assert service.sign("ZZA").status_code == 201
        service.stop()
    file.unlink()
    made = operator.run("keys", "create", "--former", kept)
    assert made.returncode == 0, made.stderr
    assert [state for state, _ in states(operator)] == ["signs", "retired"]
    with operator.serving() as service:
        assert service.sign("ZZB").status_code == 201
        service.stop()
    assert json.loads(operator.run("registry", "verify").stdout)["signed_size"] == 2
    file.unlink()
    for wrong in ("a+b+c", kept.replace(ORIGIN, "another.test")):
        refused = operator.run("keys", "create", "--former", wrong)
        assert (refused.returncode, refused.stdout) == (2, "")
        assert not file.exists()


def test_a_link_to_a_key_is_refused_by_every_command(operator: Operator) -> None:
    file, link = operator.folder / "signing.key", operator.folder / "link.key"
    link.symlink_to(file)
    for command in (
        ("registry", "serve"),
        ("keys", "show"),
        ("keys", "list"),
        ("keys", "rotate"),
        ("keys", "retire", "00000000"),
        ("keys", "create"),
    ):
        refused = operator.run(*command, REGISTRY_SIGNING_KEY_FILE=str(link))
        assert (refused.returncode, refused.stdout) == (2, ""), command
        assert "expected the file itself, not a link to it" in refused.stderr
        assert "Traceback" not in refused.stderr
    assert link.is_symlink()
