import io
import json
import logging
import threading

import pytest
import structlog

from services.kit.logs import set_up_logs


@pytest.fixture
def stream(log_lines: io.StringIO) -> io.StringIO:
    return log_lines


def test_our_lines_and_a_library_s_are_one_stream_of_json(stream: io.StringIO) -> None:
    structlog.get_logger("ours").info("command_handled", position=7)
    logging.getLogger("uvicorn.error").warning("Started %s", "it")
    ours, theirs = (json.loads(line) for line in stream.getvalue().splitlines())
    assert (ours["event"], ours["position"], ours["service"]) == ("command_handled", 7, "sample")
    assert (theirs["event"], theirs["level"]) == ("Started it", "warning")
    assert theirs["at"].endswith("Z")


def test_a_line_break_in_a_value_makes_no_second_line(stream: io.StringIO) -> None:
    structlog.get_logger("ours").info("request_refused", code="a\r\nb")
    assert len(stream.getvalue().splitlines()) == 1


def test_an_object_in_a_line_shows_its_type_only(stream: io.StringIO) -> None:
    structlog.get_logger("ours").info("odd", what=ValueError("canary"))
    assert "canary" not in stream.getvalue()
    assert "<ValueError>" in stream.getvalue()


def test_an_exception_shows_where_but_not_what(stream: io.StringIO) -> None:
    def fail() -> None:
        raise ValueError("canary")

    try:
        fail()
    except ValueError:
        logging.getLogger("library").exception("it failed")
    (line,) = (json.loads(line) for line in stream.getvalue().splitlines())
    assert line["exception"][0]["type"] == "ValueError"
    assert "fail" in line["exception"][0]["frames"][-1]
    assert "canary" not in stream.getvalue()


def test_a_later_set_up_has_its_effect_on_loggers_used_before(stream: io.StringIO) -> None:
    logger = structlog.get_logger("ours")
    logger.info("first")
    logger.debug("not written")
    again = io.StringIO()
    set_up_logs("sample", stream=again, level="DEBUG")
    logger.debug("second")
    (first,) = (json.loads(line) for line in stream.getvalue().splitlines())
    (second,) = (json.loads(line) for line in again.getvalue().splitlines())
    assert (first["event"], first["logger"]) == ("first", "ours")
    assert (second["event"], second["level"]) == ("second", "debug")


def test_a_log_that_cannot_be_written_stops_nothing(stream: io.StringIO) -> None:
    stream.close()
    structlog.get_logger("ours").info("command_handled", position=7)
    mended = io.StringIO()
    handler = logging.getLogger().handlers[0]  # after it come those of pytest
    assert isinstance(handler, logging.StreamHandler)
    handler.stream = mended
    structlog.get_logger("ours").info("command_handled", position=8)
    assert [json.loads(line)["position"] for line in mended.getvalue().splitlines()] == [8]


def test_lines_of_many_threads_stay_whole(stream: io.StringIO) -> None:
    def write(number: int) -> None:
        for _ in range(200):
            structlog.get_logger("ours").info("command_handled", position=number)
            logging.getLogger("library").warning("handled %s", number)

    threads = [threading.Thread(target=write, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    lines = [json.loads(line) for line in stream.getvalue().splitlines()]
    assert len(lines) == 4 * 2 * 200
