"""What state a follow-up is in at one instant, derived from its dates and never stored."""

import datetime as dt
from enum import StrEnum

from django.db import models
from django.db.models import Case, F, Q, Value, When

from treatments.models import FollowUp


class LocalDay(models.Func):
    """The calendar day of an instant in a named time zone: ``LocalDay("clinic__time_zone", "performed_at")``."""

    function = "timezone"
    template = "(%(function)s(%(expressions)s))::date"
    output_field = models.DateField()


class FollowUpState(StrEnum):
    """``ended``: the window closed, or treatment began, without an answer."""

    PLANNED = "planned"
    OPEN = "open"
    OVERDUE = "overdue"
    ANSWERED = "answered"
    ENDED = "ended"


FOLLOW_UP_STATES = [(state.value, state.value) for state in FollowUpState]


def with_state(follow_ups: models.QuerySet[FollowUp], at: dt.datetime) -> models.QuerySet[FollowUp]:
    """Each row with ``state`` at this instant; days are those of the row's own clinic."""
    today = LocalDay("clinic__time_zone", Value(at, output_field=models.DateTimeField()))
    state = Case(
        When(answered_at__isnull=False, then=Value(FollowUpState.ANSWERED.value)),
        When(Q(ended_on__isnull=False) | Q(closes_on__lt=F("today")), then=Value(FollowUpState.ENDED.value)),
        When(opens_on__gt=F("today"), then=Value(FollowUpState.PLANNED.value)),
        When(due_on__lt=F("today"), then=Value(FollowUpState.OVERDUE.value)),
        default=Value(FollowUpState.OPEN.value),
        output_field=models.CharField(),
    )
    return follow_ups.annotate(today=today).annotate(state=state)
