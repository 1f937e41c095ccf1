"""The one door through which anything personal leaves the history of rows."""

from django.db import connection

from clinic.models import Clinic, User

DOOR = "mendline_erase_history(bigint, bigint, bigint, text)"


def erase_history(*, clinic: Clinic, patient_id: int, reason: str, by: User | None) -> None:
    """Blank the personal columns of one patient in every history, and record that this was done.

    The function is made after every migration; a database that keeps no history has none.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regprocedure(%s) IS NOT NULL", [DOOR])
        if cursor.fetchone()[0]:
            values = [clinic.pk, patient_id, by.pk if by else None, reason]
            cursor.execute("SELECT mendline_erase_history(%s, %s, %s, %s)", values)
