"""Scripts of acts that speak of others: withdrawn declarations, successions, objections."""

from hypothesis import strategies as st

from contracts.events import ActContested, DeclarationLodged, RegistryEvent, SignatureRecorded
from contracts.events.shared import Act
from services.registry.domain.circumstances import Circumstances
from services.registry.domain.participation import RecordAct
from services.registry.domain.streams import participation_stream, stream_of
from tests import makers

SUCCESSORS = ("ZZF", "ZZG")


@st.composite
def declarations(
    draw: st.DrawFn, around: Circumstances, history: tuple[RegistryEvent, ...]
) -> RecordAct:
    """Withdraw one of the declarations on record, or what may be none; or lodge one."""
    found = [
        (one.participant, n) for n, one in _acts(history) if isinstance(one, DeclarationLodged)
    ]
    code, number = draw(st.sampled_from((*found, *found, ("ZZA", 1))))
    if draw(st.integers(0, 3)) == 0:
        return RecordAct(act=makers.declaration_lodged(code), circumstances=around)
    act = makers.declaration_withdrawn(code, declaration=number)
    return RecordAct(act=act, circumstances=around)


@st.composite
def successions(
    draw: st.DrawFn, around: Circumstances, history: tuple[RegistryEvent, ...]
) -> RecordAct:
    """Continue one of the signatures on record, mostly."""
    signed = [one.participant for _, one in _acts(history) if isinstance(one, SignatureRecorded)]
    predecessor = draw(st.sampled_from((*signed, *signed, "ZZF", "ZZY")))
    act = makers.succession_notified(draw(st.sampled_from(SUCCESSORS)), predecessor=predecessor)
    return RecordAct(act=act, circumstances=around)


@st.composite
def objections(
    draw: st.DrawFn, around: Circumstances, history: tuple[RegistryEvent, ...]
) -> RecordAct:
    """Contest one of the acts on record, or what may be none; or put a contested one right."""
    found = [(one.participant, n) for n, one in _acts(history)]
    code, number = draw(st.sampled_from((*found, *found, ("ZZA", 0), ("ZZA", 99))))
    contested = [one for _, one in _acts(history) if isinstance(one, ActContested)]
    if draw(st.booleans()) and contested:
        one = draw(st.sampled_from(contested))
        settling = makers.act_rectified(one.participant, rectifies=one.contests)
        return RecordAct(act=settling, circumstances=around)
    return RecordAct(act=makers.act_contested(code, contests=number), circumstances=around)


def _acts(history: tuple[RegistryEvent, ...]) -> list[tuple[int, Act | ActContested]]:
    """Give the acts on record with their versions."""
    versions: dict[str, int] = {}
    found: list[tuple[int, Act | ActContested]] = []
    for event in history:
        if isinstance(event, Act | ActContested):
            assert stream_of(event) == participation_stream(event.participant)
            versions[event.participant] = versions.get(event.participant, 0) + 1
            found.append((versions[event.participant], event))
    return found


COMMANDS = (declarations, successions, objections)
EVENTS = (
    makers.declaration_withdrawn(),
    makers.succession_notified(),
    makers.succession_notified("ZZA", predecessor="ZZF"),
    makers.act_contested(),
    makers.act_contested(contests=1),
)
"""Events that no rule need have allowed."""
