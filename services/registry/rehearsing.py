"""Registry: rehearses the filing of a report: what the rules would refuse it for, as things stand.

Rules on reports find everything in a document at once; this is what lies beside it: a cycle that
is closed, a participant that does not take part. Nothing is sealed for it, and nothing recorded.
"""

from contracts.catalogue import contract
from contracts.events.reports import Clearance
from contracts.rules.examination import Examination, Refusal
from services.registry.domain.submission import Filing, foresee, streams_of
from services.registry.examining import HandedIn
from services.registry.facts import Reader
from services.registry.handling import Register

SOMEBODY_ELSE = Clearance(drafted_by="drafter", cleared_by="clearer")
"""Where the question does not say who drafts and who clears."""


def rehearse(register: Register, handed_in: HandedIn, examination: Examination) -> Examination:
    """Say in an examination what the report would be refused for, too, if for anything.

    Args:
        register: as it is now.
        handed_in: a report by its contract, from somebody who may ask what the register says.
        examination: of that report, against the register.
    """
    reader = Reader(log=register.log, position=examination.validated_at_position or 0)
    filing = _filing(handed_in, examination)
    read = reader.events(streams_of(filing))
    events = (event for stream in streams_of(filing) for event in read[stream])
    refused = foresee(filing, register.circumstances(), events)
    if refused is None:
        return examination
    return examination.with_refusal(
        Refusal(code=refused.code, title=refused.title, detail=refused.detail)
    )


def _filing(handed_in: HandedIn, examination: Examination) -> Filing:
    cover = handed_in.document["cover"]
    said = handed_in.clearance
    return Filing(
        participant=cover["participant"],
        cycle_id=cover["cycle_id"],
        origin=cover["origin"],
        form=cover["form"],
        template_version=contract(examination.contract).version,
        ruleset_version=examination.ruleset_version,
        validated_at_position=examination.validated_at_position or 0,
        digest=examination.digest,
        document=handed_in.document,
        clearance=Clearance(**said._asdict()) if said else SOMEBODY_ELSE,
    )
