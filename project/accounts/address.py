"""Where a request comes from, as far as it can't be forged."""

import ipaddress
from typing import Any

from rest_framework.throttling import BaseThrottle


def client_address(request: Any) -> str:
    """The client's address, read through as many proxies as PROXIES says (ASVS 4.1.3).

    An IPv6 client is its /64 network: it owns all of it, so an address of it would be a counter for free.
    """
    ident = BaseThrottle().get_ident(request) or ""
    try:
        address = ipaddress.ip_address(ident.strip())
    except ValueError:
        return ident[:64]
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped:
            return str(address.ipv4_mapped)
        return str(ipaddress.ip_network((address, 64), strict=False))
    return str(address)
