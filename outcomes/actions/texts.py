"""A clinic's own words for its messages: every version stays, the newest counts."""

import datetime as dt
import smtplib
from email.utils import formataddr, parseaddr

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction

from clinic.actions import require
from clinic.models import Clinic, User
from clinic.permissions import Permission
from clinic.rules import RuleBroken
from outcomes.models import MessageText
from outcomes.text_rules import problems
from outcomes.texts import Channel, Words, built_in, fill
from outcomes.words import sample_of, words_of


class TextRefused(RuleBroken):
    code = "text_refused"


@transaction.atomic
def edit_text(
    *,
    clinic: Clinic,
    kind: str,
    channel: str,
    language: str,
    subject: str,
    body: str,
    at: dt.datetime,
    by: User,
) -> MessageText | None:
    """The next version of one text; None, and nothing changes, when these words count already.

    Raises TextRefused with the first rule that they break, PermissionDenied.
    """
    require(by, clinic, Permission.MESSAGE_EDIT)
    words = cleaned(channel, subject, body)
    for problem in problems(kind, channel, language, words, sample_of(clinic)):
        raise TextRefused(problem.message, problem.field)
    return _next_version(clinic, (kind, channel, language), words, at, by)


@transaction.atomic
def restore_built_in(
    *, clinic: Clinic, kind: str, channel: str, language: str, at: dt.datetime, by: User
) -> MessageText | None:
    """Let the built-in words count again; None when they do. Raises PermissionDenied."""
    require(by, clinic, Permission.MESSAGE_EDIT)
    return _next_version(clinic, (kind, channel, language), Words("", ""), at, by)


def send_text_to(*, clinic: Clinic, kind: str, channel: str, language: str, subject: str, body: str, by: User) -> None:
    """E-mail one text, saved or not, to the person who writes it, as a patient without a name would get it.

    Raises TextRefused when it breaks a rule or the mail server does not take it, PermissionDenied.
    """
    require(by, clinic, Permission.MESSAGE_EDIT)
    words, sample = cleaned(channel, subject, body), sample_of(clinic)
    for problem in problems(kind, channel, language, words, sample):
        raise TextRefused(problem.message, problem.field)
    filled = fill(words, sample, channel=channel, language=language)
    message = EmailMultiAlternatives(
        subject=filled.subject or f"Text message from {clinic.sender_name}",
        body=filled.text,
        from_email=formataddr((clinic.sender_name, parseaddr(settings.DEFAULT_FROM_EMAIL)[1])),
        to=[by.email],
        headers={"Auto-Submitted": "auto-generated"},
    )
    if filled.html:
        message.attach_alternative(filled.html, "text/html")
    try:
        message.send()
    except (OSError, smtplib.SMTPException):
        raise TextRefused("The mail server did not take it. Try again in a few minutes.") from None


def cleaned(channel: str, subject: str, body: str) -> Words:
    """What was typed without blanks around it; a text message is one line and has no subject."""
    if channel == Channel.SMS:
        return Words("", " ".join(body.split()))
    return Words(" ".join(subject.split()), "\n".join(line.rstrip() for line in body.strip().splitlines()))


def _next_version(
    clinic: Clinic, key: tuple[str, str, str], words: Words, at: dt.datetime, by: User
) -> MessageText | None:
    clinic = Clinic.objects.select_for_update(no_key=True).get(pk=clinic.pk)
    counts = words_of(clinic.pk)[key]
    wanted = words if words.body else built_in()[key]
    if (counts.subject, counts.body) == (wanted.subject, wanted.body):
        return None
    kind, channel, language = key
    versions = MessageText.objects.filter(clinic=clinic, kind=kind, channel=channel, language=language)
    last = versions.order_by("-version").first()
    versions.current().update(is_current=False)
    return MessageText.objects.create(
        clinic=clinic,
        kind=kind,
        channel=channel,
        language=language,
        version=last.version + 1 if last else 1,
        subject=words.subject,
        body=words.body,
        edited_at=at,
        edited_by=by,
    )
