"""System: attackers play through what they might try; each attempt is stopped, or it shows.

The tables are those of the threat model in docs/security.md. Both services are real processes, and
everything goes over real HTTP. What is planted for the attackers to find is that of `canaries`.
"""

from collections.abc import Iterator
from pathlib import Path

import orjson
import pytest

from tests import writes
from tests.databases import Database
from tests.system import attempts_of_others as others
from tests.system import attempts_of_participants as participants
from tests.system.attempts import Play, Stage
from tests.system.canaries import CYCLE, MAY_READ, PEOPLE, plant, secret
from tests.system.days import in_days
from tests.system.running import both_services
from tests.system.story import Person, Story

pytestmark = [pytest.mark.system, pytest.mark.db]

MORE_PEOPLE = {
    "dl-ended": "drafter:ZZA",
    "fp-belmora-2": "focal-point:ZZB",
    "dl-belmora": "drafter:ZZB",
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
    report = first["report-submitted", "ZZA"]
    return {
        "report": str(report),
        "before_report": str(report - 1),
        "designated": str(first["focal-point-designated", "ZZA"]),
        "victim": "ZZA",
        "formula": str(len(events) + 1),  # the first thing that an attacker may write
        "script": str(len(events) + 2),
        "returned": str(first["report-returned", "ZZA"]),
    }


def test_whatever_people_try_is_stopped_or_shows(stage: Stage) -> None:
    play = Play(stage)
    play.through(participants.ATTEMPTS)
    play.through(others.AUDITORS)
    play.through(others.PUBLIC)
    play.through(others.ISSUERS)
    assert not play.faults, "\n".join(play.faults)

    actors = {name: actor for name, (actor, _) in UNDER_ANOTHER_ID.items()}
    assert list(play.is_found_in_the_trail(others.AUDITOR, actors)) == []

    play.through(others.FLOODS)
    assert play.faults == []
    nothing_was_forged_or_leaked(stage)


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
