"""System: what auditors and authors type: offline, quick, and plain about what is wrong."""

import json
import subprocess
import sys
from pathlib import Path

import orjson
import pytest

from contracts.catalogue import contract, examples_of
from contracts.rules.ruleset import ruleset
from contracts.sealing import Disclosure, seal_section
from contracts.validation import validate
from tests import makers, writes
from tests.contracts.logs import KEY, SmallLog
from tests.contracts.test_disclosed import receipt, replace_entry
from tests.operating import ROOT, Operator, operator_of
from tests.running_registry import body_of

pytestmark = pytest.mark.system

LOADED = """
import sys
from services.cli import make_app
make_app("verify")
print(sorted({"fastapi", "sqlalchemy", "uvicorn", "httpx", "alembic"} & set(sys.modules)))
"""


@pytest.fixture
def somebody(tmp_path: Path) -> Operator:
    return operator_of("sqlite://", tmp_path)


def written(folder: Path, value: object) -> str:
    file = folder / "document.json"
    file.write_bytes(value if isinstance(value, bytes) else orjson.dumps(value))
    return str(file)


def test_a_valid_document_is_said_to_be_valid(somebody: Operator) -> None:
    plan = written(somebody.folder, body_of(makers.plan_registered()))
    checked = somebody.run("contracts", "validate", plan, "--contract", "events/plan-registered")
    assert (checked.returncode, checked.stdout) == (0, "")
    report = written(somebody.folder, writes.document())
    assert somebody.run("contracts", "validate", report).returncode == 0


def test_a_report_is_examined_by_the_rules_and_the_exit_status_says_the_verdict(
    somebody: Operator,
) -> None:
    base = dict(ruleset("1.0.0").base["document"])
    checked = somebody.run("contracts", "validate", written(somebody.folder, base))
    assert checked.returncode == 0
    assert checked.stdout.startswith("submittable: 0 blocker")
    assert "G-R01" in checked.stdout.splitlines()[1]
    assert "not evaluated" in checked.stdout
    wrong = {**base, "treaties": [{"instrument": "canary-2030"}]}
    checked = somebody.run("contracts", "validate", written(somebody.folder, wrong))
    assert checked.returncode == 1
    assert checked.stdout.startswith("explain: 0 blocker, 1 error")
    assert "C-R01" in checked.stdout
    assert "canary" not in checked.stdout + checked.stderr


def test_a_submission_is_examined_with_the_words_on_it(somebody: Operator) -> None:
    base = dict(ruleset("1.0.0").base["document"])
    wrong = {**base, "treaties": [{"instrument": "canary-2030"}]}
    word = {"code": "C-R01", "pointer": "/treaties/0/instrument", "text": {"en": "Ours."}}
    file = written(somebody.folder, writes.submission(document=wrong, explanations=[word]))
    by = ("--contract", "requests/report-submission")
    checked = somebody.run("contracts", "validate", file, "--json", *by)
    said = json.loads(checked.stdout)
    assert (checked.returncode, said["verdict"]) == (0, "submittable")
    assert validate(said, "answers/examination") == []
    file = written(somebody.folder, {"document": wrong, "unknown": 1})
    checked = somebody.run("contracts", "validate", file, *by)
    assert checked.returncode == 1
    assert json.loads(checked.stdout)["pointer"] == "/unknown"


def test_twelve_planted_faults_are_all_told_at_once(somebody: Operator) -> None:
    file = str(ROOT / "contracts/reports/national-report/rules/examples/twelve-faults.json")
    checked = somebody.run("contracts", "validate", file, "--json")
    assert checked.returncode == 1
    assert len(json.loads(checked.stdout)["findings"]) == 12


def test_a_regional_report_is_told_by_its_schema_and_examined_like_a_national_one(
    somebody: Operator,
) -> None:
    document = examples_of(contract("reports/regional-report").id)["full"]
    alone = somebody.run("contracts", "validate", written(somebody.folder, document), "--json")
    said = json.loads(alone.stdout)
    assert said["contract"] == document["$schema"]
    assert said["checked"] > 40
    file = written(somebody.folder, {**document, "$schema": "https://elsewhere.example/x.json"})
    by = ("--contract", "reports/regional-report", "--json")
    said = json.loads(somebody.run("contracts", "validate", file, *by).stdout)
    faults = [(one["pointer"], one["params"]) for one in said["findings"] if "rule" not in one]
    assert faults == [("/$schema", {"expected_value": document["$schema"]})]


def test_every_fault_is_a_line_with_its_place_and_without_what_was_written(
    somebody: Operator,
) -> None:
    plan = {**body_of(makers.plan_registered()), "scope": "canary", "unknown": 1}
    del plan["title"]
    file = written(somebody.folder, plan)
    checked = somebody.run("contracts", "validate", file, "--contract", "events/plan-registered")
    assert checked.returncode == 1
    faults = [json.loads(line) for line in checked.stdout.splitlines()]
    assert {fault["pointer"] for fault in faults} == {"/scope", "/unknown", "/title"}
    assert "canary" not in checked.stdout + checked.stderr


@pytest.mark.parametrize(
    ("content", "more", "status", "said"),
    [
        (b'{"a": 1, "a": 2}', ["--contract", "feed/page"], 1, "each name of this object once"),
        (b"{}", [], 2, "names no $schema"),
        (b"{}", ["--contract", "feed/nothing"], 2, "no contract feed/nothing"),
        (b'{"$schema": "https://elsewhere.example/x.json"}', [], 2, "no contract"),
    ],
)
def test_what_cannot_be_checked_is_said_plainly(
    somebody: Operator, content: bytes, more: list[str], status: int, said: str
) -> None:
    checked = somebody.run("contracts", "validate", written(somebody.folder, content), *more)
    assert (checked.returncode, checked.stdout) == (status, "")
    assert said in checked.stderr
    assert "Traceback" not in checked.stderr


def test_a_disclosure_is_checked_against_the_log(somebody: Operator) -> None:
    """As an auditor does with the registry's answer: by the export, or by receipt and body."""
    log, opened = small_log_with_a_seal()
    folder, key = somebody.folder, KEY.verifier.text
    files = {
        "answer.json": orjson.dumps({"position": 2, "disclosures": [opened.encoded()]}),
        "disclosure.txt": f"{opened.encoded()}\n".encode(),
        "export.ndjson": b"".join(log.export()),
        "receipt.txt": receipt(log, 2).encode(),
        "event.json": orjson.dumps(log.events()[1]),
        "other.json": orjson.dumps(log.events()[0]),
    }
    for name, raw in files.items():
        (folder / name).write_bytes(raw)

    def check(*words: str) -> "subprocess.CompletedProcess[str]":
        paths = [str(folder / word) if "." in word else word for word in words]
        return somebody.run("verify", "disclosure", *paths, "--key", key)

    by_receipt = ("--receipt", "receipt.txt", "--body", "event.json")
    for words in (("answer.json", "--export", "export.ndjson"), ("disclosure.txt", *by_receipt)):
        checked = check(*words)
        assert checked.returncode == 0, checked.stderr
        said = json.loads(checked.stdout)
        assert (said["verified"], said["position"], said["section"]) == (True, 2, "/person")
        assert said["value"] == {"name": "Fictitious"}
    refused = check("answer.json", "--receipt", "receipt.txt", "--body", "other.json")
    assert (refused.returncode, refused.stdout) == (1, "")
    assert check("answer.json").returncode == 2
    assert check("answer.json", "--receipt", "receipt.txt").returncode == 2


def small_log_with_a_seal() -> tuple[SmallLog, Disclosure]:
    marker, opened = seal_section("/person", {"name": "Fictitious"}, bytes(16))
    bodies: list[dict[str, object]] = [{"number": 1}, {"person": marker}]
    entries = [replace_entry(at, body) for at, body in enumerate(bodies, 1)]
    return SmallLog(entries, bodies), opened


@pytest.mark.parametrize("what", ["export", "receipt"])
def test_nothing_is_verified_without_a_key_or_with_a_wrong_file(
    somebody: Operator, what: str
) -> None:
    file = written(somebody.folder, b"nothing of the kind\n")
    assert somebody.run("verify", what, file).returncode == 2
    assert somebody.run("verify", what, file, "--key", "canary").returncode == 2
    key = "a.test/log+00000000+" + "A" * 44
    assert somebody.run("verify", what, file, "--key", key).returncode == 2
    assert somebody.run("verify", what, "/nowhere", "--key", key).returncode == 2


def test_help_needs_no_settings(somebody: Operator) -> None:
    bare = Operator(somebody.folder, {"PATH": somebody.environment["PATH"]})
    for words in ([], ["registry"], ["verify"], ["contracts"], ["keys"]):
        helped = bare.run(*words, "--help")
        assert helped.returncode == 0
        assert "Usage" in helped.stdout


def test_an_auditor_s_command_loads_no_server_and_no_database() -> None:
    """It starts quickly, and needs nothing of what could change a log."""
    loaded = subprocess.run(
        [sys.executable, "-c", LOADED], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert loaded.stdout == "[]\n"
