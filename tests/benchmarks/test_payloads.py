"""Benchmarks: what is measured is valid by contract and as large as the page says."""

from itertools import islice
from pathlib import Path
from statistics import mean

from benchmarks.logs import (
    Caller,
    bulk_appends,
    log_rows,
    register_events,
    reported_events,
    write_export,
)
from benchmarks.payloads import STREAMS, code, small_events, submission
from contracts.canonical import canonical
from contracts.catalogue import dataschema_of
from contracts.export import verify_export
from contracts.validation import validate
from services.registry.log.batch import prepare

ENTRIES = 25 * STREAMS


def test_small_events_are_valid_and_about_600_bytes_on_200_streams() -> None:
    events = list(small_events(ENTRIES))
    assert [
        fault for event in events for fault in validate(event.body, dataschema_of(event.wire))
    ] == []
    assert len({event.stream for event in events}) == STREAMS
    assert 540 <= mean(len(canonical(event.body)) for event in events) <= 660


def test_a_report_is_valid_and_about_22_kilobytes() -> None:
    body = submission(code(0))
    assert validate(body, "requests/report-submission") == []
    assert 21_000 <= len(canonical(body)) <= 24_000


def test_a_register_after_some_cycles_is_valid_and_everybody_reported_in_each() -> None:
    events = list(reported_events(participants=3, cycles=2))
    assert [
        fault for event in events for fault in validate(event.body, dataschema_of(event.wire))
    ] == []
    filed = {event.stream for event in events if event.wire == "report-submitted"}
    assert len(filed) == 6


def test_an_export_verifies_as_a_real_one_does(tmp_path: Path) -> None:
    events = [*register_events(reports=2, signatories=3), *small_events(600)]
    export = write_export(tmp_path / "log.ndjson", events)
    with export.path.open("rb") as file:
        assert verify_export(file, export.key.verifier).size == len(events) == export.size


def test_appends_can_be_prepared_and_callers_share_no_stream() -> None:
    callers = [Caller(number, 64) for number in range(64)]
    streams = [{caller.append().events[0].stream for _ in range(8)} for caller in callers]
    assert len(set.union(*streams)) == sum(map(len, streams)) == STREAMS
    for append in [callers[3].append(), *bulk_appends(600, at_once=256)]:
        assert prepare(append).append is append


def test_bare_rows_are_those_of_the_same_events() -> None:
    rows = [row for row, _ in islice(log_rows(STREAMS * 2), STREAMS * 2)]
    assert [row[0] for row in rows] == list(range(1, STREAMS * 2 + 1))
    assert [row[8] for row in rows] == [canonical(event.body) for event in small_events(len(rows))]
