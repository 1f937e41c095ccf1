"""What Celery runs. Every task is repeatable and carries no data: the rows in PostgreSQL are the queue."""

import datetime as dt
from zoneinfo import ZoneInfo

from celery import shared_task

from clinic import scope
from clinic.clock import database_clock
from clinic.models import Clinic
from outcomes import actions
from outcomes.models import Delivery
from treatments.actions import end_follow_ups

# Short enough that a tick or a sweep soon gets its turn between two shifts.
SHIFT = dt.timedelta(seconds=20)
WORTH_A_WORKER = 100
MOST_WORKERS = 16


@shared_task(reject_on_worker_lost=True)
@scope.every_clinic()
def tick() -> None:
    """Bring every clinic's calendar up to now, open what is due, and wake as many workers as it is worth."""
    at = database_clock()()
    # Before everything else, so that nothing that fails keeps it back.
    actions.escalate_alerts(at=at)
    for clinic in Clinic.objects.all():
        end_follow_ups(clinic=clinic, on=at.astimezone(ZoneInfo(clinic.time_zone)).date())
    actions.exclude_late_baselines()
    actions.restore_baselines()
    actions.mark_after_retreatment()
    actions.erase_withdrawn()
    actions.open_due_surveys(at=at)
    actions.decide_contacts(at=at)
    actions.record_sending_check(at=at)
    due = Delivery.objects.due(at).count()
    wake_workers(min(-(-due // WORTH_A_WORKER), MOST_WORKERS))


@shared_task
@scope.every_clinic()
def deliver() -> None:
    """One worker's shift at the queue. Another follows at once while work is left and the mail server takes it."""
    clock = database_clock()
    accepted = actions.deliver_queued(clock=clock, budget=SHIFT)
    if accepted and Delivery.objects.due(clock()).exists():
        wake_workers(1)


@shared_task(reject_on_worker_lost=True)
@scope.every_clinic()
def sweep() -> None:
    """Settle what dead workers left behind."""
    at = database_clock()()
    actions.sweep_deliveries(at=at)
    actions.apply_events(at=at)
    actions.reconcile_unknown(at=at)


def wake_workers(count: int) -> None:
    """Ask for this many shifts. A wish that nobody had time for in one shift is forgotten; the next tick has its own."""
    for _worker in range(count):
        deliver.apply_async(expires=SHIFT.total_seconds())
