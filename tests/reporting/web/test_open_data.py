"""Open data over HTTP: what changed, what there is, how it is counted, and the manifest."""

from collections.abc import Iterator
from hashlib import sha256
from typing import Any

import pytest
from sqlalchemy import insert

from contracts.checkpoint import open_checkpoint
from services.registry.domain.streams import stream_of
from services.reporting.projections.head import parked_participant
from services.reporting.queries.changes import shown_at
from services.reporting.queries.dimensions import DIMENSIONS
from services.reporting.web.bulk import Terms
from tests import makers
from tests.in_process import InProcess
from tests.reporting.answering import Told, on
from tests.tracing import positions_in
from tests.twins import faults


@pytest.fixture
def known(told: Told) -> Told:
    told.tell_in_order(
        (on("2026-01-02"), makers.signature_recorded("ZZA")),
        (on("2026-01-02"), makers.signature_recorded("ZZB")),
        (on("2026-01-03"), makers.membership_recorded("ZZA")),
        (on("2026-01-04"), makers.cycle_opened("2025")),
        (on("2026-01-04"), makers.cycle_opened("2026")),
        (on("2026-01-05"), makers.plan_registered("ZZA")),
        (on("2026-03-01"), makers.report_submitted("ZZA")),
        (on("2026-03-05"), makers.report_submitted("ZZB", document=makers.compilation("ZZB"))),
    )
    return told


@pytest.fixture
def client(known: Told) -> Iterator[InProcess]:
    with known.client(terms=Terms(licence="CC-BY-4.0")) as client:
        yield client


def get(client: InProcess, target: str) -> Any:
    answer = client.get(target)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_changes_are_what_was_recorded_after_one_position_up_to_another(client: InProcess) -> None:
    rows = get(client, "/v1/changes?after=5&as_of=7")["data"]
    assert [(row["position"], row["type"], row["participant"]) for row in rows] == [
        (6, "plan-registered", "ZZA"),
        (7, "report-submitted", "ZZA"),
    ]
    assert get(client, "/v1/changes?after=8")["data"] == []
    of_one = get(client, "/v1/changes?participant=ZZB&event=report-submitted")["data"]
    assert [row["position"] for row in of_one] == [8]


def test_what_was_compiled_from_public_sources_is_labelled_among_the_changes(
    client: InProcess,
) -> None:
    rows = get(client, "/v1/changes")["data"]
    labels = {row["position"]: row["origin_label"] for row in rows if row["origin"]}
    assert labels.keys() == {8}
    assert "not a submission by the State" in labels[8]
    assert "illustrative_compilation" in client.get("/v1/changes?format=csv").text


def test_changes_between_positions_add_up_to_the_whole_log(client: InProcess) -> None:
    parts = [
        get(client, f"/v1/changes?after={after}&as_of={to}")["data"]
        for after, to in ((0, 3), (3, 4), (4, 8))
    ]
    whole = get(client, "/v1/changes")["data"]
    assert [row for part in parts for row in part] == whole
    assert [row["position"] for row in whole] == list(range(1, 9))


def test_changes_come_in_pages_that_end(client: InProcess) -> None:
    seen, target = [], "/v1/changes?limit=3"
    while target:
        answer = client.get(target)
        seen += [row["position"] for row in answer.json()["data"]]
        target = answer.links.get("next", {}).get("url", "")
    assert seen == list(range(1, 9))
    assert client.get("/v1/changes?cursor=WlpB").status_code == 422


def test_what_changed_can_be_looked_at_where_its_link_leads(client: InProcess) -> None:
    for row in get(client, "/v1/changes")["data"]:
        link = row["links"]["shown"]
        answer = get(client, f"{link}{'&' if '?' in link else '?'}as_of={row['position']}")
        assert row["position"] in positions_in(answer["data"])


def test_every_kind_of_event_is_shown_somewhere() -> None:
    nowhere = [
        stream_of(event).partition("-")[0]
        for event in makers.one_of_each()
        if shown_at(stream_of(event), "ZZA") is None
    ]
    assert nowhere == []


def test_availability_says_which_filters_find_something(client: InProcess) -> None:
    answer = get(client, "/v1/availability")
    rows = answer["data"]
    assert [(row["participant"], row["cycle_id"]) for row in rows] == [
        ("ZZA", "2026"),
        ("ZZB", "2026"),
    ]
    assert answer["filters"]["cycles"] == ["2026"]
    assert rows[1]["origin_label"].startswith("illustrative compilation")
    for row in rows:
        cells = {
            one["participant"]: one["cells"]
            for one in get(client, "/v1/aggregates/matrix?cycle=2026")["data"]
        }[row["participant"]]
        stated = {unit for unit, cell in cells.items() if cell["stated"]}
        assert {*row["units"], *row["restricted_units"]} == stated
    assert get(client, "/v1/availability?cycle=2025")["data"] == []
    assert get(client, "/v1/availability?participant=ZZB")["filters"]["participants"] == ["ZZB"]
    assert get(client, "/v1/availability?as_of=6")["data"] == []


def test_a_method_is_given_whole_with_the_cycles_that_it_counts(client: InProcess) -> None:
    rows = {
        (row["method"], row["method_version"]): row for row in get(client, "/v1/methods")["data"]
    }
    rates = rows["reporting-rates", "1.0.0"]
    assert rates["cycles"] == ["2025", "2026"]
    assert "reporting_rate" in rates["metrics"]
    assert {rule["rule"] for rule in rates["rules"]} >= {"origin", "rounding"}
    assert rates["parameters"] == {"reference_day": "due_on", "renewals": "counted"}
    assert rows["reporting-rates", "2.0.0"]["cycles"] == []
    assert rates["is_published"] is False
    french = get(client, "/v1/methods?lang=fr")["data"]
    assert [row["timeliness"] for row in french] == [row["timeliness"] for row in rows.values()]


@pytest.mark.parametrize("dimension", DIMENSIONS)
def test_every_dimension_obeys_the_contract_and_has_members(
    client: InProcess, dimension: str
) -> None:
    answer = get(client, f"/v1/dimensions/{dimension}")
    assert faults("dimension", answer) == []
    assert answer["data"]
    assert client.get("/v1/dimensions/nothing").status_code == 404


def test_the_codes_of_answers_are_in_the_dimensions(client: InProcess) -> None:
    def codes(dimension: str) -> set[str]:
        return {row["code"] for row in get(client, f"/v1/dimensions/{dimension}")["data"]}

    matrix = get(client, "/v1/aggregates/matrix?cycle=2026")
    assert set(matrix["units"]) <= codes("reporting-units")
    for row in matrix["data"]:
        assert row["participant"] in codes("participants")
        assert row["cycle_id"] in codes("cycles")
        assert row["regional_group"] in codes("regional-groups")
    balance = get(client, "/v1/aggregates/pillar-balance?cycle=2026")
    assert {row["pillar"] for row in balance["data"]} - {None} <= codes("pillars")
    (member,) = get(client, "/v1/dimensions/memberships?effective_on=2026-11-21")["data"]
    assert member["broader"] in codes("organisations") | {"ORG-ZZO"}


def test_the_manifest_names_every_file_with_the_digest_that_it_has(
    client: InProcess, known: Told
) -> None:
    answer = client.get("/v1/bulk/manifest")
    manifest = answer.json()
    assert faults("bulk-manifest", manifest) == []
    assert manifest["licence"] == {"content": "CC-BY-4.0", "contracts": "Apache-2.0"}
    signed = open_checkpoint(manifest["log"]["checkpoint"], known.registry.key.verifier)
    assert (signed.size, signed.root.hex()) == (8, manifest["log"]["root"])
    told = get(client, "/v1/projections?digest=true")["digests"]
    assert manifest["digests"] == told
    own = [row for row in manifest["files"] if row["service"] == "reporting"]
    assert len(own) == len(DIMENSIONS)
    for row in own:
        body = client.get(row["href"]).content
        assert (len(body), sha256(body).hexdigest()) == (row["bytes"], row["sha256"])
    again = client.get("/v1/bulk/manifest", headers={"if-none-match": answer.headers["etag"]})
    assert again.status_code == 304


def test_the_digests_in_an_old_manifest_hold_when_the_register_grew(
    client: InProcess, known: Told
) -> None:
    old = get(client, "/v1/bulk/manifest")
    known.tell(makers.signature_recorded("ZZC"), makers.cycle_opened("2027"))
    get(client, "/v1/participants?min_position=10")
    for row in old["files"]:
        if row["service"] == "reporting":
            assert sha256(client.get(row["href"]).content).hexdigest() == row["sha256"]


def test_a_manifest_says_who_is_held_back(client: InProcess, known: Told) -> None:
    assert get(client, "/v1/bulk/manifest")["incomplete"] == []
    with known.engine.begin() as connection:
        row = {"generation": 1, "participant": "ZZB", "since_position": 9, "reason": "a test"}
        connection.execute(insert(parked_participant).values(row))
    known.tell(makers.signature_recorded("ZZC"))
    get(client, "/v1/participants?min_position=9")
    manifest = get(client, "/v1/bulk/manifest")
    assert manifest["incomplete"] == [{"participant": "ZZB", "since_position": 9}]
    assert manifest["digests"]["parked"] == ["ZZB"]


def test_where_nothing_signed_is_projected_there_is_no_manifest(told: Told) -> None:
    with told.client() as client:
        assert client.get("/v1/bulk/manifest").status_code == 503
