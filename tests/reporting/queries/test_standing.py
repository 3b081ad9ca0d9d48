"""Queries on standing: SQL says of any history what the published language says."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, timedelta
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contracts.acts import Span, Withdrawn, contested, span, standing
from contracts.events import RegistryEvent
from contracts.events.participation import (
    ActContested,
    ActRectified,
    SignatureRecorded,
    SuccessionNotified,
    WithdrawalNotified,
    WithdrawalRescinded,
)
from contracts.events.shared import Act
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
    for kind in draw(st.lists(st.sampled_from("swrucp"), max_size=8)):
        if kind == "s":
            acts.append(makers.signature_recorded(**draw(DATED)))
        elif kind == "u":
            acts.append(makers.succession_notified("ZZA", predecessor="ZZB", **draw(DATED)))
        elif kind == "c":
            acts.append(makers.act_contested(contests=draw(st.integers(1, len(acts)))))
        elif kind == "p":
            rectifies = draw(st.integers(1, len(acts)))
            acts.append(makers.act_rectified(rectifies=rectifies, **draw(DATED)))
        elif kind == "w":
            acts.append(makers.withdrawal_notified(**draw(DATED)))
            left.append(len(acts))
        elif left:
            acts.append(makers.withdrawal_rescinded(withdrawal=left.pop(), **draw(DATED)))
    return acts


def spans(acts: list[RegistryEvent]) -> dict[int, Span]:
    """Give the days of each act, as last rectified or contested."""
    found: dict[int, Span] = {}
    for version, act in enumerate(acts, start=1):
        if isinstance(act, Act):
            found[version] = span(act)
        if isinstance(act, ActRectified) and act.rectifies in found:
            found[act.rectifies] = span(act)
        if isinstance(act, ActContested) and act.contests in found:
            found[act.contests] = contested(found[act.contests])
    return found


def expected(acts: list[RegistryEvent], day: date) -> str:
    days = spans(acts)
    taken_back: dict[int, Span] = {
        act.withdrawal: days[version]
        for version, act in enumerate(acts, start=1)
        if isinstance(act, WithdrawalRescinded)
    }
    found = []
    for version, act in enumerate(acts, start=1):
        if isinstance(act, SignatureRecorded | SuccessionNotified):
            withdrawals = [
                Withdrawn(days=days[number], taken_back=taken_back.get(number))
                for number, other in enumerate(acts, start=1)
                if isinstance(other, WithdrawalNotified) and number > version
            ]
            found.append(standing(days[version], withdrawals, day))
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
