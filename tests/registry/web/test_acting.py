"""Registry web: who the register knows acts within the term, and a delegate on drafts alone."""

from datetime import date
from typing import Any

import httpx
import pytest

from tests import makers, writes
from tests.registry.web.drafting import record
from tests.registry.web.routes import WRITES
from tests.running_registry import RunningRegistry

BY = "delegate"
AS = "actor-delegate"
"""The actor of that token."""
OF_THE_SECRETARIAT = {
    "/v1/participants/{code}/erasures",
    "/v1/mandates",
    "/v1/mandates/{mandate_id}/erasures",
    "/v1/publications",
    "/v1/cycles",
    "/v1/cycles/{cycle_id}/acts",
    "/v1/cycles/{cycle_id}/extensions",
    "/v1/cycles/{cycle_id}/reminders",
    "/v1/reports/{report_id}/reviews",
    "/v1/reports/{report_id}/clarifications",
    "/v1/reports/{report_id}/decisions",
    "/v1/reports/{report_id}/findings",
}
OF_PARTICIPANTS = sorted(set(WRITES) - OF_THE_SECRETARIAT)


def sent(registry: RunningRegistry, path: str, by: str, **options: Any) -> httpx.Response:
    """Send the write of a path, whose registry is ready for it but for the people in it."""
    write = WRITES[path]
    people = "focal-point-ZZA"
    expected = write.expected
    if path.endswith(("/focal-points", "/delegations")):
        expected = registry.opened.log.stream_version(people)
    return registry.post(write.path, write.body, expected=expected, by=by, **options)


def refused(answer: httpx.Response) -> str:
    assert answer.status_code == 403, answer.text
    code: str = answer.json()["code"]
    return code


@pytest.fixture(params=OF_PARTICIPANTS)
def path(request: pytest.FixtureRequest, registry: RunningRegistry) -> str:
    """Of each write of participants, on a registry that is ready for it."""
    name = str(request.param)
    WRITES[name].setup(registry)
    return name


def test_a_delegate_writes_nothing_but_parts_of_drafts(
    registry: RunningRegistry, path: str
) -> None:
    record(registry, makers.delegation_granted(delegation_id=AS))
    size = registry.size
    assert refused(sent(registry, path, BY)) == "not-for-delegates"
    assert registry.size == size
    assert sent(registry, path, "ZZA").status_code != 403


def test_who_is_not_in_office_any_more_writes_nothing(registry: RunningRegistry) -> None:
    registry.sign()
    record(registry, makers.focal_point_designated(focal_point_id=AS))
    renaming = writes.act(makers.participant_renamed())
    acts = "/v1/participants/ZZA/acts"
    registry.record(acts, renaming, expected=1, by=BY, key="in-office")
    record(registry, makers.focal_point_designation_ended(focal_point_id=AS))
    other = renaming | {"name": {"en": "Another name"}}
    assert refused(registry.post(acts, other, expected=2, by=BY)) == "outside-the-term"
    again = registry.post(acts, renaming, expected=1, by=BY, key="in-office")
    assert (again.status_code, again.json()["replayed"]) == (201, True)
    assert registry.post(acts, other, expected=2).status_code == 201


def test_who_cannot_be_identified_any_more_writes_nothing(registry: RunningRegistry) -> None:
    registry.sign()
    record(registry, makers.focal_point_designated(focal_point_id=AS))
    record(registry, makers.personal_data_erased(person_id=AS))
    renaming = writes.act(makers.participant_renamed())
    answer = registry.post("/v1/participants/ZZA/acts", renaming, expected=1, by=BY)
    assert refused(answer) == "actor-erased"


def test_who_acts_for_another_participant_under_the_same_id_is_nothing_here(
    registry: RunningRegistry,
) -> None:
    registry.sign()
    granted = makers.delegation_granted("ZZB", delegation_id=AS, term_to=date(2026, 1, 31))
    record(registry, granted)
    renaming = writes.act(makers.participant_renamed())
    answer = registry.post("/v1/participants/ZZA/acts", renaming, expected=1, by=BY)
    assert answer.status_code == 201
