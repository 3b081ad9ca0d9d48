"""Reporting over HTTP to who is signed in, when something is wrong: nothing leaks or is made up."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import httpx
import pytest

from contracts.sealing import Disclosure
from services.kit.errors import Unavailable
from services.kit.principal import Principal
from services.reporting.app import create_app
from services.reporting.database import make_reporting_engine
from tests import makers
from tests.databases import ON_SQLITE
from tests.disclosing import Discloser, answered
from tests.in_process import InProcess, client_of
from tests.issuing import authenticate, bearer
from tests.makers import hidden, sealed
from tests.reporting.answering import Told, on
from tests.reporting.web.reading import (
    AUDITOR,
    HIDDEN,
    PLACES,
    REPORT,
    SECRETARIAT,
    STANDINGS,
    discloser_of,
    file_twice,
    get,
)

pytestmark = ON_SQLITE  # what goes wrong here is no database's affair


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
