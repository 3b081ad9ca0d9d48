"""Projections: what was published to govern reports and figures, and the rules taken out of it."""

from collections.abc import Iterator

from sqlalchemy import BigInteger, Column, Date, Integer, String, Text

from contracts.envelope import Entry
from contracts.events import RegistryEvent
from contracts.events.publications import (
    InstrumentEditionPublished,
    MethodologyPublished,
    RuleDeactivated,
    RulesetPublished,
)
from services.reporting.projections.base import (
    Insert,
    Projection,
    Statement,
    as_day,
    as_text,
    bitemporal,
    json_text,
    text_by_language,
)

publication = bitemporal(
    "publication",
    ("kind", "name", "edition"),
    # One of `instrument`, `ruleset`, `methodology`.
    Column("kind", String(16), nullable=False),
    # Of the methodology; else what it is of, by its place among the contracts.
    Column("name", String(64), nullable=False),
    # Version of what is published; `version` is that of the stream.
    Column("edition", String(32), nullable=False),
    Column("position", BigInteger, nullable=False),
    Column("recorded_at", String(27), nullable=False),
    Column("stream", String(128), nullable=False),
    Column("version", Integer, nullable=False),
    Column("document", Text, nullable=False),
    # Of the canonical bytes of the document.
    Column("digest", String(71), nullable=False),
    Column("effective_on", Date, nullable=False),
    # JSON array of the codes of a ruleset's rules, in its order; NULL where it is no ruleset.
    json_text("rules", nullable=True),
)
"""One row per version published."""

rule_deactivation = bitemporal(
    "rule_deactivation",
    ("ruleset_version", "rule"),
    Column("ruleset_version", String(32), nullable=False),
    Column("rule", String(64), nullable=False),
    Column("position", BigInteger, nullable=False),
    Column("recorded_at", String(27), nullable=False),
    Column("version", Integer, nullable=False),
    Column("effective_on", Date, nullable=False),
    text_by_language("reason"),
)
"""One row per rule that is no longer evaluated."""


def _published(
    entry: Entry,
    named: tuple[str, str, str],
    event: InstrumentEditionPublished | RulesetPublished | MethodologyPublished,
    rules: tuple[str, ...] | None = None,
) -> Insert:
    kind, name, edition = named
    return Insert(
        publication,
        {
            "kind": kind,
            "name": name,
            "edition": edition,
            "position": entry.position,
            "recorded_at": entry.recorded_at,
            "stream": entry.stream,
            "version": entry.version,
            "document": event.document,
            "digest": event.digest,
            "effective_on": as_day(event.effective_on),
            "rules": None if rules is None else as_text(rules),
            "known_from": entry.position,
            "known_to": None,
        },
    )


def _on(entry: Entry, event: RegistryEvent) -> Iterator[Statement]:
    match event:
        case InstrumentEditionPublished():
            yield _published(entry, ("instrument", _name(event.document), event.edition), event)
        case RulesetPublished():
            named = ("ruleset", _name(event.document), event.ruleset_version)
            yield _published(entry, named, event, event.rules)
        case MethodologyPublished():
            yield _published(entry, ("methodology", event.methodology, event.version), event)
        case RuleDeactivated():
            yield Insert(
                rule_deactivation,
                {
                    "ruleset_version": event.ruleset_version,
                    "rule": event.rule,
                    "position": entry.position,
                    "recorded_at": entry.recorded_at,
                    "version": entry.version,
                    "effective_on": as_day(event.effective_on),
                    "reason": as_text(event.reason),
                    "known_from": entry.position,
                    "known_to": None,
                },
            )
        case _:
            pass


def _name(document: str) -> str:
    """Give what stands before the version in a document's address; rules are named by the report.

    The contracts of these events fix the form of the address.
    """
    *_, before, name, _version = document.split("/")
    return before if name == "rules" else name


PUBLICATIONS = Projection(
    name="publications",
    version=1,
    tables=(publication, rule_deactivation),
    cares_about=frozenset(
        {InstrumentEditionPublished, RulesetPublished, RuleDeactivated, MethodologyPublished}
    ),
    on=_on,
)
