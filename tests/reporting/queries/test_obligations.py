"""Queries on obligations: the due day that holds, both clocks, and what was reminded of it."""

from collections import Counter
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contracts.codelists import code_list
from services.reporting.queries.cycles import list_cycles
from services.reporting.queries.obligations import list_obligations
from services.reporting.queries.publications import list_publications
from services.reporting.queries.rates import explain_rate, list_rates
from services.reporting.queries.rows import Row
from services.reporting.queries.tally import Scope
from tests import makers
from tests.reporting.answering import ALL, Told, on
from tests.reporting.projected import digests

TOTAL = Scope("total", None)


@pytest.fixture
def cycle(told: Told) -> Told:
    """Two took part; the cycle of 2026 is due on 30 June, with 30 days of grace."""
    told.tell(
        makers.signature_recorded("ZZA"),
        makers.signature_recorded("ZZB"),
        makers.cycle_opened("2026"),
        at=on("2026-02-01"),
    )
    return told


def owed(told: Told, code: str = "ZZA", **asked: Any) -> Row:
    rows = told.ask(list_obligations, page=ALL, cycle_id="2026", participant=code, **asked).rows
    (row,) = rows
    return dict(row)


def timeliness(told: Told, day: str, **asked: Any) -> str:
    return str(owed(told, effective_on=date.fromisoformat(day), **asked)["timeliness"])


def values(told: Told, **asked: Any) -> list[Any]:
    rows = told.ask(list_rates, page=ALL, cycle_id="2026", dimension="total", **asked).rows
    return [row["value"] for row in rows]


def behind(told: Told, metric: str) -> list[list[int]]:
    """The positions of each in a figure's numerator."""
    found = told.ask(explain_rate, cycle_id="2026", metric=metric, scope=TOTAL)
    return [row["positions"] for row in found["numerator"]]


def test_without_an_extension_the_day_of_the_cycle_holds(cycle: Told) -> None:
    row = owed(cycle)
    assert (row["cycle_due_on"], row["due_on"]) == (date(2026, 6, 30), date(2026, 6, 30))
    assert row["on_time_until"] == date(2026, 7, 30)
    assert (row["extension"], row["reminders"]) == (None, [])
    assert (row["stream"], row["version"]) == ("obligation-ZZA-2026", 0)


def test_an_extension_moves_the_due_day_of_one_participant(cycle: Told) -> None:
    granted = cycle.tell(makers.extension_granted(), at=on("2026-06-10"))
    row = owed(cycle)
    assert (row["cycle_due_on"], row["due_on"]) == (date(2026, 6, 30), date(2026, 9, 30))
    assert row["on_time_until"] == date(2026, 10, 30)
    assert row["extension"] == {
        "due_on": date(2026, 9, 30),
        "received_on": date(2026, 6, 1),
        "reason": {"en": "The lead body was reorganised."},
        "reference": "Note verbale 40/2026",
        "recorded_at": "2026-06-10T12:00:00.000000Z",
        "positions": [granted],
        "asserted_by": "secretariat",
    }
    assert row["positions"] == [1, 3, granted]
    assert row["version"] == 1
    assert owed(cycle, "ZZB")["due_on"] == date(2026, 6, 30)


def test_the_last_of_several_extensions_holds(cycle: Told) -> None:
    first = cycle.tell(makers.extension_granted(), at=on("2026-06-10"))
    last = cycle.tell(makers.extension_granted(due_on=date(2026, 11, 15)), at=on("2026-09-20"))
    assert owed(cycle)["due_on"] == date(2026, 11, 15)
    assert owed(cycle)["extension"]["positions"] == [last]
    assert owed(cycle, as_of=first)["due_on"] == date(2026, 9, 30)


@pytest.mark.parametrize(
    ("day", "before", "after"),
    [
        ("2026-01-14", "not_due", "not_due"),
        ("2026-01-15", "due", "due"),
        ("2026-07-30", "due", "due"),
        ("2026-07-31", "overdue", "excused"),
        ("2026-10-30", "overdue", "excused"),
        ("2026-10-31", "overdue", "overdue"),
    ],
)
def test_moving_the_clock_changes_answers_and_never_what_is_recorded(
    cycle: Told, day: str, before: str, after: str
) -> None:
    assert timeliness(cycle, day) == before
    cycle.tell(makers.extension_granted(), at=on("2026-06-10"))
    recorded, tables = cycle.registry.size, digests(cycle.engine)
    cycle.now = on(day)
    assert owed(cycle)["timeliness"] == after
    assert (cycle.registry.size, digests(cycle.engine)) == (recorded, tables)


def test_an_extension_is_read_at_all_four_corners(cycle: Told) -> None:
    """Known or not, in the days of the cycle's own due day or of the extension's."""
    before = cycle.registry.size
    after = cycle.tell(makers.extension_granted(), at=on("2026-08-10"))
    assert timeliness(cycle, "2026-07-15", as_of=before) == "due"
    assert timeliness(cycle, "2026-07-15", as_of=after) == "due"
    assert timeliness(cycle, "2026-08-09", as_of=before) == "overdue"
    assert timeliness(cycle, "2026-08-09", as_of=after) == "excused"
    assert owed(cycle, as_of=on("2026-08-09"))["timeliness"] == "overdue"
    assert owed(cycle, as_of=on("2026-08-11"))["timeliness"] == "excused"


def test_a_report_within_an_extension_is_on_time_and_counts_as_such(cycle: Told) -> None:
    granted = cycle.tell(makers.extension_granted(), at=on("2026-06-10"))
    cycle.tell(makers.extension_granted("ZZB"), at=on("2026-06-10"))
    filed = cycle.tell(makers.report_submitted("ZZA"), at=on("2026-10-30"))
    cycle.tell(makers.report_submitted("ZZB"), at=on("2026-11-01"))
    assert timeliness(cycle, "2026-11-10") == "on_time"
    assert owed(cycle, "ZZB")["timeliness"] == "late"
    assert values(cycle) == ["2", "2", "1", "100.0", "50.0"]
    assert behind(cycle, "actual_reports_on_time") == [[granted, filed]]
    assert behind(cycle, "actual_reports") == [[filed], [filed + 1]]


def test_what_was_late_stays_late_at_a_position_before_the_extension(cycle: Told) -> None:
    filed = cycle.tell(makers.report_submitted("ZZA"), at=on("2026-08-15"))
    cycle.tell(makers.extension_granted(), at=on("2026-08-16"))
    assert timeliness(cycle, "2026-08-20", as_of=filed) == "late"
    assert timeliness(cycle, "2026-08-20") == "on_time"
    assert values(cycle, as_of=filed, effective_on=date(2026, 8, 20))[2] == "0"
    assert values(cycle, effective_on=date(2026, 8, 20))[2] == "1"


def test_an_extension_changes_nothing_about_who_is_expected(cycle: Told) -> None:
    day = date(2026, 7, 15)
    cycle.tell(
        makers.extension_granted("ZZA"),
        makers.withdrawal_notified("ZZA", effective_on=day, received_on=day),
        at=on("2026-07-10"),
    )
    assert owed(cycle)["reference_day"] == date(2026, 6, 30)
    assert values(cycle)[0] == "2"


def test_reminders_stand_beside_from_the_day_they_were_sent(cycle: Told) -> None:
    sent = cycle.tell(makers.reminder_sent(), at=on("2026-06-02"))
    later = cycle.tell(
        makers.reminder_sent(reminder="due", sent_on=date(2026, 6, 30), channel="smtp"),
        at=on("2026-06-30"),
    )
    rows = owed(cycle)["reminders"]
    assert [(row["reminder"], row["channel"], row["positions"]) for row in rows] == [
        ("before_due", "outbox", [sent]),
        ("due", "smtp", [later]),
    ]
    assert owed(cycle, effective_on=date(2026, 6, 29))["reminders"] == rows[:1]
    assert owed(cycle, as_of=sent - 1, effective_on=date(2026, 6, 29))["reminders"] == []
    assert owed(cycle, "ZZB")["reminders"] == []


def test_a_closing_is_shown_and_takes_effect_when_its_last_day_is_over(cycle: Told) -> None:
    opened = cycle.registry.size
    closed = cycle.tell(
        makers.cycle_closed(effective_on=date(2026, 10, 31), note={"en": "Closed."}),
        at=on("2026-10-01"),
    )
    (row,) = cycle.ask(list_cycles, page=ALL).rows
    assert row["closing"] == {
        "effective_on": date(2026, 10, 31),
        "note": {"en": "Closed."},
        "recorded_at": "2026-10-01T12:00:00.000000Z",
        "positions": [closed],
        "asserted_by": "secretariat",
    }
    assert (row["phase"], row["version"], row["positions"]) == ("closed", 2, [3, closed])
    last_day = cycle.ask(list_cycles, page=ALL, effective_on=date(2026, 10, 31)).rows[0]
    assert last_day["phase"] == "after_due"
    before = cycle.ask(list_cycles, page=ALL, as_of=opened, effective_on=date(2026, 11, 1)).rows[0]
    assert (before["phase"], before["closing"], before["version"]) == ("after_due", None, 1)
    assert (owed(cycle)["cycle_closed"], owed(cycle)["cycle_closed_on"]) == (
        True,
        date(2026, 10, 31),
    )
    assert owed(cycle, effective_on=date(2026, 10, 31))["cycle_closed"] is False


def test_what_governs_a_cycle_is_named_with_its_publication(cycle: Told) -> None:
    published = cycle.tell(makers.methodology_published(), at=on("2026-03-01"))
    (row,) = cycle.ask(list_cycles, page=ALL).rows
    assert [(one["name"], one["is_published"], one["positions"]) for one in row["governing"]] == [
        ("code-of-conduct", False, []),
        ("national-report", False, []),
        ("regional-report", False, []),
        ("national-report", False, []),
        ("reporting-rates", True, [published]),
    ]
    assert row["governing"][4]["digest"] == makers.methodology_published().digest


def test_publications_are_listed_with_their_digests_and_what_became_of_their_rules(
    told: Told,
) -> None:
    told.tell(
        makers.instrument_edition_published(),
        makers.ruleset_published(),
        makers.methodology_published(),
        makers.methodology_published("1.1.0", effective_on=date(2027, 1, 1)),
        at=on("2026-03-01"),
    )
    deactivated = told.tell(makers.rule_deactivated(), at=on("2026-08-01"))
    rows = told.ask(list_publications, page=ALL).rows
    assert [(row["kind"], row["edition"], row["positions"], row["in_effect"]) for row in rows] == [
        ("instrument", "1.0.0", [1], True),
        ("methodology", "1.0.0", [3], True),
        ("methodology", "1.1.0", [4], False),
        ("ruleset", "1.0.0", [2], True),
    ]
    ruleset = rows[3]
    assert ruleset["digest"] == makers.ruleset_published().digest
    assert (ruleset["rules"], ruleset["version"]) == (["P5-R03", "A-R01"], 2)
    assert [
        (one["rule"], one["in_effect"], one["positions"]) for one in ruleset["deactivated"]
    ] == [("P5-R03", True, [deactivated])]
    before = told.ask(list_publications, page=ALL, as_of=deactivated - 1, kind="ruleset").rows
    assert [(row["deactivated"], row["version"]) for row in before] == [([], 1)]


def test_a_renewal_is_young_and_what_it_lets_stand_is_old(told: Told) -> None:
    """Both as dates and in days, as of any position and day; an extension changes neither."""
    told.tell(makers.signature_recorded("ZZA"), at=on("2025-01-02"))
    told.tell(makers.cycle_opened("2025"), makers.cycle_opened("2026"), at=on("2025-01-03"))
    said = told.tell(makers.report_submitted("ZZA", "2025"), at=on("2025-06-01"))
    assert (owed(told)["latest"], owed(told)["substance"]) == (None, None)
    renewed = told.tell(makers.nothing_new_declared(), at=on("2026-05-01"))
    row = owed(told, effective_on=date(2026, 5, 11))
    assert row["latest"] == {
        "act": "nothing_new",
        "report_id": "ZZA-2026",
        "report_version": 1,
        "received_on": date(2026, 5, 1),
        "age_days": 10,
        "is_withdrawn": False,
        "positions": [renewed],
    }
    assert row["substance"] == {
        "report_id": "ZZA-2025",
        "report_version": 1,
        "received_on": date(2025, 6, 1),
        "age_days": 344,
        "is_withdrawn": False,
        "positions": [said],
    }
    assert row["positions"] == [1, 3, said, renewed]
    later = owed(told, effective_on=date(2026, 5, 12))
    assert (later["latest"]["age_days"], later["substance"]["age_days"]) == (11, 345)
    for asked in ({"effective_on": date(2026, 4, 30)}, {"as_of": said}):
        assert owed(told, **asked)["latest"] is None
        assert owed(told, **asked)["positions"] == [1, 3]


def test_age_goes_by_the_newest_document_and_goes_with_a_withdrawal(cycle: Told) -> None:
    first = cycle.tell(makers.report_submitted(), at=on("2026-03-01"))
    second = cycle.tell(makers.corrigendum_filed(), at=on("2026-04-01"))
    row = owed(cycle, effective_on=date(2026, 4, 2))
    assert (row["latest"]["act"], row["latest"]["age_days"]) == ("corrigendum", 1)
    assert (row["substance"]["report_version"], row["substance"]["age_days"]) == (2, 1)
    assert row["received_on"] == date(2026, 3, 1)
    assert row["positions"] == [1, 3, first, second]
    before = owed(cycle, effective_on=date(2026, 3, 31))
    assert (before["latest"]["act"], before["substance"]["age_days"]) == ("submitted", 30)
    cycle.tell(makers.report_withdrawn(report_version=2), at=on("2026-04-03"))
    gone = owed(cycle)
    assert (gone["latest"], gone["substance"], gone["received_on"]) == (None, None, None)


HISTORIES = st.lists(
    st.tuples(
        st.sampled_from(["KAZ", "MAR", "ZZA", "ORG-ZZO"]),
        st.sampled_from(["sign", "doubt", "leave", "report", "compile", "extend", "remind"]),
        st.integers(-120, 120),
    ),
    max_size=20,
)


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(history=HISTORIES, cut=st.integers(0, 21), offset=st.integers(-200, 200))
def test_how_it_stands_in_time_parts_the_expected_and_follows_from_days_alone(
    fresh: Any, history: list[tuple[str, str, int]], cut: int, offset: int
) -> None:
    with fresh() as told:
        told.registry.append(makers.cycle_opened("2026"), at=on("2026-02-01"))
        play(told, history)
        day = date(2026, 6, 30) + timedelta(offset)
        asked = {"as_of": min(cut + 1, told.registry.size), "effective_on": day}
        rows = told.ask(list_obligations, page=ALL, cycle_id="2026", **asked).rows
        parts = Counter(row["timeliness"] for row in rows)
        for code in code_list("timeliness"):
            one = told.ask(
                list_obligations, page=ALL, cycle_id="2026", timeliness=code, **asked
            ).rows
            assert len(one) == parts[code]
        certain = Counter(row["timeliness"] for row in rows if row["expectation"] == "certain")
        counted = values(told, **asked)
        assert counted[:3] == [
            str(certain.total()),
            str(certain["on_time"] + certain["late"]),
            str(certain["on_time"]),
        ]
        for row in rows:
            assert row["timeliness"] == expected_timeliness(row, day)


def play(told: Told, history: list[tuple[str, str, int]]) -> None:
    """Tell what of a history the registry could have recorded, and a little more."""
    filed: Counter[str] = Counter()
    for number, (code, what, offset) in enumerate(history):
        day = date(2026, 6, 30) + timedelta(offset)
        match what:
            case "sign" | "doubt":
                status = "confirmed" if what == "sign" else "probable"
                event: Any = makers.signature_recorded(code, effective_on=day, claim_status=status)
            case "leave":
                event = makers.withdrawal_notified(code, effective_on=day)
            case "extend":
                event = makers.extension_granted(code, due_on=day)
            case "remind":
                event = makers.reminder_sent(code, sent_on=day)
            case _:
                filed[code] += 1
                paper = makers.compilation if what == "compile" else makers.national_report
                event = makers.report_submitted(
                    code, document=paper(code), report_version=filed[code]
                )
        told.registry.append(event, at=on("2026-04-01") + timedelta(days=9 * number))
    told.project()


def expected_timeliness(row: Row, day: date) -> str:
    """Work it out anew from what the row says of days."""
    cycle_until = row["cycle_due_on"] + timedelta(days=30)
    if row["received_on"] is not None:
        return "on_time" if row["received_on"] <= row["on_time_until"] else "late"
    if day < row["opens_on"]:
        return "not_due"
    if day <= cycle_until:
        return "due"
    return "excused" if day <= row["on_time_until"] else "overdue"
