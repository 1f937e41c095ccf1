"""Words of the patient's own page that stand for codes, in the language that is active."""

from django.utils.translation import gettext, gettext_lazy

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
    return gettext("version %(number)d") % {"number": version}
