"""Rules that may be passed with a written reason, the lots they are about, and looking at them afterwards."""

import datetime as dt
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied

from clinic.actions import add_member
from clinic.permissions import Role
from clinic.rules import RuleBroken
from patients.models import ConsentKind
from tests.conftest import NOON
from tests.layers import layer
from tests.treatments import stock
from tests.treatments.api_sessions import course_of
from tests.treatments.treating import KNEE, LOGGED, log
from treatments import actions
from treatments.actions import lots
from treatments.findings import ReasonsNeeded
from treatments.models import Lot, Protocol, ReviewItem, TreatmentSession

LEFT = {**KNEE, "side": "left"}
MEANT = {"side_not_planned": "Both knees were planned by phone."}


@layer
def kit(clinic, clinician):
    """A released lot of five PRP kits."""
    lot = stock.receive(stock.register(clinic, clinician), clinician)
    return lots.release_lot(lot=lot, by=clinician)


def using(lot, quantity=1):
    return [{"lot": lot, "quantity": Decimal(quantity), "injection": 0}]


def findings(course, by, **changes):
    with pytest.raises(ReasonsNeeded) as needed:
        log(course, by, **changes)
    assert not TreatmentSession.objects.exists()
    return [(finding.kind, finding.field) for finding in needed.value.findings]


def test_another_side_than_planned_needs_a_reason(course, clinician):
    assert findings(course, clinician, injections=[KNEE, LEFT]) == [("side_not_planned", "injections.1.side")]
    session = log(course, clinician, injections=[KNEE, LEFT], overrides=MEANT)
    item = session.review_items.get()
    assert (item.kind, item.reason, item.raised_by) == ("side_not_planned", MEANT["side_not_planned"], clinician)
    assert item.finding == "The plan says right; knee joint, left, is entered."


def test_a_blank_reason_is_none(course, clinician):
    assert findings(course, clinician, injections=[LEFT], overrides={"side_not_planned": " "})


def test_the_front_desk_may_say_why_another_side_was_treated(course, front_desk, clinician):
    assert log(course, front_desk, performed_by=clinician, injections=[LEFT], overrides=MEANT).review_items.exists()


def test_a_lot_is_used_and_remembered_with_its_place(course, clinician, kit):
    session = log(course, clinician, lots=using(kit, 2))
    use = session.lot_uses.get()
    assert (use.lot, use.quantity, use.injection, use.patient) == (*(kit, 2, session.injections.get(), course.patient),)
    assert stock.left(kit) == 3


@pytest.mark.parametrize(
    ("spoil", "quantity", "finding"),
    [
        ({"expires_on": NOON.date() - dt.timedelta(days=1)}, 1, ("lot_expired", "lots.0.lot")),
        ({"status": Lot.Status.QUARANTINE}, 1, ("lot_not_released", "lots.0.lot")),
        ({}, 6, ("lot_overdrawn", "lots.0.quantity")),
    ],
)
def test_a_lot_that_should_not_be_used_needs_a_clinicians_reason(
    course, clinician, front_desk, kit, spoil, quantity, finding
):
    Lot.objects.filter(pk=kit.pk).update(**spoil)
    parts = {"lots": using(kit, quantity), "performed_by": clinician}
    assert findings(course, clinician, **parts) == [finding]
    why = {finding[0]: "Nothing else was there, and the patient agreed."}
    with pytest.raises(PermissionDenied):
        log(course, front_desk, overrides=why, **parts)
    assert log(course, clinician, overrides=why, **parts).review_items.get().kind == finding[0]


@pytest.mark.parametrize("status", [Lot.Status.RECALLED, Lot.Status.DISCARDED])
def test_no_reason_helps_a_recalled_or_discarded_lot(course, clinician, kit, status):
    Lot.objects.filter(pk=kit.pk).update(status=status)
    with pytest.raises(RuleBroken) as refused:
        log(course, clinician, lots=using(kit), overrides=dict.fromkeys(ReviewItem.Kind.values, "Please"))
    assert refused.value.field == "lots.0.lot"
    assert not isinstance(refused.value, ReasonsNeeded)


def test_a_product_without_its_consent_needs_a_reason(course, clinician, kit):
    type(kit.product).objects.update(required_consents=[ConsentKind.STATE_NOTICE.value])
    assert findings(course, clinician, lots=using(kit)) == [("consent_missing", "lots")]


def test_a_protocol_without_its_consent_needs_a_reason(patient, clinician):
    Protocol.objects.filter(clinic=patient.clinic).update(required_consents=[ConsentKind.RESEARCH_SHARING.value])
    assert findings(course_of("prp", patient, clinician), clinician) == [("consent_missing", "course")]


def test_every_reason_that_is_needed_is_asked_for_at_once(course, clinician, kit):
    Lot.objects.filter(pk=kit.pk).update(expires_on=dt.date(2026, 1, 1))
    found = findings(course, clinician, injections=[LEFT], lots=using(kit, 9))
    assert {kind for kind, _ in found} == {"side_not_planned", "lot_expired", "lot_overdrawn"}


@layer
def item(course, clinician):
    """What Dr. Lee raised by treating the left knee."""
    return log(course, clinician, injections=[LEFT], overrides=MEANT).review_items.get()


def settle(item, by, settlement="Talked through."):
    return actions.settle_review(item=item, settlement=settlement, at=LOGGED, by=by)


def test_somebody_else_settles_it_once(item, manager):
    assert settle(item, manager).settled_by == manager
    with pytest.raises(RuleBroken):
        settle(item, manager)


def test_nobody_settles_their_own_reason_while_somebody_else_could(item, clinician, clinic):
    assert settle(item, clinician).settled_at, "nobody else works here"
    ReviewItem.objects.update(settled_at=None, settled_by=None, settlement="")
    add_member(clinic=clinic, email="sam@example.org", full_name="Sam", role=Role.MANAGER, password=None)
    with pytest.raises(RuleBroken):
        settle(item, clinician)


def test_settling_takes_words_and_the_right(item, manager, front_desk, stranger):
    with pytest.raises(RuleBroken) as refused:
        settle(item, manager, settlement=" ")
    assert refused.value.field == "settlement"
    for person in (front_desk, stranger):
        with pytest.raises(PermissionDenied):
            settle(item, person)
