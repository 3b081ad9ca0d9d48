"""Scripts of people: delegations, mandates, erasures."""

from datetime import date

from hypothesis import strategies as st

from contracts.events import DelegationGranted, MandateGranted, RegistryEvent
from services.registry.domain.circumstances import Circumstances
from services.registry.domain.delegation import GrantDelegation, RevokeDelegation
from services.registry.domain.erasure import ErasePersonalData
from services.registry.domain.mandate import GrantMandate, RevokeMandate
from tests import makers

CODES = ("ZZA", "ORG-ZZO", "KAZ")
DELEGATES = ("dl-3Kx9", "dl-2", "fp-2")
AUDITORS = ("auditor-4Tw1", "auditor-2")

codes = st.sampled_from(CODES)


def opening(around: Circumstances) -> tuple[GrantDelegation | GrantMandate, ...]:
    """A delegation by the focal point that each participant has from the beginning; a mandate."""
    granted = (makers.delegation_granted(code) for code in CODES)
    mandate = makers.mandate_granted(AUDITORS[0], participants=None, cycles=None)
    return (
        *(GrantDelegation(delegation=one, circumstances=around) for one in granted),
        GrantMandate(mandate=mandate, circumstances=around),
    )


@st.composite
def delegations(
    draw: st.DrawFn, around: Circumstances, history: tuple[RegistryEvent, ...]
) -> GrantDelegation | RevokeDelegation:
    """Revoke one of the delegations on record, or what may be none; or grant one."""
    granted = [
        (one.participant, one.delegation_id)
        for one in history
        if isinstance(one, DelegationGranted)
    ]
    if draw(st.sampled_from((True, False))):
        code, delegation_id = draw(st.sampled_from((*granted, *granted, ("ZZA", "dl-2"))))
        revocation = makers.delegation_revoked(
            code,
            delegation_id=delegation_id,
            revoked_on=draw(
                st.sampled_from((date(2026, 3, 1), date(2026, 3, 1), date(2027, 1, 1)))
            ),
            received_on=date(2024, 12, 20),
        )
        return RevokeDelegation(revocation=revocation, circumstances=around)
    delegation = makers.delegation_granted(
        draw(codes),
        delegation_id=draw(st.sampled_from(DELEGATES)),
        granted_by=draw(st.sampled_from(("fp-7Qm2", "fp-7Qm2", "fp-7Qm2", "fp-2"))),
        units=draw(st.sampled_from((("P5",), ("P5", "cover"), ("P5",), (), ("P99",)))),
        term_to=draw(st.sampled_from((date(2026, 3, 31), date(2026, 12, 31), date(2031, 1, 1)))),
        received_on=date(2024, 12, 20),
    )
    return GrantDelegation(delegation=delegation, circumstances=around)


@st.composite
def mandates(
    draw: st.DrawFn, around: Circumstances, history: tuple[RegistryEvent, ...]
) -> GrantMandate | RevokeMandate:
    granted = [one.mandate_id for one in history if isinstance(one, MandateGranted)]
    mandate_id = draw(st.sampled_from((*AUDITORS, *granted, *granted)))
    if draw(st.booleans()):
        revocation = makers.mandate_revoked(mandate_id, received_on=date(2024, 12, 20))
        return RevokeMandate(revocation=revocation, circumstances=around)
    cycles = draw(st.sampled_from((None, ("2026",))))
    mandate = makers.mandate_granted(mandate_id, cycles=cycles, received_on=date(2024, 12, 20))
    return GrantMandate(mandate=mandate, circumstances=around)


@st.composite
def erasures(
    draw: st.DrawFn, around: Circumstances, _history: tuple[RegistryEvent, ...]
) -> ErasePersonalData:
    if draw(st.integers(0, 3)) == 0:
        erasure = makers.personal_data_erased(None, person_id=draw(st.sampled_from(AUDITORS)))
    else:
        person_id = draw(st.sampled_from(("fp-7Qm2", *DELEGATES)))
        erasure = makers.personal_data_erased(draw(codes), person_id=person_id)
    return ErasePersonalData(erasure=erasure, circumstances=around)


COMMANDS = (delegations, delegations, mandates, mandates, erasures)
EVENTS = (
    makers.delegation_granted(),
    makers.delegation_revoked(),
    makers.mandate_granted(),
    makers.mandate_revoked(),
    makers.personal_data_erased(),
    makers.personal_data_erased(None, person_id="auditor-4Tw1"),
)
"""Events that no rule need have allowed."""
