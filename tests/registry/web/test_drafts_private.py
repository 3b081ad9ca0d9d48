"""Registry web: a draft is its participant's alone: not in log, feed, export, log lines, errors."""

import io
import sqlite3
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import func, select

from services.registry.drafts.table import draft as drafts_table
from services.registry.drafts.table import draft_key, draft_section
from services.registry.log import EVERYBODY, seen_by
from services.registry.log.table import metadata as log_tables
from tests import makers
from tests.databases import ON_SQLITE, Database
from tests.registry.web.drafting import (
    CANARY,
    DRAFT,
    ask,
    begin,
    clear,
    cleared,
    complete,
    put,
    ready,
    request_clearance,
    submit,
    submitted,
    try_to_begin,
    whole,
)
from tests.running_registry import RunningRegistry, token_of

OTHERS = {"ZZB": 404, "secretariat": 403, "operator": 403, "auditor": 403}
"""Who is nobody's focal point but another's, and how they are answered."""
NOWHERE = "/v1/drafts/nothing-is-called-this"


EXPLANATION = {"code": "R-101", "pointer": "/statements/P1", "text": {"en": CANARY}}


@pytest.fixture
def draft(registry: RunningRegistry) -> dict[str, Any]:
    ready(registry)
    registry.sign("ZZB")
    registry.designate("ZZB")
    begun = begin(registry)
    complete(registry)
    return begun


PERSONS = [2, 3, 6]
"""Positions of what is sealed before anything is submitted: who was designated."""


def disclosed(registry: RunningRegistry) -> list[int]:
    page = registry.get("/v1/disclosures?after=0", by="secretariat").json()
    return [found["position"] for found in page]


def requests(path: str) -> Iterator[tuple[str, str, Any, dict[str, str]]]:
    """Every operation on one draft, as it would be asked for."""
    match, digest = {"if_match": '"1"'}, makers.digest_of({})
    for section in ("cover", "plans", "treaties", "human_rights", "observations", "statements/P1"):
        body: Any = [] if section in {"plans", "treaties"} else {}
        yield "GET", f"{path}/{section}", None, {}
        yield "PUT", f"{path}/{section}", body, match
        yield "DELETE", f"{path}/{section}", None, match
    yield "GET", path, None, {}
    yield "GET", f"{path}/preview", None, {}
    yield "DELETE", path, None, match
    yield "POST", f"{path}/clearance-request", {}, match
    yield "POST", f"{path}/clearance", {"digest": digest}, {}
    yield "POST", f"{path}/submission", {"digest": digest}, {"idempotency_key": "k"}


@pytest.mark.usefixtures("draft")
@pytest.mark.parametrize("by", OTHERS)
def test_others_cannot_tell_a_draft_from_one_that_never_was(
    registry: RunningRegistry, by: str
) -> None:
    before = whole(registry)
    for theirs, nobody in zip(requests(DRAFT), requests(NOWHERE), strict=True):
        answers = []
        for method, path, body, headers in (theirs, nobody):
            answer = ask(registry, method, path, body, by=by, **headers)
            assert answer.status_code == OTHERS[by], (method, path, answer.text)
            problem = answer.json()
            del problem["request_id"]
            answers.append(problem)
        assert answers[0] == answers[1]
    assert whole(registry) == before


@pytest.mark.usefixtures("draft")
def test_without_a_token_that_writes_nobody_is_let_in(registry: RunningRegistry) -> None:
    for method, path, body, headers in (
        *requests(DRAFT),
        ("GET", "/v1/drafts?participant=ZZA", None, {}),
        ("POST", "/v1/drafts", {}, {"idempotency_key": "k"}),
    ):
        nobody = ask(registry, method, path, body, by=None, **headers)
        assert (nobody.status_code, nobody.json()["code"]) == (401, "unauthenticated")
        reader = ask(registry, method, path, body, by="auditor", **headers)
        assert (reader.status_code, reader.json()["code"]) == (403, "forbidden")


@pytest.mark.usefixtures("draft")
@pytest.mark.parametrize("by", OTHERS)
def test_others_neither_list_nor_begin_drafts(registry: RunningRegistry, by: str) -> None:
    answer = ask(registry, "GET", "/v1/drafts?participant=ZZA", by=by)
    assert answer.status_code == OTHERS[by]
    begun = try_to_begin(registry, by=by)
    assert (begun.status_code, begun.json()["code"]) == (403, "forbidden")


@pytest.mark.usefixtures("draft")
def test_nothing_of_a_draft_is_in_log_feed_export_log_lines_or_metrics(
    registry: RunningRegistry, log_lines: io.StringIO
) -> None:
    put(registry, "P9", makers.statement(CANARY, visibility="public"))
    put(registry, "P9", makers.statement("Late."), etag='"7"')
    request_clearance(registry, reason={"en": CANARY})
    cleared(registry)
    clear(registry, makers.digest_of({}))
    ask(registry, "GET", f"{DRAFT}/preview")
    put(registry, "P9", {"narrative": CANARY, "Canary": 1}, etag='"1"')
    for target in ("/v1/events?after=0", "/v1/export", "/metrics", "/openapi.json"):
        assert "Canary" not in registry.get(target).text, target
    assert disclosed(registry) == PERSONS
    assert CANARY.encode() not in rows_of(registry)
    lines = log_lines.getvalue()
    assert "request_answered" in lines
    assert "Canary" not in lines
    assert DRAFT.rpartition("/")[2] not in lines


def rows_of(registry: RunningRegistry) -> bytes:
    """Everything in the tables of the log."""
    with seen_by(registry.opened.engine, EVERYBODY).connect() as connection:
        rows = [
            row for table in log_tables.sorted_tables for row in connection.execute(select(table))
        ]
    values = [value for row in rows for value in row]
    return b"\0".join(one if isinstance(one, bytes) else str(one).encode() for one in values)


@pytest.mark.usefixtures("draft")
def test_the_log_does_not_learn_the_name_of_the_draft_it_came_from(
    registry: RunningRegistry,
) -> None:
    submitted(registry)
    assert DRAFT.rpartition("/")[2].encode() not in rows_of(registry)


def count(registry: RunningRegistry) -> tuple[int, int]:
    with seen_by(registry.opened.engine, "ZZA").connect() as connection:
        first, second = (
            connection.scalar(select(func.count()).select_from(table)) or 0
            for table in (drafts_table, draft_section)
        )
    return first, second


@pytest.mark.usefixtures("draft")
def test_deleting_a_draft_leaves_no_row_of_it(registry: RunningRegistry) -> None:
    assert count(registry) == (1, 3)
    etag = whole(registry)["etag"]
    assert ask(registry, "DELETE", DRAFT, if_match=etag).status_code == 204
    assert count(registry) == (0, 0)


@pytest.mark.usefixtures("draft")
def test_a_deleted_section_leaves_no_text_of_it(registry: RunningRegistry) -> None:
    ask(registry, "DELETE", f"{DRAFT}/statements/P5", if_match='"1"')
    with seen_by(registry.opened.engine, "ZZA").connect() as connection:
        kept = connection.execute(
            select(draft_section.c.content).where(draft_section.c.section == "P5")
        ).scalar_one()
    assert kept is None


@ON_SQLITE
@pytest.mark.usefixtures("draft")
def test_on_sqlite_the_bytes_of_a_deleted_draft_are_gone_from_the_file(
    registry: RunningRegistry, database: Database
) -> None:
    path = database.url.removeprefix("sqlite:///")
    first = stored(registry)
    assert set(first) <= held(registry, path, first)
    put(registry, "P5", makers.statement("Another text."), etag='"1"')
    second = stored(registry)
    assert held(registry, path, first) == set(first) & set(second)
    etag = whole(registry)["etag"]
    ask(registry, "DELETE", DRAFT, if_match=etag)
    assert held(registry, path, first | second) == set()


def stored(registry: RunningRegistry) -> set[bytes]:
    """What is stored encrypted of the drafts of ZZA, and the key of each."""
    columns = (draft_section.c.content, draft_key.c.wrapped)
    with seen_by(registry.opened.engine, "ZZA").connect() as connection:
        return {value for one in columns for value in connection.scalars(select(one))}


def held(registry: RunningRegistry, path: str, secrets: set[bytes]) -> set[bytes]:
    registry.opened.engine.dispose()
    raw = file_of(path)
    assert CANARY.encode() not in raw
    return {secret for secret in secrets if secret in raw}


@pytest.mark.usefixtures("draft")
def test_of_a_submitted_draft_no_text_is_left_and_its_key_is_another(
    registry: RunningRegistry,
) -> None:
    before = stored(registry)
    etag = whole(registry)["sections"]
    submitted(registry, explanations=[EXPLANATION])
    after = whole(registry)
    assert (after["state"], after["submitted_position"]) == ("submitted", registry.size)
    assert [one["content"] for one in after["sections"]] == [None] * len(etag)
    assert after["clearance"]["explanations"] == []
    assert after["clearance"]["cleared_by"] == "actor-ZZA-2"
    left = stored(registry)
    assert len(left) == 1
    assert not left & before
    assert ask(registry, "GET", f"{DRAFT}/cover").status_code == 404


def file_of(path: str) -> bytes:
    """Give the file once everything in its write-ahead log is in it."""
    connection = sqlite3.connect(path)
    try:
        connection.execute("PRAGMA busy_timeout = 5000").close()
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").close()
    finally:
        connection.close()
    with open(path, "rb") as file:  # noqa: PTH123 - an address of a database, not a path of ours
        return file.read()


@pytest.mark.usefixtures("draft")
def test_what_is_sent_twice_under_another_token_is_two_requests(
    registry: RunningRegistry,
) -> None:
    """Keys are the participant's own: another one's are neither found nor in the way."""
    first = try_to_begin(registry, key="same")
    other = try_to_begin(registry, by="ZZB", participant="ZZB", key="same")
    assert (first.status_code, other.status_code) == (201, 201)
    assert first.json()["draft_id"] != other.json()["draft_id"]
    assert token_of("ZZB") not in other.text
    assert submit(registry, makers.digest_of({}), by="ZZB").status_code == 404
