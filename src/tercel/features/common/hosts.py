"""Hosts that outgoing requests must not reach: this machine, private networks, addresses of clouds' own services."""

from __future__ import annotations

import ipaddress
import socket


def is_private_host(host: str) -> bool:
    """Tell whether a host is written as an address that is not public, in any spelling, or names this machine.

    Other names are looked up, and their addresses judged, when something is sent there.

    >>> is_private_host("169.254.169.254"), is_private_host("0x7f000001"), is_private_host("example.com")
    (True, True, False)
    """
    name = host.rstrip(".").lower()
    if name == "localhost" or name.endswith(".localhost"):
        return True
    address = _address(name.strip("[]"))
    return address is not None and not _is_public(address)


def _address(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        pass
    try:
        # Because: resolvers read 127.1, 0x7f000001 and 2130706433 as addresses too.
        return ipaddress.IPv4Address(socket.inet_aton(host))
    except OSError:
        return None


def _is_public(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour or (address.teredo and address.teredo[1])
        if inner:
            return _is_public(inner)
    return address.is_global and not address.is_multicast
