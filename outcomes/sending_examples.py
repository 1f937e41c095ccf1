"""What a clinic's sending hours mean: when messages that become ready at some moments would go out. No Django."""

import datetime as dt
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from outcomes.delivery_rules import SendingHours

NIGHT, MORNING = dt.time(22), dt.time(10)
SATURDAY = 5


@dataclass(frozen=True)
class Example:
    """A message that is ready at one moment, and when it goes out."""

    what: str
    ready_at: dt.datetime
    goes_at: dt.datetime

    @property
    def is_at_once(self) -> bool:
        return self.goes_at == self.ready_at


def examples(hours: SendingHours, *, at: dt.datetime) -> tuple[Example, ...]:
    """Of a message that is ready at this instant, this evening at ten, and on the next Saturday morning."""
    zone = ZoneInfo(hours.time_zone)
    today = at.astimezone(zone).date()
    saturday = today + dt.timedelta(days=(SATURDAY - today.weekday()) % 7 or 7)
    moments = {
        "Ready now": at,
        "Ready tonight at 22:00": dt.datetime.combine(today, NIGHT, zone).astimezone(dt.UTC),
        "Ready on Saturday at 10:00": dt.datetime.combine(saturday, MORNING, zone).astimezone(dt.UTC),
    }
    return tuple(Example(what, ready, hours.next_allowed(ready)) for what, ready in moments.items())
