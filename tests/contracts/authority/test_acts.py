from contracts.authority.acts import ACTION_OF
from contracts.authority.table import ACTIONS, EITHER, SECRETARIAT, WRITE
from contracts.catalogue import catalogue


def test_every_type_of_event_is_recorded_by_an_action_that_there_is() -> None:
    kinds = {one.name for one in catalogue().contracts.values() if one.kind == "events"}
    assert set(ACTION_OF) == kinds
    assert set(ACTION_OF.values()) <= set(ACTIONS)


def test_what_is_recorded_in_the_log_comes_from_a_participant_or_the_secretariat() -> None:
    for action in ACTION_OF.values():
        assert ACTIONS[action].by in (EITHER, SECRETARIAT)
        assert ACTIONS[action].scope == WRITE
