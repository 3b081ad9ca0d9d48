"""Given, when, then: rules told as examples, on all aggregates at once.

    given(SIGNED, CYCLE).when(SUBMIT).then(SUBMITTED)
    given(SIGNED).when(SUBMIT).then_refused(NoSuchCycle)

The rules are shown only the streams that the command says it reads, as in the real handling: an
example that needs another stream fails.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import pytest

from contracts.events import RegistryEvent
from services.kit.errors import Refused
from services.registry.domain.commands import Command, ruling_for
from services.registry.domain.streams import stream_of


def rule(history: Iterable[RegistryEvent], command: Command) -> tuple[RegistryEvent, ...]:
    """Decide a command on as much of a history as it reads."""
    ruling = ruling_for(command)
    return ruling.decide(event for event in history if stream_of(event) in ruling.reads)


@dataclass(frozen=True, slots=True)
class When:
    """A history and the command that comes next."""

    history: tuple[RegistryEvent, ...]
    command: Command

    def then(self, *expected: RegistryEvent) -> None:
        """The command makes these events, all in its target stream; again, it makes none."""
        events = rule(self.history, self.command)
        assert events == expected
        assert {stream_of(event) for event in events} <= {ruling_for(self.command).target}
        assert rule((*self.history, *events), self.command) == ()

    def then_nothing_happens(self) -> None:
        """The command is fine, and changes nothing."""
        assert rule(self.history, self.command) == ()

    def then_refused(self, refusal: type[Refused]) -> Refused:
        """A rule says no; gives the refusal, for more questions."""
        with pytest.raises(Refused) as caught:
            rule(self.history, self.command)
        assert type(caught.value) is refusal
        return caught.value


@dataclass(frozen=True, slots=True)
class Given:
    """A history: events of any streams, oldest first."""

    history: tuple[RegistryEvent, ...]

    def when(self, command: Command) -> When:
        """Say what is asked for next."""
        return When(self.history, command)


def given(*history: RegistryEvent) -> Given:
    """Begin an example with what has happened."""
    return Given(history)
