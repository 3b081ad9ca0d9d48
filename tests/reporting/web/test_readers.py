"""Reporting over HTTP to who is signed in: what was disclosed is merged, and nothing is kept."""

from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import httpx
import pytest

from contracts.authority.standing import Standing
from contracts.sealing import Disclosure
from contracts.validation import validate
from services.kit.errors import Unavailable
from services.kit.principal import Principal
from services.reporting.app import create_app
from services.reporting.database import make_reporting_engine
from tests import makers
from tests.disclosing import Discloser, answered
from tests.in_process import InProcess, client_of
from tests.issuing import authenticate, bearer, token
from tests.makers import hidden, sealed, statement
from tests.reporting.answering import Told, on

REPORT = "/v1/reports/ZZA/2026"
HIDDEN = "What P5 says."
PLACES = (
    REPORT,
    f"{REPORT}/postulates/P5",
    f"{REPORT}/versions/1",
    f"{REPORT}/record",
    f"{REPORT}/diff?from=1&to=2",
)
"""Every answer in which a sealed section has a marker."""
FOCAL_POINT = ("focal-point:ZZA", "fp-7Qm2")
DELEGATE = ("drafter:ZZA", "dl-3Kx9")
AUDITOR = ("auditor", "auditor-4Tw1")
SECRETARIAT = ("secretariat", "sec-1")


def standing(code: str, **more: Any) -> Standing:
    return Standing(
        first_day=date(2025, 1, 1), last_day=None, participants=frozenset({code}), **more
    )


STANDINGS = {
    "fp-7Qm2": standing("ZZA"),
    "fp-other": standing("ZZB"),
    "dl-3Kx9": standing("ZZA", units=frozenset({"P5", "P6"})),
    "auditor-4Tw1": standing("ZZA", cycles=frozenset({"2026"})),
}


@pytest.fixture
def known(told: Told) -> Told:
    """ZZA reported twice, each time with P5 for auditors and human rights for the secretariat."""
    told.tell(
        makers.signature_recorded("ZZA"),
        makers.signature_recorded("ZZB"),
        makers.cycle_opened("2026"),
        makers.focal_point_designated("ZZA"),
        makers.focal_point_designated("ZZB", focal_point_id="fp-other"),
        makers.delegation_granted("ZZA"),
        makers.mandate_granted(),
        at=on("2026-02-01"),
    )
    document = makers.national_report(
        statements={"P1": statement("One law."), "P5": sealed("P5", visibility="auditors")},
        human_rights=sealed("human_rights", visibility="secretariat"),
    )
    told.tell(makers.report_submitted(document=document), at=on("2026-04-01"))
    corrected = makers.national_report(
        statements={"P1": statement("Two laws."), "P5": sealed("P5", visibility="auditors")},
        human_rights=sealed("human_rights", visibility="secretariat"),
    )
    told.tell(makers.corrigendum_filed(document=corrected), at=on("2026-05-01"))
    return told


@pytest.fixture
def registry(known: Told) -> Discloser:
    registry = known.disclosing(hidden("P5"), hidden("human_rights"))
    registry.standings.update(STANDINGS)
    return registry


@pytest.fixture
def client(known: Told, registry: Discloser) -> Iterator[InProcess]:
    with known.reading(registry) as client:
        yield client


def get(client: InProcess, target: str, *who: Any) -> httpx.Response:
    answer = client.get(target, headers=bearer(*who) if who else {})
    assert answer.status_code == 200, answer.text
    return answer


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


def test_only_the_token_goes_on_to_the_registry(client: InProcess, registry: Discloser) -> None:
    headers = {**bearer(*AUDITOR), "cookie": "a=b", "x-request-id": "r-1", "x-forwarded-for": "::1"}
    client.get(REPORT, headers=headers)
    for sent in registry.headers:
        assert sent["authorization"] == bearer(*AUDITOR)["authorization"]
        assert not {"cookie", "x-forwarded-for"} & {name.lower() for name in sent}


def test_only_entries_that_have_something_for_this_reader_are_asked_for(
    client: InProcess, registry: Discloser
) -> None:
    get(client, f"{REPORT}/postulates/P1", *SECRETARIAT)
    assert registry.asked == []
    get(client, f"{REPORT}/postulates/P5", *SECRETARIAT)
    assert registry.asked == [9]


def broken(_: int) -> httpx.Response:
    raise httpx.ConnectError("refused")


def slow(_: int) -> httpx.Response:
    raise httpx.ReadTimeout("nothing came")


AWAY = {
    "is not there": broken,
    "is slow": slow,
    "fails": lambda _: httpx.Response(500),
    "is busy": lambda _: httpx.Response(503, headers={"retry-after": "7"}),
    "limits": lambda _: httpx.Response(429, headers={"retry-after": "9"}),
    "sends elsewhere": lambda _: httpx.Response(
        302, headers={"location": "http://elsewhere.test/v1/disclosures/8"}
    ),
    "does not know the entry": lambda _: httpx.Response(404),
}


@pytest.mark.parametrize("how", AWAY)
def test_while_the_registry_is_away_nothing_is_said_to_be_restricted(
    client: InProcess, registry: Discloser, how: str
) -> None:
    registry.answer = AWAY[how]
    answer = client.get(REPORT, headers=bearer(*AUDITOR))
    assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")
    assert int(answer.headers["retry-after"]) >= 1
    assert get(client, REPORT).status_code == 200
    registry.answer = lambda _: None
    assert HIDDEN in get(client, REPORT, *AUDITOR).text


def test_a_token_that_the_registry_does_not_take_is_refused(
    client: InProcess, registry: Discloser
) -> None:
    registry.answer = lambda _: httpx.Response(401)
    answer = client.get(REPORT, headers=bearer(*AUDITOR))
    assert answer.status_code == 401
    assert 'error="invalid_token"' in answer.headers["www-authenticate"]


OTHER = Disclosure("/document/statements/P5", "c2FsdCBvZiBzaXh0ZWVuIQ", {"narrative": {"en": "No"}})
FORGED = {
    "another text": lambda position: answered(position, [OTHER.encoded()]),
    "no disclosure": lambda position: answered(position, ["bm90IGEgZGlzY2xvc3VyZQ"]),
    "another entry": lambda position: answered(position + 1, [hidden("P5").encoded()]),
    "no JSON": lambda _: httpx.Response(200, content=b"{"),
    "another answer": lambda _: httpx.Response(200, content=b"[]"),
    "too much": lambda _: httpx.Response(200, content=b" " * (4 * 2**20 + 1)),
}


@pytest.mark.parametrize("what", FORGED)
def test_what_the_log_has_not_sealed_is_never_shown(
    client: InProcess, registry: Discloser, what: str
) -> None:
    registry.answer = FORGED[what]
    answer = client.get(REPORT, headers=bearer(*AUDITOR))
    assert (answer.status_code, answer.json()["code"]) == (502, "verification-failed")
    assert HIDDEN not in answer.text


def test_a_disclosure_of_another_section_than_was_asked_for_is_passed_over(
    client: InProcess, registry: Discloser
) -> None:
    told = [hidden(name).encoded() for name in ("P5", "human_rights", "P6")]
    registry.answer = lambda position: answered(position, told)
    text = get(client, f"{REPORT}/postulates/P5", *SECRETARIAT).text
    assert (HIDDEN in text, "human_rights says" in text, "P6 says" in text) == (True, False, False)


def test_what_was_erased_is_a_marker_for_everybody(known: Told) -> None:
    with known.reading(known.disclosing()) as client:
        answer = get(client, REPORT, *SECRETARIAT)
    assert HIDDEN not in answer.text
    assert "concord-disclosed" not in answer.headers


def test_a_bad_token_is_refused_at_every_address_and_never_passed_over(client: InProcess) -> None:
    for target in (*PLACES, "/v1/participants", "/v1/projections", "/v1/mandates?format=csv"):
        answer = client.get(target, headers={"authorization": "Bearer x.y.z"})
        assert (answer.status_code, answer.json()["code"]) == (401, "unauthenticated")
        assert answer.headers["www-authenticate"].startswith("Bearer")
        assert answer.headers["cache-control"] == "no-store"
    for role in ("nobody", "focal-point:zza"):
        answer = client.get(REPORT, headers=bearer(role, "somebody"))
        assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")


def test_without_an_issuer_a_token_is_refused(known: Told) -> None:
    with known.client() as client:
        answer = client.get(REPORT, headers=bearer(*SECRETARIAT))
    assert (answer.status_code, answer.json()["code"]) == (401, "unauthenticated")


def test_what_is_sealed_enters_no_figure_and_no_list_of_who_may_read_it(client: InProcess) -> None:
    for target in (
        "/v1/aggregates/matrix?cycle=2026",
        "/v1/aggregates/pillar-balance",
        "/v1/rates?cycle=2026&dimension=reporting_unit",
        "/v1/obligations",
        "/v1/commitments",
        "/v1/reviews",
    ):
        everybody, secretariat = (
            get(client, target).json(),
            get(client, target, *SECRETARIAT).json(),
        )
        assert HIDDEN not in str(secretariat)
        for row in (*everybody["data"], *secretariat["data"]):
            row.pop("actions", None)
        assert secretariat == everybody


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


def test_while_the_keys_of_the_issuer_are_away_a_token_gets_503_and_everybody_an_answer(
    known: Told,
) -> None:
    async def away(headers: Sequence[str]) -> Principal:
        raise Unavailable("the keys cannot be had", retry_after_seconds=5)

    with client_of(create_app(known.engine, clock=known.clock, authenticate=away)) as client:
        answer = client.get(REPORT, headers=bearer(*SECRETARIAT))
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
        assert get(client, REPORT).status_code == 200


def test_while_the_database_is_away_a_reader_gets_503(known: Told, tmp_path: Path) -> None:
    engine = make_reporting_engine(f"sqlite:///{tmp_path}/nowhere/reporting.db")
    app = create_app(engine, clock=known.clock, authenticate=authenticate(known.clock))
    with client_of(app) as client:
        answer = client.get(REPORT, headers=bearer(*SECRETARIAT))
    assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")
    assert int(answer.headers["retry-after"]) >= 1
    engine.dispose()


def test_more_entries_than_are_opened_at_once_are_refused_with_a_way_out(known: Told) -> None:
    for number in range(3, 68):
        document = makers.national_report(
            statements={"P5": sealed("P5", visibility="auditors")}, cover={"language": "en"}
        )
        filed: dict[str, Any] = {"report_version": number, "supersedes": number - 1}
        known.registry.append(
            makers.corrigendum_filed(document=document, **filed), at=on("2026-06-01")
        )
    known.project()
    asked = known.disclosing(hidden("P5"))
    asked.standings.update(STANDINGS)
    with known.reading(asked) as client:
        record = client.get(f"{REPORT}/record", headers=bearer(*AUDITOR))
        assert (record.status_code, record.json()["code"]) == (422, "too-much-sealed")
        assert asked.asked == []
        assert HIDDEN in get(client, f"{REPORT}/versions/67", *AUDITOR).text
