"""Registry web: what is said of evidence under seal is told to whom its bytes are given."""

from typing import Any

import pytest

from tests import makers, writes
from tests.registry.web.handing_in import DEPOSIT, DIGEST, FILE, PATH, made_ready, private
from tests.running_registry import RunningRegistry, actor_of

SIGNED = makers.bytes_digest(makers.SIGNED_FILE)
HIDDEN = makers.passage(writes.RESTRICTED, visibility="auditors")
READERS = ("secretariat", "ZZA", "ZZB", "auditor", "delegate")
OWN = {"secretariat", "ZZA"}


@pytest.fixture
def ready(registry: RunningRegistry) -> RunningRegistry:
    return made_ready(registry)


def somebody_audits(registry: RunningRegistry, cycles: list[str]) -> None:
    for cycle_id in {*cycles} - {"2026"}:
        registry.open_cycle(cycle_id)
    registry.record("/v1/mandates", writes.mandate(actor_of("auditor"), cycles=cycles))


def somebody_drafts(registry: RunningRegistry, *units: str) -> None:
    granted = {"delegation_id": actor_of("delegate"), "granted_by": actor_of("ZZA")}
    registry.record(
        "/v1/participants/ZZA/delegations",
        writes.delegation(**granted, units=list(units)),
        expected=registry.opened.log.stream_version("focal-point-ZZA"),
    )


def put_forward(registry: RunningRegistry, **changes: Any) -> int:
    """Let ZZA deposit evidence, for auditors, for P6 of 2025 if nothing else; the position."""
    assert registry.hand_in(FILE, by="ZZA").status_code == 201
    body = {**DEPOSIT, "description": HIDDEN, "cycle_id": "2025", "unit": "P6", **changes}
    body = {name: value for name, value in body.items() if value is not None}
    return int(registry.record(PATH, body, by="ZZA")["position"])


def revise(registry: RunningRegistry, **changes: Any) -> int:
    """Let ZZA put other bytes in their place, for auditors too; the position."""
    assert registry.hand_in(makers.SIGNED_FILE.encode(), by="ZZA").status_code == 201
    body = {**writes.act(makers.evidence_revised()), "description": HIDDEN, **changes}
    return int(registry.record(PATH, body, expected=1, by="ZZA")["position"])


def read_bytes(registry: RunningRegistry, digest: str) -> set[str]:
    """Name those who are given bytes."""
    return {who for who in READERS if private(registry, who, digest) == 200}


def read_words(registry: RunningRegistry, position: int) -> set[str]:
    """Name those who are told what an entry says under seal; both routes tell the same."""
    return {who for who in READERS if _is_told(registry, who, position)}


def _is_told(registry: RunningRegistry, who: str, position: int) -> bool:
    one = registry.get(f"/v1/disclosures/{position}", by=who)
    page = registry.get(f"/v1/disclosures?after={position - 1}", by=who)
    if one.status_code != 200:
        assert page.status_code == one.status_code
        return False
    told: list[str] = one.json()["disclosures"]
    listed = {found["position"]: found["disclosures"] for found in page.json()}
    assert listed.get(position, []) == told
    return bool(told)


def test_who_reads_bytes_of_a_deposit_or_a_revision_reads_what_is_said_of_them(
    ready: RunningRegistry,
) -> None:
    somebody_audits(ready, ["2024", "2025"])
    somebody_drafts(ready, "P6")
    deposited, revised = put_forward(ready), revise(ready)
    readers = OWN | {"auditor", "delegate"}
    assert read_bytes(ready, DIGEST) == read_words(ready, deposited) == readers
    assert read_bytes(ready, SIGNED) == read_words(ready, revised) == readers


def test_a_revision_is_not_for_auditors_of_another_cycle_nor_drafters_of_another_part(
    ready: RunningRegistry,
) -> None:
    somebody_audits(ready, ["2026"])
    somebody_drafts(ready, "P5")
    deposited, revised = put_forward(ready), revise(ready)
    assert read_bytes(ready, DIGEST) == read_words(ready, deposited) == OWN
    assert read_bytes(ready, SIGNED) == read_words(ready, revised) == OWN


def test_evidence_for_no_cycle_and_no_part_is_for_no_mandate_for_a_cycle_and_no_delegate(
    ready: RunningRegistry,
) -> None:
    somebody_audits(ready, ["2025"])
    somebody_drafts(ready, "P6")
    deposited, revised = put_forward(ready, cycle_id=None, unit=None), revise(ready)
    assert read_bytes(ready, DIGEST) == read_words(ready, deposited) == OWN
    assert read_bytes(ready, SIGNED) == read_words(ready, revised) == OWN


def test_each_file_of_a_piece_is_as_open_as_its_own_description(ready: RunningRegistry) -> None:
    somebody_audits(ready, ["2025"])
    somebody_drafts(ready, "P6")
    between = makers.passage(writes.RESTRICTED, visibility="participants")
    deposited = put_forward(ready, description=between)
    revised = revise(ready, description=makers.passage(writes.RESTRICTED, visibility="secretariat"))
    assert read_bytes(ready, DIGEST) == read_words(ready, deposited) == set(READERS)
    assert read_bytes(ready, SIGNED) == read_words(ready, revised) == OWN | {"delegate"}


def test_what_was_withdrawn_is_for_its_participant_and_the_secretariat_in_bytes_and_words(
    ready: RunningRegistry,
) -> None:
    somebody_audits(ready, ["2025"])
    somebody_drafts(ready, "P5")
    deposited, revised = put_forward(ready), revise(ready)
    withdrawal = writes.act(makers.evidence_withdrawn(digest=SIGNED))
    ready.record(PATH, withdrawal, expected=2, by="ZZA")
    assert read_bytes(ready, DIGEST) == read_words(ready, deposited) == OWN
    assert read_bytes(ready, SIGNED) == read_words(ready, revised) == OWN


def test_what_was_said_of_bytes_is_read_after_they_were_destroyed(ready: RunningRegistry) -> None:
    somebody_audits(ready, ["2025"])
    deposited, revised = put_forward(ready), revise(ready)
    ready.record(PATH, writes.act(makers.evidence_redacted()), expected=2, by="ZZA")
    assert read_bytes(ready, DIGEST) == set()
    assert read_words(ready, deposited) == read_words(ready, revised) == OWN | {"auditor"}


def test_the_evidence_of_one_opens_nothing_of_another_with_the_same_names(
    ready: RunningRegistry,
) -> None:
    """ZZB's piece has the same id and bytes, but is for the cycle that the mandate is for."""
    somebody_audits(ready, ["2026"])
    assert ready.hand_in(FILE, by="ZZB", participant="ZZB").status_code == 201
    theirs = {**writes.act(makers.evidence_deposited("ZZB")), "description": HIDDEN}
    ready.record("/v1/participants/ZZB/evidence", theirs, by="ZZB")
    deposited, revised = put_forward(ready), revise(ready)
    assert read_words(ready, deposited) == read_words(ready, revised) == OWN
