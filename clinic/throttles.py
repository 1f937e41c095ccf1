"""How often programs may ask: by token, so that one does not starve the others; by address, against guessing keys.

Both are counted in the shared cache, minute by minute; while it is away nobody is refused. How often, settings say.
"""

import ipaddress
import math
import time

from django.conf import settings
from django.core.cache import cache
from rest_framework.exceptions import Throttled
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

MINUTE = 60


class TooOften(Throttled):
    """429, with the seconds to wait in Retry-After."""

    default_detail = "Too many requests."
    extra_detail_singular = "Try again in {wait} second."
    extra_detail_plural = "Try again in {wait} seconds."


class TokenThrottle(BaseThrottle):
    """So many requests a minute with each token."""

    def allow_request(self, request: Request, view: object) -> bool:
        if request.auth is None:
            return True
        if _count("token", str(request.auth.public_id)) > settings.API_REQUESTS_A_MINUTE:
            raise TooOften(_seconds_left())
        return True


def refuse_guesser(request: Request) -> None:
    """429 for an address from which too many unknown keys came in this minute, whatever key comes now."""
    if cache.get(_place("wrong_key", address_of(request)), 0) >= settings.API_WRONG_KEYS_A_MINUTE:
        raise TooOften(_seconds_left())


def count_wrong_key(request: Request) -> None:
    """One more unknown key from this address. A key that was revoked or has expired is no guess, so it is not counted."""
    _count("wrong_key", address_of(request))


def address_of(request: Request) -> str:
    """Whom we talk to; behind a proxy, the address that the proxy itself added last. IPv6 by network, as it is given out.

    What a client writes into X-Forwarded-For stands before what the proxy adds, so it is not looked at.
    """
    ident = BaseThrottle().get_ident(request)
    try:
        address = ipaddress.ip_address(ident)
    except ValueError:
        return "unknown"
    return str(address if address.version == 4 else ipaddress.ip_network((address, 64), strict=False).network_address)


def _count(kind: str, who: str) -> int:
    place = _place(kind, who)
    cache.add(place, 0, timeout=2 * MINUTE)
    return cache.incr(place)


def _place(kind: str, who: str) -> str:
    return f"throttle:{kind}:{who}:{int(time.time()) // MINUTE}"


def _seconds_left() -> int:
    return math.ceil(MINUTE - time.time() % MINUTE)
