"""What still needs to know who a patient is: a lot called back, and reports that a regulation asks for."""

from patients.models import Patient
from treatments.models import AdverseEvent, RecallCase, RegulatoryReport


def duties_to(patient: Patient) -> list[str]:
    """Each duty in a sentence; none when the identity is needed for nothing any more. Three queries."""
    cases = RecallCase.objects.filter(patient=patient).exclude(state=RecallCase.State.CLOSED)
    numbers = cases.order_by("id").values_list("recall__lot__lot_number", flat=True)
    reports = RegulatoryReport.objects.filter(event__patient=patient, sent_on=None, is_needed=True)
    waiting = reports.filter(event__entered_in_error_at=None).order_by("due_on")
    unsettled = AdverseEvent.objects.filter(patient=patient, reviewed_at=None, entered_in_error_at=None)
    return [
        *(f"The recall of lot {number} is not closed for this patient." for number in numbers),
        *(f"A report is not sent: {report}." for report in waiting),
        *(["An adverse event is not reviewed yet."] if unsettled.exists() else []),
    ]
