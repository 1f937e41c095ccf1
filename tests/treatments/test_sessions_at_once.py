"""Two people at one session, one lot or one key, on a real PostgreSQL: exactly one gets through."""

import threading
import uuid
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import pytest
from django.db import connection

from clinic.rules import RuleBroken
from tests.conftest import NOON
from tests.layers import layer
from tests.treatments import stock
from tests.treatments.treating import amend, log, void
from treatments import actions
from treatments.actions import lots, recalls
from treatments.models import LotUse, RecallCase, SessionRevision, TreatmentSession

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*works):
    """What each piece of work returned, or the code of the rule it broke, all let go at the same moment."""
    gate = threading.Barrier(len(works))

    def run(work):
        try:
            gate.wait(timeout=10)
            return work()
        except RuleBroken as broken:
            return broken.code
        finally:
            connection.close()

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(run, works))


@layer
def other_course(course, patient, protocol, clinician):
    """Ruth's left knee."""
    return actions.open_course(
        patient=patient, protocol=protocol, icd10_code="M17.12", complaint="Left knee", target="knee_joint",
        side="left", on=course.opened_on, by=clinician,
    )  # fmt: skip


@layer
def last_vial(clinic, clinician):
    """A released lot with one vial."""
    kit = stock.register(clinic, clinician, unit="vial")
    return lots.release_lot(lot=stock.receive(kit, clinician, quantity="1"), by=clinician)


def using(lot):
    return [{"lot": lot, "quantity": Decimal(1), "injection": None}]


def test_one_key_for_two_courses_is_one_session_and_one_clear_refusal(course, other_course, clinician):
    key = uuid.UUID("7c1e9a52-0000-4000-8000-000000000002")
    meant = {"overrides": {"side_not_planned": "Meant."}}
    answers = at_once(
        *[lambda one=one: log(one, clinician, idempotency_key=key, **meant) for one in (course, other_course)]
    )
    assert "idempotency_key_reused" in answers
    assert TreatmentSession.objects.count() == 1


def test_one_key_sent_twice_is_one_session(course, clinician):
    key = uuid.uuid4()
    first, second = at_once(*[lambda: log(course, clinician, idempotency_key=key)] * 2)
    assert first == second
    assert TreatmentSession.objects.count() == 1


def test_of_two_corrections_one_gets_through(course, clinician, manager):
    session = log(course, clinician)
    answers = at_once(
        lambda: amend(session, clinician, note="Clinician"),
        lambda: amend(session, manager, performed_by=clinician, note="Manager"),
    )
    assert answers.count("session_changed") == 1
    current = TreatmentSession.objects.get()
    assert (current.version, SessionRevision.objects.count()) == (2, 1)
    assert current.note in {"Clinician", "Manager"}


def test_of_a_correction_and_a_taking_back_one_gets_through(course, clinician, manager):
    session = log(course, clinician)
    answers = at_once(lambda: amend(session, clinician, note="Clinician"), lambda: void(session, manager))
    assert answers.count("session_changed") == 1
    current = TreatmentSession.objects.get()
    assert current.version == 2
    assert (current.note == "Clinician") is (current.entered_in_error_at is None)


def test_of_two_sessions_that_want_the_last_vial_one_gets_it(course, other_course, clinician, last_vial):
    meant = {"overrides": {"side_not_planned": "Meant."}, "lots": using(last_vial)}
    answers = at_once(*[lambda one=one: log(one, clinician, **meant) for one in (course, other_course)])
    assert answers.count("reasons_needed") == 1
    assert (stock.left(last_vial), LotUse.objects.count(), TreatmentSession.objects.count()) == (0, 1, 1)


def test_a_session_either_comes_before_the_recall_and_is_on_its_list_or_is_refused(course, clinician, last_vial):
    used, _ = at_once(
        lambda: log(course, clinician, lots=using(last_vial)),
        lambda: recalls.recall_lot(
            lot=last_vial, severity="I", reason="Contaminated", announced_on=NOON.date(), at=NOON, by=clinician
        ),
    )
    was_refused = used == "lot_recalled"
    assert TreatmentSession.objects.exists() is not was_refused
    assert RecallCase.objects.exists() is not was_refused
