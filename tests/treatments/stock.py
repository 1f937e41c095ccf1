"""Stock for tests: one product of each sort and lots of them, made through the actions."""

import datetime as dt
from decimal import Decimal

from django.db import transaction

from clinic.models import Clinic, User
from tests.conftest import NOON
from treatments.actions import lots, products, recalls
from treatments.models import Course, Lot, LotUse, Product, Recall, TreatmentSession

EXPIRY = dt.date(2026, 9, 30)
GTIN = "00850000000018"


def register(clinic: Clinic, by: User, **details) -> Product:
    """A PRP kit of Arbor Biologics, counted in pieces, or what ``details`` say."""
    given = {
        "name": "PRP kit, double spin",
        "manufacturer": "Arbor Biologics",
        "kind": Product.Kind.PRP_KIT,
        "regulated_as": Product.RegulatedAs.DEVICE,
        **details,
    }
    return products.register_product(clinic=clinic, at=NOON, by=by, **given)


def receive(product: Product, by: User, *, quantity: str = "5", **details) -> Lot:
    """Lot L2406A in quarantine, or what ``details`` say."""
    given = {"lot_number": "L2406A", "expires_on": EXPIRY, **details}
    return lots.receive_lot(product=product, quantity=Decimal(quantity), at=NOON, by=by, **given)


def session_of(course: Course, by: User, *, performed_at: dt.datetime = NOON) -> TreatmentSession:
    """A bare session, for rules that look at nothing else of it."""
    return TreatmentSession.objects.create(
        clinic_id=course.clinic_id,
        course=course,
        performed_at=performed_at,
        performed_by=by,
        logged_at=performed_at,
        logged_by=by,
    )


def take(session: TreatmentSession, lot: Lot, quantity: str, by: User) -> LotUse:
    """What log_session does about one lot; the caller is in a transaction."""
    uses = [{"lot": lot, "quantity": Decimal(quantity), "injection": None}]
    lots.lock_lots(uses, clinic=session.clinic)
    lots.take_lots(session, uses, at=NOON, by=by)
    return LotUse.objects.filter(session=session, lot=lot).latest("id")


def left(lot: Lot) -> Decimal:
    """What the ledger says is left."""
    return Lot.objects.with_quantity().get(pk=lot.pk).quantity


def recall_used_lot(course: Course, by: User) -> Recall:
    """A lot with a storage reading that the course's last session took from, and that was recalled afterwards."""
    lot = lots.release_lot(lot=receive(register(course.clinic, by), by), by=by)
    lots.record_storage_reading(lot=lot, read_at=NOON, celsius=Decimal("4.0"), at=NOON, by=by)
    with transaction.atomic():
        take(course.sessions.latest("id"), lot, "1", by)
    return recalls.recall_lot(lot=lot, severity="III", reason="Wrong label", announced_on=NOON.date(), at=NOON, by=by)
