"""Registry web: a participant gets all that is held about it, and can prove it."""

import asyncio
from collections.abc import Callable, Iterator
from typing import Any

import orjson
import pytest
from anyio import to_thread
from starlette.types import Message

from contracts.canonical import canonical
from contracts.errors import VerificationFailed
from contracts.own_data import OwnData, verify_own_data
from contracts.validation import validate
from services.registry.own_data import own_data_lines
from tests import makers, writes
from tests.registry.web.drafting import CANARY, begin, cleared, complete, put, ready, record
from tests.registry.web.test_feed import fill
from tests.running_registry import ORIGIN, RunningRegistry, token_of

TARGET = "/v1/participants/ZZA/own-data"


def told(registry: RunningRegistry) -> list[bytes]:
    """What ZZA gets, after it and ZZB have done something."""
    registry.sign()
    registry.sign("ZZB")
    registry.designate("ZZA", "ZZB")
    registry.open_cycle()
    sealed = {"P1": makers.statement(), "P5": makers.statement(visibility="secretariat")}
    submission = writes.submission(document=writes.document(statements=sealed))
    registry.record("/v1/reports", submission, by="ZZA")
    answer = registry.get(TARGET, by="ZZA")
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"].startswith("application/x-ndjson")
    assert answer.headers["cache-control"] == "no-store"
    return answer.content.splitlines(keepends=True)


def verified(registry: RunningRegistry, lines: list[bytes]) -> OwnData:
    return verify_own_data(lines, registry.key.verifier)


def test_it_holds_every_entry_with_its_receipt_and_what_was_sealed(
    registry: RunningRegistry,
) -> None:
    lines = told(registry)
    assert verified(registry, lines) == OwnData(participant="ZZA", size=6, entries=3, disclosures=2)
    positions = [orjson.loads(line)["event"]["id"] for line in lines[1:-1]]
    assert positions == ["1", "3", "6"]
    for line in lines:
        assert validate(orjson.loads(line), "feed/own-data-line") == []


def test_the_bodies_are_those_of_the_feed_byte_for_byte(registry: RunningRegistry) -> None:
    lines = told(registry)
    events = {event["id"]: event for event in registry.events()}
    for line in lines[1:-1]:
        event = orjson.loads(line)["event"]
        assert event == events[event["id"]]
        assert b'"data":' + canonical(event["data"]) in line


@pytest.mark.parametrize(
    ("by", "status"),
    [
        *[(None, 401), ("nobody", 401)],
        *[(who, 403) for who in ("ZZB", "ZZA-2", "delegate", "secretariat", "operator")],
    ],
)
def test_nobody_else_gets_it(registry: RunningRegistry, by: str | None, status: int) -> None:
    told(registry)
    answer = registry.get(TARGET, by=by)
    assert answer.status_code == status
    assert "canary" not in answer.text.lower()


def test_a_participant_on_which_little_is_held_gets_just_that(registry: RunningRegistry) -> None:
    registry.sign()
    registry.designate("ZZA")
    registry.sign("ZZC")
    lines = registry.get(TARGET, by="ZZA").content.splitlines(keepends=True)
    assert verified(registry, lines) == OwnData(participant="ZZA", size=3, entries=2, disclosures=1)


def test_it_reaches_through_a_log_of_many_steps(registry: RunningRegistry) -> None:
    fill(registry, 40)
    log, signed = registry.opened.log, registry.opened.publisher.wait_for(40, 5)
    assert signed is not None
    own = [event for event in registry.events() if event.get("subject") == "ZZA"]
    for step in (1, 7, 40, 1_000):
        written = own_data_lines(
            log,
            ORIGIN,
            signed,
            "ZZA",
            makers.NOW,
            lambda _: ({"draft_id": "d"},),
            lambda _: ({"evidence_id": "E-1"}, {"evidence_id": "E-2"}),
            step=step,
        )
        found = verified(registry, list(written))
        assert (found.entries, found.drafts, found.pieces) == (len(own), 1, 2)


def test_it_holds_every_draft_whole(registry: RunningRegistry) -> None:
    ready(registry)
    begin(registry)
    statement = makers.statement("Canary: nobody else reads this.")
    put(registry, "P1", statement)
    lines = registry.get(TARGET, by="ZZA").content.splitlines(keepends=True)
    assert verified(registry, lines).drafts == 1
    (draft,) = [one["draft"] for one in map(orjson.loads, lines) if one["kind"] == "draft"]
    assert draft["participant"] == "ZZA"
    assert draft["sections"]["P1"] == statement


def test_it_holds_what_goes_with_a_draft_and_who_wrote_what(registry: RunningRegistry) -> None:
    ready(registry)
    begin(registry)
    complete(registry)
    said = {"code": "X-R01", "pointer": "/statements", "text": {"en": "Canary: four come later."}}
    cleared(registry, explanations=[said])
    lines = registry.get(TARGET, by="ZZA").content.splitlines(keepends=True)
    (draft,) = [one["draft"] for one in map(orjson.loads, lines) if one["kind"] == "draft"]
    assert draft["clearance"]["explanations"] == [said]
    assert draft["clearance"]["cleared_by"] == "actor-ZZA-2"
    assert draft["drafted_by"]["P1"] == ["actor-ZZA"]
    assert (draft["base"], draft["carried"]) == (None, {})


def test_whose_term_ends_while_the_lines_are_taken_gets_no_draft(
    registry: RunningRegistry,
) -> None:
    ready(registry)
    begin(registry)
    put(registry, "P1", makers.statement(CANARY))
    ended = makers.focal_point_designation_ended(focal_point_id="actor-ZZA")
    taken: list[bytes] = []

    async def receive() -> Message:
        await asyncio.Event().wait()
        raise AssertionError

    async def send(message: Message) -> None:
        if message.get("body"):
            taken.append(message["body"])
            if len(taken) == 1:
                await to_thread.run_sync(record, registry, ended)

    async def scene() -> None:
        await registry.app(
            {
                "type": "http",
                "asgi": {"version": "3.0"},
                "http_version": "1.1",
                "scheme": "http",
                "method": "GET",
                "path": TARGET,
                "raw_path": TARGET.encode(),
                "query_string": b"",
                "headers": [
                    (b"host", b"concord.test"),
                    (b"authorization", f"Bearer {token_of('ZZA')}".encode()),
                ],
                "client": ("192.0.2.1", 1),
            },
            receive,
            send,
        )

    registry.client.on_the_loop(scene)
    assert [orjson.loads(line)["kind"] for line in taken] == ["heading", "entry", "entry", "entry"]
    with pytest.raises(VerificationFailed):
        verified(registry, taken)


def _without_an_entry(lines: list[bytes]) -> list[bytes]:
    return [*lines[:1], *lines[2:]]


def _twice(lines: list[bytes]) -> list[bytes]:
    return [*lines[:2], *lines[1:]]


def _cut(lines: list[bytes]) -> list[bytes]:
    return lines[:-1]


def _more_after_the_end(lines: list[bytes]) -> list[bytes]:
    return [*lines, lines[-1]]


def _another_body(lines: list[bytes]) -> list[bytes]:
    return [*lines[:1], lines[1].replace(b"Fictitious", b"Factitious"), *lines[2:]]


def _another_participant(lines: list[bytes]) -> list[bytes]:
    return [lines[0].replace(b'"ZZA"', b'"ZZB"'), *lines[1:]]


def _a_disclosure_of_nothing(lines: list[bytes]) -> list[bytes]:
    line: dict[str, Any] = orjson.loads(lines[1])
    line["disclosures"] = orjson.loads(lines[2])["disclosures"]
    return [lines[0], orjson.dumps(line), *lines[2:]]


def _without_an_entry_and_counted_anew(lines: list[bytes]) -> list[bytes]:
    """A stream that lacks its first entry shows it, whatever the end says."""
    end = orjson.loads(lines[-1])
    end["entries"] -= 1
    return [lines[0], *lines[2:-1], orjson.dumps(end)]


def _of_event(name: str, value: Any) -> Callable[[list[bytes]], list[bytes]]:
    """Say something else around the leaf of the first entry, or leave it out."""

    def change(lines: list[bytes]) -> list[bytes]:
        line: dict[str, Any] = orjson.loads(lines[1])
        line["event"][name] = value
        if value is None:
            del line["event"][name]
        return [lines[0], orjson.dumps(line), *lines[2:]]

    change.__name__ = f"event_{name}_{value}"
    return change


@pytest.mark.parametrize(
    "change",
    [
        _without_an_entry,
        _without_an_entry_and_counted_anew,
        _of_event("id", "2"),
        _of_event("time", "2019-03-01T00:00:00.000000Z"),
        _of_event("subject", "ZZB"),
        _of_event("subject", None),
        _of_event("source", "another.example/log"),
        _of_event("type", "withdrawal-notified"),
        _of_event("dataschema", "https://concord.example/contracts/another"),
        _of_event("specversion", None),
        _of_event("remark", "Not in the log."),
        _twice,
        _cut,
        _more_after_the_end,
        _another_body,
        _another_participant,
        _a_disclosure_of_nothing,
    ],
)
def test_what_was_changed_does_not_check_out(
    registry: RunningRegistry, change: Callable[[list[bytes]], list[bytes]]
) -> None:
    lines = told(registry)
    declared = writes.act(makers.declaration_lodged())
    registry.record("/v1/participants/ZZA/acts", declared, expected=1)
    lines = registry.get(TARGET, by="ZZA").content.splitlines(keepends=True)
    changed = change(lines)
    assert changed != lines
    with pytest.raises(VerificationFailed):
        verified(registry, changed)


def _places(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Walk to every value that has no members."""
    members = value.items() if isinstance(value, dict) else enumerate(value)
    for name, member in members:
        if isinstance(member, dict | list) and member:
            yield from _places(member, (*path, name))
        else:
            yield (*path, name)


def _changed(line: bytes, path: tuple[str | int, ...]) -> bytes:
    """Say something else in one place: another letter at the end, another number, or nothing."""
    value = holder = orjson.loads(line)
    for name in path[:-1]:
        holder = holder[name]
    match holder[path[-1]]:
        case str(text) if text:
            other = {"A": "B", "0": "1"}.get(text[-2:-1], "0" if text[-2:-1].isdigit() else "A")
            holder[path[-1]] = text[:-2] + other + text[-1:]
        case bool(flag):
            holder[path[-1]] = not flag
        case int(number):
            holder[path[-1]] = number + 1
        case _:
            holder[path[-1]] = "A"
    return orjson.dumps(value)


def test_no_value_can_be_changed_but_the_moment_it_was_asked_for(
    registry: RunningRegistry,
) -> None:
    lines, unseen = told(registry), set()
    tried = 0
    for number, line in enumerate(lines):
        for path in _places(orjson.loads(line)):
            tried += 1
            try:
                verified(registry, [*lines[:number], _changed(line, path), *lines[number + 1 :]])
            except VerificationFailed:
                continue
            unseen.add(path)
    assert unseen == {("exported_at",)}
    assert tried >= 100
