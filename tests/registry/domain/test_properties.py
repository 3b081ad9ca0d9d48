"""Rules under random scripts of commands: what holds whatever is asked, in whatever order."""

from collections.abc import Iterable
from datetime import date
from itertools import groupby

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from contracts.events import (
    EVENT_CLASSES,
    AcceptanceRevoked,
    ClarificationProvided,
    ClarificationRequested,
    CorrigendumFiled,
    NothingNewDeclared,
    PublicationAuthorised,
    RegistryEvent,
    ReportAccepted,
    ReportReturned,
    ReportSubmitted,
    ReportWithdrawn,
    ReviewOpened,
)
from contracts.sealing import verify_disclosure
from services.kit.errors import Refused
from services.registry.domain.circumstances import Circumstances
from services.registry.domain.commands import Command, ruling_for
from services.registry.domain.participant import Participant
from services.registry.domain.participation import DECIDER
from services.registry.domain.streams import participation_stream, stream_of
from tests.registry.domain.asking import DEMONSTRATION, REAL
from tests.registry.domain.scripts import History, commands, events, play, scripts
from tests.spec import rule

MANY = settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def by_stream(history: History) -> dict[str, list[RegistryEvent]]:
    ordered = sorted(history, key=stream_of)
    return {stream: list(found) for stream, found in groupby(ordered, key=stream_of)}


@MANY
@given(scripts())
def test_an_accepted_command_sent_again_changes_nothing(script: tuple[Command, ...]) -> None:
    history: History = ()
    for command in script:
        try:
            happened = rule(history, command)
        except Refused:
            continue
        history += happened
        assert rule(history, command) == ()


@MANY
@given(scripts())
def test_all_that_a_command_brings_about_stands_in_its_target(script: tuple[Command, ...]) -> None:
    history: History = ()
    for command in script:
        try:
            happened = rule(history, command)
        except Refused:
            continue
        history += happened
        assert {stream_of(event) for event in happened} <= {ruling_for(command).target}
        assert len(happened) <= 1


@MANY
@given(scripts(), st.data())
def test_the_order_of_streams_among_each_other_does_not_matter(
    script: tuple[Command, ...], data: st.DataObject
) -> None:
    *before, last = script
    history = play(before)
    streams = by_stream(history)
    shuffled = data.draw(st.permutations(sorted(streams)))
    elsewhere = [event for stream in shuffled for event in streams[stream]]
    assert _outcome(history, last) == _outcome(elsewhere, last)


def _outcome(history: Iterable[RegistryEvent], command: Command) -> object:
    try:
        return rule(history, command)
    except Refused as refusal:
        return refusal.code


@MANY
@given(st.lists(events(), max_size=25), st.data())
def test_any_history_folds_even_one_that_no_rule_would_allow(
    history: list[RegistryEvent], data: st.DataObject
) -> None:
    command = data.draw(commands(DEMONSTRATION, tuple(history)))
    assert _outcome(history, command) is not None


@MANY
@given(scripts())
def test_versions_of_a_report_are_numbered_without_a_gap(script: tuple[Command, ...]) -> None:
    for stream, happened in by_stream(play(script)).items():
        filed = [
            event
            for event in happened
            if isinstance(event, ReportSubmitted | CorrigendumFiled | NothingNewDeclared)
        ]
        assert [event.report_version for event in filed] == list(range(1, len(filed) + 1))
        assert len({event.origin for event in filed}) <= 1, stream
        superseded = [
            event.supersedes for event in filed if not isinstance(event, NothingNewDeclared)
        ]
        assert [number for number in superseded if number] == [
            event.report_version - 1 for event in filed if event.report_version > 1
        ]


@MANY
@given(scripts())
def test_a_decision_is_on_a_version_that_was_the_latest_and_on_its_bytes(
    script: tuple[Command, ...],
) -> None:
    for happened in by_stream(play(script)).values():
        digests: list[str] = []
        decided: set[int] = set()
        for event in happened:
            match event:
                case ReportSubmitted() | CorrigendumFiled():
                    digests.append(event.digest)
                case NothingNewDeclared():
                    digests.append(event.renews_digest)
                case ReportReturned() | ReportAccepted():
                    assert event.report_version == len(digests)
                    assert event.digest == digests[-1]
                    assert event.report_version not in decided
                    decided.add(event.report_version)
                case AcceptanceRevoked():
                    assert event.report_version == len(digests)
                    decided.remove(event.report_version)
                case ReviewOpened() | ClarificationRequested() | ClarificationProvided():
                    assert (event.report_version, event.digest) == (len(digests), digests[-1])
                    assert event.report_version not in decided
                case _:
                    pass


@MANY
@given(scripts())
def test_what_is_withdrawn_stays_so_until_something_is_filed_anew(
    script: tuple[Command, ...],
) -> None:
    for happened in by_stream(play(script)).values():
        is_withdrawn = False
        for event in happened:
            match event:
                case ReportWithdrawn():
                    assert not is_withdrawn
                    is_withdrawn = True
                case ReportSubmitted() | NothingNewDeclared():
                    is_withdrawn = False
                case CorrigendumFiled() | ReportReturned() | ReportAccepted() | ReviewOpened():
                    assert not is_withdrawn
                case _:
                    pass


@MANY
@given(scripts())
def test_what_is_revealed_opens_the_section_of_the_version_it_names(
    script: tuple[Command, ...],
) -> None:
    for happened in by_stream(play(script)).values():
        documents = {
            event.report_version: event.document
            for event in happened
            if isinstance(event, ReportSubmitted | CorrigendumFiled)
        }
        for event in happened:
            if isinstance(event, PublicationAuthorised):
                for one in event.revealed:
                    body = {"document": documents[event.report_version]}
                    assert verify_disclosure(one.disclosure, body).name.endswith(one.unit)


@MANY
@given(scripts(), st.dates(date(2018, 1, 1), date(2030, 1, 1)))
def test_nobody_is_certainly_bound_by_two_signatures_at_once(
    script: tuple[Command, ...], day: date
) -> None:
    streams = by_stream(play(script))
    for code in ("ZZA", "ORG-ZZO", "KAZ"):
        state = DECIDER.fold(streams.get(participation_stream(code), []))
        if isinstance(state, Participant):
            standings = [state._standing_of(phase, day) for phase in state.phases]
            assert standings.count("certain") <= 1
            assert state.standing(day) in standings


@MANY
@given(scripts())
def test_a_real_register_holds_nothing_fictitious(script: tuple[Command, ...]) -> None:
    for event in play(script) if _is_real(script) else ():
        participant = getattr(event, "participant", None) or "KAZ"  # an auditor acts for none
        assert not participant.removeprefix("ORG-").startswith("ZZ")
        assert getattr(event, "origin", "submission") == "submission"


def _is_real(script: tuple[Command, ...]) -> bool:
    around: list[Circumstances] = [
        command.circumstances for command in script if hasattr(command, "circumstances")
    ]
    return any(circumstances.log_origin == REAL for circumstances in around)


def test_the_scripts_get_as_far_as_every_event() -> None:
    """Scripts that are refused throughout would show nothing."""
    wanted = set(EVENT_CLASSES.values())
    reached: set[type[RegistryEvent]] = set()

    def collect(script: tuple[Command, ...]) -> None:
        reached.update(type(event) for event in play(script))

    few = settings(MANY, max_examples=50, database=None, phases=[Phase.generate])
    for number in range(72):
        if reached != wanted:
            seed(number)(few(given(scripts())(collect)))()
    assert wanted - reached == set()
