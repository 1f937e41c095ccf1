"""What merging two records means for treatments: read before it is done."""

from django.db.models import Exists, OuterRef

from patients.models import Patient
from treatments.models import Course, FollowUp, RecallCase


def obstacles(kept: Patient, gone: Patient) -> list[str]:
    """Why these two cannot be merged as they are, each in a sentence. One query."""
    ours = RecallCase.objects.filter(patient=kept, recall=OuterRef("recall"))
    theirs = RecallCase.objects.filter(Exists(ours), patient=gone).exclude(state=RecallCase.State.CLOSED)
    return [
        f"Both are on the list of the recall of lot {number}. Close the case of chart no. {gone.chart_number} first."
        for number in theirs.order_by("id").values_list("recall__lot__lot_number", flat=True)
    ]


def under_way_twice(kept: Patient, gone: Patient) -> list[tuple[Course, Course]]:
    """Courses of both at the same target and side that still ask. One query."""
    asking = FollowUp.objects.filter(course=OuterRef("pk"), answered_at=None, ended_on=None)
    courses = Course.objects.filter(Exists(asking), patient__in=[kept, gone]).select_related("treatment_type")
    ours = [course for course in courses if course.patient_id == kept.pk]
    theirs = [course for course in courses if course.patient_id == gone.pk]
    return [
        (one, other)
        for one in ours
        for other in theirs
        if (one.target, one.side) == (other.target, other.side) != ("", "")
    ]
