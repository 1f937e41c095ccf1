"""Adverse events per 100 sessions with exact intervals: by treatment, seriousness, product and lot, and month."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import TruncMonth

from outcomes.figures import Spec
from outcomes.figures.event_rates import EventRate, event_rates
from outcomes.figures.p_chart import p_chart
from outcomes.figures.theme import Variant
from outcomes.numerals import several
from outcomes.reports.filters import ReportFilter
from outcomes.reports.lots_used import lot_tables
from outcomes.reports.months import Counts, MonthChart, month_chart, month_table
from outcomes.reports.results import Caveat, Group
from outcomes.reports.rows import clinic_names
from outcomes.reports.scope import Scope
from outcomes.reports.shapes import Base, Column, Report, ReportTable, TableRow, Unit, Value
from outcomes.reports.treated import (
    NO_MEASURE,
    events_of,
    group_keys,
    group_of,
    in_order,
    rate_or_few,
    sessions_of,
    share_or_few,
    unplaced_events,
)
from outcomes.statistics.exact_rates import exact_proportion, rate_per_100_sessions
from treatments.models import AdverseEvent, TreatmentSession
from treatments.models.events import Relatedness
from treatments.states import LocalDay

ALL = Group("all", "All treatments", "")
SEVERE = 3  # The grade from which an event is severe.
SERIOUS = ~Q(seriousness=[])
KINDS_OF_EVENT = {"events": Q(), "severe": Q(grade__gte=SEVERE), "serious": SERIOUS}
KIND_NAMES = {"events": "Any event", "severe": "Grade 3 or more", "serious": "Serious"}
RATE = "Events for each 100 sessions; one session may have several. Exact interval (Garwood)."
SHARE = "Sessions with at least one such event. Exact interval (Clopper and Pearson)."
EVENT_COLUMNS = (
    Column("sessions", "Sessions", Unit.COUNT, "Sessions that took place."),
    Column("events", "Events", Unit.COUNT, "Adverse events after them; those entered in error do not count."),
    Column("rate", "Events per 100 sessions", Unit.RATE, RATE),
    Column("with_event", "Sessions with an event", Unit.SHARE, SHARE),
    Column("severe", "Grade 3 or more", Unit.COUNT, "Severe by CTCAE version 5."),
    Column("with_severe", "Sessions with grade 3 or more", Unit.SHARE, SHARE),
    Column("serious", "Serious", Unit.COUNT, "By the criteria of 21 CFR 312.32(a)."),
    Column("serious_rate", "Serious per 100 sessions", Unit.RATE, RATE),
    Column("with_serious", "Sessions with a serious event", Unit.SHARE, SHARE),
)


@dataclass(frozen=True)
class Tally:
    """Sessions of one group; by kind of event how many events there were, and after how many sessions."""

    group: Group
    sessions: int
    events: dict[str, int]
    with_event: dict[str, int]


@dataclass(frozen=True)
class SafetyDrawn:
    """What the figures of the report are drawn from."""

    tallies: tuple[Tally, ...]
    months: MonthChart

    def rates(self, *, width: int, variant: Variant = Variant.LIGHT) -> Spec:
        """Sessions with an event, by group and kind of event."""
        rates = [rate for tally in self.tallies for rate in _rates(tally)]
        return event_rates(rates, width=width, variant=variant, title="Sessions with an adverse event")

    def by_month(self, *, width: int, variant: Variant = Variant.LIGHT) -> Spec:
        """Sessions with an event, by month."""
        return p_chart(
            self.months.periods,
            centre=self.months.centre,
            width=width,
            variant=variant,
            title="Sessions with an adverse event, by month",
            nothing="No session has been logged in this selection.",
        )


def safety_report(*, asked: ReportFilter, scope: Scope, as_of: dt.date) -> Report[SafetyDrawn]:
    """Adverse events over sessions, both of the courses asked for. Nine queries, whatever there is."""
    sessions, events = sessions_of(asked, scope), events_of(asked, scope)
    tallies = _tallies(asked, sessions, events)
    total, months = _total(tallies), month_chart(sessions_by_month(sessions, events))
    unplaced = unplaced_events(asked, scope)
    kinds = _by_kind(events)
    return Report(
        as_of=as_of,
        filter=asked,
        clinics=clinic_names(asked, scope),
        measure=None,
        who=f"{several(total.sessions, 'session')}, with {several(total.events['events'], 'adverse event')} after "
        f"{total.with_event['events']:,} of them.",
        finding=_finding(total),
        caveats=(NO_MEASURE, *_caveats(total, unplaced, kinds.get("not_judged", 0))),
        tables=(
            _rates_table(asked, tallies, total),
            _kinds_table(kinds, total.sessions),
            *lot_tables(sessions, events),
            _months_table(months),
        )
        if total.sessions
        else (),
        drawn=SafetyDrawn(tallies, months),
        base=Base(total.sessions, counted="sessions", says_how_they_fared=False, leaving=("rates",)),
    )


def _tallies(asked: ReportFilter, sessions: QuerySet[TreatmentSession], events: QuerySet[Any]) -> tuple[Tally, ...]:
    keys = group_keys(asked, "course__")
    counts: dict[str, Count] = {}
    for name, kind in KINDS_OF_EVENT.items():
        counts[name] = Count("pk", filter=kind)
        counts[f"with_{name}"] = Count("after", filter=kind, distinct=True)
    found = {group_of(tuple(row[key] for key in keys)): row for row in events.values(*keys).annotate(**counts)}
    tallies = []
    for *of, n in sessions.values_list(*keys).annotate(n=Count("pk")):
        row = found.get(group := group_of(tuple(of)), {})
        tallies.append(
            Tally(
                group,
                n,
                {name: row.get(name, 0) for name in KINDS_OF_EVENT},
                {name: row.get(f"with_{name}", 0) for name in KINDS_OF_EVENT},
            )
        )
    return tuple(sorted(tallies, key=lambda tally: in_order(tally.group)))


def _total(tallies: Sequence[Tally]) -> Tally:
    """All groups together: no session is in two of them."""
    return Tally(
        ALL,
        sum(tally.sessions for tally in tallies),
        {name: sum(tally.events[name] for tally in tallies) for name in KINDS_OF_EVENT},
        {name: sum(tally.with_event[name] for tally in tallies) for name in KINDS_OF_EVENT},
    )


def _rates(tally: Tally) -> list[EventRate]:
    shares = {name: exact_proportion(k, tally.sessions) for name, k in tally.with_event.items()}
    return [EventRate(tally.group.label, KIND_NAMES[name], one.k, one.n, one.ci) for name, one in shares.items()]


def _rates_table(asked: ReportFilter, tallies: Sequence[Tally], total: Tally) -> ReportTable:
    lines = (*tallies, total) if len(tallies) > 1 else tallies
    return ReportTable(
        key="rates",
        caption="Adverse events per 100 sessions",
        first="Treatment" if asked.group_by == "treatment" else "Kind of product",
        columns=EVENT_COLUMNS,
        rows=tuple(TableRow(tally.group.label, _rates_row(tally), is_total=tally is total) for tally in lines),
        note="An event counts for the session it names, else for the last session of its course before it began. "
        "No event seen is not no event possible: read the upper end.",
        nested=(("events", "severe"), ("events", "serious")),
    )


def _rates_row(tally: Tally) -> dict[str, Value]:
    n, shares = tally.sessions, {name: exact_proportion(k, tally.sessions) for name, k in tally.with_event.items()}
    return {
        "sessions": n,
        **tally.events,
        "rate": rate_or_few(rate_per_100_sessions(tally.events["events"], n)),
        "serious_rate": rate_or_few(rate_per_100_sessions(tally.events["serious"], n)),
        "with_event": share_or_few(shares["events"]),
        "with_severe": share_or_few(shares["severe"]),
        "with_serious": share_or_few(shares["serious"]),
    }


def _by_kind(events: QuerySet[Any]) -> dict[str, int]:
    """How many events are of each seriousness, grade and judgement."""
    wanted = {f"serious_{code}": Q(seriousness__contains=[code]) for code in AdverseEvent.Seriousness.values}
    wanted["serious_none"] = Q(seriousness=[])
    wanted |= {f"grade_{grade}": Q(grade=grade) for grade in AdverseEvent.Grade.values}
    wanted |= {f"related_{code}": Q(related_to_product=code) for code in Relatedness.values}
    wanted["not_judged"] = Q(related_to_product="")
    return events.aggregate(**{name: Count("pk", filter=which) for name, which in wanted.items()})


def _kinds_table(counts: dict[str, int], sessions: int) -> ReportTable:
    serious = [(f"serious_{one.value}", one.label) for one in AdverseEvent.Seriousness]
    grades = [(f"grade_{one.value}", f"Grade {one.label}") for one in AdverseEvent.Grade]
    related = [(f"related_{one.value}", one.label) for one in Relatedness]
    groups = {
        "Seriousness (an event may meet several criteria)": [*serious, ("serious_none", "Not serious")],
        "Grade": grades,
        "Related to the product": [*related, ("not_judged", "Not judged yet")],
    }
    return ReportTable(
        key="seriousness",
        caption="Events by seriousness, grade and relation to the product",
        first="Kind of event",
        columns=(EVENT_COLUMNS[1], EVENT_COLUMNS[2]),
        rows=tuple(
            TableRow(
                label,
                {"events": counts[key], "rate": rate_or_few(rate_per_100_sessions(counts[key], sessions))},
                group,
            )
            for group, lines in groups.items()
            for key, label in lines
        ),
        note=f"Each line over {several(sessions, 'session')}.",
    )


def sessions_by_month(sessions: QuerySet[TreatmentSession], events: QuerySet[Any]) -> Counts:
    """Of how many sessions of each month how many had an event. One query."""
    month = TruncMonth(LocalDay("clinic__time_zone", "performed_at"))
    rows = sessions.annotate(month=month).values_list("month")
    counts = rows.annotate(n=Count("pk"), k=Count("pk", filter=Q(pk__in=events.values("after"))))
    return {month: (k, n) for month, n, k in counts}


def _months_table(months: MonthChart) -> ReportTable:
    return month_table(
        "months",
        "Sessions with an adverse event, by month of the session",
        months,
        k=Column("with_event", "With an event", Unit.COUNT),
        share=Column("share", "Share", Unit.SHARE, "Sessions with at least one event. Interval: Wilson's."),
        note="An event counts in the month of its session, so the latest months may still gain some.",
    )


def _finding(total: Tally) -> str:
    if not total.sessions:
        return "There is nothing to show yet: no session has been logged in this selection."
    rate = rate_or_few(rate_per_100_sessions(total.events["events"], total.sessions))
    if rate.value is None or rate.ci is None:
        return f"{several(total.sessions, 'session')}: too few for a rate."
    low, high = rate.ci
    if not total.events["events"]:
        return f"No event was recorded. The true rate may still be as high as {high:.2f} per 100 sessions."
    return (
        f"{rate.value:.2f} events per 100 sessions (95 % interval {low:.2f} to {high:.2f}); "
        f"{total.events['serious']:,} of {total.events['events']:,} serious."
    )


def _caveats(total: Tally, unplaced: int, not_judged: int) -> list[Caveat]:
    found = []
    if total.sessions:
        sentence = (
            f"Only what came to the clinic's knowledge and was recorded is counted: {several(total.events['events'], 'event')}. "
            "Treatments differ in whom they are given to and how closely patients are asked: lines are no comparison."
        )
        found.append(Caveat("only_recorded", sentence))
    if unplaced:
        sentence = (
            f"{several(unplaced, 'further event')} of these clinics without a course, or before its first session: "
            "in no line of this report, whatever the filter."
        )
        found.append(Caveat("events_not_placed", sentence))
    if not_judged:
        sentence = (
            f"{several(not_judged, 'event is', 'events are')} not judged yet as to whether the product caused them."
        )
        found.append(Caveat("not_judged", sentence))
    return found
