"""Correcting a session and taking it back: what was is kept, and everything that rested on it follows."""

import datetime as dt
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, transaction

from clinic.rules import RuleBroken
from outcomes.actions import open_due_surveys
from tests.conftest import NOON
from tests.layers import layer
from tests.treatments import stock
from tests.treatments.treating import KNEE, LOGGED, PRP, amend, log, void
from treatments import actions
from treatments.actions import lots
from treatments.actions.sessions import SessionChanged, parts_of, snapshot_of
from treatments.models import FollowUp, Lot, LotMovement, SessionRevision, TreatmentSession

DAY = dt.timedelta(days=1)
LEFT = {**KNEE, "side": "left"}
MEANT = {"side_not_planned": "Both knees were planned by phone."}


def fresh(session):
    return TreatmentSession.objects.get(pk=session.pk)


@layer
def kit(clinic, clinician):
    """A released lot of five PRP kits."""
    lot = stock.receive(stock.register(clinic, clinician), clinician)
    return lots.release_lot(lot=lot, by=clinician)


def using(*uses):
    return [{"lot": lot, "quantity": Decimal(quantity), "injection": None} for lot, quantity in uses]


def test_a_correction_replaces_everything_and_keeps_what_was(course, clinician, front_desk):
    session = log(
        course, clinician, note="Right.", visit={"room": "2"}, holds={"takes_no_nsaid": True},
        preparation={**PRP, "spins": [{"rcf_g": Decimal(1500)}]},
    )  # fmt: skip
    before = snapshot_of(fresh(session))
    counts = {"blood_platelets": Decimal(250), "prp_platelets": Decimal(1500)}
    amend(session, front_desk, performed_by=clinician, note="Corrected.", preparation={**PRP, **counts})
    session = fresh(session)
    assert (session.version, session.note, session.room) == (2, "Corrected.", "")
    assert session.prp_preparation.dose_billions == Decimal("7.5")
    assert not session.prp_preparation.spins.exists()
    assert not hasattr(session, "holds")
    revision = session.revisions.get()
    assert (revision.version, revision.replaced_by, revision.replaced_at) == (1, front_desk, LOGGED)
    assert revision.snapshot == before
    assert before["preparation"]["spins"][0]["rcf_g"] == "1500"
    assert before["holds"]["takes_no_nsaid"] is True


def test_the_parts_of_a_session_written_again_change_nothing(course, clinician, kit):
    session = log(
        course, clinician, lots=using((kit, 2)), injections=[KNEE, LEFT], overrides=MEANT,
        aftercare={"rest_days": 3}, preparation={**PRP, "spins": [{"rcf_g": Decimal(1500)}]},
    )  # fmt: skip
    before = snapshot_of(fresh(session))
    moved = LotMovement.objects.count()
    actions.amend_session(session=session, version=1, at=LOGGED, by=clinician, **parts_of(fresh(session)))
    assert snapshot_of(fresh(session)) == before
    assert LotMovement.objects.count() == moved


def test_a_revision_is_never_changed(course, clinician):
    amend(log(course, clinician), clinician)
    for change in (SessionRevision.objects.all().delete, lambda: SessionRevision.objects.update(reason="x")):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


def test_a_day_later_a_correction_says_why(course, clinician):
    session = log(course, clinician)
    amend(session, clinician, at=LOGGED + DAY)
    with pytest.raises(RuleBroken) as refused:
        amend(fresh(session), clinician, at=LOGGED + DAY + dt.timedelta(seconds=1), reason=" ")
    assert (refused.value.code, refused.value.field) == ("reason_missing", "reason")
    amend(fresh(session), clinician, at=LOGGED + 2 * DAY, reason="The volume was read wrongly.")
    assert session.revisions.last().reason == "The volume was read wrongly."


def test_a_stale_version_changes_nothing_and_carries_the_current_one(course, clinician):
    session = log(course, clinician)
    stale = fresh(session)
    amend(session, clinician, note="First")
    for change in (amend, void):
        with pytest.raises(SessionChanged) as changed:
            change(stale, clinician)
        assert (changed.value.session.version, changed.value.session.note) == (2, "First")
    assert SessionRevision.objects.count() == 1


def test_a_correction_keeps_to_the_rules_of_logging(course, clinician):
    session = log(course, clinician)
    with pytest.raises(RuleBroken) as refused:
        amend(session, clinician, preparation={**PRP, "prp_injected_ml": Decimal(7)})
    assert refused.value.field == "preparation.prp_injected_ml"
    with pytest.raises(RuleBroken) as refused:
        amend(session, clinician, at=LOGGED + DAY, performed_at=LOGGED + DAY / 2)
    assert refused.value.field == "performed_at", "nothing is logged before it happens"
    assert (fresh(session).version, SessionRevision.objects.count()) == (1, 0)


def test_somebody_of_another_clinic_changes_nothing(course, clinician, stranger):
    session = log(course, clinician)
    for change in (amend, void):
        with pytest.raises(PermissionDenied):
            change(session, stranger)


def test_a_reason_given_once_is_not_asked_for_again(course, clinician, kit):
    Lot.objects.filter(pk=kit.pk).update(expires_on=NOON.date() - DAY)
    why = {**MEANT, "lot_expired": "Nothing else was there."}
    given = {"injections": [LEFT], "lots": using((kit, 1))}
    session = log(course, clinician, overrides=why, **given)
    amend(session, clinician, note="Seen", **given)
    assert session.review_items.count() == 2


def test_a_consent_withdrawn_later_does_not_stop_a_correction(course, clinician, kit):
    session = log(course, clinician, lots=using((kit, 1)))
    type(kit.product).objects.update(required_consents=["state_notice"])
    assert amend(session, clinician, lots=using((kit, 1))).version == 2


def test_a_lot_recalled_later_does_not_stop_a_correction(course, clinician, kit):
    session = log(course, clinician, lots=using((kit, 1)))
    Lot.objects.filter(pk=kit.pk).update(status=Lot.Status.RECALLED)
    assert amend(session, clinician, lots=using((kit, 1))).version == 2
    with pytest.raises(RuleBroken):
        amend(fresh(session), clinician, lots=using((kit, 2)))


def test_only_the_lots_that_differ_move(course, clinician, clinic, kit):
    other = lots.release_lot(lot=stock.receive(kit.product, clinician, lot_number="L2"), by=clinician)
    session = log(course, clinician, lots=using((kit, 1), (other, 1)))
    amend(session, clinician, lots=using((kit, 1), (other, 3)))
    kinds = list(LotMovement.objects.filter(lot=kit).order_by("id").values_list("kind", "quantity"))
    assert kinds == [("received", 5), ("used", -1)]
    kinds = list(LotMovement.objects.filter(lot=other).order_by("id").values_list("kind", "quantity"))
    assert kinds == [("received", 5), ("used", -1), ("returned", 1), ("used", -3)]
    held = session.lot_uses.filter(reversed_at=None).values_list("lot", "quantity")
    assert set(held) == {(kit.pk, 1), (other.pk, 3)}


def test_the_last_one_may_stay_where_it_is(course, clinician, kit):
    session = log(course, clinician, lots=using((kit, 5)))
    kit.refresh_from_db()
    assert kit.status == Lot.Status.USED_UP
    assert amend(session, clinician, lots=using((kit, 5))).version == 2
    assert amend(fresh(session), clinician, lots=using((kit, 4))).version == 3
    kit.refresh_from_db()
    assert (kit.status, stock.left(kit)) == (Lot.Status.RELEASED, 1)


def test_an_injection_that_goes_leaves_the_lots_used_in_it_to_the_record(course, clinician, kit):
    use = {"lot": kit, "quantity": Decimal(1)}
    session = log(course, clinician, injections=[KNEE, LEFT], overrides=MEANT, lots=[{**use, "injection": 1}])
    amend(session, clinician, injections=[KNEE], lots=[{**use, "injection": 0}])
    assert session.injections.get().side == "right"
    held = session.lot_uses.get(reversed_at=None)
    assert (held.injection.side, stock.left(kit)) == ("right", 4)
    assert session.revisions.get().snapshot["lots"][0]["injection"] == 1


def test_an_injection_that_stays_is_the_same_row_whatever_the_order(course, clinician, kit):
    use = {"lot": kit, "quantity": Decimal(1)}
    both = {"injections": [KNEE, LEFT], "overrides": MEANT, "lots": [{**use, "injection": 1}]}
    session = log(course, clinician, **both)
    kept = session.lot_uses.get().injection_id
    amend(session, clinician, injections=[LEFT, KNEE], lots=[{**use, "injection": 0}], overrides=MEANT)
    assert session.lot_uses.get().injection_id == kept
    assert {one.side for one in session.injections.all()} == {"left", "right"}


def test_a_moved_session_moves_what_nobody_was_asked_yet(course, clinician):
    session = log(course, clinician, performed_at=NOON - 3 * DAY)
    week_1 = course.follow_ups.get(timepoint__name="week 1")
    assert week_1.due_on == NOON.date() + 4 * DAY
    amend(session, clinician)
    week_1.refresh_from_db()
    assert week_1.due_on == NOON.date() + 7 * DAY


def test_taking_back_keeps_everything_and_counts_nothing(course, clinician, kit):
    session = log(course, clinician, injections=[LEFT], overrides=MEANT, lots=using((kit, 2)))
    void(session, clinician, reason=" Another patient. ")
    session = fresh(session)
    assert (session.version, session.entered_in_error_by) == (2, clinician)
    assert session.entered_in_error_reason == "Another patient."
    assert session.injections.exists()
    assert session.review_items.get().settled_at is None, "somebody still looks at it"
    assert session.revisions.get().snapshot["lots"][0]["quantity"] == "2.000"
    assert not TreatmentSession.objects.counted().exists()
    assert (stock.left(kit), session.lot_uses.filter(reversed_at=None).exists()) == (5, False)


def test_taking_back_the_only_session_takes_the_plan_back_but_for_what_was_opened(course, clinician):
    session = log(course, clinician)
    open_due_surveys(at=NOON + 6 * DAY)
    void(session, clinician, at=NOON + 6 * DAY)
    assert set(course.follow_ups.values_list("timepoint__name", flat=True)) == {"baseline", "week 1"}
    assert FollowUp.objects.get(timepoint__name="baseline").ended_on is None


def test_taking_back_one_of_two_plans_from_the_other(course, clinician):
    log(course, clinician)
    second = log(course, clinician, performed_at=NOON + 3 * DAY, at=NOON + 3 * DAY)
    month_3 = course.follow_ups.get(timepoint__name="month 3")
    void(second, clinician, at=NOON + 3 * DAY)
    after = course.follow_ups.get(timepoint__name="month 3")
    assert month_3.due_on - after.due_on == 3 * DAY


def test_taking_back_says_why_and_happens_once(course, clinician):
    session = log(course, clinician)
    with pytest.raises(RuleBroken) as refused:
        void(session, clinician, reason=" ")
    assert refused.value.field == "reason"
    void(session, clinician)
    for change in (amend, void):
        with pytest.raises(RuleBroken) as refused:
            change(fresh(session), clinician)
        assert refused.value.code == "session_in_error"


def test_after_taking_back_the_first_session_again_needs_a_baseline_or_a_reason(course, clinician):
    actions.record_answer(follow_up=course.follow_ups.get(), at=NOON + DAY / 24)
    session = log(course, clinician, baseline_missing_reason="late")
    void(session, clinician)
    assert log(course, clinician, performed_at=NOON + DAY / 12, at=NOON + DAY, baseline_missing_reason="")
