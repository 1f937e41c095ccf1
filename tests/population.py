"""Many courses with scores and check-ins, without the way through surveys: for reports, which only count."""

import datetime as dt
from decimal import Decimal
from itertools import count

from clinic.models import Clinic
from outcomes import actions, scoring
from outcomes.instruments import scales
from outcomes.models import ImportedInstrument, Outcome, OutcomeTally, Score
from outcomes.outcome_rules import RULE_VERSION
from patients.models import Patient
from tests.days import NOON
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


def work_out() -> None:
    """The outcomes of all courses that have none yet, as after an import."""
    actions.recompute_outcomes(course_ids=Course.objects.filter(outcomes=None).values_list("pk", flat=True), at=NOON)


def assert_sums_are_exact() -> None:
    """Whatever was marked is worked out, and then every running sum is what its outcomes add up to."""
    actions.recompute_marked(at=NOON)
    assert [str(cell) for clinic in Clinic.objects.all() for cell in actions.wrong_cells(clinic=clinic)] == []


def scored_in_sums(**cell: object) -> int:
    """How many scores the running sums of these cells count."""
    return sum(row.n for row in OutcomeTally.objects.filter(**cell))


def add_check_in(course: Course, timepoint: str, *, answered: bool = False, ended: bool = False) -> Outcome:
    """The outcome as of a course that is asked at this timepoint: whoever ``answered`` has the score there is, else a 5.

    Not ``ended``: the window is not over.
    """
    work_out()
    row = Outcome.objects.filter(course=course, instrument="nrs_average", timepoint=timepoint).first()
    before = Outcome.objects.filter(course=course, instrument="nrs_average", timepoint="baseline").first()
    row = row or Outcome(
        clinic_id=course.clinic_id, course=course, instrument="nrs_average", timepoint=timepoint,
        target_day=DAYS[timepoint], treatment_type=course.treatment_type, modality=course.treatment_type.modality,
        region=course.region, opened_on=course.opened_on, is_after_retreatment=False, is_treated=True,
        rule_version=RULE_VERSION, baseline=before and before.value,
        no_baseline="" if timepoint == "baseline" or before else "none",
    )  # fmt: skip
    if answered and row.value is None:
        row.value, row.day = Decimal(5), DAYS[timepoint]
    if not answered:
        row.value = row.day = row.improvement = row.is_responder_30 = row.is_responder_50 = None
        row.is_mcid = row.is_worse = None
    row.is_imported, row.is_closed, row.is_due = False, ended, ended
    row.status = "obtained" if answered else "missing" if ended else "not_due"
    row.missing_reason = "unanswered" if row.status == "missing" else ""
    row.was_consented, row.was_sent = True, True
    row.was_opened = row.is_complete = row.is_in_window = answered
    row.save()
    return row


def add_imported_instrument(clinic: Clinic, code: str = "headache_severity", maximum: int = 140) -> ImportedInstrument:
    """An instrument Mendline does not know: 0 to ``maximum``, higher is worse."""
    return ImportedInstrument.objects.create(
        clinic=clinic, code=code, label=f"Label of {code}", minimum=0, maximum=maximum, is_higher_better=False
    )
