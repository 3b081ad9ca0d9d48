"""Registry: what opens sealed sections, as far as it is held, and as one may read it."""

from collections.abc import Mapping

import orjson

from contracts.authority.sections import sealed_in, section_of
from contracts.authority.table import READ_SECTION
from contracts.envelope import parse_leaf
from contracts.pointer import split
from services.registry.domain.authority import Admitted
from services.registry.domain.streams import report_stream
from services.registry.log import EVERYBODY, Log, StoredDisclosure
from services.registry.log.store import StoredEntry

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


def readable_disclosures(log: Log, entry: StoredEntry, asking: Admitted) -> list[StoredDisclosure]:
    """Give what opens those sections of an entry that somebody may read.

    Nothing else of the entry is decrypted, and the transaction sees the rows of no participant but
    the one that the policy was asked about. Where nothing may be read, the answer is that of an
    entry in which nothing is sealed, or of which all was erased.

    Raises:
        Undecipherable: a key that it takes is not here.
    """
    body = orjson.loads(entry.body)
    names = [
        name
        for name in sealed_in(parse_leaf(entry.leaf).dataschema, body)
        if asking.may(READ_SECTION, section_of(body, name))
    ]
    if not names:
        return []
    seen_by = entry.participant or EVERYBODY
    return log.disclosures(entry.position - 1, entry.position, seen_by=seen_by, names=names)
