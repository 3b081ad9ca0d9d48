"""Documents: every event type, from its contract and its class."""

from collections.abc import Iterator, Mapping
from typing import Any

from contracts.catalogue import contract
from contracts.events import EVENT_CLASSES
from scripts.documents.markdown import code, page, table
from scripts.documents.modules import paragraphs
from services.registry.domain.causation import ANSWERED

INTRODUCTION = """\
What the log can hold. An event is one thing that happened, in the past tense; nothing is ever
updated. The tables show the members of the newest version's body as it is submitted; members marked
*sealed* stand in the log as a salted digest ([privacy](privacy.md)). The JSON Schema is the law.

An event that answers an earlier one has the position of that one as `causation` in its leaf."""


def events_page() -> str:
    """Write docs/events.md."""
    return page("Events", INTRODUCTION, *(_event(wire) for wire in sorted(EVENT_CLASSES)))


def _event(wire: str) -> str:
    newest = contract(f"events/{wire}")
    link = f"[{newest.version}](../contracts/{newest.path}/schema.json)"
    facts = f"`{EVENT_CLASSES[wire].__name__}` · version {link} · {newest.status}"
    sealed = [section.pointer for section in newest.sections]
    rows = list(_members(newest.schema, sealed))
    answered = ANSWERED.get(EVENT_CLASSES[wire])
    return "\n\n".join(
        [
            f"## {wire}",
            paragraphs(EVENT_CLASSES[wire]),
            *([f"It answers {answered}."] if answered else []),
            facts,
            table(["member", "required", "meaning"], rows),
        ]
    )


def _members(schema: Mapping[str, Any], sealed: list[str]) -> Iterator[list[str]]:
    required = set(schema.get("required", ()))
    for name, member in schema.get("properties", {}).items():
        meaning = str(member.get("description", ""))
        if any(pointer.split("/")[1] == name for pointer in sealed):
            meaning += " *Sealed, wholly or in part.*"
        yield [code(name), "yes" if name in required else "", meaning]
