"""Reporting over HTTP: every answer says where it stands, and is what its contract says."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import insert

from contracts.catalogue import BASE
from contracts.validation import validate
from services.reporting.projections.head import parked_participant
from services.reporting.status import record_stopped
from tests import makers
from tests.in_process import InProcess
from tests.reporting.answering import NOW, Told, on
from tests.reporting.projected import digests
from tests.twins import faults

ADDRESSES = {
    "participants": "/v1/participants",
    "participant": "/v1/participants/ZZA",
    "national-overview": "/v1/participants/ZZA/overview?cycle=2026",
    "regional-report": "/v1/regional-reports/ORG-ZZO/2026",
    "people": "/v1/participants/ZZA/people",
    "mandates": "/v1/mandates",
    "report": "/v1/reports/ZZA/2026",
    "report-statement": "/v1/reports/ZZA/2026/postulates/P1",
    "report-version": "/v1/reports/ZZA/2026/versions/1",
    "report-record": "/v1/reports/ZZA/2026/record",
    "report-diff": "/v1/reports/ZZA/2026/diff?from=1&to=2",
    "rates": "/v1/rates?cycle=2026",
    "rate-explanation": "/v1/rates/explain?cycle=2026&metric=reporting_rate",
    "rate-changes": "/v1/rates/changes?cycle=2026&methodology=2.0.0",
    "matrix": "/v1/aggregates/matrix?cycle=2026",
    "aggregate": "/v1/aggregates/postulates?cycle=2026",
    "aggregate-explanation": "/v1/aggregates/explain?aggregate=postulates&cycle=2026"
    "&metric=share_of_statements&counted_under=not_reported",
    "pillar-balance": "/v1/aggregates/pillar-balance?cycle=2026",
    "plans": "/v1/plans",
    "plan": "/v1/plans/ZZA-PLAN-1",
    "commitments": "/v1/commitments",
    "cycles": "/v1/cycles",
    "obligations": "/v1/obligations",
    "publications": "/v1/publications",
    "findings": "/v1/findings",
    "recommendations": "/v1/recommendations",
    "observations": "/v1/observations",
    "assistance": "/v1/assistance",
    "evidence": "/v1/evidence",
    "assistance-needs": "/v1/aggregates/assistance",
    "changes": "/v1/changes",
    "availability": "/v1/availability",
    "methods": "/v1/methods",
    "dimension": "/v1/dimensions/participants",
}
LABEL = "illustrative compilation from public sources, not a submission by the State"


@pytest.fixture
def known(told: Told) -> Told:
    """A register in which everything happened that this edition has events for."""
    told.tell_in_order(
        (on("2026-01-02"), makers.signature_recorded("ZZA", name={"en": "A", "fr": "A fictif"})),
        (on("2026-01-02"), makers.signature_recorded("ZZB")),
        (on("2026-01-02"), makers.signature_recorded("ZZC", claim_status="probable")),
        (on("2026-01-02"), makers.signature_recorded("ZZD")),
        (on("2026-01-03"), makers.membership_recorded("ZZA")),
        (on("2026-01-03"), makers.declaration_lodged("ZZA")),
        (on("2026-01-03"), makers.participant_renamed("ZZA")),
        (on("2026-01-03"), makers.act_rectified("ZZA")),
        (on("2026-01-04"), makers.cycle_opened("2025")),
        (on("2026-01-04"), makers.cycle_opened("2026")),
        (on("2026-01-05"), makers.plan_registered("ZZA")),
        (on("2026-03-01"), makers.report_submitted("ZZA")),
        (on("2026-03-02"), makers.report_returned("ZZA")),
        (on("2026-03-03"), makers.corrigendum_filed("ZZA")),
        (on("2026-03-04"), makers.report_accepted("ZZA", report_version=2)),
        (on("2026-03-05"), makers.report_submitted("ZZB", document=makers.compilation("ZZB"))),
        (on("2026-03-06"), makers.report_submitted("ZZD", "2025")),
        (on("2026-03-07"), makers.nothing_new_declared("ZZD")),
        (on("2026-03-08"), makers.withdrawal_notified("ZZC", effective_on=date(2027, 1, 1))),
        (on("2026-03-09"), makers.withdrawal_rescinded("ZZC")),
    )
    return told


@pytest.fixture
def client(known: Told) -> Iterator[InProcess]:
    with known.client() as client:
        yield client


def get(client: InProcess, target: str, **options: Any) -> Any:
    answer = client.get(target, **options)
    assert answer.status_code == 200, answer.text
    return answer.json()


VARIATIONS = ("", "as_of=0", "as_of=12", "lang=fr", "effective_on=2026-03-02")


@pytest.mark.parametrize("name", ADDRESSES)
def test_an_answer_obeys_its_contract_and_holds_nothing_else(client: InProcess, name: str) -> None:
    for asked in VARIATIONS:
        answer = client.get(with_query(ADDRESSES[name], asked))
        if answer.status_code == 404:
            assert asked in {"as_of=0", "as_of=12", "effective_on=2026-03-02"}
            continue
        assert answer.status_code == 200, answer.text
        assert validate(answer.json(), f"answers/{name}") == []
        assert faults(name, answer.json()) == []
        assert answer.links["describedby"]["url"] == f"{BASE}answers/{name}/1.0.0/schema.json"


def with_query(target: str, asked: str) -> str:
    return f"{target}{'&' if '?' in target else '?'}{asked}"


def test_every_participants_answers_obey_their_contracts(client: InProcess) -> None:
    for code in ("ZZA", "ZZB", "ZZC", "ZZD"):
        for cycle in ("2025", "2026"):
            assert faults("report", get(client, f"/v1/reports/{code}/{cycle}")) == []
        assert faults("participant", get(client, f"/v1/participants/{code}")) == []


def test_an_answer_says_where_it_stands_and_what_it_is_not(client: InProcess) -> None:
    for target in ADDRESSES.values():
        answer = get(client, target)
        assert (answer["position"], answer["recorded_at"]) == (20, "2026-03-09T12:00:00.000000Z")
        assert (answer["as_of"], answer["effective_on"]) == (None, "2026-11-21")
        assert (answer["methodology_version"], answer["incomplete"]) == ("1.0.0", [])
        assert "not a measure of compliance" in answer["disclaimer"]


@pytest.mark.parametrize("asked", ["", "as_of=2026-03-07T23:00:00%2B02:00", "as_of=2026-03-08"])
def test_the_address_by_position_and_day_gives_the_same(client: InProcess, asked: str) -> None:
    for target in ADDRESSES.values():
        first = client.get(with_query(target, asked))
        again = client.get(first.headers["content-location"])
        assert again.status_code == 200
        body, other = first.json(), again.json()
        of_asking = {"as_of": None, "projector_state": None}
        assert {**body, **of_asking} == {**other, **of_asking}
        assert again.headers["content-location"] == first.headers["content-location"]
        assert again.headers["cache-control"] == "public, max-age=3600"


def test_every_row_names_its_voice_and_every_fact_its_entries(client: InProcess) -> None:
    for target in ADDRESSES.values():
        data = get(client, target)["data"]
        for row in data if isinstance(data, list) else [data]:
            assert row["asserted_by"] in {"participant", "secretariat", "auditor", "system"}
            assert "positions" in row or "figure" in row or "metric" in row


def test_an_illustrative_compilation_is_labelled_everywhere_it_appears(client: InProcess) -> None:
    report = get(client, "/v1/reports/ZZB/2026")["data"]
    assert report["origin_label"] == LABEL
    assert report["versions"][0]["origin_label"] == LABEL
    stated = [row for row in report["statements"] if row["stated"]]
    assert stated
    assert {row["origin_label"] for row in stated} == {LABEL}
    rows = {row["participant"]: row for row in get(client, ADDRESSES["matrix"])["data"]}
    assert rows["ZZB"]["origin_label"] == LABEL
    assert rows["ZZA"]["origin_label"] is None
    outside = get(client, ADDRESSES["rate-explanation"])["data"]["outside"]
    assert [row["origin_label"] for row in outside] == [LABEL]


def test_switching_the_language_changes_no_number_and_no_code(client: InProcess) -> None:
    for target in ADDRESSES.values():
        english = get(client, with_query(target, "lang=en"))
        for language in ("fr", "ar", "kk", "zh-Hans-CN"):
            other = get(client, with_query(target, f"lang={language}"))
            assert without_words(other) == without_words(english)


def without_words(value: Any) -> Any:
    """Leave out language maps and our own texts."""
    if isinstance(value, list):
        return [without_words(one) for one in value]
    if not isinstance(value, dict):
        return value
    return {
        name: without_words(one)
        for name, one in value.items()
        if name not in {"disclaimer", "origin_label", "sentence"}
        and not (isinstance(one, dict) and set(one) & {"en", "fr"})
    }


def test_a_language_falls_back_to_what_there_is_and_says_so(client: InProcess) -> None:
    asked = "effective_on=2020-01-01"
    french = client.get(f"/v1/participants?lang=fr-CA&{asked}")
    names = {row["participant"]: row["name"] for row in french.json()["data"]}
    assert names["ZZA"] == {"fr": "A fictif"}
    assert names["ZZB"] == {"en": "Fictitious ZZB"}
    assert french.headers["content-language"] == "en, fr"
    assert french.json()["disclaimer"].startswith("Le contenu")
    whole = client.get(f"/v1/participants?{asked}")
    assert whole.json()["data"][0]["name"] == {"en": "A", "fr": "A fictif"}
    assert "content-language" not in whole.headers


def test_a_list_comes_in_pages_that_stand_at_one_position(client: InProcess, known: Told) -> None:
    first = client.get("/v1/participants?limit=2")
    link = next_link(first.headers["link"])
    known.tell(makers.signature_recorded("ZZE"))
    get(client, "/v1/participants?min_position=21")
    seen = [row["participant"] for row in first.json()["data"]]
    while link:
        page = client.get(link)
        assert page.json()["position"] == 20
        seen += [row["participant"] for row in page.json()["data"]]
        link = next_link(page.headers["link"])
    assert seen == ["ZZA", "ZZB", "ZZC", "ZZD"]


def next_link(header: str) -> str | None:
    found = [part for part in header.split(", ") if part.endswith('rel="next"')]
    return found[0].partition(">")[0].removeprefix("<") if found else None


def test_what_the_projector_holds_back_is_named_in_every_answer_that_misses_it(
    client: InProcess, known: Told
) -> None:
    park(known, "ZZB", since=17)
    get(client, "/v1/participants?min_position=21")
    missing = [{"participant": "ZZB", "since_position": 17}]
    assert get(client, ADDRESSES["rates"])["incomplete"] == missing
    assert get(client, "/v1/reports/ZZB/2026")["incomplete"] == missing
    assert get(client, "/v1/reports/ZZA/2026")["incomplete"] == []
    assert get(client, f"{ADDRESSES['rates']}&as_of=16")["incomplete"] == []
    csv = client.get(f"{ADDRESSES['rates']}&format=csv")
    assert "ZZB since 17" in csv.text
    assert csv.headers["concord-incomplete"] == "ZZB;since=17"


def test_what_may_be_released_at_any_time_is_kept_for_a_moment_only(
    client: InProcess, known: Told
) -> None:
    park(known, "ZZB", since=17)
    get(client, "/v1/participants?min_position=21")
    ages = {
        target: client.get(f"{target}?as_of=20").headers["cache-control"]
        for target in ("/v1/participants", "/v1/reports/ZZB/2026", "/v1/reports/ZZA/2026")
    }
    assert list(ages.values()) == [
        "public, max-age=2",
        "public, max-age=2",
        "public, max-age=3600",
    ]
    before = client.get("/v1/participants?as_of=16")
    assert before.headers["cache-control"] == "public, max-age=3600"


def test_a_header_names_only_so_many_who_are_held_back(client: InProcess, known: Told) -> None:
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    for code in [f"Z{a}{b}" for a in "AB" for b in letters]:
        with known.engine.begin() as connection:
            row = {"generation": 1, "participant": code, "since_position": 9, "reason": "a test"}
            connection.execute(insert(parked_participant).values(row))
    park(known, "ZZB", since=17)
    answer = client.get("/v1/participants?min_position=21")
    assert len(answer.json()["incomplete"]) == 53
    assert answer.headers["concord-incomplete"].endswith(", ZBX;since=9, others;count=3")


def test_of_whom_everything_is_held_back_nobody_is_told_that_it_does_not_exist(
    client: InProcess, known: Told
) -> None:
    park(known, "SYR", since=20)
    get(client, "/v1/participants?min_position=21")
    for target in (
        "/v1/participants/SYR",
        "/v1/reports/SYR/2026",
        "/v1/reports/SYR/2026/postulates/P1",
        "/v1/reports/SYR/2026/versions/1",
    ):
        answer = client.get(target)
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "60")
        expected = "what was recorded of this participant is held back since position 20"
        assert answer.json()["detail"] == expected
        assert client.get(f"{target}?as_of=19").status_code == 404
    assert client.get("/v1/participants/SYA").status_code == 404
    park(known, "ZZA", since=21)
    get(client, "/v1/participants?min_position=22")
    assert client.get("/v1/reports/ZZA/2026/versions/2").status_code == 200
    assert client.get("/v1/reports/ZZA/2026/versions/3").status_code == 503


def park(told: Told, participant: str, *, since: int) -> None:
    """Hold a participant back as the projector would, then let the head move on."""
    with told.engine.begin() as connection:
        row = {
            "generation": 1,
            "participant": participant,
            "since_position": since,
            "reason": "made by a test",
        }
        connection.execute(insert(parked_participant).values(row))
    told.tell(makers.signature_recorded("ZZE"))


def test_the_status_of_the_projections_is_of_this_very_moment(
    client: InProcess, known: Told
) -> None:
    answer = client.get("/v1/projections")
    assert answer.headers["cache-control"] == "no-store"
    status = answer.json()
    assert faults("projections", status) == []
    assert (status["position"], status["seen_size"], status["lag_entries"]) == (20, 20, 0)
    assert (status["state"], status["parked"], status["lag_seconds"]) == ("running", [], 0)
    assert status["seen_at"].startswith(NOW.date().isoformat())
    assert known.registry.size == 20


def test_measurements_say_how_far_behind_it_is(client: InProcess) -> None:
    get(client, "/v1/participants")
    text = client.get("/metrics").text
    assert "reporting_position 20.0" in text
    assert "reporting_lag_entries 0.0" in text
    assert "reporting_parked_participants 0.0" in text
    assert "reporting_answers_missed_total" in text


def test_it_is_ready_once_the_head_is_known(client: InProcess) -> None:
    assert get(client, "/health/ready") == {"status": "ready", "checks": ["head", "projections"]}
    assert get(client, "/health/live") == {"status": "alive"}


def test_it_says_what_it_waits_for_until_there_is_something_to_answer_from(told: Told) -> None:
    told.registry.append(makers.signature_recorded("ZZA"))
    with told.client() as client:
        answer = client.get("/health/ready")
        assert answer.status_code == 503
        assert answer.json()["detail"] == "nothing is projected yet: no projector has begun"
        told.project()
        get(client, "/v1/participants?min_position=1")
        assert get(client, "/health/ready")["status"] == "ready"


def test_an_answer_says_that_the_projector_no_longer_moves_on(known: Told) -> None:
    with known.client() as client:
        first = client.get("/v1/participants")
        assert first.json()["projector_state"] == "running"
    with known.engine.begin() as connection:
        record_stopped(connection, 1, "expected another root", 21)
    with known.client() as client:
        second = client.get("/v1/participants")
        assert second.json()["projector_state"] == "stopped"
        assert second.headers["etag"] != first.headers["etag"]
        assert get(client, "/v1/participants?as_of=20")["projector_state"] is None
        status = get(client, "/v1/projections")
        assert (status["state"], status["reason"]) == ("stopped", "expected another root")
        assert faults("projections", status) == []
        assert get(client, "/health/ready")["status"] == "ready"


def test_an_answer_says_that_the_projector_is_not_heard_of(known: Told) -> None:
    known.now += timedelta(seconds=181)
    with known.client() as client:
        answer = get(client, "/v1/participants")
        assert answer["projector_state"] == "silent"
        assert faults("participants", answer) == []
        assert get(client, "/v1/projections")["state"] == "silent"
        assert "reporting_projector_silent 1.0" in client.get("/metrics").text


def test_digests_are_told_on_request_and_are_those_of_the_command(
    client: InProcess, known: Told
) -> None:
    assert get(client, "/v1/projections")["digests"] is None
    status = get(client, "/v1/projections?digest=true")
    assert faults("projections", status) == []
    told = status["digests"]
    assert (told["position"], told["parked"]) == (20, [])
    own = {name: one["sha256"] for name, one in told["projections"].items()}
    assert own == digests(known.engine)
    known.tell(makers.signature_recorded("ZZE"))
    get(client, "/v1/participants?min_position=21")
    assert get(client, "/v1/projections?digest=true")["digests"] == told, "not hashed each time"
    park(known, "ZZB", since=17)
    get(client, "/v1/participants?min_position=22")
    anew = get(client, "/v1/projections?digest=true")["digests"]
    assert (anew["position"], anew["parked"]) == (22, ["ZZB"])


def test_the_version_to_send_back_counts_what_is_held_back_too(
    client: InProcess, known: Told
) -> None:
    with known.engine.begin() as connection:
        row = {"generation": 1, "participant": "ZZA", "since_position": 21, "reason": "a test"}
        connection.execute(insert(parked_participant).values(row))
    known.tell(makers.participant_renamed("ZZA"))
    row = get(client, "/v1/participants/ZZA?min_position=21")
    assert row["incomplete"] == [{"participant": "ZZA", "since_position": 21}]
    assert (row["data"]["version"], len(row["data"]["timeline"])) == (6, 5)
