"""PostgreSQL restarts, is full of visitors, or makes two wait for each other (F-10 … F-16)."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from outcomes import actions
from patients import actions as patient_actions
from patients.models import Patient
from tests.faults.servers import eventually
from tests.faults.test_broker import save

FINE = {200, 302}
# What a person is told while the database is away; never a bare error.
AWAY = 503


def visits(stack, browser, until, seen):
    """Somebody looks at pages without a pause."""
    while not until.is_set():
        seen.append(browser.get(stack.address("/patients/"), allow_redirects=False).status_code)


def test_f10_f11_the_database_restarts_under_workers_and_pages(stack):
    browser, patient = stack.browser(), stack.add_due(1)[0]
    stack.start()
    stack.settle(1)
    stack.mail.answers["MESSAGE"] = lambda: time.sleep(0.02) or "250 Taken"
    stack.add_due(200)
    until, seen = threading.Event(), []
    with ThreadPoolExecutor(1) as pool:
        visiting = pool.submit(visits, stack, browser, until, seen)
        assert eventually(lambda: stack.statuses().get("accepted", 0) > 20 and seen)
        connection.close()
        stack.database.restart()
        time.sleep(1)
        until.set()
        visiting.result()
    assert set(seen) <= {*FINE, AWAY}
    assert browser.get(stack.address("/patients/")).status_code == 200
    assert save(stack, browser, patient, "Judith").status_code == 302
    stack.mail.answers.clear()
    time.sleep(1)
    stack.bury()
    settled = stack.settle(201)
    assert settled["accepted"] + settled.get("unknown", 0) == 201
    assert settled.get("unknown", 0) <= len(stack.workers)


def test_f15_two_sessions_that_lock_in_opposite_order_end(stack):
    """The patient is held, and the message wanted; the other way round for the worker that starts it."""
    (patient,) = stack.add_due(1)
    stack.rest()
    actions.open_due_surveys(at=timezone.now())
    gate = threading.Barrier(2)

    def start():
        try:
            (claim,) = actions.claim_deliveries(channel="email", at=timezone.now())
            gate.wait()
            return actions.start_delivery(claim, at=timezone.now())
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            starting = pool.submit(start)
            gate.wait()
            patient_actions.withdraw_consent(patient=Patient.objects.get(pk=patient.pk), by=stack.by, at=timezone.now())
        began = time.monotonic()
        starting.result()
    assert time.monotonic() - began < 5


@pytest.mark.slow
def test_f11_the_database_restarts_again_and_again(stack, restarts=10):
    stack.start()
    stack.mail.answers["MESSAGE"] = lambda: time.sleep(0.02) or "250 Taken"
    stack.add_due(1_000)
    for _restart in range(restarts):
        time.sleep(2)
        connection.close()
        stack.database.restart()
    stack.mail.answers.clear()
    time.sleep(2)
    stack.bury()
    settled = stack.settle(1_000, seconds=120)
    print(settled)
    assert settled["accepted"] + settled.get("unknown", 0) == 1_000
    assert settled.get("unknown", 0) <= restarts * len(stack.workers)


@pytest.mark.slow
def test_f12_all_connections_are_taken(stack):
    stack.start()
    browser = stack.browser()
    stack.add_due(20)
    stack.settle(20)
    held = []
    with pytest.raises(Exception, match=r"too many|remaining connection slots"):
        while len(held) < 400:
            other = connection.copy()
            other.ensure_connection()
            held.append(other)
    with ThreadPoolExecutor(40) as pool:
        answers = list(pool.map(lambda _n: requests.get(stack.address("/healthz"), timeout=30).status_code, range(40)))
    assert set(answers) <= {200, AWAY}
    stack.add_due(20)
    for other in held:
        other.close()
    assert eventually(lambda: browser.get(stack.address("/patients/")).status_code == 200)
    assert stack.settle(40) == {"accepted": 40}


@pytest.mark.slow
def test_f13_the_disk_of_the_database_is_full(stack):
    """No file of the database may grow beyond what its largest has."""
    stack.start()
    browser = stack.browser()
    stack.add_due(20)
    stack.settle(20)
    stack.rest()
    due = 20
    with stack.database.files_limited_to(20_000_000):
        with pytest.raises(DatabaseError):
            while True:
                stack.add_due(2_000)
                due += 2_000
        stack.start(stack.worker)
        seen = {browser.get(stack.address("/patients/")).status_code for _visit in range(5)}
        assert seen <= {200, AWAY}
    print(f"full after {due}")
    stack.start()
    assert stack.settle(due, seconds=300) == {"accepted": due}


@pytest.mark.slow
def test_f16_a_page_that_waits_for_a_lock_ends_and_says_so(stack):
    (patient,) = stack.add_due(1)
    browser = stack.browser()
    with transaction.atomic():
        Patient.objects.select_for_update().get(pk=patient.pk)
        began = time.monotonic()
        answer = save(stack, browser, patient, "Judith", quickly=False)
        assert time.monotonic() - began < 16
    assert answer.status_code == AWAY
    patient.refresh_from_db()
    assert patient.given_name == "Ruth"
    assert save(stack, browser, patient, "Judith").status_code == 302
