"""Test messages: asked for by a manager, sent by a worker the way that check-ins go, confirmed by the link in them.

No patient, no check-in and no delivery is touched.
"""

import datetime as dt
import logging
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse

from clinic.actions import require
from clinic.links import hash_link, new_token
from clinic.models import Clinic, User
from clinic.permissions import Permission
from clinic.rules import RuleBroken
from outcomes.actions.sending import LINES, NO_LINE
from outcomes.delivery_rules import Outcome, Reply
from outcomes.lines import UNUSABLE
from outcomes.mail_server import Envelope
from outcomes.messages import email_message
from outcomes.models import TrialMessage
from outcomes.sms_gateway import Sms
from outcomes.texts import Language, fill
from outcomes.trial_words import BY_CHANNEL
from outcomes.words import blanks_of
from patients.models import EMAIL
from patients.phone_numbers import e164

logger = logging.getLogger(__name__)
HOUR = dt.timedelta(hours=1)
KEPT = dt.timedelta(days=90)


class TrialRefused(RuleBroken):
    code = "trial_refused"


@transaction.atomic
def ask_for_trial(*, clinic: Clinic, number: str | None, at: dt.datetime, by: User) -> TrialMessage:
    """A message that a worker sends within seconds: to the own e-mail address, or as a text to ``number``.

    Raises TrialRefused while messages are held, after a few within an hour, and for what is no number;
    PermissionDenied.
    """
    require(by, clinic, Permission.CLINIC_EDIT)
    clinic = Clinic.objects.select_for_update(no_key=True).get(pk=clinic.pk)
    if clinic.messages_held_at:
        raise TrialRefused("Messages of this clinic are held since a backup was put back. Let them go first.")
    _check_pace(clinic, at)
    address = by.email if number is None else _dialled(number)
    return TrialMessage.objects.create(
        clinic=clinic,
        channel=EMAIL if number is None else "sms",
        address=address,
        queued_at=at,
        queued_by=by,
    )


def _check_pace(clinic: Clinic, at: dt.datetime) -> None:
    recent = TrialMessage.objects.filter(clinic=clinic, queued_at__gt=at - HOUR)
    times = list(recent.order_by("-queued_at").values_list("queued_at", flat=True)[: TrialMessage.MOST_AN_HOUR])
    if len(times) == TrialMessage.MOST_AN_HOUR:
        free_at = (times[-1] + HOUR).astimezone(ZoneInfo(clinic.time_zone))
        raise TrialRefused(
            f"{TrialMessage.MOST_AN_HOUR} test messages were asked for within an hour. The next can go out after "
            f"{free_at:%H:%M}."
        )


def _dialled(number: str) -> str:
    if not settings.SMS_URL:
        raise TrialRefused("No text messages are sent here: the settings name no provider.", "number")
    found = e164(number)
    if found is None:
        raise TrialRefused("Mobile number must be a phone number with its area code, like 512-555-0134.", "number")
    return found


def send_trials(*, at: dt.datetime) -> int:
    """Send what waits; how many a server took. Any number of workers may do this at once, and each is tried once."""
    taken = 0
    while claimed := _claimed(at):
        taken += _sent(*claimed, at)
    return taken


@transaction.atomic
def _claimed(at: dt.datetime) -> tuple[TrialMessage, str] | None:
    """The next one, which nobody else takes, and the secret of the link in it. None of a clinic whose messages are held."""
    due = TrialMessage.objects.waiting().filter(clinic__messages_held_at=None).select_related("clinic")
    trial = due.select_for_update(of=("self",), skip_locked=True).first()
    if trial is None:
        return None
    secret = new_token()
    trial.claimed_at, trial.token_hash = at, hash_link(secret)
    trial.save(update_fields=["claimed_at", "token_hash"])
    return trial, secret


def _sent(trial: TrialMessage, secret: str, at: dt.datetime) -> bool:
    try:
        outcome = _handed_over(trial, secret, at)
    except UNUSABLE as problem:
        outcome = Outcome(Reply.DEFERRED, str(problem))
    except ValidationError:
        outcome = Outcome(Reply.REFUSED, "This is not an address that a message can be sent to.")
    except Exception:
        # One bad row must not stop the others; the page says that it is not known how it went.
        logger.exception("test message %s was left behind", trial.pk)
        return False
    trial.settled_at, trial.reply, trial.detail = at, outcome.reply.value, outcome.detail[:200]
    trial.save(update_fields=["settled_at", "reply", "detail"])
    return outcome.reply is Reply.ACCEPTED


def _handed_over(trial: TrialMessage, secret: str, at: dt.datetime) -> Outcome:
    line = LINES[trial.channel]()
    if line is None:
        return Outcome(Reply.REFUSED, NO_LINE)
    message = _message(trial, secret, at)
    with line:
        line.open()
        return line.send(message)


def _message(trial: TrialMessage, secret: str, at: dt.datetime) -> Envelope | Sms:
    clinic = trial.clinic
    blanks = blanks_of(clinic, link=settings.SITE_URL + reverse("trial-link", args=[secret]))
    filled = fill(BY_CHANNEL[trial.channel], blanks, channel=trial.channel, language=Language.ENGLISH)
    if trial.channel != EMAIL:
        return Sms(trial.address, filled.text, sender=clinic.sms_sender)
    return email_message(
        filled,
        to=trial.address,
        sender_name=clinic.sender_name,
        public_id=trial.public_id,
        our_address=settings.DEFAULT_FROM_EMAIL,
        stop_link=settings.SITE_URL + reverse("unsubscribe", args=[secret]),
        at=at,
    )


def note_arrival(*, trial: TrialMessage, at: dt.datetime) -> TrialMessage:
    """Whoever got it has said so. The first time counts."""
    TrialMessage.objects.filter(pk=trial.pk, arrived_at=None).update(arrived_at=at)
    trial.refresh_from_db(fields=["arrived_at"])
    return trial


def forget_trials(*, at: dt.datetime) -> int:
    """Delete old ones that did not arrive; of those that did stays that they did, and no address. How many."""
    old = TrialMessage.objects.filter(queued_at__lt=at - KEPT)
    emptied = old.arrived().exclude(address="").update(address="")
    return emptied + old.filter(arrived_at=None).delete()[0]
