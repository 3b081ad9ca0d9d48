"""Benchmarks: what is timed as a POST takes the report, and does so every time."""

import orjson
import pytest

from benchmarks.payloads import submission
from benchmarks.submission import PARTICIPANT, alone, checked, whole
from contracts.events import ReportSubmitted
from services.registry.handling import Handled

RAW = orjson.dumps(submission(PARTICIPANT))


def test_the_report_passes_gate_contract_and_rules() -> None:
    check = checked(RAW)
    for _ in range(2):
        (event,) = check()
        assert isinstance(event, ReportSubmitted)


def test_the_whole_way_ends_with_an_append() -> None:
    post = whole(RAW)
    for _ in range(2):
        handled = post()
        assert isinstance(handled, Handled)
        assert handled.changed


def test_the_limit_is_measured_on_a_valid_document_only() -> None:
    alone(submission(PARTICIPANT))
    with pytest.raises(AssertionError):
        alone({**submission(PARTICIPANT), "clearance": {}})
