"""Registry web: every route × everybody: who is let in, by a table written by hand.

The table says nothing of how the policy is written. A route of the OpenAPI document without a row
fails, and so does a row without a route.
"""

import itertools
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

import httpx
import orjson
import pytest

from contracts.sealing import Disclosure
from services.kit.policies import OF_EVERY_SERVICE
from tests import makers, writes
from tests.registry.web.cast import CAST, UNIT, bearer, introduce
from tests.registry.web.draft_routes import DRAFT_ROUTES
from tests.registry.web.drafting import DRAFT, begin, put, ready
from tests.registry.web.reads import READS
from tests.registry.web.routes import REFUSED_BY_THE_RULES, WRITES, with_evidence
from tests.running_registry import RunningRegistry

EVERYBODY = frozenset(CAST)
OWN = frozenset({"own focal point"})
SECRETARIAT = frozenset({"secretariat"})
EITHER = OWN | SECRETARIAT
DRAFTERS = frozenset({"own drafter", "own drafter of another part"})
OTHERS = frozenset({"other focal point", "other drafter"})
AUDITORS = frozenset(
    {"auditor", "auditor of all", "auditor of another participant", "auditor of another cycle"}
)

MATRIX: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        # for everybody
        "GET /checkpoint": EVERYBODY,
        "GET /contracts/{path}": EVERYBODY,
        "GET /tile/{path}": EVERYBODY,
        "GET /v1/events": EVERYBODY,
        "GET /v1/export": EVERYBODY,
        "GET /v1/proofs/consistency": EVERYBODY,
        "GET /v1/proofs/inclusion": EVERYBODY,
        "GET /v1/receipts/{position}": EVERYBODY,
        "GET /v1/evidence/{code}/{digest}": EVERYBODY,
        # acts of a participant, by itself or as the secretariat was notified
        "POST /v1/participants/{code}/acts": EITHER,
        "POST /v1/participants/{code}/focal-points": EITHER,
        "POST /v1/participants/{code}/delegations": EITHER,
        "POST /v1/plans": EITHER,
        "POST /v1/plans/{plan_id}/acts": EITHER,
        "POST /v1/reports": EITHER,
        "POST /v1/reports/{report_id}/corrigenda": EITHER,
        "POST /v1/reports/{report_id}/nothing-new": EITHER,
        "POST /v1/reports/{report_id}/clarifications/{clarification_id}/answers": EITHER,
        "POST /v1/reports/{report_id}/withdrawal": EITHER,
        "POST /v1/reports/{report_id}/publication": EITHER,
        "POST /v1/reports/{report_id}/responses": EITHER,
        "POST /v1/assistance": EITHER,
        "POST /v1/assistance/{assistance_id}/acts": EITHER,
        "POST /v1/participants/{code}/evidence": EITHER,
        "POST /v1/participants/{code}/evidence-files": EITHER,
        # acts of auditors, under the mandate
        "POST /v1/reports/{report_id}/findings": frozenset({"auditor", "auditor of all"}),
        # acts of the secretariat
        "POST /v1/participants/{code}/erasures": SECRETARIAT,
        "POST /v1/mandates": SECRETARIAT,
        "POST /v1/mandates/{mandate_id}/erasures": SECRETARIAT,
        "POST /v1/cycles": SECRETARIAT,
        "POST /v1/cycles/{cycle_id}/acts": SECRETARIAT,
        "POST /v1/cycles/{cycle_id}/extensions": SECRETARIAT,
        "POST /v1/cycles/{cycle_id}/reminders": SECRETARIAT,
        "POST /v1/publications": SECRETARIAT,
        "POST /v1/reports/{report_id}/reviews": SECRETARIAT,
        "POST /v1/reports/{report_id}/clarifications": SECRETARIAT,
        "POST /v1/reports/{report_id}/decisions": SECRETARIAT,
        # drafts, which are the participant's own
        "POST /v1/drafts": OWN,
        "GET /v1/drafts": OWN | DRAFTERS,
        "GET /v1/drafts/{draft_id}": OWN | DRAFTERS,
        "DELETE /v1/drafts/{draft_id}": OWN,
        "GET /v1/drafts/{draft_id}/preview": OWN,
        "POST /v1/drafts/{draft_id}/clearance-request": OWN,
        "POST /v1/drafts/{draft_id}/clearance": OWN,
        "POST /v1/drafts/{draft_id}/submission": OWN,
        **{
            f"{method} /v1/drafts/{{draft_id}}/{part}": OWN
            for method in ("GET", "PUT", "DELETE")
            for part in ("cover", "plans", "treaties", "human_rights", "observations")
        },
        **{
            f"{method} /v1/drafts/{{draft_id}}/statements/{{unit}}": OWN | {"own drafter"}
            for method in ("GET", "PUT", "DELETE")
        },
        # the rest
        "POST /v1/validations": EITHER,
        "GET /v1/participants/{code}/own-data": OWN,
        "GET /v1/participants/{code}/evidence-files/{digest}": (
            EITHER | DRAFTERS | OTHERS | AUDITORS
        ),
        "GET /v1/disclosures": EITHER | DRAFTERS | OTHERS | AUDITORS,
        "GET /v1/disclosures/{position}": EITHER | DRAFTERS | OTHERS | AUDITORS,
        # the trail of who read and tried what
        **{
            f"GET /v1/trail{path}": SECRETARIAT | {"auditor of all", "operator"}
            for path in ("", "/{month}/events", "/{month}/checkpoint", "/{month}/export")
        },
    }
)
"""Who is let in, by route; what is then told of sealed sections is a table of its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A request that would be answered as it should be."""

    method: str
    target: str
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)
    succeeds: bool = True


def prepared(registry: RunningRegistry, route: str) -> Asked:
    """Make the registry ready for a route, and give its request."""
    method, _, path = route.partition(" ")
    if (draft := DRAFT_ROUTES.get((method.lower(), path))) is not None:
        draft.setup(registry)
        return Asked(method=method, target=draft.target, body=draft.body, headers=draft.headers)
    if path in WRITES and method == "POST":
        write = WRITES[path]
        write.setup(registry)
        return Asked(
            method=method,
            target=write.path,
            body=write.body,
            headers={"if_match": f'"{write.expected}"'}
            if write.expected
            else {"if_none_match": "*"},
            succeeds=path not in REFUSED_BY_THE_RULES,
        )
    with_evidence(registry)
    registry.open_cycle()
    if path.endswith("/evidence-files"):  # a body of another kind: whoever is let in gets as far
        return Asked(method=method, target=path.replace("{code}", "ZZA"), body={}, succeeds=False)
    if path == "/v1/validations":
        return Asked(method=method, target=path, body=writes.submission())
    return Asked(method=method, target=READS[path].target)


_keys = itertools.count(1)


def send(registry: RunningRegistry, asked: Asked, who: str) -> httpx.Response:
    headers = {name.replace("_", "-"): value for name, value in asked.headers.items()}
    if asked.method == "POST":
        headers["idempotency-key"] = f"matrix-{next(_keys)}"
    people = "focal-point-ZZA"
    if asked.target.endswith(("ZZA/focal-points", "ZZA/delegations", "ZZA/erasures")):
        headers.pop("if-none-match", None)
        headers["if-match"] = f'"{registry.opened.log.stream_version(people)}"'
    content = None
    if asked.body is not None:
        headers["content-type"] = "application/json"
        content = orjson.dumps(asked.body)
    return registry.client.request(
        asked.method, asked.target, content=content, headers={**headers, **bearer(who)}
    )


def is_let_in(answer: httpx.Response) -> bool:
    return answer.status_code not in {401, 403}


@pytest.mark.parametrize("route", sorted(MATRIX))
def test_each_route_lets_in_whom_the_table_says_and_nobody_else(
    registry: RunningRegistry, route: str
) -> None:
    asked = prepared(registry, route)
    introduce(registry)
    allowed, size = MATRIX[route], registry.size
    for who in sorted(EVERYBODY - allowed):
        answer = send(registry, asked, who)
        status = 401 if CAST[who].role is None else 403
        if answer.status_code == 404 and "/v1/drafts" in route:
            assert who in OTHERS, (who, answer.text)  # what is private is not there for others
            continue
        assert answer.status_code == status, (who, answer.text)
        assert answer.headers["content-type"] == "application/problem+json", who
        assert answer.headers["cache-control"] == "no-store", who
    assert registry.size == size, "a refused request left something in the log"
    answers = [send(registry, asked, who) for who in sorted(allowed)]
    refused = [one.text for one in answers if not is_let_in(one)]
    assert refused == []
    if asked.succeeds:
        assert answers[0].is_success, answers[0].text


def test_every_route_has_a_row_and_every_row_a_route(registry: RunningRegistry) -> None:
    document = registry.get("/openapi.json").json()
    routes = {
        f"{method.upper()} {path}"
        for path, operations in document["paths"].items()
        for method in operations
    }
    assert routes - OF_EVERY_SERVICE == set(MATRIX)


def test_another_participant_s_draft_looks_like_none(registry: RunningRegistry) -> None:
    ready(registry)
    begin(registry)
    put(registry, UNIT, makers.statement())
    introduce(registry)
    for who in OTHERS:
        for tail in ("", "/preview", f"/statements/{UNIT}", "/cover"):
            theirs = send(registry, Asked(method="GET", target=f"{DRAFT}{tail}"), who)
            nowhere = f"/v1/drafts/nothing-is-called-this{tail}"
            nothing = send(registry, Asked(method="GET", target=nowhere), who)
            told = [{**one.json(), "request_id": ""} for one in (theirs, nothing)]
            assert told[0] == told[1], who
            assert theirs.status_code in {403, 404}


# --- what is told of sealed sections

SEALED = {
    "secretariat": "P5",
    "auditors": UNIT,
    "participants": "P6",
}
"""A statement of ZZA's report for each visibility; and `human_rights`, for auditors."""
OF_SECRETARIAT = frozenset({"P5"})
OF_AUDITORS = frozenset({UNIT, "human_rights"})
OF_PARTICIPANTS = frozenset({"P6"})
REASONS, PERSON = "reasons", "person"
EVERYTHING = OF_SECRETARIAT | OF_AUDITORS | OF_PARTICIPANTS | {REASONS, PERSON}

READABLE: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "secretariat": EVERYTHING,
        "own focal point": EVERYTHING,
        "own drafter": frozenset({UNIT}),
        "own drafter of another part": frozenset(),
        "other focal point": OF_PARTICIPANTS,
        "other drafter": frozenset(),
        "auditor": OF_AUDITORS | OF_PARTICIPANTS,
        "auditor of all": OF_AUDITORS | OF_PARTICIPANTS,
        "auditor of another participant": frozenset(),
        "auditor of another cycle": frozenset(),
    }
)
"""What of ZZA's each reader may open; written by hand."""


def filed(registry: RunningRegistry) -> None:
    """A report of ZZA with a section of each visibility, returned with reasons; a focal point."""
    registry.sign()
    registry.record("/v1/participants/ZZA/focal-points", writes.focal_point())
    registry.open_cycle()
    statements = {
        unit: makers.statement(f"Canary {unit}.", visibility=visibility)
        for visibility, unit in SEALED.items()
    }
    rights = {"narrative": {"en": "Canary human_rights."}, "visibility": "auditors"}
    document = writes.document(
        statements={**statements, "P2": makers.statement()}, human_rights=rights
    )
    registry.record("/v1/reports", writes.submission(document=document))
    digest = registry.events()[-1]["data"]["digest"]
    registry.record(
        "/v1/reports/ZZA-2026/decisions", writes.decision("returned", digest), expected=1
    )


def opened(registry: RunningRegistry, who: str) -> dict[int, set[str]]:
    """Give what somebody is told, by position: names of sections; both routes say the same."""
    page = send(registry, Asked(method="GET", target="/v1/disclosures?after=0"), who).json()
    listed = {found["position"]: found["disclosures"] for found in page}
    found = {}
    for position in range(1, registry.size + 1):
        asked = Asked(method="GET", target=f"/v1/disclosures/{position}")
        one = send(registry, asked, who).json()["disclosures"]
        assert one == listed.get(position, [])
        if one:
            found[position] = {_name(encoded) for encoded in one}
    return found


def _name(encoded: str) -> str:
    return Disclosure.parse(encoded).name.rpartition("/")[2]


@pytest.mark.parametrize("who", sorted(READABLE))
def test_each_reader_opens_what_the_visibility_of_a_section_says(
    registry: RunningRegistry, who: str
) -> None:
    filed(registry)
    introduce(registry)
    found = opened(registry, who)
    assert set().union(*found.values()) == READABLE[who]
    assert list(found) == sorted(found)


def test_the_table_of_readers_names_everybody_who_is_let_in() -> None:
    assert set(READABLE) == MATRIX["GET /v1/disclosures/{position}"]


def test_where_nothing_may_be_read_the_answer_is_that_of_an_open_entry(
    registry: RunningRegistry,
) -> None:
    """What was erased, what is another's and what was never sealed are answered alike."""
    filed(registry)
    introduce(registry)
    registry.record(
        "/v1/participants/ZZA/erasures",
        writes.erasure(),
        expected=registry.opened.log.stream_version("focal-point-ZZA"),
    )
    for who in ("other drafter", "auditor of another cycle", "auditor of another participant"):
        answers = {
            orjson.dumps({**answer.json(), "position": 0})
            for position in range(1, registry.size + 1)
            for answer in [
                send(registry, Asked(method="GET", target=f"/v1/disclosures/{position}"), who)
            ]
        }
        assert answers == {orjson.dumps({"position": 0, "disclosures": []})}
    secretariat = Asked(method="GET", target="/v1/disclosures/2")
    assert send(registry, secretariat, "secretariat").json()["disclosures"] == []
