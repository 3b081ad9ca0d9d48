"""Registry web: drafts as a whole; nobody but the participant's own learns that one exists."""

from typing import Annotated

from fastapi import Query, Response

from services.kit.errors import KeyReused
from services.kit.routers import new_router
from services.registry.domain.report import NoSuchCycle
from services.registry.drafts import beginning, working
from services.registry.drafts.preview import preview
from services.registry.drafts.refusals import (
    DraftChanged,
    NothingToCarryForward,
    TemplateNotKnown,
    TooManyDrafts,
)
from services.registry.web.dependencies import TheReading, TheSalts
from services.registry.web.draft_answers import listed, previewed, whole
from services.registry.web.drafting import (
    UNDER_WAY,
    DraftId,
    TheBody,
    TheDesk,
    TheExpected,
    TheKey,
    TheWho,
    body_of,
    operation,
)

router = new_router()


@router.post(
    "/v1/drafts",
    **operation(
        "begin-draft",
        "Begin a private draft of a report, empty or carried forward.",
        *(KeyReused, NoSuchCycle, NothingToCarryForward),
        *(TemplateNotKnown, TooManyDrafts),
        answers="answers/draft",
        status=201,
        headers=("Idempotency-Key",),
        body=body_of("requests/draft-beginning"),
    ),
)
def post_draft(desk: TheDesk, who: TheWho, key: TheKey, body: TheBody) -> Response:
    """Begin a draft; the participant's own alone may."""
    draft = beginning.begin(desk, who, key, body.document())
    answer = whole(desk, working.read(desk, who, draft.draft_id), status=201)
    answer.headers["location"] = f"/v1/drafts/{draft.draft_id}"
    return answer


@router.get(
    "/v1/drafts",
    **operation(
        "read-draft",
        "The drafts of a participant, without their sections.",
        answers="answers/drafts",
    ),
)
async def read_drafts(
    desk: TheDesk,
    who: TheWho,
    reading: TheReading,
    participant: Annotated[
        str,
        Query(
            pattern=r"^([A-Z]{3}|ORG-[A-Z0-9]{2,12})$",
            max_length=16,
            description="Code of the participant that the token acts for.",
            examples=["KAZ"],
        ),
    ],
) -> Response:
    """List drafts."""
    found = await reading.threads.run(working.read_list, desk, who, participant)
    return listed(participant, found)


@router.get(
    "/v1/drafts/{draft_id}",
    **operation(
        "read-draft",
        "A draft as a whole: sections with their tags, what changed since it was carried forward, "
        "and what may be done with it.",
        answers="answers/draft",
    ),
)
async def read_draft(
    draft_id: DraftId, desk: TheDesk, who: TheWho, reading: TheReading
) -> Response:
    """Answer a draft."""
    return await reading.threads.run(lambda: whole(desk, working.read(desk, who, draft_id)))


@router.delete(
    "/v1/drafts/{draft_id}",
    dependencies=[UNDER_WAY],
    **operation(
        "delete-draft",
        "Delete a draft with everything in it; what was submitted from it stays in the log.",
        DraftChanged,
        answers=None,
        status=204,
        headers=("If-Match",),
    ),
)
def delete_draft(draft_id: DraftId, desk: TheDesk, who: TheWho, expected: TheExpected) -> Response:
    """Delete a draft."""
    working.delete(desk, who, draft_id, expected)
    return Response(status_code=204)


@router.get(
    "/v1/drafts/{draft_id}/preview",
    **operation(
        "preview-draft",
        "What exactly becomes public if the draft is submitted as it stands, and when.",
        answers="answers/draft-preview",
    ),
)
async def read_preview(
    draft_id: DraftId, desk: TheDesk, who: TheWho, reading: TheReading, salts: TheSalts
) -> Response:
    """Answer the preview; nothing is recorded."""

    def look() -> Response:
        seen = working.read(desk, who, draft_id, "preview-draft")
        return previewed(seen, preview(seen.draft, desk.register, salts))

    return await reading.threads.run(look)
