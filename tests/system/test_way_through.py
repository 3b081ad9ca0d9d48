"""System: the demonstration's acts go through both services as processes, on both databases."""

import json
import re
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import httpx
import pytest

from contracts.note import VerifierKey
from contracts.receipt import verify_receipt
from services.demonstration.folder import open_folder
from services.demonstration.processes import finish, is_free, start, stop, wait_until_ready
from services.demonstration.scenario import CYCLE, steps
from services.demonstration.sending import Recorded, Registry, Step
from tests.databases import Database
from tests.system.days import tomorrow
from tests.system.ports import free_port
from tests.system.running import TODAY, Running, both_services

pytestmark = [pytest.mark.system, pytest.mark.db]

A_DAY = date(2026, 11, 21)
"""Asked about where an answer hangs on the day of plans that have fixed days."""


@pytest.fixture
def running(database: Database, reporting_database: Database, tmp_path: Path) -> Iterator[Running]:
    with both_services(database, reporting_database, tmp_path / "kept") as here:
        yield here


def play(running: Running, plan: Sequence[Step]) -> list[Recorded]:
    """Do the steps, one after the other."""
    with httpx.Client(base_url=running.registry, timeout=30) as client:
        registry = Registry(client=client, folder=running.folder)
        return [step.send(registry) for step in plan]


def total(answer: dict[str, Any], metric: str) -> str:
    (value,) = (
        row["value"]
        for row in answer["data"]
        if row["dimension"] == "total" and row["metric"] == metric
    )
    return str(value)


def days_in_titles(text: str) -> tuple[set[str], str]:
    """Take away the days that tables are of: midnight may fall between two of them."""
    title = re.compile(
        r"(Who takes part|Commitments|Help needed and offered) on ([0-9]{4}-[0-9]{2}-[0-9]{2})"
    )
    return {day for _, day in title.findall(text)}, title.sub(r"\1", text)


def life(running: Any, code: str, cycle: str) -> tuple[str, list[str]]:
    """What became of a report: in time, and version by version."""
    report = running.ask(f"/v1/reports/{code}/{cycle}")["data"]
    versions = [
        " ".join(
            [
                version["act"],
                *(one["decision"] for one in version["decisions"]),
                *(one["state"] for one in version["clarifications"]),
                *(["withdrawn"] if version["is_withdrawn"] else []),
            ]
        )
        for version in report["versions"]
    ]
    return report["obligation"]["timeliness"], versions


def went_through_closed_cycles(running: Running) -> None:
    """Two closed cycles, in the later of which everything became of the reports that can."""
    assert life(running, "ZZA", "2024") == ("on_time", ["submitted accepted"])  # given more time
    assert life(running, "ZZB", "2024") == ("late", ["submitted accepted"])
    silent = running.ask("/v1/reports/ZZC/2024")["data"]
    assert (silent["obligation"]["timeliness"], silent["versions"]) == ("overdue", [])
    assert {code: life(running, code, "2025") for code in ("ZZA", "ZZB", "ZZC")} == {
        "ZZA": ("late", ["submitted accepted answered"]),
        "ZZB": ("late", ["submitted returned", "submitted accepted", "corrigendum"]),
        "ZZC": ("on_time", ["submitted withdrawn", "submitted accepted"]),  # given more time
    }
    assert life(running, "ZZC", CYCLE) == ("on_time", ["nothing_new"])
    (given,) = running.ask("/v1/obligations", cycle="2025", participant="ZZC")["data"]
    assert given["extension"]["due_on"] == given["due_on"] > given["cycle_due_on"]
    corrected = running.ask("/v1/reports/ZZB/2025/diff", **{"from": 2, "to": 3})["data"]
    assert [change["unit"] for change in corrected["changes"]] == ["P5"]
    fields = running.ask("/v1/reports/ZZB/2025/record")["data"]["fields"]
    (said,) = [one for one in fields if one["pointer"] == "/statements/P5/narrative/en"]
    assert [value["report_version"] for value in said["values"]] == [1, 3]
    closed = running.ask("/v1/cycles")["data"]
    assert {row["cycle_id"]: row["closing"] is not None for row in closed} == {
        "2024": True,
        "2025": True,
        "2026": False,
    }


def came_through_a_draft(running: Running) -> None:
    """One report did: two persons in one section, a word on a finding, a section shown later."""
    arcadia = running.ask(f"/v1/reports/ZZA/{CYCLE}/versions/1")["data"]
    assert [one["code"] for one in arcadia["explanations"]] == ["G-R01"]
    states = {one["section"]: one["publication"]["state"] for one in arcadia["sections"]}
    assert {name for name, state in states.items() if state != "open"} == {"P8.d"}
    assert states["P8.d"] == "revealed"
    both = arcadia["statements"]["P8.a"]["narrative"]["en"]
    assert "Ministry of Justice" in both
    assert "Border Service" in both


def test_acts_and_reports_go_in_and_a_national_implementation_report_comes_out(
    running: Running,
) -> None:
    plan = list(steps(TODAY))
    written = play(running, plan)
    last = written[-1]["position"]
    assert [answer["position"] for answer in written] == list(range(1, len(plan) + 1))

    # Who takes part; the same day on both databases, whatever today is.
    people = running.ask("/v1/participants", min_position=last, effective_on=A_DAY.isoformat())
    assert people["position"] == last
    assert len(people["data"]) == 13
    kazakhstan = next(row for row in people["data"] if row["participant"] == "KAZ")
    assert kazakhstan["positions"] == [1]

    # The compilation is labelled, carries sources and positions, and stands outside the rates.
    report = running.ask(f"/v1/reports/KAZ/{CYCLE}")["data"]
    assert report["origin"] == "illustrative_compilation"
    assert "not a submission by the State" in json.dumps(report)
    position = next(
        answer["position"]
        for step, answer in zip(plan, written, strict=True)
        if step.stream == f"report-KAZ-{CYCLE}"
    )
    by_unit = {row["unit"]: row for row in report["statements"]}
    assert by_unit["P1"]["positions"] == [position]
    assert all(measure["sources"] for measure in by_unit["P1"]["measures"])

    now = running.ask("/v1/rates", cycle=CYCLE)
    before = running.ask("/v1/rates", cycle=CYCLE, as_of=last - 1)
    assert total(now, "expected_reports") == "13"
    assert (total(now, "actual_reports"), total(before, "actual_reports")) == ("3", "2")
    assert (total(now, "reporting_rate"), total(before, "reporting_rate")) == ("23.1", "15.4")

    went_through_closed_cycles(running)
    came_through_a_draft(running)

    # What is promised stands as the day says, beside the measures that carry it out.
    asked = {"participant": "ZZA", "effective_on": A_DAY.isoformat()}
    promised = running.ask("/v1/commitments", min_position=last, **asked)["data"]
    assert {row["commitment_id"]: row["state"] for row in promised} == {
        "crossings": "late",
        "media-literacy": "open",
        "yearly-review": "done",
    }
    # The report that carries them out was filed just now: it says nothing about days before.
    asked["effective_on"] = tomorrow()
    filed = running.ask("/v1/commitments", min_position=last, **asked)["data"]
    assert [one["unit"] for row in filed for one in row["measures"]] == ["P6", "P7"]

    # What a participant keeps to itself is on no reader's screen, but it is in the log.
    belmora = running.ask(f"/v1/reports/ZZB/{CYCLE}/postulates/P6")
    assert belmora["data"]["statement"]["status"] == "restricted"
    everything = running.ask(f"/v1/reports/ZZB/{CYCLE}")
    feed = running.client.get(f"{running.registry}/v1/events", params={"after": 0}).text
    for text in (json.dumps(everything), feed):
        assert "Pilot of joint patrols" not in text
        assert "focal.point@" not in text

    # Every receipt holds against the pinned key alone, and a repeated write gives it again.
    key = VerifierKey.parse(running.folder.verifier_key)
    for answer in written:
        assert verify_receipt(answer["receipt"], key).position == answer["position"]
    (again,) = play(running, plan[-1:])
    assert (again["position"], again["replayed"]) == (last, True)


def test_the_log_is_exported_verified_offline_and_projected_anew_to_the_same_digests(
    running: Running, tmp_path: Path
) -> None:
    last = play(running, list(steps(TODAY)))[-1]["position"]
    running.ask("/v1/participants", min_position=last)
    digests = running.command("reporting", "digest")
    assert digests.returncode == 0, digests.stderr
    export = tmp_path / "log.ndjson"
    with httpx.stream("GET", f"{running.registry}/v1/export", timeout=30) as answer:
        export.write_bytes(answer.read())
    verified = running.command(
        "verify", "export", str(export), "--key", running.folder.verifier_key
    )
    assert verified.returncode == 0, verified.stderr
    rebuilt = running.command("reporting", "rebuild", "--from-export", str(export))
    assert rebuilt.returncode == 0, rebuilt.stderr
    after = running.command("reporting", "digest")
    assert after.stdout == digests.stdout
    text = export.read_bytes()
    export.write_bytes(text.replace(b"Kazakhstan", b"Kazakhstam", 1))
    changed = running.command("verify", "export", str(export), "--key", running.folder.verifier_key)
    assert changed.returncode == 1
    assert "1" in changed.stderr


def test_killed_services_lose_nothing_that_was_acknowledged(running: Running) -> None:
    plan = list(steps(TODAY))
    half = len(plan) // 2
    written = play(running, plan[:half])
    for name in ("projector", "registry"):
        killed = running.children.pop(name)
        killed.process.send_signal(signal.SIGKILL)
        killed.process.wait()
    serving = running.launch("registry", "registry", "serve")
    wait_until_ready(serving, f"{running.registry}/health/ready", seconds=60)
    repeated = play(running, plan[:half])
    assert [answer["position"] for answer in repeated] == [one["position"] for one in written]
    assert all(answer["replayed"] for answer in repeated)
    last = play(running, plan[half:])[-1]["position"]
    assert last == len(plan)
    running.launch("projector", "reporting", "project")
    assert total(running.ask("/v1/rates", cycle=CYCLE, min_position=last), "actual_reports") == "3"


def test_both_services_stop_when_asked_and_say_so(running: Running) -> None:
    play(running, list(steps(TODAY))[:1])
    stop(tuple(running.children.values()))
    for child in running.children.values():
        assert child.process.returncode == 0, child.last_lines()


def test_the_demonstration_ends_by_itself_and_shows_the_same_when_started_again(
    tmp_path: Path,
) -> None:
    ports = ["--registry-port", str(free_port()), "--reporting-port", str(free_port())]
    shown = []
    for name in ("first", "second"):
        demo = ["demo", "--once", "--data", str(tmp_path / "kept"), *ports]
        child = start(name, demo, environment={"COLUMNS": "140"}, folder=tmp_path)
        finish(child, seconds=120)
        _, found, answers = child.log.read_text().partition("Who takes part")
        days, text = days_in_titles(found + answers)
        assert days <= {TODAY.isoformat(), tomorrow()}
        shown.append(text)
    for promised in (
        "Who takes part",
        "reporting rate on time",
        "as known before the last act",
        "came through a draft",
        "412 section-changed",
        "409 cleared-by-the-drafter",
        "extended to",
        "G-R01 explained",
        "shown since",
        "closes with",
        "largely in place",
        "What an auditor found of claims",
        "sealed, for auditors",
        "No response yet; asked on",
        "Help needed and offered",
        "matched ZZB-NEED-1",
        "ILLUSTRATIVE COMPILATION",
        "Commitments, as of",
        "verified offline",
        "Both services answered here",
    ):
        assert promised in shown[0]
    assert shown[0] == shown[1]


def test_a_demonstration_that_is_asked_to_stop_while_it_starts_leaves_no_service_running(
    tmp_path: Path,
) -> None:
    ports = [free_port(), free_port()]
    words = ["--registry-port", str(ports[0]), "--reporting-port", str(ports[1])]
    demo = ["demo", "--data", str(tmp_path / "kept"), *words]
    child = start("asked", demo, environment={}, folder=tmp_path)
    wait_until_ready(child, f"http://127.0.0.1:{ports[0]}/health/ready", seconds=60)
    child.process.send_signal(signal.SIGTERM)
    assert child.process.wait(60) == 130, child.last_lines()
    assert all(is_free(port) for port in ports)


def test_the_demonstration_asks_for_ports_that_can_be_said_beforehand(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "services.cli", "demo", "--data", str(tmp_path / "kept")]
    refused = subprocess.run(
        [*command, "--registry-port", "0"], capture_output=True, timeout=60, check=False
    )
    assert refused.returncode == 2
    assert not (tmp_path / "kept").exists()


def test_a_folder_of_another_release_is_left_alone(tmp_path: Path) -> None:
    open_folder(tmp_path, today=TODAY)
    kept = tmp_path / "demonstration.json"
    values = json.loads(kept.read_text())
    del values["story"]  # as folders were made when there was one story
    kept.write_text(json.dumps(values))
    ports = ["--registry-port", str(free_port()), "--reporting-port", str(free_port())]
    command = [sys.executable, "-m", "services.cli", "demo", "--data", str(tmp_path), *ports]
    refused = subprocess.run(command, capture_output=True, timeout=60, check=False, text=True)
    assert refused.returncode == 1
    assert "made by another release" in " ".join(refused.stderr.split())
    assert not (tmp_path / "registry.sqlite").exists()
