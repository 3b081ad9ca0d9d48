"""Registry web: who read, took or was refused what is not public; no payload, no anonymous one."""

import re
import shutil
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from queue import Queue
from typing import Any

import orjson
import pytest

from contracts.canonical import canonical, digest
from contracts.cloud_event import check_event
from contracts.envelope import parse_leaf
from contracts.trail.chain import verify_segment
from services.kit.principal import Principal
from services.registry.app import Room
from services.registry.trail.checking import check
from services.registry.web.recording import role_of
from tests import makers, writes
from tests.databases import ON_SQLITE, Database
from tests.registry.web.reads import MONTH
from tests.registry.web.test_disclosures import with_a_focal_point
from tests.running_registry import (
    ORIGIN,
    RunningRegistry,
    actor_of,
    running_registry,
    token_of,
)

EVENTS = f"/v1/trail/{MONTH}/events?after=0"


def entries(registry: RunningRegistry) -> list[tuple[str, str, dict[str, Any]]]:
    """Type, actor and body of every entry of the month so far."""
    with registry.trail_folder.log(MONTH, lambda: makers.NOW) as log:
        return [
            (entry.type, parse_leaf(entry.leaf).actor, orjson.loads(entry.body))
            for entry in log.page(0, log.head().size)
        ]


def of(registry: RunningRegistry, kind: str) -> list[dict[str, Any]]:
    return [body for found, _, body in entries(registry) if found == kind]


def read_until(registry: RunningRegistry, kind: str, count: int) -> list[dict[str, Any]]:
    """Read the month by its pages until so many of a type are signed."""
    found: list[dict[str, Any]] = []
    for _ in range(1_000):
        after = len(found)
        found += registry.get(f"/v1/trail/{MONTH}/events?after={after}", by="secretariat").json()
        if [event["type"] for event in found].count(kind) >= count:
            return found
    raise AssertionError(f"never saw {count} of {kind}")


def test_disclosures_are_given_out_once_it_is_recorded_which(registry: RunningRegistry) -> None:
    with_a_focal_point(registry)
    answer = registry.get("/v1/disclosures/2", by="secretariat", x_request_id="request-2")
    assert answer.status_code == 200
    listed = registry.get("/v1/disclosures?after=0", by="secretariat")
    first, second = of(registry, "disclosures-opened")
    assert first == {
        "role": "secretariat",
        "request_id": "request-2",
        "method": "GET",
        "route": "/v1/disclosures/{position}",
        "opened": [{"position": 2, "sections": ["/person"]}],
    }
    assert second["request_id"] == listed.headers["x-request-id"]
    assert [actor for kind, actor, _ in entries(registry) if kind == "disclosures-opened"] == [
        "actor-secretariat"
    ] * 2


def test_a_section_that_is_read_a_hundred_times_is_not_recorded_a_hundred_times(
    registry: RunningRegistry,
) -> None:
    with_a_focal_point(registry)
    for _ in range(100):
        assert registry.get("/v1/disclosures/2", by="secretariat").status_code == 200
    registry.trail.close()
    first, others = of(registry, "disclosures-opened")
    assert (first.get("count"), others["count"]) == (None, 99)


@pytest.mark.parametrize(
    "given", ["", "a b", "a/b", "a=b", "x" * 65, "canary\t", "café", "a, b", "%0a"]
)
def test_a_request_id_that_is_no_plain_word_is_replaced_by_one_of_ours(
    registry: RunningRegistry, given: str
) -> None:
    with_a_focal_point(registry)
    headers = {"authorization": f"Bearer {token_of('secretariat')}", "x-request-id": given}
    sent = [(name, value.encode()) for name, value in headers.items()]
    answer = registry.client.get("/v1/disclosures/2", headers=sent)
    (noted,) = of(registry, "disclosures-opened")
    assert noted["request_id"] == answer.headers["x-request-id"] != given
    assert re.fullmatch("[0-9a-f]{16}", noted["request_id"])


def test_where_nothing_is_opened_nothing_is_recorded(registry: RunningRegistry) -> None:
    registry.sign()
    assert registry.get("/v1/disclosures/1", by="secretariat").json()["disclosures"] == []
    assert registry.trail_folder.months() == []


def test_a_participant_that_takes_everything_along_is_recorded(registry: RunningRegistry) -> None:
    registry.sign()
    registry.designate("ZZA")
    assert registry.get("/v1/participants/ZZA/own-data", by="ZZA").status_code == 200
    (exported,) = of(registry, "own-data-exported")
    assert (exported["role"], exported["participant"], exported["up_to"]) == (
        "focal-point:ZZA",
        "ZZA",
        2,
    )


@ON_SQLITE
def test_what_there_is_no_room_to_take_along_is_not_recorded_as_taken(
    database: Database, tmp_path: Path
) -> None:
    with running_registry(database, tmp_path, room=Room(max_exports=0)) as registry:
        with_a_focal_point(registry)
        registry.designate("ZZA")
        assert registry.get("/v1/disclosures/2", by="secretariat").status_code == 200
        for target, by in (
            ("/v1/participants/ZZA/own-data", "ZZA"),
            (f"/v1/trail/{MONTH}/export", "secretariat"),
        ):
            answer = registry.get(target, by=by)
            assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")
        kinds = [kind for kind, _, _ in entries(registry)]
        assert kinds == ["month-begun", "disclosures-opened"]


def test_an_erasure_is_recorded_once_with_the_entry_that_says_of_whom(
    registry: RunningRegistry,
) -> None:
    with_a_focal_point(registry)
    body = writes.act(makers.personal_data_erased())
    for _ in range(2):
        recorded = registry.record("/v1/participants/ZZA/erasures", body, expected=1, key="erasing")
    (erased,) = of(registry, "erasure-made")
    assert (erased["role"], erased["participant"], erased["position"]) == (
        "secretariat",
        "ZZA",
        recorded["position"],
    )


def test_a_denial_is_recorded_with_what_was_asked_for_and_never_what_was_sent(
    registry: RunningRegistry,
) -> None:
    with_a_focal_point(registry)
    told: Queue[tuple[str, str]] = Queue()
    registry.trail.watch(lambda *one: told.put(one))
    assert registry.get("/v1/disclosures/2", by="ZZA").status_code == 403
    assert registry.get("/v1/disclosures/99", by="secretariat").status_code == 404
    body = writes.act(makers.signature_recorded("ZZB")) | {"reference": "canary"}
    assert registry.post("/v1/participants/ZZB/acts", body, by="ZZA").status_code == 403
    assert [told.get(timeout=20) for _ in range(3)] == [("access-denied", "recorded")] * 3
    found = of(registry, "access-denied")
    assert [(one["status"], one.get("position"), one.get("participant")) for one in found] == [
        (403, 2, None),
        (404, 99, None),
        (403, None, "ZZB"),
    ]
    assert (found[2]["method"], found[2]["route"]) == ("POST", "/v1/participants/{code}/acts")
    assert "canary" not in str(entries(registry))


def test_who_has_no_token_fills_no_disk(registry: RunningRegistry) -> None:
    for by in (None, "nobody"):
        for target in ("/v1/disclosures/1", "/v1/trail", "/v1/participants/ZZA/own-data"):
            assert registry.get(target, by=by).status_code == 401
    assert registry.trail_folder.months() == []


def test_the_trail_is_read_page_by_page_and_each_reader_stands_in_it(
    registry: RunningRegistry,
) -> None:
    registry.sign()
    registry.designate("ZZA")
    registry.get("/v1/participants/ZZA/own-data", by="ZZA")
    months = registry.get("/v1/trail", by="secretariat")
    (month,) = months.json()["months"]
    assert (month["month"], month["origin"]) == (MONTH, f"{ORIGIN}/trail/{MONTH}")
    found = read_until(registry, "trail-read", 2)  # of the list and of the month
    kinds = [event["type"] for event in found]
    assert kinds[:3] == ["month-begun", "own-data-exported", "trail-read"]
    for event in found:
        entry = parse_leaf(event["leaf"].encode())
        check_event(event, entry, f"{ORIGIN}/trail/{MONTH}")
        assert entry.datahash == digest(canonical(event["data"]))
    assert kinds.count("trail-read") == 2  # however often the month was read: the rest is counted
    for path in ("", f"/{MONTH}/events?after=0", f"/{MONTH}/checkpoint", f"/{MONTH}/export"):
        answer = registry.get(f"/v1/trail{path}", by="secretariat")
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["vary"] == "Authorization"


def test_a_month_taken_along_verifies_with_the_key_of_the_register(
    registry: RunningRegistry,
) -> None:
    registry.sign()
    registry.designate("ZZA")
    registry.get("/v1/participants/ZZA/own-data", by="ZZA")
    export = registry.get(f"/v1/trail/{MONTH}/export", by="secretariat").content
    verified, segment = verify_segment(BytesIO(export), registry.key.verifier)
    assert (segment.tip.month, segment.previous) == (MONTH, None)
    assert verified.size >= 2


@pytest.mark.parametrize("by", ["ZZA", "auditor", "delegate"])
def test_the_trail_is_not_for_participants(registry: RunningRegistry, by: str) -> None:
    registry.get(EVENTS, by="secretariat")
    for path in ("", f"/{MONTH}/events?after=0", f"/{MONTH}/checkpoint", f"/{MONTH}/export"):
        assert registry.get(f"/v1/trail{path}", by=by).status_code == 403


@pytest.mark.parametrize("by", ["operator", "auditor"])
def test_operators_and_auditors_with_a_mandate_for_all_read_the_trail(
    registry: RunningRegistry, by: str
) -> None:
    registry.sign()
    registry.open_cycle()
    for_all = writes.mandate(actor_of("auditor"))
    del for_all["participants"], for_all["cycles"]
    registry.record("/v1/mandates", for_all)
    for path in ("", f"/{MONTH}/events?after=0", f"/{MONTH}/checkpoint", f"/{MONTH}/export"):
        assert registry.get(f"/v1/trail{path}", by=by).status_code == 200
    assert {body["role"] for body in of(registry, "trail-read")} == {by}


def test_who_audits_some_participants_does_not_read_who_read_about_others(
    registry: RunningRegistry,
) -> None:
    registry.sign()
    registry.open_cycle()
    registry.record("/v1/mandates", writes.mandate(actor_of("auditor")))
    answer = registry.get("/v1/trail", by="auditor")
    assert (answer.status_code, answer.json()["code"]) == (403, "outside-the-mandate")


@pytest.mark.parametrize("month", ["2026-13", "2026-1", "20266-01", "2026-00", "..%2f2026-01"])
def test_a_month_that_is_none_is_refused(registry: RunningRegistry, month: str) -> None:
    answer = registry.get(f"/v1/trail/{month}/events?after=0", by="secretariat")
    assert answer.status_code in {404, 422}


def test_a_month_that_is_not_there_is_not_found(registry: RunningRegistry) -> None:
    for path in ("events?after=0", "checkpoint", "export"):
        assert registry.get(f"/v1/trail/2020-01/{path}", by="secretariat").status_code == 404


def test_while_nothing_can_be_recorded_nothing_confidential_is_given_out(
    registry: RunningRegistry, tmp_path: Path
) -> None:
    registry.sign()
    registry.designate("ZZA")
    assert registry.get("/v1/disclosures/2", by="secretariat").status_code == 200
    away = tmp_path / "away"
    shutil.move(registry.trail_folder.path, away)
    for target, by in (
        ("/v1/disclosures/2", "secretariat"),
        ("/v1/disclosures?after=0", "secretariat"),
        ("/v1/participants/ZZA/own-data", "ZZA"),
        ("/v1/trail", "secretariat"),
    ):
        answer = registry.get(target, by=by)
        assert (answer.status_code, answer.json()["code"]) == (503, "unavailable"), target
        assert int(answer.headers["retry-after"]) > 0
    erasure = writes.act(makers.personal_data_erased(person_id=actor_of("ZZA")))
    refused = registry.post("/v1/participants/ZZA/erasures", erasure, expected=1)
    assert refused.status_code == 503
    assert registry.get("/v1/disclosures/2", by="operator").status_code == 403
    assert "registry_trail_failing 1.0" in registry.get("/metrics").text
    for target in ("/v1/events?after=0", "/checkpoint", "/v1/export", "/health/ready"):
        assert registry.get(target).status_code == 200, target
    registry.sign("ZZB")  # what is public is recorded and read as ever
    shutil.move(away, registry.trail_folder.path)
    assert registry.get("/v1/disclosures/2", by="secretariat").status_code == 200
    check(registry.trail_folder, registry.trail_signing, lambda _: None)


@ON_SQLITE
def test_a_new_month_is_read_beside_the_old_one(database: Database, tmp_path: Path) -> None:
    with running_registry(database, tmp_path) as registry:
        registry.get("/v1/trail", by="secretariat")
        key = registry.key
    assert key.name == ORIGIN
    later = makers.NOW + timedelta(days=30)
    with running_registry(database, tmp_path, now=later, key=key) as registry:
        registry.get("/v1/trail", by="secretariat")
        listed = registry.get("/v1/trail", by="secretariat").json()["months"]
        assert [one["month"] for one in listed] == [MONTH, f"{later:%Y-%m}"]
        assert registry.get(EVENTS, by="secretariat").json()[0]["type"] == "month-begun"


@pytest.mark.parametrize(
    ("roles", "role"),
    [
        ({"secretariat"}, "secretariat"),
        ({"focal-point:KAZ"}, "focal-point:KAZ"),
        ({"drafter:ORG-EAEU"}, "drafter:ORG-EAEU"),
        (set(), "unknown"),
        ({"auditor", "operator"}, "unknown"),
        ({"auditor", "made-up"}, "unknown"),
        ({"secretariat\n"}, "unknown"),
        ({"focal-point:kaz"}, "unknown"),
    ],
)
def test_a_role_is_recorded_only_as_one_of_ours(roles: set[str], role: str) -> None:
    principal = Principal(actor="actor-1", roles=frozenset(roles), scopes=frozenset())
    assert role_of(principal) == role
