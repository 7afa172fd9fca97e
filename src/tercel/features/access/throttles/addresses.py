"""Client addresses as they are counted: one host is one, and so is the network that one IPv6 subscriber gets."""

from __future__ import annotations

from ipaddress import IPv6Address, IPv6Network, ip_address

_SUBSCRIBER_BITS = 64


def network_of(address: str) -> str:
    """Return the address, or of an IPv6 address its network of 64 bits, within which a host may choose freely.

    >>> network_of("203.0.113.7"), network_of("2001:db8::1:2"), network_of("::ffff:203.0.113.7")
    ('203.0.113.7', '2001:db8::/64', '203.0.113.7')
    """
    try:
        found = ip_address(address)
    except ValueError:
        return address
    if not isinstance(found, IPv6Address):
        return str(found)
    if found.ipv4_mapped is not None:
        return str(found.ipv4_mapped)
    return str(IPv6Network((found.packed, _SUBSCRIBER_BITS), strict=False))
