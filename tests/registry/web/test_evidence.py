"""Registry web: evidence over HTTP: handed in, put forward, read by whom it concerns, destroyed."""

from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import orjson
import pytest

from contracts.own_data import verify_own_data
from services.registry.evidence.sweeping import sweep
from services.registry.log import verify as verify_log
from services.registry.web.safe import EvidenceRoom
from tests import makers, writes
from tests.registry.evidence.files import FILES, HOSTILE
from tests.registry.web.handing_in import (
    DEPOSIT,
    DIGEST,
    FILE,
    HIDDEN,
    PATH,
    REDACTION,
    bound,
    deposit,
    made_ready,
    private,
    public,
    safe_of,
)
from tests.registry.web.test_trail import of
from tests.running_registry import RunningRegistry
from tests.shelves import files_in, hand_in


@pytest.fixture
def ready(registry: RunningRegistry) -> RunningRegistry:
    return made_ready(registry)


@pytest.mark.parametrize("media_type", FILES)
def test_bytes_of_every_kind_are_taken_and_said_back(
    ready: RunningRegistry, media_type: str
) -> None:
    answer = ready.hand_in(FILES[media_type], media_type, by="ZZA")
    assert answer.status_code == 201, answer.text
    digest = f"sha256:{sha256(FILES[media_type]).hexdigest()}"
    found = {"digest": digest, "media_type": media_type, "size_bytes": len(FILES[media_type])}
    assert answer.json() == found
    body = {**DEPOSIT, **found}
    ready.record(PATH, body, by="ZZA")
    given = ready.get(f"/v1/evidence/ZZA/{digest}")
    assert given.content == FILES[media_type]
    assert given.headers["concord-media-type"] == media_type


@pytest.mark.parametrize("case", HOSTILE)
def test_bytes_that_are_not_what_they_say_are_refused(ready: RunningRegistry, case: str) -> None:
    media_type, raw = HOSTILE[case]
    answer = ready.hand_in(raw, media_type, by="ZZA")
    assert (answer.status_code, answer.json()["code"]) == (422, "not-of-its-type")
    assert "canary" not in answer.text


@pytest.mark.parametrize(
    ("raw", "media_type", "status"),
    [
        (b"<html>", "text/html", 415),
        (b"{}", "application/json", 415),
        (b"x", "image/svg+xml", 415),
        (b"x", "", 415),
        (b"x" * 1_025, "text/plain", 413),
        (b"", "application/pdf", 422),
    ],
)
def test_what_is_no_file_on_the_list_or_too_large_is_refused(
    ready: RunningRegistry, raw: bytes, media_type: str, status: int
) -> None:
    bound(ready, EvidenceRoom(most_bytes=1_024))
    assert ready.hand_in(raw, media_type, by="ZZA").status_code == status


def test_only_the_participant_and_the_secretariat_hand_in_and_put_forward(
    ready: RunningRegistry,
) -> None:
    for by, status in ((None, 401), ("ZZB", 403), ("auditor", 403), ("operator", 403)):
        assert ready.hand_in(FILE, by=by).status_code == status
    assert ready.hand_in(FILE, by="ZZA").status_code == 201
    assert ready.post(PATH, DEPOSIT, by="ZZB").status_code == 403
    theirs = writes.act(makers.evidence_deposited("ZZB"))
    refused = ready.post("/v1/participants/ZZB/evidence", theirs, by="ZZB")
    assert (refused.status_code, refused.json()["code"]) == (409, "not-handed-in")


def test_public_evidence_is_for_everybody_and_never_shown_in_place(
    ready: RunningRegistry,
) -> None:
    assert public(ready) == 404
    deposit(ready)
    answer = ready.get(f"/v1/evidence/ZZA/{DIGEST}")
    assert answer.content == FILE
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["content-disposition"].startswith("attachment; ")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in answer.headers["content-security-policy"]
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert answer.headers["cache-control"] == "no-store"
    head = ready.client.request("HEAD", f"/v1/evidence/ZZA/{DIGEST}")
    assert (head.status_code, head.content) == (200, b"")


def test_restricted_evidence_is_read_by_whom_its_visibility_names(
    ready: RunningRegistry,
) -> None:
    ready.record("/v1/mandates", writes.mandate("actor-auditor"))
    deposit(ready, HIDDEN)
    assert "Canary" not in ready.get("/v1/export").text
    assert public(ready) == 404
    readers = {"ZZA": 200, "secretariat": 200, "auditor": 200, "ZZB": 404, "operator": 403}
    assert {by: private(ready, by) for by in readers} == readers
    unknown = f"sha256:{'0' * 64}"
    assert private(ready, "ZZB", unknown) == private(ready, "ZZB") == 404


def test_who_was_given_what_is_not_public_is_recorded_before(ready: RunningRegistry) -> None:
    ready.record("/v1/mandates", writes.mandate("actor-auditor"))
    deposit(ready, HIDDEN)
    assert [private(ready, by) for by in ("auditor", "ZZB")] == [200, 404]
    (read,) = of(ready, "evidence-read")
    assert (read["role"], read["participant"], read["digest"]) == ("auditor", "ZZA", DIGEST)


def test_a_file_that_is_read_again_and_again_is_counted(ready: RunningRegistry) -> None:
    ready.record("/v1/mandates", writes.mandate("actor-auditor"))
    deposit(ready, HIDDEN)
    assert {private(ready, "auditor") for _ in range(5)} == {200}
    ready.trail.close()
    first, others = of(ready, "evidence-read")
    assert (first.get("count"), others["count"]) == (None, 4)


def test_an_auditor_reads_evidence_for_the_cycles_of_the_mandate_alone(
    ready: RunningRegistry,
) -> None:
    ready.record("/v1/mandates", writes.mandate("actor-auditor"))
    deposit(ready, {**HIDDEN, "cycle_id": "2025"})
    assert private(ready, "auditor") == 404


def test_a_revision_keeps_what_it_replaces_and_a_withdrawal_shows_neither(
    ready: RunningRegistry,
) -> None:
    deposit(ready)
    signed = makers.bytes_digest(makers.SIGNED_FILE)
    ready.hand_in(makers.SIGNED_FILE.encode(), by="ZZA")
    ready.record(PATH, writes.act(makers.evidence_revised()), expected=1, by="ZZA")
    assert (public(ready), public(ready, signed)) == (200, 200)
    withdrawal = writes.act(makers.evidence_withdrawn(digest=signed))
    ready.record(PATH, withdrawal, expected=2, by="ZZA")
    assert (public(ready), public(ready, signed)) == (404, 404)
    assert (private(ready, "ZZA"), private(ready, "ZZB")) == (200, 404)


def test_after_a_redaction_the_bytes_are_gone_and_the_log_still_verifies(
    ready: RunningRegistry, tmp_path: Path
) -> None:
    deposit(ready)
    answer = ready.record(PATH, REDACTION, expected=1, by="ZZA", key="redact")
    assert public(ready) == private(ready, "ZZA") == 404
    assert files_in(tmp_path / "evidence") == []
    assert list(safe_of(ready).store.shelf.each()) == []
    again = ready.post(PATH, REDACTION, expected=1, by="ZZA", key="redact")
    assert (again.status_code, again.json()["position"]) == (201, answer["position"])
    entries = [event for event in ready.events() if event["type"].startswith("evidence-")]
    assert [event["data"]["digest"] for event in entries] == [DIGEST, DIGEST]
    back = ready.hand_in(FILE, by="ZZA")
    assert (back.status_code, back.json()["code"]) == (409, "bytes-were-destroyed")
    assert files_in(tmp_path / "evidence") == []
    anew = {**DEPOSIT, "evidence_id": "E-2"}
    refused = ready.post(PATH, anew, expected=2, by="ZZA")
    assert (refused.status_code, refused.json()["code"]) == (409, "bytes-were-destroyed")
    assert verify_log(ready.opened.engine).size == ready.size


def test_orphans_are_swept_after_a_day_and_redacted_bytes_at_once(
    ready: RunningRegistry,
) -> None:
    shelf = safe_of(ready).store.shelf
    deposit(ready)
    orphan = ready.hand_in(b"never put forward\n", by="ZZA").json()["digest"]
    log = ready.opened.log

    def swept(hours: int) -> tuple[int, int]:
        latest = max(one.touched_at for one in shelf.each())
        done = sweep(log, shelf, lambda: latest + timedelta(hours=hours))
        return done.kept, done.removed

    assert swept(hours=23) == (2, 0)
    assert swept(hours=25) == (1, 1)
    assert shelf.find("ZZA", orphan) is None
    assert public(ready) == 200
    ready.record(PATH, REDACTION, expected=1, by="ZZA")
    hand_in(safe_of(ready).store, FILE)  # as if they had not been removed then
    assert swept(hours=0) == (0, 1)


def test_own_data_lists_all_evidence_and_whether_it_is_held(ready: RunningRegistry) -> None:
    deposit(ready)
    ready.hand_in(makers.SIGNED_FILE.encode(), by="ZZA")
    ready.record(PATH, writes.act(makers.evidence_revised()), expected=1, by="ZZA")
    ready.record(PATH, REDACTION, expected=2, by="ZZA")
    lines = ready.get("/v1/participants/ZZA/own-data", by="ZZA").content.splitlines(keepends=True)
    assert verify_own_data(lines, ready.key.verifier).pieces == 2
    rows = [one["evidence"] for one in map(orjson.loads, lines) if one["kind"] == "evidence"]
    assert [(row["is_latest"], row["is_redacted"], row["is_held"]) for row in rows] == [
        (False, True, False),
        (True, False, True),
    ]


def test_a_report_that_names_evidence_is_examined_against_what_is_held(
    ready: RunningRegistry,
) -> None:
    measure = {
        "measure_id": "m-1",
        "measure_type": "event",
        "title": {"en": "A course"},
        "evidence": [DIGEST],
    }
    document = writes.document(statements={"P5": makers.statement(measures=[measure])})

    def outcome() -> set[str]:
        body = {"document": document, "clearance": makers.clearance()}
        found = ready.post("/v1/validations", body, by="ZZA").json()
        return {row["outcome"] for row in found["findings"] if row["code"] == "G-R17"}

    assert outcome() == {"failed"}
    deposit(ready)
    assert outcome() == set()
    ready.record(PATH, REDACTION, expected=1, by="ZZA")
    assert outcome() == {"failed"}


def test_a_registry_without_a_folder_says_so(ready: RunningRegistry) -> None:
    ready.app.state.safe = None
    for answer in (
        ready.hand_in(FILE, by="ZZA"),
        ready.post(PATH, DEPOSIT, by="ZZA"),
        ready.get(f"/v1/evidence/ZZA/{DIGEST}"),
    ):
        assert (answer.status_code, answer.json()["code"]) == (503, "evidence-not-taken")
