"""Answers of patients who left the outcome registry of a clinic that then keeps none."""

from django.db import transaction
from django.db.models import F, Q

from outcomes.models import Answer, Score


@transaction.atomic
def erase_withdrawn() -> int:
    """Take out every answer given until its patient left, and every score made of such; how many rows. Repeatable.

    Tallies follow by their triggers. That a follow-up was answered stays on record, with the day: it counts as
    answered, without a score. What is answered after the patient has signed again is kept. Imported scores carry no
    day of their own, so all of theirs go.
    """
    answers = Answer.objects.filter(
        survey__follow_up__course__patient__erases_answers_at__isnull=False,
        answered_at__lte=F("survey__follow_up__course__patient__erases_answers_at"),
    )
    scores = Score.objects.filter(
        Q(survey=None) | Q(survey__completed_at__lte=F("course__patient__erases_answers_at")),
        course__patient__erases_answers_at__isnull=False,
    )
    return answers.delete()[0] + scores.delete()[0]
