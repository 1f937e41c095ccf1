"""A worker dies by kill -9 between any two of its three commits: never two messages, never a silent loss.

Nothing in the program knows of these tests. A lock that the test holds, or a mail server that takes its time, makes
the worker wait at the point where it is to die.
"""

import datetime as dt
import threading

import pytest
from django.db import transaction
from django.utils import timezone

from clinic.models import Clinic
from outcomes import actions, tasks
from outcomes.delivery_rules import LEASE
from outcomes.models import Delivery, DeliveryAttempt
from patients.models import Patient
from tests.outcomes.test_deliveries_at_once import eventually, is_waiting_for_a_lock
from tests.workers import Worker
from treatments import actions as treatment_actions

pytestmark = pytest.mark.django_db(transaction=True)
SECONDS = 60
AFTER_LEASE = LEASE * 2


@pytest.fixture
def delivery(clinic, patient, protocol, clinician):
    """Ruth's invitation, queued now, at a clinic that sends around the clock: the worker looks at the real one."""
    Clinic.objects.filter(pk=clinic.pk).update(send_from_hour=0, send_until_hour=24, sends_on_weekends=True)
    treatment_actions.open_course(
        patient=patient,
        protocol=protocol,
        icd10_code="M17.11",
        complaint="Osteoarthritis of the right knee",
        target="knee_joint",
        side="right",
        on=timezone.now().date() - dt.timedelta(days=1),
        by=clinician,
    )
    actions.open_due_surveys(at=timezone.now())
    return Delivery.objects.get()


@pytest.fixture
def worker(delivery, broker, sink):
    """A worker that finds a wish for a shift as soon as it is started."""
    tasks.wake_workers(1)
    with Worker(broker, sink.port) as worker:
        yield worker


def status(delivery):
    delivery.refresh_from_db()
    return delivery.status


def what_comes_after(delivery, sink):
    """The lease runs out, the sweeper passes, and workers look again, twice."""
    later = timezone.now() + AFTER_LEASE
    sink.answers.clear()
    actions.sweep_deliveries(at=later)
    swept = status(delivery)
    for _shift in range(2):
        actions.deliver_queued(clock=lambda: later, budget=LEASE)
    return swept, status(delivery)


def test_killed_after_claiming_it_is_sent_once_by_another(delivery, worker, sink):
    with transaction.atomic():
        Patient.objects.select_for_update().get()
        worker.start()
        assert eventually(is_waiting_for_a_lock, SECONDS)
        worker.kill()
        assert status(delivery) == "claimed"
    assert what_comes_after(delivery, sink) == ("pending", "accepted")
    assert len(sink.accepted) == 1


def test_killed_after_starting_it_is_unknown_and_never_sent_again(delivery, worker, sink):
    is_started = threading.Event()

    def freeze():
        worker.freeze()
        is_started.set()
        return "250 OK"

    sink.answers["MAIL"] = freeze
    worker.start()
    assert is_started.wait(SECONDS)
    worker.kill()
    assert status(delivery) == "sending"
    assert what_comes_after(delivery, sink) == ("unknown", "unknown")
    assert delivery.reason.startswith("The worker stopped while it was being sent.")
    assert not sink.accepted


def test_killed_after_the_server_accepted_it_is_unknown_and_never_sent_again(delivery, worker, sink):
    sink.answers["MESSAGE"] = lambda: worker.freeze() or "250 Queued"
    worker.start()
    assert eventually(lambda: sink.accepted, SECONDS)
    worker.kill()
    assert status(delivery) == "sending"
    assert what_comes_after(delivery, sink) == ("unknown", "unknown")
    assert DeliveryAttempt.objects.get().outcome == ""
    assert len(sink.accepted) == 1


def test_worker_that_lives_sends_it(delivery, worker, sink):
    worker.start()
    assert eventually(lambda: status(delivery) == "accepted", SECONDS)
    assert len(sink.accepted) == 1
