"""Registry: what opens sealed sections, as far as it is held, and as one may read it."""

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

import orjson

from contracts.authority.policy import Resource
from contracts.authority.sections import sealed_in, section_of
from contracts.authority.table import READ_SECTION
from contracts.envelope import parse_leaf
from contracts.pointer import split
from services.registry.domain.authority import Admitted
from services.registry.domain.evidence import Evidence
from services.registry.domain.streams import report_stream
from services.registry.evidence.holding import resource_of_words
from services.registry.log import EVERYBODY, Log, StoredDisclosure
from services.registry.log.store import StoredEntry

FILED = frozenset({"report-submitted", "corrigendum-filed"})
"""Types of the entries that carry a document."""
PUTTING_FORWARD = frozenset({"evidence-deposited", "evidence-revised"})
"""Types of the entries that describe bytes of evidence."""

EvidenceOf: TypeAlias = Callable[[str], Evidence]
"""Gives all that was recorded of a participant's evidence."""


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


def readable_disclosures(
    log: Log, entry: StoredEntry, asking: Admitted, *, evidence_of: EvidenceOf
) -> list[StoredDisclosure]:
    """Give what opens those sections of an entry that somebody may read.

    Nothing else of the entry is decrypted, and the transaction sees the rows of no participant but
    the one that the policy was asked about. Where nothing may be read, the answer is that of an
    entry in which nothing is sealed, or of which all was erased.

    Args:
        log: to read from.
        entry: as it is stored.
        asking: who wants to read.
        evidence_of: is asked where the entry is on evidence and something in it is sealed.

    Raises:
        Undecipherable: a key that it takes is not here.
    """
    leaf, body = parse_leaf(entry.leaf), orjson.loads(entry.body)

    def may_read(name: str) -> bool:
        is_on_evidence = leaf.type in PUTTING_FORWARD
        of = _of_bytes(body, evidence_of) if is_on_evidence else section_of(body, name)
        return of is not None and asking.may(READ_SECTION, of)

    names = [name for name in sealed_in(leaf.dataschema, body) if may_read(name)]
    if not names:
        return []
    seen_by = entry.participant or EVERYBODY
    return log.disclosures(entry.position - 1, entry.position, seen_by=seen_by, names=names)


def _of_bytes(body: Mapping[str, Any], evidence_of: EvidenceOf) -> Resource | None:
    """Describe what is said of bytes: a revision leaves to its deposit what it is for."""
    return resource_of_words(evidence_of(body["participant"]), body["digest"])
