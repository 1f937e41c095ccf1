"""What it took to get the answers in the last year: messages, calls by staff, and the time and patience of patients."""

import datetime as dt
from collections.abc import Mapping
from typing import Any, NamedTuple

from django.db.models import Count, Q

from outcomes.models import Call, CallAttempt, Delivery, Survey
from outcomes.reports.check_ins import LOOKS_BACK, CheckInReport, check_ins_of
from outcomes.reports.collection.ways import CHANNELS
from outcomes.reports.filters import ReportFilter
from outcomes.reports.scope import Scope
from outcomes.reports.shapes import Column, ReportTable, Statistic, TableRow, Unit
from outcomes.reports.shown import shown_share, shown_value
from treatments.timepoints import planned_day

_STOPPED = Q(channel="email", patient__email_stopped_at__isnull=False) | Q(
    channel="sms", patient__sms_stopped_at__isnull=False
)
_MESSAGES = {
    "sent": Count("pk", distinct=True),
    "bounced_hard": Count("pk", distinct=True, filter=Q(changes__after="bounced_hard")),
    "bounced_soft": Count("pk", distinct=True, filter=Q(changes__after="bounced_soft")),
    "complained": Count("pk", distinct=True, filter=Q(changes__after="complained")),
    "patients": Count("patient", distinct=True),
    "stopped": Count("patient", distinct=True, filter=_STOPPED),
}
_CALLS = {
    "calls": Count("pk"),
    "tried": Count("pk", filter=Q(tries__gt=0)),
    "answered": Count("pk", filter=Q(tries__gt=0, survey__completed_at__isnull=False)),
}


class Calls(NamedTuple):
    """Calls to be made, those that were tried, of these how many check-ins were then sent in; attempts by outcome."""

    calls: int
    tried: int
    answered: int
    attempts: Mapping[str, int]


class Effort(NamedTuple):
    """Everything of the last year, of the courses and timepoints that were asked for."""

    messages: Mapping[str, Mapping[str, int]]
    calls: Calls
    check_ins: CheckInReport


def effort(asked: ReportFilter, scope: Scope, at: dt.datetime) -> Effort:
    """Counted up to this instant. Nine queries at most, however much was sent."""
    since = at - LOOKS_BACK
    surveys = Survey.objects.filter(_of(asked, scope, ""))
    messages = Delivery.objects.filter(_of(asked, scope, "survey__"), accepted_at__gte=since).order_by()
    calls = Call.objects.filter(_of(asked, scope, "survey__"), made_at__gte=since).order_by()
    attempts = (
        CallAttempt.objects.counted().filter(_of(asked, scope, "call__survey__"), call__made_at__gte=since).order_by()
    )
    by_channel = messages.values("channel").annotate(**_MESSAGES)
    return Effort(
        messages={row.pop("channel"): row for row in by_channel},
        calls=Calls(
            **calls.aggregate(**_CALLS), attempts=dict(attempts.values_list("outcome").annotate(n=Count("pk")))
        ),
        check_ins=check_ins_of(surveys, at=at),
    )


def _of(asked: ReportFilter, scope: Scope, path: str) -> Q:
    """The same courses and timepoints as the outcomes of the report; ``path`` leads to the survey."""
    first, last = (planned_day(name or "") for name in (asked.first_timepoint, asked.last_timepoint))
    limits: dict[str, Any] = {
        "course__treatment_type__modality__in": asked.modality or None,
        "course__region__in": asked.region or None,
        "course__opened_on__gte": asked.opened_from,
        "course__opened_on__lte": asked.opened_to,
        "timepoint__target_day__gte": first,
        "timepoint__target_day__lte": last,
    }
    chosen = {f"{path}follow_up__{name}": value for name, value in limits.items() if value is not None}
    return Q(clinic__in=[scope.clinics[clinic].pk for clinic in asked.clinic], **chosen)


def effort_tables(found: Effort) -> tuple[ReportTable, ...]:
    """Those of which there is something to tell."""
    tables = (_messages(found.messages), _calls(found.calls), _minutes(found.check_ins), _questions(found.check_ins))
    return tuple(table for table in tables if table.rows)


def _messages(by_channel: Mapping[str, Mapping[str, int]]) -> ReportTable:
    return ReportTable(
        key="messages",
        caption="Messages of the last 365 days",
        first="Channel",
        columns=(
            Column("sent", "Sent", Unit.COUNT, "Accepted by a mail or text server; reminders count each."),
            Column("bounced_hard", "Came back for good", Unit.SHARE, "Of those sent."),
            Column("bounced_soft", "Came back for now", Unit.SHARE, "Of those sent, at least once."),
            Column("complained", "Reported as unwanted", Unit.SHARE, "Of those sent."),
            Column("stopped", "Patients who stopped it", Unit.SHARE, "Of the patients written to on this channel."),
        ),
        rows=tuple(
            TableRow(label, _message_values(by_channel[channel]))
            for channel, label in CHANNELS.items()
            if channel in by_channel
        ),
    )


def _message_values(counts: Mapping[str, int]) -> dict[str, Statistic | int]:
    shares = {
        name: shown_share(counts[name], counts["sent"]) for name in ("bounced_hard", "bounced_soft", "complained")
    }
    return {"sent": counts["sent"], **shares, "stopped": shown_share(counts["stopped"], counts["patients"])}


def _calls(calls: Calls) -> ReportTable:
    all_of_them = TableRow(
        "All", {"attempts": sum(calls.attempts.values()), "answered": shown_share(calls.answered, calls.tried)}
    )
    by_outcome = (
        TableRow(label, {"attempts": calls.attempts[outcome]})
        for outcome, label in Call.Outcome.choices
        if outcome in calls.attempts
    )
    return ReportTable(
        key="calls",
        caption="Calls by staff of the last 365 days",
        first="How the attempt ended",
        columns=(
            Column("attempts", "Attempts", Unit.COUNT, "Each time that somebody called."),
            Column("answered", "Check-ins sent in after a call", Unit.SHARE, "Of the check-ins somebody called about."),
        ),
        rows=(all_of_them, *by_outcome) if calls.calls else (),
        note=f"{calls.calls:,} calls were to be made, {calls.tried:,} were tried. What a call costs is not recorded.",
    )


def _minutes(check_ins: CheckInReport) -> ReportTable:
    return ReportTable(
        key="minutes",
        caption="Minutes from Start to Send, check-ins opened in the last 365 days",
        first="Language and device",
        columns=(
            Column("n", "Sent in", Unit.COUNT, "Without staff."),
            Column("median", "Median, minutes", Unit.POINTS, "Half took no longer."),
            Column("p90", "Nine of ten, minutes", Unit.POINTS, "Nine of ten took no longer."),
        ),
        rows=tuple(
            TableRow(
                f"{pace.language}, {pace.device or 'device not known'}",
                {
                    "n": pace.n,
                    "median": shown_value(pace.median_minutes, pace.n, method="type_7"),
                    "p90": shown_value(pace.p90_minutes, pace.n, method="type_7"),
                },
            )
            for pace in check_ins.paces
        ),
        note=f"{check_ins.opened:,} were opened for patients, {check_ins.started:,} begun, {check_ins.completed:,} sent in.",
    )


def _questions(check_ins: CheckInReport) -> ReportTable:
    return ReportTable(
        key="questions",
        caption="Where people stop, check-ins opened in the last 365 days",
        first="Question",
        columns=(
            Column("reached", "Reached", Unit.COUNT, "Came to the question."),
            Column("skipped", "Skipped", Unit.SHARE, "Of those who came to it."),
            Column("stopped", "Stopped here", Unit.SHARE, "Came to it and did not go on for two days."),
        ),
        rows=tuple(
            TableRow(
                line.name,
                {
                    "reached": line.reached,
                    "skipped": shown_share(line.skipped, line.reached),
                    "stopped": shown_share(line.stopped, line.reached),
                },
            )
            for line in check_ins.questions
        ),
    )
