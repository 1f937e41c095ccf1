"""Reports that regulations ask for, in the words of the pages: when the clock ends, what it still rests on."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import QuerySet

from clinic.models import Clinic, User
from treatments import regulatory
from treatments.models import AdverseEvent, RegulatoryReport
from treatments.regulatory import Clock


@dataclass(frozen=True)
class DueReport:
    """One report on one day of the clinic's calendar. ``waits_for``: what nobody has judged yet, in words."""

    report: RegulatoryReport
    clock: Clock
    days_left: int
    waits_for: tuple[str, ...]

    @property
    def is_overdue(self) -> bool:
        return self.report.sent_on is None and self.days_left < 0

    @property
    def is_review(self) -> bool:
        return self.clock.kind == regulatory.REVIEW

    @property
    def span(self) -> str:
        """Like "15 days" or "1 working day"."""
        kind = "working day" if self.clock.counts_working_days else "day"
        return f"{self.clock.days} {kind}{'' if self.clock.days == 1 else 's'}"

    @property
    def left(self) -> str:
        """Like "9 days left", "ends today", "2 days overdue"."""
        days = abs(self.days_left)
        count = f"{days} day{'' if days == 1 else 's'}"
        return "ends today" if not days else f"{count} left" if self.days_left > 0 else f"{count} overdue"

    def __str__(self) -> str:
        return f"{self.clock.label}: {self.span}, ends {self.report.due_on:%-d %B %Y} ({self.left})"


def shown(report: RegulatoryReport, event: AdverseEvent, today: dt.date) -> DueReport:
    """The report in words; ``today`` in the clinic's calendar."""
    waits_for = regulatory.not_judged(
        report.kind, is_expected=event.is_expected, related_to_product=event.related_to_product
    )
    days_left = regulatory.days_since(today, report.due_on)
    return DueReport(report, regulatory.clocks()[report.kind], days_left, tuple(waits_for))


def waiting(user: User, clinic: Clinic) -> QuerySet[RegulatoryReport]:
    """The clinic's reports that are needed and not sent, the earliest day first."""
    reports = RegulatoryReport.objects.visible_to(user).filter(clinic=clinic, sent_on=None, is_needed=True)
    return reports.select_related("event__patient", "event__session")
