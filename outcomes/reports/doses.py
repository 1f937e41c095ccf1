"""Whether courses with a higher dose changed more: every course as a point, and no word about the cause."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db.models import (
    Aggregate,
    Case,
    Count,
    DecimalField,
    F,
    IntegerField,
    Max,
    Min,
    QuerySet,
    Sum,
    Value,
    When,
)

from outcomes.figures import Spec, Variant
from outcomes.figures.dose_response import Dose, DoseWords, Smooth, dose_response
from outcomes.numerals import decimals, several
from outcomes.reports.caveats import NOT_COMPARED
from outcomes.reports.dimensions import DOSE, of_first_session
from outcomes.reports.filters import ReportFilter
from outcomes.reports.missing import missing_words
from outcomes.reports.results import Caveat, Group
from outcomes.reports.rows import clinic_names, counted, measure_of, outcomes_of, timepoint_of
from outcomes.reports.scope import Measure, Scope
from outcomes.reports.shapes import Column, Report, ReportTable, TableRow, Unit
from outcomes.reports.shown import LEAST_TO_COMPARE, REFUSED, hidden, shown_mean, shown_value
from outcomes.statistics import Mean, mean_from_sums
from outcomes.statistics.correlation import Correlation, PairSums, correlation
from treatments.models import Timepoint
from treatments.timepoints import in_words
from treatments.vocabulary import Modality

MOST_POINTS = 2_000
_CHANGE = F("value") - F("baseline")
_SUMS = {
    "n": Count("pk"),
    "lowest": Min("dose"),
    "highest": Max("dose"),
    "total": Sum("dose"),
    "squares": Sum(F("dose") * F("dose")),
    "change": Sum(_CHANGE),
    "change_squares": Sum(_CHANGE * _CHANGE),
}


@dataclass(frozen=True)
class DoseKind:
    """What counts as the dose of one modality: where it stands, seen from the session, and its unit."""

    modality: Modality
    path: str
    label: str


PLATELETS = DoseKind(Modality.PRP, DOSE, "platelets injected, billions")
CELLS = DoseKind(Modality.CELL, "cell_preparation__nucleated_cells", "nucleated cells, millions")


@dataclass(frozen=True)
class Fifth:
    """Courses of neighbouring doses: from the ``lowest`` to the ``highest``, with the means of dose and change."""

    lowest: Decimal
    highest: Decimal
    dose: Mean
    change: Mean


@dataclass(frozen=True)
class Doses:
    """What the figure shows."""

    points: tuple[Dose, ...]
    fifths: tuple[Fifth, ...]
    measure: Measure
    words: DoseWords


@dataclass(frozen=True)
class _Found:
    """Sums over courses with a dose and a change; ``n_change`` of them and those without a dose."""

    n_change: int
    sums: PairSums
    cuts: Sequence[Decimal]

    @property
    def n_no_dose(self) -> int:
        return self.n_change - self.sums.n


class _Cuts(Aggregate):
    """The doses that end the first four fifths."""

    function = "percentile_disc"
    template = "%(function)s(ARRAY[0.2, 0.4, 0.6, 0.8]) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = ArrayField(DecimalField())


def dose_report(*, asked: ReportFilter, scope: Scope, as_of: dt.date) -> Report[Doses]:
    """Dose of the first session and change at one timepoint. Six queries, at most 2,000 points.

    Of nucleated cells where stem cells alone are asked for, otherwise of the platelets of PRP. At the last timepoint
    asked for, else at the usual one.
    """
    kind, measure = CELLS if asked.modality == (Modality.CELL,) else PLATELETS, measure_of(asked, scope)
    rows = outcomes_of(asked, scope).exclude(timepoint=Timepoint.BASELINE).filter(modality=kind.modality)
    timepoint = timepoint_of(rows, asked)
    at_it = rows.filter(timepoint=timepoint)
    changed = at_it.filter(counted(asked), improvement__isnull=False)
    with_dose = _with_dose(changed, kind)
    found = _found(changed, with_dose)
    together, when = correlation(found.sums), in_words(timepoint).lower()
    fifths = tuple(_fifths(with_dose, found.cuts))
    drawn = Doses(_points(with_dose, kind), fifths, measure, DoseWords("Dose and change", kind.label, when))
    return Report(
        as_of=as_of,
        filter=asked,
        clinics=clinic_names(asked, scope),
        measure=measure,
        who=_who(found, kind, timepoint, missing_words(at_it)),
        finding=_finding(together),
        caveats=tuple(_caveats(found, kind)),
        tables=(_table(drawn), _line(together, drawn)) if found.sums.n else (),
        drawn=drawn,
    )


def draw_doses(drawn: Doses, *, width: int, variant: Variant = Variant.LIGHT) -> Spec:
    """A point for each course, and the mean change of each fifth."""
    smooth = [
        Smooth(fifth.dose.value, fifth.change.value, fifth.change.ci)
        for fifth in drawn.fifths
        if fifth.dose.value is not None and fifth.change.value is not None and fifth.change.ci is not None
    ]
    return dose_response(drawn.points, smooth, drawn.measure, width=width, variant=variant, said=drawn.words)


def _with_dose(changed: QuerySet[Any], kind: DoseKind) -> QuerySet[Any]:
    """Those with a dose, as ``dose``: joined to the session, so that it is looked up once and not once for each sum."""
    joined: QuerySet[Any] = changed.filter(course__sessions=of_first_session("pk"))
    with_dose: QuerySet[Any] = joined.annotate(dose=F(f"course__sessions__{kind.path}")).filter(dose__isnull=False)
    return with_dose


def _found(changed: QuerySet[Any], with_dose: QuerySet[Any]) -> _Found:
    nothing = Decimal(0)
    row = with_dose.aggregate(
        n=Count("pk"),
        x=Sum("dose", default=nothing),
        y=Sum("improvement", default=nothing),
        xx=Sum(F("dose") * F("dose"), default=nothing),
        yy=Sum(F("improvement") * F("improvement"), default=nothing),
        xy=Sum(F("dose") * F("improvement"), default=nothing),
        cuts=_Cuts("dose"),
    )
    return _Found(changed.count(), cuts=row.pop("cuts") or (), sums=PairSums(**row))


def _fifths(with_dose: QuerySet[Any], cuts: Sequence[Decimal]) -> Iterable[Fifth]:
    """The fifths that hold anybody: where many have the same dose, there are fewer than five."""
    if not cuts:
        return
    whens = (When(dose__lte=cut, then=Value(place)) for place, cut in enumerate(cuts))
    place = Case(*whens, default=Value(len(cuts)), output_field=IntegerField())
    rows = with_dose.annotate(place=place).values("place").annotate(**_SUMS).order_by("place")
    for row in rows:
        dose = mean_from_sums(row["n"], row["total"], row["squares"])
        change = mean_from_sums(row["n"], row["change"], row["change_squares"])
        yield Fifth(row["lowest"], row["highest"], dose, change)


def _points(with_dose: QuerySet[Any], kind: DoseKind) -> tuple[Dose, ...]:
    """The courses that were opened last, one point each."""
    group = Group(kind.modality, kind.modality.label, kind.modality)
    newest = with_dose.order_by("-course_id").values_list("dose", _CHANGE)[:MOST_POINTS]
    return tuple(Dose(group, float(dose), float(change)) for dose, change in newest)


def _who(found: _Found, kind: DoseKind, timepoint: str, missing: str) -> str:
    name = kind.modality.label
    if not found.n_change:
        return f"No {name} course has both a score before treatment and one after it yet."
    return (
        f"{in_words(timepoint)}: {missing}{found.n_no_dose:,} of {found.n_change:,} {name} courses with a score before and after "
        f"have no dose recorded, {found.sums.n:,} have one."
    )


def _finding(together: Correlation) -> str:
    if not together.n:
        return "There is nothing to show yet."
    if together.n < LEAST_TO_COMPARE:
        return f"{together.n} {'course' if together.n == 1 else 'courses'}: too few to look for a line."
    if together.value is None or together.ci is None:
        return f"All of {several(together.n, 'course')} have the same dose or the same change: there is no line to look for."
    low, high = (decimals(end, 2) for end in together.ci)
    return (
        f"Dose and improvement of {several(together.n, 'course')}: correlation {decimals(together.value, 2)} (95 % CI {low} to "
        f"{high}); above 0 means that more improvement went with a higher dose."
    )


def _caveats(found: _Found, kind: DoseKind) -> Iterable[Caveat]:
    n = found.sums.n
    if not n:
        return
    yield NOT_COMPARED
    yield Caveat(
        "confounded",
        f"The doses of {several(n, 'course')} were chosen by clinicians and made of the patient's own cells, not drawn by "
        "lot: who got more differs in other ways, too. Nothing here says that the dose was the cause.",
    )
    yield Caveat(
        "first_session",
        f"The dose is that of the first session of each of {several(n, 'course')}; later sessions are not in it.",
    )
    if found.n_no_dose:
        sentence = f"{found.n_no_dose:,} of {found.n_change:,} {kind.modality.label} courses have no dose recorded."
        yield Caveat("no_dose", sentence)
    if n > MOST_POINTS:
        sentence = (
            f"The figure shows the {MOST_POINTS:,} newest of {several(n, 'course')}; all numbers are of all of them."
        )
        yield Caveat("not_all_drawn", sentence)


def _table(drawn: Doses) -> ReportTable:
    return ReportTable(
        key="doses",
        caption=f"Change by fifths of the dose, {drawn.words.when}",
        first="Dose",
        columns=(
            Column("n", "n", Unit.COUNT, "Courses with a dose, a score and a baseline."),
            Column("dose", "Mean dose", Unit.POINTS, drawn.words.dose),
            Column("change", "Mean change", Unit.POINTS, "Follow-up minus before, in points of the scale."),
        ),
        rows=tuple(
            TableRow(
                f"{decimals(float(fifth.lowest))} to {decimals(float(fifth.highest))}",
                {"n": fifth.change.n, "dose": shown_mean(fifth.dose), "change": shown_mean(fifth.change)},
            )
            for fifth in drawn.fifths
        ),
        note="Each fifth has about as many courses; the line of the figure goes through their means.",
    )


def _line(together: Correlation, drawn: Doses) -> ReportTable:
    r = shown_value(together.value, together.n, ci=together.ci, method=together.method)
    return ReportTable(
        key="correlation",
        caption=f"Dose and improvement in a straight line, {drawn.words.when}",
        first="Dose",
        columns=(
            Column("n", "n", Unit.COUNT, "Courses with a dose, a score and a baseline."),
            Column("r", "Correlation", Unit.PLAIN, "Pearson's r; above 0: more improvement with a higher dose."),
        ),
        rows=(
            TableRow(
                drawn.words.dose,
                {"n": together.n, "r": r if together.n >= LEAST_TO_COMPARE else hidden(together.n, REFUSED)},
            ),
        ),
        note="The interval is Fisher's. A correlation says nothing about the cause.",
    )
