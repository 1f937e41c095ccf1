"""Answers of the demo's past that needed a person: told to nobody, and closed by staff on the same day."""

import datetime as dt
import random

from clinic.models import StaffLetter
from clinic.seeding.places import Place
from outcomes.actions import acknowledge_alert
from outcomes.models import Alert

# What staff wrote down, and what followed.
SAID = (
    ("phone", "no_concern", "Was on the stairs a lot yesterday; better since this morning."),
    ("phone", "advised", "Sore when walking. Rest and ice until Friday, then we talk again."),
    ("phone", "seen", "Still as painful as before. Comes in this week."),
    ("in_person", "advised", "Looked at the knee: no warmth, no effusion. Goes on with the exercises."),
)


def take_on(place: Place, *, at: dt.datetime, rng: random.Random) -> None:
    """Close everything that is open; no letter about it goes out any more."""
    for alert in Alert.objects.open().filter(clinic=place.clinic).order_by("pk"):
        reached, outcome, said = rng.choice(SAID)
        acknowledge_alert(alert=alert, reached=reached, outcome=outcome, said=said, at=at, by=place.staff)
    keep_letters(at=at)


def keep_letters(*, at: dt.datetime) -> None:
    """Letters about the past count as sent."""
    about_alerts = StaffLetter.objects.filter(kind__in=[StaffLetter.Kind.ALERT, StaffLetter.Kind.ALERT_WAITS])
    about_alerts.filter(sent_at=None, queued_at__lte=at).update(sent_at=at, sealed_link="")
