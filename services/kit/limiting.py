"""Kit: how often somebody may ask: two steps of every request, around who is asking.

The address is charged before anybody looks at a token, the principal as soon as one is known. So
nobody spends what is another's, and a flood of bad tokens costs no more than its address has, and
no database anything.
"""

from collections.abc import Callable, Sequence
from time import monotonic_ns
from typing import TypeAlias

from fastapi import Request

from services.kit.budgets import SPENT, Budget, Spent, Tally, seconds
from services.kit.errors import TooManyRequests
from services.kit.openapi import NO_BUDGET, budget_of
from services.kit.principal import Principal
from services.kit.proxies import Proxies, key_of
from services.kit.shared_budgets import SharedBudgets
from services.kit.threads import Threads

SHARED_THREADS = 4
"""Requests that may ask the database for their budget at once, in one process."""

Microseconds: TypeAlias = Callable[[], int]


def monotonic_microseconds() -> int:
    """Give an instant of a clock that nobody sets."""
    return monotonic_ns() // 1_000


class Limiter:
    """What everybody has spent, in this process, and in all of them where that is shared."""

    def __init__(
        self,
        budgets: Sequence[Budget],
        *,
        proxies: Proxies | None = None,
        shared: SharedBudgets | None = None,
        clock: Microseconds = monotonic_microseconds,
    ) -> None:
        """Make it, with nothing spent.

        Args:
            budgets: every one that a route names.
            proxies: who is trusted to say where a request comes from; `None`: nobody.
            shared: budgets that other processes spend from, too; `None`: each has its own.
            clock: gives the instant in microseconds; never runs backwards.
        """
        self.proxies = proxies or Proxies()
        self._tallies = {budget.name: Tally(budget) for budget in budgets}
        self.shared, self._clock = shared, clock
        self._threads = Threads(SHARED_THREADS)

    async def charge_address(self, request: Request) -> None:
        """Charge the address that a request comes from, whoever it is that asks.

        Raises:
            TooManyRequests: it has spent its budget.
        """
        name = _budget_of(request)
        if name != NO_BUDGET:
            self._spend(request, name, _address(request, self.proxies))

    async def charge_principal(self, request: Request) -> None:
        """Charge whom a request was found to come from, and what other processes count, too.

        A request that nobody needs to be known for counts there for its address.

        Raises:
            TooManyRequests: the budget is spent, in this process or in all together.
            Unavailable: the budget is shared, and the database does not answer.
        """
        name, principal = _budget_of(request), _principal(request)
        if name == NO_BUDGET:
            return
        if principal is not None:
            self._spend(request, name, f"actor {principal.actor}")
        if self.shared is not None and name in self.shared.names:
            budget, who = self._tallies[name].budget, asker(request)
            _tell(request, await self._threads.run(self.shared.spend, budget, who))

    def _spend(self, request: Request, name: str, who: str) -> None:
        _tell(request, self._tallies[name].spend(who, self._clock()))


def asker(request: Request) -> str:
    """Name who a request comes from: the principal if there is one, else the address."""
    principal = _principal(request)
    if principal is not None:
        return f"actor {principal.actor}"
    return _address(request, proxies_of(request))


def proxies_of(request: Request) -> Proxies:
    """Give who is trusted to say where a request comes from."""
    limiter: Limiter | None = request.app.state.limiter
    return limiter.proxies if limiter else Proxies()


def _address(request: Request, proxies: Proxies) -> str:
    return f"address {key_of(proxies.address_of(request.scope))}"


def _principal(request: Request) -> Principal | None:
    """Read `request.state.principal`, if anybody has set it."""
    principal: Principal | None = request.scope.get("state", {}).get("principal")
    return principal


def _budget_of(request: Request) -> str:
    return budget_of(request.scope["route"].openapi_extra, request.method)


def _tell(request: Request, spent: Spent) -> None:
    """Let the edge put into the answer what is left; refuse if there was nothing.

    Raises:
        TooManyRequests: there was nothing.
    """
    request.scope[SPENT].append(spent)
    if not spent.is_allowed:
        budget = spent.budget
        raise TooManyRequests(
            f"expected at most {budget.per_minute} of the budget `{budget.name}` a minute, and"
            f" {budget.burst} at once",
            retry_after_seconds=seconds(spent.wait),
        )
