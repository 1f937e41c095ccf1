"""What a survey's link opens, read in one statement: a patient's page has no time for more."""

import datetime as dt
from typing import NamedTuple

from django.db import connection

from clinic.links import link_hashes
from clinic.models import Clinic
from clinic.prepared import Prepared
from outcomes.joined_rows import JoinedRows
from outcomes.models import Survey
from patients.models import Patient
from treatments.models import Course, FollowUp

# The fields that pages show.
_SHOWN = JoinedRows(
    {
        Survey: (
            *("id", "clinic_id", "follow_up_id", "instruments", "versions"),
            *("started_at", "completed_at", "cancelled_at", "language"),
        ),
        Clinic: (
            *("id", "sender_name", "phone", "time_zone", "emergency_number", "crisis_line"),
            *("is_demo", "shows_curve_on_tablet"),
        ),
        FollowUp: ("id", "clinic_id", "course_id", "closes_on", "ended_on"),
        Course: ("id", "clinic_id", "patient_id", "target", "side"),
        Patient: ("id", "clinic_id", "given_name", "born_on", "language", "registry_stopped_at", "died_on"),
    }
)
# A visit is the link's own survey and those asked with it, in the order they were opened; the first that can be answered
# now is shown, with none the one sent in last. The link's clinic is entered first: what is LATERAL to it waits for it.
FOUND = """
SELECT found.* FROM mendline_enter_survey_link($1) AS entered CROSS JOIN LATERAL (
SELECT {columns}, visit.part, visit.parts, visit.sent, visit.language,
  (SELECT json_object_agg(item, value) FROM outcomes_answer WHERE survey_id = survey.id),
  CASE WHEN patient.born_on IS NULL THEN ''
    WHEN clinic.recipient_check = 'date' OR patients_share_an_address(patient.id) THEN 'date'
    ELSE nullif(clinic.recipient_check, 'off') END,
  EXISTS (SELECT FROM patients_birthcheck tries
    WHERE tries.clinic_id = survey.clinic_id AND tries.survey = survey.public_id AND tries.paused_at IS NOT NULL)
FROM outcomes_surveylink link
JOIN clinic_clinic clinic ON clinic.id = link.clinic_id
CROSS JOIN LATERAL (
  SELECT one.id, row_number() OVER (ORDER BY one.id) AS part, count(*) OVER () AS parts,
    count(one.completed_at) OVER () AS sent, max(one.language) OVER () AS language,
    one.completed_at IS NULL AND one.cancelled_at IS NULL AND moment.ended_on IS NULL
      AND moment.closes_on >= ($2 AT TIME ZONE clinic.time_zone)::date AS is_open, one.completed_at
  FROM outcomes_survey one
  JOIN treatments_followup moment ON moment.id = one.follow_up_id
  WHERE one.id = link.survey_id OR one.asked_with_id = link.survey_id
  ORDER BY is_open DESC, one.completed_at DESC NULLS LAST, one.id
  LIMIT 1
) visit
JOIN outcomes_survey survey ON survey.id = visit.id
JOIN treatments_followup followup ON followup.id = survey.follow_up_id
JOIN treatments_course course ON course.id = followup.course_id
JOIN patients_patient patient ON patient.id = course.patient_id
WHERE link.token_hash = ANY ($1) AND entered IS NOT NULL
LIMIT 1) found
"""
_FIND = Prepared("read_survey_behind_link", ["bytea[]", "timestamptz"], FOUND.format(columns=_SHOWN.sql))


class CheckIn(NamedTuple):
    """A survey with its clinic, follow-up, course and patient, and every item reached: its answer, or None (skipped).

    It is number ``part`` of the ``parts`` surveys that the link leads through, of which ``sent`` were sent in.
    ``language`` is the one that was chosen in any of them, empty where none was.
    ``asks``: what whoever opened the link has to say before anything of the patient is shown, "year" or "date" of
    birth; empty: nothing. ``is_paused``: it was said wrongly too often.
    """

    survey: Survey
    answers: dict[str, int | None]
    part: int
    parts: int
    sent: int
    language: str
    asks: str
    is_paused: bool


def check_in_behind(token: str, *, at: dt.datetime) -> CheckIn | None:
    """What this secret opens at this instant; None when it opens nothing. The secret stands in for a person's role."""
    with connection.cursor() as cursor:
        _FIND.run(cursor, [link_hashes(token), at])
        row = cursor.fetchone()
    if row is None:
        return None
    part, parts, sent, language, answers, asks, is_paused = row[_SHOWN.width :]
    return CheckIn(_SHOWN.survey(row), answers or {}, part, parts, sent, language, asks or "", is_paused)
