"""Scripts of evidence: deposits, revisions, withdrawals, redactions."""

from datetime import date
from typing import Any, TypeAlias

from hypothesis import strategies as st

from contracts.events import EvidenceDeposited, EvidenceRevised, RegistryEvent
from services.registry.domain.circumstances import Circumstances
from services.registry.domain.commands import Command
from services.registry.domain.evidence import (
    DepositEvidence,
    Held,
    RedactEvidence,
    ReviseEvidence,
    WithdrawEvidence,
)
from tests import makers
from tests.registry.domain.scripts_reports import mostly

History: TypeAlias = tuple[RegistryEvent, ...]
CODES = ("ZZA", "KAZ", "ORG-ZZO")
IDS = st.sampled_from(("E-1", "E-2"))


def held_of(forward: EvidenceDeposited | EvidenceRevised) -> Held:
    return Held(media_type=forward.media_type, size_bytes=forward.size_bytes)


def opening(around: Circumstances, *codes: str) -> tuple[Command, ...]:
    """A piece of everybody."""
    made = [makers.evidence_deposited(code) for code in codes]
    return tuple(
        DepositEvidence(deposited=one, held=held_of(one), circumstances=around) for one in made
    )


@st.composite
def deposits(draw: st.DrawFn, around: Circumstances, history: History) -> DepositEvidence:
    text = draw(st.sampled_from(("A", "B", "C")))
    deposited = makers.evidence_deposited(
        draw(st.sampled_from(CODES)),
        evidence_id=draw(IDS),
        digest=makers.bytes_digest(text),
        collected_on=draw(mostly(date(2025, 1, 1), date(2028, 1, 1))),
    )
    held = draw(mostly(held_of(deposited), None))
    return DepositEvidence(deposited=deposited, held=held, circumstances=around)


def _forward(history: History) -> st.SearchStrategy[Any]:
    found = [one for one in history if isinstance(one, EvidenceDeposited | EvidenceRevised)]
    return st.sampled_from((*found, *found, makers.evidence_deposited("ZZB")))


@st.composite
def revisions(draw: st.DrawFn, around: Circumstances, history: History) -> ReviseEvidence:
    before = draw(_forward(history))
    revised = makers.evidence_revised(
        before.participant,
        evidence_id=before.evidence_id,
        replaces=before.digest,
        digest=makers.bytes_digest(draw(st.sampled_from(("D", "E", "F")))),
        collected_on=date(2025, 1, 1),
    )
    held = draw(mostly(held_of(revised), None))
    return ReviseEvidence(revised=revised, held=held, circumstances=around)


@st.composite
def endings(draw: st.DrawFn, around: Circumstances, history: History) -> Command:
    before = draw(_forward(history))
    named = {"evidence_id": before.evidence_id, "digest": before.digest}
    if draw(st.booleans()):
        return WithdrawEvidence(withdrawal=makers.evidence_withdrawn(before.participant, **named))
    return RedactEvidence(redaction=makers.evidence_redacted(before.participant, **named))


COMMANDS = (deposits, revisions, endings)
EVENTS = (
    makers.evidence_deposited(),
    makers.evidence_revised(),
    makers.evidence_withdrawn(),
    makers.evidence_redacted(),
)
"""Events that no rule need have allowed."""
