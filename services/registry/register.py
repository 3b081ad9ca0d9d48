"""Registry: the register that decisions are made on: a log, and what this edition ships."""

from contracts.catalogue import catalogue
from contracts.instrument import Edition, edition
from services.kit.clock import Clock
from services.registry.handling import Register
from services.registry.log import Log, Publisher
from services.registry.measures import Measures
from services.registry.shipping import shipped


def new_register(log: Log, publisher: Publisher, *, clock: Clock, measures: Measures) -> Register:
    """Put together what handling needs.

    Args:
        log: to append to and read from.
        publisher: signs what the log commits.
        clock: gives the instant of a decision.
        measures: counts what became of writes.
    """
    editions = _editions()
    return Register(
        log=log,
        publisher=publisher,
        clock=clock,
        origin=log.head().origin,
        opened_on=min(one.opened_on for one in editions),
        editions={one.version: frozenset(one.units) for one in editions},
        shipped=shipped(),
        measures=measures,
    )


def _editions() -> list[Edition]:
    """Give every published edition of the instrument."""
    documents = catalogue().documents.values()
    return [edition(one.version, one.name) for one in documents if one.kind == "instrument"]
