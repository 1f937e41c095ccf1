"""Which data a report was made from: a fingerprint of a clinic's outcomes."""

from django.db import connection

from clinic.models import Clinic
from outcomes.models import Outcome, OutcomeMark

# A sum does not depend on the order of rows, so that nothing is sorted; md5 is the same on every server.
FINGERPRINT = """
SELECT mod(coalesce(sum(('x' || left(md5(ROW({columns})::text), 15))::bit(60)::bigint), 0), 10::numeric ^ 18)::bigint
FROM {outcomes} WHERE clinic_id = %s
"""


def data_version(clinic: Clinic) -> str:
    """A checksum of what all outcomes say, and how many courses are still marked to be worked out anew.

    Two equal versions mean the same outcomes, whenever they were worked out. What a report rests on beside outcomes, such
    as sessions, is not in it. One pass over the clinic's outcomes, sorted by nothing.
    """
    columns = [str(field.column) for field in Outcome._meta.concrete_fields if field.column != "id"]
    with connection.cursor() as cursor:
        cursor.execute(
            FINGERPRINT.format(columns=", ".join(columns), outcomes=Outcome._meta.db_table),  # names of our own
            [clinic.pk],
        )
        (checksum,) = cursor.fetchone()
    marked = OutcomeMark.objects.filter(clinic=clinic).values("course").distinct().count()
    return f"checksum {checksum}, {marked} to be worked out"
