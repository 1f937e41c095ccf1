"""The rows that are measured with: large clinics with three years of scores, and as many patients who wait."""

import datetime as dt
import os
import subprocess
import sys
from pathlib import Path

from django.db import connection, transaction

from benchmarks import system
from benchmarks.sizes import Sizes
from clinic import database
from clinic.demo import DEMO_CLINIC_NAME
from clinic.links import hash_link, new_token
from clinic.models import Clinic
from outcomes.actions import open_due_surveys
from outcomes.models import Delivery, Survey, SurveyLink

LATER = dt.datetime(9000, 1, 1, tzinfo=dt.UTC)

# The same invented people once more, under other chart numbers and addresses, all at one clinic.
MORE_PATIENTS = """
INSERT INTO patients_patient (public_id, clinic_id, chart_number, given_name, family_name, born_on, sex, email, phone,
  language, time_zone, preferred_channel, registered_at, registered_by_id, consented_at, consented_by_id, is_imported,
  age_band)
SELECT gen_random_uuid(), %(clinic)s, %(prefix)s || chart_number, given_name, family_name, born_on, sex,
  %(prefix)s || email, length(%(prefix)s) || phone, language, '', 'email', now(), registered_by_id, now(), registered_by_id, false, ''
FROM patients_patient WHERE chart_number LIKE 'B-%%' ORDER BY id LIMIT %(count)s
"""
WAITING_COURSES = """
INSERT INTO treatments_course (public_id, clinic_id, patient_id, treatment_type_id, protocol_id, icd10_code, complaint,
  target, side, region, opened_on, opened_by_id, baseline_missing_reason, source_region, source_site, source_clinician)
SELECT gen_random_uuid(), p.clinic_id, p.id, r.treatment_type_id, r.id, 'M17.11', 'Osteoarthritis of the right knee',
  'knee_joint', 'right', 'knee', (now() AT TIME ZONE c.time_zone)::date, p.registered_by_id, '', '', '', ''
FROM patients_patient p
JOIN clinic_clinic c ON c.id = p.clinic_id
JOIN treatments_treatmenttype t ON t.clinic_id = p.clinic_id AND t.code = 'prp'
JOIN treatments_protocol r ON r.treatment_type_id = t.id AND r.name = 'PRP, standard follow-up'
WHERE p.chart_number LIKE 'wait-%%'
"""
WAITING_FOLLOW_UPS = """
INSERT INTO treatments_followup (public_id, clinic_id, course_id, timepoint_id, opens_on, due_on, closes_on)
SELECT gen_random_uuid(), c.clinic_id, c.id, t.id, c.opened_on, c.opened_on, c.opened_on + t.closes_day
FROM treatments_course c
JOIN patients_patient p ON p.id = c.patient_id
JOIN treatments_timepoint t ON t.protocol_id = c.protocol_id AND t.name = 'baseline'
WHERE p.chart_number LIKE 'wait-%%'
"""


def fill(sizes: Sizes, log: Path) -> Clinic:
    """Ten scores for each of ``sizes.scored`` patients, and one clinic with many who wait. That clinic."""
    arguments = ["manage.py", "seed_demo", "--bulk", "--patients", str(sizes.scored)]
    environment = {**os.environ, "DEMO": "1", "DEMO_MAIL_DIR": str(log.parent)}
    with log.open("ab") as output:
        subprocess.run([sys.executable, *arguments], cwd=system.ROOT, env=environment, stdout=output, check=True)
    clinic = Clinic.objects.get(name=DEMO_CLINIC_NAME)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 0")
        for prefix, count in (("wait-", sizes.waiting), ("also-", sizes.others)):
            cursor.execute(MORE_PATIENTS, {"clinic": clinic.pk, "prefix": prefix, "count": count})
        cursor.execute(WAITING_COURSES, [])
        cursor.execute(WAITING_FOLLOW_UPS, [])
    tidy()
    return clinic


def tidy(table: str = "") -> None:
    """What autovacuum would have done by tomorrow, for one table or all: statistics, and old rows out of the way."""
    with database.as_owner(connection), connection.cursor() as cursor:
        cursor.execute(f"VACUUM (ANALYZE) {table}")


def make_table(name: str, statement: str) -> None:
    """A table beside ours, made by the owner, which the application may fill."""
    with database.as_owner(connection), connection.cursor() as cursor:
        cursor.execute(statement)
    with database.as_owner(connection):
        database.grant_application_role()


def postpone_all_but(count: int) -> None:
    """Of all queued deliveries only the ``count`` oldest may go out now."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 0")
        queued = Delivery.objects.filter(status=Delivery.Status.PENDING)
        queued.update(not_before=LATER)
        chosen = queued.order_by("id").values("id")[:count]
        Delivery.objects.filter(pk__in=list(chosen.values_list("id", flat=True))).update(
            not_before=dt.datetime.now(dt.UTC)
        )
    tidy(Delivery._meta.db_table)


def links_of_open_surveys(count: int) -> list[str]:
    """Fresh secrets for ``count`` surveys of five questions that nobody has begun, the last in the queue."""
    open_due_surveys(at=dt.datetime.now(dt.UTC))
    surveys = Survey.objects.filter(started_at=None, follow_up__timepoint__name="baseline").order_by("-id")[:count]
    tokens = [new_token() for _survey in surveys]
    now = dt.datetime.now(dt.UTC)
    SurveyLink.objects.bulk_create(
        (
            SurveyLink(clinic_id=survey.clinic_id, survey=survey, token_hash=hash_link(token), issued_at=now)
            for survey, token in zip(surveys, tokens, strict=True)
        ),
        batch_size=5000,
    )
    return tokens
