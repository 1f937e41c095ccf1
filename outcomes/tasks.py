"""What Celery runs. Every task is repeatable and carries no data: the rows in PostgreSQL are the queue."""

import datetime as dt
import logging
from zoneinfo import ZoneInfo

from celery import shared_task
from django.utils import timezone

from clinic import scope
from clinic.actions import forget_job_files
from clinic.clock import database_clock
from clinic.models import Clinic, Job
from outcomes import actions
from outcomes.drawing import process
from outcomes.drawing.ahead import draw_ahead
from outcomes.export_jobs import write_next_export
from outcomes.models import Delivery
from outcomes.monthly_report import send_monthly_reports
from outcomes.report_jobs import work_out_next
from patients.actions import forget_imports
from patients.import_jobs import work_on_next_import
from treatments.actions import end_follow_ups

# Short enough that a tick or a sweep soon gets its turn between two shifts.
SHIFT = dt.timedelta(seconds=20)
WORTH_A_WORKER = 100
MOST_WORKERS = 16
# Some seconds of work.
MARKS_A_TIME = 20_000
HOUR = 60 * 60
logger = logging.getLogger(__name__)


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
    actions.erase_withdrawn(at=at)
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


@shared_task(reject_on_worker_lost=True)
@scope.every_clinic()
def work_out_outcomes() -> None:
    """Work out anew the outcomes of courses that changed, and add up what that changed of sums. The rest comes next time."""
    actions.recompute_marked(at=database_clock()(), most=MARKS_A_TIME)
    actions.settle_tallies()


@shared_task(reject_on_worker_lost=True)
@scope.every_clinic()
def close_windows() -> None:
    """Once a night: what the calendar and the sending of messages changed of outcomes is to be worked out anew."""
    actions.close_windows(at=database_clock()())


@shared_task(reject_on_worker_lost=True)
@scope.every_clinic()
def send_trials() -> None:
    """Send the test messages that wait. Running it twice changes nothing."""
    actions.send_trials(at=database_clock()())


# A file of some million rows; still under the time after which a message is handed out again.
@shared_task(reject_on_worker_lost=True, soft_time_limit=500, time_limit=540)
@scope.every_clinic()
def work_out_reports() -> None:
    """Do one piece of the long work that somebody asked for, and throw away files whose time is over.

    One at a time, so that messages never wait behind statistics.
    """
    clock = database_clock()
    forget_job_files(at=clock())
    forget_imports(at=clock())
    if not Job.objects.at_work(clock()).exists():
        work_on_next_import(clock=clock) or work_out_next(clock=clock) or write_next_export(clock=clock)


@shared_task(reject_on_worker_lost=True)
@scope.every_clinic()
def monthly_reports() -> None:
    """Every hour: at clinics that wish it, from the 2nd of the month on, once."""
    send_monthly_reports(at=database_clock()())


# One clinic after another, for minutes where there are many: confirmed first, so that it is not handed out twice.
@shared_task(acks_late=False, soft_time_limit=HOUR, time_limit=HOUR + 60)
@scope.every_clinic()
def draw_figures() -> None:
    """Once a night, after the windows are closed: draw what every clinic's dashboard and reports begin with.

    By day a figure that has changed is drawn for whoever asks first; that takes less than counting did.
    """
    for clinic in Clinic.objects.all():
        logger.info("figures drawn ahead: %d", draw_ahead(clinic, as_of=timezone.localdate()))
    process.end()


def wake_workers(count: int) -> None:
    """Ask for this many shifts. A wish that nobody had time for in one shift is forgotten; the next tick has its own."""
    for _worker in range(count):
        deliver.apply_async(expires=SHIFT.total_seconds())
