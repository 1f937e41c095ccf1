"""Which words a clinic's messages have now, and what stands in their blanks when they are looked at."""

import datetime as dt
from collections.abc import Mapping

from django.conf import settings
from django.db.models import F, QuerySet
from django.db.models.functions import Length
from django.urls import reverse

from clinic.links import new_token
from clinic.models import Clinic
from outcomes.models import MessageText
from outcomes.texts import Blanks, Key, Words, built_in
from patients.models import Patient

# What a usual check-in asks, and how long a year's longest day names are.
QUESTIONS, MINUTES = 5, 2
LONGEST_DAY = dt.date(2026, 9, 30)


def words_of(clinic_id: int) -> Mapping[Key, Words]:
    """Every text of one clinic: its own words where it wrote some, else the built-in ones. One query."""
    own = MessageText.objects.current().filter(clinic_id=clinic_id).exclude(body="")
    rows = own.values_list("kind", "channel", "language", "subject", "body", "version")
    return {**built_in(), **{(kind, channel, language): Words(*words) for kind, channel, language, *words in rows}}


def sample_of(clinic: Clinic, given_name: str = "") -> Blanks:
    """The blanks of a message that this clinic could send; its link is as long as a real one and opens nothing."""
    link = settings.SITE_URL + reverse("survey-welcome", args=["x" * len(new_token())])
    return blanks_of(clinic, given_name, link=link)


def blanks_of(clinic: Clinic, given_name: str = "", *, link: str) -> Blanks:
    """The clinic's own blanks around a link, of a usual check-in."""
    return Blanks(
        given_name=given_name,
        sender=clinic.sender_name,
        phone=clinic.phone,
        link=link,
        closes_on=LONGEST_DAY,
        questions=QUESTIONS,
        minutes=MINUTES,
    )


def telling_names(patients: QuerySet[Patient]) -> list[str]:
    """The longest given name, and the one with the most letters that are not plain; each once."""
    named = patients.exclude(given_name="").annotate(letters=Length("given_name"))
    foreign = Length("given_name", function="octet_length") - F("letters")
    found = [
        *named.order_by("-letters", "given_name").values_list("given_name", flat=True)[:1],
        *named.annotate(foreign=foreign).filter(foreign__gt=0).order_by("-foreign", "given_name")
        .values_list("given_name", flat=True)[:1],
    ]  # fmt: skip
    return list(dict.fromkeys(found))
