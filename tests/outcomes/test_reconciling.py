"""A text message whose fate is unknown is looked up: found, it was sent; surely absent, it is sent again (F-31d)."""

import datetime as dt

import pytest

from clinic.links import hash_link, new_token
from outcomes import actions
from outcomes.models import Delivery, SurveyLink
from patients.models import Patient
from tests.conftest import NOON
from tests.scripted_web import Answer
from tests.sms_provider import ACCOUNT, SECRET, SmsProvider

MINUTE = dt.timedelta(minutes=1)
NUMBER = "+15125550134"


@pytest.fixture
def provider(settings):
    provider = SmsProvider(clock=lambda: NOON)
    settings.SMS_URL, settings.SMS_ACCOUNT, settings.SMS_SECRET = provider.base, ACCOUNT, SECRET
    settings.SMS_FROM = "+15125550100"
    yield provider
    provider.close()


@pytest.fixture
def token() -> str:
    return new_token()


@pytest.fixture
def delivery(course, patient, provider, token) -> Delivery:
    """A text message to Ruth, begun at NOON, of which nobody knows whether it was taken."""
    Patient.objects.filter(pk=patient.pk).update(phone="512-555-0134")
    actions.open_due_surveys(at=NOON)
    delivery = Delivery.objects.get()
    delivery.channel, delivery.attempts, delivery.started_at = "sms", 1, NOON
    for status in ("claimed", "sending", "unknown"):
        delivery.status, delivery.lease_until = status, NOON
        delivery.fence, delivery.reason_code, delivery.reason = 1, "maybe_sent", "It may have arrived."
        delivery.save()
    SurveyLink.objects.create(
        clinic=delivery.clinic, survey=delivery.survey, delivery=delivery, token_hash=hash_link(token), issued_at=NOON
    )
    return delivery


def taken(provider, body, to=NUMBER):
    provider._take({"To": to, "From": "+1", "Body": body})


def reconcile(delivery, minutes):
    actions.reconcile_unknown(at=NOON + minutes * MINUTE)
    delivery.refresh_from_db()
    return delivery.status


def test_a_message_that_the_gateway_lists_was_sent(delivery, provider, token):
    taken(provider, f"Another one. https://x.example.org/s/{new_token()}/")
    taken(provider, f"Yours. https://x.example.org/s/{token}/ Reply STOP")
    assert reconcile(delivery, 3) == "accepted"
    assert (delivery.provider_ref, delivery.accepted_at, delivery.reason) == (provider.accepted[1].sid, NOON, "")


def test_a_message_that_is_not_listed_waits_again_after_ten_minutes_and_not_before(delivery, provider):
    taken(provider, f"Another one. https://x.example.org/s/{new_token()}/")
    assert reconcile(delivery, 1) == "unknown"
    assert not provider.logins
    assert reconcile(delivery, 9) == "unknown"
    assert reconcile(delivery, 11) == "pending"
    assert delivery.not_before == NOON + 11 * MINUTE


@pytest.mark.parametrize("answer", [Answer(500), Answer(401), Answer(200, {})])
def test_a_message_that_cannot_be_looked_up_stays_unknown(delivery, provider, answer):
    provider.answers["LIST"] = answer
    assert reconcile(delivery, 60) == "unknown"


def test_a_message_that_was_tried_five_times_is_not_sent_again(delivery, provider):
    Delivery.objects.update(attempts=5)
    assert reconcile(delivery, 60) == "unknown"


def test_without_a_gateway_or_a_number_nothing_is_asked(delivery, provider, settings):
    Patient.objects.update(phone="none")
    assert reconcile(delivery, 60) == "unknown"
    settings.SMS_URL = ""
    assert reconcile(delivery, 60) == "unknown"
    assert not provider.logins
