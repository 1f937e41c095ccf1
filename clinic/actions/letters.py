"""E-mails to people who work here: queued with what they are about, sent by a worker, tried again for some hours."""

import datetime as dt
import smtplib

from django.conf import settings
from django.contrib.auth.tokens import default_token_generator
from django.core.mail import EmailMessage
from django.db import transaction
from django.urls import reverse
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode

from clinic import field_keys
from clinic.letter_words import body_of, subject_of
from clinic.models import StaffLetter, User

Kind = StaffLetter.Kind
FIRST_WAIT = dt.timedelta(minutes=1)
# Nobody's mailbox is filled by somebody who presses the button again and again.
RESETS_EVERY = dt.timedelta(minutes=5)


def queue_letter(
    *, kind: StaffLetter.Kind, email: str, at: dt.datetime, about: str = "", link: str = ""
) -> StaffLetter:
    """A letter that a worker sends within seconds."""
    return StaffLetter.objects.create(
        kind=kind,
        email=email,
        about=about,
        sealed_link=field_keys.seal(link) if link else "",
        queued_at=at,
        next_try_at=at,
    )


def ask_for_password_reset(*, email: str, at: dt.datetime) -> None:
    """The same work whether or not there is an account: a worker finds that out, out of sight of whoever asked."""
    recent = StaffLetter.objects.filter(email=email.lower(), kind=Kind.PASSWORD_RESET, queued_at__gt=at - RESETS_EVERY)
    if not recent.exists():
        queue_letter(kind=Kind.PASSWORD_RESET, email=email.lower(), at=at)


def send_letters(*, at: dt.datetime) -> int:
    """Send what is due; how many the mail server took. Any number of workers may do this at once."""
    sent = 0
    while letter := _claimed(at):
        sent += _send(letter, at)
    return sent


@transaction.atomic
def _claimed(at: dt.datetime) -> StaffLetter | None:
    """The next letter, which nobody else takes before its next try."""
    letter = StaffLetter.objects.select_for_update(skip_locked=True).due(at).order_by("next_try_at").first()
    if letter:
        letter.attempts += 1
        letter.next_try_at = at + FIRST_WAIT * 2**letter.attempts
        letter.save(update_fields=["attempts", "next_try_at"])
    return letter


def _send(letter: StaffLetter, at: dt.datetime) -> int:
    link = field_keys.opened(letter.sealed_link) if letter.sealed_link else ""
    if letter.kind == Kind.PASSWORD_RESET:
        user = User.objects.filter(email=letter.email, is_active=True).first()
        if user is None:
            # Kept without its link as if it had been sent: asking again soon makes no new one, as for a real account.
            _settle(letter, sent_at=at)
            return 0
        link = reset_link(user)
    message = EmailMessage(
        subject=subject_of(letter.kind),
        body=body_of(letter.kind, about=letter.about, link=link),
        to=[letter.email],
        headers={"Auto-Submitted": "auto-generated"},
    )
    try:
        message.send()
    except (OSError, smtplib.SMTPException) as problem:
        _settle(letter, sent_at=None, problem=type(problem).__name__)
        return 0
    _settle(letter, sent_at=at)
    return 1


def _settle(letter: StaffLetter, *, sent_at: dt.datetime | None, problem: str = "") -> None:
    letter.sent_at, letter.problem = sent_at, problem
    if sent_at:
        letter.sealed_link = ""
    letter.save(update_fields=["sent_at", "problem", "sealed_link"])


def reset_link(user: User) -> str:
    """Where this person chooses a new password within the hour. At our own address, whatever a request said."""
    who = urlsafe_base64_encode(force_bytes(user.pk))
    return settings.SITE_URL + reverse("login-reset", args=[who, default_token_generator.make_token(user)])
