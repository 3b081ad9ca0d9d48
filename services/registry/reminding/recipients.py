"""Registry: the addresses a participant's reminder goes to: of its focal points, if still held."""

from collections.abc import Iterator
from datetime import date

import orjson

from contracts.events import FocalPointDesignated, FocalPointDesignationEnded, parse_event
from contracts.sealing import Disclosure
from services.registry.domain.streams import focal_point_stream
from services.registry.log import Log
from services.registry.reminding.message import is_address


def addresses_of(log: Log, participant: str, day: date) -> tuple[str, ...]:
    """Give the addresses of those in office on a day, each once, in the order of designation.

    They are read where they lie, beside the log; of whom they were erased nothing is left to read.
    Names are never looked at.
    """
    found = (
        address
        for position in _in_office(log, participant, day)
        for opened in log.disclosures(position - 1, position, seen_by=participant)
        for address in _address(opened.encoded)
    )
    return tuple(dict.fromkeys(found))


def _in_office(log: Log, participant: str, day: date) -> list[int]:
    """Give the positions of the designations whose term a day lies in."""
    terms: dict[str, int] = {}
    for entry, body in log.read_stream(focal_point_stream(participant)):
        match parse_event(entry.type, orjson.loads(body)):
            case FocalPointDesignated() as named:
                if named.term_from <= day and (named.term_to is None or day <= named.term_to):
                    terms[named.focal_point_id] = entry.position
            case FocalPointDesignationEnded() as ended if ended.ended_on < day:
                terms.pop(ended.focal_point_id, None)
            case _:
                pass
    return list(terms.values())


def _address(encoded: str) -> Iterator[str]:
    match Disclosure.parse(encoded).value:
        case {"email": str(address)} if is_address(address):
            yield address
        case _:
            pass
