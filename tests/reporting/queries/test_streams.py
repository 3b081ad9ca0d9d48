"""How far streams have come: however many are asked about at once."""

from services.reporting.queries.as_of import Moment
from services.reporting.queries.head import locate
from services.reporting.queries.streams import stream_versions
from tests import makers
from tests.reporting.answering import Told


def test_more_streams_than_a_statement_takes_parameters(told: Told) -> None:
    """Whoever states needs for weeks makes no list unreadable: PostgreSQL takes 65,535."""
    told.tell(makers.signature_recorded("ZZA"), makers.assistance_requested("ZZA"))
    streams = [*(f"assistance-{number}" for number in range(70_000)), "assistance-ZZA-NEED-1"]
    with told.engine.begin() as connection:
        moment: Moment = locate(connection, None, None, now=told.now)[1]
        assert stream_versions(connection, moment, streams) == {"assistance-ZZA-NEED-1": 1}
