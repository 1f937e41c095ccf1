"""Sending what waits for patients and is about no check-in: the link to their own page, and that an address changed."""

import datetime as dt
import smtplib
from email.utils import formataddr, parseaddr

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.urls import reverse

from outcomes.delivery_rules import Reply
from outcomes.letter_words import letter
from outcomes.lines import UNUSABLE, sms_line
from outcomes.sms_gateway import Sms
from patients.actions import issue_own_link
from patients.models import EMAIL, PatientLetter
from patients.phone_numbers import e164

FIRST_WAIT = dt.timedelta(minutes=1)


def send_patient_letters(*, at: dt.datetime) -> int:
    """Send what is due; how many a server took. Any number of workers may do this at once.

    The link is made here, so that its secret is nowhere but in the message; one that was not taken gets another.
    """
    sent = 0
    while waiting := _claimed(at):
        sent += _sent(waiting, at)
    return sent


@transaction.atomic
def _claimed(at: dt.datetime) -> PatientLetter | None:
    """The next letter, which nobody else takes before its next try. None of a clinic whose messages are held."""
    due = PatientLetter.objects.waiting().filter(next_try_at__lte=at, clinic__messages_held_at=None)
    locked = due.select_for_update(of=("self",), skip_locked=True).select_related("patient__clinic")
    found: PatientLetter | None = locked.order_by("next_try_at", "id").first()
    if found:
        found.attempts += 1
        found.next_try_at = at + FIRST_WAIT * 2**found.attempts
        found.save(update_fields=["attempts", "next_try_at"])
    return found


def _sent(waiting: PatientLetter, at: dt.datetime) -> bool:
    patient, clinic = waiting.patient, waiting.patient.clinic
    link = ""
    if waiting.kind == PatientLetter.Kind.OWN_PAGE:
        link = settings.SITE_URL + reverse("own-page", args=[issue_own_link(patient=patient, at=at)])
    words = letter(
        waiting.kind, waiting.channel, patient.language, clinic=clinic.sender_name, phone=clinic.phone, link=link
    )
    if waiting.channel == EMAIL:
        problem = _mail(clinic.sender_name, waiting.address, words.subject, words.body)
    else:
        problem = _text(clinic.sms_sender, waiting.address, words.body)
    waiting.sent_at, waiting.problem = (None if problem else at), problem
    waiting.save(update_fields=["sent_at", "problem"])
    return not problem


def _mail(sender_name: str, address: str, subject: str, body: str) -> str:
    """Why it was not taken; empty when it was."""
    message = EmailMessage(
        subject=subject,
        body=body,
        from_email=formataddr((sender_name, parseaddr(settings.DEFAULT_FROM_EMAIL)[1])),
        to=[address],
        headers={"Auto-Submitted": "auto-generated"},
    )
    try:
        message.send()
    except (OSError, smtplib.SMTPException) as error:
        return type(error).__name__
    return ""


def _text(sender: str, address: str, body: str) -> str:
    number, line = e164(address), sms_line()
    if number is None or line is None:
        return "No text message can be sent to this number."
    try:
        with line:
            line.open()
            outcome = line.send(Sms(number, body, sender=sender))
    except UNUSABLE as error:
        return str(error)[:200]
    # One that was lost on the way may have arrived; whoever got none presses the button again.
    return "" if outcome.reply in (Reply.ACCEPTED, Reply.LOST) else outcome.detail[:200]
