"""One message before it goes out: everything is asked again under lock, and then there is no way back by itself."""

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import connection
from django.db.models import F
from django.urls import reverse

from clinic import scope
from clinic.links import hash_link, new_token
from clinic.prepared import Prepared
from outcomes import messages
from outcomes.actions.deciding import look_again
from outcomes.actions.deliveries import Claim, because, let_go
from outcomes.actions.waiting import Waiting, locked
from outcomes.asking import instruments_at
from outcomes.delivery_rules import (
    LEASE,
    PAUSED_FOR,
    REACHED,
    Budget,
    why_not_allowed,
    why_not_needed,
)
from outcomes.lines import status_url
from outcomes.mail_server import Envelope
from outcomes.models import Delivery
from outcomes.reasons import Why
from outcomes.sms_gateway import Sms
from outcomes.survey_flow import Question, minutes_for, questions_of
from outcomes.texts import Blanks, Filled, Key, TextKind, Words, content_hash, fill
from outcomes.words import words_of
from patients.actions import flag_address
from patients.models import EMAIL
from patients.phone_numbers import e164

Status = Delivery.Status
Texts = Callable[[int], Mapping[Key, Words]]

# Statements of their own, after the patient is locked: so they see what another worker has just begun to send them.
# Starting asks itself whether anything was sent lately, which is nearly always all that there is to the budget.
SENT_LATELY = """
SELECT started_at FROM outcomes_delivery WHERE patient_id = %s AND started_at > %s AND status = ANY (%s) AND id <> %s
"""
START = """
WITH begun AS (
  UPDATE outcomes_delivery
  SET status = 'sending', lease_until = %(lease_until)s, started_at = %(at)s, reason_code = '', reason = ''
  WHERE id = %(delivery)s AND (%(is_free)s OR NOT EXISTS (SELECT FROM outcomes_delivery other
    WHERE other.patient_id = %(patient)s AND other.started_at > %(counts_from)s AND other.status = ANY (%(reached)s)
      AND other.id <> %(delivery)s))
  RETURNING id
), attempt AS (
  INSERT INTO outcomes_deliveryattempt
    (clinic_id, delivery_id, fence, started_at, outcome, detail, code, text_version, text_hash)
  SELECT %(clinic)s, id, %(fence)s, %(at)s, '', '', '', %(text_version)s, %(text_hash)s FROM begun
), link AS (
  INSERT INTO outcomes_surveylink (clinic_id, survey_id, delivery_id, token_hash, issued_at)
  SELECT %(clinic)s, %(survey)s, id, %(token_hash)s, %(at)s FROM begun
)
SELECT count(*) FROM begun
"""
_START = Prepared(
    "start_delivery",
    {
        **dict.fromkeys(("clinic", "delivery", "survey", "patient"), "bigint"),
        **dict.fromkeys(("fence", "text_version"), "integer"),
        **dict.fromkeys(("at", "counts_from", "lease_until"), "timestamptz"),
        **dict.fromkeys(("token_hash", "text_hash"), "bytea"),
        "reached": "text[]",
        "is_free": "boolean",
    },
    START,
)


def start_delivery(claim: Claim, *, at: dt.datetime, texts: Texts = words_of) -> Envelope | Sms | None:
    """The message to hand over now; None when it must not go out (any more, or yet) or the claim is lost.

    ``texts`` gives a clinic's words by its id; a worker that sends many asks for them once.
    Delivery, survey, follow-up and patient stay locked while this is decided: a survey that is sent in and a consent
    that is withdrawn come either before, and then nothing goes out, or after.
    """
    with scope.of_clinic(claim.clinic_id):
        waiting = locked(claim)
        if waiting is None or _is_over(claim, waiting, at) or _must_wait(claim, waiting, at):
            return None
        return _begun(claim, waiting, at, texts(waiting.clinic_id))


def _is_over(claim: Claim, waiting: Waiting, at: dt.datetime) -> bool:
    """It must never go out: let go of it for good, with the reason."""
    if why := why_not_needed(waiting.facts, on=at.astimezone(ZoneInfo(waiting.time_zone)).date()):
        let_go(claim, status=Status.CANCELLED, **because(why))
    elif why := why_not_allowed(waiting.facts):
        let_go(claim, status=Status.SUPPRESSED, **because(why))
        look_again(claim.delivery_id, at=at)
    return why is not None


def _must_wait(claim: Claim, waiting: Waiting, at: dt.datetime) -> bool:
    """It may go out, but not yet: put it back until then, with the reason. It counts as no attempt."""
    until, why = at, None
    if waiting.is_paused:
        until, why = at + PAUSED_FOR, Why.PAUSED
    elif (allowed := waiting.hours.before_closing(at, waiting.closes_at)) > at:
        until, why = allowed, Why.QUIET_HOURS
    if why is not None:
        _put_back(claim, until, why)
    return why is not None


def _put_back(claim: Claim, until: dt.datetime, why: Why) -> None:
    let_go(claim, status=Status.PENDING, attempts=F("attempts") - 1, not_before=until, **because(why))


def _free_at(claim: Claim, waiting: Waiting, at: dt.datetime) -> dt.datetime:
    with connection.cursor() as cursor:
        cursor.execute(SENT_LATELY, [waiting.patient_id, Budget.counts_from(at), list(REACHED), claim.delivery_id])
        sent = [started_at for (started_at,) in cursor.fetchall()]
    return Budget(waiting.a_day, waiting.a_week).free_at(sent, zone=waiting.patient_zone, at=at)


def _begun(claim: Claim, waiting: Waiting, at: dt.datetime, texts: Mapping[Key, Words]) -> Envelope | Sms | None:
    token = new_token()
    words = texts[_kind_of_words(waiting), waiting.channel, waiting.language]
    link = settings.SITE_URL + reverse("survey-welcome", args=[token])
    filled = fill(words, _blanks(waiting, link), channel=waiting.channel, language=waiting.language)
    try:
        message = _addressed(waiting, filled, token, at)
    except ValidationError:
        let_go(claim, status=Status.FAILED, **because(Why.UNUSABLE))
        flag_address(patient_id=waiting.patient_id, channel=waiting.channel, address=waiting.address, at=at)
        look_again(claim.delivery_id, at=at)
        return None
    values: dict[str, Any] = {
        "clinic": waiting.clinic_id,
        "delivery": claim.delivery_id,
        "survey": waiting.survey_id,
        "patient": waiting.patient_id,
        "counts_from": Budget.counts_from(at),
        "reached": list(REACHED),
        "fence": claim.fence,
        "token_hash": hash_link(token),
        "text_version": words.version,
        "text_hash": bytes.fromhex(content_hash(filled, link=link)),
        "at": at,
        "lease_until": at + LEASE,
    }
    if _start(values, is_free=False):
        return message
    free = _free_at(claim, waiting, at)
    if free <= at and _start(values, is_free=True):
        return message
    _put_back(claim, waiting.hours.before_closing(free, waiting.closes_at), Why.BUDGET)
    return None


def _start(values: dict[str, Any], *, is_free: bool) -> bool:
    with connection.cursor() as cursor:
        _START.run(cursor, {**values, "is_free": is_free})
        return bool(cursor.fetchone()[0])


def _kind_of_words(waiting: Waiting) -> str:
    """Whoever has begun is reminded in other words than whoever has not."""
    has_begun = waiting.started_at is not None and waiting.kind == Delivery.Kind.REMINDER
    return TextKind.REMINDER_STARTED if has_begun else waiting.kind


def _blanks(waiting: Waiting, link: str) -> Blanks:
    questions = _questions(waiting)
    return Blanks(
        given_name=waiting.given_name,
        sender=waiting.sender_name,
        phone=waiting.phone,
        link=link,
        closes_on=waiting.closes_on,
        questions=len(questions),
        minutes=minutes_for(questions),
        begins_with_scale=waiting.started_at is None and questions[0].is_0_to_10,
    )


def _questions(waiting: Waiting) -> list[Question]:
    """All that the link leads to: of this survey and of those that are asked with it."""
    language = waiting.survey_language or waiting.language
    asked = [(waiting.instruments, waiting.versions), *(waiting.companions or ())]
    return [one for each in asked for one in questions_of(instruments_at(waiting.clinic_id, *each), language)]


def _addressed(waiting: Waiting, filled: Filled, token: str, at: dt.datetime) -> Envelope | Sms:
    """The message with its address. Raises ValidationError when that cannot be one."""
    if waiting.channel == EMAIL:
        return _envelope(waiting, filled, token, at)
    number = e164(waiting.address)
    if number is None:
        raise ValidationError("No phone number.")
    return Sms(number, filled.text, status_url(waiting.public_id), waiting.sms_sender)


def _envelope(waiting: Waiting, filled: Filled, token: str, at: dt.datetime) -> Envelope:
    return messages.email_message(
        filled,
        to=waiting.address,
        sender_name=waiting.sender_name,
        public_id=waiting.public_id,
        our_address=settings.DEFAULT_FROM_EMAIL,
        stop_link=settings.SITE_URL + reverse("unsubscribe", args=[token]),
        at=at,
    )
