"""What is easy to reverse is done at once, and its message takes it back with one press."""

import datetime as dt
import re

import pytest
from django.urls import reverse
from django.utils import timezone

from outcomes.models import SendingPause
from tests.conftest import StaffClient
from tests.days import today_there
from tests.treatments import stock
from tests.treatments.treating import log
from treatments import actions
from treatments.actions import lots
from treatments.actions.reviews import ReviewRefused
from treatments.models import Lot, Protocol, Retreatment, ReviewItem


@pytest.fixture
def boss(client, manager):
    client.force_login(manager)
    return client


def done(browser, path, **fields) -> str:
    """Does it, and where its Undo leads."""
    text = browser.post(path, fields, follow=True).text
    found = re.findall(r'<form class="end" method="post" action="([^"]+)">(?:(?!</form>).)*>Undo<', text, re.DOTALL)
    assert found, text[:3000]
    return found[-1].replace("&amp;", "&")


def test_a_pause_of_a_patient_or_of_everybody(boss, patient):
    undo = done(boss, reverse("patient-pause", args=[patient.public_id]), reason="on holiday")
    assert SendingPause.objects.active().count() == 1
    assert boss.post(undo).url == reverse("patient", args=[patient.public_id])
    assert not SendingPause.objects.active().exists()
    boss.post(done(boss, reverse("sending-pauses"), reason="moving house"))
    assert not SendingPause.objects.active().exists()


def test_a_lot_released_or_put_into_quarantine(boss, clinic, manager, front_desk):
    lot = stock.receive(stock.register(clinic, manager), manager)

    def status():
        return Lot.objects.get().status

    undo = done(boss, reverse("lot-release", args=[lot.public_id]))
    assert status() == "released"
    boss.post(undo)
    assert status() == "quarantine"
    lots.release_lot(lot=lot, by=manager)
    boss.post(done(boss, reverse("lot-quarantine", args=[lot.public_id])))
    assert status() == "released"
    desk = StaffClient()
    desk.force_login(front_desk)
    text = desk.post(reverse("lot-quarantine", args=[lot.public_id]), follow=True).text
    assert "In quarantine." in text and ">Undo<" not in text, "who may not release is not offered it"


def test_a_product_and_a_protocol_retired(boss, clinic, manager):
    product = stock.register(clinic, manager)
    boss.post(done(boss, reverse("product-retire", args=[product.public_id])))
    product.refresh_from_db()
    assert not product.is_retired
    protocol = Protocol.objects.filter(clinic=clinic, is_retired=False).first()
    undo = done(boss, reverse("protocol-retire", args=[protocol.public_id]))
    protocol.refresh_from_db()
    assert protocol.is_retired
    boss.post(undo)
    protocol.refresh_from_db()
    assert not protocol.is_retired


def test_a_death_and_a_treatment_elsewhere(boss, patient, course, manager):
    undo = done(boss, reverse("patient-died", args=[patient.public_id]), died_on=today_there().isoformat())
    boss.post(undo)
    patient.refresh_from_db()
    assert patient.died_on is None
    page = reverse("retreatment-new", args=[course.public_id])
    boss.post(done(boss, page, kind="surgery", happened_on=today_there().isoformat()))
    assert Retreatment.objects.get().entered_in_error_at


@pytest.fixture
def item(course, front_desk, clinician):
    """Somebody of the front desk logged a session on the other side than planned."""
    session = log(course, clinician)
    return ReviewItem.objects.create(
        clinic=course.clinic,
        session=session,
        kind="side_not_planned",
        finding="The plan says right.",
        reason="Both knees.",
        raised_at=timezone.now(),
        raised_by=front_desk,
    )


def test_a_review_settled_by_mistake(boss, item, manager, clinician):
    undo = done(boss, reverse("review", args=[item.public_id]), settlement="Seen.")
    at = timezone.now()
    for by, when in ((clinician, at), (manager, at + dt.timedelta(minutes=11))):
        with pytest.raises(ReviewRefused):
            actions.reopen_review(item=item, at=when, by=by)
    assert boss.post(undo).url == reverse("review", args=[item.public_id])
    item.refresh_from_db()
    assert (item.settled_at, item.settled_by, item.settlement) == (None, None, "")
    with pytest.raises(ReviewRefused):
        actions.reopen_review(item=item, at=at, by=manager)
