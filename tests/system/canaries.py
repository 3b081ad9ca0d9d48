"""System: a secret in every field that can be sealed or is private, and who may read which."""

import re
from base64 import urlsafe_b64decode
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import product
from typing import Any
from urllib.parse import quote, urlencode

import httpx

from tests import makers, writes
from tests.system.days import cycle, in_days
from tests.system.paper import begin
from tests.system.saying import answer, decision, question, taking_up
from tests.system.story import Person, Story, on_version

PEOPLE = {
    "secretariat": "secretariat",
    "fp-arcadia": "focal-point:ZZA",
    "fp-ended": "focal-point:ZZA",
    "fp-belmora": "focal-point:ZZB",
    "dl-arcadia": "drafter:ZZA",
    "auditor-of-arcadia": "auditor",
    "auditor-of-belmora": "auditor",
    "operator-1": "operator",
    "nobody-known": "focal-point:ZZA",
}
"""Everybody who asks, with the role in their token; beside them somebody without one."""
READERS = (None, *PEOPLE)
SECRETARIAT, OWN, DELEGATE = "secretariat", "fp-arcadia", "dl-arcadia"
AUDITOR = "auditor-of-arcadia"
BEFORE, CYCLE = "2024", "2025"
"""Reports look back on the cycle before; in both something is sealed."""
BETWEEN = frozenset({SECRETARIAT, OWN})
MAY_READ: Mapping[str, frozenset[str]] = {
    "person-of-fp": BETWEEN,
    "person-of-delegate": BETWEEN,
    "person-of-auditor": frozenset({SECRETARIAT}),
    "p2-participants": BETWEEN | {"fp-belmora", AUDITOR},
    "p3-auditors": BETWEEN | {AUDITOR},
    "p5-secretariat": BETWEEN | {DELEGATE},
    "p5-second-version": BETWEEN | {DELEGATE},
    "human-rights-auditors": BETWEEN | {AUDITOR},
    "observations-secretariat": BETWEEN,
    "reasons-of-return": BETWEEN,
    "reasons-of-revocation": BETWEEN,
    "questions": BETWEEN,
    "answers": BETWEEN,
    "evidence-auditors": BETWEEN | {AUDITOR, DELEGATE},
    "description-of-evidence": BETWEEN | {AUDITOR, DELEGATE},
    "evidence-revised": BETWEEN | {AUDITOR, DELEGATE},  # for the cycle and unit of its deposit
    "description-of-revision": BETWEEN | {AUDITOR, DELEGATE},
    "observation": BETWEEN | {AUDITOR},
    "finding": BETWEEN | {"fp-belmora", AUDITOR},
    "response": BETWEEN,
    "recommendation": BETWEEN | {AUDITOR},
    "answer": BETWEEN | {AUDITOR},
    "follow-up": BETWEEN | {AUDITOR},
    "closing": BETWEEN,
    "need": BETWEEN | {"fp-belmora"},  # of no cycle: a mandate for one does not cover it
    "conclusion": BETWEEN,
    "offer": frozenset({SECRETARIAT, "fp-belmora"}),
    "draft-section": frozenset({OWN, DELEGATE}),
    "draft-cover": frozenset({OWN}),  # a delegate reads the parts delegated
    "draft-explanation": frozenset({OWN}),
}
"""By secret; nobody else may find it anywhere."""
IN_REPORTING = frozenset(MAY_READ) - {
    "person-of-fp",
    "person-of-delegate",
    "person-of-auditor",
    "evidence-auditors",
    "evidence-revised",
    "draft-section",
    "draft-cover",
    "draft-explanation",
}
"""Those that reporting has a marker for, or a place, and shows to whoever may read them."""
FOR_EVERYBODY = "zq7-for-everybody"
"""Said in a public statement: who walks past all secrets must come past this one."""


def secret(name: str) -> str:
    """Give the text that is planted under a name."""
    assert name in MAY_READ, name
    return f"zq7-{name}"


def statement(name: str, visibility: str) -> dict[str, Any]:
    measure = {
        "measure_id": secret(name),
        "measure_type": "legislation",
        "title": {"en": secret(name)},
    }
    return makers.statement(secret(name), measures=[measure], visibility=visibility)


def someone(story: Story, actor: str) -> Person:
    return Person(story, actor)


def plant(story: Story) -> str:
    """Let everybody say something secret wherever they can; the address of a draft."""
    the_people_are_named(story)
    the_report_is_filed(story, "p5-secretariat", BEFORE)
    the_report_is_filed(story, "p5-secretariat")
    it_is_asked_about_and_returned(story)
    the_report_is_filed(story, "p5-second-version")
    it_is_accepted_and_that_is_taken_back(story)
    evidence_is_put_forward(story)
    it_is_audited(story)
    help_is_asked_for_and_offered(story)
    return a_draft_is_begun(story)


def the_people_are_named(story: Story) -> None:
    office = someone(story, SECRETARIAT)
    for code in ("ZZA", "ZZB"):
        signed = writes.act(makers.signature_recorded(code))
        office.records(f"/v1/participants/{code}/acts", signed)
    office.records("/v1/cycles", cycle(BEFORE, opens=-40, due=5))
    office.records("/v1/cycles", cycle(CYCLE, opens=-30, due=10))
    office.records("/v1/cycles", cycle("2026", opens=-20, due=20))
    for actor, code, days in (
        (OWN, "ZZA", 365),
        ("fp-ended", "ZZA", -2),
        ("fp-belmora", "ZZB", 365),
    ):
        person = _person("person-of-fp") if code == "ZZA" else writes.PERSON
        designated = writes.focal_point(code, **_term(days), focal_point_id=actor, person=person)
        office.records(f"/v1/participants/{code}/focal-points", designated)
    delegated = writes.delegation(
        **_term(60),
        delegation_id=DELEGATE,
        granted_by=OWN,
        units=["P5", "P6"],
        person=_person("person-of-delegate"),
    )
    someone(story, OWN).records("/v1/participants/ZZA/delegations", delegated)
    for actor, code in ((AUDITOR, "ZZA"), ("auditor-of-belmora", "ZZB")):
        granted = writes.mandate(
            actor,
            **_term(60),
            participants=[code],
            cycles=[CYCLE],
            person=_person("person-of-auditor"),
        )
        office.records("/v1/mandates", granted)


def _term(last: int) -> dict[str, Any]:
    return {"term_from": in_days(-30), "term_to": in_days(last), "received_on": in_days(-30)}


def _person(name: str) -> dict[str, Any]:
    text = secret(name)
    return {"name": f"Somebody {text}", "title": f"Head of {text}", "email": f"{text}@zza.example"}


def the_report_is_filed(story: Story, on_p5: str, cycle_id: str = CYCLE) -> None:
    document = makers.national_report(
        "ZZA",
        cycle_id,
        statements={
            "P1": makers.statement(FOR_EVERYBODY),
            "P2": statement("p2-participants", "participants"),
            "P3": statement("p3-auditors", "auditors"),
            "P5": statement(on_p5, "secretariat"),
        },
        human_rights={
            "narrative": {"en": secret("human-rights-auditors")},
            "visibility": "auditors",
        },
        observations={
            "text": {"en": secret("observations-secretariat")},
            "visibility": "secretariat",
        },
    )
    body = {"document": document, "clearance": makers.clearance()}
    someone(story, OWN).records("/v1/reports", body)


def it_is_asked_about_and_returned(story: Story) -> None:
    office, report = someone(story, SECRETARIAT), f"/v1/reports/ZZA-{CYCLE}"
    version = on_version(story, "ZZA", CYCLE)
    office.records(f"{report}/reviews", taking_up(version))
    asked = question(version, "P5", secret("questions"))
    office.records(f"{report}/clarifications", asked)
    answered = answer(version, "P5", secret("answers"))
    someone(story, OWN).records(f"{report}/clarifications/Q1/answers", answered)
    returned = decision("returned", version, P5=secret("reasons-of-return"))
    office.records(f"{report}/decisions", returned)


def it_is_accepted_and_that_is_taken_back(story: Story) -> None:
    office, decisions = someone(story, SECRETARIAT), f"/v1/reports/ZZA-{CYCLE}/decisions"
    version = on_version(story, "ZZA", CYCLE)
    office.records(decisions, decision("accepted", version))
    revoked = decision("acceptance_revoked", version, P5=secret("reasons-of-revocation"))
    office.records(decisions, revoked)


def file_text(name: str) -> str:
    """Give the text of a file of evidence, with a secret in it."""
    return f"Programme: {secret(name)}\n"


def evidence_is_put_forward(story: Story) -> None:
    first, second = file_text("evidence-auditors"), file_text("evidence-revised")
    replaced = makers.bytes_digest(first)
    deposited = makers.evidence_deposited(**_file(first), cycle_id=CYCLE, unit="P5")
    revised = makers.evidence_revised(**_file(second), replaces=replaced)
    own = someone(story, OWN)
    for text, said, name in (
        (first, deposited, "description-of-evidence"),
        (second, revised, "description-of-revision"),
    ):
        own.hands_in("ZZA", text)
        description = makers.passage(secret(name), visibility="auditors")
        body = {**writes.act(said), "description": description}
        own.records("/v1/participants/ZZA/evidence", body)


def _file(text: str) -> dict[str, Any]:
    return {"digest": makers.bytes_digest(text), "size_bytes": len(text)}


def it_is_audited(story: Story) -> None:
    auditor, own, report = someone(story, AUDITOR), someone(story, OWN), f"/v1/reports/ZZA-{CYCLE}"
    version, soon = on_version(story, "ZZA", CYCLE), date.fromisoformat(in_days(30))
    on_claim = {**version, "unit": "P1"}
    today = date.fromisoformat(in_days(0))
    for said, section, name, visibility in (
        (makers.observation_recorded(**on_claim, observed_on=today),
         "observation", "observation", "auditors"),
        (makers.finding_issued(**on_claim, respond_by=soon), "finding", "finding", "participants"),
        (makers.finding_responded(), "response", "response", "secretariat"),
        (makers.recommendation_issued(respond_by=soon),
         "recommendation", "recommendation", "auditors"),
        (makers.recommendation_responded(), "response", "answer", "auditors"),
        (makers.recommendation_followed_up(effective_on=today), "note", "follow-up", "auditors"),
        (makers.finding_closed(), "closing", "closing", "secretariat"),
    ):  # fmt: skip
        is_response = section == "response"
        body = writes.on_version(said) if is_response else writes.audit_act(said)
        body[section] |= {"text": {"en": secret(name)}, "visibility": visibility}
        where = f"{report}/{'responses' if is_response else 'findings'}"
        (own if is_response else auditor).records(where, body)


def help_is_asked_for_and_offered(story: Story) -> None:
    begun = date.fromisoformat(in_days(-5))
    need = makers.assistance_requested(effective_on=begun)
    offer = makers.assistance_offered(effective_on=begun)
    over = makers.assistance_concluded(
        effective_on=date.fromisoformat(in_days(-1)), outcome="withdrawn"
    )
    for actor, path, said, section, name, visibility in (
        (OWN, "/v1/assistance", writes.act(need, ""), "request", "need", "participants"),
        ("fp-belmora", "/v1/assistance", writes.act(offer, ""), "offer", "offer", "secretariat"),
        (OWN, "/v1/assistance/ZZA-NEED-1/acts", writes.act(over, "assistance_id"),
         "conclusion", "conclusion", "auditors"),
    ):  # fmt: skip
        body = {**said, section: makers.passage(secret(name), visibility=visibility)}
        someone(story, actor).records(path, body)


def a_draft_is_begun(story: Story) -> str:
    own = someone(story, OWN)
    draft = begin(own, "ZZA", "2026")
    draft.write(own, "P6", makers.statement(secret("draft-section")))
    cover = draft.section(own, "cover")["content"]
    cover |= {
        "period_from": f"{cover['period_from'][:4]}-02-01",
        "language": "en",
        "contributing_bodies": [{"en": secret("draft-cover")}],
    }
    draft.write(own, "cover", cover)
    why = {
        "code": "G-R01",
        "pointer": "/cover/period_from",
        "text": {"en": secret("draft-explanation")},
    }
    put_forward = draft.put_forward(own, explanations=[why])
    assert put_forward.status_code == 200, put_forward.text
    return draft.path


@dataclass(slots=True)
class Walk:
    """Somebody who goes past every address of both services."""

    story: Story
    reader: str | None
    values: Mapping[str, list[str]]
    """What parameters may be, by name."""
    found: set[str] = field(default_factory=set)
    """Secrets that stood in answers."""
    merged: set[str] = field(default_factory=set)
    """Those of them that stood in answers of reporting."""
    refused: set[str] = field(default_factory=set)
    """Secrets that stood in problems, or in headers."""
    answered: dict[int, int] = field(default_factory=dict)
    """Answers by status."""
    saw_what_is_public: bool = False

    def go(self) -> None:
        for service in (self.story.running.registry, self.story.running.reporting):
            document = self.story.running.client.get(f"{service}/openapi.json").json()
            before = ""
            for path, target in addresses(document, self.values):
                self._take(self._get(service + target, "*/*"))
                if path != before:  # once for each: another form, a language, and what is wrong
                    self._take(self._get(service + target, "text/csv"))
                    mark = "&" if "?" in target else "?"
                    for more in ("lang=fr", "nonsense=1"):
                        self._take(self._get(f"{service}{target}{mark}{more}", "*/*"))
                before = path

    def _get(self, address: str, accept: str) -> httpx.Response:
        headers = {"accept": accept}
        if self.reader is not None:
            headers["authorization"] = f"Bearer {self.story.token_of(self.reader)}"
        return self.story.running.client.get(address, headers=headers)

    def _take(self, answer: httpx.Response) -> None:
        self.answered[answer.status_code] = self.answered.get(answer.status_code, 0) + 1
        text, headers = _opened(answer), str(answer.headers.multi_items())
        self.saw_what_is_public |= FOR_EVERYBODY in text
        met = {name for name in MAY_READ if secret(name) in text}
        self.found |= met
        if str(answer.url).startswith(self.story.running.reporting):
            self.merged |= met
        if answer.is_error:
            self.refused |= met
        self.refused |= {name for name in MAY_READ if secret(name) in headers}


def addresses(
    document: Mapping[str, Any], values: Mapping[str, list[str]]
) -> Iterator[tuple[str, str]]:
    """Give every address that a GET of an OpenAPI document has, with every value there is.

    Each comes with the template of its path.

    Raises:
        KeyError: a parameter that an address cannot do without has no values here.
    """
    for path, operations in document["paths"].items():
        if "get" not in operations:
            continue
        declared = operations["get"].get("parameters", ())
        needed = [one for one in declared if one["in"] == "path" or one.get("required")]
        names = [one["name"] for one in needed]
        for chosen in product(*(values[name] for name in names)):
            given = dict(zip(names, chosen, strict=True))
            target, query = path, {}
            for one in needed:
                if one["in"] == "path":
                    target = _filled(target, one["name"], given[one["name"]])
                else:
                    query[one["name"]] = given[one["name"]]
            yield path, f"{target}?{urlencode(query)}" if query else target


def _filled(path: str, name: str, value: str) -> str:
    return path.replace(f"{{{name}}}", quote(value, safe="/"))


def _opened(answer: httpx.Response) -> str:
    """Give the text of an answer, with the disclosures in it opened."""
    text = answer.text
    if "/disclosures" not in answer.url.path and "/own-data" not in answer.url.path:
        return text
    return text + "".join(_decoded(text))


def _decoded(text: str) -> Iterator[str]:
    for encoded in re.findall(r"[A-Za-z0-9_-]{40,}", text):
        if len(encoded) % 4 == 1:  # no base64url is
            continue
        yield urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4)).decode("utf-8", "replace")
