"""Drafts: which version a draft is carried forward from; pure, from the events alone."""

from typing import Any

from contracts.events import RegistryEvent
from services.registry.drafts.base import (
    Filed,
    base_for,
    carried_over,
    document_filed,
    latest,
    opened,
    versions_in,
)
from tests import makers


def read(*events: RegistryEvent) -> Any:
    return versions_in(enumerate(events, start=1))


def accepted(cycle_id: str, version: int = 1) -> RegistryEvent:
    return makers.report_accepted("ZZA", cycle_id, report_version=version)


FIRST = makers.report_submitted("ZZA", "2025")
SECOND = makers.corrigendum_filed("ZZA", "2025")


def chosen(*events: RegistryEvent, report_id: str = "ZZA-2026") -> Filed | None:
    return base_for(report_id, read(*events))


def test_nothing_filed_is_nothing_to_carry() -> None:
    assert chosen() is None
    assert chosen(FIRST) is None


def test_what_was_accepted_is_carried_and_a_corrigendum_after_it_is_not() -> None:
    found = chosen(FIRST, accepted("2025"), SECOND)
    assert found is not None
    assert (found.position, found.event) == (1, FIRST)


def test_the_later_of_two_accepted_versions_is_carried() -> None:
    found = chosen(FIRST, accepted("2025"), SECOND, accepted("2025", 2))
    assert found is not None
    assert found.event == SECOND


def test_an_acceptance_taken_back_leaves_the_one_before() -> None:
    revoked = makers.acceptance_revoked("ZZA", "2025", report_version=2)
    found = chosen(FIRST, accepted("2025"), SECOND, accepted("2025", 2), revoked)
    assert found is not None
    assert found.event == FIRST


def test_a_withdrawn_report_is_not_carried() -> None:
    withdrawn = makers.report_withdrawn("ZZA", "2025")
    assert chosen(FIRST, accepted("2025"), withdrawn) is None
    assert chosen(FIRST, withdrawn, report_id="ZZA-2025") is None


def test_the_very_report_goes_on_from_its_latest_version() -> None:
    found = chosen(FIRST, accepted("2025"), SECOND, report_id="ZZA-2025")
    assert found is not None
    assert found.event == SECOND
    assert found.stands


def test_what_was_returned_does_not_stand() -> None:
    returned = makers.report_returned("ZZA", "2025")
    last = latest(read(FIRST, returned), "ZZA-2025")
    assert last is not None
    assert (last.stands, last.is_accepted) == (False, False)


def test_a_renewal_speaks_with_the_document_it_renews() -> None:
    renewal = makers.nothing_new_declared("ZZA", "2026")
    versions = read(FIRST, renewal, accepted("2026"))
    found = base_for("ZZA-2027", versions)
    assert found is not None
    assert found.event == renewal
    source = document_filed(found, versions)
    assert source is not None
    assert source.event == FIRST


def test_a_renewal_of_what_is_not_there_is_not_carried() -> None:
    renewal = makers.nothing_new_declared("ZZA", "2026", renews_version=7)
    assert chosen(FIRST, renewal, accepted("2026"), report_id="ZZA-2027") is None


def test_a_section_that_nothing_opens_stays_closed() -> None:
    contents, closed = opened(makers.national_report(), ())
    assert closed == ("P5",)
    assert set(contents) == {"cover", "P1"}


def test_statements_carried_into_another_cycle_say_that_nothing_changed() -> None:
    contents = {"cover": {"transmission": {}, "language": "fr"}, "P1": makers.statement()}
    cycle = makers.cycle_opened("2026")
    carried = carried_over(contents, cycle=cycle, form="update", same_report=False)
    assert carried["P1"]["changed"] is False
    assert carried["cover"] == {
        "language": "fr",
        "cycle_id": "2026",
        "period_from": "2025-01-01",
        "period_to": "2025-12-31",
        "form": "update",
    }
    same = carried_over(contents, cycle=cycle, form="update", same_report=True)
    assert same["P1"]["changed"] is True
    assert "transmission" in contents["cover"]
