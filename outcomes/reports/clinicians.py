"""Clinicians and sites beside what chance alone would do: the share that improved by 30 %, at one timepoint."""

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import NamedTuple

from django.db.models import Count, F, Q, QuerySet
from django.db.models.functions import Coalesce, TruncMonth

from outcomes.figures import Spec
from outcomes.figures.funnel import Outside
from outcomes.figures.p_chart import p_chart
from outcomes.figures.theme import Variant
from outcomes.models import Outcome
from outcomes.numerals import percent, several
from outcomes.reports.case_mix import (
    CaseMixFound,
    Treated,
    case_mix_caveats,
    case_mix_of,
    case_mix_table,
    may_be_made,
    model_table,
)
from outcomes.reports.caveats import NOT_COMPARED
from outcomes.reports.filters import ReportFilter
from outcomes.reports.labels import Person, labels
from outcomes.reports.months import MonthChart, month_chart, month_table
from outcomes.reports.results import Caveat
from outcomes.reports.rows import clinic_names, counted, measure_of, outcomes_of, timepoint_of
from outcomes.reports.scope import Scope
from outcomes.reports.shapes import Column, Report, ReportTable, Unit
from outcomes.reports.units import Counted, Units, units_of
from outcomes.statistics.suppression import BELOW, is_small
from treatments.models import Timepoint
from treatments.timepoints import in_words

BY_CHANCE = 20  # Of so many, one lies outside the 95 % limits by chance alone.
NO_MONTHS = MonthChart((), None)
NO_CASE_MIX = CaseMixFound((), None)


class Cell(NamedTuple):
    """``k`` of ``n`` courses of one clinician at one site improved; a clinician is a member or a source's own word."""

    clinic: int
    clinician: int | None
    name: str | None
    source_clinician: str
    source_site: str
    n: int
    k: int


@dataclass(frozen=True)
class CliniciansDrawn:
    """What the figures of the report are drawn from."""

    clinicians: Units
    sites: Units
    months: MonthChart

    def clinicians_funnel(self, *, width: int, variant: Variant = Variant.LIGHT) -> Spec:
        """Clinicians by their number of courses."""
        return self.clinicians.figure(width=width, variant=variant)

    def sites_funnel(self, *, width: int, variant: Variant = Variant.LIGHT) -> Spec:
        """Sites by their number of courses."""
        return self.sites.figure(width=width, variant=variant)

    def by_month(self, *, width: int, variant: Variant = Variant.LIGHT) -> Spec:
        """One clinic's share by the month of treatment."""
        return p_chart(
            self.months.periods,
            centre=self.months.centre,
            width=width,
            variant=variant,
            title="Improved by at least 30 %, by month",
            nothing="Drawn for one clinic at a time, once courses have a score before and after treatment.",
        )


def clinician_report(*, asked: ReportFilter, scope: Scope, as_of: dt.date) -> Report[CliniciansDrawn]:
    """Every clinician's and site's share at one timepoint, with the limits of chance. Six queries at most.

    At the last timepoint asked for, else at the usual one. Names are shown to whoever may see them
    at every clinic asked for; others see letters, themselves, and no small cells.
    """
    rows = outcomes_of(asked, scope).exclude(timepoint=Timepoint.BASELINE)
    timepoint = timepoint_of(rows, asked)
    scored = rows.filter(counted(asked), timepoint=timepoint)
    judged = scored.filter(is_responder_30__isnull=False)
    cells = _cells(judged)
    is_open = set(asked.clinic) <= scope.named
    clinicians = units_of(_clinicians(cells, scope, is_open=is_open), word="clinician", is_open=is_open)
    sites = units_of(_sites(cells, scope, asked), word="site", is_open=is_open)
    months = _months(judged) if len(asked.clinic) == 1 else NO_MONTHS
    n, k = sum(cell.n for cell in cells), sum(cell.k for cell in cells)
    # What was to be expected of whose patients is for those who may see whose they are.
    adjusted = case_mix_of(judged) if is_open and may_be_made(n, k) else NO_CASE_MIX
    return Report(
        as_of=as_of,
        filter=asked,
        clinics=clinic_names(asked, scope),
        measure=measure_of(asked, scope),
        who=_who(timepoint, sites, clinicians),
        finding=_finding(clinicians),
        caveats=(
            *_caveats(clinicians, cells, scored.count() - n, is_open=is_open),
            *(case_mix_caveats(adjusted.model, n, k) if is_open else ()),
        )
        if n
        else (),
        tables=(*_tables(timepoint, clinicians, sites, months), *_adjusted_tables(adjusted, asked, scope)) if n else (),
        drawn=CliniciansDrawn(clinicians, sites, months),
    )


def _cells(judged: QuerySet[Outcome]) -> list[Cell]:
    of = ("clinic_id", "clinician_id", "clinician__full_name", "source_clinician", "source_site")
    counts = {"n": Count("pk"), "k": Count("pk", filter=Q(is_responder_30=True))}
    return [Cell(*row) for row in judged.values_list(*of).annotate(**counts)]


def _clinicians(cells: Iterable[Cell], scope: Scope, *, is_open: bool) -> list[Counted]:
    """One for each clinician of each clinic: by name where names may be shown, else the own one and letters."""
    found: dict[tuple[int, int | None, str], list[Cell]] = defaultdict(list)
    for cell in cells:
        if cell.clinician is not None or cell.source_clinician:
            found[cell.clinic, cell.clinician, cell.name or cell.source_clinician].append(cell)
    counts = {key: _sum(key[2], of) for key, of in found.items()}
    own = {key for key in counts if key[1] is not None and key[1] == scope.viewer}
    people = {key: Person(one.label, one.n, key in own) for key, one in counts.items()}
    called = labels(people, "Clinician", is_open=is_open)
    return [Counted(label, counts[key].k, counts[key].n, key in own) for key, label in called.items()]


def _sites(cells: Iterable[Cell], scope: Scope, asked: ReportFilter) -> list[Counted]:
    """One for each clinic, or for each site that a clinic's imported history names."""
    label_of = _site_labels(asked, scope)
    found: dict[str, list[Cell]] = defaultdict(list)
    for cell in cells:
        found[label_of(cell)].append(cell)
    return [_sum(label, found[label]) for label in sorted(found)]


def _site_labels(asked: ReportFilter, scope: Scope) -> Callable[[Cell | Treated], str]:
    names = {clinic.pk: clinic.name for clinic in scope.clinics.values()}

    def label_of(row: Cell | Treated) -> str:
        clinic = names[row.clinic]
        several = f"{clinic}, {row.source_site}" if len(asked.clinic) > 1 else row.source_site
        return several if row.source_site else clinic

    return label_of


def _adjusted_tables(found: CaseMixFound, asked: ReportFilter, scope: Scope) -> Iterable[ReportTable]:
    if found.model is None:
        return
    site_of = _site_labels(asked, scope)
    clinicians = found.units(lambda one: (one.name or one.source_clinician, one.clinic, one.clinician))
    sites = found.units(lambda one: (site_of(one), one.clinic, None))
    if clinicians:
        yield case_mix_table("case_mix", "Clinician", clinicians, found.model)
    if len(sites) > 1:
        yield case_mix_table("case_mix_sites", "Site", sites, found.model)
    yield model_table(found.model)


def _sum(label: str, cells: Iterable[Cell]) -> Counted:
    return Counted(label, *(sum(values) for values in zip(*((cell.k, cell.n) for cell in cells), strict=True)))


def _months(judged: QuerySet[Outcome]) -> MonthChart:
    counts = {"n": Count("pk"), "k": Count("pk", filter=Q(is_responder_30=True))}
    of = judged.annotate(month=Coalesce(F("treated_month"), TruncMonth("opened_on"))).values_list("month")
    return month_chart({month: (k, n) for month, n, k in of.annotate(**counts)})


def _who(timepoint: str, sites: Units, clinicians: Units) -> str:
    if not timepoint:
        return "No course has a score after treatment yet."
    n = "too few courses to show" if sites.n is None else several(sites.n, "course")
    return f"{in_words(timepoint)}: {n} with a score and a baseline above 0, of {several(len(clinicians.lines), 'clinician')}."


def _finding(clinicians: Units) -> str:
    if not clinicians.lines:
        return "There is nothing to show yet: no such course names its clinician."
    if clinicians.placement is None:
        return "Too few to compare: at least 2 clinicians with 10 courses each are needed, and not all alike."
    between, placed = clinicians.placement.between, len(clinicians.lines) - clinicians.n_few
    if not between.tau_squared:
        return (
            f"No detectable difference between clinicians: taken together, the {placed:,} with at least 10 courses "
            f"differ by no more than chance would make them. {_outside(clinicians)}"
        )
    sd = between.tau_squared**0.5
    return (
        f"The {placed:,} clinicians with at least 10 courses differ by more than chance alone would make them, by "
        f"about {100 * sd:.1f} percentage points (standard deviation). Whom each treats may explain it. "
        f"{_outside(clinicians)}"
    )


def _outside(clinicians: Units) -> str:
    far = sum(line.outside is Outside.LIMITS_998 for line in clinicians.lines)
    return f"{far:,} of them outside the 99.8 % limits."


def _caveats(clinicians: Units, cells: Iterable[Cell], left_out: int, *, is_open: bool) -> Iterable[Caveat]:
    count, nameless = len(clinicians.lines), sum(c.n for c in cells if c.clinician is None and not c.source_clinician)
    said = {
        "not_adjusted": f"Places beside chance are not adjusted for patients: {several(count, 'clinician')} may treat other "
        "people, other regions and milder or worse pain. A place here says nothing about how good anybody is.",
        "many_comparisons": f"With {several(count, 'clinician')}, about {count / BY_CHANCE:.1f} lie outside the 95 % limits by "
        "chance alone.",
    }
    if clinicians.n_few:
        said["few_cases"] = (
            f"{several(clinicians.n_few, 'clinician has', 'clinicians have')} fewer than 10 courses here: too few to compare."
        )
    if nameless:
        said["clinician_unknown"] = f"{_number(nameless, is_open=is_open)} courses name no clinician."
    if left_out:
        number = _number(left_out, is_open=is_open)
        said["no_percentage"] = f"{number} courses with a score have no baseline above 0 and are left out."
    if not is_open:
        said["names_hidden"] = (
            f"Names are for managers. Counts of 1 to {BELOW - 1} are hidden, and others from which they would follow."
        )
    return (NOT_COMPARED, *(Caveat(code, sentence) for code, sentence in said.items()))


def _number(n: int, *, is_open: bool) -> str:
    return f"{n:,}" if is_open or not is_small(n) else f"Fewer than {BELOW}"


def _tables(timepoint: str, clinicians: Units, sites: Units, months: MonthChart) -> Iterable[ReportTable]:
    when = in_words(timepoint).lower()
    if clinicians.lines:
        yield clinicians.table("clinicians", f"Clinicians and chance, {when}{_around(clinicians)}")
    if len(sites.lines) > 1:
        yield sites.table("sites", f"Sites and chance, {when}{_around(sites)}")
    if months.periods:
        yield month_table(
            "months",
            f"Improved by at least 30 %, {when}, by month of treatment",
            months,
            k=Column("improved", "Improved by at least 30 %", Unit.COUNT),
            share=Column("share", "Share", Unit.SHARE, "Interval: Wilson's."),
            note="Imported courses count in the month in which they were opened.",
        )


def _around(units: Units) -> str:
    if units.k is None or not units.n:
        return ""
    return f": around {percent(units.k / units.n)}, {units.k:,} of {units.n:,}"
