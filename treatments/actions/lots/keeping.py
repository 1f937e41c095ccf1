"""Keeping lots: in, out of quarantine and back, counted, discarded, and how cold they were."""

import datetime as dt
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.db import IntegrityError, transaction

from clinic.actions import require
from clinic.models import StoredFile, User
from clinic.permissions import Permission
from clinic.rules import RuleBroken
from treatments.actions.lots.codes import check_donation_code, check_identification
from treatments.actions.lots.ledger import check_quantity, move_lot, plain
from treatments.models import Lot, LotMovement, Product, StorageReading

LONGEST_SHELF_LIFE_YEARS = 30
COLDEST, WARMEST = Decimal("-273"), Decimal("100")


class LotTaken(RuleBroken):
    code = "lot_taken"


class LotRefused(RuleBroken):
    code = "lot_refused"


class LotStateRefused(RuleBroken):
    code = "lot_state_refused"


class ReasonMissing(RuleBroken):
    code = "reason_missing"


class ReadingRefused(RuleBroken):
    code = "reading_refused"


@transaction.atomic
def receive_lot(
    *,
    product: Product,
    lot_number: str,
    quantity: Decimal,
    at: dt.datetime,
    by: User,
    expires_on: dt.date | None = None,
    identification_code: str = "",
    donation_code: str = "",
    donor_ref: str = "",
    scanned_text: str = "",
    certificate: StoredFile | None = None,
) -> Lot:
    """A delivery, in quarantine until somebody releases it. ``quantity`` in the product's unit.

    The expiry may be past (such a lot is received to be discarded), but not wildly ahead. Raises LotTaken, LotRefused,
    LotQuantityRefused, CodeRefused, PermissionDenied.
    """
    require(by, product.clinic, Permission.STOCK_KEEP)
    # Locked, so that it is not retired meanwhile.
    product = Product.objects.select_for_update(of=("self",), no_key=True).select_related("clinic").get(pk=product.pk)
    lot = Lot(
        clinic_id=product.clinic_id,
        product=product,
        lot_number=lot_number.strip(),
        identification_code=identification_code.strip(),
        donation_code=donation_code.strip(),
        donor_ref=donor_ref.strip(),
        scanned_text=scanned_text,
        expires_on=expires_on,
        certificate=certificate,
        received_at=at,
        received_by=by,
    )
    check_quantity(quantity, "quantity")
    _check_lot(lot, at)
    _insert(lot)
    move_lot(lot, kind=LotMovement.Kind.RECEIVED, quantity=quantity, at=at, by=by)
    return lot


@transaction.atomic
def release_lot(*, lot: Lot, by: User) -> Lot:
    """Out of quarantine. Raises LotStateRefused, PermissionDenied."""
    require(by, lot.clinic, Permission.LOT_RELEASE)
    lot = _locked(lot)
    _check_state(lot, {Lot.Status.QUARANTINE}, "be released")
    if _left(lot) <= 0:
        raise LotStateRefused(f"Nothing is left of lot {lot.lot_number}: there is nothing to release.")
    return _set_status(lot, Lot.Status.RELEASED)


@transaction.atomic
def quarantine_lot(*, lot: Lot, by: User) -> Lot:
    """Back into quarantine: from now on it is used only with a written reason. Raises LotStateRefused."""
    require(by, lot.clinic, Permission.STOCK_KEEP)
    lot = _locked(lot)
    _check_state(lot, {Lot.Status.RELEASED}, "be put into quarantine")
    return _set_status(lot, Lot.Status.QUARANTINE)


@transaction.atomic
def discard_lot(*, lot: Lot, reason: str, at: dt.datetime, by: User) -> Lot:
    """What is left goes out of the ledger. A recalled lot stays recalled. Raises LotStateRefused, ReasonMissing."""
    require(by, lot.clinic, Permission.STOCK_KEEP)
    lot = _locked(lot)
    _check_state(lot, {Lot.Status.QUARANTINE, Lot.Status.RELEASED, Lot.Status.RECALLED}, "be discarded")
    left = _left(lot)
    if left <= 0:
        raise LotStateRefused(f"Nothing is left of lot {lot.lot_number}: there is nothing to discard.")
    reason = _checked_reason(reason, "Say why it is discarded.")
    if lot.status != Lot.Status.RECALLED:
        _set_status(lot, Lot.Status.DISCARDED)
    move_lot(lot, kind=LotMovement.Kind.DISCARDED, quantity=-left, reason=reason, at=at, by=by)
    return lot


@transaction.atomic
def correct_quantity(*, lot: Lot, counted: Decimal, reason: str, at: dt.datetime, by: User) -> Lot:
    """The ledger follows what was counted on the shelf. Raises LotQuantityRefused, LotStateRefused, ReasonMissing."""
    require(by, lot.clinic, Permission.STOCK_KEEP)
    lot = _locked(lot)
    if lot.status == Lot.Status.DISCARDED:
        raise LotStateRefused(f"Lot {lot.lot_number} was discarded: there is nothing to count.")
    if counted:
        check_quantity(counted, "counted")
    left = _left(lot)
    if counted == left:
        raise LotRefused(f"The ledger already says {plain(left)}.", "counted")
    reason = _checked_reason(reason, "Say why the ledger was wrong.")
    move_lot(lot, kind=LotMovement.Kind.CORRECTED, quantity=counted - left, reason=reason, at=at, by=by)
    lot.refresh_from_db()
    return lot


@transaction.atomic
def attach_certificate(*, lot: Lot, certificate: StoredFile, by: User) -> Lot:
    """The certificate of a lot that came without one; one that is there is kept. Raises LotRefused."""
    require(by, lot.clinic, Permission.STOCK_KEEP)
    lot = _locked(lot)
    if lot.certificate_id:
        raise LotRefused("This lot already has its certificate.", "certificate")
    if certificate.clinic_id != lot.clinic_id:
        raise LotRefused("There is no such file at this clinic.", "certificate")
    lot.certificate = certificate
    lot.save(update_fields=["certificate"])
    return lot


@transaction.atomic
def record_storage_reading(
    *,
    lot: Lot,
    read_at: dt.datetime,
    celsius: Decimal,
    at: dt.datetime,
    by: User,
    is_excursion: bool = False,
    note: str = "",
) -> StorageReading:
    """One line of the storage log, in °C. An excursion says what was done about it. Raises ReadingRefused."""
    require(by, lot.clinic, Permission.STOCK_KEEP)
    if not COLDEST <= celsius <= WARMEST:
        raise ReadingRefused(f"Give the temperature in °C, from {COLDEST} to {WARMEST}.", "celsius")
    if celsius != round(celsius, 1):
        raise ReadingRefused("Give the temperature with at most one digit after the point.", "celsius")
    if read_at > at:
        raise ReadingRefused("The reading cannot be in the future.", "read_at")
    if read_at < lot.received_at - dt.timedelta(days=1):
        raise ReadingRefused("The reading is from before the lot was received.", "read_at")
    if is_excursion and not note.strip():
        raise ReasonMissing("Say what was done about the excursion.", "note")
    return StorageReading.objects.create(
        clinic_id=lot.clinic_id,
        lot=lot,
        read_at=read_at,
        celsius=celsius,
        is_excursion=is_excursion,
        note=note.strip(),
        recorded_at=at,
        recorded_by=by,
    )


def _check_lot(lot: Lot, at: dt.datetime) -> None:
    clinic = lot.product.clinic
    today = at.astimezone(ZoneInfo(clinic.time_zone)).date()
    if lot.product.is_retired:
        raise LotRefused(f"{lot.product.name} is retired: bring it back before a lot of it is received.", "product")
    if not lot.lot_number:
        raise LotRefused("Give the lot number, as on the box.", "lot_number")
    if lot.expires_on and not 1990 <= lot.expires_on.year <= today.year + LONGEST_SHELF_LIFE_YEARS:
        raise LotRefused("This cannot be the day of expiry. Check the year.", "expires_on")
    check_donation_code(lot.donation_code)
    check_identification(lot.identification_code, clinic=clinic, field="identification_code")
    check_identification(lot.donor_ref, clinic=clinic, field="donor_ref")
    if lot.certificate and lot.certificate.clinic_id != lot.clinic_id:
        raise LotRefused("There is no such file at this clinic.", "certificate")


def _insert(lot: Lot) -> None:
    try:
        with transaction.atomic():
            lot.save(force_insert=True)
    except IntegrityError as error:
        if "lot_once_per_number" in str(error):
            raise LotTaken(
                "This lot of this product was already received. To add to it, correct its quantity.", "lot_number"
            ) from None
        raise


def _locked(lot: Lot) -> Lot:
    locked = Lot.objects.select_for_update(of=("self",), no_key=True).select_related("clinic", "product")
    found: Lot = locked.get(pk=lot.pk)
    return found


def _check_state(lot: Lot, allowed: set[Lot.Status], words: str) -> None:
    if lot.status not in allowed:
        raise LotStateRefused(f"Lot {lot.lot_number} is {lot.get_status_display().lower()} and cannot {words}.")


def _left(lot: Lot) -> Decimal:
    left: Decimal = Lot.objects.with_quantity().values_list("quantity", flat=True).get(pk=lot.pk)
    return left


def _checked_reason(reason: str, words: str) -> str:
    if not reason.strip():
        raise ReasonMissing(words, "reason")
    return reason.strip()


def _set_status(lot: Lot, status: Lot.Status) -> Lot:
    lot.status = status
    lot.save(update_fields=["status"])
    return lot
