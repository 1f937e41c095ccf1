"""Groups compared over time at the same baseline, with who is missing beside it (analytics 2.8, 2.9, 2.11)."""

import datetime as dt
from collections.abc import Callable, Iterator

from django.core.cache import cache
from django.db.models import QuerySet

from clinic.models import Job
from outcomes.figures.compared import Compared as Drawn
from outcomes.figures.group_comparison import Comparison, Difference, LsMean
from outcomes.models import Outcome
from outcomes.reports.compare_tables import compare_tables, contrast
from outcomes.reports.compare_words import compare_caveats, finding_of, who_of
from outcomes.reports.comparing import Compared, compared
from outcomes.reports.course_rows import course_rows, imported_caveats
from outcomes.reports.filters import ReportFilter
from outcomes.reports.rows import clinic_names, measure_of, outcomes_of
from outcomes.reports.scope import Scope
from outcomes.reports.shapes import Report
from outcomes.reports.stored import Answer, from_json, to_json
from outcomes.reports.versions import version_of
from treatments.models import Timepoint

KIND = "compare"
# To be raised whenever the same rows would give another answer.
CODE_VERSION = 2
# A model of so many rows takes three to five seconds, for which a page can wait; more is a worker's.
MOST_ROWS = 6_000
# A page and its figures ask the same thing; the answer is found again for as long as the data are the same.
KEPT = 3600  # seconds
# Imputing what is missing holds fifty copies of the table: of so many rows, some hundred megabytes.
MOST_ROWS_OF_ALL = 400_000


def compare_report(*, asked: ReportFilter, scope: Scope, as_of: dt.date) -> Report[Drawn]:
    """The groups by the first model that their data carry; refused in words where there is none. Three or four queries.

    More than ``MOST_ROWS`` follow-ups are compared by a worker. Until somebody has asked for that and it has come to its
    end, the report says so and ``is_for_a_worker``.
    """
    n_rows = _follow_ups(asked, scope).count()
    answer = _worked_out(asked, scope) if n_rows > MOST_ROWS else _compared_once(asked, scope)
    measure = measure_of(asked, scope)
    said = answer or _too_many(asked, n_rows)
    return Report(
        as_of=as_of,
        filter=asked,
        clinics=clinic_names(asked, scope),
        measure=measure,
        who=said.who,
        finding=said.finding,
        caveats=said.caveats,
        tables=said.tables,
        drawn=Drawn(said.comparison, measure),
        is_for_a_worker=answer is None and fits_a_worker(asked, scope),
    )


def _compared_once(asked: ReportFilter, scope: Scope) -> Answer:
    place = f"{KIND}-{version_of(asked, scope, CODE_VERSION)}"
    kept = cache.get(place)
    if kept is not None:
        return from_json(kept)
    answer = compared_now(asked, scope)
    cache.set(place, to_json(answer), KEPT)
    return answer


def compared_now(asked: ReportFilter, scope: Scope, tell: Callable[[int], None] = lambda percent: None) -> Answer:
    """The comparison, however long it takes. ``tell`` hears how many percent are done."""
    courses = [one for one in course_rows(outcomes_of(asked, scope), asked) if one.points]
    tell(20)
    found = compared(courses, asked, measure_of(asked, scope))
    tell(90)
    return Answer(
        who_of(found, len(courses)),
        finding_of(found),
        (*compare_caveats(found), *imported_caveats(courses)),
        compare_tables(found),
        _drawn(found),
    )


def fits_a_worker(asked: ReportFilter, scope: Scope) -> bool:
    """Whether a job can answer it: it is about one clinic, whose staff may all see the answer, and not too much."""
    return len(asked.clinic) == 1 and _follow_ups(asked, scope).count() <= MOST_ROWS_OF_ALL


def _follow_ups(asked: ReportFilter, scope: Scope) -> QuerySet[Outcome]:
    return outcomes_of(asked, scope).exclude(timepoint=Timepoint.BASELINE)


def _worked_out(asked: ReportFilter, scope: Scope) -> Answer | None:
    """What a worker found for this question about these data."""
    jobs = Job.objects.filter(clinic__in=[scope.clinics[one].pk for one in asked.clinic], kind=KIND)
    version = version_of(asked, scope, CODE_VERSION)
    done = jobs.filter(version=version, state=Job.State.DONE).first()
    return from_json(done.result) if done else None


def _too_many(asked: ReportFilter, n_rows: int) -> Answer:
    said = f"{n_rows:,} follow-ups are more than the {MOST_ROWS:,} that a page can wait for."
    if n_rows > MOST_ROWS_OF_ALL or len(asked.clinic) > 1:
        said = f"{said} Choose fewer: one clinic, one region, or a shorter time."
    return Answer(said, "Nothing has been compared yet.", (), (), Comparison([], [], ""))


def _drawn(found: Compared) -> Comparison:
    """All groups, and the difference of the two largest."""
    if not found.visits:
        return Comparison([], [], "")
    return Comparison(
        list(_ls_means(found)), list(_first_differences(found)), contrast(found.groups[1], found.groups[0])
    )


def _ls_means(found: Compared) -> Iterator[LsMean]:
    for visit in found.visits:
        name = found.timepoints[visit.visit]
        for group, mean, n in zip(found.groups, visit.means, visit.n, strict=True):
            yield LsMean(group, name, found.days[name], mean.value, mean.ci, n)


def _first_differences(found: Compared) -> Iterator[Difference]:
    for visit in found.visits:
        name, difference = found.timepoints[visit.visit], visit.differences[0]
        yield Difference(name, found.days[name], difference.value, difference.ci)
