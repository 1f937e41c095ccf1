"""What became of a clinic's own patients who started like this one: the band behind a curve, and its sentence."""

import datetime as dt
from dataclasses import dataclass

from clinic.models import Clinic
from outcomes.courses_shown import CourseCard
from outcomes.figures.patient_curve import Band
from outcomes.reports.filters import ReportFilter
from outcomes.reports.scope import scope_of_clinic
from outcomes.reports.similar import similar_report
from treatments.vocabulary import Modality, Region


@dataclass(frozen=True)
class Expected:
    """``n``: how many courses the last part of the band is made of; ``matched`` says which count as similar.

    ``band`` is in days from the first session; it is empty, and ``said`` tells why, where nothing can be shown.
    """

    said: str
    matched: str = ""
    honest: str = ""
    band: tuple[Band, ...] = ()
    n: int = 0


def expected_course(card: CourseCard, clinic: Clinic, *, as_of: dt.date) -> Expected:
    """Courses of the same clinic, treatment and region whose baseline was near this one's, without this patient's own.

    See ``outcomes.reports.similar`` for how near, for the least number and for when a band is not shown. Two queries.
    """
    start, course = card.baseline, card.course
    if start is None:
        return Expected("Without a baseline it cannot be said who started alike.")
    asked = ReportFilter(
        clinic=(clinic.public_id,),
        instrument=card.instrument,
        modality=(Modality(course.treatment_type.modality),),
        region=(Region(course.region),),
        start=start,
    )
    report = similar_report(asked=asked, scope=scope_of_clinic(clinic), as_of=as_of, without=course.patient_id)
    shown = report.drawn.outlooks
    if not shown:
        return Expected(f"How it went for similar patients: {report.who} {report.finding}")
    late = card.clock_starts
    band = tuple(Band(late + one.day, one.p10, one.p90) for one in shown)
    return Expected(report.finding, report.drawn.matched, report.caveats[0].sentence, band, shown[-1].n)
