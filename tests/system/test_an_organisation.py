"""System: an organisation reports through both services, and is read beside its members."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests import makers, writes
from tests.databases import Database
from tests.system.days import cycle, in_days
from tests.system.running import both_services
from tests.system.story import Person, Story

pytestmark = [pytest.mark.system, pytest.mark.db]

CODE, MEMBER = "ORG-ZZO", "ZZA"


@pytest.fixture
def story(database: Database, reporting_database: Database, tmp_path: Path) -> Iterator[Story]:
    roles = {code: f"focal-point:{code}" for code in (CODE, MEMBER)}
    with both_services(database, reporting_database, tmp_path / "kept") as running:
        yield Story(running, {"secretariat": "secretariat", **roles})


def test_an_organisation_reports_and_its_members_stand_beside(story: Story) -> None:
    secretariat = Person(story, "secretariat")
    for code in (CODE, MEMBER):
        acts = f"/v1/participants/{code}/acts"
        secretariat.records(acts, writes.act(makers.signature_recorded(code)))
        designation = writes.focal_point(code, focal_point_id=code, received_on=in_days(-40))
        secretariat.records(f"/v1/participants/{code}/focal-points", designation)
    membership = writes.act(makers.membership_recorded(MEMBER))
    secretariat.records(f"/v1/participants/{MEMBER}/acts", membership)
    secretariat.records("/v1/cycles", cycle("2026", opens=-20, due=20))

    report = regional(story)
    assert (report["report"]["report_version"], filed(report)) == (None, None)
    for code in (CODE, MEMBER):
        Person(story, code).records("/v1/reports", writes.submission(code))
    report = regional(story)
    assert report["report"]["cover"]["participant"] == CODE
    assert report["report"]["obligation"]["timeliness"] == "on_time"
    assert filed(report) == 1
    assert [row["value"] for row in report["rates"]] == ["1", "1", "1", "100.0", "100.0"]
    assert writes.RESTRICTED not in str(report)

    # The member leaves: the same membership, with its end.
    ended = writes.act(makers.membership_recorded(MEMBER, ended_on=in_days(0)))
    secretariat.records(f"/v1/participants/{MEMBER}/acts", ended)
    report = regional(story)
    assert (report["members"], report["rates"][0]["value"]) == ([], "0")
    assert report["report"]["report_version"] == 1
    story.is_answered_as_it_was_known()


def regional(story: Story) -> Any:
    return story.reads(f"/v1/regional-reports/{CODE}/2026")


def filed(report: Any) -> int | None:
    """The version that the one member filed."""
    (member,) = report["members"]
    return member["filed"] and int(member["filed"]["report_version"])
