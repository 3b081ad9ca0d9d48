"""Registry: requests about evidence: deposits, revisions, withdrawals, redactions."""

from collections.abc import Callable
from typing import Any

from contracts.catalogue import contract
from contracts.events import parse_event
from contracts.sealing import seal
from services.registry.domain.evidence import (
    DepositEvidence,
    Held,
    RedactEvidence,
    ReviseEvidence,
    WithdrawEvidence,
)
from services.registry.intents.intent import Document, Intent, Salts, event_in

EVIDENCE_ACTS = frozenset(
    {"evidence-deposited", "evidence-revised", "evidence-withdrawn", "evidence-redacted"}
)


def record_evidence_act(
    participant: str, document: Document, salts: Salts, held: Callable[[str], Held | None]
) -> Intent:
    """Ask to record what is said of evidence; what is not public is sealed before.

    Args:
        participant: as the path names it.
        document: the body.
        salts: gives fresh random bytes.
        held: says what was found in bytes that were handed in, by their digest.
    """
    kind, body = event_in(document, EVIDENCE_ACTS, participant=participant)
    sealed, disclosures = seal(body, contract(f"events/{kind}").sections, salts)
    act: Any = parse_event(kind, sealed)
    match kind:
        case "evidence-deposited":
            return Intent(
                kind=kind,
                command=lambda around, _: DepositEvidence(
                    deposited=act, held=held(act.digest), circumstances=around
                ),
                participant=participant,
                cycle_id=act.cycle_id,
                disclosures=disclosures,
            )
        case "evidence-revised":
            return Intent(
                kind=kind,
                command=lambda around, _: ReviseEvidence(
                    revised=act, held=held(act.digest), circumstances=around
                ),
                participant=participant,
                disclosures=disclosures,
            )
        case "evidence-withdrawn":
            withdrawing = WithdrawEvidence(withdrawal=act)
            return Intent(kind=kind, command=lambda _, __: withdrawing, participant=participant)
        case _:
            redacting = RedactEvidence(redaction=act)
            return Intent(kind=kind, command=lambda _, __: redacting, participant=participant)
