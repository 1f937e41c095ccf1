"""What a patient's pages say that is put together in code, in the language that is active."""

import datetime as dt
import re

from django.utils.translation import get_language, gettext, ngettext_lazy

from outcomes.how_answered import Answered, is_assisted
from outcomes.instruments import LANGUAGES, Item
from outcomes.texts.days import short_day

_TIMEPOINT = re.compile(r"(day|week|month) (\d+)")
_COUNTED = {
    "day": ngettext_lazy("%(count)d day", "%(count)d days", "count"),
    "week": ngettext_lazy("%(count)d week", "%(count)d weeks", "count"),
    "month": ngettext_lazy("%(count)d month", "%(count)d months", "count"),
}


def language() -> str:
    """The language of the page that is being made: one of ``instruments.LANGUAGES``."""
    active = get_language()
    return active if active in LANGUAGES else LANGUAGES[0]


def day(on: dt.date) -> str:
    """ "June 12" or "12 de junio"."""
    return short_day(on, language())


def rule(item: Item) -> str:
    """What to do when nothing that is offered was chosen."""
    offered = {
        "minimum": item.minimum,
        "maximum": item.maximum,
        "example": item.minimum + (item.maximum - item.minimum) * 3 // 4,
    }
    if item.kind == "number":
        return gettext("Type a number from %(minimum)d to %(maximum)d, like %(example)d") % offered
    if not item.is_skippable:
        return gettext("Choose one answer")
    if item.kind == "scale":
        return gettext("Choose a number from %(minimum)d to %(maximum)d, or skip this question") % offered
    return gettext("Choose one answer, or skip this question")


def helped(survey: Answered | None) -> str:
    """What is said of an answer that the patient did not give alone; else nothing."""
    return gettext("with help") if survey and is_assisted(survey) else ""


def too_long(most: int) -> str:
    """What to do with a text of more than ``most`` characters."""
    return gettext("Write at most %(most)d characters") % {"most": most}


def spoken(timepoint: str) -> str:
    """A timepoint in the patient's words: "baseline" is "Before", "week 6" is "6 weeks"; other names as they are."""
    if timepoint == "baseline":
        return gettext("Before")
    match = _TIMEPOINT.fullmatch(timepoint)
    return _COUNTED[match[1]] % {"count": int(match[2])} if match else timepoint
