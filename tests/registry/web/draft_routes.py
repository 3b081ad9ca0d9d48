"""Registry web: every operation on drafts with a request that works; each route has a row here."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from tests import makers
from tests.registry.web.drafting import (
    BEGINNING,
    DRAFT,
    begin,
    clear,
    complete,
    put,
    ready,
    request_clearance,
    whole,
)
from tests.running_registry import RunningRegistry


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftRoute:
    """A request that is answered as it should be, on a registry that was made ready for it."""

    target: str
    status: int
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)
    setup: Callable[[RunningRegistry], None]
    contract: str | None = None
    """Of the body; `None` where it may be incomplete, or there is none."""

    @property
    def path(self) -> str:
        return self.target.partition("?")[0]


def _begun(registry: RunningRegistry) -> None:
    ready(registry)
    begin(registry)


def _complete(registry: RunningRegistry) -> None:
    _begun(registry)
    complete(registry)


def _requested(registry: RunningRegistry) -> None:
    _complete(registry)
    request_clearance(registry)
    assert whole(registry)["clearance"]["digest"] == DIGEST


def _cleared(registry: RunningRegistry) -> None:
    _requested(registry)
    clear(registry, DIGEST)


COVER = {
    "origin": "submission",
    "participant": "ZZA",
    "cycle_id": "2026",
    "period_from": "2025-01-01",
    "period_to": "2025-12-31",
    "form": "full",
    "language": "en",
}
P1 = makers.statement()
P5 = makers.statement("Canary: what nobody else may read.", visibility="secretariat")
DIGEST = makers.digest_of(
    {
        "document": {
            "$schema": "https://concord.example/contracts/reports/national-report/1.0.0/schema.json",
            "cover": COVER,
            "statements": {"P1": P1, "P5": P5},
        },
        "explanations": [],
    }
)
"""Of the draft that is complete."""
CREATES, FIRST = {"if_none_match": "*"}, {"if_match": '"1"'}
SECTIONS: Mapping[str, Any] = {
    "cover": COVER,
    "plans": [],
    "treaties": [],
    "statements/{unit}": P1,
    "human_rights": {},
    "observations": {},
}


def _filled(registry: RunningRegistry) -> None:
    """Every section has something in it."""
    _begun(registry)
    for name, content in SECTIONS.items():
        if name != "cover":
            section = "P1" if name.startswith("statements") else name
            answer = put(registry, section, content)
            assert answer.status_code == 200, answer.text


def _of_sections() -> Mapping[tuple[str, str], DraftRoute]:
    found = {}
    for name, content in SECTIONS.items():
        path, target = f"/v1/drafts/{{draft_id}}/{name}", f"{DRAFT}/{name}".replace("{unit}", "P1")
        is_there = name == "cover"
        found["get", path] = DraftRoute(target=target, status=200, setup=_filled)
        found["put", path] = DraftRoute(
            target=target,
            status=200,
            body=content,
            headers=FIRST if is_there else CREATES,
            setup=_begun,
        )
        found["delete", path] = DraftRoute(target=target, status=204, headers=FIRST, setup=_filled)
    return found


DRAFT_ROUTES: Mapping[tuple[str, str], DraftRoute] = MappingProxyType(
    {
        ("post", "/v1/drafts"): DraftRoute(
            target="/v1/drafts",
            status=201,
            body=BEGINNING,
            headers={"idempotency_key": "k-1"},
            setup=ready,
            contract="requests/draft-beginning",
        ),
        ("get", "/v1/drafts"): DraftRoute(
            target="/v1/drafts?participant=ZZA", status=200, setup=_begun
        ),
        ("get", "/v1/drafts/{draft_id}"): DraftRoute(target=DRAFT, status=200, setup=_begun),
        ("delete", "/v1/drafts/{draft_id}"): DraftRoute(
            target=DRAFT, status=204, headers=FIRST, setup=_begun
        ),
        ("get", "/v1/drafts/{draft_id}/preview"): DraftRoute(
            target=f"{DRAFT}/preview", status=200, setup=_complete
        ),
        ("post", "/v1/drafts/{draft_id}/clearance-request"): DraftRoute(
            target=f"{DRAFT}/clearance-request",
            status=200,
            body={},
            headers={"if_match": '"4"'},
            setup=_complete,
            contract="requests/draft-clearance-request",
        ),
        ("post", "/v1/drafts/{draft_id}/clearance"): DraftRoute(
            target=f"{DRAFT}/clearance",
            status=200,
            body={"digest": DIGEST, "exception_reference": "Note verbale 1/2026"},
            setup=_requested,
            contract="requests/draft-clearance",
        ),
        ("post", "/v1/drafts/{draft_id}/submission"): DraftRoute(
            target=f"{DRAFT}/submission",
            status=201,
            body={"digest": DIGEST},
            headers={"idempotency_key": "k-2"},
            setup=_cleared,
            contract="requests/draft-submission",
        ),
        **_of_sections(),
    }
)
"""By method and path in the OpenAPI document."""
