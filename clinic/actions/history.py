"""The one door through which anything personal leaves the history of rows."""

from django.db import connection

from clinic.models import Clinic, User


def erase_history(*, clinic: Clinic, patient_id: int, reason: str, by: User | None) -> int:
    """Blank the personal columns of one patient in every history, and record it; how many rows. The caller asks who may.

    Call it last, in the same transaction in which the rows themselves were blanked: that left history, too. Rows that
    lead to the patient (courses, sessions) must still be there, or their history is not known to be this patient's.
    """
    with connection.cursor() as cursor:
        values = [clinic.pk, patient_id, by.pk if by else None, reason]
        cursor.execute("SELECT mendline_erase_history(%s, %s, %s, %s)", values)
        [erased] = cursor.fetchone()
    return int(erased)
