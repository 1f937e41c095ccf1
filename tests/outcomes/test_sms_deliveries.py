"""Text messages from the queue to a real local provider and back, beside e-mail."""

import datetime as dt
import re

import pytest

from outcomes import actions
from outcomes.check_ins import check_in_behind
from outcomes.models import Call, Delivery
from patients.models import Patient
from tests.check_in import open_survey
from tests.conftest import NOON
from tests.scripted_web import refused
from tests.sms_provider import ACCOUNT, SECRET, SmsProvider

MINUTE, DAY = dt.timedelta(minutes=1), dt.timedelta(days=1)


@pytest.fixture
def provider(settings):
    provider = SmsProvider(clock=lambda: NOON)
    settings.SMS_URL, settings.SMS_ACCOUNT, settings.SMS_SECRET = provider.base, ACCOUNT, SECRET
    settings.SMS_FROM = "+15125550100"
    yield provider
    provider.close()


@pytest.fixture
def delivery(provider, course) -> Delivery:
    """Ruth, who prefers texts, is invited at NOON."""
    Patient.objects.update(preferred_channel="sms")
    open_survey(course.follow_ups.get(), NOON)
    actions.decide_contacts(at=NOON)
    return Delivery.objects.get()


def deliver(at=NOON):
    return actions.deliver_queued(clock=lambda: at, budget=MINUTE)


def look(at):
    actions.decide_contacts(at=at)
    return list(Delivery.objects.order_by("id").values_list("channel", "kind", "status"))


def test_an_invitation_by_text_opens_the_survey_and_is_one_segment(delivery, provider):
    assert deliver() == 1
    (sms,) = provider.accepted
    assert (sms.to, sms.sender) == ("+15125550101", "+15125550100")
    assert len(sms.body) <= 160 and "STOP" in sms.body
    assert check_in_behind(re.search(r"/s/(\w{22})/", sms.body)[1], at=NOON).survey == delivery.survey
    delivery.refresh_from_db()
    assert (delivery.status, delivery.provider_ref) == ("accepted", sms.sid)
    assert sms.status_url.endswith(f"?delivery={delivery.public_id}")


def test_the_reminder_goes_by_the_other_channel(delivery, provider, sink):
    deliver()
    look(NOON + 2 * DAY)
    assert deliver(NOON + 2 * DAY) == 1
    assert len(provider.accepted) == len(sink.accepted) == 1


def test_somebody_who_had_opted_out_is_remembered_and_written_to_by_mail(delivery, provider, sink):
    """UNS-2: error 21610."""
    provider.answers["SEND"] = refused(400, 21610)
    assert deliver() == 0
    assert Patient.objects.get().sms_stopped_at == NOON
    assert look(NOON + MINUTE) == [("sms", "invitation", "suppressed"), ("email", "invitation", "pending")]
    assert deliver(NOON + MINUTE) == 1
    assert len(sink.accepted) == 1


def test_a_number_that_is_none_is_flagged_and_mail_is_tried(delivery, provider, sink):
    provider.answers["SEND"] = refused(400, 21211)
    deliver()
    assert Patient.objects.get().sms_failed_at == NOON
    assert look(NOON + MINUTE)[-1] == ("email", "invitation", "pending")


def test_with_neither_channel_left_somebody_calls(delivery, provider):
    Patient.objects.update(email="")
    provider.answers["SEND"] = refused(400, 21610)
    deliver()
    look(NOON + MINUTE)
    assert Call.objects.get().reason == "unreachable"


def test_a_provider_that_asks_for_patience_is_left_in_peace_and_it_costs_no_attempt(delivery, provider):
    """F-31d: 429."""
    provider.answers["SEND"] = refused(429, 20429, Retry_After="300")
    assert deliver() == 0
    delivery.refresh_from_db()
    assert (delivery.status, delivery.attempts, delivery.reason_code) == ("pending", 0, "try_later")
    assert delivery.not_before == NOON + 5 * MINUTE
    provider.answers.clear()
    assert deliver(NOON + 5 * MINUTE) == 1


def test_a_broken_provider_does_not_hold_up_the_mail(delivery, provider, sink):
    provider.close()
    survey = delivery.survey
    Delivery.objects.create(
        clinic=survey.clinic, patient=delivery.patient, survey=survey, kind="reminder", channel="email",
        sequence=1, not_before=NOON,
    )  # fmt: skip
    assert deliver() == 1
    delivery.refresh_from_db()
    assert (delivery.status, delivery.reason_code, delivery.attempts) == ("pending", "no_server", 0)


def test_text_messages_that_were_switched_off_say_so(delivery, settings):
    settings.SMS_URL = ""
    assert deliver() == 0
    delivery.refresh_from_db()
    assert delivery.reason.startswith("No messages are sent on this channel any more")
