"""Of which state of a clinic's outcomes an answer is, so that it can be shown again for as long as nothing changes."""

import hashlib
import json

from django.db import connection

from outcomes.outcome_rules import RULE_VERSION
from outcomes.reports.filters import ReportFilter
from outcomes.reports.rows import measure_of
from outcomes.reports.scope import Scope

# Every row as it is now, with its course and treatment, by which reports choose and name: whoever changes a row becomes
# its xmin, so that no change goes by, and nobody has to count. The sum of hashes does not depend on the order.
STATE = """
SELECT count(*), coalesce(sum(hashtextextended(concat_ws(' ', one.id, one.xmin, course.xmin, kind.xmin), 0)), 0)
FROM outcomes_outcome one
JOIN treatments_course course ON course.id = one.course_id
JOIN treatments_treatmenttype kind ON kind.id = one.treatment_type_id
WHERE one.clinic_id = ANY (%s) AND one.instrument = %s
"""


def version_of(asked: ReportFilter, scope: Scope, code_version: int) -> str:
    """A fingerprint of the question, of all outcomes of its instrument at its clinics, and of rules and code. One query."""
    with connection.cursor() as cursor:
        cursor.execute(STATE, [[scope.clinics[clinic].pk for clinic in asked.clinic], asked.instrument])
        count, total = cursor.fetchone()
    parts = [asked.parameters(), count, str(total), repr(measure_of(asked, scope)), RULE_VERSION, code_version]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()
