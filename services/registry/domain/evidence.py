"""Pure rules of evidence: files put forward, put in each other's place, withdrawn, destroyed.

The bytes are handed in before; what is said of them here is held against what was found in them.
A digest is put forward once, so that it is one fact who put these bytes forward, when and for
whom; bytes that were destroyed do not come back.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TypeAlias, assert_never

from contracts.events import (
    EvidenceDeposited,
    EvidenceRedacted,
    EvidenceRevised,
    EvidenceWithdrawn,
    RegistryEvent,
)
from services.kit.decider import Decider
from services.kit.errors import Refused
from services.registry.domain import participant
from services.registry.domain.circumstances import Circumstances, check_period
from services.registry.domain.participant import Newcomer, Participation
from services.registry.domain.participation import check_participant
from services.registry.domain.ruling import Ruling, ruling_by
from services.registry.domain.streams import evidence_stream, participation_stream

Forward: TypeAlias = EvidenceDeposited | EvidenceRevised


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """What was found in bytes that were handed in."""

    media_type: str
    size_bytes: int


# --- commands


@dataclass(frozen=True, slots=True, kw_only=True)
class DepositEvidence:
    """Put a piece of evidence forward."""

    deposited: EvidenceDeposited
    held: Held | None
    """Of the bytes that it names; `None`: the participant has handed in none."""
    circumstances: Circumstances


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviseEvidence:
    """Put other bytes in the place of a piece's latest."""

    revised: EvidenceRevised
    held: Held | None
    circumstances: Circumstances


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawEvidence:
    """Put a piece forward no longer."""

    withdrawal: EvidenceWithdrawn


@dataclass(frozen=True, slots=True, kw_only=True)
class RedactEvidence:
    """Destroy bytes."""

    redaction: EvidenceRedacted


EvidenceCommand: TypeAlias = DepositEvidence | ReviseEvidence | WithdrawEvidence | RedactEvidence

# --- state


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A piece of evidence: what was deposited, what took its place, and how it ended."""

    deposited: EvidenceDeposited
    revisions: tuple[EvidenceRevised, ...] = ()
    withdrawn: EvidenceWithdrawn | None = None

    @property
    def latest(self) -> Forward:
        """What holds of it: the last revision, or what was deposited."""
        return self.revisions[-1] if self.revisions else self.deposited

    def of(self, digest: str) -> Forward | None:
        """Find what put bytes forward; `None` where they are not of this piece."""
        forward: tuple[Forward, ...] = (self.deposited, *self.revisions)
        return next((one for one in forward if one.digest == digest), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """All evidence of a participant, and its participation."""

    pieces: Mapping[str, Piece]
    redacted: Mapping[str, EvidenceRedacted]
    """By digest of what was destroyed."""
    participation: Participation

    def piece_with(self, digest: str) -> Piece | None:
        """Find the piece that bytes are of."""
        return next((one for one in self.pieces.values() if one.of(digest)), None)

    @property
    def digests(self) -> frozenset[str]:
        """Digests of all bytes that the register is to hold."""
        forward = (
            one for piece in self.pieces.values() for one in (piece.deposited, *piece.revisions)
        )
        return frozenset(one.digest for one in forward) - self.redacted.keys()

    @property
    def standing(self) -> frozenset[str]:
        """Digests of the bytes that are put forward, and were not withdrawn or destroyed."""
        latest = (one.latest.digest for one in self.pieces.values() if one.withdrawn is None)
        return frozenset(latest) - self.redacted.keys()


NOTHING = Evidence(pieces={}, redacted={}, participation=Newcomer())


def evolve(state: Evidence, event: RegistryEvent) -> Evidence:
    """Give the state after an event of the participant's evidence or participation."""
    match event:
        case EvidenceDeposited():
            return _with(state, Piece(deposited=event))
        case EvidenceRevised() if event.evidence_id in state.pieces:
            piece = state.pieces[event.evidence_id]
            return _with(state, replace(piece, revisions=(*piece.revisions, event)))
        case EvidenceWithdrawn() if event.evidence_id in state.pieces:
            return _with(state, replace(state.pieces[event.evidence_id], withdrawn=event))
        case EvidenceRedacted():
            return replace(state, redacted={**state.redacted, event.digest: event})
        case _:
            return replace(state, participation=participant.evolve(state.participation, event))


def _with(state: Evidence, piece: Piece) -> Evidence:
    return replace(state, pieces={**state.pieces, piece.deposited.evidence_id: piece})


# --- refusals


class EvidenceIdTaken(Refused):
    """A piece has its id for itself among all evidence of the participant."""

    code = "evidence-id-taken"
    title = "Another piece of evidence carries this id."


class NotHandedIn(Refused):
    """Bytes are handed in first, by the same participant; those not named in time are swept."""

    code = "not-handed-in"
    title = "No bytes with this digest were handed in."


class NotAsHandedIn(Refused):
    """What is said of bytes is what was found in them."""

    code = "not-as-handed-in"
    title = "The bytes with this digest are of another media type or size."


class PutForwardAlready(Refused):
    """Bytes are put forward once."""

    code = "put-forward-already"
    title = "These bytes were put forward already."


class BytesWereDestroyed(Refused):
    """What was destroyed does not come back, and is not destroyed twice."""

    code = "bytes-were-destroyed"
    title = "The bytes with this digest were destroyed."


class CollectedInTheFuture(Refused):
    """Evidence is of what has happened."""

    code = "collected-in-the-future"
    title = "The day on which the evidence was collected is still to come."


class NoSuchEvidence(Refused):
    """Whatever follows on a piece names it, and bytes of it."""

    code = "no-such-evidence"
    title = "No piece of evidence by this id has these bytes."


class NotTheLatest(Refused):
    """What is revised or withdrawn is what was put forward last."""

    code = "not-the-latest"
    title = "Other bytes have taken the place of these."


class EvidenceIsWithdrawn(Refused):
    """What is no longer put forward is neither revised nor withdrawn again."""

    code = "evidence-is-withdrawn"
    title = "The piece of evidence was withdrawn."


REFUSALS = (
    EvidenceIdTaken,
    NotHandedIn,
    NotAsHandedIn,
    PutForwardAlready,
    BytesWereDestroyed,
    CollectedInTheFuture,
    NoSuchEvidence,
    NotTheLatest,
    EvidenceIsWithdrawn,
)

# --- rules


def decide(command: EvidenceCommand, state: Evidence) -> tuple[RegistryEvent, ...]:
    """Deposit, revise, withdraw or redact; the very same a second time changes nothing."""
    match command:
        case DepositEvidence():
            return _deposit(command, state)
        case ReviseEvidence():
            return _revise(command, state)
        case WithdrawEvidence():
            return _withdraw(command.withdrawal, state)
        case RedactEvidence():
            return _redact(command.redaction, state)
        case _:
            assert_never(command)


def _deposit(command: DepositEvidence, state: Evidence) -> tuple[RegistryEvent, ...]:
    deposited = command.deposited
    known = state.pieces.get(deposited.evidence_id)
    if known is not None and known.deposited == deposited:
        return ()
    check_participant(state.participation)
    if known is not None:
        raise EvidenceIdTaken
    _check_forward(deposited, command.held, state, command.circumstances)
    return (deposited,)


def _revise(command: ReviseEvidence, state: Evidence) -> tuple[RegistryEvent, ...]:
    revised = command.revised
    piece = _piece(state, revised.evidence_id, revised.replaces)
    if piece.latest == revised or revised in piece.revisions:
        return ()
    if piece.withdrawn is not None:
        raise EvidenceIsWithdrawn
    if piece.latest.digest != revised.replaces:
        raise NotTheLatest
    _check_forward(revised, command.held, state, command.circumstances)
    return (revised,)


def _check_forward(
    forward: Forward, held: Held | None, state: Evidence, around: Circumstances
) -> None:
    """Refuse bytes that were not handed in like this, or are not new."""
    if forward.digest in state.redacted:
        raise BytesWereDestroyed
    if state.piece_with(forward.digest) is not None:
        raise PutForwardAlready
    if held is None:
        raise NotHandedIn
    if (held.media_type, held.size_bytes) != (forward.media_type, forward.size_bytes):
        raise NotAsHandedIn(f"they are {held.media_type}, {held.size_bytes} bytes")
    if forward.collected_on > around.today:
        raise CollectedInTheFuture(f"today is {around.today}")
    check_period(forward.collected_on, forward.valid_to)


def _withdraw(withdrawal: EvidenceWithdrawn, state: Evidence) -> tuple[RegistryEvent, ...]:
    piece = _piece(state, withdrawal.evidence_id, withdrawal.digest)
    if piece.withdrawn == withdrawal:
        return ()
    if piece.withdrawn is not None:
        raise EvidenceIsWithdrawn
    if piece.latest.digest != withdrawal.digest:
        raise NotTheLatest
    return (withdrawal,)


def _redact(redaction: EvidenceRedacted, state: Evidence) -> tuple[RegistryEvent, ...]:
    _piece(state, redaction.evidence_id, redaction.digest)
    if state.redacted.get(redaction.digest) == redaction:
        return ()
    if redaction.digest in state.redacted:
        raise BytesWereDestroyed
    return (redaction,)


def _piece(state: Evidence, evidence_id: str, digest: str) -> Piece:
    piece = state.pieces.get(evidence_id)
    if piece is None or piece.of(digest) is None:
        raise NoSuchEvidence
    return piece


DECIDER: Decider[EvidenceCommand, Evidence, RegistryEvent] = Decider(
    decide=decide, evolve=evolve, initial=NOTHING
)


def ruling(command: EvidenceCommand) -> Ruling:
    """Say what a command reads: the participant's evidence; to deposit, the participant too."""
    match command:
        case DepositEvidence(deposited=act):
            target = evidence_stream(act.participant)
            also: tuple[str, ...] = (participation_stream(act.participant),)
        case ReviseEvidence(revised=act) | WithdrawEvidence(withdrawal=act):
            target, also = evidence_stream(act.participant), ()
        case RedactEvidence(redaction=act):
            target, also = evidence_stream(act.participant), ()
        case _:
            assert_never(command)
    return ruling_by(DECIDER, command, target=target, also=also)
