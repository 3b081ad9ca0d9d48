"""Oracle: histories of everything that figures go by, at odd hours, for Hypothesis.

What a section says begins with a word of its own, so that it can be searched for in any answer.
"""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any, TypeAlias

from hypothesis import strategies as st

from contracts.events import RegistryEvent
from contracts.sealing import Disclosure
from tests import makers

Lived: TypeAlias = list[tuple[datetime, RegistryEvent]]

BEGIN = datetime(2025, 2, 1, 9, 59, tzinfo=UTC)
CODES = ("ZZA", "KAZ", "ORG-ZZO")
UNITS = ("P1", "P2", "P5", "P8.a")
ZONES = st.sampled_from(
    ("America/New_York", "UTC", "Pacific/Kiritimati", "Pacific/Honolulu", "Asia/Almaty")
)
PRECISIONS = st.sampled_from(("day", "day", "month", "year", "inferred", "not_later_than"))
CLAIMS = st.sampled_from(("confirmed", "confirmed", "confirmed", "probable"))
STEPS = st.sampled_from(
    tuple(timedelta(hours=hours) for hours in (0, 0, 1, 3, 9, 24, 24 * 9, 24 * 20, 24 * 45))
)
DAYS = st.dates(date(2024, 6, 1), date(2027, 3, 1))
PILLARS = st.lists(st.sampled_from(("I", "II", "III", "IV")), unique=True, max_size=3)
STATUSES = st.sampled_from((None, "planned", "in_progress", "in_place", "not_applicable"))


def canary(report_id: str, number: int, name: str) -> str:
    """Give the word that one section of one version begins with."""
    return f"Canary.{report_id}.{number}.{name}!"


@st.composite
def measures(draw: st.DrawFn, word: str) -> list[dict[str, Any]]:
    """Some measures; the same ids come in several sections and versions."""
    ids = draw(st.lists(st.sampled_from(("M1", "M2", "M3")), unique=True, max_size=2))
    return [
        {
            "measure_id": one,
            "measure_type": "event",
            "title": {"en": f"{word} {one}"},
            "pillars": draw(PILLARS),
            **draw(st.sampled_from(({}, {"commitments": [_link(1)]}, {"commitments": [_link(2)]}))),
        }
        for one in ids
    ]


def _link(number: int) -> dict[str, str]:
    return {"plan_id": "ZZA-PLAN-1", "commitment_id": f"C-{number:02}"}


class Report:
    """What was filed for one participant and cycle."""

    def __init__(self, code: str, cycle_id: str) -> None:
        self.code, self.cycle_id, self.report_id = code, cycle_id, f"{code}-{cycle_id}"
        self.documents: dict[int, dict[str, Any]] = {}
        self.hidden: dict[tuple[int, str], Disclosure] = {}
        self.digests: list[str] = []
        self.is_withdrawn = False

    @property
    def number(self) -> int:
        return len(self.digests)


@st.composite
def documents(draw: st.DrawFn, report: Report, number: int) -> dict[str, Any]:
    """A document: some sections open, some sealed; full, or an update."""
    form = draw(st.sampled_from(("full", "update")))
    names = draw(st.lists(st.sampled_from((*UNITS, "human_rights")), unique=True, min_size=1))
    if names == ["human_rights"]:
        names.append("P1")
    parts: dict[str, Any] = {name: draw(_parts(report, number, name)) for name in names}
    rights = parts.pop("human_rights", None)
    cover = {"form": form}
    more: dict[str, Any] = {} if rights is None else {"human_rights": rights}
    if draw(st.booleans()):
        signed = draw(st.sampled_from(("2019-01-02", "2020-01-02")))
        more["treaties"] = [{"instrument": "hostages-1979", "signed_on": signed}]
    document = makers.national_report(
        report.code, report.cycle_id, cover=cover, statements=parts, **more
    )
    report.documents[number] = document
    return document


@st.composite
def _parts(draw: st.DrawFn, report: Report, number: int, name: str) -> dict[str, Any]:
    word = canary(report.report_id, number, name)
    said: dict[str, Any] = {
        "narrative": {"en": f"{word} What we did."},
        "measures": draw(measures(word)),
        "visibility": "public",
    }
    above = ""
    if name != "human_rights":
        above = "/statements"
        status = draw(STATUSES)
        said |= {"changed": draw(st.booleans()), "original": "en"}
        said |= {} if status is None else {"implementation_status": status}
    if draw(st.integers(0, 2)):
        return said
    said["visibility"] = "auditors"
    hidden = Disclosure(f"/document{above}/{name}", "c2FsdCBvZiBzaXh0ZWVuIQ", said)
    report.hidden[number, name] = hidden
    return {"sealed": hidden.digest(), "visibility": "auditors"}


class Writer:
    """Writes a history down, one event after the other."""

    def __init__(self, draw: st.DrawFn) -> None:
        self.draw, self.now = draw, BEGIN
        self.told: Lived = []
        self.reports: dict[str, Report] = {}
        self.versions: dict[str, list[str]] = {code: [] for code in CODES}
        self.numbers: dict[str, int] = {}

    def tell(self, *events: RegistryEvent) -> None:
        for event in events:
            self.now += self.draw(STEPS)
            self.told.append((self.now, event))

    def act(self, kind: str, code: str) -> None:
        """Record an act of participation on what was recorded before."""
        acts, draw = self.versions[code], self.draw
        dated: dict[str, Any] = {
            "effective_on": draw(DAYS),
            "date_precision": draw(PRECISIONS),
            "claim_status": draw(CLAIMS),
        }
        number = draw(st.integers(1, max(1, len(acts))))
        match kind:
            case "withdraw":
                event: RegistryEvent = makers.withdrawal_notified(code, **dated)
            case "rescind":
                found = [n for n, one in enumerate(acts, start=1) if one == "withdraw"]
                if not found:
                    return
                event = makers.withdrawal_rescinded(code, withdrawal=draw(st.sampled_from(found)))
            case "rectify":
                event = makers.act_rectified(code, rectifies=number, **dated)
            case "contest":
                event = makers.act_contested(code, contests=number)
            case _:
                event = makers.participant_renamed(code, **dated)
        acts.append(kind)
        self.tell(event)

    def file(self, kind: str, code: str, cycle_id: str) -> None:
        """File, correct, renew or withdraw a report, or say something on what was filed."""
        report = self.reports.setdefault(f"{code}-{cycle_id}", Report(code, cycle_id))
        stands = report.number and not report.is_withdrawn
        if kind == "file":
            self._version(report, makers.corrigendum_filed if stands else makers.report_submitted)
        elif kind == "renew" and not stands and cycle_id == "2026":
            self._renew(report, self.reports.get(f"{code}-2025"))
        elif stands and kind == "withdraw":
            report.is_withdrawn = True
            self.tell(makers.report_withdrawn(code, cycle_id, **self._named(report)))
        elif stands and kind in REVIEWS:
            self.tell(REVIEWS[kind](code, cycle_id, **self._named(report)))
        elif report.documents and kind in {"show", "restrict"}:
            self._show(report, kind)

    def _named(self, report: Report) -> dict[str, Any]:
        return {"report_version": report.number, "digest": report.digests[-1]}

    def _version(self, report: Report, make: Callable[..., RegistryEvent]) -> None:
        number = report.number + 1
        document = self.draw(documents(report, number))
        report.digests.append(makers.digest_of(document))
        report.is_withdrawn = False
        self.tell(
            make(
                report.code,
                report.cycle_id,
                document=document,
                report_version=number,
                supersedes=number - 1 or None,
            )
        )

    def _renew(self, report: Report, earlier: Report | None) -> None:
        if earlier is None or earlier.is_withdrawn or earlier.number not in earlier.documents:
            return
        digest = earlier.digests[-1]
        report.digests.append(digest)
        report.is_withdrawn = False
        self.tell(
            makers.nothing_new_declared(
                report.code,
                report.cycle_id,
                report_version=report.number,
                renews_report=earlier.report_id,
                renews_version=earlier.number,
                renews_digest=digest,
            )
        )

    def _show(self, report: Report, kind: str) -> None:
        number = self.draw(st.sampled_from(sorted(report.documents)))
        document = report.documents[number]
        names = [*document["statements"], *(["human_rights"] * ("human_rights" in document))]
        name = self.draw(st.sampled_from(names))
        named: dict[str, Any] = {
            "report_version": number,
            "digest": report.digests[number - 1],
            "units": [name],
        }
        if kind == "show":
            hidden = report.hidden.get((number, name))
            opening = [] if hidden is None else [{"unit": name, "disclosure": hidden.encoded()}]
            self.tell(
                makers.publication_authorised(
                    report.code, report.cycle_id, **named, revealed=opening
                )
            )
        else:
            self.tell(makers.publication_restricted(report.code, report.cycle_id, **named))

    def promise(self, kind: str, code: str) -> None:
        """Say something of a plan or of a commitment in it."""
        draw, name = self.draw, f"C-{self.draw(st.integers(1, 2)):02}"
        key = f"{code} {name}"
        if kind == "conclude":
            self.tell(makers.plan_concluded(code, effective_on=draw(DAYS)))
        elif key not in self.numbers:
            self.numbers[key] = 1
            dated = {"effective_on": draw(DAYS), "target_on": draw(DAYS)}
            pillars = draw(PILLARS.filter(bool))
            self.tell(
                makers.commitment_declared(code, commitment_id=name, pillars=pillars, **dated)
            )
        elif kind == "drop":
            self.tell(
                makers.commitment_withdrawn(code, commitment_id=name, effective_on=draw(DAYS))
            )
        else:
            said = draw(st.sampled_from(("in_place", "in_place", "in_progress")))
            self.tell(
                makers.commitment_progress_reported(
                    code, commitment_id=name, effective_on=draw(DAYS), implementation_status=said
                )
            )

    def people(self, kind: str, code: str) -> None:
        """Name a focal point, end its term, or erase it."""
        draw, who = self.draw, f"fp-{self.draw(st.integers(1, 2))}"
        key = f"{code} {who}"
        state = self.numbers.get(key, 0)
        if state == 0:
            self.numbers[key] = 1
            term = sorted((draw(DAYS), draw(DAYS)))
            ends = draw(st.sampled_from((None, term[1])))
            self.tell(
                makers.focal_point_designated(
                    code, focal_point_id=who, term_from=term[0], term_to=ends
                )
            )
        elif kind == "end" and state == 1:
            self.numbers[key] = 2
            self.tell(
                makers.focal_point_designation_ended(code, focal_point_id=who, ended_on=draw(DAYS))
            )
        elif kind == "erase" and state < 3:
            self.numbers[key] = 3
            self.tell(makers.personal_data_erased(code, person_id=who))


REVIEWS: dict[str, Callable[..., RegistryEvent]] = {
    "open": makers.review_opened,
    "accept": makers.report_accepted,
    "return": makers.report_returned,
    "revoke": makers.acceptance_revoked,
}
ACTS = ("withdraw", "rescind", "rectify", "contest", "rename")
FILINGS = (*("file", "file", "file", "renew", "renew", "withdraw"), *("show", "show", "restrict"))


@st.composite
def lives(draw: st.DrawFn, length: int = 30) -> Lived:
    """A history of two cycles, some participants, their plans, people and reports."""
    writer = Writer(draw)
    for code in CODES:
        dated = {"effective_on": draw(DAYS), "date_precision": draw(PRECISIONS)}
        writer.tell(makers.signature_recorded(code, claim_status=draw(CLAIMS), **dated))
        writer.versions[code].append("sign")
    for cycle_id in ("2025", "2026"):
        kinds = draw(st.sampled_from((["state", "organisation"], ["state"])))
        opened = {"time_zone": draw(ZONES), "grace_days": draw(st.sampled_from((0, 30)))}
        writer.tell(makers.cycle_opened(cycle_id, participant_kinds=kinds, **opened))
    for code in CODES[:2]:
        writer.tell(makers.plan_registered(code))
    for _ in range(draw(st.integers(length // 2, length))):
        _step(writer, draw(st.sampled_from("ffffffrraappec")))
    if draw(st.booleans()):
        writer.tell(makers.cycle_closed("2025", effective_on=draw(DAYS)))
    return writer.told


def _step(writer: Writer, family: str) -> None:
    """Let something happen of a family: filing, review, act, plan, person, extension."""
    draw = writer.draw
    code, cycle_id = draw(st.sampled_from(CODES)), draw(st.sampled_from(("2025", "2026")))
    match family:
        case "f":
            writer.file(draw(st.sampled_from(FILINGS)), code, cycle_id)
        case "r":
            writer.file(draw(st.sampled_from(tuple(REVIEWS))), code, cycle_id)
        case "a":
            writer.act(draw(st.sampled_from(ACTS)), code)
        case "p":
            kind = draw(st.sampled_from(("report", "report", "drop", "conclude")))
            writer.promise(kind, draw(st.sampled_from(CODES[:2])))
        case "e":
            writer.people(draw(st.sampled_from(("name", "end", "erase"))), code)
        case _:
            due_on = draw(st.dates(date(2025, 7, 1), date(2026, 12, 1)))
            writer.tell(makers.extension_granted(code, cycle_id, due_on=due_on))
