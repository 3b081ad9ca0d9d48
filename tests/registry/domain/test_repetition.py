"""What a repetition of an act of participation is: only what was said last of the same matter."""

from datetime import date

import pytest

from services.registry.domain.participant import ParticipationAct
from tests.makers import (
    act_contested,
    act_rectified,
    declaration_lodged,
    declaration_withdrawn,
    membership_recorded,
    participant_renamed,
    signature_recorded,
    withdrawal_notified,
    withdrawal_rescinded,
)
from tests.registry.domain.asking import record
from tests.spec import given

SIGNED = signature_recorded()
WITHDRAWN = withdrawal_notified()
RESCINDED = withdrawal_rescinded()
EARLIER, LATER = act_rectified(), act_rectified(effective_on=date(2019, 2, 28))
OBJECTION = act_contested(contests=1)
RENAMED = participant_renamed()
RENAMED_OTHERWISE = participant_renamed(name={"en": "Union of ZZA"})
LODGED = declaration_lodged()
LODGING_WITHDRAWN = declaration_withdrawn()
MEMBER, OBSERVER = membership_recorded(), membership_recorded(status="observer")

SAID_AGAIN: dict[str, tuple[tuple[ParticipationAct, ...], ParticipationAct]] = {
    "rectified there and back": ((SIGNED, EARLIER, LATER), EARLIER),
    "contested anew once a rectification settled it": ((SIGNED, OBJECTION, EARLIER), OBJECTION),
    "rectified anew to settle an objection": ((SIGNED, EARLIER, OBJECTION), EARLIER),
    "withdrawn anew once that was taken back": ((SIGNED, WITHDRAWN, RESCINDED), WITHDRAWN),
    "renamed there and back": ((SIGNED, RENAMED, RENAMED_OTHERWISE), RENAMED),
    "renamed anew once that was rectified": (
        (SIGNED, RENAMED, act_rectified(rectifies=2, effective_on=date(2021, 5, 1))),
        RENAMED,
    ),
    "lodged anew once that was withdrawn": ((SIGNED, LODGED, LODGING_WITHDRAWN), LODGED),
    "a membership put right there and back": ((SIGNED, MEMBER, OBSERVER), MEMBER),
}


@pytest.mark.parametrize("name", SAID_AGAIN)
def test_going_back_to_earlier_words_is_an_act_again(name: str) -> None:
    before, again = SAID_AGAIN[name]
    given(*before).when(record(again)).then(again)


REPEATED: dict[str, tuple[ParticipationAct, ...]] = {
    "a rectification": (SIGNED, EARLIER, LATER),
    "an objection": (SIGNED, EARLIER, OBJECTION),
    "a withdrawal": (SIGNED, WITHDRAWN),
    "what took a withdrawal back": (SIGNED, WITHDRAWN, RESCINDED),
    "a renaming": (SIGNED, RENAMED_OTHERWISE, RENAMED),
    "a declaration": (SIGNED, LODGED),
    "the withdrawal of a declaration": (SIGNED, LODGED, LODGING_WITHDRAWN),
    "a membership": (SIGNED, OBSERVER, MEMBER),
}


@pytest.mark.parametrize("name", REPEATED)
def test_what_was_said_last_of_a_matter_is_recorded_once(name: str) -> None:
    given(*REPEATED[name]).when(record(REPEATED[name][-1])).then_nothing_happens()


def test_another_matter_in_between_makes_no_difference() -> None:
    elsewhere = membership_recorded(organisation="ORG-ZZP")
    later = participant_renamed(effective_on=date(2022, 1, 1), received_on=date(2022, 1, 1))
    given(SIGNED, MEMBER, RENAMED, elsewhere, later).when(record(MEMBER)).then_nothing_happens()
    given(SIGNED, MEMBER, RENAMED, elsewhere, later).when(record(RENAMED)).then_nothing_happens()
