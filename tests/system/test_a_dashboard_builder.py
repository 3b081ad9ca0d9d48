"""System: the story of somebody who builds a dashboard from public answers alone, without a token.

What there is to show is the demonstration. Whoever builds knows two addresses and a pinned key.
"""

import csv
import io
import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeAlias

import httpx
import pytest

from contracts.envelope import Entry
from services.kit.clock import utc_now
from services.registry.keys import read_ring
from services.registry.log import Append, NewEvent
from services.registry.opening import opened_log
from tests import makers, writes
from tests.databases import Database
from tests.running_registry import KEYS
from tests.system.days import in_days, tomorrow
from tests.system.demonstrated import demonstrated
from tests.system.running import Running
from tests.system.strangers import stranger

pytestmark = [pytest.mark.system, pytest.mark.db]

Row: TypeAlias = Mapping[str, Any]

OF_A_CYCLE = ("postulates", "pillars", "regions", "organisations", "good-practices")
FIGURES = (
    "/v1/rates?cycle=2025",
    *(f"/v1/aggregates/{name}?cycle=2025" for name in OF_A_CYCLE),
    "/v1/aggregates/timeline",
    "/v1/aggregates/trajectory",
)
"""Where each row is one figure: a value, and what it is of."""
OTHERS = (
    "/v1/aggregates/pillar-balance?cycle=2025",
    "/v1/aggregates/assistance",
    "/v1/aggregates/matrix?cycle=2025",
)
KEPT_BY_ALL = {"as_of_position", "as_of_recorded_at", "effective_on", "incomplete", "disclaimer"}
"""Of an answer in JSON these stand once above the rows; in CSV in every row."""


@dataclass(frozen=True, slots=True)
class Builder:
    """Somebody with a client, and what both services are called."""

    running: Running
    folder: Path

    def get(self, link: str, **headers: str) -> httpx.Response:
        """Follow a link of reporting, given as it stands in an answer."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.running.client.get(self.running.reporting + link, headers=named)

    def json(self, link: str) -> Any:
        answer = self.get(link)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def rows(self, link: str, *, lang: str = "en") -> list[dict[str, str]]:
        """Ask for CSV, as a spreadsheet or a notebook reads it."""
        answer = self.get(link, accept="text/csv", accept_language=lang)
        assert answer.status_code == 200, answer.text
        assert answer.headers["content-type"].startswith("text/csv")
        return list(csv.DictReader(io.StringIO(answer.text)))

    def of_registry(self, link: str) -> httpx.Response:
        answer = self.running.client.get(self.running.registry + link)
        assert answer.status_code == 200, answer.text
        return answer


@pytest.fixture
def builder(database: Database, reporting_database: Database, tmp_path: Path) -> Iterator[Builder]:
    with demonstrated(database, reporting_database, tmp_path / "kept") as running:
        folder = tmp_path / "builder"
        folder.mkdir()
        yield Builder(running, folder)


def test_a_dashboard_is_built_from_public_answers_alone(
    builder: Builder, database: Database
) -> None:
    filters_offer_what_has_data(builder)
    every_code_has_a_name(builder)
    every_figure_is_a_tidy_row_with_its_denominator(builder)
    a_chart_is_drawn_from_one_answer(builder)
    figures_are_followed_to_receipts_by_links_alone(builder)
    what_is_new_is_polled_for(builder)
    older_answers_stay_as_they_were(builder)
    another_day_is_asked_for(builder)
    whose_entries_are_held_back_is_said_in_every_answer(builder, database)


def filters_offer_what_has_data(builder: Builder) -> None:
    offered = builder.json("/v1/availability")["filters"]
    assert offered["cycles"] == ["2024", "2025", "2026"]
    for cycle_id in offered["cycles"]:
        found = builder.json(f"/v1/availability?cycle={cycle_id}")
        assert found["data"]
        assert found["filters"]["cycles"] == [cycle_id]
        shown = builder.json(f"/v1/aggregates/matrix?cycle={cycle_id}")["data"]
        stated = {unit for row in shown for unit, cell in row["cells"].items() if cell["stated"]}
        assert stated == set(found["filters"]["units"])
    for one in builder.json("/v1/availability")["data"]:
        report = builder.json(f"/v1/reports/{one['participant']}/{one['cycle_id']}")["data"]
        assert (report["report_id"], report["origin"]) == (one["report_id"], one["origin"])


def every_code_has_a_name(builder: Builder) -> None:
    """Of a filter, and of a key in any figure: found in the dimension that it is of."""
    offered = builder.json("/v1/availability")["filters"]
    for filtered, dimension in (
        ("participants", "participants"),
        ("cycles", "cycles"),
        ("units", "reporting-units"),
    ):
        assert set(offered[filtered]) <= named(builder, dimension).keys()
    for figure in FIGURES:
        keys = defaultdict(set)
        for row in builder.json(figure)["data"]:
            keys[row["dimension"]].add(row["key"])
        for dimension, members in keys.items():
            if dimension in NAMED_BY:
                known = named(builder, NAMED_BY[dimension]).keys()
                assert members <= known, (figure, dimension)
    assert all(one["name"]["en"] for one in named(builder, "reporting-units").values())


def every_figure_is_a_tidy_row_with_its_denominator(builder: Builder) -> None:
    for link in (*FIGURES, *OTHERS):
        told, rows = builder.json(link), builder.rows(link)
        assert rows, link
        assert rows[0].keys() > KEPT_BY_ALL
        assert all(row.get("asserted_by") or row.get("cell_asserted_by") for row in rows)
        assert all(row["explained_at"] for row in rows)
        assert {row["as_of_position"] for row in rows} == {str(told["position"])}
        in_french = builder.rows(link, lang="fr")
        assert rows[0].keys() == in_french[0].keys()
        if link not in FIGURES:
            continue
        assert len(rows) == len(told["data"])
        for row, figure in zip(rows, told["data"], strict=True):
            assert all(
                row[name] == ("" if value is None else str(value)) for name, value in figure.items()
            ), (link, figure)
            assert is_what_it_is_of(figure), figure


def a_chart_is_drawn_from_one_answer(builder: Builder) -> None:
    """How statements stand, unit by unit: bars that fill their width, labelled from the row."""
    bars: dict[str, dict[str, Decimal]] = defaultdict(dict)
    for row in builder.rows("/v1/aggregates/postulates?cycle=2025"):
        if (row["metric"], row["dimension"]) == ("share_of_statements", "reporting_unit"):
            assert row["measured_in"] == "per_cent"
            assert row["methodology"]
            assert row["disclaimer"]
            assert row["code"] not in bars[row["key"]]
            bars[row["key"]][row["code"]] = Decimal(row["value"])
    offered = builder.json("/v1/availability?cycle=2025")["filters"]["units"]
    assert set(offered) <= bars.keys()
    for unit in offered:
        whole = sum(bars[unit].values(), Decimal(0))
        assert abs(whole - 100) < Decimal("0.5"), (unit, bars[unit])


def figures_are_followed_to_receipts_by_links_alone(builder: Builder) -> None:
    for link in ("/v1/rates?cycle=2025", "/v1/aggregates/postulates?cycle=2025"):
        figure = next(row for row in builder.json(link)["data"] if row["numerator"])
        explained = builder.json(figure["explained_at"])["data"]
        assert explained["figure"] == figure
        positions = {at for one in explained["numerator"] for at in one["positions"]}
        entries = {entry["position"]: entry for entry in explained["entries"]}
        assert positions <= entries.keys()
        entry = entries[min(positions)]
        event = builder.of_registry(entry["event"]).json()[0]
        assert (event["id"], event["type"]) == (str(entry["position"]), entry["type"])
        (builder.folder / "receipt").write_bytes(builder.of_registry(entry["receipt"]).content)
        key = builder.running.folder.verifier_key
        told = stranger(["receipt", "receipt", "--key", key], builder.folder)
        assert told.returncode == 0, told.stderr
        proven = Entry(**{**dict.fromkeys(Entry._fields), **json.loads(told.stdout)})
        assert proven.position == entry["position"]
        assert proven.datahash == json.loads(event["leaf"])["datahash"]


def what_is_new_is_polled_for(builder: Builder) -> None:
    pages, link = [], "/v1/changes?limit=50"
    while link:
        answer = builder.get(link)
        pages += answer.json()["data"]
        link = path_of(answer.links.get("next", {}).get("url", ""))
    last = answer.json()["position"]
    assert [one["position"] for one in pages] == list(range(1, last + 1))

    poll = f"/v1/changes?after={last}"
    nothing = builder.get(poll)
    assert nothing.json()["data"] == []
    unchanged = builder.get(poll, if_none_match=nothing.headers["etag"])
    assert (unchanged.status_code, unchanged.content) == (304, b"")
    position = something_happens(builder)
    assert position == last + 1
    builder.running.ask("/v1/participants", min_position=position)
    news = builder.get(poll, if_none_match=nothing.headers["etag"])
    assert news.status_code == 200
    (new,) = news.json()["data"]
    assert (new["position"], new["type"], new["participant"]) == (
        *(position, "participant-renamed", "ZZC"),
    )
    renamed = builder.json(new["links"]["shown"])["data"]
    assert renamed["name"]["en"] == "Renamed Republic"


def older_answers_stay_as_they_were(builder: Builder) -> None:
    """Where an answer stands for ever is in its `Content-Location`; it does not change there."""
    link = "/v1/aggregates/matrix?cycle=2025"
    before = builder.get(link)
    for_ever = before.headers["content-location"]
    name = {row["participant"]: row["name"] for row in before.json()["data"]}
    something_happens(builder, name="Renamed Again")
    builder.running.ask("/v1/participants", min_position=before.json()["position"] + 1)
    again = builder.get(for_ever)
    assert again.json()["data"] == before.json()["data"]
    now = {row["participant"]: row["name"] for row in builder.json(link)["data"]}
    assert (name["ZZC"], now["ZZC"]) != (now["ZZC"], name["ZZC"])
    assert "Renamed Again" in str(now["ZZC"])


def another_day_is_asked_for(builder: Builder) -> None:
    """Both earlier cycles close with the first day: from the next on they have a trajectory."""
    phases = {
        day: {one["cycle_id"]: one["phase"] for one in builder.json(link)["data"]}
        for day in (in_days(-1), tomorrow())
        for link in [f"/v1/cycles?effective_on={day}"]
    }
    assert phases[tomorrow()]["2025"] == "closed"
    assert phases[in_days(-1)]["2025"] != "closed"


def whose_entries_are_held_back_is_said_in_every_answer(
    builder: Builder, database: Database
) -> None:
    position = an_entry_comes_that_reporting_cannot_read(builder, database, "ZZC")
    builder.running.ask("/v1/participants", min_position=position)
    for link in (*FIGURES, *OTHERS):
        told = builder.get(link)
        held_back = [{"participant": "ZZC", "since_position": position}]
        assert told.json()["incomplete"] == held_back, link
        assert told.headers["concord-incomplete"] == f"ZZC;since={position}"
        assert {row["incomplete"] for row in builder.rows(link)} == {f"ZZC since {position}"}
    earlier = builder.json(f"/v1/rates?cycle=2025&as_of={position - 1}")
    assert earlier["incomplete"] == []


# --- what the steps do over and over

NAMED_BY = {
    "reporting_unit": "reporting-units",
    "pillar": "pillars",
    "regional_group": "regional-groups",
    "participant": "participants",
    "organisation": "organisations",
}
"""Dimension of a figure, and the list that has its members."""


def named(builder: Builder, dimension: str) -> dict[str, Row]:
    rows = builder.json(f"/v1/dimensions/{dimension}")["data"]
    return {row["code"]: row for row in rows}


def is_what_it_is_of(figure: Row) -> bool:
    """Say whether a share is the numerator of its denominator, rounded to a tenth."""
    if figure["measured_in"] != "per_cent" or not figure["denominator"] or not figure["value"]:
        return True
    share = Decimal(100 * int(figure["numerator"])) / int(figure["denominator"])
    return abs(Decimal(figure["value"]) - share) <= Decimal("0.05")


def path_of(link: str) -> str:
    url = httpx.URL(link)
    return url.raw_path.decode() if link else ""


def something_happens(builder: Builder, *, name: str = "Renamed Republic") -> int:
    """The secretariat records a new name of Cerulea's."""
    body = writes.act(makers.participant_renamed("ZZC", name={"en": name}))
    version = builder.json("/v1/participants/ZZC")["data"]["version"]
    token = builder.running.folder.token_of("secretariat", "secretariat")
    answer = builder.running.client.post(
        f"{builder.running.registry}/v1/participants/ZZC/acts",
        json=body,
        headers={
            "authorization": f"Bearer {token}",
            "idempotency-key": f"renamed-{version}",
            "if-match": f'"{version}"',
        },
    )
    assert answer.status_code == 201, answer.text
    position: int = answer.json()["position"]
    return position


def an_entry_comes_that_reporting_cannot_read(
    builder: Builder, database: Database, code: str
) -> int:
    """As a registry of a later release might write it beside this one, into the same log."""
    folder = builder.running.folder.path
    signer = read_ring(folder / "signing.key").signer
    event = NewEvent(
        stream=f"plan-{code}-LATER",
        type="plan-registered",
        dataschema="https://concord.example/contracts/events/plan-registered/1.0.0/schema.json",
        participant=code,
        actor="of-a-later-release",
        body=b'{"participant":"' + code.encode() + b'"}',
    )
    append = Append(
        events=[event],
        expects={event.stream: 0},
        scope="later",
        key="later",
        request_digest=bytes(32),
    )
    store = folder / "checkpoints.sqlite"
    with opened_log(database.url, store, signer, keys=KEYS, clock=utc_now) as opened:
        return opened.log.append(append).last_position
