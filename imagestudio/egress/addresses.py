"""Which IP addresses may be connected to: those of the public internet, and no others."""

import ipaddress
from typing import TypeAlias

Address: TypeAlias = ipaddress.IPv4Address | ipaddress.IPv6Address

# Python's own idea of "global" has changed between versions, and none covers the ranges that
# wrap an IPv4 address in an IPv6 one. So what is forbidden stands here.
_FORBIDDEN_4 = tuple(
    map(
        ipaddress.IPv4Network,
        (
            "0.0.0.0/8",  # this host
            "10.0.0.0/8",
            "100.64.0.0/10",  # carriers' own, and the metadata of some clouds
            "127.0.0.0/8",
            "169.254.0.0/16",  # link-local, and the metadata of most clouds
            "172.16.0.0/12",
            "192.0.0.0/24",
            "192.0.2.0/24",  # documentation
            "192.31.196.0/24",
            "192.52.193.0/24",
            "192.88.99.0/24",  # 6to4 relays
            "192.168.0.0/16",
            "192.175.48.0/24",
            "198.18.0.0/15",  # benchmarks
            "198.51.100.0/24",  # documentation
            "203.0.113.0/24",  # documentation
            "224.0.0.0/4",  # multicast
            "240.0.0.0/4",  # reserved, and broadcast
        ),
    )
)
_PUBLIC_6 = ipaddress.IPv6Network("2000::/3")  # all that is handed out for the public internet
_FORBIDDEN_6 = tuple(
    map(
        ipaddress.IPv6Network,
        (
            "2001::/23",  # protocol assignments, Teredo among them
            "2001:db8::/32",  # documentation
            "2002::/16",  # 6to4: wraps an IPv4 address
            "3fff::/20",  # documentation
        ),
    )
)


def parse_address(text: str) -> Address | None:
    """Return an IP address in its usual form, or None if the text is a name."""
    try:
        return ipaddress.ip_address(text)
    except ValueError:
        return None


def is_public(address: Address) -> bool:
    """Tell whether an address is of the public internet and may be connected to."""
    if isinstance(address, ipaddress.IPv4Address):
        return address.is_global and not any(address in network for network in _FORBIDDEN_4)
    # Outside 2000::/3 lie loopback, mapped (::ffff:0:0/96), NAT64 (64:ff9b::/96), private
    # (fc00::/7), link-local (fe80::/10) and multicast addresses.
    if address.scope_id is not None or address not in _PUBLIC_6:
        return False
    return address.is_global and not any(address in network for network in _FORBIDDEN_6)
