"""What stands around a leaf wherever an entry is handed on: it says the same as the leaf."""

from collections.abc import Mapping
from typing import Any

from contracts.canonical import canonical, digest
from contracts.envelope import Entry
from contracts.errors import NotCanonical, VerificationFailed

_ATTRIBUTES = frozenset(
    {
        "specversion",
        "id",
        "source",
        "type",
        "time",
        "datacontenttype",
        "dataschema",
        "leaf",
        "data",
    }
)


def check_event(event: Mapping[str, Any], entry: Entry, origin: str) -> None:
    """Check a CloudEvent against its leaf: every attribute, and the digest of the body.

    Args:
        event: as handed on.
        entry: what its leaf says.
        origin: of the log.

    Raises:
        VerificationFailed: it says something else, more or less than the leaf.
    """
    expected = {
        "specversion": "1.0",
        "id": str(entry.position),
        "source": origin,
        "type": entry.type,
        "time": entry.recorded_at,
        "datacontenttype": "application/json",
        "dataschema": entry.dataschema,
    }
    names = _ATTRIBUTES
    if entry.participant is not None:
        expected["subject"] = entry.participant
        names |= {"subject"}
    if event.keys() != names:
        raise VerificationFailed("expected other members of an event", position=entry.position)
    for name, value in expected.items():
        if event[name] != value:
            raise VerificationFailed(f"{name} differs from the leaf", position=entry.position)
    try:
        found = digest(canonical(event["data"]))
    except NotCanonical as error:
        raise VerificationFailed(f"the body has {error}", position=entry.position) from None
    if found != entry.datahash:
        raise VerificationFailed(
            "the body has another digest than the leaf says", position=entry.position
        )
