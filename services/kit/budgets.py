"""Kit: budgets: how many requests somebody may make, spread over time (GCRA, no clock of its own).

For everybody and each budget one number is kept: the instant at which what was spent is earned
again (`due`). A request moves it on by one interval, and is refused where that would move it
further from now than the burst allows. Instants are whole microseconds, so that memory and database
reckon alike.
"""

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field

SECOND = 1_000_000
MINUTE = 60 * SECOND
"""In microseconds."""
SPENT = "concord.spent"
"""In the scope of a request: a list of what was spent on it, which its answer tells of."""


def seconds(microseconds: int) -> int:
    """Round up to whole seconds, from 1: whoever comes back then does not come too early."""
    return max(1, -(-microseconds // SECOND))


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """What everybody has."""

    name: str
    per_minute: int
    """What comes back, evenly; up to 6,000,000."""
    burst: int
    """What may be spent at once, from 1."""

    interval: int = field(init=False)
    """How long one request takes to be earned again, in microseconds."""
    most: int = field(init=False)
    """How far ahead of now `due` may lie, in microseconds: the whole burst is spent."""
    policy: bytes = field(init=False)
    """Value of `RateLimit-Policy`: `q` is the burst, `w` the seconds in which it comes back."""

    def __post_init__(self) -> None:
        """Work out once what every request needs."""
        interval = MINUTE // self.per_minute
        most = interval * self.burst
        policy = f'"{self.name}";q={self.burst};w={seconds(most)}'.encode()
        for name, found_out in (("interval", interval), ("most", most), ("policy", policy)):
            object.__setattr__(self, name, found_out)


@dataclass(frozen=True, slots=True, kw_only=True)
class Spent:
    """What became of one request."""

    budget: Budget
    is_allowed: bool
    due: int
    """When everything spent is earned again; as before where the request was refused."""
    remaining: int
    """Requests that may follow at once."""
    wait: int
    """Microseconds until one more may."""


def spend(budget: Budget, due: int, now: int) -> Spent:
    """Spend one request, if there is one to be spent.

    Args:
        budget: that it counts against.
        due: as kept; anything up to `now` is a budget that nothing was spent of.
        now: the present instant, on the clock of `due`.
    """
    moved = max(due, now) + budget.interval
    is_allowed = moved - now <= budget.most
    return found(budget, moved if is_allowed else due, now, is_allowed=is_allowed)


def found(budget: Budget, due: int, now: int, *, is_allowed: bool) -> Spent:
    """Say what `due` means for whoever asked."""
    remaining = max(0, budget.most - (due - now)) // budget.interval
    wait = max(0, due - now - budget.most + (remaining + 1) * budget.interval)
    return Spent(budget=budget, is_allowed=is_allowed, due=due, remaining=remaining, wait=wait)


def headers_of(spent: Sequence[Spent]) -> Sequence[tuple[bytes, bytes]]:
    """Tell what is left of the tightest of the budgets that a request was charged to.

    Fields of draft-ietf-httpapi-ratelimit-headers-11; no more than `r` requests may follow within
    `t` seconds.
    """
    if not spent:
        return ()
    least = min(spent, key=_left) if len(spent) > 1 else spent[0]
    told = f'"{least.budget.name}";r={least.remaining};t={seconds(least.wait)}'
    return ((b"ratelimit-policy", least.budget.policy), (b"ratelimit", told.encode()))


def _left(spent: Spent) -> int:
    return spent.remaining if spent.is_allowed else -1


class Tally:
    """Who has spent what of one budget, in this process; used on the loop only, without a lock."""

    def __init__(self, budget: Budget, *, most: int = 100_000) -> None:
        """Make it, with nothing spent.

        Args:
            budget: everybody's.
            most: how many to remember. Beyond them whoever has been away longest is forgotten, and
                begins anew: so much memory no number of addresses may take.
        """
        self.budget, self._most = budget, most
        self._due: OrderedDict[str, int] = OrderedDict()

    def __len__(self) -> int:
        """Say how many are remembered."""
        return len(self._due)

    def spend(self, who: str, now: int) -> Spent:
        """Spend one request of somebody's budget, if there is one."""
        spent = spend(self.budget, self._due.get(who, now), now)
        if spent.is_allowed:
            self._due[who] = spent.due
            self._due.move_to_end(who)
            self._forget(now)
        return spent

    def _forget(self, now: int) -> None:
        """Let go of up to two who have everything again, so that they never gather."""
        for _ in range(2):
            who = next(iter(self._due))
            if self._due[who] > now and len(self._due) <= self._most:
                return
            del self._due[who]
