"""What Celery runs for no app in particular."""

import logging

from celery import shared_task
from django.utils import timezone

from clinic import scope
from clinic.actions import forget_letters, forget_sessions, forget_sign_ins
from clinic.actions.letters import send_letters as send
from outcomes.actions import forget_links
from patients.actions import forget_requests

logger = logging.getLogger(__name__)


@shared_task
def send_letters() -> None:
    """Send what waits to people who work here. Running it twice changes nothing."""
    send(at=timezone.now())


@shared_task
@scope.every_clinic()
def tidy() -> None:
    """Once a night: delete technical rows that nobody needs any more. Repeatable."""
    at = timezone.now()
    everything = (forget_sessions, forget_sign_ins, forget_letters, forget_requests, forget_links)
    counts = {one.__name__: one(at=at) for one in everything}
    logger.info("tidied: %s", ", ".join(f"{name} {count}" for name, count in counts.items()))
