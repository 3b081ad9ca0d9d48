"""Reporting over HTTP: what was known then and is known now, of a day before and a day after."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from contracts.events import RegistryEvent
from tests import makers
from tests.in_process import InProcess
from tests.reporting.answering import Told, on
from tests.twins import faults

KNOWN_FIRST, KNOWN_LATER = "2026-02-01", "2026-06-01"


@pytest.fixture
def client(told: Told) -> Iterator[InProcess]:
    with told.client() as client:
        yield client


def told_twice(told: Told, first: tuple[RegistryEvent, ...], later: RegistryEvent) -> None:
    """Tell what was known in February, and what became known in June."""
    told.tell_in_order(*((on("2026-01-10"), event) for event in first), (on("2026-05-10"), later))


def participant(client: InProcess, code: str, known: str, day: str) -> dict[str, Any]:
    answer = client.get(f"/v1/participants/{code}?as_of={known}&effective_on={day}")
    assert answer.status_code == 200, answer.text
    assert faults("participant", answer.json()) == []
    data: dict[str, Any] = answer.json()["data"]
    return data


def standings(client: InProcess, code: str, before: str, after: str) -> list[str]:
    """Give the standing at the four corners: as known first on both days, then as known later."""
    return [
        participant(client, code, known, day)["standing"]
        for known in (KNOWN_FIRST, KNOWN_LATER)
        for day in (before, after)
    ]


def test_a_rectified_day_of_signature(told: Told, client: InProcess) -> None:
    """Recorded for 1 March 2019; in May 2026 it turns out to have been 27 February."""
    told_twice(told, (makers.signature_recorded(),), makers.act_rectified())
    assert standings(client, "ZZA", "2019-02-26", "2019-02-28") == [
        *("not_yet", "not_yet"),
        *("not_yet", "certain"),
    ]
    row = participant(client, "ZZA", KNOWN_LATER, "2019-02-28")
    assert (row["positions"], row["since"]["effective_on"]) == ([1, 2], "2019-02-27")


def test_a_membership_that_changed(told: Told, client: InProcess) -> None:
    """A member since 2020, it is said; in May 2026 it turns out: since 2022."""
    told_twice(
        told,
        (makers.signature_recorded(), makers.membership_recorded()),
        makers.act_rectified(rectifies=2, effective_on=date(2022, 1, 1)),
    )

    def in_effect(known: str, day: str) -> str:
        rows = participant(client, "ZZA", known, day)["memberships"]
        (standing,) = [row["in_effect"] for row in rows if row["known_to"] is None]
        return str(standing)

    corners = [
        in_effect(known, day)
        for known in (KNOWN_FIRST, KNOWN_LATER)
        for day in ("2021-01-01", "2023-01-01")
    ]
    assert corners == ["certain", "certain", "not_yet", "certain"]


def test_a_membership_of_which_the_status_changed(told: Told, client: InProcess) -> None:
    """An observer until 2024 and a member since, which is recorded only in May 2026."""
    told_twice(
        told,
        (
            makers.signature_recorded(),
            makers.membership_recorded(status="observer", ended_on=date(2024, 1, 1)),
        ),
        makers.membership_recorded(effective_on=date(2024, 1, 1)),
    )

    def statuses(known: str, day: str) -> set[str]:
        rows = participant(client, "ZZA", known, day)["memberships"]
        return {
            row["status"]
            for row in rows
            if row["in_effect"] == "certain" and not (row["ended_on"] and row["ended_on"] <= day)
        }

    assert (
        statuses(KNOWN_FIRST, "2023-01-01") == statuses(KNOWN_LATER, "2023-01-01") == {"observer"}
    )
    assert statuses(KNOWN_FIRST, "2025-01-01") == set()
    assert statuses(KNOWN_LATER, "2025-01-01") == {"member"}


def test_a_succession_notified_late(told: Told, client: InProcess) -> None:
    """ZZF succeeds ZZA from 1 February 2023; the register hears of it in May 2026."""
    told_twice(told, (makers.signature_recorded(),), makers.succession_notified())
    before, after = "2023-01-31", "2023-02-01"
    for day in (before, after):
        unknown = client.get(f"/v1/participants/ZZF?as_of={KNOWN_FIRST}&effective_on={day}")
        assert unknown.status_code == 404
    then = participant(client, "ZZF", KNOWN_LATER, before)
    now = participant(client, "ZZF", KNOWN_LATER, after)
    assert (then["standing"], now["standing"]) == ("not_yet", "certain")
    assert (now["since"]["act"], now["timeline"][0]["predecessor"]) == ("succession", "ZZA")
    assert now["name"] == {"en": "Fictitious ZZF"}
    assert standings(client, "ZZA", before, after) == ["certain"] * 4


def test_a_contested_signature(told: Told, client: InProcess) -> None:
    """ZZA objects in May 2026 to a signature recorded from a newspaper."""
    contested = makers.act_contested(
        contests=1, reason={"en": "Nobody signed.", "fr": "Personne n'a signé."}
    )
    told_twice(told, (makers.signature_recorded(),), contested)
    assert standings(client, "ZZA", "2019-02-28", "2019-03-01") == [
        *("not_yet", "certain"),
        *("not_yet", "possible"),
    ]
    row = participant(client, "ZZA", KNOWN_LATER, "2024-01-01")
    assert (row["since"]["contested_by"], row["positions"]) == (2, [1, 2])
    *_, objection = row["timeline"]
    assert (objection["act"], objection["concerns"]) == ("contest", 1)
    assert objection["reason"] == {"en": "Nobody signed.", "fr": "Personne n'a signé."}
    assert objection["asserted_by"] == "participant"
    assert objection["sources"] == [{"citation": "Note verbale 3/2022"}]
    in_french = client.get("/v1/participants/ZZA?lang=fr").json()["data"]
    assert in_french["timeline"][-1]["reason"] == {"fr": "Personne n'a signé."}
    counts = client.get(f"/v1/participants?as_of={KNOWN_LATER}").json()["counts"]
    assert (counts["certain"], counts["possible"]) == (0, 1)


def test_an_objection_is_settled_on_both_clocks(told: Told, client: InProcess) -> None:
    told_twice(
        told,
        (makers.signature_recorded(), makers.act_contested(contests=1)),
        makers.act_rectified(effective_on=date(2019, 3, 5)),
    )
    assert standings(client, "ZZA", "2019-03-02", "2019-03-06") == [
        *("possible", "possible"),
        *("not_yet", "certain"),
    ]
    assert participant(client, "ZZA", KNOWN_LATER, "2020-01-01")["since"]["contested_by"] is None


def test_a_contested_renaming_gives_no_name(told: Told, client: InProcess) -> None:
    told_twice(
        told,
        (makers.signature_recorded(), makers.participant_renamed()),
        makers.act_contested(contests=2),
    )
    day = "2022-01-01"
    assert participant(client, "ZZA", KNOWN_FIRST, day)["name"] == {"en": "Federation of ZZA"}
    assert participant(client, "ZZA", KNOWN_LATER, day)["name"] == {"en": "Fictitious ZZA"}


def test_a_withdrawn_declaration_names_what_withdrew_it(told: Told, client: InProcess) -> None:
    told_twice(
        told,
        (makers.signature_recorded(), makers.declaration_lodged()),
        makers.declaration_withdrawn(),
    )
    then = participant(client, "ZZA", KNOWN_FIRST, "2021-01-01")["timeline"]
    now = participant(client, "ZZA", KNOWN_LATER, "2021-01-01")["timeline"]
    assert [row["rescinded_by"] for row in then if row["act"] == "declaration"] == [None]
    standing = [row for row in now if row["act"] == "declaration" and row["known_to"] is None]
    assert [row["rescinded_by"] for row in standing] == [3]


def test_a_rename_breaks_no_series(told: Told, client: InProcess) -> None:
    """Figures are of a code: they are the same before and after, under whichever name."""
    told.tell_in_order(
        (on("2026-01-10"), makers.signature_recorded()),
        (on("2026-01-11"), makers.cycle_opened()),
        (on("2026-02-01"), makers.report_submitted()),
    )
    rates = "/v1/rates?cycle=2026&effective_on=2026-11-21"

    def figures() -> list[dict[str, Any]]:
        # But for the address of the explanation, which names the position that was asked at.
        rows = client.get(rates).json()["data"]
        return [{**row, "explained_at": None} for row in rows]

    before = figures()
    assert before
    told.tell(makers.participant_renamed(), at=on("2026-05-10"))
    assert figures() == before
    assert client.get("/v1/reports/ZZA/2026").json()["data"]["report_id"] == "ZZA-2026"


def test_people_as_known_then_and_now(told: Told, client: InProcess) -> None:
    told_twice(
        told,
        (
            makers.signature_recorded(),
            makers.focal_point_designated(),
            makers.delegation_granted(),
            makers.cycle_opened(),
        ),
        makers.focal_point_designation_ended(),
    )

    def may(known: str, day: str) -> dict[str, list[str]]:
        answer = client.get(f"/v1/participants/ZZA/people?as_of={known}&effective_on={day}")
        assert faults("people", answer.json()) == []
        return {row["person_id"]: row["may"] for row in answer.json()["data"]}

    everything = ["draft-section", "clear", "submit", "delegate"]
    both = {"dl-3Kx9": ["draft-section"], "fp-7Qm2": everything}
    nobody: dict[str, list[str]] = {"dl-3Kx9": [], "fp-7Qm2": []}
    assert may(KNOWN_FIRST, "2026-03-31") == may(KNOWN_FIRST, "2026-04-01") == both
    assert may(KNOWN_LATER, "2026-03-31") == both
    assert may(KNOWN_LATER, "2026-04-01") == nobody


def test_people_and_mandates_come_as_csv(told: Told, client: InProcess) -> None:
    told.tell(
        makers.signature_recorded(),
        makers.focal_point_designated(),
        makers.delegation_granted(),
        makers.mandate_granted(),
        makers.cycle_opened(),
    )
    day = "effective_on=2026-03-01&format=csv"
    header, delegate, focal_point, *rest = client.get(
        f"/v1/participants/ZZA/people?{day}"
    ).text.splitlines()
    assert header.startswith("participant,person_id,role,seat,units,granted_by,term_from,")
    assert delegate.startswith("ZZA,dl-3Kx9,delegate,,P5 P6,fp-7Qm2,2026-01-01,2026-12-31,,")
    assert ",true,false,draft-section clear submit delegate," in focal_point
    assert rest == []
    _, mandate = client.get(f"/v1/mandates?{day}").text.splitlines()
    assert mandate.startswith(
        "auditor-4Tw1,auditor,ZZA,2026,2026-01-01,2026-12-31,,2026-12-31,true,"
    )
    assert faults("mandates", client.get("/v1/mandates").json()) == []


def test_people_of_who_never_signed_are_not_found(client: InProcess) -> None:
    assert client.get("/v1/participants/ZZQ/people").status_code == 404
