"""Text message gateways that are busy, broken or lose the answer; reports twice, late or forged (F-31d, F-63, F-69)."""

import itertools
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.conf import settings
from django.utils import timezone

from clinic import scope
from outcomes import actions
from outcomes.actions.reconciling import ASKED_AFTER
from outcomes.models import DeliveryChange, ProviderEvent
from patients.models import Patient
from tests.faults.servers import eventually
from tests.scripted_web import TAKEN_AND_CUT, Answer, refused

STATUS, INBOUND = "/hooks/sms/status/", "/hooks/sms/inbound/"


@pytest.fixture
def texted(stack):
    """Patients who prefer text messages: ``texted(3)``."""

    def add(count=1):
        made = stack.add_due(count, preferred_channel="sms")
        for number, patient in enumerate(made):
            patient.phone = f"512-555-01{number:02}"
        Patient.objects.bulk_update(made, ["phone"])
        return made

    return add


def report(stack, kept, *statuses, forged=False):
    """The gateway's posts about one message, in this order; what each was answered."""
    answers = []
    for status in statuses:
        path = kept.status_url.removeprefix(settings.SITE_URL)
        signed_as = "http://evil.example.org" if forged else kept.status_url
        code = 30006 if status == "undelivered" else None
        answers.append(
            stack.sms.post(stack.address(path), stack.sms.status_form(kept, status, code), signed_as=signed_as)
        )
    return [one.status_code for one in answers]


def test_f31d_a_busy_gateway_is_tried_again_and_takes_it_once(stack, texted):
    stack.sms.answers["SEND"] = refused(429, 20429, Retry_After="120")
    texted(2)
    stack.start()
    assert eventually(lambda: stack.deliveries.exclude(reason="").count() == 2)
    assert not stack.texted()
    stack.sms.answers.clear()
    stack.bring_forward()
    assert stack.settle(2) == {"accepted": 2}


@pytest.mark.parametrize("answer", [TAKEN_AND_CUT, Answer(500, keeps=True)], ids=["lost", "broken"])
def test_f31d_what_the_gateway_may_have_taken_is_looked_up_and_not_sent_again(stack, texted, answer):
    stack.sms.answers["SEND"] = answer
    texted()
    stack.start()
    assert eventually(lambda: stack.statuses() == {"unknown": 1})
    stack.sms.answers.clear()
    stack.deliveries.update(started_at=stack.deliveries.get().started_at - ASKED_AFTER * 2)
    with scope.every_clinic():
        actions.reconcile_unknown(at=timezone.now())
    assert stack.statuses() == {"accepted": 1}
    assert len(stack.texted()) == 1


def test_f31d_i13_reports_twice_and_in_any_order_end_in_the_same_state(stack, texted):
    assert stack.web.is_running()
    orders = list(itertools.permutations(["sent", "delivered", "delivered"]))
    texted(len(orders))
    stack.start()
    assert stack.settle(len(orders)) == {"accepted": len(orders)}
    for kept, order in zip(stack.sms.accepted, orders, strict=True):
        assert set(report(stack, kept, *order)) == {204}
    assert stack.statuses() == {"delivered": len(orders)}
    changes = DeliveryChange.objects.filter(clinic=stack.clinic, after="delivered")
    assert changes.count() == len(orders)


def test_f31d_a_forged_report_is_refused_and_changes_nothing(stack, texted):
    assert stack.web.is_running()
    texted()
    stack.start()
    stack.settle(1)
    assert report(stack, stack.sms.accepted[0], "delivered", forged=True) == [403]
    assert stack.statuses() == {"accepted": 1}
    assert not ProviderEvent.objects.filter(clinic=stack.clinic).exists()
    assert "not signed by it" in stack.web.said()


def test_f63_stop_while_a_message_is_claimed_is_obeyed(stack, texted):
    """The worker has claimed it and waits for the patient's row; STOP comes first."""
    assert stack.web.is_running()
    (patient,) = texted()
    stack.rest()
    actions.open_due_surveys(at=timezone.now())
    (claim,) = actions.claim_deliveries(channel="sms", at=timezone.now())
    form = stack.sms.inbound_form(patient.phone, settings.SMS_FROM, "ALTO")
    assert stack.sms.post(stack.address(INBOUND), form, signed_as=settings.SITE_URL + INBOUND).status_code == 200
    assert Patient.objects.get(pk=patient.pk).sms_stopped_at
    assert actions.start_delivery(claim, at=timezone.now()) is None
    assert stack.deliveries.get(channel="sms").status in {"suppressed", "cancelled"}
    assert not stack.texted()


def test_f63_a_number_that_fails_moves_to_the_other_channel(stack, texted):
    assert stack.web.is_running()
    (patient,) = texted()
    stack.start()
    stack.settle(1)
    assert report(stack, stack.sms.accepted[0], "undelivered") == [204]
    assert Patient.objects.get(pk=patient.pk).sms_failed_at
    assert eventually(lambda: stack.deliveries.filter(channel="email").exists())


@pytest.mark.slow
def test_f69_a_flood_of_reports_is_kept_once_and_pages_answer(stack, texted, posts=5_000):
    browser = stack.browser()
    texted(20)
    stack.start()
    stack.settle(20)
    began, slowest = time.monotonic(), 0.0
    with ThreadPoolExecutor(8) as pool:
        flood = [
            pool.submit(report, stack, kept, "delivered") for _n in range(posts // 20) for kept in stack.sms.accepted
        ]
        while not all(one.done() for one in flood):
            at = time.monotonic()
            assert browser.get(stack.address("/patients/")).status_code == 200
            slowest = max(slowest, time.monotonic() - at)
            time.sleep(0.5)
    print(f"{posts / (time.monotonic() - began):.0f} reports a second, slowest page {slowest:.2f} s")
    assert stack.statuses() == {"delivered": 20}
    assert ProviderEvent.objects.filter(clinic=stack.clinic).count() == 20
