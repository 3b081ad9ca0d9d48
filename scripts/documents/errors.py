"""Documents: every error code, what it means and what to do: the target of a problem's `type`."""

from collections import defaultdict

from contracts.faults import CODES
from contracts.gate import STATUS_BY_CODE
from scripts.documents.markdown import code, page, table
from scripts.documents.modules import paragraphs, subclasses
from services.kit.errors import (
    Forbidden,
    KeyReused,
    Malformed,
    NotFound,
    Refused,
    ServiceError,
    TooManyRequests,
    Unauthenticated,
    Unavailable,
    VerificationFailed,
    VersionConflict,
)
from services.registry.drafts.refusals import DraftChanged, SectionChanged

INTRODUCTION = """\
Every error is a problem document (RFC 9457, `application/problem+json`). Its `type` is
`https://concord.example/errors#<code>`; the heading with that code on this page says what it means
and what to do. `errors[]` lists findings, each with `code`, `severity`, `outcome`, `pointer` (JSON
Pointer into what was sent), `message` and `params`; what was sent is never repeated. Quote
`request_id` when you ask the operator."""

PHRASES = {
    400: "Cannot be read",
    401: "Who is asking?",
    403: "Not for this token",
    404: "Nothing here",
    405: "Another method",
    408: "Too slow",
    409: "The rules say no",
    412: "Changed meanwhile",
    413: "Too large",
    415: "Another media type",
    422: "Not what the contract says",
    428: "A precondition is needed",
    431: "Headers too large",
    429: "Too often",
    500: "A bug",
    502: "A neighbour's answer does not check out",
    503: "Not now",
}

# The nearest class decides; refusals of the rules say in their own text what would be right.
REMEDIES: tuple[tuple[type[ServiceError], str], ...] = (
    (
        Refused,
        "Read the reason, change the command or wait until it may be given; do not repeat it.",
    ),
    (KeyReused, "Use a new `Idempotency-Key`, or send exactly what was first sent with this one."),
    (
        VersionConflict,
        "Read the stream's version again, decide again, send with the new `If-Match`.",
    ),
    (SectionChanged, "Put both texts together, then write with the tag in `current.etag`."),
    (DraftChanged, "Read the draft again, then ask with the tag in `current.etag`."),
    (Malformed, "Mend what `errors[]` points at; nothing was recorded."),
    (NotFound, "Check the address; what is not public also answers so."),
    (
        Unauthenticated,
        "Send `Authorization: Bearer <token>` with a valid token, as [identity](identity.md) says.",
    ),
    (Forbidden, "Ask the operator for a token that may do this."),
    (
        TooManyRequests,
        "Come back after `Retry-After` seconds, with the same `Idempotency-Key`; nothing was done.",
    ),
    (Unavailable, "Try again after `Retry-After` seconds, with the same `Idempotency-Key`."),
    (VerificationFailed, "Operators: do not go on; see docs/runbook.md."),
)
REMEDY_OF_REQUESTS = "Change the request; nothing was recorded."
REMEDY_OF_FAULTS = "A fault of the service; report it with `request_id`."


def errors_page() -> str:
    """Write docs/errors.md."""
    by_status: dict[int, list[type[ServiceError]]] = defaultdict(list)
    kinds: list[type[ServiceError]] = [ServiceError, *subclasses(ServiceError)]
    for kind in kinds:
        by_status[kind.status].append(kind)
    parts = []
    for status in sorted(by_status):
        parts.append(f"## {status} {PHRASES[status]}")
        parts += _entries(by_status[status])
    return page("Error codes", INTRODUCTION, *parts, *_codes_of_findings())


def _entries(kinds: list[type[ServiceError]]) -> list[str]:
    """One entry for each code; classes that share one are told together."""
    by_code: dict[str, list[type[ServiceError]]] = defaultdict(list)
    for kind in kinds:
        by_code[kind.code].append(kind)
    return [_entry(name, by_code[name]) for name in sorted(by_code)]


def _entry(name: str, kinds: list[type[ServiceError]]) -> str:
    titles = list(dict.fromkeys(kind.title for kind in kinds))
    meanings = list(dict.fromkeys(_meaning(kind) for kind in kinds))
    remedies = list(dict.fromkeys(_remedy(kind) for kind in kinds))
    said = [*(f"**{title}**" for title in titles), *(t for t in meanings if t not in titles)]
    return "\n\n".join([f"### {name}", *said, *(f"*What to do:* {text}" for text in remedies)])


def _meaning(kind: type[ServiceError]) -> str:
    if kind is ServiceError:
        return "A bug. Nothing more is told here; the operator finds it in the log file."
    return paragraphs(kind)


def _remedy(kind: type[ServiceError]) -> str:
    for root, text in REMEDIES:
        if issubclass(kind, root):
            return text
    return REMEDY_OF_REQUESTS if kind.status < 500 else REMEDY_OF_FAULTS


def _codes_of_findings() -> list[str]:
    gate = table(
        ["code", "status"], [[code(name), str(status)] for name, status in STATUS_BY_CODE.items()]
    )
    contract = ", ".join(code(name) for name in sorted(CODES))
    return [
        "## Codes of findings",
        "### From the strict gate\n\nThe bytes are not JSON that everybody would read alike.",
        gate,
        f"### From a contract\n\nThe document is JSON, but not what its contract says: {contract}.",
    ]
