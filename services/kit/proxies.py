"""Kit: the address that a request comes from, as far as anybody trusted says.

Whoever connects is who asks, unless it is one of the proxies that were named: then its header is
believed, read from the right, where each proxy writes down who connected to it. What stands further
left anybody may have written.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import Literal, TypeAlias

from starlette.types import Scope

Address: TypeAlias = IPv4Address | IPv6Address
Network: TypeAlias = IPv4Network | IPv6Network
Header: TypeAlias = Literal["x-forwarded-for", "forwarded"]

MOST_HOPS = 16
"""A request that came through more proxies of ours than these came through none we know."""
SITE_BITS = 64
"""Of an IPv6 address: one subscriber has at least so many addresses (RFC 6177)."""
MOST_CHARACTERS = 64
"""No address with its port is longer; what is longer is not looked at."""
NOBODY = "unknown"
"""Key of those whose address the server does not know: they share one budget."""

_WITH_PORT = re.compile(r"\[([^\]]+)\](?::[0-9]{1,5})?|([0-9.]+)(?::[0-9]{1,5})?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Proxies:
    """Who is trusted to say where a request comes from."""

    networks: tuple[Network, ...] = ()
    """Addresses of the proxies; none: nobody is believed."""
    header: Header = "x-forwarded-for"
    """The one that all of them write. The other one they may pass on as anybody wrote it."""

    def address_of(self, scope: Scope) -> Address | None:
        """Find where a request comes from; `None` where the server does not know.

        A header that cannot be read counts for nothing: then it comes from whoever connected.
        """
        peer = _read(scope["client"][0]) if scope.get("client") else None
        if peer is None or not self._trusts(peer):
            return peer
        return self._first_stranger(scope["headers"]) or peer

    def passed_on(self, scope: Scope) -> Mapping[str, str]:
        """Say where a request comes from to who is asked in its course, in the same header.

        Nothing that the client wrote is in it, and nothing where the address is not known.
        """
        address = self.address_of(scope)
        if address is None:
            return {}
        if self.header == "x-forwarded-for":
            return {self.header: str(address)}
        spelled = f'"[{address}]"' if isinstance(address, IPv6Address) else str(address)
        return {self.header: f"for={spelled}"}

    def _trusts(self, address: Address) -> bool:
        return any(address in network for network in self.networks)

    def _first_stranger(self, headers: Sequence[tuple[bytes, bytes]]) -> Address | None:
        """Go back from proxy to proxy; `None` where the way is lost."""
        address = None
        for text in _hops(headers, self.header):
            address = _read(text)
            if address is None or not self._trusts(address):
                break
        return address


@lru_cache(maxsize=4096)
def key_of(address: Address | None) -> str:
    """Name whoever shares a budget: an IPv4 address, or the 64 first bits of an IPv6 address."""
    match address:
        case None:
            return NOBODY
        case IPv4Address():
            return str(address)
        case IPv6Address():
            site = int(address) >> SITE_BITS << SITE_BITS
            return f"{IPv6Address(site)}/{SITE_BITS}"


def _hops(headers: Sequence[tuple[bytes, bytes]], header: Header) -> Iterator[str]:
    """Give who connected to each proxy, the last proxy first; an empty text for what is none."""
    name = header.encode()
    lines = b",".join(value for key, value in headers if key == name)
    if not lines:
        return
    for text in reversed(lines.decode("latin-1").rsplit(",", MOST_HOPS)[-MOST_HOPS:]):
        yield _for(text) if header == "forwarded" else text.strip(" \t")


def _for(element: str) -> str:
    """Give the parameter `for` of one element of Forwarded (RFC 7239 §4)."""
    pairs = [pair.partition("=") for pair in element.split(";")]
    named = [text.strip(" \t") for name, _, text in pairs if name.strip(" \t").lower() == "for"]
    return named[0].removeprefix('"').removesuffix('"') if len(named) == 1 else ""


def _read(text: str) -> Address | None:
    """Read an address, with or without a port; `None` for what is none."""
    return _parsed(text) if len(text) <= MOST_CHARACTERS else None


@lru_cache(maxsize=4096)
def _parsed(text: str) -> Address | None:
    match = _WITH_PORT.fullmatch(text)
    try:
        address = ip_address((match[1] or match[2]) if match else text)
    except ValueError:
        return None
    if isinstance(address, IPv4Address):
        return address
    return None if address.scope_id else address.ipv4_mapped or address
