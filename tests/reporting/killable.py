"""Tests: a projector in a process of its own, to be killed in the middle."""

import sys
from datetime import UTC, datetime
from pathlib import Path

from contracts.note import VerifierKey
from services.reporting.database import make_reporting_engine
from services.reporting.export import ExportFeed
from services.reporting.projector import Projector


def main(url: str, path: str, key: str) -> None:
    """Project an export from where the last one ended, and tell of every batch."""
    engine = make_reporting_engine(url)
    feed = ExportFeed(Path(path))
    with engine.begin() as connection:
        done = connection.exec_driver_sql("SELECT max(position) FROM projection_checkpoint")
        reached = done.scalar_one() or 0
    while reached > 0:  # an export is read from its beginning
        reached -= feed.page(0, 0).count(b'"specversion"')
    projector = Projector(engine, feed, VerifierKey.parse(key), lambda: datetime.now(UTC))
    while batch := projector.fetch(0):
        projector.apply(batch)
        print(batch.frontier.size, flush=True)  # noqa: T201 - tells the test how far it is


if __name__ == "__main__":
    main(*sys.argv[1:])
