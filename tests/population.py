"""Many courses with scores and check-ins, without the way through surveys: for reports, which only count."""

import datetime as dt
from decimal import Decimal
from itertools import count

from clinic.models import Clinic
from outcomes import scoring
from outcomes.instruments import scales
from outcomes.models import ImportedInstrument, Score
from patients.models import Patient
from treatments.models import Course, FollowUp, Protocol, TreatmentType

OPENED = dt.date(2026, 1, 15)
DAYS = {"baseline": 0, "week 6": 42, "month 3": 91, "month 6": 182}
_number = count(1)


def add_course(
    clinic: Clinic, treatment: str = "prp", region: str = "knee", opened_on: dt.date = OPENED, **scores: object
) -> Course:
    """A course of a new patient; ``scores`` are those of ``add_scores``."""
    number = next(_number)
    patient = Patient.objects.create(
        clinic=clinic,
        chart_number=f"T{number}",
        is_imported=True,
        registered_at=dt.datetime(2026, 1, 1, tzinfo=dt.UTC),
    )
    course = Course.objects.create(
        clinic=clinic,
        patient=patient,
        treatment_type=TreatmentType.objects.get(clinic=clinic, code=treatment),
        region=region,
        opened_on=opened_on,
        external_ref=f"E{number}",
    )
    add_scores(course, **scores)
    return course


def add_scores(course: Course, instrument: str = "nrs_average", **values: object) -> list[Score]:
    """Scores by timepoint, like ``baseline=7, week_6="4.5"``, judged against this baseline."""
    rule = scales().get(instrument)
    before = values.get("baseline")
    made = []
    for key, given in values.items():
        timepoint, value = key.replace("_", " "), None if given is None else Decimal(str(given))
        score = Score(
            clinic_id=course.clinic_id,
            course=course,
            instrument=instrument,
            timepoint=timepoint,
            day=DAYS[timepoint],
            taken_on=course.opened_on + dt.timedelta(days=DAYS[timepoint]),
            value=value,
            scoring_version=scoring.VERSION,
        )
        if before is not None and timepoint != "baseline":
            score.baseline = Decimal(str(before))
            if value is not None:
                better = rule.higher_is_better if rule else False
                mcid = rule.mcid if rule else None
                judged = scoring.judge(value, score.baseline, higher_is_better=better, mcid=mcid)
                score.is_responder_30, score.is_responder_50 = judged.is_responder_30, judged.is_responder_50
                score.band = judged.band
        score.save()
        made.append(score)
    return made


def add_follow_up(
    course: Course, timepoint: str, *, answered: bool = False, ended: bool = False, treatment: str = "prp"
) -> FollowUp:
    """A check-in of the clinic's protocol for this course."""
    protocol = Protocol.objects.get(clinic_id=course.clinic_id, treatment_type__code=treatment)
    planned = protocol.timepoints.get(name=timepoint)
    day = course.opened_on + dt.timedelta(days=planned.target_day)
    return FollowUp.objects.create(
        clinic_id=course.clinic_id,
        course=course,
        timepoint=planned,
        opens_on=day,
        due_on=day,
        closes_on=day,
        answered_at=dt.datetime.combine(day, dt.time(12), dt.UTC) if answered else None,
        ended_on=day + dt.timedelta(days=1) if ended else None,
    )


def add_imported_instrument(clinic: Clinic, code: str = "headache_severity", maximum: int = 140) -> ImportedInstrument:
    """An instrument Mendline does not know: 0 to ``maximum``, higher is worse."""
    return ImportedInstrument.objects.create(
        clinic=clinic, code=code, label=f"Label of {code}", minimum=0, maximum=maximum, is_higher_better=False
    )
