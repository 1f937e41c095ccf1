"""What Celery runs for the floor: letters to people who work here."""

from celery import shared_task
from django.utils import timezone

from clinic.actions.letters import send_letters as send


@shared_task
def send_letters() -> None:
    """Send what waits. Running it twice changes nothing."""
    send(at=timezone.now())
