"""Makers: what other tests take for granted is valid by contract."""

from contracts.catalogue import dataschema_of
from contracts.events import EVENT_CLASSES, RegistryEvent, event_data, wire_type
from contracts.validation import validate
from tests import makers

MADE: tuple[RegistryEvent, ...] = (
    *makers.one_of_each(),
    makers.signature_recorded("ORG-ZZO"),
    makers.personal_data_erased(None, person_id="auditor-4Tw1"),
    makers.plan_registered("ORG-ZZO"),
    makers.report_submitted(document=makers.compilation()),
)


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
