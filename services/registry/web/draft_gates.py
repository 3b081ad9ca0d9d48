"""Registry web: the gates of a draft: put forward, cleared by somebody else, submitted."""

from fastapi import Response

from services.kit.errors import Refused, VersionConflict
from services.kit.routers import new_router
from services.registry.domain.report import ClearedByTheDrafter
from services.registry.drafts import gates, submission
from services.registry.drafts.refusals import (
    ClearanceNotRequested,
    DraftChanged,
    DraftNotComplete,
    DraftSubmitted,
    NotCleared,
    NotWhatWasCleared,
    NotWhatWasRequested,
    ReportMovedOn,
)
from services.registry.web.dependencies import TheRegister, TheSalts
from services.registry.web.draft_answers import whole
from services.registry.web.drafting import (
    DraftId,
    TheBody,
    TheDesk,
    TheExpected,
    TheKey,
    TheWho,
    body_of,
    operation,
)
from services.registry.web.operations import answer

router = new_router()


@router.post(
    "/v1/drafts/{draft_id}/clearance-request",
    **operation(
        "request-clearance",
        "Put a draft forward for clearance, as it stands.",
        *(DraftChanged, DraftNotComplete, DraftSubmitted, ReportMovedOn),
        answers="answers/draft",
        headers=("If-Match",),
        body=body_of("requests/draft-clearance-request"),
    ),
)
def post_clearance_request(
    draft_id: DraftId, desk: TheDesk, who: TheWho, expected: TheExpected, body: TheBody
) -> Response:
    """Put a draft forward; `clearance.digest` in the answer is what is to be cleared."""
    seen = gates.request_clearance(desk, who, draft_id, expected, body.document())
    return whole(desk, seen)


@router.post(
    "/v1/drafts/{draft_id}/clearance",
    **operation(
        "clear",
        "Clear what was put forward, as another person than whoever drafted.",
        *(ClearanceNotRequested, ClearedByTheDrafter, DraftSubmitted),
        NotWhatWasRequested,
        answers="answers/draft",
        body=body_of("requests/draft-clearance"),
    ),
)
def post_clearance(draft_id: DraftId, desk: TheDesk, who: TheWho, body: TheBody) -> Response:
    """Clear a draft; a change after this takes the clearance back."""
    return whole(desk, gates.clear(desk, who, draft_id, body.document()))


_SUBMISSION = operation(
    "submit-draft",
    "Submit what was cleared, as `POST /v1/reports` or `…/corrigenda` would.",
    *(NotCleared, NotWhatWasCleared, DraftSubmitted, ReportMovedOn),
    *(Refused, VersionConflict),
    answers="answers/recorded",
    status=201,
    headers=("Idempotency-Key",),
    body=body_of("requests/draft-submission"),
)
_SUBMISSION["openapi_extra"]["x-events"] = ["corrigendum-filed", "report-submitted"]


@router.post("/v1/drafts/{draft_id}/submission", **_SUBMISSION)
def post_submission(
    draft_id: DraftId,
    desk: TheDesk,
    who: TheWho,
    _key: TheKey,
    body: TheBody,
    register: TheRegister,
    salts: TheSalts,
) -> Response:
    """Submit a draft; draft and digest name the request, whatever its key, so it is made once."""
    return answer(register, submission.submit(desk, who, draft_id, body.document(), salts))
