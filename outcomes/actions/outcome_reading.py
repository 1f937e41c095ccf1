"""Everything that outcomes rest on, read for many courses in one statement: whoever sends a check-in waits for it."""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from functools import cache
from itertools import groupby
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from django.db import connection

from clinic.models import Clinic
from clinic.prepared import Prepared
from outcomes.actions.history_plan import known_scales
from outcomes.asking import instruments_at
from outcomes.history import Scale as PastScale
from outcomes.instruments import Instrument, Scale, library
from outcomes.models import Score, Survey
from outcomes.outcome_facts import Asked, CourseFacts, Given
from outcomes.outcome_rules import Measure, Taken, Treated
from treatments.models import Protocol

# Courses asked for, and those of the same patient at the same target and side, whose baseline may rest on their scores.
READ = """
SELECT course.id, course.clinic_id, clinic.time_zone, course.treatment_type_id, kind.modality, course.region,
  course.side, course.source_site, course.source_clinician, course.opened_on, course.external_ref IS NOT NULL,
  protocol.anchor, patient.died_on, patient.registry_stopped_at, patient.consented_at, patient.withdrawn_at,
  (SELECT min(happened_on) FROM treatments_retreatment
   WHERE course_id = course.id AND entered_in_error_at IS NULL),
  (SELECT json_agg(json_build_array(performed_at, performed_by_id) ORDER BY performed_at, id)
   FROM treatments_treatmentsession WHERE course_id = course.id AND entered_in_error_at IS NULL),
  (SELECT json_agg(json_build_array(
      timepoint.name, timepoint.opens_day, timepoint.target_day, timepoint.closes_day,
      (SELECT json_agg(json_build_array(one.instrument, (
          SELECT brought.version FROM outcomes_loadedinstrument brought
          WHERE brought.clinic_id = course.clinic_id AND brought.code = one.instrument AND brought.retired_at IS NULL
          ORDER BY brought.id DESC LIMIT 1)) ORDER BY one.position)
       FROM outcomes_assignedinstrument one
       WHERE one.timepoint_id = timepoint.id AND one.region IN ('', course.region)),
      survey.id IS NOT NULL, survey.started_at IS NOT NULL, survey.completed_at IS NOT NULL,
      (SELECT channel FROM outcomes_delivery message
       WHERE message.survey_id IN (survey.id, survey.asked_with_id) AND message.accepted_at IS NOT NULL
       ORDER BY message.accepted_at, message.id LIMIT 1)))
   FROM treatments_timepoint timepoint
   LEFT JOIN treatments_followup follow_up ON follow_up.timepoint_id = timepoint.id AND follow_up.course_id = course.id
   LEFT JOIN outcomes_survey survey ON survey.follow_up_id = follow_up.id
   WHERE timepoint.protocol_id = course.protocol_id),
  (SELECT json_agg(json_build_array(
      score.id, score.course_id = course.id, score.instrument, score.timepoint, score.value::text, score.day,
      score.taken_on, score.excluded, survey.mode, survey.language, survey.completed_at, survey.instruments,
      survey.versions))
   FROM treatments_course other
   JOIN outcomes_score score ON score.course_id = other.id
   LEFT JOIN outcomes_survey survey ON survey.id = score.survey_id
   WHERE other.patient_id = course.patient_id AND (other.id = course.id
     OR other.target = course.target AND other.side = course.side AND course.target <> ''))
FROM treatments_course course
JOIN clinic_clinic clinic ON clinic.id = course.clinic_id
JOIN patients_patient patient ON patient.id = course.patient_id
JOIN treatments_treatmenttype kind ON kind.id = course.treatment_type_id
LEFT JOIN treatments_protocol protocol ON protocol.id = course.protocol_id
WHERE course.id IN (
  SELECT one.id FROM treatments_course asked
  JOIN treatments_course one ON one.patient_id = asked.patient_id AND (one.id = asked.id
    OR one.target = asked.target AND one.side = asked.side AND asked.target <> '')
  WHERE asked.id = ANY ($1))
ORDER BY course.clinic_id, course.id
"""
_READ = Prepared("read_outcome_facts", ["bigint[]"], READ)
# A code that nobody describes any more: its scores are kept, and nothing is judged by them.
UNKNOWN = Measure(Decimal(0), Decimal(0), is_higher_better=False, is_amount=False)

Measures = Mapping[str, Measure]


class _Read(NamedTuple):
    """The columns of READ."""

    pk: int
    clinic_id: int
    time_zone: str
    treatment_type_id: int
    modality: str
    region: str
    side: str
    source_site: str
    source_clinician: str
    opened_on: dt.date
    is_imported: bool
    anchor: str | None
    died_on: dt.date | None
    registry_stopped_at: dt.datetime | None
    consented_at: dt.datetime | None
    withdrawn_at: dt.datetime | None
    retreated_on: dt.date | None
    sessions: list[tuple[str, int]] | None
    asked: list[tuple[Any, ...]] | None
    scores: list[tuple[Any, ...]] | None

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)


def facts_of(course_ids: Sequence[int]) -> Iterator[tuple[CourseFacts, ZoneInfo]]:
    """The facts of these courses and of those that share a baseline with them, each with its clinic's time zone.

    One query, and three more for each clinic that has imported courses among them.
    """
    with connection.cursor() as cursor:
        _READ.run(cursor, [list(course_ids)])
        rows = [_Read(*row) for row in cursor.fetchall()]
    for clinic_id, of_clinic in groupby(rows, key=lambda row: row.clinic_id):
        ours = list(of_clinic)
        imported = _imported_measures(clinic_id) if any(row.is_imported for row in ours) else {}
        for row in ours:
            yield _course(row, imported), row.zone


def _imported_measures(clinic_id: int) -> Measures:
    known = known_scales(clinic=Clinic.objects.get(pk=clinic_id))
    return {code: _measure(scale) for code, scale in known.items()}


def _measure(scale: Scale | PastScale) -> Measure:
    if isinstance(scale, Scale):
        return Measure(scale.minimum, scale.maximum, scale.higher_is_better, scale.mcid, scale.is_amount)
    return Measure(scale.minimum, scale.maximum, scale.is_higher_better, scale.mcid)


def _course(row: _Read, imported: Measures) -> CourseFacts:
    zone = row.zone
    left = [day for day in (row.died_on, _day(row.registry_stopped_at, zone)) if day]
    return CourseFacts(
        pk=row.pk,
        clinic_id=row.clinic_id,
        treatment_type_id=row.treatment_type_id,
        modality=row.modality,
        region=row.region,
        side=row.side,
        source_site=row.source_site,
        source_clinician=row.source_clinician,
        opened_on=row.opened_on,
        is_imported=row.is_imported,
        counts_from_first=row.anchor == Protocol.Anchor.FIRST,
        sessions=[(_treated(performed_at, zone), by) for performed_at, by in row.sessions or ()],
        asked=[_asked(row.clinic_id, *one) for one in row.asked or ()],
        given=[_given(row.clinic_id, imported, *one) for one in row.scores or ()],
        retreated_on=row.retreated_on,
        left_on=min(left, default=None),
        consented_on=_day(row.consented_at, zone),
        withdrawn_on=_day(row.withdrawn_at, zone),
    )


def _day(instant: dt.datetime | None, zone: ZoneInfo) -> dt.date | None:
    return instant.astimezone(zone).date() if instant else None


def _treated(performed_at: str, zone: ZoneInfo) -> Treated:
    instant = dt.datetime.fromisoformat(performed_at)
    return Treated(instant, instant.astimezone(zone).date())


def _asked(
    clinic_id: int,
    name: str,
    opens_day: int,
    target_day: int,
    closes_day: int,
    instruments: Sequence[tuple[str, str | None]] | None,
    has_survey: bool,
    is_opened: bool,
    is_complete: bool,
    channel: str | None,
) -> Asked:
    asked = [_instrument(clinic_id, code, version) for code, version in instruments or ()]
    scales = [scale.code for one in asked if one is not None for scale in one.scales]
    days = (opens_day, target_day, closes_day)
    return Asked(name, *days, scales, has_survey, is_opened, is_complete, channel or "")


def _instrument(clinic_id: int, code: str, version: str | None) -> Instrument | None:
    """What a check-in about this would ask; None while the clinic has no words to ask it in."""
    if version is not None:
        return instruments_at(clinic_id, [code], [version])[0]
    shipped = library().get(code)
    return shipped if shipped is not None and shipped.is_ready else None


def _given(
    clinic_id: int,
    imported: Measures,
    pk: int,
    is_own: bool,
    scale: str,
    timepoint: str,
    value: str | None,
    day: int,
    taken_on: str,
    excluded: str,
    mode: str | None,
    language: str | None,
    completed_at: str | None,
    instruments: list[str] | None,
    versions: list[str] | None,
) -> Given:
    entered_at = dt.datetime.fromisoformat(completed_at) if completed_at else None
    taken = Taken(
        taken_on=dt.date.fromisoformat(taken_on),
        value=None if value is None else Decimal(value),
        # Somebody of the clinic typed it in: that it was answered on that day is known, and no more.
        taken_at=None if mode in Survey.ASSISTED_MODES else entered_at,
        entered_at=entered_at,
        is_counted=excluded != Score.Excluded.PROXY,
        pk=pk,
    )
    known = _measures_at(clinic_id, tuple(instruments), tuple(versions or ())) if instruments else imported
    measure = known.get(scale, UNKNOWN)
    return Given(scale, timepoint, taken, measure, day, is_own, mode or "", language or "")


@cache
def _measures_at(clinic_id: int, codes: tuple[str, ...], versions: tuple[str, ...]) -> Measures:
    """Kept for as long as the process lives: what a version says never changes."""
    asked = instruments_at(clinic_id, codes, versions)
    return {scale.code: _measure(scale) for one in asked for scale in one.scales}
