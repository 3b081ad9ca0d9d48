"""Queries on standing: SQL says of any history what the published language says."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, timedelta
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contracts.acts import Span, Withdrawn, span, standing
from contracts.events import RegistryEvent
from contracts.events.participation import (
    SignatureRecorded,
    WithdrawalNotified,
    WithdrawalRescinded,
)
from services.reporting.queries.participation import list_signatories
from tests import makers
from tests.reporting.answering import Told

DAYS = st.dates(date(2020, 1, 1), date(2020, 3, 31))
DATED: st.SearchStrategy[dict[str, Any]] = st.fixed_dictionaries(
    {
        "effective_on": DAYS,
        "received_on": DAYS,
        "date_precision": st.sampled_from(["day", "inferred", "not_later_than"]),
        "claim_status": st.sampled_from(["confirmed", "confirmed", "probable"]),
    }
)


@st.composite
def lives(draw: st.DrawFn) -> list[RegistryEvent]:
    """Signatures, withdrawals and what took them back, in any order that names what there is."""
    acts: list[RegistryEvent] = [makers.signature_recorded(**draw(DATED))]
    left: list[int] = []
    for kind in draw(st.lists(st.sampled_from("swr"), max_size=6)):
        if kind == "s":
            acts.append(makers.signature_recorded(**draw(DATED)))
        elif kind == "w":
            acts.append(makers.withdrawal_notified(**draw(DATED)))
            left.append(len(acts))
        elif left:
            acts.append(makers.withdrawal_rescinded(withdrawal=left.pop(), **draw(DATED)))
    return acts


def expected(acts: list[RegistryEvent], day: date) -> str:
    taken_back: dict[int, Span] = {
        act.withdrawal: span(act) for act in acts if isinstance(act, WithdrawalRescinded)
    }
    found = []
    for version, act in enumerate(acts, start=1):
        if isinstance(act, SignatureRecorded):
            withdrawals = [
                Withdrawn(days=span(other), taken_back=taken_back.get(number))
                for number, other in enumerate(acts, start=1)
                if isinstance(other, WithdrawalNotified) and number > version
            ]
            found.append(standing(span(act), withdrawals, day))
    return next((one for one in ("certain", "possible") if one in found), "none")


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(acts=lives())
def test_the_standing_in_tables_is_that_of_the_published_language(
    fresh: Callable[[], AbstractContextManager[Told]], acts: list[RegistryEvent]
) -> None:
    with fresh() as told:
        told.tell(*acts)
        for week in range(16):
            day = date(2019, 12, 25) + timedelta(days=7 * week)
            found = told.ask(list_signatories, effective_on=day)["ZZA"].standing
            assert {"ended": "none", "not_yet": "none"}.get(found, found) == expected(acts, day)
