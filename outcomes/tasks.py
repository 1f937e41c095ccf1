"""What Celery runs. Every task is repeatable and carries no data: the rows in PostgreSQL are the queue."""

import datetime as dt
from zoneinfo import ZoneInfo

from celery import shared_task
from django.utils import timezone

from clinic.models import Clinic
from outcomes import actions
from outcomes.models import Delivery
from treatments.actions import end_follow_ups

SHIFT = dt.timedelta(seconds=20)
WORTH_A_WORKER = 100
MOST_WORKERS = 16


@shared_task
def tick() -> None:
    """Bring every clinic's calendar up to now, then deliver, with as many workers as there is work for."""
    at = timezone.now()
    for clinic in Clinic.objects.all():
        end_follow_ups(clinic=clinic, on=at.astimezone(ZoneInfo(clinic.time_zone)).date())
    actions.exclude_late_baselines()
    actions.open_due_surveys(at=at)
    wake_workers(Delivery.objects.queued(at).count())
    deliver()


@shared_task
def deliver() -> None:
    """One worker's shift at the queue."""
    actions.deliver_queued(clock=timezone.now, budget=SHIFT)


@shared_task
def sweep() -> None:
    """Settle what dead workers left behind."""
    actions.sweep_deliveries(at=timezone.now())


def wake_workers(queued: int) -> None:
    """Ask other workers to help. Whoever is too busy to come before the next tick need not come any more."""
    for _helper in range(min(queued // WORTH_A_WORKER, MOST_WORKERS)):
        deliver.apply_async(expires=SHIFT.total_seconds())
