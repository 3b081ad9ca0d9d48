"""Registry web: work on drafts as a ministry does it, over the real HTTP stack."""

import itertools
from typing import Any

import httpx
import orjson

from contracts.canonical import canonical
from contracts.catalogue import dataschema_of
from contracts.events import RegistryEvent, event_data, wire_type
from services.registry.domain.streams import stream_of
from services.registry.drafts.draft import PARTS
from services.registry.log import Append, NewEvent
from tests import makers
from tests.running_registry import RunningRegistry, _by_contract, token_of

DRAFT = "/v1/drafts/draft-0000000000000001"
"""Address of the first draft of a registry: these tests say which ids are given."""
BEGINNING = {"participant": "ZZA", "cycle_id": "2026", "form": "full", "carry_forward": False}
FIRST, SECOND = "ZZA", "ZZA-2"
"""Tokens of two persons of one ministry."""
CANARY = "Canary: what nobody else may read."

_keys = itertools.count(1)


def ask(
    registry: RunningRegistry,
    method: str,
    path: str,
    body: Any = None,
    *,
    by: str | None = FIRST,
    **headers: str,
) -> httpx.Response:
    """Send a request with the headers given; an underscore in a name stands for its hyphen."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    if by is not None:
        named["authorization"] = f"Bearer {token_of(by)}"
    content = None
    if body is not None:
        named.setdefault("content-type", "application/json")
        content = body if isinstance(body, bytes) else orjson.dumps(body)
    return _by_contract(registry.client.request(method, path, content=content, headers=named))


def ready(registry: RunningRegistry) -> None:
    """A signatory with two focal points, and a cycle to report for."""
    registry.sign()
    registry.designate(FIRST, SECOND)
    registry.open_cycle()


def begin(registry: RunningRegistry, *, by: str = FIRST, **changes: Any) -> dict[str, Any]:
    answer = try_to_begin(registry, by=by, **changes)
    assert answer.status_code == 201, answer.text
    draft: dict[str, Any] = answer.json()
    assert answer.headers["location"] == f"/v1/drafts/{draft['draft_id']}"
    return draft


def try_to_begin(
    registry: RunningRegistry, *, by: str = FIRST, key: str | None = None, **changes: Any
) -> httpx.Response:
    key = key or f"begin-{next(_keys)}"
    return ask(registry, "POST", "/v1/drafts", {**BEGINNING, **changes}, by=by, idempotency_key=key)


def path_of(section: str, draft: str = DRAFT) -> str:
    return f"{draft}/{section}" if section in PARTS else f"{draft}/statements/{section}"


def put(
    registry: RunningRegistry,
    section: str,
    content: Any,
    *,
    etag: str | None = None,
    by: str = FIRST,
    draft: str = DRAFT,
) -> httpx.Response:
    """Write a section; without a tag, as one that nothing stands in yet."""
    condition = {"if_match": etag} if etag else {"if_none_match": "*"}
    return ask(registry, "PUT", path_of(section, draft), content, by=by, **condition)


def whole(registry: RunningRegistry, draft: str = DRAFT, *, by: str = FIRST) -> dict[str, Any]:
    answer = ask(registry, "GET", draft, by=by)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def section_of(draft: dict[str, Any], name: str) -> dict[str, Any]:
    (found,) = [one for one in draft["sections"] if one["section"] == name]
    section: dict[str, Any] = found
    return section


def complete(registry: RunningRegistry, draft: str = DRAFT, *, by: str = FIRST) -> None:
    """Write what makes the draft a document: a cover, a public statement and one that is not."""
    cover = section_of(whole(registry, draft), "cover")
    written = {
        "cover": {**cover["content"], "language": "en"},
        "P1": makers.statement(),
        "P5": makers.statement(CANARY, visibility="secretariat"),
    }
    for name, content in written.items():
        etag = cover["etag"] if name == "cover" else None
        answer = put(registry, name, content, etag=etag, by=by, draft=draft)
        assert answer.status_code == 200, answer.text
        assert answer.json()["findings"] == []


def request_clearance(
    registry: RunningRegistry, draft: str = DRAFT, *, by: str = FIRST, **body: Any
) -> httpx.Response:
    etag = whole(registry, draft)["etag"]
    return ask(registry, "POST", f"{draft}/clearance-request", body, by=by, if_match=etag)


def clear(
    registry: RunningRegistry, digest: str, draft: str = DRAFT, *, by: str = SECOND, **body: Any
) -> httpx.Response:
    return ask(registry, "POST", f"{draft}/clearance", {"digest": digest, **body}, by=by)


def submit(
    registry: RunningRegistry,
    digest: str,
    draft: str = DRAFT,
    *,
    by: str = FIRST,
    key: str | None = None,
) -> httpx.Response:
    key = key or f"submit-{next(_keys)}"
    body = {"digest": digest}
    return ask(registry, "POST", f"{draft}/submission", body, by=by, idempotency_key=key)


def cleared(registry: RunningRegistry, draft: str = DRAFT, **body: Any) -> str:
    """Put forward by one, cleared by the other; gives the digest."""
    requested = request_clearance(registry, draft, **body)
    assert requested.status_code == 200, requested.text
    digest: str = requested.json()["clearance"]["digest"]
    answer = clear(registry, digest, draft)
    assert answer.status_code == 200, answer.text
    assert answer.json()["state"] == "cleared"
    return digest


def submitted(registry: RunningRegistry, draft: str = DRAFT, **body: Any) -> dict[str, Any]:
    answer = submit(registry, cleared(registry, draft, **body), draft)
    assert answer.status_code == 201, answer.text
    recorded: dict[str, Any] = answer.json()
    return recorded


def record(registry: RunningRegistry, event: RegistryEvent) -> None:
    """Put an event into the log as if a rule had decided it, whichever route will bring it."""
    log, kind, stream = registry.opened.log, wire_type(type(event)), stream_of(event)
    data = event_data(event)
    new = NewEvent(
        stream=stream,
        type=kind,
        dataschema=dataschema_of(kind),
        participant=data.get("participant"),
        actor="actor-secretariat",
        causation=None,
        occurred_on=data.get("received_on"),
        effective_on=data.get("effective_on"),
        body=canonical(data),
        disclosures=(),
    )
    expects = {stream: log.stream_version(stream)}
    key = f"recorded-{next(_keys)}"
    log.append(
        Append(events=[new], expects=expects, scope="tests", key=key, request_digest=bytes(32))
    )
