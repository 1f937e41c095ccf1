"""Where a request comes from, as far as this server can know."""

from contextlib import suppress
from ipaddress import ip_address

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
