"""Words of the patient's own page that stand for codes, in the language that is active."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

WAYS = {
    "paper": gettext_lazy("on paper"),
    "tablet": gettext_lazy("on the clinic's tablet"),
    "link": gettext_lazy("behind a link"),
}
CHANNELS = {"email": gettext_lazy("E-mail"), "sms": gettext_lazy("Text message")}


def channel_word(channel: str) -> str:
    """ "E-mail" or "Text message"."""
    return str(CHANNELS[channel])


def consent_word(version: int) -> str:
    """Which version of a document, like "version 2"."""
    return _("version %(number)d") % {"number": version}


def spoken_timepoint(timepoint: str) -> str:
    """A timepoint in the patient's words: "baseline" is "Before treatment", "week 6" is "6 weeks"."""
    unit, _blank, count = timepoint.partition(" ")
    if not count.isdigit():
        return _("Before treatment") if timepoint == "baseline" else timepoint.capitalize()
    words = {
        "day": ngettext("%(count)d day", "%(count)d days", int(count)),
        "week": ngettext("%(count)d week", "%(count)d weeks", int(count)),
        "month": ngettext("%(count)d month", "%(count)d months", int(count)),
        "year": ngettext("%(count)d year", "%(count)d years", int(count)),
    }
    return words[unit] % {"count": int(count)} if unit in words else timepoint.capitalize()
