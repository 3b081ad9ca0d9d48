"""Registry: needs and offers of assistance that a report cites, for the rules on them."""

from collections.abc import Iterator, Mapping
from datetime import date
from functools import reduce
from itertools import chain
from typing import Any

import orjson

from contracts.events import AssistanceMatched, AssistanceOffered, parse_event
from contracts.rules.facts import Assistance
from services.registry.domain import assistance
from services.registry.domain.streams import assistance_stream
from services.registry.facts import Reader

MATCHED = "assistance-matched"
NO_MATCHES = frozenset({"assistance-requested", "assistance-offered", "assistance-concluded"})
"""Types in the streams of assistance whose bodies are not read where only matches are wanted."""


def cited(
    reader: Reader, document: Mapping[str, Any], *, participant: str, day: date
) -> dict[str, Assistance]:
    """Give what a document, or the sound part of one, cites, by id, as far as the register has it.

    A match stands in the stream of the need. For what is cited of others' offers all matches are
    looked through; nothing else asks for that.

    Args:
        reader: reads the log as of a position.
        document: the report.
        participant: whose report it is.
        day: the day of the examination.
    """
    names = list(dict.fromkeys(_named(document)))
    if not names:
        return {}
    read = reader.events(map(assistance_stream, names))
    known = reduce(assistance.evolve, chain.from_iterable(read.values()), assistance.NOTHING)
    found = [one.stated for one in known.assistance.values()]
    matches = [match for one in known.assistance.values() for match in one.matches]
    if any(isinstance(one, AssistanceOffered) and one.participant != participant for one in found):
        matches = list(_matches(reader))
    by_day = [match for match in matches if match.effective_on <= day]
    return {
        one.assistance_id: Assistance(
            assistance_id=one.assistance_id,
            participant=one.participant,
            effective_on=one.effective_on,
            matched_with=tuple(_other_sides(one.assistance_id, by_day)),
        )
        for one in found
    }


def _named(document: Mapping[str, Any]) -> Iterator[str]:
    for said in document.get("statements", {}).values():
        for one in said.get("assistance_cited", ()):
            if "assistance_id" in one:  # of a faulty document the sound part may lack it
                yield one["assistance_id"]


def _matches(reader: Reader) -> Iterator[AssistanceMatched]:
    everything = reader.log.outlines(
        assistance_stream(""), reader.position, without_body=NO_MATCHES
    )
    for outline in everything:
        if outline.type == MATCHED and outline.body is not None:
            event = parse_event(outline.type, orjson.loads(outline.body))
            if isinstance(event, AssistanceMatched):
                yield event


def _other_sides(assistance_id: str, matches: list[AssistanceMatched]) -> Iterator[str]:
    for match in matches:
        if assistance_id == match.assistance_id:
            yield match.provider
        elif assistance_id == match.offer_id:
            yield match.participant
