"""Reporting: rebuilds, asked for as tests ask."""

from typing import Any

from services.reporting.comparison import Rebuilt
from services.reporting.feed import Feed
from services.reporting.generations import live_generation
from services.reporting.rebuild import rebuild
from tests import makers
from tests.reporting.answering import Told


def rebuilt(told: Told, *feeds: Feed, **options: Any) -> Rebuilt:
    return rebuild(
        told.engine,
        feeds or (told.registry.feed(),),
        told.registry.key.verifier,
        told.clock,
        **{"grace_seconds": 0, **options},
    )


def live(told: Told) -> int | None:
    with told.engine.begin() as connection:
        return live_generation(connection)


def told_some(told: Told) -> None:
    told.tell(
        makers.cycle_opened(),
        makers.signature_recorded("ZZA"),
        makers.act_rectified("ZZA", rectifies=1),
        makers.report_submitted("ZZA"),
    )
