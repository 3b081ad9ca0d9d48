"""What happens, in order: after every step there is one entry more in the registry."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from services.demonstration import (
    arcadia,
    assistance,
    compilation,
    evidence,
    fictitious,
    findings,
    publishing,
    story,
)
from services.demonstration.drafting import ThroughADraft
from services.demonstration.facts import rows
from services.demonstration.fictitious import AUDITOR, SECRETARIAT, focal_point_id
from services.demonstration.sending import Recorded, Registry, Step

CYCLE = "2026"
CYCLES = (*story.CLOSED, CYCLE)
FICTITIOUS = tuple(fictitious.NAMES)
FEATURED = "KAZ"
ORGANISATION = "ORG-OTS"
"""Whose regional report is shown, beside its members."""
LAST = "ZZB"
"""Whose submission is the last act."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Write:
    """One request; a second start of the same folder only replays it."""

    title: str
    path: str
    body: dict[str, Any]
    stream: str
    version: int
    """Version of the stream before this step; 0 = the step creates it."""
    by: str
    """Who sends it."""

    @property
    def headers(self) -> dict[str, str]:
        """Give the precondition and the idempotency key."""
        condition = {"If-Match": f'"{self.version}"'} if self.version else {"If-None-Match": "*"}
        return {"Idempotency-Key": f"demonstration-{self.stream}-{self.version + 1}", **condition}

    def send(self, registry: Registry) -> Recorded:
        """Write it."""
        answer = registry.send("POST", self.path, self.body, by=self.by, **self.headers)
        return registry.take_down(self.title, answer)


@dataclass(frozen=True, slots=True, kw_only=True)
class Showing:
    """Arcadia lets everybody read a section of its report that was sealed."""

    title: str = f"{arcadia.CODE}: {arcadia.SHOWN_LATER} shown"
    stream: str = f"report-{arcadia.CODE}-{CYCLE}"

    def send(self, registry: Registry) -> Recorded:
        """Write it; the digest of what was sealed is known only when it is in the log."""
        body = arcadia.showing(registry.digest_of(self.stream))
        answer = registry.send(
            "POST",
            f"/v1/reports/{arcadia.CODE}-{CYCLE}/publication",
            body,
            by=arcadia.CAPITAL,
            idempotency_key=f"demonstration-{self.stream}-2",
            if_match='"1"',
        )
        return registry.take_down(self.title, answer)


def steps(today: date) -> Iterator[Step]:
    """Give every step; the last one is a fictitious participant's submission.

    Args:
        today: the day of the first start; the cycle's dates hang on it.
    """
    writer = _Writer()
    yield from _participation(writer)
    yield from _publications(writer)
    for code in fictitious.NAMES:
        yield from _people(writer, code, today)
    yield from evidence.deposits(today)
    for cycle_id in story.CLOSED:
        yield from _closed_cycle(writer, cycle_id, today)
    yield from evidence.later(today)
    yield from _audits(writer, today)
    yield from _assistance(writer, today)
    yield writer.step("the cycle opens", "/v1/cycles", f"cycle-{CYCLE}", fictitious.cycle(today))
    yield from _compilations(writer)
    yield from _renewal(writer, "ZZC", today)
    yield from _plans(writer, arcadia.CODE)
    yield ThroughADraft(cycle_id=CYCLE, today=today)
    yield Showing()
    yield from _plans(writer, LAST)
    report = fictitious.report(LAST, CYCLE, today)
    yield writer.submission(LAST, report, by=focal_point_id(LAST))


class _Writer:
    """Counts the versions of the streams that the steps build on."""

    def __init__(self) -> None:
        self._versions: Counter[str] = Counter()

    def step(
        self, title: str, path: str, stream: str, body: dict[str, Any], *, by: str = SECRETARIAT
    ) -> Write:
        self._versions[stream] += 1
        version = self._versions[stream] - 1
        return Write(title=title, path=path, body=body, stream=stream, version=version, by=by)

    def act(self, code: str, title: str, body: dict[str, Any]) -> Write:
        return self.step(title, f"/v1/participants/{code}/acts", f"participation-{code}", body)

    def submission(self, code: str, body: dict[str, Any], *, by: str = SECRETARIAT) -> Write:
        origin = body["document"]["cover"]["origin"].replace("_", " ")
        return self.step(f"{code}: {origin}", "/v1/reports", f"report-{code}-{CYCLE}", body, by=by)


def _participation(writer: _Writer) -> Iterator[Step]:
    for row in rows("signatories"):
        yield writer.act(row["code"], f"{row['name']} signed", compilation.signature(row))
        if renamed := row.get("renamed"):
            title = f"{row['code']}: renamed {renamed['name']}"
            yield writer.act(row["code"], title, compilation.renaming(renamed))
    for row in rows("memberships"):
        title = f"{row['code']}: {row['status']} of {row['organisation']}"
        yield writer.act(row["code"], title, compilation.membership(row))
    for code, name in fictitious.NAMES.items():
        yield writer.act(code, f"{name['en']} signed", fictitious.signature(code))


def _publications(writer: _Writer) -> Iterator[Step]:
    for title, stream, body in publishing.publications():
        yield writer.step(title, "/v1/publications", stream, body)


def _compilations(writer: _Writer) -> Iterator[Step]:
    """Reports and plans of confirmed signatories, as public sources tell of them."""
    for row in rows("plans"):
        title, stream = f"{row['code']}: {row['scope']} plan, compiled", f"plan-{row['plan_id']}"
        yield writer.step(title, "/v1/plans", stream, compilation.plan(row))
    for row in rows("signatories"):
        if body := compilation.compilation(row, CYCLE):
            yield writer.submission(row["code"], body)


def _people(writer: _Writer, code: str, today: date) -> Iterator[Step]:
    """The secretariat registers a first focal point, who lets others act."""
    first = focal_point_id(code)
    path, stream = f"/v1/participants/{code}", f"focal-point-{code}"
    designated, granted = fictitious.focal_point(code), fictitious.delegation(code, today)
    yield writer.step(f"{code}: focal point", f"{path}/focal-points", stream, designated)
    yield writer.step(f"{code}: delegation", f"{path}/delegations", stream, granted, by=first)
    for title, below, body in arcadia.people(today) if code == arcadia.CODE else ():
        yield writer.step(title, f"{path}/{below}", stream, body, by=first)


def _closed_cycle(writer: _Writer, cycle_id: str, today: date) -> Iterator[Step]:
    """What can become of a report: late, extended, asked, returned, corrected; then the end."""
    one, cycle = story.CLOSED[cycle_id], f"cycle-{cycle_id}"
    body = story.cycle(cycle_id, today)
    yield writer.step(f"cycle {cycle_id} opens", "/v1/cycles", cycle, body)
    owed, path = f"obligation-{one.extended}-{cycle_id}", f"/v1/cycles/{cycle_id}/extensions"
    body = story.extension(cycle_id, today)
    yield writer.step(f"{one.extended}: more time", path, owed, body)
    for code in one.reporting:
        report = f"{code}-{cycle_id}"
        for title, below, body in story.acts(code, cycle_id, today):
            path = f"/v1/reports/{report}/{below}" if below else "/v1/reports"
            by = focal_point_id(code) if story.is_of_the_participant(below) else SECRETARIAT
            yield writer.step(title, path, f"report-{report}", body, by=by)
    path = f"/v1/cycles/{cycle_id}/acts"
    yield writer.step(f"cycle {cycle_id} closes", path, cycle, story.closing(today))


def _audits(writer: _Writer, today: date) -> Iterator[Step]:
    """An auditor is given a mandate, and what passes between the auditor and participants."""
    stream, mandate = f"mandate-{AUDITOR}", findings.mandate(today)
    yield writer.step("an auditor's mandate", "/v1/mandates", stream, mandate)
    for said in findings.acts(today):
        code = said.report_id.partition("-")[0]
        by = focal_point_id(code) if said.is_response else AUDITOR
        below = "responses" if said.is_response else "findings"
        path, stream = f"/v1/reports/{said.report_id}/{below}", f"audit-{said.report_id}"
        yield writer.step(said.title, path, stream, said.body, by=by)


def _assistance(writer: _Writer, today: date) -> Iterator[Step]:
    for assistance_id, title, body, by in assistance.statements(today):
        stream = f"assistance-{assistance_id}"
        yield writer.step(title, "/v1/assistance", stream, body, by=by)
    for assistance_id, title, body, by in assistance.acts(today):
        path, stream = f"/v1/assistance/{assistance_id}/acts", f"assistance-{assistance_id}"
        yield writer.step(title, path, stream, body, by=by)


def _renewal(writer: _Writer, code: str, today: date) -> Iterator[Step]:
    report = f"{code}-{CYCLE}"
    path, body = f"/v1/reports/{report}/nothing-new", story.renewal(code, today)
    by = focal_point_id(code)
    yield writer.step(f"{code}: nothing new", path, f"report-{report}", body, by=by)


def _plans(writer: _Writer, code: str) -> Iterator[Step]:
    """A fictitious participant plans, promises, and says how far it is."""
    plan = fictitious.plan(code)
    stream, by = f"plan-{plan['plan_id']}", focal_point_id(code)
    yield writer.step(f"{code}: national plan", "/v1/plans", stream, plan, by=by)
    for title, act in fictitious.plan_acts(code):
        acts = f"/v1/plans/{plan['plan_id']}/acts"
        yield writer.step(f"{code}: {title}", acts, stream, act, by=by)
