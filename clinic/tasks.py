"""What Celery runs for no app in particular. Every task is repeatable and carries no data."""

import logging
from pathlib import Path

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from clinic import anchors, scope, verifying
from clinic.actions import forget_drafts, forget_letters, forget_replies, forget_sessions, forget_sign_ins, seal_audit
from clinic.actions.letters import send_letters as send
from clinic.heartbeats import forget_heartbeats
from clinic.models import ChainHead
from outcomes.actions import forget_links, forget_trials, send_patient_letters
from patients.actions import forget_guesses, forget_own_links, forget_requests

logger = logging.getLogger(__name__)
NIGHT = 6 * 60 * 60


@shared_task
def send_letters() -> None:
    """Send what waits to people who work here. Running it twice changes nothing."""
    send(at=timezone.now())


@shared_task
@scope.every_clinic()
def send_to_patients() -> None:
    """Send what waits to patients and is about no check-in. Running it twice changes nothing."""
    send_patient_letters(at=timezone.now())


@shared_task
@scope.every_clinic()
def tidy() -> None:
    """Once a night: delete technical rows that nobody needs any more. Repeatable."""
    at = timezone.now()
    everything = (
        forget_sessions,
        forget_sign_ins,
        forget_letters,
        forget_replies,
        forget_drafts,
        forget_requests,
        forget_links,
        forget_trials,
        forget_own_links,
        forget_guesses,
        forget_heartbeats,
    )
    counts = {one.__name__: one(at=at) for one in everything}
    logger.info("tidied: %s", ", ".join(f"{name} {count}" for name, count in counts.items()))


@shared_task
@scope.every_clinic()
def seal() -> None:
    """Seal what was written since the last time."""
    seal_audit(at=timezone.now())


@shared_task
@scope.every_clinic()
def anchor() -> None:
    """Write down where every chain ends: in the log, and in a file of its own if there is one."""
    lines = [one.line() for one in anchors.anchors(ChainHead.objects.order_by("pk"), timezone.now())]
    for line in lines:
        logger.info("audit anchor %s", line)
    if settings.AUDIT_ANCHOR_FILE:
        anchors.write(lines, Path(settings.AUDIT_ANCHOR_FILE))


# Longer than a message may stay unconfirmed: confirmed first, so that it is not handed out twice.
@shared_task(acks_late=False, soft_time_limit=NIGHT, time_limit=NIGHT + 60)
@scope.every_clinic()
def verify() -> None:
    """Read the whole audit trail and say in the log what is not as it was sealed."""
    path = Path(settings.AUDIT_ANCHOR_FILE) if settings.AUDIT_ANCHOR_FILE else None
    kept = anchors.read(path) if path and path.exists() else ()
    for finding in verifying.verify(kept):
        logger.error("audit trail: %s", finding)
    logger.info("audit trail verified")
