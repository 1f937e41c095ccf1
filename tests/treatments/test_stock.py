"""Products, lots and the ledger: what comes in, what goes out, and what is refused."""

import datetime as dt
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction

from clinic.rules import RuleBroken
from tests.conftest import NOON
from tests.layers import layer
from tests.treatments.stock import EXPIRY, GTIN, left, receive, register, session_of, take
from treatments.actions import lots, products, recalls
from treatments.models import Lot, LotMovement, LotUse, Product, ProductStatus, RecallStep, SessionRevision

DAY = dt.timedelta(days=1)
S = ProductStatus.Standing


@layer
def kit(clinic, clinician) -> Product:
    return register(clinic, clinician)


@layer
def lot(kit, clinician) -> Lot:
    """Five kits, released."""
    return lots.release_lot(lot=receive(kit, clinician), by=clinician)


@layer
def session(course, clinician):
    return session_of(course, clinician)


def uses_of(lot, quantity="1"):
    return [{"lot": lot, "quantity": Decimal(quantity), "injection": None}]


# Products


def test_a_product_is_registered_with_its_whole_gtin(clinic, front_desk):
    product = register(clinic, front_desk, gtin="850000000018", required_consents=["state_notice", "contact"])
    assert product.gtin == GTIN
    assert product.required_consents == ["contact", "state_notice"]


@pytest.mark.parametrize(
    ("details", "field", "words"),
    [
        ({"gtin": "00850000000017"}, "gtin", "last digit of this GTIN does not fit"),
        ({"gtin": "8500"}, "gtin", "8, 12, 13 or 14 digits"),
        ({"gtin": "０085000000001"}, "gtin", "8, 12, 13 or 14 digits"),
        ({"name": "  "}, "name", "Give the product's name."),
        ({"manufacturer": ""}, "manufacturer", "Give the product's manufacturer."),
        ({"unit": ""}, "unit", "unit that a lot is counted in"),
    ],
)
def test_a_product_that_cannot_be_is_refused(clinic, clinician, details, field, words):
    with pytest.raises(RuleBroken, match=words) as refused:
        register(clinic, clinician, **details)
    assert refused.value.field == field


def test_a_product_is_registered_once(kit, clinic, clinician, other_clinic, stranger):
    with pytest.raises(products.ProductTaken, match="already registered"):
        register(clinic, clinician)
    assert register(other_clinic, stranger).pk != kit.pk


def test_a_gtin_belongs_to_one_product(clinic, clinician):
    register(clinic, clinician, gtin=GTIN)
    with pytest.raises(products.ProductTaken, match="GTIN"):
        register(clinic, clinician, name="Another kit", gtin=GTIN)


def test_a_product_is_corrected(kit, clinician):
    changed = products.update_product(product=kit, version=1, by=clinician, name="PRP kit 2", gtin=GTIN)
    assert (changed.name, changed.gtin, changed.manufacturer) == ("PRP kit 2", GTIN, "Arbor Biologics")


@pytest.mark.parametrize("who", ["researcher", "stranger"])
def test_others_keep_no_products(request, clinic, kit, who):
    somebody = request.getfixturevalue(who)
    for change in (
        lambda: register(clinic, somebody, name="Mine"),
        lambda: products.update_product(product=kit, version=1, by=somebody, name="Mine"),
        lambda: products.retire_product(product=kit, by=somebody),
        lambda: record(kit, somebody, "US", S.IND, NOON.date()),
    ):
        with pytest.raises(PermissionDenied):
            change()


def record(product, by, jurisdiction, standing, valid_from, reference="K123456"):
    return products.record_status(
        product=product,
        jurisdiction=jurisdiction,
        standing=standing,
        valid_from=valid_from,
        reference=reference,
        at=NOON,
        by=by,
    )


def test_the_newest_standing_that_is_valid_by_then_counts(kit, clinician):
    record(kit, clinician, "us", S.CLEARED, dt.date(2025, 1, 1))
    record(kit, clinician, "US", S.NOT_APPROVED, dt.date(2026, 1, 1))
    record(kit, clinician, "US-FL", S.STATE_LAW, dt.date(2026, 2, 1))
    for jurisdiction, on, expected in [
        ("US", dt.date(2024, 12, 31), None),
        ("US", dt.date(2025, 1, 1), S.CLEARED),
        ("US", dt.date(2025, 12, 31), S.CLEARED),
        ("US", dt.date(2026, 1, 1), S.NOT_APPROVED),
        ("US-FL", dt.date(2026, 1, 31), S.NOT_APPROVED),
        ("US-FL", dt.date(2026, 2, 1), S.STATE_LAW),
        ("CA", dt.date(2026, 2, 1), None),
    ]:
        standing = products.standing_on(kit, jurisdiction, on)
        assert (standing and standing.standing) == expected, (jurisdiction, on)


@pytest.mark.parametrize(
    ("arguments", "field"),
    [
        (("Florida", S.CLEARED, NOON.date()), "jurisdiction"),
        (("US", S.CLEARED, dt.date(226, 1, 1)), "valid_from"),
        (("US", S.IND, NOON.date(), " "), "reference"),
        (("US", S.APPROVED, NOON.date(), ""), "reference"),
    ],
)
def test_a_standing_that_cannot_be_is_refused(kit, clinician, arguments, field):
    with pytest.raises(products.StandingRefused) as refused:
        record(kit, clinician, *arguments)
    assert refused.value.field == field


def test_one_standing_a_day(kit, clinician):
    record(kit, clinician, "US", S.CLEARED, NOON.date())
    with pytest.raises(products.StandingRefused, match="already recorded"):
        record(kit, clinician, "US", S.IND, NOON.date())


# Receiving


def test_a_lot_comes_in_under_quarantine(kit, front_desk):
    lot = receive(kit, front_desk, quantity="2.5")
    assert lot.status == Lot.Status.QUARANTINE
    assert left(lot) == Decimal("2.5")
    assert lot.movements.get().kind == LotMovement.Kind.RECEIVED


@pytest.mark.parametrize(
    ("quantity", "details", "field", "words"),
    [
        ("0", {}, "quantity", "more than 0"),
        ("-1", {}, "quantity", "more than 0"),
        ("0.0001", {}, "quantity", "three digits"),
        ("99999999", {}, "quantity", "cannot be more than 9,999,999"),
        ("1", {"lot_number": " "}, "lot_number", "lot number"),
        ("1", {"expires_on": dt.date(202, 6, 1)}, "expires_on", "Check the year"),
        ("1", {"expires_on": dt.date(2206, 6, 1)}, "expires_on", "Check the year"),
        ("1", {"donation_code": "ab"}, "donation_code", "5 to 40"),
        ("1", {"donation_code": "=W1234;26"}, "donation_code", "5 to 40"),
        ("1", {"identification_code": "x" * 61}, "identification_code", "at most 60"),
        ("1", {"identification_code": "Tü-1"}, "identification_code", "A to Z"),
    ],
)
def test_a_lot_that_cannot_be_is_refused(kit, clinician, quantity, details, field, words):
    with pytest.raises(RuleBroken, match=words) as refused:
        receive(kit, clinician, quantity=quantity, **details)
    assert refused.value.field == field
    assert not Lot.objects.exists()


def test_a_lot_is_received_once(lot, kit, clinician):
    with pytest.raises(RuleBroken, match="already received"):
        receive(kit, clinician)


def test_a_retired_product_is_not_received(kit, clinician):
    products.retire_product(product=kit, by=clinician)
    with pytest.raises(RuleBroken, match="retired"):
        receive(kit, clinician)
    products.bring_back_product(product=kit, by=clinician)
    assert receive(kit, clinician).pk


@pytest.mark.parametrize("field", ["identification_code", "donor_ref"])
@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("RUTH-2026-1", "name of a patient"),
        ("x12alvarez", "name of a patient"),
        ("D9ALVAREZRUTH1958", "name of a patient"),
        ("123-45-6789", "social security number"),
        ("T 123 45 6789", "social security number"),
        ("A123456789", "social security number"),
        ("00417", "chart number"),
        ("W26/00417/2", "chart number"),
    ],
)
def test_a_code_that_says_who_somebody_is_is_refused(patient, kit, clinician, field, code, words):
    with pytest.raises(lots.CodeRefused, match=words) as refused:
        receive(kit, clinician, **{field: code})
    assert refused.value.field == field
    assert "1271.290(c)" in refused.value.message


@pytest.mark.parametrize(
    "code", ["=W12342612345600", "DIC-2026-0001", "TRUTHX", "ALV-1", "9123456789", "900-12-3456", "004170", "W0041X7"]
)
def test_a_code_that_says_nothing_about_anybody_is_taken(patient, kit, clinician, code):
    assert receive(kit, clinician, identification_code=code).identification_code == code


def test_names_of_another_clinic_do_not_matter(patient, other_clinic, stranger):
    assert receive(register(other_clinic, stranger), stranger, identification_code="RUTH-1").pk


# States


def test_a_lot_is_released_by_a_clinician_only(kit, clinician, front_desk):
    lot = receive(kit, clinician)
    with pytest.raises(PermissionDenied, match="release lots from quarantine"):
        lots.release_lot(lot=lot, by=front_desk)
    assert lots.release_lot(lot=lot, by=clinician).status == Lot.Status.RELEASED


def test_a_released_lot_goes_back_into_quarantine(lot, front_desk):
    assert lots.quarantine_lot(lot=lot, by=front_desk).status == Lot.Status.QUARANTINE


def test_what_is_left_is_discarded_with_a_reason(lot, clinician):
    with pytest.raises(RuleBroken, match="Say why") as refused:
        lots.discard_lot(lot=lot, reason=" ", at=NOON, by=clinician)
    assert refused.value.field == "reason"
    assert lots.discard_lot(lot=lot, reason="Dropped", at=NOON, by=clinician).status == Lot.Status.DISCARDED
    assert left(lot) == 0


def test_a_discarded_lot_stays_discarded(lot, clinician):
    lots.discard_lot(lot=lot, reason="Dropped", at=NOON, by=clinician)
    for change in (
        lambda: lots.release_lot(lot=lot, by=clinician),
        lambda: lots.quarantine_lot(lot=lot, by=clinician),
        lambda: lots.discard_lot(lot=lot, reason="Again", at=NOON, by=clinician),
        lambda: lots.correct_quantity(lot=lot, counted=Decimal(3), reason="Found", at=NOON, by=clinician),
    ):
        with pytest.raises(RuleBroken, match="discarded"):
            change()


def test_counting_corrects_the_ledger_and_the_state(lot, clinician):
    lots.correct_quantity(lot=lot, counted=Decimal(0), reason="None on the shelf", at=NOON, by=clinician)
    lot.refresh_from_db()
    assert (left(lot), lot.status) == (0, Lot.Status.USED_UP)
    lots.correct_quantity(lot=lot, counted=Decimal("1.5"), reason="Behind the fridge", at=NOON, by=clinician)
    lot.refresh_from_db()
    assert (left(lot), lot.status) == (Decimal("1.5"), Lot.Status.RELEASED)
    assert [movement.quantity for movement in lot.movements.order_by("id")] == [5, -5, Decimal("1.5")]


@pytest.mark.parametrize(
    ("counted", "reason", "field"), [("-1", "x", "counted"), ("5", "x", "counted"), ("4", " ", "reason")]
)
def test_a_count_that_cannot_be_is_refused(lot, clinician, counted, reason, field):
    with pytest.raises(RuleBroken) as refused:
        lots.correct_quantity(lot=lot, counted=Decimal(counted), reason=reason, at=NOON, by=clinician)
    assert refused.value.field == field


def read(lot, by, **changes):
    given = {"read_at": NOON, "celsius": Decimal("-79.5"), "is_excursion": False, "note": "", **changes}
    return lots.record_storage_reading(lot=lot, at=NOON, by=by, **given)


def test_a_reading_is_kept(lot, front_desk):
    reading = read(lot, front_desk, is_excursion=True, note="Moved to the other freezer")
    assert (reading.celsius, reading.is_excursion) == (Decimal("-79.5"), True)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"celsius": Decimal("-280")}, "celsius"),
        ({"celsius": Decimal("795")}, "celsius"),
        ({"celsius": Decimal("4.25")}, "celsius"),
        ({"read_at": NOON + DAY}, "read_at"),
        ({"read_at": NOON - 2 * DAY}, "read_at"),
        ({"is_excursion": True}, "note"),
    ],
)
def test_a_reading_that_cannot_be_is_refused(lot, clinician, changes, field):
    with pytest.raises(RuleBroken) as refused:
        read(lot, clinician, **changes)
    assert refused.value.field == field


# Using


def test_using_takes_from_the_ledger_and_giving_back_returns_it(lot, session, clinician):
    use = take(session, lot, "2", clinician)
    assert (left(lot), use.patient) == (3, session.course.patient)
    for _again in range(2):
        lots.return_lots(session, at=NOON + DAY, by=clinician)
        use.refresh_from_db()
        assert (left(lot), use.reversed_at, use.reversed_by) == (5, NOON + DAY, clinician)
    assert [movement.kind for movement in lot.movements.order_by("id")] == ["received", "used", "returned"]


def test_the_last_one_uses_the_lot_up_and_giving_it_back_releases_it(lot, session, clinician):
    take(session, lot, "5", clinician)
    lot.refresh_from_db()
    assert lot.status == Lot.Status.USED_UP
    lots.return_lots(session, at=NOON, by=clinician)
    lot.refresh_from_db()
    assert lot.status == Lot.Status.RELEASED


def test_a_lot_in_quarantine_is_not_released_by_giving_it_back(kit, session, clinician):
    lot = receive(kit, clinician)
    take(session, lot, "5", clinician)
    lots.return_lots(session, at=NOON, by=clinician)
    lot.refresh_from_db()
    assert lot.status == Lot.Status.QUARANTINE


@pytest.mark.parametrize(("on", "kinds"), [(EXPIRY, []), (EXPIRY + DAY, ["lot_expired"])])
def test_a_lot_is_good_until_the_end_of_its_last_day(lot, on, kinds):
    assert [finding.kind for finding in lots.lot_findings(uses_of(lot), on=on)] == kinds


def test_findings_are_sentences_with_their_place(kit, lot, clinician):
    other = receive(kit, clinician, lot_number="L2")
    uses = [*uses_of(lot, "3"), *uses_of(other), *uses_of(lot, "2.5")]
    found = lots.lot_findings(uses, on=NOON.date())
    assert [(finding.kind, finding.field) for finding in found] == [
        ("lot_overdrawn", "lots.0.quantity"),
        ("lot_not_released", "lots.1.lot"),
    ]
    assert found[0].message == "Lot L2406A holds 5 (piece), less than the 5.5 entered."
    assert found[1].message == "Lot L2 is in quarantine and was not released."


@pytest.mark.parametrize(
    ("quantity", "words"), [("0", "more than 0"), ("-2", "more than 0"), ("0.0005", "three digits")]
)
def test_an_impossible_use_is_refused(lot, clinic, quantity, words):
    with transaction.atomic(), pytest.raises(RuleBroken, match=words) as refused:
        lots.lock_lots(uses_of(lot, quantity), clinic=clinic)
    assert refused.value.field == "lots.0.quantity"


def test_a_lot_of_another_clinic_is_unknown(lot, other_clinic):
    with transaction.atomic(), pytest.raises(lots.LotUnknown) as refused:
        lots.lock_lots(uses_of(lot), clinic=other_clinic)
    assert refused.value.field == "lots.0.lot"


def recall(lot, by):
    return recalls.recall_lot(lot=lot, severity="II", reason="Maker's notice", announced_on=NOON.date(), at=NOON, by=by)


def test_recalled_and_discarded_lots_are_refused(kit, lot, clinic, clinician):
    other = receive(kit, clinician, lot_number="L2")
    lots.discard_lot(lot=other, reason="Dropped", at=NOON, by=clinician)
    recall(lot, clinician)
    with transaction.atomic(), pytest.raises(lots.LotRecalled, match="add the patient there"):
        lots.lock_lots(uses_of(lot), clinic=clinic)
    with transaction.atomic(), pytest.raises(lots.LotDiscarded, match="was discarded"):
        lots.lock_lots(uses_of(other), clinic=clinic)


def test_what_a_session_holds_may_stay_though_the_lot_was_recalled(lot, session, clinic, clinician):
    take(session, lot, "2", clinician)
    recall(lot, clinician)
    with transaction.atomic():
        assert lots.lock_lots(uses_of(lot, "2"), clinic=clinic, session=session) == [lot]
        with pytest.raises(lots.LotRecalled):
            lots.lock_lots(uses_of(lot, "3"), clinic=clinic, session=session)


# What the database itself refuses


@pytest.mark.parametrize("model", [LotMovement, RecallStep, SessionRevision])
@pytest.mark.parametrize("change", ["UPDATE {} SET id = id", "DELETE FROM {}"])
def test_ledgers_are_only_added_to(db, model, change):
    with pytest.raises(IntegrityError, match="only added"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(change.format(model._meta.db_table))


def test_a_line_of_the_ledger_cannot_be_changed(lot):
    with pytest.raises(IntegrityError, match="only added"), transaction.atomic():
        lot.movements.update(quantity=50)
    with pytest.raises(IntegrityError, match="only added"), transaction.atomic():
        lot.movements.all().delete()
    assert left(lot) == 5


def test_a_use_of_nothing_is_refused_by_the_database(lot, session):
    with pytest.raises(IntegrityError, match="lot_use_is_of_something"), transaction.atomic():
        LotUse.objects.create(
            clinic_id=lot.clinic_id,
            lot=lot,
            session=session,
            patient=session.course.patient,
            quantity=0,
            used_at=NOON,
        )
