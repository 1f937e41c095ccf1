"""Scores that came after the same target was treated again: marked, so that reports can be made with and without."""

from django.db.models import Exists, OuterRef

from outcomes.models import Score
from treatments.models import Retreatment


def mark_after_retreatment() -> int:
    """Make every score say whether its course's target had been treated again by then; how many changed. Repeatable.

    Re-treatments are recorded later than they happened, and taken back when they were entered in error. The marks touch
    no tally, which counts both. Driven from the few courses that have a re-treatment, however many scores there are.
    """
    before = Retreatment.objects.filter(course_id=OuterRef("course_id"), happened_on__lte=OuterRef("taken_on"))
    is_after = Exists(before.filter(entered_in_error_at=None))
    concerned = Score.objects.filter(course_id__in=Retreatment.objects.values("course_id"))
    marked = concerned.filter(is_after, is_after_retreatment=False).update(is_after_retreatment=True)
    return marked + concerned.filter(~is_after, is_after_retreatment=True).update(is_after_retreatment=False)
