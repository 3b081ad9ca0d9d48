"""Authority: the table of everything people do: by whom, for whom, and with which scope.

Read a line aloud: *submit*: a focal point for its own participant, the secretariat for all. What
no line says nobody may. A focal point, a drafter and an auditor may anything only while the
register knows them in that role and their term runs (`policy.py`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from contracts.authority.actor import ROLES, Role

WRITE: Final = "concord.write"
READ: Final = "concord.read"

Reach: TypeAlias = Literal["all", "own", "delegated", "mandated"]
"""How far a role reaches.

- `all`: whomever it concerns.
- `own`: what concerns the participant that the actor acts for.
- `delegated`: of that, the parts of reports that were delegated.
- `mandated`: what concerns a participant and a cycle that the mandate is for.
"""
By: TypeAlias = Mapping[Role, Reach]
"""Who may, and how far; who is not in it may not."""

Visibility: TypeAlias = Literal["participants", "auditors", "secretariat"]
"""Of a section that is sealed; one that is public is not."""

EVERYBODY: Final[By] = dict.fromkeys(ROLES, "all")
SECRETARIAT: Final[By] = {"secretariat": "all"}
AUDITOR: Final[By] = {"auditor": "mandated"}
FOCAL_POINT: Final[By] = {"focal_point": "own"}
EITHER: Final[By] = {"focal_point": "own", "secretariat": "all"}
"""The participant by its focal point, or the secretariat as it was notified."""
OWN_PEOPLE: Final[By] = {"drafter": "own", "focal_point": "own"}
DRAFTING: Final[By] = {"drafter": "delegated", "focal_point": "own"}


@dataclass(frozen=True, slots=True)
class Line:
    """One thing people do."""

    does: str
    """What it is, in the infinitive."""
    by: By
    scope: str | None
    """That the token must carry; `None`: no token is needed."""


READABLE_BY: Final[Mapping[Visibility, By]] = {
    "participants": {
        "drafter": "delegated",
        "focal_point": "all",
        "auditor": "mandated",
        "secretariat": "all",
    },
    "auditors": {
        "drafter": "delegated",
        "focal_point": "own",
        "auditor": "mandated",
        "secretariat": "all",
    },
    "secretariat": {"drafter": "delegated", "focal_point": "own", "secretariat": "all"},
}
"""Who may read a sealed section, by the visibility in its marker."""
UNMARKED: Final[Visibility] = "secretariat"
"""Visibility of sections whose marker names none: persons, reasons, questions, answers.

So says the contract `common/sealing`: *the secretariat where absent*.
"""

READ_SECTION: Final = "read-section"
"""The one action whose line depends on the resource: `READABLE_BY` says who may."""

ACTIONS: Final[Mapping[str, Line]] = {
    "public": Line("read what everybody may read", EVERYBODY, None),
    # participation
    "record-act": Line("record an act of participation", EITHER, WRITE),
    # people
    "designate-focal-point": Line("designate a focal point", EITHER, WRITE),
    "end-designation": Line("end a designation", EITHER, WRITE),
    "delegate": Line("delegate parts of reports", EITHER, WRITE),
    "revoke-delegation": Line("revoke a delegation", EITHER, WRITE),
    "grant-mandate": Line("give an auditor a mandate", SECRETARIAT, WRITE),
    "revoke-mandate": Line("revoke a mandate", SECRETARIAT, WRITE),
    "erase": Line("destroy what identifies a person", SECRETARIAT, WRITE),
    # plans
    "register-plan": Line("register a plan", EITHER, WRITE),
    "revise": Line("revise a plan", EITHER, WRITE),
    "conclude": Line("conclude a plan", EITHER, WRITE),
    "declare-commitment": Line("declare a commitment", EITHER, WRITE),
    "report-progress": Line("report progress on a commitment", EITHER, WRITE),
    "withdraw-commitment": Line("withdraw a commitment", EITHER, WRITE),
    # cycles, and what governs them
    "publish": Line("publish what governs reports and figures", SECRETARIAT, WRITE),
    "deactivate-rule": Line("deactivate a rule on reports", SECRETARIAT, WRITE),
    "open-cycle": Line("open a reporting cycle", SECRETARIAT, WRITE),
    "close": Line("close a reporting cycle", SECRETARIAT, WRITE),
    "grant-extension": Line("give a participant more time", SECRETARIAT, WRITE),
    "remind": Line("record a reminder", SECRETARIAT, WRITE),
    # drafts
    "begin-draft": Line("begin a draft", FOCAL_POINT, WRITE),
    "read-draft": Line("list drafts, and read the sections that one may", OWN_PEOPLE, WRITE),
    "read-draft-section": Line("read a section of a draft", DRAFTING, WRITE),
    "preview-draft": Line("see what submitting a draft would show", FOCAL_POINT, WRITE),
    "draft-section": Line("write or delete a section of a draft", DRAFTING, WRITE),
    "request-clearance": Line("put a draft forward for clearance", FOCAL_POINT, WRITE),
    "clear": Line("clear a draft", FOCAL_POINT, WRITE),
    "submit-draft": Line("submit a draft that was cleared", FOCAL_POINT, WRITE),
    "delete-draft": Line("delete a draft", FOCAL_POINT, WRITE),
    # reports
    "validate": Line("examine a report without recording it", EITHER, WRITE),
    "submit": Line("submit a report", EITHER, WRITE),
    "correct": Line("file a corrigendum", EITHER, WRITE),
    "declare-nothing-new": Line("declare that nothing is new", EITHER, WRITE),
    "withdraw": Line("withdraw a report", EITHER, WRITE),
    "authorise-publication": Line("let everybody read sections of a report", EITHER, WRITE),
    "restrict-publication": Line("show sections of a report no longer", EITHER, WRITE),
    # review
    "open-review": Line("take a version up for review", SECRETARIAT, WRITE),
    "request-clarification": Line("ask about a version", SECRETARIAT, WRITE),
    "provide-clarification": Line("answer a question on a version", EITHER, WRITE),
    "return": Line("return a version with reasons", SECRETARIAT, WRITE),
    "accept": Line("accept a version", SECRETARIAT, WRITE),
    "revoke-acceptance": Line("take an acceptance back", SECRETARIAT, WRITE),
    # audit
    "record-observation": Line("record what was seen of a claim", AUDITOR, WRITE),
    "issue-finding": Line("issue a finding on a claim", AUDITOR, WRITE),
    "close-finding": Line("close a finding", AUDITOR, WRITE),
    "issue-recommendation": Line("recommend something on a finding", AUDITOR, WRITE),
    "follow-up-recommendation": Line("follow a recommendation up", AUDITOR, WRITE),
    "respond-to-finding": Line("respond to a finding", EITHER, WRITE),
    "respond-to-recommendation": Line("respond to a recommendation", EITHER, WRITE),
    # evidence
    "upload-evidence": Line("hand in the bytes of a piece of evidence", EITHER, WRITE),
    "deposit-evidence": Line("deposit a piece of evidence", EITHER, WRITE),
    "revise-evidence": Line("put other bytes in the place of evidence", EITHER, WRITE),
    "withdraw-evidence": Line("put evidence forward no longer", EITHER, WRITE),
    "redact-evidence": Line("destroy bytes of evidence", EITHER, WRITE),
    # assistance
    "request-assistance": Line("say what help is needed", EITHER, WRITE),
    "offer-assistance": Line("say what help is offered", EITHER, WRITE),
    "match-assistance": Line("match a need with an offer", SECRETARIAT, WRITE),
    "conclude-assistance": Line("conclude a need or an offer", EITHER, WRITE),
    # reads that need a token
    "examine": Line("examine the claims of a participant", {"auditor": "mandated"}, READ),
    READ_SECTION: Line(
        "read sealed sections, as far as their visibility says",
        {
            "drafter": "delegated",
            "focal_point": "all",
            "auditor": "mandated",
            "secretariat": "all",
        },
        READ,
    ),
    "read-own-data": Line("take along all that is held about a participant", FOCAL_POINT, READ),
    "read-trail": Line(
        "read the record of who read and tried what",
        {"auditor": "mandated", "secretariat": "all", "operator": "all"},
        READ,
    ),
}
"""By action; the name is the `rel` of the action in answers where there is one."""
