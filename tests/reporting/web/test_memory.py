"""Reporting over HTTP: what is kept in memory, for how long, and what a client may keep."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, event

from services.kit.answers import new_answer
from services.reporting.queries.as_of import Parked
from services.reporting.queries.head import Head
from services.reporting.web.memory import Memory, Standing, prefers_csv
from tests import makers
from tests.in_process import InProcess
from tests.issuing import bearer
from tests.reporting.answering import Told

TODAY = date(2026, 11, 21)


@pytest.fixture
def client(told: Told) -> Iterator[InProcess]:
    told.tell(makers.signature_recorded("ZZA"), makers.cycle_opened("2026"))
    with told.client() as client:
        yield client


def test_a_second_reader_gets_the_same_bytes_from_memory(client: InProcess) -> None:
    first = client.get("/v1/participants")
    second = client.get("/v1/participants")
    assert second.content == first.content
    assert second.headers["etag"] == first.headers["etag"]
    assert "reporting_answers_found_total 1.0" in client.get("/metrics").text


def test_who_has_an_answer_already_is_told_that_it_holds(client: InProcess) -> None:
    first = client.get("/v1/participants")
    for target in ("/v1/participants", "/v1/participants?limit=1000"):
        again = client.get(target, headers={"If-None-Match": first.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["etag"] == first.headers["etag"]
        assert again.headers["cache-control"] == "public, max-age=2"
        assert again.headers["vary"] == "Accept, Authorization"
        assert again.headers["content-location"].startswith("/v1/participants?as_of=2&")
        assert "content-type" not in again.headers


def test_a_new_entry_ends_what_was_kept(client: InProcess, told: Told) -> None:
    first = client.get("/v1/participants")
    told.tell(makers.signature_recorded("ZZB"))
    second = client.get(
        "/v1/participants?min_position=3", headers={"If-None-Match": first.headers["etag"]}
    )
    assert second.status_code == 200
    assert [row["participant"] for row in second.json()["data"]] == ["ZZA", "ZZB"]
    assert client.get("/v1/participants").json()["position"] == 3


def test_a_fixed_position_is_answered_the_same_whatever_comes_after(
    client: InProcess, told: Told
) -> None:
    target = "/v1/participants?as_of=2&effective_on=2026-11-21"
    first = client.get(target)
    told.tell(makers.withdrawal_notified("ZZA"))
    client.get("/v1/participants?min_position=3")
    again = client.get(target, headers={"If-None-Match": first.headers["etag"]})
    assert again.status_code == 304
    assert again.headers["cache-control"] == "public, max-age=3600"


def test_what_is_of_today_is_made_anew_the_next_day(client: InProcess, told: Told) -> None:
    first = client.get("/v1/participants")
    told.now += timedelta(days=1)
    second = client.get("/v1/participants")
    assert [answer.json()["effective_on"] for answer in (first, second)] == [
        "2026-11-21",
        "2026-11-22",
    ]
    assert second.headers["etag"] != first.headers["etag"]


def test_forms_and_languages_have_tags_of_their_own(client: InProcess) -> None:
    tags = {
        client.get("/v1/participants").headers["etag"],
        client.get("/v1/participants?lang=fr").headers["etag"],
        client.get("/v1/participants", headers={"Accept": "text/csv"}).headers["etag"],
    }
    assert len(tags) == 3


def test_memory_tells_apart_who_wants_csv(client: InProcess) -> None:
    for _ in range(2):
        json = client.get("/v1/participants", headers={"Accept": "application/json"})
        csv = client.get("/v1/participants", headers={"Accept": "text/csv"})
        assert json.headers["content-type"] == "application/json"
        assert csv.headers["content-type"].startswith("text/csv")


def test_an_escaped_question_mark_is_not_the_beginning_of_a_query(client: InProcess) -> None:
    kept = client.get("/v1/participants?limit=1")
    other = client.get("/v1/participants%3Flimit=1")
    assert (kept.status_code, other.status_code) == (200, 404)


def test_many_readers_of_an_answer_not_made_yet_share_one_query(
    client: InProcess, told: Told
) -> None:
    with queries_on_signatures(told.engine) as asked, ThreadPoolExecutor(20) as readers:
        answers = list(readers.map(client.get, ["/v1/participants"] * 20))
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.content for answer in answers}) == 1
    assert len(asked) == 1


@contextmanager
def queries_on_signatures(engine: Engine) -> Iterator[list[str]]:
    """Note the statements that look for signatures: one for each answer that is made."""
    asked: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if "AS signature" in statement:
            asked.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    yield asked
    event.remove(engine, "before_cursor_execute", note)


@pytest.mark.parametrize(
    ("accept", "csv"),
    [
        (b"*/*", False),
        (b"text/csv", True),
        (b"text/csv, application/json", False),
        (b"text/csv, application/json;q=0.9", True),
        (b"text/csv;q=0.5, application/json;q=0.9", False),
        (b"TEXT/CSV; charset=utf-8", True),
        (b"text/csv;q=nonsense", False),
        (b"text/html, */*;q=0.8", False),
        (b"text/csv;q=0.5, */*", False),
        (b"text/csv, */*;q=0.1", True),
        (b"text/*", True),
        (b"text/csv, application/*;q=0.2, */*", True),
        (b"", False),
        (b";;;,,,q=", False),
    ],
)
def test_an_accept_header_says_whether_csv_is_preferred(accept: bytes, *, csv: bool) -> None:
    assert prefers_csv(accept) is csv


class Register:
    """A head and a day that a test can move."""

    def __init__(self) -> None:
        self.head = Head(generation=1, position=5, recorded_at=None, parked=())
        self.day = TODAY
        self.projector_state = "running"

    def memory(self, max_bytes: int = 10**6) -> Memory:
        return Memory(
            max_bytes=max_bytes,
            head=lambda: self.head,
            projector_state=lambda: self.projector_state,
            today=lambda: self.day,
        )


def scope(path: str) -> dict[str, object]:
    return {"path": path, "query_string": b"", "headers": []}


ANSWER = new_answer("/", b"x" * 1000, media_type="text/plain", cache_control="no-cache")
FOLLOWING = Standing(generation=1, parked=(), position=5, day=TODAY)
FIXED = Standing(generation=1, parked=(), position=None, day=None)


def stands_after(standing: Standing, head: Head, day: date = TODAY) -> bool:
    register = Register()
    memory = register.memory()
    memory.keep(("/a", False), ANSWER, standing)
    assert memory.recall(scope("/a")) is ANSWER
    register.head, register.day = head, day
    return memory.recall(scope("/a")) is ANSWER


def test_an_answer_stands_until_what_it_rests_on_moves() -> None:
    moved = Head(generation=1, position=6, recorded_at=None, parked=())
    parked = (Parked(participant="ZZA", since_position=4),)
    assert not stands_after(FOLLOWING, moved)
    assert stands_after(FIXED, moved)
    for other in (
        Head(generation=2, position=5, recorded_at=None, parked=()),
        Head(generation=1, position=5, recorded_at=None, parked=parked),
    ):
        assert not stands_after(FOLLOWING, other)
        assert not stands_after(FIXED, other)
    same = Head(generation=1, position=5, recorded_at=None, parked=())
    assert not stands_after(FOLLOWING, same, TODAY + timedelta(days=1))
    assert stands_after(FIXED, same, TODAY + timedelta(days=1))


def test_what_follows_a_projector_that_stops_says_so_from_then_on() -> None:
    register = Register()
    memory = register.memory()
    followed = Standing(generation=1, parked=(), position=5, day=None, projector_state="running")
    memory.keep(("/a", False), ANSWER, followed)
    memory.keep(("/b", False), ANSWER, FIXED)
    register.projector_state = "stopped"
    assert memory.recall(scope("/a")) is None
    assert memory.recall(scope("/b")) is ANSWER


def test_memory_stays_within_its_bounds_and_forgets_what_is_asked_least() -> None:
    memory = Register().memory(max_bytes=30_000)
    for number in range(100):
        memory.keep((f"/{number}", False), ANSWER, FIXED)
        assert memory.recall(scope("/0")) is ANSWER
    assert memory.held_bytes <= 30_000
    assert memory.recall(scope("/1")) is None
    assert memory.recall(scope("/99")) is ANSWER


def test_an_answer_too_large_for_memory_is_not_kept() -> None:
    memory = Register().memory(max_bytes=4_000)
    memory.keep(("/a", False), ANSWER, FIXED)
    assert memory.recall(scope("/a")) is None


def test_who_has_a_token_neither_finds_what_is_kept_nor_keeps_anything(told: Told) -> None:
    by_secretariat = bearer()
    told.tell(makers.signature_recorded("ZZA"))
    with told.reading() as client:
        for target in ("/v1/participants", "/v1/participants?as_of=1"):
            alone = client.get(target, headers=by_secretariat)
            everybody = client.get(target)
            assert everybody.headers["cache-control"].startswith("public")
            assert everybody.content == alone.content
            again = client.get(target, headers=by_secretariat)
            assert again.headers["cache-control"] == "no-store"
            assert "etag" not in again.headers
            tag = {"If-None-Match": everybody.headers["etag"]}
            assert client.get(target, headers={**by_secretariat, **tag}).status_code == 200
            assert client.get(target, headers=tag).status_code == 304
            bad = client.get(target, headers={"Authorization": "Bearer nothing"})
            assert bad.status_code == 401
            assert client.get(target).content == everybody.content
