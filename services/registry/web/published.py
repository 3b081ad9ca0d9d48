"""Registry web: the published contracts, each at the path of its `$id`; nothing else is there."""

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Annotated

from fastapi import Path, Request, Response

from contracts.catalogue import BASE, ROOT, catalogue, contract, load, path_of
from contracts.rules.page import rules_page
from contracts.rules.ruleset import NAME, ruleset, versions
from services.kit.answers import IMMUTABLE, Answer, new_answer
from services.kit.described import described_by
from services.kit.errors import NotFound
from services.kit.openapi import problems
from services.kit.policies import PUBLIC, policy
from services.kit.routers import new_router

SCHEMA_JSON = "application/schema+json"
ROUTE = "/contracts/{path}"
INDEX = contract("answers/contract-index").id

router = new_router("contracts")


@router.get(
    "/contracts/{path:path}",
    openapi_extra=policy(PUBLIC),
    summary="A published contract or data set, exactly as it is in force for ever.",
    response_class=Response,
    responses={
        200: {
            "description": "`Link` with `rel=describedby` names what it obeys. At `index.json` "
            "stands everything published, at `asyncapi.yaml` the description of the feed; below "
            "`reports/national-report/rules` the rules on reports, for machines and for people.",
            "content": {
                SCHEMA_JSON: {"schema": {"type": "object"}},
                "application/json": {"schema": {"type": "object"}},
                "application/yaml": {"schema": {"type": "string"}},
                "text/markdown": {"schema": {"type": "string"}},
            },
        },
        304: {"description": "It is as you have it."},
        **problems(NotFound),
    },
)
async def read_contract(
    path: Annotated[
        str,
        Path(
            description="What follows `https://concord.example/contracts/` in an id.",
            examples=["feed/page/1.0.0/schema.json", "index.json"],
        ),
    ],
    request: Request,
) -> Response:
    """Answer from what was read at start; a path is looked up, never opened."""
    answer = published().get(path)
    if answer is None:
        raise NotFound
    return answer.response(request.headers.get("if-none-match"))


@lru_cache(maxsize=1)
def published() -> Mapping[str, Answer]:
    """Read everything in the catalogue's index, and what describes the feed, by path."""
    index = new_answer(
        ROUTE,
        path_of(f"{BASE}index.json").read_bytes(),
        media_type="application/json",
        cache_control="public, max-age=300",
        headers={"link": described_by(INDEX)},
    )
    feed = new_answer(
        ROUTE,
        (ROOT / "asyncapi.yaml").read_bytes(),
        media_type="application/yaml",
        cache_control="public, max-age=300",
    )
    return {"index.json": index, "asyncapi.yaml": feed, **dict(_immutable()), **dict(_pages())}


def _pages() -> Iterator[tuple[str, Answer]]:
    """Give the pages of the rules, to which findings lead."""
    for version in versions():
        yield (
            f"{NAME}/{version}.md",
            new_answer(
                ROUTE,
                rules_page(version).encode(),
                media_type="text/markdown; charset=utf-8",
                cache_control="public, max-age=300",
                headers={"link": f'<{ruleset(version).id}>; rel="describes"'},
            ),
        )


def _immutable() -> Iterator[tuple[str, Answer]]:
    known = catalogue()
    for identifier in (*known.schemas, *known.documents):
        yield (
            identifier.removeprefix(BASE),
            new_answer(
                ROUTE,
                path_of(identifier).read_bytes(),
                media_type=SCHEMA_JSON if identifier in known.schemas else "application/json",
                cache_control=IMMUTABLE,
                headers={"link": described_by(load(identifier)["$schema"])},
            ),
        )
