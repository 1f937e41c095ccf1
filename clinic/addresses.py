"""Where a request comes from, as far as this server can know."""

from contextlib import suppress
from ipaddress import ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest


def client_address(request: HttpRequest) -> str:
    """The caller's IP address.

    X-Forwarded-For is what anybody writes into it, except for the last entry when our own proxy added that.
    """
    if settings.BEHIND_PROXY:
        with suppress(ValueError):
            return str(ip_address(request.META.get("HTTP_X_FORWARDED_FOR", "").rpartition(",")[2].strip()))
    address: str = request.META.get("REMOTE_ADDR", "")
    return address


def client_network(request: HttpRequest) -> str:
    """The same for counting: of IPv6 the network, as one customer gets it; 0.0.0.0 for what is no address."""
    try:
        address = ip_address(client_address(request))
    except ValueError:
        return "0.0.0.0"  # noqa: S104 - nobody listens there, and nobody comes from there
    return str(address if address.version == 4 else ip_network((address, 64), strict=False).network_address)
