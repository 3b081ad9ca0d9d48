"""Documents: who may do what, as the table of the policy says."""

from contracts.authority.actor import ROLES
from contracts.authority.table import ACTIONS, READ_SECTION, READABLE_BY, UNMARKED, By
from scripts.documents.markdown import code, page, table

INTRODUCTION = """\
One policy decides for both services, for every route and for the `actions` in answers
(`contracts/authority`, [0054](adr/0054-one-policy-and-the-register-say-who-may-what.md)). What no
line of the table says is refused.

A token says who asks, in exactly one role: `focal-point:<CODE>`, `drafter:<CODE>`, `auditor`,
`secretariat` or `operator`, and with which scopes. For the first three that is not enough. The
register must know the actor in that role, under the id in the token, and today must lie in the
term as the register has it now: of the designation; of the delegation, which ends with the term it
was granted in at the latest; of the mandate. Whose identity was erased may nothing. The
secretariat and the operator are what their token says."""

REACHES = """\
- **all**: whomever it concerns.
- **own**: what concerns the participant that the actor acts for.
- **delegated**: of that, the parts of reports that were delegated.
- **mandated**: what concerns a participant and a cycle that the mandate is for; what concerns
  everybody, by a mandate without limits.
- Without a word: refused."""

SECTIONS = f"""\
A section that is not public stands sealed in the log; its marker names a visibility. A section
without one (persons, reasons, questions, answers) is read as `{UNMARKED}`. Who may not open a
section is answered as if nothing were sealed.

The description of a piece of evidence is read by whom its bytes are for: it is of the cycle and
the part that the piece was deposited for, a revision's too, and once the piece is withdrawn it is
read as `{UNMARKED}`. What is of no cycle (needs, offers, evidence deposited for none) no mandate
for certain cycles covers."""

NAMES = {"public": "anybody", "focal_point": "focal point"}


def authority_page() -> str:
    """Write the page."""
    roles = [NAMES.get(role, role) for role in ROLES]
    actions = [
        (code(action), line.does, *_reaches(line.by), code(line.scope or ""))
        for action, line in ACTIONS.items()
        if action != READ_SECTION
    ]
    sections = [(code(name), *_reaches(by)) for name, by in READABLE_BY.items()]
    return page(
        "Who may do what",
        INTRODUCTION,
        "## Actions",
        REACHES,
        table(("action", "to", *roles, "scope"), actions),
        "## Sealed sections",
        SECTIONS,
        table(("visibility", *roles), sections),
        f"Reading them is the action {code(READ_SECTION)}; "
        f"the token needs the scope {code(ACTIONS[READ_SECTION].scope or '')}.",
    )


def _reaches(by: By) -> list[str]:
    return [by.get(role, "") for role in ROLES]
