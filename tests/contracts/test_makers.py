"""Makers: what other tests take for granted is valid by contract."""

from contracts.catalogue import dataschema_of
from contracts.events import EVENT_CLASSES, RegistryEvent, event_data, wire_type
from contracts.validation import validate
from tests import makers

MADE: list[RegistryEvent] = [
    makers.signature_recorded(),
    makers.signature_recorded("ORG-ZZO"),
    makers.declaration_lodged(),
    makers.withdrawal_notified(),
    makers.withdrawal_rescinded(),
    makers.participant_renamed(),
    makers.membership_recorded(),
    makers.act_rectified(),
    makers.focal_point_designated(),
    makers.focal_point_designation_ended(),
    makers.plan_registered(),
    makers.plan_registered("ORG-ZZO"),
    makers.cycle_opened(),
    makers.report_submitted(),
    makers.report_submitted(document=makers.compilation()),
    makers.corrigendum_filed(),
    makers.nothing_new_declared(),
    makers.report_returned(),
    makers.report_accepted(),
]


def test_there_is_a_maker_for_every_event() -> None:
    assert {type(event) for event in MADE} == set(EVENT_CLASSES.values())


def test_every_event_made_is_valid_by_its_contract() -> None:
    faults = {
        f"{number} {wire_type(type(event))}": validate(
            event_data(event), dataschema_of(wire_type(type(event)))
        )
        for number, event in enumerate(MADE)
    }
    assert {name: found for name, found in faults.items() if found} == {}
