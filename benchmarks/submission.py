"""Benchmarks: the POST of a report without network and database: gate, contract, rules, bytes."""

from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, date, datetime
from functools import partial
from secrets import token_bytes
from typing import Any, cast

import jsonschema_rs
import orjson

from benchmarks.logs import KEYS
from benchmarks.measuring import (
    FOLD,
    Aim,
    Line,
    Pairs,
    Told,
    interleaved,
    line,
    seconds_of,
    spell_seconds,
)
from benchmarks.payloads import CYCLE, UNITS, code, cycle, signature, submission
from contracts.authority.actor import Actor
from contracts.authority.table import WRITE
from contracts.canonical import canonical, digest
from contracts.catalogue import catalogue, contract, dataschema_of, load
from contracts.envelope import Entry
from contracts.events import RegistryEvent, parse_event
from contracts.gate import read_json
from services.kit.metrics import new_registry
from services.registry.domain.commands import ruling_for
from services.registry.examining import Examiner
from services.registry.handling import Register, handle
from services.registry.intents.reports import submit_report
from services.registry.log import Append, Appended, Log, Publisher, Signed, Vault
from services.registry.log.batch import prepare
from services.registry.log.store import Outline
from services.registry.measures import new_measures
from services.registry.shipping import shipped
from services.registry.web.sent import Sent

TIMES = 300
"""Reports in one measurement."""
ROUNDS = 15
NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
ORIGIN = "demonstration.example/log"
VAULT = Vault(ORIGIN, KEYS)
PARTICIPANT = code(0)
SALTS = partial(token_bytes, 16)
STREAMS = {
    f"participation-{PARTICIPANT}": ("signature-recorded", signature(PARTICIPANT)),
    f"cycle-{CYCLE}": ("cycle-opened", cycle()),
}


def run(told: Told) -> Iterator[Line]:
    """Measure a report of about 22 KB on its way from bytes to the entry to append."""
    raw = orjson.dumps(submission(PARTICIPANT))  # compact and in UTF-8, as clients spell JSON
    figures = interleaved(
        {
            "alone": seconds_of(alone(orjson.loads(raw)), TIMES),
            "read": seconds_of(lambda: orjson.loads(raw), TIMES),
            "checked": seconds_of(checked(raw), TIMES),
            "laid out": seconds_of(checked(laid_out(raw)), TIMES),
            "whole": seconds_of(whole(raw), TIMES),
        },
        rounds=ROUNDS,
        told=told,
        what=f"report of {len(raw):,} bytes",
    )
    beside = "jsonschema-rs alone, on the parsed document"
    both = [sum(pair) for pair in zip(figures["read"], figures["alone"], strict=True)]
    yield line(
        f"POST of a report of {len(raw) / 1000:.0f} KB: gate + contract + rules",
        beside,
        Pairs(figures["checked"], figures["alone"]),
        Aim("<=", 4, FOLD),
        spell=spell_seconds,
    )
    yield line(
        "the same",
        "jsonschema-rs alone, from the bytes on: parsed by orjson, which takes anything",
        Pairs(figures["checked"], both),
        None,
        spell=spell_seconds,
        unit=FOLD,
    )
    yield line(
        "the same, laid out for reading, with accents",
        beside,
        Pairs(figures["laid out"], figures["alone"]),
        None,
        spell=spell_seconds,
        unit=FOLD,
    )
    yield line(
        "the same and all else up to the lock on the log: digest of the request, the event's own"
        " contract, canonical bytes, leaf, metrics",
        beside,
        Pairs(figures["whole"], figures["alone"]),
        None,
        spell=spell_seconds,
        unit=FOLD,
    )


def laid_out(raw: bytes) -> bytes:
    """Spell a report as somebody might who writes French by hand: accents, lines, indents."""
    document = orjson.loads(raw.replace(b"competent", "compétent".encode()))
    return orjson.dumps(document, option=orjson.OPT_INDENT_2)


def alone(document: Any) -> Callable[[], object]:
    """Give the limit: the contract's validator, made as ours, and nothing else."""
    validator = jsonschema_rs.validator_for(
        load(contract("requests/report-submission").id),
        registry=jsonschema_rs.Registry([(one, load(one)) for one in catalogue().schemas]),
        validate_formats=True,
        ignore_unknown_formats=False,
        offline=True,
    )
    if not validator.is_valid(document):
        raise AssertionError("expected a valid report to measure with")
    return lambda: validator.is_valid(document)


def checked(raw: bytes) -> Callable[[], tuple[RegistryEvent, ...]]:
    """Give what decides whether a report is taken: nothing but gate, contract, sealing, rules."""
    register = _register()
    examine = _examiner(register).examine

    def check() -> tuple[RegistryEvent, ...]:
        intent = submit_report(read_json(raw), SALTS, examine)
        ruling = ruling_for(intent.command(register.circumstances(), 2))
        events = [parse_event(wire, body) for wire, body in STREAMS.values()]
        return ruling.decide(events)

    if not check():
        raise AssertionError("expected a report that the rules take")
    return check


def whole(raw: bytes) -> Callable[[], object]:
    """Give what a route does with a body that has come in, on a log that only takes note."""
    register = _register()
    sent = Sent(
        by=Actor(id="actor-1", role="secretariat", party=None, scopes=frozenset({WRITE})),
        actions=("submit",),
        key="key-1",
        expected=0,
        raw=raw,
        place=b"POST /v1/reports",
        digest_key=b"0" * 32,
    )
    examine = _examiner(register).examine

    def post() -> object:
        document = sent.document()
        write = sent.write(document)
        return handle(register, write, lambda: submit_report(document, SALTS, examine))

    return post


class _NotedPublisher:
    """Has signed what the log has."""

    def latest(self) -> Signed:
        return Signed(size=2, root=b"", note="")


class _NotedLog:
    """Answers as a log with a signature and a cycle does; what is appended is only prepared."""

    def __init__(self) -> None:
        self._streams = {
            stream: [(_entry(position, stream, wire, body), canonical(body))]
            for position, (stream, (wire, body)) in enumerate(STREAMS.items(), 1)
        }

    def find(self, _scope: str, _key: str, _request_digest: bytes) -> None:
        """Know no request."""

    def stream_version(self, stream: str) -> int:
        return len(self._streams.get(stream, []))

    def read_streams(self, streams: Iterable[str]) -> dict[str, list[tuple[Entry, bytes]]]:
        return {stream: self._streams.get(stream, []) for stream in streams}

    def plan_streams(self, _participant: str, _up_to: int) -> list[str]:
        """Know no plan."""
        return []

    def outlines(self, _prefix: str, _up_to: int, **_options: object) -> list[Outline]:
        """Know no earlier report."""
        return []

    def append(self, append: Append) -> Appended:
        prepare(append, VAULT)
        return Appended(
            first_position=3,
            last_position=3,
            versions={append.events[0].stream: 1},
            recorded_at="2026-11-21T12:00:00.000000Z",
            size=3,
            root=b"",
            replayed=False,
        )


def _entry(position: int, stream: str, wire: str, body: dict[str, Any]) -> Entry:
    return Entry(
        position=position,
        recorded_at="2026-01-01T00:00:00.000000Z",
        type=wire,
        dataschema=dataschema_of(wire),
        stream=stream,
        version=1,
        actor="actor-1",
        datahash=digest(canonical(body)),
    )


def _examiner(register: Register) -> Examiner:
    return Examiner(log=register.log, publisher=register.publisher, clock=register.clock)


def _register() -> Register:
    return Register(
        log=cast("Log", _NotedLog()),
        publisher=cast("Publisher", _NotedPublisher()),
        clock=lambda: NOW,
        origin=ORIGIN,
        opened_on=date(2018, 9, 28),
        editions={"1.0.0": frozenset(UNITS)},
        shipped=shipped(),
        measures=new_measures(new_registry()),
    )
