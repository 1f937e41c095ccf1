"""Many hands on one lot, on a real PostgreSQL: nothing is used twice, and nothing slips past a recall."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import pytest
from django.db import connection, transaction

from clinic.rules import RuleBroken
from tests.conftest import NOON
from tests.layers import layer
from tests.treatments.stock import left, receive, register, session_of, take
from treatments.actions import lots, recalls
from treatments.models import Lot, LotUse, Recall, RecallCase

pytestmark = pytest.mark.django_db(transaction=True)
TAKERS = 20
VIALS = 5


@layer
def lot(clinic, clinician) -> Lot:
    kit = register(clinic, clinician, unit="vial")
    return lots.release_lot(lot=receive(kit, clinician, quantity=str(VIALS)), by=clinician)


def at_once(*works):
    """What each piece of work returned or raised, all let go at the same moment."""
    gate = threading.Barrier(len(works))

    def run(work):
        try:
            gate.wait()
            return work()
        except RuleBroken as broken:
            return broken
        finally:
            connection.close()

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(run, works))


def taking(lot, course, clinician):
    """Log a session with one vial, unless the lot holds no more: what log_session does about lots."""

    def work():
        uses = [{"lot": lot, "quantity": Decimal(1), "injection": None}]
        with transaction.atomic():
            session = session_of(course, clinician)
            lots.lock_lots(uses, clinic=course.clinic)
            if lots.lot_findings(uses, on=NOON.date()):
                transaction.set_rollback(True)
                return None
            lots.take_lots(session, uses, at=NOON, by=clinician)
            return session

    return work


def test_twenty_takers_of_five_vials(lot, course, clinician):
    got = at_once(*[taking(lot, course, clinician)] * TAKERS)
    assert sum(session is not None for session in got) == VIALS
    assert (left(lot), LotUse.objects.count()) == (0, VIALS)
    lot.refresh_from_db()
    assert lot.status == Lot.Status.USED_UP


def recalling(lot, clinician):
    def work():
        time.sleep(0.02)
        return recalls.recall_lot(
            lot=lot, severity="I", reason="Contaminated", announced_on=NOON.date(), at=NOON, by=clinician
        )

    return work


def test_who_took_before_a_recall_is_on_its_list_and_nobody_takes_after_it(lot, course, clinician):
    *taken, recall = at_once(*[taking(lot, course, clinician)] * 4, recalling(lot, clinician))
    assert isinstance(recall, Recall)
    refused = [one for one in taken if isinstance(one, lots.LotRecalled)]
    assert LotUse.objects.count() == len(taken) - len(refused)
    exposed = set(LotUse.objects.values_list("patient", flat=True))
    assert set(RecallCase.objects.values_list("patient", flat=True)) == exposed


def test_a_lot_is_recalled_once(lot, course, clinician):
    with transaction.atomic():
        take(session_of(course, clinician), lot, "1", clinician)
    got = at_once(*[recalling(lot, clinician)] * 4)
    assert sum(isinstance(one, Recall) for one in got) == 1
    assert sum(isinstance(one, recalls.AlreadyRecalled) for one in got) == 3
    assert RecallCase.objects.count() == 1


def test_two_sessions_that_swap_lots_do_not_wait_for_each_other(clinic, lot, course, clinician):
    other = lots.release_lot(lot=receive(lot.product, clinician, lot_number="L2"), by=clinician)
    sessions = [session_of(course, clinician) for _one in range(2)]
    with transaction.atomic():
        for session, held in zip(sessions, (lot, other), strict=True):
            take(session, held, "1", clinician)

    def swapping(session, wanted):
        def work():
            uses = [{"lot": wanted, "quantity": Decimal(1), "injection": None}]
            with transaction.atomic():
                lots.lock_lots(uses, clinic=clinic, session=session)
                time.sleep(0.05)
                lots.return_lots(session, at=NOON, by=clinician)
                lots.take_lots(session, uses, at=NOON, by=clinician)

        return work

    at_once(swapping(sessions[0], other), swapping(sessions[1], lot))
    assert (left(lot), left(other)) == (4, 4)
