"""Where providers may be: which addresses a host's name may lead to, checked when the connection is made."""

from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Literal
from urllib.parse import urlsplit

import httpx

Network = IPv4Network | IPv6Network
UrlFault = Literal["", "scheme", "host", "credentials", "address", "refused"]

NAT64 = IPv6Network("64:ff9b::/96")
"""The IPv6 addresses that stand for IPv4 addresses, RFC 6052."""
CLOUDS_OWN = (IPv4Network("168.63.129.16/32"), IPv4Network("192.0.0.0/24"))
"""Azure's WireServer and Oracle's metadata service, which look like public addresses."""


class AddressRefusedError(httpx.ConnectError):
    """The host's addresses are none that the policy allows."""


class HostUnknownError(httpx.ConnectError):
    """The host's name leads nowhere."""


@dataclass(frozen=True, slots=True)
class AddressPolicy:
    """Public addresses are allowed; of the others those in `networks`, and whatever `hosts` lead to."""

    networks: tuple[Network, ...] = ()
    hosts: frozenset[str] = frozenset()

    @classmethod
    def of(cls, allowed: Iterable[str], hosts: Iterable[str] = ()) -> "AddressPolicy":
        """Sort the parts of a setting into networks (`10.0.0.0/8`, `127.0.0.1`) and names of hosts."""
        networks, names = [], {host.lower() for host in hosts}
        for part in allowed:
            try:
                networks.append(ip_network(part, strict=False))
            except ValueError:
                names.add(part.lower())
        return cls(tuple(networks), frozenset(names))

    def allows(self, host: str, address: str) -> bool:
        """Whether a connection to `address` may be made where `host` leads to it."""
        ip = _meant(ip_address(address))
        is_public = ip.is_global and not (ip.is_multicast or ip.is_reserved or any(ip in own for own in CLOUDS_OWN))
        return is_public or host.lower() in self.hosts or any(ip in network for network in self.networks)


def _meant(ip: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    """The IPv4 address behind an IPv6 address that stands for one."""
    if isinstance(ip, IPv4Address):
        return ip
    if ip in NAT64:
        return IPv4Address(ip.packed[-4:])
    return ip.ipv4_mapped or ip.sixtofour or ip


def url_fault(url: str, policy: AddressPolicy | None = None) -> UrlFault:
    """What is wrong with a vendor's URL; "refused" where it names an address itself that `policy` does not allow."""
    try:
        parts = urlsplit(url)
        has_port = parts.port is None or parts.port > 0
    except ValueError:
        return "address"
    if parts.scheme not in {"http", "https"} or not url.startswith(f"{parts.scheme}://"):
        return "scheme"
    if not parts.hostname or any(character.isspace() for character in url):
        return "host"
    if "@" in parts.netloc:
        return "credentials"
    if not has_port:
        return "address"
    return "" if policy is None or may_be(parts.hostname, policy) else "refused"


def may_be(host: str, policy: AddressPolicy) -> bool:
    """False for an address that is not allowed; where a name leads to is checked at each connection."""
    try:
        return policy.allows(host, host)
    except ValueError:
        return True
