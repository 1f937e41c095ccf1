"""How long somebody could have worked on something: the hours from Monday to Friday by a clinic's clock. Pure."""

import datetime as dt
from dataclasses import dataclass
from zoneinfo import ZoneInfo


@dataclass(frozen=True)
class WorkingHours:
    """From one hour until another by a clinic's clock, Monday to Friday. ``until`` may be 24."""

    time_zone: str
    since: int
    until: int

    def between(self, start: dt.datetime, end: dt.datetime) -> dt.timedelta:
        """The working time from ``start`` until ``end``, as really passes: a day on which the clock changes is as long as
        it is.
        """
        zone, worked = ZoneInfo(self.time_zone), dt.timedelta()
        # In UTC: times of one zone are subtracted as the clock on the wall shows them.
        start, end = start.astimezone(dt.UTC), end.astimezone(dt.UTC)
        day, last = start.astimezone(zone).date(), end.astimezone(zone).date()
        while day <= last:
            if day.weekday() < 5:
                opens, closes = self._instant(day, self.since), self._instant(day, self.until)
                worked += max(dt.timedelta(), min(end, closes) - max(start, opens))
            day += dt.timedelta(days=1)
        return worked

    def _instant(self, day: dt.date, hour: int) -> dt.datetime:
        midnight = dt.datetime.combine(day + dt.timedelta(days=hour // 24), dt.time(hour % 24))
        return midnight.replace(tzinfo=ZoneInfo(self.time_zone)).astimezone(dt.UTC)
