"""Kit: log lines as data, one JSON stream for our own lines and every library's."""

import logging
import sys
from collections.abc import Mapping, MutableMapping
from contextlib import nullcontext, suppress
from datetime import UTC, datetime
from functools import partial
from traceback import extract_tb
from typing import Any, Literal, TextIO

import orjson
import structlog
from structlog.typing import ExcInfo, Processor


def set_up_logs(
    service: str,
    *,
    level: str = "INFO",
    form: Literal["json", "columns"] = "json",
    stream: TextIO | None = None,
) -> None:
    """Send every log line of this process through one formatter.

    Args:
        service: stands in every line.
        level: name of the lowest level that is written.
        form: `json`, one object a line; or `columns` for a person at a terminal.
        stream: `None` is standard error, so that standard output stays free for data.
    """
    number = logging.getLevelNamesMapping()[level.upper()]
    renderer: Processor = (
        structlog.processors.JSONRenderer(serializer=_to_json)
        if form == "json"
        else structlog.dev.ConsoleRenderer(colors=False)
    )
    last: list[Processor] = [_add_instant, _frames_only, _Named(service), renderer]
    handler = logging.StreamHandler(stream or sys.stderr)
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            _add_logger_name,
            *last,
        ],
        logger_factory=partial(_Lines, handler),
        wrapper_class=structlog.make_filtering_bound_logger(number),
        cache_logger_on_first_use=False,  # so that a later call of this function has its effect
    )
    handler.setFormatter(_formatter_of_libraries(last))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(number)
    for noisy in ("httpx", "httpcore", "asyncio", "alembic"):
        logging.getLogger(noisy).setLevel(logging.WARNING)


def _formatter_of_libraries(last: list[Processor]) -> logging.Formatter:
    """Give what brings a library's record into the same form as our lines."""
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[
            structlog.contextvars.merge_contextvars,
            structlog.stdlib.add_log_level,
            structlog.stdlib.add_logger_name,
            structlog.stdlib.ExtraAdder(),
        ],
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *last],
    )


class _Lines:
    """Writes our own lines, to where the libraries' go.

    Not by way of `logging`: making, filtering and formatting its record would take several times
    as long as answering from memory does.
    """

    def __init__(self, handler: "logging.StreamHandler[TextIO]", name: str = "") -> None:
        self._handler, self.name = handler, name

    def _write(self, line: str) -> None:
        handler = self._handler
        with handler.lock or nullcontext(), suppress(OSError, ValueError):  # full, or closed
            handler.stream.write(line + handler.terminator)
            handler.stream.flush()

    debug = info = warning = error = critical = exception = _write


def _add_instant(
    _logger: Any, _method: str, line: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    now = datetime.now(UTC).replace(tzinfo=None)
    line["at"] = now.isoformat(timespec="microseconds") + "Z"
    return line


def _add_logger_name(
    logger: Any, _method: str, line: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    line["logger"] = logger.name
    return line


class _Named:
    """Put the service's name into every line."""

    def __init__(self, service: str) -> None:
        self.service = service

    def __call__(
        self, _logger: Any, _method: str, line: MutableMapping[str, Any]
    ) -> MutableMapping[str, Any]:
        line["service"] = self.service
        line.pop("color_message", None)  # uvicorn's own, for terminals
        return line


def _frames_only(
    _logger: Any, _method: str, line: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """Write where an exception came from and its class, never its message.

    Messages of libraries quote what they were given (a rejected value, the parameters of a
    statement), and what participants submit in confidence may not reach a log.
    """
    exc_info: ExcInfo | bool | BaseException | None = line.pop("exc_info", None)
    error = _exception(exc_info)
    if error is not None:
        line["exception"] = list(_chain(error))
    return line


def _exception(exc_info: Any) -> BaseException | None:
    if isinstance(exc_info, BaseException):
        return exc_info
    if isinstance(exc_info, tuple):
        return exc_info[1] if isinstance(exc_info[1], BaseException) else None
    return sys.exc_info()[1] if exc_info else None


def _chain(error: BaseException) -> list[Mapping[str, Any]]:
    chain: list[Mapping[str, Any]] = []
    current: BaseException | None = error
    while current is not None and len(chain) < 5:
        frames = [f"{f.filename}:{f.lineno} {f.name}" for f in extract_tb(current.__traceback__)]
        chain.append({"type": type(current).__qualname__, "frames": frames[-20:]})
        current = current.__cause__ or (
            None if current.__suppress_context__ else current.__context__
        )
    return chain


def _to_json(line: Any, **_options: Any) -> str:
    return orjson.dumps(line, default=_type_only, option=orjson.OPT_NON_STR_KEYS).decode()


def _type_only(value: object) -> str:
    """An object in a log line is a mistake; its text could hold anything."""
    return f"<{type(value).__qualname__}>"
