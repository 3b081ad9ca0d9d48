"""Registry: the log as pages of CloudEvents; a page depends on `after` and the log alone."""

from collections.abc import Iterator
from dataclasses import dataclass

import orjson

from services.registry.log import Log, StoredEntry
from services.registry.log.store import MOST_ENTRIES

CLOUDEVENTS_BATCH = "application/cloudevents-batch+json"
NDJSON = "application/x-ndjson"


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One page of the feed."""

    body: bytes
    """JSON array of CloudEvents; bodies in it are the exact canonical bytes."""
    last: int
    """Position of the last entry; the `after` that was asked for where there is none."""
    is_full: bool
    """Whether nothing can ever be added to it."""


def read_page(log: Log, origin: str, after: int, up_to: int) -> Page:
    """Read the page that follows a position.

    Args:
        log: to read from.
        origin: of the log.
        after: position before the first entry, exclusive.
        up_to: last position that may be shown: the signed size.
    """
    entries = log.page(after, up_to)
    last = entries[-1].position if entries else after
    return Page(
        body=b"[" + b",".join(event_bytes(origin, entry) for entry in entries) + b"]",
        last=last,
        is_full=len(entries) == MOST_ENTRIES or (bool(entries) and last < up_to),
    )


def event_bytes(origin: str, entry: StoredEntry) -> bytes:
    """Write an entry as a CloudEvent, its body untouched."""
    leaf = orjson.loads(entry.leaf)
    event = {
        "specversion": "1.0",
        "id": str(entry.position),
        "source": origin,
        "type": entry.type,
        "time": entry.recorded_at,
        "subject": entry.participant,
        "datacontenttype": "application/json",
        "dataschema": leaf["dataschema"],
        "leaf": entry.leaf.decode(),
    }
    if entry.participant is None:
        del event["subject"]
    return orjson.dumps(event)[:-1] + b',"data":' + entry.body + b"}"


def export_lines(log: Log, origin: str, note: str, size: int) -> Iterator[tuple[bytes, int]]:
    """Write the whole log up to a signed checkpoint: a page a line, the checkpoint last.

    Holds one page at a time; each is read by itself, so that no transaction stays open.

    Args:
        log: to read from.
        origin: of the log.
        note: the signed checkpoint.
        size: its size.

    Yields:
        A line with its newline, and the position that it reaches.
    """
    position = 0
    while position < size:
        page = read_page(log, origin, position, size)
        position = page.last
        yield page.body + b"\n", position
    yield orjson.dumps({"checkpoint": note}, option=orjson.OPT_APPEND_NEWLINE), size
