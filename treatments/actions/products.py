"""The product register: what a clinic may use, and under which regulatory standing on which day."""

import datetime as dt
import re
from typing import Any

from django.db import IntegrityError, transaction

from clinic.actions import require
from clinic.models import Clinic, User
from clinic.permissions import Permission
from clinic.rules import RuleBroken
from patients.models import ConsentKind
from treatments.models import Product, ProductStatus
from treatments.scanning import gtin_of

JURISDICTION = re.compile(r"[A-Z]{2}(?:-[A-Z0-9]{1,3})?")
EARLIEST_STANDING = dt.date(1900, 1, 1)
DETAILS = {
    *("name", "manufacturer", "kind", "regulated_as", "gtin", "catalogue_number", "source_tissue", "unit"),
    "required_consents",
}


class ProductTaken(RuleBroken):
    code = "product_taken"


class ProductChanged(RuleBroken):
    code = "product_changed"


class GtinRefused(RuleBroken):
    code = "gtin_refused"


class ProductRefused(RuleBroken):
    code = "product_refused"


class StandingRefused(RuleBroken):
    code = "standing_refused"


@transaction.atomic
def register_product(*, clinic: Clinic, at: dt.datetime, by: User, **details: Any) -> Product:
    """A product of the clinic, without any standing yet. ``details``: the fields named in DETAILS.

    Raises ProductTaken, ProductRefused, GtinRefused, PermissionDenied.
    """
    require(by, clinic, Permission.STOCK_KEEP)
    product = Product(clinic=clinic, registered_at=at, registered_by=by, **_checked(details))
    return _save(product)


@transaction.atomic
def update_product(*, product: Product, version: int, by: User, **details: Any) -> Product:
    """Correct what is known of a product. Raises ProductChanged, and what ``register_product`` raises."""
    require(by, product.clinic, Permission.STOCK_KEEP)
    product = Product.objects.select_for_update().get(pk=product.pk)
    if product.version != version:
        raise ProductChanged("Somebody else has corrected this product meanwhile.")
    product.version += 1
    for name, value in _checked(details).items():
        setattr(product, name, value)
    return _save(product)


@transaction.atomic
def retire_product(*, product: Product, by: User) -> Product:
    """No new lot of it is received; what is in stock can still be used. Doing it twice changes nothing."""
    return _set_retired(product, by, is_retired=True)


@transaction.atomic
def bring_back_product(*, product: Product, by: User) -> Product:
    """Lots of it are received again."""
    return _set_retired(product, by, is_retired=False)


@transaction.atomic
def record_status(
    *,
    product: Product,
    jurisdiction: str,
    standing: ProductStatus.Standing | str,
    valid_from: dt.date,
    at: dt.datetime,
    by: User,
    reference: str = "",
) -> ProductStatus:
    """The product's regulatory standing in a jurisdiction ("US", "US-FL") from a day on; earlier rows stay.

    An investigational product names its IND, a cleared or approved one the number of the clearance or approval.
    Raises StandingRefused, PermissionDenied.
    """
    require(by, product.clinic, Permission.STOCK_KEEP)
    status = ProductStatus(
        clinic_id=product.clinic_id,
        product=product,
        jurisdiction=jurisdiction.strip().upper(),
        standing=ProductStatus.Standing(standing).value,
        valid_from=valid_from,
        reference=reference.strip(),
        recorded_at=at,
        recorded_by=by,
    )
    _check_status(status)
    try:
        with transaction.atomic():
            status.save(force_insert=True)
    except IntegrityError as error:
        if "product_status_once_per_day" in str(error):
            raise StandingRefused(
                f"A standing in {status.jurisdiction} from this day is already recorded.", "valid_from"
            ) from None
        raise
    return status


def standing_on(product: Product, jurisdiction: str, on: dt.date) -> ProductStatus | None:
    """The standing in force on this day: the newest that is valid by then; None when nothing was recorded.

    A state without rows of its own ("US-FL") has those of its country ("US").
    """
    valid = product.statuses.filter(valid_from__lte=on).order_by("-valid_from")
    own = valid.filter(jurisdiction=jurisdiction).first()
    country = jurisdiction.partition("-")[0]
    return own or (valid.filter(jurisdiction=country).first() if country != jurisdiction else None)


def _checked(details: dict[str, Any]) -> dict[str, Any]:
    unknown = set(details) - DETAILS
    if unknown:
        raise TypeError(f"Not details of a product: {', '.join(sorted(unknown))}")
    details = {name: value.strip() if isinstance(value, str) else value for name, value in details.items()}
    for name, words in (("name", "name"), ("manufacturer", "manufacturer"), ("unit", "unit that a lot is counted in")):
        if name in details and not details[name]:
            raise ProductRefused(f"Give the product's {words}.", name)
    if details.get("gtin"):
        try:
            details["gtin"] = gtin_of(details["gtin"])
        except ValueError as error:
            raise GtinRefused(str(error), "gtin") from None
    if "required_consents" in details:
        known = [kind.value for kind in ConsentKind]
        details["required_consents"] = [kind for kind in known if kind in details["required_consents"]]
    return details


def _check_status(status: ProductStatus) -> None:
    if not JURISDICTION.fullmatch(status.jurisdiction):
        raise StandingRefused('Give a country or state like "US" or "US-FL".', "jurisdiction")
    if status.valid_from < EARLIEST_STANDING:
        raise StandingRefused("Valid from is too long ago. Check the year.", "valid_from")
    needed = {
        ProductStatus.Standing.IND: "Give the IND number: patients are told to ask for it.",
        ProductStatus.Standing.CLEARED: "Give the number of the clearance, like K123456.",
        ProductStatus.Standing.APPROVED: "Give the number of the approval, like BL 125000.",
    }
    standing = ProductStatus.Standing(status.standing)
    if standing in needed and not status.reference:
        raise StandingRefused(needed[standing], "reference")


def _set_retired(product: Product, by: User, *, is_retired: bool) -> Product:
    require(by, product.clinic, Permission.STOCK_KEEP)
    product = Product.objects.select_for_update().get(pk=product.pk)
    product.is_retired = is_retired
    product.save(update_fields=["is_retired"])
    return product


def _save(product: Product) -> Product:
    try:
        with transaction.atomic():
            product.save()
    except IntegrityError as error:
        if "product_once_per_name" in str(error):
            raise ProductTaken("This product of this manufacturer is already registered.", "name") from None
        if "product_once_per_gtin" in str(error):
            raise ProductTaken("Another product has this GTIN.", "gtin") from None
        raise
    return product
