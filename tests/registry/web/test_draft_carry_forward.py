"""Registry web: a draft carried forward: from which version, with what, and what changed since."""

import pytest
from sqlalchemy import text

from services.registry.log import EVERYBODY, seen_by
from tests import makers, writes
from tests.databases import Database
from tests.registry.web.drafting import (
    DRAFT,
    FIRST,
    SECOND,
    begin,
    put,
    record,
    section_of,
    submitted,
    try_to_begin,
    whole,
)
from tests.running_registry import RunningRegistry, token_of


@pytest.fixture(autouse=True)
def cycles(registry: RunningRegistry) -> None:
    """A report for 2025 with a sealed section, accepted; a cycle 2026 to report for."""
    registry.sign()
    registry.designate(FIRST, SECOND)
    registry.open_cycle("2025")
    registry.open_cycle("2026")
    transmission = {"reference": "Note verbale 3/2025", "dated_on": "2025-06-01"}
    document = writes.document(cycle_id="2025")
    document["cover"]["transmission"] = transmission
    body = writes.submission(cycle_id="2025", document=document)
    registry.record("/v1/reports", body)


def accept(registry: RunningRegistry, *, version: int = 1, expected: int = 1) -> None:
    data = registry.events()[-1]["data"]
    body = writes.decision("accepted", data["digest"], report_version=version)
    registry.record("/v1/reports/ZZA-2025/decisions", body, expected=expected)


def correct(registry: RunningRegistry, *, expected: int) -> None:
    body = writes.corrigendum(cycle_id="2025")
    registry.record("/v1/reports/ZZA-2025/corrigenda", body, expected=expected)


def test_a_draft_carries_the_accepted_version_with_its_sealed_sections(
    registry: RunningRegistry,
) -> None:
    accept(registry)
    draft = begin(registry, carry_forward=True, form="update")
    filed = registry.events()[5]
    assert draft["base"] == {
        "report_id": "ZZA-2025",
        "report_version": 1,
        "digest": filed["data"]["digest"],
        "position": 6,
        "is_accepted": True,
        "superseded_by": None,
        "not_carried": [],
    }
    assert set(filed["data"]["document"]["statements"]["P5"]) == {"sealed", "visibility"}
    said = makers.statement(writes.RESTRICTED, visibility="secretariat")
    p5 = section_of(draft, "P5")
    assert p5["content"] == {**said, "changed": False}
    assert (p5["carried"], p5["changed_since_base"], p5["changes"]) == (True, False, [])
    assert p5["drafted_by"] == []


def test_the_cover_that_is_carried_names_the_new_cycle_and_no_transmission(
    registry: RunningRegistry,
) -> None:
    accept(registry)
    draft = begin(registry, carry_forward=True, form="update")
    assert section_of(draft, "cover")["content"] == {
        "origin": "submission",
        "participant": "ZZA",
        "cycle_id": "2026",
        "period_from": "2025-01-01",
        "period_to": "2025-12-31",
        "form": "update",
        "language": "en",
    }


def test_what_changed_since_is_marked_place_by_place(registry: RunningRegistry) -> None:
    accept(registry)
    begin(registry, carry_forward=True)
    changed = makers.statement("Two laws were amended.", challenges={"en": "Time."})
    del changed["measures"]
    put(registry, "P1", changed, etag='"1"')
    p1 = section_of(whole(registry), "P1")
    assert (p1["carried"], p1["changed_since_base"]) == (True, True)
    assert sorted((one["pointer"], one["change"]) for one in p1["changes"]) == [
        ("/challenges", "added"),
        ("/changed", "changed"),
        ("/measures", "removed"),
        ("/narrative/en", "changed"),
    ]
    assert section_of(whole(registry), "P5")["changed_since_base"] is False


def test_a_carried_section_that_is_deleted_is_still_marked(registry: RunningRegistry) -> None:
    accept(registry)
    begin(registry, carry_forward=True)
    path = f"{DRAFT}/statements/P1"
    headers = {"authorization": f"Bearer {token_of(FIRST)}", "if-match": '"1"'}
    assert registry.client.request("DELETE", path, headers=headers).status_code == 204
    p1 = section_of(whole(registry), "P1")
    assert (p1["content"], p1["carried"]) == (None, True)
    assert p1["changes"] == [{"pointer": "", "change": "removed"}]


def test_a_corrigendum_that_nobody_accepted_is_not_carried_into_another_cycle(
    registry: RunningRegistry,
) -> None:
    accept(registry)
    correct(registry, expected=2)
    base = begin(registry, carry_forward=True)["base"]
    assert (base["report_version"], base["superseded_by"], base["is_accepted"]) == (1, 2, True)


def test_a_corrigendum_that_was_accepted_is_carried(registry: RunningRegistry) -> None:
    accept(registry)
    correct(registry, expected=2)
    accept(registry, version=2, expected=3)
    draft = begin(registry, carry_forward=True)
    assert (draft["base"]["report_version"], draft["base"]["superseded_by"]) == (2, None)
    assert section_of(draft, "P1")["content"]["narrative"] == {"en": "One law was amended."}
    assert section_of(draft, "P5")["content"] is None


def test_a_draft_that_corrects_a_report_goes_on_from_its_latest_version(
    registry: RunningRegistry,
) -> None:
    """From the accepted one, it would silently take back what the corrigendum mended."""
    accept(registry)
    correct(registry, expected=2)
    draft = begin(registry, carry_forward=True, cycle_id="2025")
    assert (draft["base"]["report_version"], draft["follows_version"]) == (2, 2)
    assert section_of(draft, "P1")["content"]["changed"] is True


def test_of_several_accepted_reports_the_one_on_the_latest_period_is_carried(
    registry: RunningRegistry,
) -> None:
    """The order of periods, not of decisions: a late report on long ago is not what was last."""
    accept(registry)
    registry.open_cycle("2024")
    body = writes.submission(cycle_id="2024")
    registry.record("/v1/reports", body)
    accepted = writes.decision("accepted", registry.events()[-1]["data"]["digest"])
    registry.record("/v1/reports/ZZA-2024/decisions", accepted, expected=1)
    assert begin(registry, carry_forward=True)["base"]["report_id"] == "ZZA-2025"


def test_nothing_new_carries_what_it_renewed(registry: RunningRegistry) -> None:
    registry.open_cycle("2027")
    digest = registry.events()[5]["data"]["digest"]
    body = writes.nothing_new(renews_digest=digest)
    registry.record("/v1/reports/ZZA-2026/nothing-new", body)
    accepted = writes.decision("accepted", digest)
    registry.record("/v1/reports/ZZA-2026/decisions", accepted, expected=1)
    draft = begin(registry, carry_forward=True, cycle_id="2027")
    assert (draft["base"]["report_id"], draft["base"]["position"]) == ("ZZA-2026", 6)
    assert section_of(draft, "P5")["content"]["narrative"] == {"en": writes.RESTRICTED}


def test_without_an_accepted_version_nothing_is_carried(registry: RunningRegistry) -> None:
    answer = try_to_begin(registry, carry_forward=True)
    assert (answer.status_code, answer.json()["code"]) == (409, "nothing-to-carry-forward")
    assert begin(registry)["base"] is None


def test_an_acceptance_that_was_taken_back_is_none(registry: RunningRegistry) -> None:
    accept(registry)
    digest = registry.events()[5]["data"]["digest"]
    record(registry, makers.acceptance_revoked("ZZA", "2025", report_version=1, digest=digest))
    assert try_to_begin(registry, carry_forward=True).status_code == 409


def test_a_report_that_was_withdrawn_is_not_carried(registry: RunningRegistry) -> None:
    accept(registry)
    digest = registry.events()[5]["data"]["digest"]
    record(registry, makers.report_withdrawn("ZZA", "2025", report_version=1, digest=digest))
    assert try_to_begin(registry, carry_forward=True).status_code == 409


def test_a_section_whose_disclosure_was_erased_is_named_and_not_carried(
    registry: RunningRegistry, database: Database
) -> None:
    accept(registry)
    with database.owner() as owner, seen_by(owner, EVERYBODY).begin() as connection:
        connection.execute(text("DELETE FROM disclosure"))
    draft = begin(registry, carry_forward=True)
    assert draft["base"]["not_carried"] == ["P5"]
    assert section_of(draft, "P5")["content"] is None
    assert section_of(draft, "P1")["carried"] is True


def test_a_draft_of_a_returned_report_goes_on_from_what_was_returned(
    registry: RunningRegistry,
) -> None:
    digest = registry.events()[-1]["data"]["digest"]
    returned = writes.decision("returned", digest)
    registry.record("/v1/reports/ZZA-2025/decisions", returned, expected=1)
    draft = begin(registry, carry_forward=True, cycle_id="2025")
    assert (draft["base"]["report_version"], draft["base"]["is_accepted"]) == (1, False)
    put(registry, "P1", makers.statement("Mended."), etag='"1"')
    assert submitted(registry)["version"] == 3
    assert registry.events()[-1]["type"] == "report-submitted"


def test_an_illustrative_compilation_is_nobody_s_word_and_not_carried(
    registry: RunningRegistry,
) -> None:
    registry.sign("ZZB")
    registry.designate("ZZB")
    body = writes.submission("ZZB", "2026", document=makers.compilation("ZZB"))
    registry.record("/v1/reports", body)
    answer = try_to_begin(registry, by="ZZB", participant="ZZB", carry_forward=True)
    assert answer.json()["code"] == "nothing-to-carry-forward"


def test_another_participant_s_report_is_never_carried(registry: RunningRegistry) -> None:
    accept(registry)
    registry.sign("ZZB")
    registry.designate("ZZB")
    answer = try_to_begin(registry, by="ZZB", participant="ZZB", carry_forward=True)
    assert answer.json()["code"] == "nothing-to-carry-forward"
