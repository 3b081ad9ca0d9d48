"""Registry web: drafts: begun, written section by section, read, listed, deleted."""

from pathlib import Path
from typing import Any

import pytest

from services.registry.app import Room
from services.registry.drafts.desk import Bounds
from tests import makers
from tests.databases import Database
from tests.recording import append
from tests.registry.web.drafting import (
    DRAFT,
    FIRST,
    SECOND,
    ask,
    begin,
    complete,
    put,
    ready,
    section_of,
    submitted,
    try_to_begin,
    whole,
)
from tests.running_registry import RunningRegistry, running_registry

PARTS: dict[str, Any] = {
    "plans": [{"scope": "national", "title": {"en": "Plan"}, "status": "in_force"}],
    "treaties": [{"instrument": "bombings-1997", "consent": "none"}],
    "human_rights": {"narrative": {"en": "Courts review."}, "visibility": "public"},
    "observations": {"text": {"en": "None."}, "visibility": "auditors"},
    "P8.a": makers.statement(),
}


@pytest.fixture
def draft(registry: RunningRegistry) -> dict[str, Any]:
    ready(registry)
    return begin(registry)


def test_a_draft_begins_with_what_is_known_of_the_cover(draft: dict[str, Any]) -> None:
    assert (draft["state"], draft["etag"], draft["base"]) == ("draft", '"1"', None)
    cover = section_of(draft, "cover")
    assert cover["content"] == {
        "origin": "submission",
        "participant": "ZZA",
        "cycle_id": "2026",
        "period_from": "2025-01-01",
        "period_to": "2025-12-31",
        "form": "full",
    }
    assert (cover["carried"], cover["drafted_by"]) == (False, [])


def test_a_draft_shows_every_section_that_the_report_may_have(draft: dict[str, Any]) -> None:
    units = ["P1", "P2", "P3", "P4", "P5", "P6", "P7"]
    units += ["P8.a", "P8.b", "P8.c", "P8.d", "P9", "P10"]
    names = ["cover", "plans", "treaties", *units, "human_rights", "observations"]
    assert [one["section"] for one in draft["sections"]] == names
    assert section_of(draft, "P9")["etag"] is None


@pytest.mark.usefixtures("draft")
@pytest.mark.parametrize("name", list(PARTS))
def test_a_section_is_written_read_and_deleted_by_its_own_tag(
    registry: RunningRegistry, name: str
) -> None:
    path = f"{DRAFT}/statements/{name}" if name.startswith("P") else f"{DRAFT}/{name}"
    assert ask(registry, "GET", path).status_code == 404
    written = put(registry, name, PARTS[name])
    assert (written.status_code, written.headers["etag"]) == (200, '"1"')
    assert written.json()["findings"] == []
    read = ask(registry, "GET", path)
    assert read.json()["content"] == PARTS[name]
    assert (read.json()["changed_by"], read.json()["drafted_by"]) == ("actor-ZZA", ["actor-ZZA"])
    assert read.headers["cache-control"] == "no-store"
    assert ask(registry, "DELETE", path, if_match='"1"').status_code == 204
    assert ask(registry, "GET", path).status_code == 404
    assert ask(registry, "DELETE", path, if_match='"1"').status_code == 204
    assert put(registry, name, PARTS[name]).headers["etag"] == '"3"'


@pytest.mark.usefixtures("draft")
def test_an_incomplete_section_is_saved_and_what_is_wrong_is_told(
    registry: RunningRegistry,
) -> None:
    answer = put(registry, "P1", {"changed": True, "narrative": {"en": ""}, "colour": "red"})
    assert answer.status_code == 200
    findings = {(one["code"], one["pointer"]) for one in answer.json()["findings"]}
    assert findings == {
        ("too-short", "/narrative/en"),
        ("wrong-pattern", "/narrative/en"),
        ("unknown-member", "/colour"),
        ("missing-member", "/original"),
        ("missing-member", "/visibility"),
    }
    assert section_of(whole(registry), "P1")["content"]["colour"] == "red"
    assert {one["severity"] for one in answer.json()["findings"]} == {"blocker"}


@pytest.mark.usefixtures("draft")
def test_a_cover_of_another_report_is_saved_and_told(registry: RunningRegistry) -> None:
    cover = section_of(whole(registry), "cover")["content"]
    wrong = {**cover, "language": "en", "participant": "ZZB", "form": "update"}
    answer = put(registry, "cover", wrong, etag='"1"')
    assert [(one["code"], one["pointer"]) for one in answer.json()["findings"]] == [
        ("cover-disagrees", "/participant"),
        ("cover-disagrees", "/form"),
    ]


@pytest.mark.usefixtures("draft")
@pytest.mark.parametrize(
    ("name", "content"),
    [("P1", []), ("P1", None), ("plans", {}), ("cover", "text"), ("treaties", 1)],
)
def test_what_is_no_section_at_all_is_refused(
    registry: RunningRegistry, name: str, content: Any
) -> None:
    answer = put(registry, name, b"null" if content is None else content)
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (422, "wrong-type")


@pytest.mark.usefixtures("draft")
def test_a_unit_that_the_edition_does_not_have_is_not_found(registry: RunningRegistry) -> None:
    for unit in ("P8", "P11", "P9.a"):
        assert put(registry, unit, makers.statement()).status_code == 404
        assert ask(registry, "GET", f"{DRAFT}/statements/{unit}").status_code == 404


@pytest.mark.usefixtures("draft")
def test_who_changed_what_and_when_is_shown(registry: RunningRegistry) -> None:
    put(registry, "P1", makers.statement("One."), by=FIRST)
    put(registry, "P1", makers.statement("Two."), etag='"1"', by=SECOND)
    section = section_of(whole(registry), "P1")
    assert section["changed_by"] == "actor-ZZA-2"
    assert section["changed_at"] == "2026-11-21T12:00:00.000000Z"
    assert section["drafted_by"] == ["actor-ZZA", "actor-ZZA-2"]


def test_the_same_request_begins_one_draft(registry: RunningRegistry) -> None:
    ready(registry)
    first, again = (try_to_begin(registry, key="one") for _ in range(2))
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    other = try_to_begin(registry, key="one", form="update")
    assert (other.status_code, other.json()["code"]) == (422, "idempotency-key-reused")
    assert len(ask(registry, "GET", "/v1/drafts?participant=ZZA").json()["drafts"]) == 1


def test_a_draft_is_for_a_cycle_that_was_opened(registry: RunningRegistry) -> None:
    registry.sign()
    registry.designate("ZZA")
    answer = try_to_begin(registry)
    assert (answer.status_code, answer.json()["code"]) == (409, "no-such-cycle")


def test_a_draft_is_written_to_a_template_that_is_known(registry: RunningRegistry) -> None:
    registry.sign()
    registry.designate("ZZA")
    cycle = makers.cycle_opened(template_version="9.9.9")
    append(registry, cycle)  # as another edition of the registry may have recorded it
    answer = try_to_begin(registry)
    assert (answer.status_code, answer.json()["code"]) == (409, "template-not-known")


@pytest.mark.usefixtures("draft")
def test_the_drafts_of_a_participant_are_listed_without_their_sections(
    registry: RunningRegistry,
) -> None:
    begin(registry, form="update")
    listed = ask(registry, "GET", "/v1/drafts?participant=ZZA").json()["drafts"]
    assert {one["form"] for one in listed} == {"full", "update"}
    assert all("sections" not in one for one in listed)


def test_drafts_are_bounded_in_number_and_sections_in_size(
    database: Database, tmp_path: Path
) -> None:
    room = Room(drafts=Bounds(section_bytes=2_000, drafts_per_participant=2))
    with running_registry(database, tmp_path, room=room) as registry:
        ready(registry)
        begin(registry)
        second = begin(registry)
        full = try_to_begin(registry)
        assert (full.status_code, full.json()["code"]) == (409, "too-many-drafts")
        large = put(registry, "P1", makers.statement("c" * 2_000))
        assert (large.status_code, large.json()["code"]) == (413, "body-too-large")
        path = f"/v1/drafts/{second['draft_id']}"
        assert ask(registry, "DELETE", path, if_match=second["etag"]).status_code == 204
        begin(registry)


def test_what_was_submitted_makes_room_for_another_draft(
    database: Database, tmp_path: Path
) -> None:
    room = Room(drafts=Bounds(drafts_per_participant=1))
    with running_registry(database, tmp_path, room=room) as registry:
        ready(registry)
        begin(registry)
        complete(registry)
        submitted(registry)
        begin(registry, carry_forward=True)


@pytest.mark.usefixtures("draft")
def test_a_draft_is_deleted_by_who_has_seen_it_as_it_stands(registry: RunningRegistry) -> None:
    put(registry, "P1", makers.statement())
    stale = ask(registry, "DELETE", DRAFT, if_match='"1"')
    assert (stale.status_code, stale.json()["code"]) == (412, "draft-changed")
    assert stale.json()["current"] == {
        "etag": '"2"',
        "state": "draft",
        "changed_by": "actor-ZZA",
        "changed_at": "2026-11-21T12:00:00.000000Z",
    }
    assert ask(registry, "DELETE", DRAFT).status_code == 428
    assert ask(registry, "DELETE", DRAFT, if_match='"2"').status_code == 204
    assert ask(registry, "GET", DRAFT).status_code == 404
    assert ask(registry, "DELETE", DRAFT, if_match='"2"').status_code == 404


def test_what_may_be_done_is_said_with_the_reason_why_not(draft: dict[str, Any]) -> None:
    actions = {one["rel"]: one for one in draft["actions"]}
    assert {rel: one["allowed"] for rel, one in actions.items()} == {
        "preview": True,
        "request-clearance": True,
        "clear": False,
        "submit": False,
        "delete": True,
    }
    assert actions["submit"]["reason"] == (
        "The draft is not cleared as it stands. The state of the draft is draft."
    )
    assert actions["delete"] == {
        "rel": "delete",
        "method": "DELETE",
        "href": DRAFT,
        "by": "participant",
        "allowed": True,
        "reason": None,
    }
    (write,) = section_of(draft, "P8.a")["actions"]
    assert (write["method"], write["href"]) == ("PUT", f"{DRAFT}/statements/P8.a")
