"""Log: leaf bytes for many entries a second; the contract says what they are and checks the frame.

Between events of one kind on one stream a leaf differs in four places only. The contract spells a
leaf with stand-ins there once, the longest there can be; from then on the stand-ins are replaced. A
test holds that the bytes equal those of `contracts.envelope.leaf_bytes`.
"""

from functools import lru_cache
from typing import TypeAlias

from contracts.canonical import LARGEST_INTEGER
from contracts.envelope import Entry, leaf_bytes
from services.registry.log.append import NewEvent

Frame: TypeAlias = str
"""A leaf as %-format with places for datahash, position, recorded_at, version, in this order."""

_DATAHASH = "sha256:" + "0" * 64
_RECORDED_AT = "1970-01-01T00:00:00.000000Z"
_PLACES = (
    (f'"datahash":"{_DATAHASH}"', '"datahash":"%s"'),
    (
        f'"position":{LARGEST_INTEGER},"recorded_at":"{_RECORDED_AT}"',
        '"position":%d,"recorded_at":"%s"',
    ),
    (f'"version":{LARGEST_INTEGER}}}', '"version":%d}'),
)


def frame(event: NewEvent) -> Frame:
    """Spell the leaf of an event but for what only its place in the log decides, and its datahash.

    Raises:
        ContractError: a field is not what the contract says, or no leaf could hold them all.
    """
    return _frame(
        event.type,
        event.dataschema,
        event.stream,
        event.participant,
        event.actor,
        event.causation,
        event.occurred_on,
        event.effective_on,
    )


def fill(spelled: Frame, datahash: str, position: int, recorded_at: str, version: int) -> bytes:
    """Give the leaf's bytes.

    Args:
        spelled: as `frame` gave it.
        datahash: as `contracts.canonical.digest` gives it.
        position: in the log.
        recorded_at: in the contract's form.
        version: in the stream.
    """
    return (spelled % (datahash, position, recorded_at, version)).encode()


@lru_cache(maxsize=4096, typed=True)
def _frame(
    kind: str,
    dataschema: str,
    stream: str,
    participant: str | None,
    actor: str,
    causation: int | None,
    occurred_on: str | None,
    effective_on: str | None,
) -> Frame:
    leaf = leaf_bytes(
        Entry(
            position=LARGEST_INTEGER,
            recorded_at=_RECORDED_AT,
            type=kind,
            dataschema=dataschema,
            stream=stream,
            version=LARGEST_INTEGER,
            participant=participant,
            actor=actor,
            causation=causation,
            occurred_on=occurred_on,
            effective_on=effective_on,
            datahash=_DATAHASH,
        )
    ).decode()
    # A quotation mark inside a value is escaped, so no value can look like one of these.
    spelled = leaf.replace("%", "%%")
    for stand_in, place in _PLACES:
        spelled = spelled.replace(stand_in, place, 1)
    return spelled
