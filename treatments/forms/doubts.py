"""What looks unusual in a session while it is being written. Asked about once, never refused."""

import datetime as dt
import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from treatments import soft_ranges
from treatments.forms.injections import InjectionForm
from treatments.forms.visits import VisitForm
from treatments.models import Course, TreatmentSession


@dataclass(frozen=True)
class Doubt:
    """Something unusual that somebody should look at once more; ``target`` is the id of its input."""

    message: str
    target: str


def fingerprint(doubts: Iterable[Doubt]) -> str:
    """Stands for exactly these doubts: confirming them confirms no others."""
    return hashlib.sha256("\n".join(doubt.message for doubt in doubts).encode()).hexdigest()[:32]


def about_injections(rows: Sequence[InjectionForm]) -> list[Doubt]:
    """Amounts outside what is usual."""
    return [
        Doubt(
            f"Injection {number}, {form[name].label}: {form.cleaned_data[name]:,} is outside the usual {soft}.",
            form[name].auto_id,
        )
        for number, form in enumerate(rows, 1)
        for name, soft in soft_ranges.outside(soft_ranges.INJECTION, form.cleaned_data).items()
    ]


def about_the_day(course: Course, visit: VisitForm, *, zone: dt.tzinfo, stored: TreatmentSession | None) -> list[Doubt]:
    """Another session of the course on the same day of the clinic's calendar than ``stored``, the one being written."""
    performed_at = visit.cleaned_data["performed_at"].astimezone(zone)
    midnight = performed_at.replace(hour=0, minute=0, second=0, microsecond=0)
    others = course.sessions.counted().exclude(pk=stored.pk if stored else None)
    earlier = others.filter(performed_at__gte=midnight, performed_at__lt=midnight + dt.timedelta(days=1)).first()
    if earlier is None:
        return []
    logged = f"{earlier.performed_at.astimezone(zone):%H:%M}"
    text = f"This course already has a session on that day, at {logged}. Is this a second one?"
    return [Doubt(text, visit["performed_at"].auto_id)]
