"""Answers of the demo's past that needed a person: told to nobody, closed by staff on the same day, but for the last."""

import datetime as dt
import random

from clinic.models import StaffLetter
from clinic.seeding.places import Place
from outcomes.actions import acknowledge_alert, answer_item, start_survey
from outcomes.models import Alert, Survey

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


def sound(place: Place, *, at: dt.datetime) -> None:
    """Somebody with an open check-in of the first weeks answers that they have a fever and more pain, and stops there."""
    asked = Survey.objects.filter(
        clinic=place.clinic,
        instruments__contains=["safety"],
        completed_at=None,
        cancelled_at=None,
        follow_up__ended_on=None,
    )
    survey = asked.filter(follow_up__closes_on__gte=at.date()).order_by("pk").first()
    if survey is None:
        return
    start_survey(survey=survey, language="en", device=Survey.Device.PHONE, at=at)
    for seconds, item in enumerate(("safety.fever", "safety.worse"), 1):
        answer_item(survey=survey, item=item, value=1, at=at + dt.timedelta(seconds=15 * seconds))


def keep_letters(*, at: dt.datetime) -> None:
    """Letters about the past count as sent."""
    about_alerts = StaffLetter.objects.filter(kind__in=[StaffLetter.Kind.ALERT, StaffLetter.Kind.ALERT_WAITS])
    about_alerts.filter(sent_at=None, queued_at__lte=at).update(sent_at=at, sealed_link="")
