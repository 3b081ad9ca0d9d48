"""Registry: what is sealed can be read in no table, and in no log line."""

import base64
import io

from sqlalchemy import select

from services.registry.log import EVERYBODY, seen_by
from services.registry.log.table import metadata
from tests import writes
from tests.running_registry import RunningRegistry

CANARY = b"Canary"


def _holding(registry: RunningRegistry) -> set[str]:
    """Name the tables that hold the canary, in clear or as base64url, whoever's it is."""
    found = set()
    with seen_by(registry.opened.engine, EVERYBODY).connect() as connection:
        for table in metadata.sorted_tables:
            for row in connection.execute(select(table)):
                values = b"\0".join(_bytes(value) for value in row)
                if CANARY in values:
                    found.add(table.name)
    return found


def _bytes(value: object) -> bytes:
    raw = value if isinstance(value, bytes) else str(value).encode()
    try:
        return raw + b"\0" + base64.urlsafe_b64decode(raw + b"=" * (-len(raw) % 4))
    except ValueError:
        return raw


def test_sealed_text_can_be_read_in_no_table(
    registry: RunningRegistry, log_lines: io.StringIO
) -> None:
    registry.sign()
    registry.open_cycle()
    registry.record("/v1/participants/ZZA/focal-points", writes.focal_point())
    registry.record("/v1/reports", writes.submission())
    disclosed = registry.get("/v1/disclosures?after=0", by="secretariat").json()
    assert CANARY in b"".join(_bytes(one) for page in disclosed for one in page["disclosures"])
    assert _holding(registry) == set()
    assert "request_answered" in log_lines.getvalue()
    assert "Canary" not in log_lines.getvalue()
