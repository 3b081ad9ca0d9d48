"""Kit: settings of limits, the same for every service; a service adds the budgets of its own."""

from pydantic import Field, IPvAnyNetwork, field_validator

from services.kit.budgets import Budget
from services.kit.proxies import Header, Proxies
from services.kit.settings import ServiceSettings

MOST = 6_000_000
"""The largest figure: ten requests in a millisecond are no limit any more."""


class LimitSettings(ServiceSettings):
    """How often somebody may ask, and who says where a request comes from."""

    trusted_proxies: tuple[IPvAnyNetwork, ...] = ()
    """Networks of the proxies in front of the service: JSON list of CIDR, for instance
    `["10.0.3.0/24"]`. They alone are believed about where a request comes from. None: each request
    comes from whoever connects, so all that come through one proxy share its budgets."""
    forwarded_header: Header = "x-forwarded-for"
    """Header that every one of these proxies writes, `x-forwarded-for` or `forwarded` (RFC 7239).
    The other one is not looked at: a proxy may pass it on as anybody wrote it."""
    reads_per_minute: int = Field(default=6_000, ge=1, le=MOST)
    """Reads that an address, and a principal, may make in a minute; more get 429."""
    reads_burst: int = Field(default=1_200, ge=1, le=MOST)
    """How many of them at once."""
    expensive_reads_per_minute: int = Field(default=600, ge=1, le=MOST)
    """The same for reads that work long, such as aggregates."""
    expensive_reads_burst: int = Field(default=120, ge=1, le=MOST)
    """How many of them at once."""

    @property
    def proxies(self) -> Proxies:
        """Give who is trusted."""
        return Proxies(networks=self.trusted_proxies, header=self.forwarded_header)

    @property
    def budgets(self) -> tuple[Budget, ...]:
        """Give the budgets of every service."""
        return (
            Budget(name="read", per_minute=self.reads_per_minute, burst=self.reads_burst),
            Budget(
                name="expensive_read",
                per_minute=self.expensive_reads_per_minute,
                burst=self.expensive_reads_burst,
            ),
        )

    @field_validator("trusted_proxies")
    @classmethod
    def _is_not_everybody(cls, networks: tuple[IPvAnyNetwork, ...]) -> tuple[IPvAnyNetwork, ...]:
        if any(network.prefixlen == 0 for network in networks):
            raise ValueError("expected networks of proxies, not every address there is")
        return networks
