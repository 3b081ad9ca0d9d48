"""System: the story of an auditor, from the mandate to its end, and of what can be proven of it.

Arcadia and Belmora are fictitious. What is checked offline is checked in processes of its own,
which know neither service; the earlier of two days is an earlier moment of the story.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest

from contracts.events import RegistryEvent
from tests import makers, writes
from tests.databases import Database
from tests.system.days import cycle, in_days, tomorrow
from tests.system.running import both_services
from tests.system.story import Person, Story, on_version, problem
from tests.system.strangers import stranger

pytestmark = [pytest.mark.system, pytest.mark.db]

PEOPLE = {
    "secretariat": "secretariat",
    "fp-arcadia": "focal-point:ZZA",
    "fp-belmora": "focal-point:ZZB",
    "auditor-7": "auditor",
    "auditor-former": "auditor",
}
FOR_AUDITORS = "Of nine requests, four wait for an answer."
SEEN = "A register with nine requests was shown."
FIGURES = "/v1/aggregates/postulates"


@dataclass(slots=True)
class Archive:
    """What the auditor keeps: files, and an answer as it was given."""

    folder: Path
    figures: dict[str, Any] = field(default_factory=dict)

    def keep(self, name: str, answer: httpx.Response) -> str:
        assert answer.status_code == 200, answer.text
        (self.folder / name).write_bytes(answer.content)
        return name


@pytest.fixture
def story(database: Database, reporting_database: Database, tmp_path: Path) -> Iterator[Story]:
    with both_services(database, reporting_database, tmp_path / "kept") as running:
        yield Story(running, PEOPLE)


def test_an_auditor_examines_a_claim_and_proves_what_was_seen(story: Story, tmp_path: Path) -> None:
    archive = Archive(tmp_path / "archive")
    archive.folder.mkdir()
    two_participants_report(story)
    the_auditor_archives_what_is_known_on_the_first_day(story, archive)
    nothing_is_said_without_a_mandate(story)
    the_secretariat_gives_a_mandate(story)
    a_report_is_read_as_it_was_submitted_and_as_it_is(story)
    what_is_for_auditors_is_read_under_the_mandate_alone(story)
    what_was_seen_of_the_claim_is_recorded(story)
    a_finding_stands_with_its_response_or_says_that_there_is_none(story)
    a_recommendation_is_followed_up_and_the_finding_closed(story)
    nothing_is_said_outside_the_mandate(story)
    everything_is_proven_offline(story, archive)
    what_was_changed_is_refused(story, archive)
    every_projection_is_made_again_from_the_corpus(story, archive)
    the_figures_of_the_first_day_are_what_was_archived(story, archive)
    the_mandate_ends(story)
    story.is_answered_as_it_was_known()


def two_participants_report(story: Story) -> None:
    secretariat = Person(story, "secretariat")
    for code, actor in (("ZZA", "fp-arcadia"), ("ZZB", "fp-belmora")):
        signature = writes.act(makers.signature_recorded(code))
        secretariat.records(f"/v1/participants/{code}/acts", signature)
        designation = writes.focal_point(code, focal_point_id=actor, received_on=in_days(-40))
        secretariat.records(f"/v1/participants/{code}/focal-points", designation)
    for cycle_id in ("2025", "2026"):
        secretariat.records("/v1/cycles", cycle(cycle_id, opens=-30, due=10))
    for code, cycle_id, actor in (
        ("ZZA", "2025", "fp-arcadia"),
        ("ZZB", "2025", "fp-belmora"),
        ("ZZA", "2026", "fp-arcadia"),
    ):
        body = writes.submission(code, cycle_id, document=said(code, cycle_id))
        Person(story, actor).records("/v1/reports", body)


def the_auditor_archives_what_is_known_on_the_first_day(story: Story, archive: Archive) -> None:
    archive.figures = story.running.ask(
        FIGURES, cycle="2025", effective_on=tomorrow(), min_position=story.position
    )
    assert archive.figures["position"] == story.position
    archive.keep("first.checkpoint", of_registry(story, "/checkpoint"))


def nothing_is_said_without_a_mandate(story: Story) -> None:
    seen = makers.observation_recorded("ZZA", "2025")
    assert refused(story, seen) == (403, "not-known-to-the-register")


def the_secretariat_gives_a_mandate(story: Story) -> None:
    scope = {"participants": ["ZZA"], "cycles": ["2025"], "received_on": in_days(-40)}
    for actor, last in (("auditor-7", 90), ("auditor-former", -2)):
        mandate = writes.mandate(actor, **scope, term_from=in_days(-30), term_to=in_days(last))
        Person(story, "secretariat").records("/v1/mandates", mandate)
    own = {one["mandate_id"]: one for one in story.reads("/v1/mandates")}["auditor-7"]
    assert (own["participants"], own["cycles"], own["may"]) == (["ZZA"], ["2025"], ["examine"])


def a_report_is_read_as_it_was_submitted_and_as_it_is(story: Story) -> None:
    more = {"P6": makers.statement("Crossings have passenger data.")}
    document = said("ZZA", "2025", text="Acts 3 and 4 were amended.", **more)
    corrected = writes.corrigendum("ZZA", "2025", document=document)
    Person(story, "fp-arcadia").records("/v1/reports/ZZA-2025/corrigenda", corrected)
    first, second = story.reads("/v1/reports/ZZA/2025")["versions"]
    (submitted,) = first["positions"]
    unit = "/v1/reports/ZZA/2025/postulates/P1"
    then = story.reads(unit, as_of=submitted)["statement"]["narrative"]
    assert then == {"en": "Two acts were amended."}
    assert story.reads(unit)["statement"]["narrative"] == {"en": "Acts 3 and 4 were amended."}
    assert (first["is_superseded"], second["is_superseded"]) == (True, False)


def what_is_for_auditors_is_read_under_the_mandate_alone(story: Story) -> None:
    unit = "/v1/reports/ZZA/2025/postulates/P5"
    assert story.status("ZZA", "2025", "P5") == "restricted"
    assert FOR_AUDITORS in of_reporting(story, unit, "auditor-7").text
    for actor in (None, "auditor-former"):
        assert FOR_AUDITORS not in of_reporting(story, unit, actor).text
    elsewhere = of_reporting(story, "/v1/reports/ZZB/2025/postulates/P5", "auditor-7")
    assert (elsewhere.status_code, FOR_AUDITORS in elsewhere.text) == (200, False)


def what_was_seen_of_the_claim_is_recorded(story: Story) -> None:
    earlier = on_version(story, "ZZA", "2025", 1)
    old = makers.observation_recorded("ZZA", "2025", **earlier, **ON_THE_DAY)
    assert refused(story, old) == (409, "superseded-version")
    seen = makers.observation_recorded("ZZA", "2025", **on_version(story, "ZZA", "2025"))
    hidden = makers.passage(SEEN, visibility="auditors")
    says(story, seen, observation=hidden, **ON_THE_DAY)
    (row,) = story.reads("/v1/observations")
    assert (row["text"], row["visibility"], row["restricted"]) == (None, "auditors", True)


def a_finding_stands_with_its_response_or_says_that_there_is_none(story: Story) -> None:
    text = "One of the two acts is in force."
    found = makers.finding_issued(
        "ZZA",
        "2025",
        **on_version(story, "ZZA", "2025"),
        respond_by=in_days(30),
        finding=makers.passage(text, assessment="partly_substantiated"),
    )
    says(story, found)
    waiting = finding(story)
    assert (waiting["state"], waiting["response"]["state"]) == ("awaiting_response", "awaited")
    assert waiting["response"]["sentence"]["en"].startswith("No response yet")
    assert refused(story, makers.finding_closed("ZZA", "2025")) == (409, "response-awaited")
    response = makers.finding_responded("ZZA", "2025")
    neighbour = Person(story, "fp-belmora").is_refused(RESPONSES, writes.on_version(response))
    assert neighbour == (403, "forbidden")
    Person(story, "fp-arcadia").records(RESPONSES, writes.on_version(response))
    answered = finding(story)
    assert (answered["state"], answered["response"]["answer"]) == ("responded", "accepted")


def a_recommendation_is_followed_up_and_the_finding_closed(story: Story) -> None:
    says(story, makers.recommendation_issued("ZZA", "2025", respond_by=in_days(30)))
    noted = writes.on_version(makers.recommendation_responded("ZZA", "2025"))
    Person(story, "fp-arcadia").records(RESPONSES, noted)
    too_early = refused(story, makers.finding_closed("ZZA", "2025"))
    assert too_early == (409, "recommendation-still-open")
    says(story, makers.recommendation_followed_up("ZZA", "2025", effective_on=in_days(-1)))
    says(story, makers.finding_closed("ZZA", "2025"))
    closed = finding(story)
    assert (closed["state"], closed["closing"]["outcome"]) == ("closed", "addressed")
    (recommended,) = closed["recommendations"]
    assert (recommended["status"], recommended["response"]["answer"]) == ("implemented", "noted")
    assert all(not action["allowed"] and action["reason"] for action in closed["actions"])


def nothing_is_said_outside_the_mandate(story: Story) -> None:
    for code, cycle_id in (("ZZB", "2025"), ("ZZA", "2026")):
        claim = on_version(story, code, cycle_id)
        seen = makers.observation_recorded(code, cycle_id, **claim, **ON_THE_DAY)
        assert refused(story, seen) == (403, "outside-the-mandate")
    again = makers.observation_recorded(
        "ZZA", "2025", observation_id="O-2", **on_version(story, "ZZA", "2025"), **ON_THE_DAY
    )
    assert refused(story, again, by="auditor-former") == (403, "outside-the-term")


def everything_is_proven_offline(story: Story, archive: Archive) -> None:
    """Fetch, then check: from here on the files and the pinned key are all that is used."""
    (row,) = story.reads("/v1/observations")
    (position,) = row["positions"]
    archive.keep("second.checkpoint", of_registry(story, "/checkpoint"))
    older, newer = (size_of(archive, name) for name in CHECKPOINTS)
    assert older < position <= newer
    for name, path in (
        ("receipt", f"/v1/receipts/{position}"),
        ("page.json", f"/v1/events?after={position - 1}"),
        ("inclusion.json", f"/v1/proofs/inclusion?position={position}&size={newer}"),
        ("consistency.json", f"/v1/proofs/consistency?from={older}&to={newer}"),
        ("export.ndjson", "/v1/export"),
    ):
        archive.keep(name, of_registry(story, path))
    disclosed = Person(story, "auditor-7").sends("GET", f"/v1/disclosures/{position}")
    archive.keep("disclosure.json", disclosed)
    page = json.loads((archive.folder / "page.json").read_bytes())
    (archive.folder / "event.json").write_text(json.dumps(page[0]))

    entry = checked(story, archive, "receipt")
    assert (entry["position"], entry["type"]) == (position, "observation-recorded")
    assert checked(story, archive, "inclusion") == entry
    grown = checked(story, archive, "consistency")
    assert (grown["from"], grown["to"]) == (older, newer)
    by_receipt = checked(story, archive, "disclosure")
    assert (by_receipt["position"], by_receipt["value"]["text"]) == (position, {"en": SEEN})
    assert checked(story, archive, "by-export") == by_receipt
    assert checked(story, archive, "export")["size"] >= newer


def what_was_changed_is_refused(story: Story, archive: Archive) -> None:
    """A word in the event, a hash in a proof, the checkpoints the other way round."""
    for file, old, new, what in (
        ("page.json", "auditor-7", "auditor-8", "inclusion"),
        ("inclusion.json", '"position":', '"position":1', "inclusion"),
        ("consistency.json", '"from":', '"from":1', "consistency"),
        ("event.json", "examine", "inspect", "disclosure"),
        ("receipt", "index ", "index 1", "receipt"),
    ):
        kept = (archive.folder / file).read_text()
        assert old in kept, file
        (archive.folder / file).write_text(kept.replace(old, new))
        told = verified(story, archive, what)
        assert (told.returncode, told.stdout) == (1, ""), (file, told.stderr)
        assert told.stderr.startswith("concord: "), told.stderr
        (archive.folder / file).write_text(kept)
    turned = stranger(
        ["consistency", "consistency.json", "--older", CHECKPOINTS[1], "--newer", CHECKPOINTS[0],
         "--key", story.running.folder.verifier_key],
        archive.folder,
    )  # fmt: skip
    assert (turned.returncode, turned.stdout) == (1, "")


def every_projection_is_made_again_from_the_corpus(story: Story, archive: Archive) -> None:
    story.reads("/v1/participants")  # so that everything that was written is projected
    told = story.running.ask("/v1/projections", digest="true")
    digests = {name: one["sha256"] for name, one in told["digests"]["projections"].items()}
    manifest = f"{story.running.reporting}/v1/bulk/manifest"
    again = stranger(
        ["bulk", manifest, "--registry", story.running.registry,
         "--key", story.running.folder.verifier_key],
        archive.folder,
    )  # fmt: skip
    assert again.returncode == 0, again.stderr
    rows = [json.loads(line) for line in again.stdout.splitlines()]
    assert {row["projection"]: row["sha256"] for row in rows} == digests
    assert all(row["agrees"] for row in rows)


def the_figures_of_the_first_day_are_what_was_archived(story: Story, archive: Archive) -> None:
    """A unit was added since; of the position of then the answer is the very same."""
    position = archive.figures["position"]
    again = story.running.ask(FIGURES, cycle="2025", as_of=position, effective_on=tomorrow())
    assert again["data"] == archive.figures["data"]
    assert (again["position"], again["recorded_at"]) == (position, archive.figures["recorded_at"])
    now = story.running.ask(FIGURES, cycle="2025", effective_on=tomorrow())
    assert now["data"] != archive.figures["data"]


def the_mandate_ends(story: Story) -> None:
    revocation = {
        "type": "mandate-revoked",
        "mandate_id": "auditor-7",
        "revoked_on": in_days(-2),
        "received_on": in_days(-3),
        "reference": "Terms of reference 1, ended",
    }
    Person(story, "secretariat").records("/v1/mandates", revocation)
    late = makers.observation_recorded(
        "ZZA", "2025", observation_id="O-2", **on_version(story, "ZZA", "2025"), **ON_THE_DAY
    )
    assert refused(story, late) == (403, "outside-the-term")
    unit = "/v1/reports/ZZA/2025/postulates/P5"
    assert FOR_AUDITORS not in of_reporting(story, unit, "auditor-7").text
    assert finding(story)["state"] == "closed"  # what was said under it stands


# --- what the steps say over and over

FINDINGS, RESPONSES = "/v1/reports/ZZA-2025/findings", "/v1/reports/ZZA-2025/responses"
CHECKPOINTS = ("first.checkpoint", "second.checkpoint")
ON_THE_DAY = {"observed_on": in_days(-3)}
FILES = {
    "receipt": ("receipt", "receipt"),
    "inclusion": (
        *("inclusion", "inclusion.json", "--event", "page.json"),
        *("--checkpoint", CHECKPOINTS[1]),
    ),
    "consistency": (
        *("consistency", "consistency.json"),
        *("--older", CHECKPOINTS[0], "--newer", CHECKPOINTS[1]),
    ),
    "disclosure": (
        *("disclosure", "disclosure.json", "--receipt", "receipt", "--body", "event.json"),
    ),
    "by-export": ("disclosure", "disclosure.json", "--export", "export.ndjson"),
    "export": ("export", "export.ndjson"),
}
"""What is typed after `concord verify`."""


def said(
    code: str, cycle_id: str, *, text: str = "Two acts were amended.", **more: Any
) -> dict[str, Any]:
    """A report on two units, one of them for auditors, and on more."""
    statements = {
        "P1": makers.statement(text, implementation_status="in_progress"),
        "P5": makers.statement(
            FOR_AUDITORS, implementation_status="planned", visibility="auditors"
        ),
        **more,
    }
    return writes.document(code, cycle_id, statements=statements)


def says(story: Story, event: RegistryEvent, **changes: Any) -> None:
    Person(story, "auditor-7").records(FINDINGS, {**writes.audit_act(event), **changes})


def refused(story: Story, event: Any, *, by: str = "auditor-7") -> tuple[int, str]:
    path = f"/v1/reports/{event.report_id}/findings"
    return problem(Person(story, by).tries(path, writes.audit_act(event)))


def finding(story: Story) -> dict[str, Any]:
    (row,) = story.reads("/v1/findings")
    found: dict[str, Any] = row
    return found


def of_registry(story: Story, path: str) -> httpx.Response:
    return story.running.client.get(story.running.registry + path)


def of_reporting(story: Story, path: str, actor: str | None) -> httpx.Response:
    """Ask as somebody with a token, or as anybody."""
    headers = {"authorization": f"Bearer {story.token_of(actor)}"} if actor else {}
    story.reads("/v1/participants")  # so that it has heard of everything that was written
    return story.running.client.get(story.running.reporting + path, headers=headers)


def size_of(archive: Archive, name: str) -> int:
    return int((archive.folder / name).read_text().splitlines()[1])


def verified(story: Story, archive: Archive, what: str) -> Any:
    return stranger([*FILES[what], "--key", story.running.folder.verifier_key], archive.folder)


def checked(story: Story, archive: Archive, what: str) -> dict[str, Any]:
    told = verified(story, archive, what)
    assert told.returncode == 0, told.stderr
    found: dict[str, Any] = json.loads(told.stdout)
    return found
