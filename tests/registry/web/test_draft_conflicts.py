"""Registry web: two people in one draft: they never collide, and nothing of either is lost."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import httpx
import pytest
from sqlalchemy import Connection, text

from services.registry.drafts import store
from tests import makers
from tests.databases import ON_POSTGRESQL
from tests.registry.web.drafting import (
    DRAFT,
    FIRST,
    SECOND,
    ask,
    begin,
    clear,
    complete,
    put,
    ready,
    record,
    request_clearance,
    section_of,
    try_to_begin,
    whole,
)
from tests.running_registry import RunningRegistry

P1 = f"{DRAFT}/statements/P1"


@pytest.fixture(autouse=True)
def draft(registry: RunningRegistry) -> dict[str, Any]:
    ready(registry)
    return begin(registry)


def test_two_delegates_write_their_sections_at_once_and_never_collide(
    registry: RunningRegistry,
) -> None:
    begun = Barrier(2)
    rounds = 8

    def write(by: str, section: str) -> list[int]:
        begun.wait(10)
        statuses, etag = [], None
        for number in range(rounds):
            text = f"{by} says {number}."
            answer = put(registry, section, makers.statement(text), etag=etag, by=by)
            statuses.append(answer.status_code)
            etag = answer.headers["etag"]
        return statuses

    with ThreadPoolExecutor(2) as pool:
        both = [pool.submit(write, FIRST, "P1"), pool.submit(write, SECOND, "P5")]
        assert [future.result(60) for future in both] == [[200] * rounds] * 2
    found = whole(registry)
    for section, by in (("P1", FIRST), ("P5", SECOND)):
        one = section_of(found, section)
        assert one["content"]["narrative"]["en"] == f"{by} says {rounds - 1}."
        assert (one["etag"], one["drafted_by"]) == (f'"{rounds}"', [f"actor-{by}"])
    assert found["etag"] == f'"{1 + 2 * rounds}"'


def test_of_two_who_write_one_section_at_once_one_is_told_what_the_other_wrote(
    registry: RunningRegistry,
) -> None:
    begun = Barrier(2)

    def write(by: str) -> httpx.Response:
        begun.wait(10)
        return put(registry, "P1", makers.statement(f"{by} says so."), by=by)

    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(write, (FIRST, SECOND)))
    assert sorted(answer.status_code for answer in answers) == [200, 412]
    won, lost = sorted(answers, key=lambda answer: answer.status_code)
    assert lost.json()["current"]["content"] == won.json()["content"]
    again = put(registry, "P1", makers.statement("Both."), etag=lost.json()["current"]["etag"])
    assert again.status_code == 200


def test_a_conflict_carries_what_the_other_wrote_and_changes_nothing(
    registry: RunningRegistry,
) -> None:
    put(registry, "P1", makers.statement("First."), by=FIRST)
    put(registry, "P1", makers.statement("Second."), etag='"1"', by=SECOND)
    late = put(registry, "P1", makers.statement("Late."), etag='"1"', by=FIRST)
    assert (late.status_code, late.headers["content-type"]) == (412, "application/problem+json")
    problem = late.json()
    assert problem["code"] == "section-changed"
    assert problem["current"] == {
        "content": makers.statement("Second."),
        "etag": '"2"',
        "changed_by": "actor-ZZA-2",
        "changed_at": "2026-11-21T12:00:00.000000Z",
    }
    assert late.headers["cache-control"] == "no-store"
    assert section_of(whole(registry), "P1")["content"] == makers.statement("Second.")


def test_a_repetition_whose_answer_was_lost_is_no_conflict(registry: RunningRegistry) -> None:
    first = put(registry, "P1", makers.statement())
    again = put(registry, "P1", makers.statement())
    assert (again.status_code, again.headers["etag"]) == (200, first.headers["etag"])
    assert whole(registry)["etag"] == '"2"'


def test_a_tag_never_fits_what_was_written_after_a_deletion(registry: RunningRegistry) -> None:
    """Else who read the first text would overwrite the second without having seen it."""
    put(registry, "P1", makers.statement("First."), by=FIRST)
    ask(registry, "DELETE", P1, by=SECOND, if_match='"1"')
    gone = put(registry, "P1", makers.statement("Late."), etag='"1"')
    assert gone.status_code == 412
    assert gone.json()["current"]["content"] is None
    assert gone.json()["current"]["changed_by"] == "actor-ZZA-2"
    put(registry, "P1", makers.statement("Second."), by=SECOND)
    assert put(registry, "P1", makers.statement("Late."), etag='"1"').status_code == 412
    late = ask(registry, "DELETE", P1, if_match='"1"')
    assert late.json()["current"]["content"] == makers.statement("Second.")


@ON_POSTGRESQL  # on SQLite nothing is recorded while somebody else writes
@pytest.mark.parametrize("what", ["section", "deletion", "request", "clearance", "another draft"])
def test_whose_term_ends_while_others_have_the_draft_writes_nothing(
    registry: RunningRegistry, draft: dict[str, Any], what: str
) -> None:
    complete(registry)
    digest = "sha256:" + "0" * 64
    if what == "clearance":
        digest = request_clearance(registry, by=SECOND).json()["clearance"]["digest"]
    before = whole(registry, by=SECOND)
    tried = {
        "section": lambda: put(registry, "P2", makers.statement()),
        "deletion": lambda: ask(registry, "DELETE", DRAFT, if_match=before["etag"]),
        "request": lambda: ask(
            registry, "POST", f"{DRAFT}/clearance-request", {}, if_match=before["etag"]
        ),
        "clearance": lambda: clear(registry, digest, by=FIRST, exception_reference="NV 1"),
        "another draft": lambda: try_to_begin(registry),
    }
    with ThreadPoolExecutor(1) as pool:
        with registry.opened.cabinet.writing("ZZA") as drawer:
            store.find(drawer, draft["draft_id"], lock=True)
            store.lock_participant(drawer, "ZZA")
            waiting = pool.submit(tried[what])
            until_somebody_waits_for(drawer.connection)
            record(registry, makers.focal_point_designation_ended(focal_point_id="actor-ZZA"))
        answer = waiting.result(20)
    assert (answer.status_code, answer.json()["code"]) == (403, "outside-the-term")
    assert whole(registry, by=SECOND) == before
    assert len(ask(registry, "GET", "/v1/drafts?participant=ZZA", by=SECOND).json()["drafts"]) == 1


def until_somebody_waits_for(connection: Connection) -> None:
    """Wait until the database has somebody wait for what a transaction holds."""
    blocked = text(
        "SELECT count(*) FROM pg_locks WHERE NOT granted"
        " AND pg_backend_pid() = ANY (pg_blocking_pids(pid))"
    )
    for _ in range(10_000):
        if connection.scalar(blocked):
            return
    raise AssertionError("nobody ever waited")


def test_begun_at_once_under_one_key_there_is_one_draft(registry: RunningRegistry) -> None:
    begun = Barrier(6)

    def start(_: int) -> str:
        begun.wait(10)
        draft: str = try_to_begin(registry, key="twins").json()["draft_id"]
        return draft

    with ThreadPoolExecutor(6) as pool:
        assert len(set(pool.map(start, range(6)))) == 1
    listed = ask(registry, "GET", "/v1/drafts?participant=ZZA").json()["drafts"]
    assert len(listed) == 2
