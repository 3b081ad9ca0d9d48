"""Tokens for trials: made by one command, accepted by a demonstration, refused by any other log."""

from pathlib import Path

import httpx
import pytest

from tests.databases import Databases
from tests.operating import Operator, operator_of, ready_operator

pytestmark = pytest.mark.system

KEY = "REGISTRY_DEVELOPMENT_ISSUER_KEY_FILE"


def test_a_token_that_a_command_prints_opens_a_demonstration(
    databases: Databases, tmp_path: Path
) -> None:
    operator = ready_operator(databases.sqlite("registry", tmp_path), tmp_path)
    file = tmp_path / "own.key"
    made = operator.run("development-key", str(file))
    assert (made.returncode, made.stdout) == (0, "")
    again = operator.run("development-key", str(file))
    assert (again.returncode, "never written over" in again.stderr) == (1, True)
    printed = operator.run("token", "--as", "secretariat", "--scope", "concord.read",
                           **{KEY: str(file)})  # fmt: skip
    assert (printed.returncode, printed.stderr) == (
        0,
        "secretariat as secretariat-1, for 60 minutes\n",
    )
    served = Operator(operator.folder, {**operator.environment, KEY: str(file)})
    with served.serving() as service:
        for token, status in ((printed.stdout.strip(), 200), ("a.b.c", 401)):
            headers = {"authorization": f"Bearer {token}"}
            answer = httpx.get(f"{service.url}/v1/disclosures?after=0", headers=headers, timeout=20)
            assert answer.status_code == status, answer.text
        assert service.sign("ZZA").status_code == 401, "by a key of before"
        _, lines = service.stop()
    assert printed.stdout.strip() not in "".join(lines)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (
            ("--as", "canary"),
            "--as or --actor: expected exactly one of secretariat, auditor, operator, focal-point:",
        ),
        (("--as", "focal-point"), "expected `focal-point:` or `drafter:`"),
        (("--as", "focal-point:kaz"), "expected `focal-point:` or `drafter:`"),
        (("--as", "operator", "--actor", "canary of mine"), "--actor: expected an id"),
        (("--as", "operator", "--scope", "canary of mine"), "--scope: expected"),
        (("--as", "operator", "--minutes", "9999"), "--minutes"),
        (("--as", "operator", "--key", "/nowhere"), "--key: cannot be read"),
    ],
)
def test_a_token_for_nobody_is_not_printed(
    tmp_path: Path, arguments: tuple[str, ...], said: str
) -> None:
    refused = operator_of("sqlite://", tmp_path).run("token", *arguments)
    assert (refused.returncode, refused.stdout) == (2, "")
    assert said in refused.stderr
    assert "canary" not in refused.stderr


def test_a_log_that_is_no_demonstration_does_not_start_with_a_development_issuer(
    tmp_path: Path,
) -> None:
    operator = operator_of(f"sqlite:///{tmp_path}/unused.db", tmp_path)
    refused = operator.run("registry", "serve", REGISTRY_ORIGIN="registry.concord.example/log")
    assert (refused.returncode, refused.stdout) == (2, "")
    assert f"{KEY}: only where the log's origin begins with `demonstration`" in refused.stderr
    reporting = {
        "REPORTING_DATABASE_URL": "sqlite:///unused.db",
        "REPORTING_DEVELOPMENT_ISSUER_KEY_FILE": operator.environment[KEY],
    }
    unpinned = operator.run("reporting", "serve", **reporting)
    assert unpinned.returncode != 0
    assert "REPORTING_DEVELOPMENT_ISSUER_KEY_FILE: only where" in unpinned.stderr
