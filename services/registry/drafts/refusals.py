"""Drafts: what can be said no to, beside the rules on what is submitted."""

from collections.abc import Mapping
from typing import Any

from services.kit.errors import Forbidden, Malformed, Refused, ServiceError


class DraftNotComplete(Malformed):
    """What is put forward for clearance is a document that could be submitted as it stands."""

    code = "draft-not-complete"
    title = "The draft is not yet a document that could be submitted."


class SectionChanged(ServiceError):
    """Somebody else wrote to this section; `current` in the problem has what stands there now.

    Nothing was overwritten. Put both texts together, then write with `current.etag`.
    """

    status = 412
    code = "section-changed"
    title = "The section is not as you read it."

    def __init__(self, current: Mapping[str, Any]) -> None:
        """Make it.

        Args:
            current: what stands there, its tag, by whom and when.
        """
        super().__init__()
        self.extensions = {"current": current}


class DraftChanged(ServiceError):
    """Somebody else changed the draft; `current` in the problem says to what, who and when."""

    status = 412
    code = "draft-changed"
    title = "The draft is not as you read it."

    def __init__(self, current: Mapping[str, Any]) -> None:
        """Make it.

        Args:
            current: the draft's tag and state, who changed it last and when.
        """
        super().__init__()
        self.extensions = {"current": current}


class SectionNotDelegated(Forbidden):
    """A delegate writes the parts of the report that the delegation names."""

    code = "section-not-delegated"
    title = "This part of the report was not delegated to this actor."


class ActorErased(Forbidden):
    """Whose identity the register no longer holds answers for nothing."""

    code = "actor-erased"
    title = "What identified this actor was erased: nobody acts under this id any more."


class NotForDelegates(Forbidden):
    """Who begins, deletes, puts forward, clears or submits a draft is no delegate."""

    code = "not-for-delegates"
    title = "A delegate writes parts of a draft and does nothing else with it."


class OutsideTheTerm(Forbidden):
    """Focal points and delegates act from the first to the last day of their term."""

    code = "outside-the-term"
    title = "The term of this actor has not begun, or is over."


class TemplateNotKnown(Refused):
    """A draft is written to the template of its cycle."""

    code = "template-not-known"
    title = "The registry does not know the template version of the cycle."


class NothingToCarryForward(Refused):
    """A draft is carried forward from an accepted version, or from this very report."""

    code = "nothing-to-carry-forward"
    title = "The participant has no version that a draft could be carried forward from."


class TooManyDrafts(Refused):
    """The drafts of a participant that are not submitted are bounded in number."""

    code = "too-many-drafts"
    title = "The participant has as many drafts as it may; submit or delete one."


class DraftSubmitted(Refused):
    """What was submitted does not change any more; a corrigendum is another draft."""

    code = "draft-submitted"
    title = "The draft was submitted."


class ReportMovedOn(Refused):
    """A draft follows the version of the report that stood when the draft was begun."""

    code = "report-moved-on"
    title = "Another version of the report was filed since the draft was begun; begin a new one."


class ClearanceNotRequested(Refused):
    """What is cleared was put forward, and was not changed since."""

    code = "clearance-not-requested"
    title = "No clearance is requested for the draft as it stands."


class NotWhatWasRequested(Refused):
    """A clearance is bound to the very content that was put forward."""

    code = "not-what-was-requested"
    title = "The digest is not that of the content that was put forward for clearance."


class NotCleared(Refused):
    """Only what was cleared, and not changed since, is submitted."""

    code = "not-cleared"
    title = "The draft is not cleared as it stands."


class NotWhatWasCleared(Refused):
    """A submission is bound to the very content that was cleared."""

    code = "not-what-was-cleared"
    title = "The digest is not that of the content that was cleared."
