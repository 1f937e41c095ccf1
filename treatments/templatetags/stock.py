"""Template words of the stock pages: quantities, shelf life, and the mark of a recalled lot."""

import datetime as dt
from decimal import Decimal

from django import template
from django.db.models import QuerySet

from clinic.models import User
from patients.models import Patient
from treatments.actions.lots.ledger import plain as plain_words
from treatments.models import RecallCase

register = template.Library()


@register.filter
def plain(quantity: Decimal) -> str:
    """A quantity without trailing zeros, with a real minus: "3", "−0.5"."""
    return plain_words(quantity).replace("-", "−")


@register.filter
def days_left(expires_on: dt.date, day: dt.date) -> str:
    """How far the day of expiry is from this day, in words."""
    left = (expires_on - day).days
    if left == 0:
        return "today"
    unit = "day" if abs(left) == 1 else "days"
    return f"{left} {unit} left" if left > 0 else f"{-left} {unit} ago"


@register.simple_tag
def open_recalls(patient: Patient, user: User) -> QuerySet[RecallCase]:
    """The patient's recall cases that are not closed: one query, none where ``has_recall`` was read and is false."""
    if not getattr(patient, "has_recall", True):
        return RecallCase.objects.none()
    cases = RecallCase.objects.visible_to(user).filter(patient=patient)
    return cases.exclude(state=RecallCase.State.CLOSED).select_related("recall__lot__product")
