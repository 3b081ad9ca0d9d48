"""System: attackers play through what they might try; each attempt is stopped, or it shows.

The tables are those of the threat model in docs/security.md. Both services are real processes, and
everything goes over real HTTP. What is planted for the attackers to find is that of `canaries`.
"""

import re
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

import orjson
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from contracts.errors import VerificationFailed
from contracts.note import SigningKey, VerifierKey
from contracts.receipt import Receipt, verify_receipt
from services.demonstration.folder import ORIGIN as DEMONSTRATION
from services.demonstration.processes import stop, wait_until_ready
from services.registry.keys import read_ring
from tests import makers, writes
from tests.databases import ON_POSTGRESQL, Database, disposing
from tests.operating import ORIGIN, Operator, ready_operator
from tests.system import attempts_of_others as others
from tests.system import attempts_of_participants as participants
from tests.system.attempts import Play, Stage
from tests.system.canaries import CYCLE, MAY_READ, PEOPLE, plant, secret
from tests.system.days import in_days
from tests.system.running import Running, both_services
from tests.system.story import Person, Story
from tests.system.tampering import (
    Administrator,
    Change,
    changes_a_body,
    dates_back,
    dates_back_in_the_leaf,
    deletes_one_in_the_middle,
    deletes_the_last,
    rewrites,
)

pytestmark = [pytest.mark.system, pytest.mark.db]

MORE_PEOPLE = {
    "dl-ended": "drafter:ZZA",
    "fp-belmora-2": "focal-point:ZZB",
    "dl-belmora": "drafter:ZZB",
    others.AUDITOR_OF_ALL: "auditor",
    "auditor-expired": "auditor",
    "auditor-revoked": "auditor",
    "auditor-of-another-cycle": "auditor",
    "auditor-never": "auditor",
}
UNDER_ANOTHER_ID = {
    "belmora-as-arcadia": ("fp-belmora", "focal-point:ZZA"),
    "belmora-as-drafter": ("fp-belmora", "drafter:ZZA"),
}
"""Whose token names a role that goes with another id."""


@pytest.fixture
def stage(database: Database, reporting_database: Database, tmp_path: Path) -> Iterator[Stage]:
    with both_services(database, reporting_database, tmp_path / "kept") as running:
        story = Story(running, PEOPLE | MORE_PEOPLE)
        draft = plant(story)
        more_people_are_named(story)
        tokens = {name: running.folder.token_of(*who) for name, who in UNDER_ANOTHER_ID.items()}
        yield Stage(story, {"draft": draft, **positions(story)}, tokens)


def more_people_are_named(story: Story) -> None:
    """People whose term has ended, or who may act for others."""
    office = Person(story, "secretariat")
    second = writes.focal_point("ZZB", **term(60), focal_point_id="fp-belmora-2")
    office.records("/v1/participants/ZZB/focal-points", second)
    for actor, code, by, last in (
        ("dl-ended", "ZZA", "fp-arcadia", -1),
        ("dl-belmora", "ZZB", "fp-belmora", 60),
    ):
        body = writes.delegation(
            code, **term(last), delegation_id=actor, granted_by=by, units=["P6"]
        )
        Person(story, by).records(f"/v1/participants/{code}/delegations", body)
    for_all = writes.mandate(others.AUDITOR_OF_ALL, **term(60))
    del for_all["participants"], for_all["cycles"]
    office.records("/v1/mandates", for_all)
    for actor, cycle, last in (
        ("auditor-expired", CYCLE, -1),
        ("auditor-revoked", CYCLE, 60),
        ("auditor-of-another-cycle", "2026", 60),
    ):
        body = writes.mandate(actor, **term(last), participants=["ZZA"], cycles=[cycle])
        office.records("/v1/mandates", body)
    revoked = {
        "type": "mandate-revoked",
        "mandate_id": "auditor-revoked",
        "revoked_on": in_days(-1),
        "received_on": in_days(-1),
        "reference": "Letter 4",
    }
    office.records("/v1/mandates", revoked)
    story.reads("/v1/reports/ZZA/2025")  # reporting has come so far


def term(last: int) -> dict[str, str]:
    return {"term_from": in_days(-30), "term_to": in_days(last), "received_on": in_days(-30)}


def positions(story: Story) -> dict[str, str]:
    """Give the positions that the attackers name, as the public feed shows them."""
    first: dict[tuple[str, str | None], int] = {}
    events = story.events()
    for event in events:
        first.setdefault((event["type"], event.get("subject")), int(event["id"]))
    report = next(
        int(event["id"])
        for event in events
        if event["type"] == "report-submitted" and event["data"]["cycle_id"] == CYCLE
    )
    return {
        "report": str(report),
        "before_report": str(report - 1),
        "designated": str(first["focal-point-designated", "ZZA"]),
        "victim": "ZZA",
        "formula": str(len(events) + 1),  # the first thing that an attacker may write
        "script": str(len(events) + 2),
        "returned": str(first["report-returned", "ZZA"]),
    }


def test_whatever_people_try_is_stopped_or_shows(stage: Stage, database: Database) -> None:
    play = Play(stage)
    play.through(participants.ATTEMPTS)
    play.through(others.AUDITORS)
    play.through(others.PUBLIC)
    play.through(others.ISSUERS)
    assert not play.faults, "\n".join(play.faults)

    actors = {name: actor for name, (actor, _) in UNDER_ANOTHER_ID.items()}
    assert play.missing_in_the_trail(others.AUDITOR_OF_ALL, actors) == []

    play.through(others.FLOODS)
    assert play.faults == []
    nothing_was_forged_or_leaked(stage)
    whoever_copies_the_database_reads_no_secret(stage, database)


def nothing_was_forged_or_leaked(stage: Stage) -> None:
    """Every line that a service wrote is one of its own, and none has what is sealed."""
    for child in stage.story.running.children.values():
        lines = [orjson.loads(line) for line in child.log.read_text().splitlines()]
        assert {line["event"] for line in lines} & {"forged"} == set()
        assert [line for line in lines if line["level"] in {"error", "critical"}] == []
        text = child.log.read_text()
        assert [name for name in MAY_READ if secret(name) in text] == []
    metrics = stage.sends(None, "GET", "/metrics").text
    for status in ("401", "403", "404", "413", "415", "422", "429"):
        assert f'status="{status}"' in metrics, status


def whoever_copies_the_database_reads_no_secret(stage: Stage, database: Database) -> None:
    """A superuser, a backup, or a stolen disk, without the file of the keys that encrypt."""
    dump = administrator_of(stage.story.running, database).everything()
    assert "zq7-for-everybody" in dump
    assert [name for name in MAY_READ if secret(name) in dump] == []


# --- the administrator of the database


@dataclass(frozen=True, slots=True)
class Tampering:
    """What an administrator changes while the registry does not run, and what then says so."""

    tries: str
    changes: tuple[Change, ...]
    verify: str
    """What `concord registry verify` says, with status 1."""
    serve: str | None = None
    """What `concord registry serve` says, and does not start; `None`: that `verify` finds."""


REWRITTEN = "the first 3 entries are not those that were signed"
NOT_OURS = "the checkpoint kept outside is not this log's"
NOT_SAFE = "the log is not append-only"
TAMPERINGS = (
    Tampering("changes what an entry says", (changes_a_body,), "digest"),
    Tampering("dates an entry back", (dates_back,), "recorded_at"),
    Tampering("dates an entry back, in its leaf, too",
              (dates_back_in_the_leaf,), "recorded before", "does not fit"),
    Tampering("deletes an entry", (deletes_one_in_the_middle,), "position"),
    Tampering("puts an older copy back",
              (deletes_the_last,), "the log has 2 entries, but 3 were signed", "older copy"),
    Tampering("rewrites an entry and all that follows from it",
              (rewrites,), REWRITTEN, REWRITTEN),
)  # fmt: skip


@pytest.fixture
def operator(database: Database, tmp_path: Path) -> Operator:
    """Somebody whose log has three entries, and whose registry has ended in order."""
    operator = ready_operator(database, tmp_path)
    with operator.serving() as service:
        for code in ("ZZA", "ZZB", "ZZC"):
            assert service.sign(code).status_code == 201
        assert service.stop()[0] == 0
    return operator


def test_whatever_an_administrator_changes_behind_the_registry_shows(
    operator: Operator, database: Database
) -> None:
    administrator = Administrator(database, operator.folder / "checkpoints.db", ORIGIN)
    for tampering in TAMPERINGS:
        with administrator.putting_back():
            administrator.does(*tampering.changes)
            are_found(operator, tampering)

    with administrator.putting_back():
        administrator.does(rewrites)
        administrator.signs(SigningKey.generate(ORIGIN))
        are_found(operator, Tampering("signs with a key of his own", (), NOT_OURS, NOT_OURS))
    with administrator.without_triggers():
        is_found(operator.run("registry", "serve"), NOT_SAFE, "takes the triggers away")

    untouched = operator.run("registry", "verify")
    assert untouched.returncode == 0, untouched.stderr


def are_found(operator: Operator, tampering: Tampering) -> None:
    """Verify, and start, at the same time: neither changes anything."""
    says = {"verify": tampering.verify, "serve": tampering.serve}
    commands = [command for command, said in says.items() if said is not None]
    with ThreadPoolExecutor() as pool:
        ended = pool.map(lambda command: operator.run("registry", command), commands)
        for command, one in zip(commands, ended, strict=True):
            is_found(one, says[command] or "", tampering.tries)


def is_found(ended: subprocess.CompletedProcess[str], said: str, tries: str) -> None:
    assert ended.returncode == 1, (tries, ended.stdout, ended.stderr)
    assert said in ended.stderr, (tries, ended.stderr)


ROLES = ("url", "writer_url", "owner_url")
"""Addresses by which the service asks, the service appends, and the tables' owner migrates."""
STATEMENTS = (
    "UPDATE log SET recorded_at = '2020-01-01T00:00:00.000000Z' WHERE position = 1",
    "UPDATE log SET body = leaf WHERE position = 1",
    "DELETE FROM log WHERE position = 3",
    "TRUNCATE log CASCADE",
    "UPDATE log_head SET size = 2",
    "DELETE FROM request_key",
    "SET session_replication_role = replica",
)
NOT_ALLOWED = re.compile("permission denied|is refused|must be owner")


@ON_POSTGRESQL
def test_whoever_changes_a_log_that_runs_is_found_out_even_with_its_key(
    database: Database, reporting_database: Database, tmp_path: Path
) -> None:
    with both_services(database, reporting_database, tmp_path / "kept") as running:
        story = Story(running, PEOPLE)
        receipts = [signs(story, code) for code in ("ZZA", "ZZB", "ZZC")]
        assert [row["participant"] for row in story.reads("/v1/participants")] == [
            "ZZA",
            "ZZB",
            "ZZC",
        ]
        no_role_of_the_service_changes_the_log(database)
        what_is_changed_in_reporting_differs_from_a_rebuild(running, reporting_database)

        administrator = administrator_of(running, database)
        stop((running.children["registry"],))
        administrator.does(rewrites)
        administrator.signs(read_ring(running.folder.path / "signing.key").signer)
        starts_again(running)
        signs(story, "ZZD")
        reporting_stops_and_says_so(running)
        two_receipts_contradict_each_other(running, receipts[1])

        administrator.does(deletes_the_last)
        an_older_copy_is_noticed_while_the_registry_runs(running, story)


def administrator_of(running: Running, database: Database) -> Administrator:
    return Administrator(database, running.folder.path / "checkpoints.sqlite", DEMONSTRATION)


def signs(story: Story, code: str) -> str:
    """Let a participant sign, and keep the receipt."""
    act = writes.act(makers.signature_recorded(code))
    office = Person(story, "secretariat")
    return str(office.records(f"/v1/participants/{code}/acts", act)["receipt"])


def no_role_of_the_service_changes_the_log(database: Database) -> None:
    for role in ROLES:
        with disposing(getattr(database, role)) as engine:
            for statement in STATEMENTS:
                with engine.connect() as connection, pytest.raises(DBAPIError) as refused:
                    connection.execute(text(statement))
                assert NOT_ALLOWED.search(str(refused.value)), (role, statement, refused.value)


def what_is_changed_in_reporting_differs_from_a_rebuild(
    running: Running, database: Database
) -> None:
    with disposing(database.admin_url) as engine, engine.begin() as connection:
        change = "UPDATE participation_act SET received_on = '2019-01-01' WHERE participant = 'ZZC'"
        assert connection.execute(text(change)).rowcount == 1
    rebuilt = running.command("reporting", "rebuild", "--grace-seconds", "0")
    assert rebuilt.returncode == 1, rebuilt.stdout
    assert "differs" in rebuilt.stderr


def starts_again(running: Running) -> None:
    """With the key and the checkpoint in the administrator's hands the registry cannot know."""
    serving = running.launch("registry", "registry", "serve")
    wait_until_ready(serving, f"{running.registry}/health/ready", seconds=60)


def reporting_stops_and_says_so(running: Running) -> None:
    """A reader remembers what was signed before."""
    assert running.children["projector"].process.wait(60) == 1
    status = running.command("reporting", "status")
    assert status.returncode == 1
    assert "root" in status.stderr
    told = running.client.get(f"{running.reporting}/v1/participants").json()
    assert told["projector_state"] == "stopped"


def two_receipts_contradict_each_other(running: Running, kept: str) -> None:
    """Both are signed by the log: whoever kept the older one can show that it was rewritten."""
    key = VerifierKey.parse(running.folder.verifier_key)
    given = running.client.get(f"{running.registry}/v1/receipts/2").text
    before, after = verify_receipt(kept, key), verify_receipt(given, key)
    assert before.position == after.position == 2
    assert before.datahash != after.datahash
    forged = Receipt.parse(given)
    with pytest.raises(VerificationFailed):  # the old proof does not lead to the forged root
        verify_receipt(
            replace(Receipt.parse(kept), checkpoint_note=forged.checkpoint_note).text(), key
        )


def an_older_copy_is_noticed_while_the_registry_runs(running: Running, story: Story) -> None:
    act = writes.act(makers.signature_recorded("ZZE"))
    refused = Person(story, "secretariat").is_refused("/v1/participants/ZZE/acts", act)
    assert refused == (503, "unavailable")
    metrics = running.client.get(f"{running.registry}/metrics").text
    assert "registry_fenced 1.0" in metrics
    verified = running.command("registry", "verify")
    assert (verified.returncode, "older copy" in verified.stderr) == (1, True)
