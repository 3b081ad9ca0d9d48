"""Registry web: only whom the register knows acts, in the term, and a drafter on drafts alone."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, cast

import httpx
import pytest

from services.registry.handling import Register
from services.registry.log import Log
from tests import makers, writes
from tests.registry.test_handling import BusyLog
from tests.registry.web.drafting import record
from tests.registry.web.routes import WRITES
from tests.running_registry import RunningRegistry

BY = "delegate"
AS = "actor-delegate"
"""The actor of that token."""
FOCAL_POINT = "actor-ZZA"
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


def test_whom_the_register_does_not_know_writes_nothing_until_it_is_told(
    registry: RunningRegistry, path: str
) -> None:
    size = registry.size
    assert refused(sent(registry, path, "ZZA")) == "not-known-to-the-register"
    assert registry.size == size
    record(registry, makers.focal_point_designated(focal_point_id="actor-ZZA"))
    assert sent(registry, path, "ZZA").status_code != 403


def test_who_is_not_in_office_any_more_writes_nothing(registry: RunningRegistry) -> None:
    registry.sign()
    record(registry, makers.focal_point_designated(focal_point_id=FOCAL_POINT))
    renaming = writes.act(makers.participant_renamed())
    acts = "/v1/participants/ZZA/acts"
    registry.record(acts, renaming, expected=1, by="ZZA", key="in-office")
    record(registry, makers.focal_point_designation_ended(focal_point_id=FOCAL_POINT))
    other = renaming | {"name": {"en": "Another name"}}
    assert refused(registry.post(acts, other, expected=2, by="ZZA")) == "outside-the-term"
    again = registry.post(acts, renaming, expected=1, by="ZZA", key="in-office")
    assert (again.status_code, again.json()["replayed"]) == (201, True)
    assert registry.post(acts, other, expected=2).status_code == 201


def test_who_cannot_be_identified_any_more_writes_nothing(registry: RunningRegistry) -> None:
    registry.sign()
    record(registry, makers.focal_point_designated(focal_point_id=FOCAL_POINT))
    record(registry, makers.personal_data_erased(person_id=FOCAL_POINT))
    renaming = writes.act(makers.participant_renamed())
    answer = registry.post("/v1/participants/ZZA/acts", renaming, expected=1, by="ZZA")
    assert refused(answer) == "actor-erased"


def test_who_acts_for_another_participant_under_the_same_id_is_nothing_here(
    registry: RunningRegistry,
) -> None:
    registry.sign()
    record(registry, makers.focal_point_designated("ZZB", focal_point_id=FOCAL_POINT))
    renaming = writes.act(makers.participant_renamed())
    answer = registry.post("/v1/participants/ZZA/acts", renaming, expected=1, by="ZZA")
    assert refused(answer) == "not-known-to-the-register"


def test_who_was_delegated_to_is_no_focal_point_whatever_the_token_says(
    registry: RunningRegistry,
) -> None:
    registry.sign()
    record(registry, makers.focal_point_designated())
    record(registry, makers.delegation_granted(delegation_id=FOCAL_POINT))
    renaming = writes.act(makers.participant_renamed())
    answer = registry.post("/v1/participants/ZZA/acts", renaming, expected=1, by="ZZA")
    assert refused(answer) == "not-known-to-the-register"


def test_the_first_focal_point_is_designated_by_the_secretariat_and_the_next_by_the_first(
    registry: RunningRegistry,
) -> None:
    registry.sign()
    path = "/v1/participants/ZZA/focal-points"
    first = writes.focal_point(focal_point_id="actor-ZZA")
    assert refused(registry.post(path, first, by="ZZA")) == "not-known-to-the-register"
    registry.record(path, first)
    registry.record(path, writes.focal_point(focal_point_id="actor-ZZA-2"), expected=1, by="ZZA")
    renaming = writes.act(makers.participant_renamed())
    registry.record("/v1/participants/ZZA/acts", renaming, expected=1, by="ZZA-2")


def test_a_revocation_between_the_reading_and_the_writing_is_not_passed_over(
    registry: RunningRegistry,
) -> None:
    """Whose term ends while the decision is made does not get it recorded."""
    registry.sign()
    registry.designate("ZZA")
    register: Register = registry.app.state.register
    ended = makers.focal_point_designation_ended(focal_point_id="actor-ZZA")

    def once() -> Iterator[None]:
        record(registry, ended)
        yield
        while True:
            yield

    meanwhile = once()
    busy = replace(register, log=cast("Log", BusyLog(register.log, lambda: next(meanwhile))))
    registry.app.state.register = busy
    renaming = writes.act(makers.participant_renamed())
    answer = registry.post("/v1/participants/ZZA/acts", renaming, expected=1, by="ZZA")
    assert refused(answer) == "outside-the-term"
    assert registry.opened.log.stream_version("focal-point-ZZA") == 2
    assert registry.opened.log.stream_version("participation-ZZA") == 1
