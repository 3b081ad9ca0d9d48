"""Reporting over HTTP to who is signed in: what was disclosed is merged, and nothing is kept."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import httpx
import pytest

from contracts.authority.standing import Standing
from contracts.sealing import Disclosure
from contracts.validation import validate
from tests import makers
from tests.disclosing import Discloser
from tests.in_process import InProcess
from tests.issuing import bearer, token
from tests.makers import hidden, sealed
from tests.reporting.answering import Told, on
from tests.reporting.web.addresses import ASKED, OPERATIONS, address
from tests.reporting.web.reading import (
    AUDITOR,
    DELEGATE,
    FOCAL_POINT,
    HIDDEN,
    PLACES,
    REPORT,
    SECRETARIAT,
    STANDINGS,
    discloser_of,
    file_twice,
    get,
)


@pytest.fixture
def known(told: Told) -> Told:
    file_twice(told)
    return told


@pytest.fixture
def registry(known: Told) -> Discloser:
    return discloser_of(known)


@pytest.fixture
def client(known: Told, registry: Discloser) -> Iterator[InProcess]:
    with known.reading(registry) as client:
        yield client


@pytest.mark.parametrize("target", [place for place in PLACES if "diff" not in place])
@pytest.mark.parametrize("who", [FOCAL_POINT, DELEGATE, AUDITOR, SECRETARIAT])
def test_who_may_read_a_section_finds_it_where_others_find_a_marker(
    client: InProcess, target: str, who: tuple[str, str]
) -> None:
    before = get(client, target)
    assert HIDDEN not in before.text
    shown = get(client, target, *who)
    assert HIDDEN in shown.text
    assert shown.headers["concord-disclosed"]
    after = get(client, target)
    assert (after.content, after.headers["etag"]) == (before.content, before.headers["etag"])


def test_each_section_is_shown_to_those_it_is_for(client: InProcess) -> None:
    other = "What human_rights says."
    for who in (FOCAL_POINT, SECRETARIAT):
        assert other in get(client, REPORT, *who).text
    for who in (DELEGATE, AUDITOR):
        text = get(client, REPORT, *who).text
        assert (HIDDEN in text, other in text) == (True, False)


def test_what_was_disclosed_stays_marked_as_restricted(client: InProcess) -> None:
    row = get(client, f"{REPORT}/postulates/P5", *AUDITOR).json()["data"]["statement"]
    assert (row["status"], row["restricted"], row["visibility"]) == ("planned", True, "auditors")
    assert row["narrative"] == {"en": HIDDEN}
    assert row["publication"]["state"] == "sealed"
    version = get(client, f"{REPORT}/versions/1", *AUDITOR).json()["data"]
    assert version["statements"]["P5"]["narrative"] == {"en": HIDDEN}
    assert version["human_rights"].keys() == {"sealed", "visibility"}
    (section,) = (one for one in version["sections"] if one["section"] == "P5")
    assert section["seal"] == sealed("P5")["sealed"]


def test_a_difference_between_sections_that_were_disclosed_is_told(
    told: Told, known: Told, registry: Discloser
) -> None:
    other = Disclosure("/document/statements/P5", "c2FsdCBvZiBzaXh0ZWVuIQ",
                       {**hidden("P5").value, "narrative": {"en": "Something else."}})  # fmt: skip
    document = makers.national_report(
        statements={"P5": {"sealed": other.digest(), "visibility": "auditors"}}
    )
    known.tell(
        makers.corrigendum_filed(document=document, report_version=3, supersedes=2),
        at=on("2026-06-01"),
    )
    asked = known.disclosing(hidden("P5"), hidden("human_rights"), other)
    asked.standings.update(STANDINGS)
    target = f"{REPORT}/diff?from=2&to=3"
    with known.reading(asked) as client:
        assert "whether it says something else cannot be seen" in get(client, target).text
        told_apart = get(client, target, *AUDITOR).json()["data"]["changes"]
    changed = [one for one in told_apart if one["unit"] == "P5"]
    assert [(one["old"], one["new"]) for one in changed] == [(HIDDEN, "Something else.")]


@pytest.mark.parametrize("who", [
    ("focal-point:ZZB", "fp-other"), ("focal-point:ZZA", "fp-unknown"), ("drafter:ZZA", "fp-7Qm2"),
    ("auditor", "fp-7Qm2"), ("operator", "op-1"), ("secretariat", "sec-1", ("concord.write",)),
])  # fmt: skip
@pytest.mark.parametrize("target", PLACES)
def test_who_may_not_read_a_section_sees_what_everybody_sees_and_nobody_is_asked(
    client: InProcess, registry: Discloser, target: str, who: tuple[str, str]
) -> None:
    everybody, this_one = get(client, target), get(client, target, *who)
    assert without_actions(this_one.json()) == without_actions(everybody.json())
    assert "concord-disclosed" not in this_one.headers
    assert registry.asked == []


def without_actions(answer: Any) -> Any:
    answer["data"].pop("actions", None)
    return answer


def test_the_registry_has_the_last_word_on_what_is_disclosed(
    client: InProcess, registry: Discloser
) -> None:
    del registry.standings["auditor-4Tw1"]
    assert HIDDEN not in get(client, REPORT, *AUDITOR).text
    registry.answer = lambda _: httpx.Response(403)
    assert HIDDEN not in get(client, REPORT, *SECRETARIAT).text


def test_an_answer_to_one_reader_is_kept_by_nobody(client: InProcess, registry: Discloser) -> None:
    for target in (*PLACES, "/v1/participants", "/v1/obligations?format=csv", "/v1/projections"):
        answer = get(client, target, *SECRETARIAT)
        assert answer.headers.get_list("cache-control") == ["no-store"]
        assert "Authorization" in answer.headers["vary"]
        assert "etag" not in answer.headers
    asked = len(registry.asked)
    get(client, REPORT, *SECRETARIAT)
    assert len(registry.asked) > asked


def test_what_everybody_gets_says_that_others_may_get_something_else(client: InProcess) -> None:
    for target in (*PLACES, "/v1/participants"):
        assert "Authorization" in get(client, target).headers["vary"]


def test_only_the_token_and_the_address_of_the_reader_go_on_to_the_registry(
    client: InProcess, registry: Discloser
) -> None:
    made_up = {"x-forwarded-for": "203.0.113.9", "forwarded": "for=203.0.113.9"}
    headers = {**bearer(*AUDITOR), "cookie": "a=b", "x-request-id": "r-1", **made_up}
    client.get(REPORT, headers=headers)
    assert registry.headers
    for sent in registry.headers:
        assert sent["authorization"] == bearer(*AUDITOR)["authorization"]
        assert sent["x-forwarded-for"] == "127.0.0.1"  # who connected here
        assert not {"cookie", "forwarded"} & {name.lower() for name in sent}


def test_only_entries_that_have_something_for_this_reader_are_asked_for(
    client: InProcess, registry: Discloser
) -> None:
    get(client, f"{REPORT}/postulates/P1", *SECRETARIAT)
    assert registry.asked == []
    get(client, f"{REPORT}/postulates/P5", *SECRETARIAT)
    assert registry.asked == [9]


SHOWN_IN = ("/v1/reports/", "/v1/regional-reports/", "/v1/participants/{code}/overview")
"""Below these what is sealed in reports is shown to those who may read it."""


@pytest.mark.parametrize(
    "path", [path for path, _ in OPERATIONS if not path.startswith((*SHOWN_IN, "/health", "/metr"))]
)
def test_what_is_sealed_enters_no_figure_and_no_list_and_is_not_asked_for(
    known: Told, client: InProcess, registry: Discloser, path: str
) -> None:
    position = known.tell(makers.plan_registered("ZZA"), at=on("2026-05-02"))
    get(client, f"/v1/participants?min_position={position}")  # both answers know as much
    target = address(path, "query", "lang", "en") if path in WITH_A_LANGUAGE else path
    everybody, secretariat = get(client, target).json(), get(client, target, *SECRETARIAT).json()
    assert HIDDEN not in str(secretariat)
    assert without_any_actions(secretariat) == without_any_actions(everybody)
    assert registry.asked == []


WITH_A_LANGUAGE = {path for path, _, name in ASKED if name == "lang"}


def without_any_actions(answer: Any) -> Any:
    match answer:
        case dict():
            return {
                name: without_any_actions(one) for name, one in answer.items() if name != "actions"
            }
        case list():
            return [without_any_actions(one) for one in answer]
        case _:
            return answer


def test_an_earlier_answer_has_what_was_sealed_then_and_goes_by_who_the_reader_is_now(
    known: Told, client: InProcess, registry: Discloser
) -> None:
    known.now = known.now.replace(year=2027)  # the mandate is over
    registry.standings["auditor-4Tw1"] = Standing(
        first_day=date(2026, 1, 1), last_day=date(2026, 12, 31), participants=frozenset({"ZZA"})
    )
    target = f"{REPORT}?as_of=8&effective_on=2026-05-05"
    headers = {"authorization": f"Bearer {token(*AUDITOR, at=known.now)}"}
    late = client.get(target, headers=headers)
    assert late.status_code == 200
    assert HIDDEN not in late.text
    headers = {"authorization": f"Bearer {token(*SECRETARIAT, at=known.now)}"}
    assert HIDDEN in client.get(target, headers=headers).text


SALT = "c2FsdCBvZiBzaXh0ZWVuIQ"


def test_reasons_questions_and_answers_are_told_to_those_they_are_between(known: Told) -> None:
    said = {
        name: Disclosure(f"/{name}", SALT, {"P5": {"en": f"These are the {name}."}})
        for name in ("reasons", "questions", "answers")
    }
    marker = {name: {"sealed": one.digest()} for name, one in said.items()}
    known.tell(
        makers.review_opened(report_version=2),
        makers.clarification_requested(report_version=2, questions=marker["questions"]),
        makers.clarification_provided(report_version=2, answers=marker["answers"]),
        makers.report_returned(report_version=2, reasons=marker["reasons"]),
        at=on("2026-06-01"),
    )
    asked = known.disclosing(*said.values())
    asked.standings.update(STANDINGS)
    with known.reading(asked) as client:
        for target in (REPORT, f"{REPORT}/versions/2", f"{REPORT}/record", PLACES[-1]):
            for who in (SECRETARIAT, FOCAL_POINT):
                answer = get(client, target, *who)
                assert all(f"the {name}." in answer.text for name in said), (target, who)
                assert validate(answer.json(), answer.links["describedby"]["url"]) == []
            for others in (DELEGATE, AUDITOR, ("focal-point:ZZB", "fp-other"), ()):
                assert "These are the" not in get(client, target, *others).text
