"""System: what is secret reaches whoever may read it, and nobody else, by any address there is."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import makers
from tests.databases import Database
from tests.system.canaries import (
    FOR_EVERYBODY,
    IN_REPORTING,
    MAY_READ,
    PEOPLE,
    READERS,
    Walk,
    file_text,
    plant,
    secret,
)
from tests.system.running import AT_ANY_PACE, TODAY, both_services
from tests.system.story import Story

pytestmark = [pytest.mark.system, pytest.mark.db]


@pytest.fixture
def story(database: Database, reporting_database: Database, tmp_path: Path) -> Iterator[Story]:
    kept = tmp_path / "kept"
    with both_services(database, reporting_database, kept, **AT_ANY_PACE) as running:
        yield Story(running, PEOPLE)


def test_every_secret_is_found_by_those_who_may_read_it_and_by_nobody_else(
    story: Story, dialect: str, tmp_path: Path
) -> None:
    draft = plant(story)
    story.reads("/v1/reports/ZZA/2025")  # reporting has come so far
    last = len(story.events())
    values = {
        "code": ["ZZA", "ZZB"],
        "participant": ["ZZA", "ZZB"],
        "organisation": ["ORG-ZZO"],
        "cycle": ["2025", "2026"],
        "unit": ["P1", "P2", "P3", "P5", "P6"],
        "number": ["1", "2"],
        "from": ["1", "2"],
        "to": ["2"],
        "metric": ["actual_reports", "share_of_statements"],
        "methodology": ["2.0.0"],
        "aggregate": [
            "postulates",
            "matrix",
            "pillar-balance",
            "assistance",
            "timeline",
            "members",
        ],
        "name": ["participants", "organisations"],
        "plan_id": ["ZZA-PLAN-1"],
        "position": [str(number) for number in range(1, last + 2)],
        "after": ["0"],
        "digest": [
            makers.bytes_digest(file_text("evidence-auditors")),
            makers.bytes_digest(file_text("evidence-revised")),
            makers.bytes_digest(),
        ],
        "month": [f"{TODAY:%Y-%m}", "2020-01"],
        "index": ["0", str(last - 1)],
        "size": [str(last)],
        "draft_id": [draft.rpartition("/")[2]],
        "path": [
            f"entries/000.p/{last}",
            f"0/000.p/{last}",
            "events/report-submitted/1.0.0/schema.json",
        ],
    }
    walks = {reader: Walk(story, reader, values) for reader in READERS}
    for walk in walks.values():
        walk.go()

    for reader, walk in walks.items():
        may = {name for name, readers in MAY_READ.items() if reader in readers}
        assert walk.found - may == set(), f"{reader} found what is not for them"
        assert may - walk.found == set(), f"{reader} did not find what is for them"
        assert walk.merged == may & IN_REPORTING, (reader, walk.answered)
        assert walk.refused == set(), reader
        assert walk.saw_what_is_public, reader
        assert not [status for status in walk.answered if status >= 500], (reader, walk.answered)

    secrets = [secret(name) for name in MAY_READ]
    logs = [child.log.read_text() for child in story.running.children.values()]
    assert len(logs) == 3
    for text in logs:
        assert [one for one in secrets if one in text] == []
    if dialect != "sqlite":
        return
    kept = [file.read_bytes() for file in tmp_path.rglob("*") if file.is_file()]
    assert any(FOR_EVERYBODY.encode() in raw for raw in kept)  # databases, trail, logs: all there
    for raw in kept:
        assert [one for one in secrets if one.encode() in raw] == []
