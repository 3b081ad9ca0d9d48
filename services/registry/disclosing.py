"""Registry: what opens the sealed sections of a report's version, as far as it is still held."""

from collections.abc import Mapping

import orjson

from contracts.pointer import split
from services.registry.domain.streams import report_stream
from services.registry.log import EVERYBODY, Log

FILED = frozenset({"report-submitted", "corrigendum-filed"})
"""Types of the entries that carry a document."""


def held_disclosures(log: Log, report_id: str, number: int) -> Mapping[str, str]:
    """Give the disclosures of a version by section, as spelled; none where there is no document.

    What was erased is not among them.
    """
    for entry, body in log.read_stream(report_stream(report_id)):
        if entry.type in FILED and orjson.loads(body)["report_version"] == number:
            seen_by = entry.participant or EVERYBODY
            found = log.disclosures(entry.position - 1, entry.position, seen_by=seen_by)
            return {split(one.name)[-1]: one.encoded for one in found}
    return {}
