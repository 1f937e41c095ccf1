"""Judging an event, and marking the reports it asks for as sent."""

import datetime as dt
from typing import Any

from django.db import transaction

from clinic.actions import require
from clinic.models import User
from clinic.permissions import Permission
from treatments import regulatory
from treatments.actions.events.checks import local_day
from treatments.actions.events.clocks import keep_in_step
from treatments.actions.events.refusals import EventRefused
from treatments.actions.events.versions import locked, replace
from treatments.models import AdverseEvent, RegulatoryReport, Relatedness


@transaction.atomic
def review_event(
    *,
    event: AdverseEvent,
    version: int,
    related_to_product: str,
    related_to_procedure: str,
    is_expected: bool,
    note: str,
    at: dt.datetime,
    by: User,
) -> AdverseEvent:
    """The causality review. Reports that rest on it come or go; a later review replaces this one.

    Raises PermissionDenied, EventChanged, EventVoided, EventRefused.
    """
    require(by, event.clinic, Permission.EVENT_REVIEW)
    event = locked(event.pk, version)
    for field, judged in (("related_to_product", related_to_product), ("related_to_procedure", related_to_procedure)):
        if judged not in Relatedness.values:
            raise EventRefused("Choose how the event is related, from unrelated to definite.", field)
    judgement: dict[str, Any] = {
        "related_to_product": related_to_product,
        "related_to_procedure": related_to_procedure,
        "is_expected": is_expected,
        "review_note": note.strip(),
        "reviewed_at": at,
        "reviewed_by": by,
    }
    event = replace(event, judgement, reason="", at=at, by=by)
    keep_in_step(event)
    done = event.reports.filter(kind=regulatory.REVIEW, sent_on=None)
    done.update(sent_on=local_day(event.clinic, at), sent_by=by)
    return event


@transaction.atomic
def mark_report_sent(
    *, report: RegulatoryReport, reference: str, sent_on: dt.date, at: dt.datetime, by: User
) -> RegulatoryReport:
    """The report went out on this day. Marked again, it is corrected; what was written before is kept.

    Raises PermissionDenied, EventVoided, EventRefused.
    """
    require(by, report.clinic, Permission.EVENT_REVIEW)
    event = locked(report.event_id)
    report = event.reports.select_related("clinic").get(pk=report.pk)
    _check_sending(event, report, sent_on, at)
    if (report.sent_on, report.reference) == (sent_on, reference.strip()):
        return report
    replace(event, {}, reason=f"{report.get_kind_display()}: marked as sent", at=at, by=by)
    report.sent_on, report.sent_by, report.reference = sent_on, by, reference.strip()
    report.save(update_fields=["sent_on", "sent_by", "reference"], force_update=True)
    return report


def _check_sending(event: AdverseEvent, report: RegulatoryReport, sent_on: dt.date, at: dt.datetime) -> None:
    if report.kind == regulatory.REVIEW:
        raise EventRefused("A causality review is done on the event's page, not sent.", "kind")
    if not report.is_needed and report.sent_on is None:
        raise EventRefused("This report is not needed any more, by the review of the event.", "kind")
    if sent_on > local_day(event.clinic, at):
        raise EventRefused("The report cannot have been sent in the future.", "sent_on")
    if sent_on < local_day(event.clinic, event.first_aware_at):
        raise EventRefused("The report cannot have been sent before the clinic knew of the event.", "sent_on")
