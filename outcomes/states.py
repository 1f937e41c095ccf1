"""What state a survey is in at one instant, derived from its facts and never stored."""

import datetime as dt
from enum import StrEnum

from django.db import models
from django.db.models import Case, F, Q, Value, When

from outcomes.models import Survey
from treatments.states import LocalDay


class SurveyState(StrEnum):
    """``expired``: the window closed, or treatment began, before it was sent in. ``cancelled``: by somebody at the clinic.

    ``suppressed``: the patient died, so nobody is asked.
    """

    OPEN = "open"
    STARTED = "started"
    COMPLETED = "completed"
    EXPIRED = "expired"
    CANCELLED = "cancelled"
    SUPPRESSED = "suppressed"


SURVEY_STATES = [(state.value, state.value) for state in SurveyState]


def with_state(surveys: models.QuerySet[Survey], at: dt.datetime) -> models.QuerySet[Survey]:
    """Each row with ``state`` at this instant; days are those of the row's own clinic."""
    today = LocalDay("clinic__time_zone", Value(at, output_field=models.DateTimeField()))
    is_over = Q(follow_up__ended_on__isnull=False) | Q(follow_up__closes_on__lt=F("today"))
    state = Case(
        When(completed_at__isnull=False, then=Value(SurveyState.COMPLETED.value)),
        When(cancelled_at__isnull=False, then=Value(SurveyState.CANCELLED.value)),
        When(follow_up__course__patient__died_on__isnull=False, then=Value(SurveyState.SUPPRESSED.value)),
        When(is_over, then=Value(SurveyState.EXPIRED.value)),
        When(started_at__isnull=False, then=Value(SurveyState.STARTED.value)),
        default=Value(SurveyState.OPEN.value),
        output_field=models.CharField(),
    )
    return surveys.annotate(today=today).annotate(state=state)
