"""What reports count, as somebody would write it in SQL over the outcomes, for the same filter."""

import time
from typing import Any

from django.db import connection

from clinic.models import Clinic
from treatments.vocabulary import Modality, Region

WHERE = """
WHERE instrument = %(instrument)s AND clinic_id = ANY(%(clinic_ids)s) AND modality = ANY(%(modality)s)
  AND region = ANY(%(region)s) AND opened_on BETWEEN %(opened_from)s AND %(opened_to)s
"""
# The follow-up that most courses have a score of.
MOST = f"""
WITH chosen AS MATERIALIZED (SELECT * FROM outcomes_outcome {WHERE} AND timepoint <> 'baseline'),
at_it AS (SELECT * FROM chosen WHERE timepoint = (
  SELECT timepoint FROM chosen WHERE value IS NOT NULL GROUP BY timepoint ORDER BY count(*) DESC LIMIT 1))
"""
STATEMENTS = {
    "outcomes": f"""
SELECT modality, timepoint, count(*), count(value), avg(value), stddev_samp(value), avg(day),
  count(improvement), avg(value - baseline), stddev_samp(value - baseline), count(is_responder_30),
  count(*) FILTER (WHERE is_responder_30), count(*) FILTER (WHERE is_responder_50),
  count(*) FILTER (WHERE is_mcid), count(*) FILTER (WHERE is_worse), count(*) FILTER (WHERE is_due),
  count(*) FILTER (WHERE is_due AND status = 'obtained'), count(*) FILTER (WHERE is_treated AND is_closed),
  count(*) FILTER (WHERE is_due AND was_consented), count(*) FILTER (WHERE is_due AND was_consented AND was_sent),
  avg(baseline) FILTER (WHERE is_due AND status = 'missing')
FROM outcomes_outcome {WHERE} GROUP BY 1, 2
""",
    "change": f"""{MOST}
SELECT modality, count(*), percentile_cont(ARRAY[0.25, 0.5, 0.75]) WITHIN GROUP (ORDER BY improvement::float),
  avg(improvement), stddev_samp(improvement), count(*) FILTER (WHERE is_mcid), count(*) FILTER (WHERE is_worse)
FROM at_it WHERE improvement IS NOT NULL GROUP BY 1
""",
    "responders": f"""{MOST}
SELECT modality, step, count(*), count(*) FILTER (WHERE 100 * improvement >= step * baseline)
FROM at_it, generate_series(0, 100, 10) step WHERE baseline > 0 AND improvement IS NOT NULL GROUP BY 1, 2
""",
    "breakdown": f"""
SELECT region, timepoint, count(*), avg(value), stddev_samp(value), avg(value - baseline), stddev_samp(value - baseline)
FROM outcomes_outcome {WHERE} AND value IS NOT NULL AND (timepoint = 'baseline' OR baseline IS NOT NULL) GROUP BY 1, 2
""",
    "collection": f"""
SELECT timepoint, count(*) FILTER (WHERE is_treated AND is_closed), count(*) FILTER (WHERE is_due),
  count(*) FILTER (WHERE is_due AND was_consented), count(*) FILTER (WHERE is_due AND was_consented AND was_sent),
  count(*) FILTER (WHERE is_due AND status = 'obtained'), avg(baseline) FILTER (WHERE is_due AND status = 'missing')
FROM outcomes_outcome {WHERE} GROUP BY 1
""",
}


def seconds(statement: str, query: dict[str, Any]) -> float:
    """How long PostgreSQL and the driver take for the filter ``query``."""
    clinics = Clinic.objects.filter(public_id__in=query["clinic"]) if "clinic" in query else Clinic.objects.all()
    values = {
        "instrument": query["instrument"],
        "clinic_ids": list(clinics.values_list("id", flat=True)),
        "modality": query.get("modality", [modality.value for modality in Modality]),
        "region": query.get("region", [region.value for region in Region]),
        "opened_from": query.get("opened_from", "0001-01-01"),
        "opened_to": query.get("opened_to", "9999-12-31"),
    }
    with connection.cursor() as cursor:
        began = time.perf_counter()
        cursor.execute(statement, values)
        cursor.fetchall()
        return time.perf_counter() - began
