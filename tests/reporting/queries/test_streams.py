"""Questions about more things than a statement takes parameters: PostgreSQL takes 65,535.

Whoever states needs, or registers plans, for weeks makes no list unreadable.
"""

from services.reporting.queries.as_of import Moment
from services.reporting.queries.commitments import list_promises
from services.reporting.queries.head import locate
from services.reporting.queries.links import list_links
from services.reporting.queries.streams import stream_versions
from tests import makers
from tests.reporting.answering import Told

MANY = range(70_000)


def test_streams_and_plans_are_asked_about_however_many_they_are(told: Told) -> None:
    told.tell(
        makers.signature_recorded("ZZA"),
        makers.assistance_requested("ZZA"),
        makers.plan_registered("ZZA"),
        makers.commitment_declared("ZZA"),
    )
    streams = [*(f"assistance-{number}" for number in MANY), "assistance-ZZA-NEED-1"]
    plans = [*(f"ZZZ-{number}" for number in MANY), "ZZA-PLAN-1"]
    with told.engine.begin() as connection:
        moment: Moment = locate(connection, None, None, now=told.now)[1]
        assert stream_versions(connection, moment, streams) == {"assistance-ZZA-NEED-1": 1}
        (promise,) = list_promises(connection, moment, plans=plans)
        assert promise.row["plan_id"] == "ZZA-PLAN-1"
        assert list_links(connection, moment, plans=plans) == {}
