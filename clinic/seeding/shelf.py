"""What the demo clinic keeps on its shelves: four products, each with a new lot every quarter."""

import datetime as dt
import random
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, NamedTuple

from clinic.models import Clinic, User
from treatments.actions.lots import discard_lot, receive_lot, release_lot
from treatments.actions.products import record_status, register_product
from treatments.models import Lot, Product
from treatments.vocabulary import Modality

MAKER = "Example Biologics (fictional)"
DAYS_A_LOT_LASTS = 91


class Ware(NamedTuple):
    """A product as it is registered, and how many units of it one session takes."""

    name: str
    kind: str
    regulated_as: str
    unit: str
    prefix: str
    standing: str
    reference: str
    consents: tuple[str, ...] = ()


PRP_KIT = Ware("Double-spin PRP kit", "prp_kit", "device", "kit", "PK", "cleared", "K000000 (fictional)")
CELL_KIT = Ware("Marrow concentration kit", "cell_kit", "device", "kit", "MK", "cleared", "K000001 (fictional)")
DONOR_CELLS = Ware(
    "Example MSC 25",
    "cell_product",
    "biologic",
    "vial",
    "MSC",
    "ind",
    "IND 00000 (fictional)",
    ("investigational_product",),
)
EXOSOMES = Ware(
    "Example EV 5",
    "exosome_product",
    "biologic",
    "vial",
    "EV",
    "ind",
    "IND 00000 (fictional)",
    ("investigational_product",),
)
WARES = (PRP_KIT, CELL_KIT, DONOR_CELLS, EXOSOMES)


def ware_for(modality: Modality, preparation: Mapping[str, Any]) -> Ware:
    """What a session with this preparation takes from the shelf."""
    if modality == Modality.CELL:
        return DONOR_CELLS if preparation["donor"] == "allogeneic" else CELL_KIT
    return {Modality.PRP: PRP_KIT, Modality.EXOSOME: EXOSOMES}[modality]


class Shelf:
    """The products of one clinic and the lot of each that is in use on a day."""

    def __init__(self, clinic: Clinic, staff: User, *, first: dt.datetime, units: int = 30) -> None:
        self.clinic, self.staff, self.first, self.units = clinic, staff, first, units
        self.products = {ware: self._register(ware) for ware in WARES}
        self._lots: dict[tuple[Ware, int], Lot] = {}

    def lot(self, ware: Ware, at: dt.datetime) -> Lot:
        """The released lot of this quarter; received when first asked for."""
        quarter = (at - self.first).days // DAYS_A_LOT_LASTS
        if (ware, quarter) not in self._lots:
            self._lots[ware, quarter] = self._receive(ware, quarter)
        return self._lots[ware, quarter]

    def clear_out(self, at: dt.datetime) -> None:
        """Throw away what has expired by now."""
        left = Lot.objects.filter(clinic=self.clinic, status=Lot.Status.RELEASED, expires_on__lt=at.date())
        for lot in left.select_related("clinic"):
            discard_lot(lot=lot, reason="Expired", at=at, by=self.staff)

    def _register(self, ware: Ware) -> Product:
        product = register_product(
            clinic=self.clinic,
            by=self.staff,
            at=self.first,
            name=ware.name,
            manufacturer=MAKER,
            kind=ware.kind,
            regulated_as=ware.regulated_as,
            unit=ware.unit,
            required_consents=list(ware.consents),
        )
        record_status(
            product=product,
            by=self.staff,
            at=self.first,
            jurisdiction="US",
            standing=ware.standing,
            valid_from=self.first.date(),
            reference=ware.reference,
        )
        return product

    def _receive(self, ware: Ware, quarter: int) -> Lot:
        came = self.first + dt.timedelta(days=DAYS_A_LOT_LASTS * quarter)
        serial = random.Random(f"{ware.prefix}/{quarter}").randrange(1000, 9999)
        lot = receive_lot(
            product=self.products[ware],
            by=self.staff,
            at=came,
            lot_number=f"{ware.prefix}-{came:%y%m}-{serial}",
            identification_code="" if ware.regulated_as == "device" else f"TISSUE-{came:%y%m}-{serial}",
            quantity=Decimal(self.units),
            expires_on=came.date() + dt.timedelta(days=2 * DAYS_A_LOT_LASTS),
        )
        return release_lot(lot=lot, by=self.staff)
