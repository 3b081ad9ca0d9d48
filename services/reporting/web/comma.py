"""Lists as CSV (RFC 4180): codes, untranslated headers, no cell that a spreadsheet would run."""

import csv
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from io import StringIO
from typing import Any

MEDIA_TYPE = "text/csv; charset=utf-8; header=present"

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")  # noqa: RUF001 - full-width forms run too


def to_csv(
    rows: Iterable[Mapping[str, Any]], columns: Sequence[str], tail: Mapping[str, Any]
) -> bytes:
    """Write rows as CSV in UTF-8.

    Args:
        rows: as they stand in the JSON answer.
        columns: paths into a row, dots between; a header is its path with underscores.
        tail: what every line ends with: where the answer stands, and the disclaimer.
    """
    written = StringIO()
    writer = csv.writer(written, lineterminator="\r\n")
    writer.writerow([*(path.replace(".", "_") for path in columns), *tail])
    end = [cell(value) for value in tail.values()]
    for row in rows:
        writer.writerow([*(cell(_at(row, path)) for path in columns), *end])
    return written.getvalue().encode()


def answer_to_csv(
    frame: Mapping[str, Any], rows: Iterable[Mapping[str, Any]], columns: Sequence[str]
) -> bytes:
    """Write an answer as CSV; every line ends with where it stands, unless a column says that.

    Args:
        frame: of the answer.
        rows: in one language.
        columns: as `to_csv` takes them.
    """
    held_back = (
        f"{one['participant']} since {one['since_position']}" for one in frame["incomplete"]
    )
    tail: dict[str, Any] = {
        "as_of_position": frame["position"],
        "as_of_recorded_at": frame["recorded_at"],
        "effective_on": frame["effective_on"],
        "methodology_version": frame["methodology_version"],
        "incomplete": " / ".join(held_back),
        "disclaimer": frame["disclaimer"],
    }
    own = {name: value for name, value in tail.items() if name not in columns}
    return to_csv(rows, columns, own)


def cell(value: Any) -> str:
    """Write one value; text that a spreadsheet would take for a formula gets a quote before it."""
    text = _plain(value)
    return f"'{text}" if text.startswith(_FORMULA) else text


def _at(row: Mapping[str, Any], path: str) -> Any:
    value: Any = row
    for name in path.split("."):
        value = value.get(name) if isinstance(value, Mapping) else None
    return value


def _plain(value: Any) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case date():
            return value.isoformat()
        case dict():
            return " / ".join(str(text) for text in value.values())
        case list() | tuple():
            return " ".join(_plain(one) for one in value)
        case _:
            return str(value)
