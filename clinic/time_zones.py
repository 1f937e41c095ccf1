"""Names of time zones that can be chosen. No Django, no database."""

from functools import cache
from zoneinfo import available_timezones

_OLD = ("Etc/", "SystemV/", "US/", "posix/", "right/")


@cache
def every_time_zone() -> frozenset[str]:
    """Every name that means a time zone here. Looking for them in the file system takes 30 ms."""
    return frozenset(available_timezones())


@cache
def time_zone_names() -> tuple[str, ...]:
    """Every time zone by area and city, like "America/Chicago", in order; names without a city are left out."""
    return tuple(sorted(name for name in every_time_zone() if "/" in name and not name.startswith(_OLD)))


def time_zone_choices() -> list[tuple[str, str]]:
    """The same as choices of a form."""
    return [(name, name.replace("_", " ")) for name in time_zone_names()]
