from contracts.authority.acts import ACTION_OF
from contracts.authority.table import ACTIONS, AUDITOR, EITHER, SECRETARIAT, WRITE
from contracts.catalogue import catalogue


def test_every_type_of_event_is_recorded_by_an_action_that_there_is() -> None:
    kinds = {one.name for one in catalogue().contracts.values() if one.kind == "events"}
    assert set(ACTION_OF) == kinds
    assert set(ACTION_OF.values()) <= set(ACTIONS)


OF_AUDITORS = {
    "observation-recorded",
    "finding-issued",
    "finding-closed",
    "recommendation-issued",
    "recommendation-followed-up",
}


def test_what_is_recorded_comes_from_a_participant_the_secretariat_or_under_a_mandate() -> None:
    for kind, action in ACTION_OF.items():
        line = ACTIONS[action]
        assert line.by == AUDITOR if kind in OF_AUDITORS else line.by in (EITHER, SECRETARIAT)
        assert line.scope == WRITE
