"""Scripts: what is said on versions of reports after they were filed, mostly sensibly."""

from collections.abc import Mapping
from typing import Any, TypeAlias, TypeVar

from hypothesis import strategies as st

from contracts.events import (
    ClarificationRequested,
    CorrigendumFiled,
    NothingNewDeclared,
    RegistryEvent,
    ReportAccepted,
    ReportSubmitted,
    ReviewOpened,
)
from services.registry.domain.circumstances import Circumstances
from services.registry.domain.clarification import ProvideClarification, RequestClarification
from services.registry.domain.commands import Command
from services.registry.domain.report import Version
from services.registry.domain.retraction import WithdrawReport
from services.registry.domain.review import OpenReview, RevokeAcceptance
from services.registry.domain.section import AuthorisePublication, RestrictPublication
from tests import makers
from tests.registry.domain import asking

T = TypeVar("T")
History: TypeAlias = tuple[RegistryEvent, ...]
Named: TypeAlias = dict[str, Any]

FILED = (ReportSubmitted, CorrigendumFiled, NothingNewDeclared)


def mostly(usual: T, *others: T) -> st.SearchStrategy[T]:
    """Give the usual four times out of five."""
    return st.sampled_from((*(usual for _ in range(4 * len(others))), *others))


def _one_of(history: History, kinds: tuple[type[RegistryEvent], ...]) -> st.SearchStrategy[Any]:
    """One of the events of some kinds, the latest as often as all others, or one that is not."""
    found = [event for event in history if isinstance(event, kinds)] or [makers.report_submitted()]
    return st.sampled_from((*found, *(found[-1] for _ in found)))


@st.composite
def named(
    draw: st.DrawFn,
    history: History,
    kinds: tuple[type[RegistryEvent], ...] = FILED,
) -> Named:
    """The version that one of the events speaks of, mostly as it is."""
    event = draw(_one_of(history, kinds))
    digest = Version(filed=event).digest if isinstance(event, FILED) else event.digest
    return {
        "participant": event.participant,
        "cycle_id": event.cycle_id,
        "report_version": draw(mostly(event.report_version, 0, 2)),
        "digest": draw(mostly(digest, makers.digest_of({}))),
    }


clearances = mostly(makers.clearance(), makers.clearance(cleared_by="person-1"))


@st.composite
def openings(draw: st.DrawFn, around: Circumstances, history: History) -> OpenReview:
    subject = draw(named(history))
    return asking.take_up(**subject, ruleset_version=draw(mostly("1.0.0", "2.0.0")))


@st.composite
def revocations(draw: st.DrawFn, around: Circumstances, history: History) -> RevokeAcceptance:
    subject = draw(named(history, (ReportAccepted,)))
    return asking.revoke(draw(mostly(("P1",), ())), draw(st.sampled_from("ab")), **subject)


@st.composite
def questions(draw: st.DrawFn, around: Circumstances, history: History) -> RequestClarification:
    subject = draw(named(history, (ReviewOpened,)))
    return asking.ask(
        **subject,
        ruleset_version=draw(mostly("1.0.0", "2.0.0")),
        clarification_id=draw(st.sampled_from(("Q1", "Q2", "Q3"))),
        units=draw(mostly(("P1",), ())),
    )


@st.composite
def answers(draw: st.DrawFn, around: Circumstances, history: History) -> ProvideClarification:
    asked = draw(_one_of(history, (ClarificationRequested,)))
    return asking.reply(
        participant=asked.participant,
        cycle_id=asked.cycle_id,
        report_version=asked.report_version,
        digest=asked.digest,
        clarification_id=draw(mostly(getattr(asked, "clarification_id", "Q1"), "Q2")),
        answers=makers.sealed(draw(st.sampled_from("ab"))),
        clearance=draw(clearances),
    )


@st.composite
def withdrawals(draw: st.DrawFn, around: Circumstances, history: History) -> WithdrawReport:
    return asking.withdraw(**draw(named(history)), clearance=draw(clearances))


@st.composite
def showings(draw: st.DrawFn, around: Circumstances, history: History) -> AuthorisePublication:
    held: Mapping[str, str] = {"P5": makers.hidden("P5").encoded()}
    units = draw(mostly(("P5",), ("P1",), ("P1", "P5"), ("P9",)))
    return asking.show(
        draw(mostly(held, {})),
        **draw(named(history)),
        units=units,
        clearance=draw(clearances),
    )


@st.composite
def restrictions(draw: st.DrawFn, around: Circumstances, history: History) -> RestrictPublication:
    units = draw(mostly(("P1",), ("P5",), ("P2",), ("P9",)))
    return asking.restrict(**draw(named(history)), units=units, clearance=draw(clearances))


@st.composite
def next_steps(draw: st.DrawFn, around: Circumstances, history: History) -> Command:
    """What a review goes on with: it takes many steps in a row to get as far as an answer."""

    def happened(kind: type[RegistryEvent]) -> bool:
        return any(isinstance(event, kind) for event in history)

    steps: list[Any] = [openings]
    steps += [questions] if happened(ReviewOpened) else []
    steps += [answers] if happened(ClarificationRequested) else []
    steps += [revocations, revocations] if happened(ReportAccepted) else []
    step = draw(st.sampled_from(steps))
    command: Command = draw(step(around, history))
    return command


COMMANDS = (
    next_steps,
    next_steps,
    next_steps,
    openings,
    openings,
    revocations,
    questions,
    answers,
    withdrawals,
    showings,
    restrictions,
)


def opening(asked: str, accepted: str) -> tuple[Command, ...]:
    """What takes many steps in a row: a question on a report of 2025; another one, accepted."""

    def version(code: str) -> Named:
        digest = makers.report_submitted(code, "2025").digest
        return {"participant": code, "cycle_id": "2025", "digest": digest}

    return (
        asking.take_up(**version(asked)),
        asking.ask(**version(asked)),
        asking.accept(**version(accepted)),
    )


def events(code: str, cycle_id: str, number: int) -> tuple[RegistryEvent, ...]:
    """Events on a version, whether or not the rules would ever have let them happen."""
    named: Named = {"participant": code, "cycle_id": cycle_id, "report_version": number}
    return (
        makers.report_withdrawn(**named),
        makers.publication_authorised(**named),
        makers.publication_restricted(**named),
        makers.review_opened(**named),
        makers.clarification_requested(**named),
        makers.clarification_provided(**named),
        makers.acceptance_revoked(**named),
    )
