"""Registry web: one section of a draft at a time, each with a tag of its own."""

from collections.abc import Callable, Mapping
from typing import Any

from fastapi import Response

from contracts.catalogue import examples_of
from contracts.templates import template_of
from services.kit.errors import NotFound
from services.kit.routers import new_router
from services.registry.domain.authority import SectionNotDelegated
from services.registry.drafts import working
from services.registry.drafts.desk import Desk, Who
from services.registry.drafts.draft import LISTS, PARTS
from services.registry.drafts.refusals import DraftSubmitted, SectionChanged
from services.registry.web.dependencies import TheReading
from services.registry.web.draft_answers import one_section
from services.registry.web.drafting import (
    UNDER_WAY,
    DraftId,
    TheBody,
    TheDesk,
    TheExpected,
    TheWho,
    Unit,
    operation,
)

router = new_router()

_REFUSALS = (SectionNotDelegated, SectionChanged, DraftSubmitted)
_BOTH = ("If-Match", "If-None-Match")


def _body_of(part: str) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """Give schema and examples of a section: the part of the report, complete or not.

    They are a national report's: a part of a regional report is the same, or narrower.
    """
    template = template_of("state")
    place = "$defs/statement" if part == "statements" else f"$defs/{part}"
    examples = {}
    for name, document in examples_of(template.id).items():
        content = document.get(part)
        if part == "statements":
            content = next(iter(document["statements"].values()))
        if content is not None:
            examples[name] = content
    schema = {"$ref": f"{template.id}#/{f'properties/{part}' if part in LISTS else place}"}
    return schema, dict(list(examples.items())[:1])


def _get(part: str) -> dict[str, Any]:
    return operation(
        "read-draft-section",
        f"Section `{part}` of a draft, with its tag.",
        answers="answers/draft-section",
    )


def _put(part: str) -> dict[str, Any]:
    return operation(
        "draft-section",
        f"Write section `{part}` of a draft; what is wrong with it is saved and told.",
        *_REFUSALS,
        answers="answers/draft-section",
        headers=_BOTH,
        body=_body_of(part),
    )


def _delete(part: str) -> dict[str, Any]:
    return operation(
        "draft-section",
        f"Delete section `{part}` of a draft.",
        *_REFUSALS,
        answers=None,
        status=204,
        headers=("If-Match",),
    )


@router.get("/v1/drafts/{draft_id}/statements/{unit}", **_get("statements"))
async def read_draft_statement(
    draft_id: DraftId, unit: Unit, desk: TheDesk, who: TheWho, reading: TheReading
) -> Response:
    """Answer the statement on a reporting unit."""
    return await reading.threads.run(_read, desk, who, draft_id, unit)


@router.put("/v1/drafts/{draft_id}/statements/{unit}", **_put("statements"))
def put_draft_statement(
    draft_id: DraftId,
    unit: Unit,
    desk: TheDesk,
    who: TheWho,
    expected: TheExpected,
    body: TheBody,
) -> Response:
    """Write the statement on a reporting unit."""
    return _write(desk, who, draft_id, unit, body.document(), expected)


@router.delete(
    "/v1/drafts/{draft_id}/statements/{unit}", dependencies=[UNDER_WAY], **_delete("statements")
)
def delete_draft_statement(
    draft_id: DraftId, unit: Unit, desk: TheDesk, who: TheWho, expected: TheExpected
) -> Response:
    """Delete the statement on a reporting unit."""
    working.delete_section(desk, who, draft_id, unit, expected)
    return Response(status_code=204)


def _reader(part: str) -> Callable[..., Any]:
    async def read(draft_id: DraftId, desk: TheDesk, who: TheWho, reading: TheReading) -> Response:
        return await reading.threads.run(_read, desk, who, draft_id, part)

    return read


def _writer(part: str) -> Callable[..., Any]:
    def put(
        draft_id: DraftId, desk: TheDesk, who: TheWho, expected: TheExpected, body: TheBody
    ) -> Response:
        return _write(desk, who, draft_id, part, body.document(), expected)

    return put


def _deleter(part: str) -> Callable[..., Any]:
    def delete(draft_id: DraftId, desk: TheDesk, who: TheWho, expected: TheExpected) -> Response:
        working.delete_section(desk, who, draft_id, part, expected)
        return Response(status_code=204)

    return delete


for _part in PARTS:
    _path = f"/v1/drafts/{{draft_id}}/{_part}"
    router.get(_path, name=f"read_draft_{_part}", **_get(_part))(_reader(_part))
    router.put(_path, name=f"put_draft_{_part}", **_put(_part))(_writer(_part))
    router.delete(_path, name=f"delete_draft_{_part}", dependencies=[UNDER_WAY], **_delete(_part))(
        _deleter(_part)
    )


def _read(desk: Desk, who: Who, draft_id: str, section: str) -> Response:
    seen = working.read(desk, who, draft_id, "read-draft-section", section)
    found = working.section_in(desk, seen.draft, section)
    if found is None or found.content is None:
        raise NotFound
    return one_section(desk, seen, section)


def _write(
    desk: Desk, who: Who, draft_id: str, section: str, content: Any, expected: int
) -> Response:
    seen = working.write_section(desk, who, draft_id, section, content, expected)
    return one_section(desk, seen, section)
