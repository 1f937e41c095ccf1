"""The lots a session used: scanned or picked from the shelf, then how much of each and for which injection."""

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Self

from django import forms
from django.db.models import Q, QuerySet
from django.http import QueryDict

from clinic.forms import speak_plainly
from clinic.models import Clinic, User
from treatments.forms.preparations import UnitInput
from treatments.forms.rows import MAX_ROWS, NumberedFormSet, rows_in
from treatments.models import Course, Lot, Product, ProductStatus
from treatments.scanning import Scanned, read_code
from treatments.vocabulary import Modality

ROWS, SCAN, PICK = "lots", "scan", "pick"
MAX_SHELF = 200
ALWAYS = (Product.Kind.ADDITIVE, Product.Kind.NEEDLE)
FITTING: dict[str, tuple[str, ...]] = {
    Modality.PRP.value: (Product.Kind.PRP_KIT, *ALWAYS),
    Modality.CELL.value: (Product.Kind.CELL_KIT, Product.Kind.CELL_PRODUCT, *ALWAYS),
    Modality.EXOSOME.value: (Product.Kind.EXOSOME_PRODUCT, *ALWAYS),
}


class Shelf:
    """The clinic's lots as one session page needs them: what can be picked, and what is named by the page."""

    def __init__(self, clinic: Clinic, *, by: User, modality: str, on: dt.date) -> None:
        self.on = on
        self._all = Lot.objects.visible_to(by).filter(clinic=clinic).with_quantity().select_related("product")
        self._modality = modality

    @classmethod
    def at(cls, course: Course, *, by: User, on: dt.date) -> Self:
        """The shelf for a session of this course on this day of the clinic's calendar."""
        return cls(course.clinic, by=by, modality=course.treatment_type.modality, on=on)

    def lots_of(self, codes: Sequence[str]) -> dict[str, Lot]:
        """The lots with these public ids, by id; what is no lot of the clinic is left out."""
        ids = [code for code in codes if _is_uuid(code)]
        return {str(lot.public_id): lot for lot in self._shown(self._all.filter(public_id__in=ids))} if ids else {}

    def offered(self) -> list[Lot]:
        """Released lots of products that fit the treatment, the first to expire first; at most MAX_SHELF."""
        fitting = Q(status=Lot.Status.RELEASED, product__kind__in=FITTING.get(self._modality, ()))
        in_date = Q(expires_on=None) | Q(expires_on__gte=self.on)
        return list(self._shown(self._all.filter(fitting, in_date))[:MAX_SHELF])

    def scanned(self, text: str) -> tuple[list[Lot], Scanned]:
        """The lots a code or a typed lot number can mean, at most two of them."""
        code = read_code(text)
        number = code.lot_number or ("" if code.is_gs1 else code.text)
        lots = self._all.filter(lot_number__iexact=number) if number else self._all.none()
        if code.gtin:
            lots = lots.filter(product__gtin=code.gtin)
        return list(self._shown(lots)[:2]), code

    def standings(self, product: Product) -> list[ProductStatus]:
        """The product's regulatory standing on the day of the page, one for each jurisdiction."""
        current: dict[str, ProductStatus] = {}
        for status in product.statuses.all():
            if status.valid_from <= self.on:
                current.setdefault(status.jurisdiction, status)
        return list(current.values())

    def _shown(self, lots: QuerySet[Lot]) -> QuerySet[Lot]:
        return lots.prefetch_related("product__statuses")


class LotUseForm(forms.Form):
    """How much of one lot was used, and for which injection ("" for the session as a whole)."""

    lot = forms.CharField(widget=forms.HiddenInput)
    quantity = forms.DecimalField(max_digits=10, decimal_places=3, min_value=Decimal("0.001"))
    injection = forms.TypedChoiceField(label="For", coerce=int, empty_value=None, required=False)

    def __init__(self, *args: Any, shelf: Shelf, lots: Mapping[str, Lot], places: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.shelf, self.places = shelf, places
        speak_plainly(self)
        whole = ("", "The whole session")
        self.fields["injection"].choices = [whole, *((str(index), place) for index, place in enumerate(places))]
        self.fields["quantity"].error_messages["min_value"] = "The quantity must be more than 0."
        self.row = lots.get(str(self["lot"].value() or ""))
        if self.row:
            self.fields["quantity"].widget = UnitInput(self.row.product.unit)
            self.standings = shelf.standings(self.row.product)

    def clean_lot(self) -> Lot:
        if self.row is None:
            raise forms.ValidationError("There is no such lot at this clinic.")
        return self.row

    @property
    def title(self) -> str:
        """The product and its lot number."""
        return f"{self.row.product.name}, lot {self.row.lot_number}" if self.row else ""

    @property
    def is_expired(self) -> bool:
        """Whether its last day is over."""
        return bool(self.row and self.row.expires_on and self.row.expires_on < self.shelf.on)


class LotRows(NumberedFormSet):
    row_name = "Lot"


LotFormSet = forms.formset_factory(LotUseForm, LotRows, extra=0, max_num=MAX_ROWS, absolute_max=MAX_ROWS)


def lots_named(data: QueryDict | None) -> list[str]:
    """The public ids of the lots in the rows that were sent."""
    return [data.get(f"{ROWS}-{index}-lot", "") for index in range(rows_in(data, ROWS))] if data else []


@dataclass(frozen=True)
class LotProblem:
    """Why what was scanned could not be added. ``receive``: what to fill the page for a new lot in with."""

    message: str
    receive: str = ""


def add_lot(data: QueryDict, shelf: Shelf) -> tuple[QueryDict, LotProblem | None]:
    """What was typed with the scanned or picked lot added; what cannot be added stays in its field."""
    text, code = data.get(SCAN, "").strip(), data.get(PICK, "")
    changed = data.copy()
    if code:
        lot = shelf.lots_of([code]).get(code)
        problem = _against(lot) if lot else LotProblem("There is no such lot at this clinic.")
        if lot and not problem:
            changed = _with_lot(changed, lot)
            changed[PICK] = ""
        if problem or not text:
            return changed, problem
    lots, scanned = shelf.scanned(text)
    problem = _against(lots[0]) if len(lots) == 1 else _unknown(scanned, len(lots))
    if problem is None:
        changed = _with_lot(changed, lots[0])
        changed[SCAN] = ""
    return changed, problem


def move_to_injections(data: QueryDict, *, removed: int) -> QueryDict:
    """The same lots after an injection was removed: what was for it is for the whole session."""
    changed = data.copy()
    for index in range(rows_in(data, ROWS)):
        name = f"{ROWS}-{index}-injection"
        number = data.get(name, "")
        if number.isdecimal() and int(number) >= removed:
            changed[name] = "" if int(number) == removed else str(int(number) - 1)
    return changed


def _with_lot(data: QueryDict, lot: Lot) -> QueryDict:
    named, code = lots_named(data), str(lot.public_id)
    if code in named:
        quantity = f"{ROWS}-{named.index(code)}-quantity"
        typed = data.get(quantity, "")
        data[quantity] = str(int(typed) + 1) if typed.isdecimal() else typed
    else:
        data[f"{ROWS}-{len(named)}-lot"] = code
        data[f"{ROWS}-{len(named)}-quantity"] = "1"
        data[f"{ROWS}-TOTAL_FORMS"] = str(len(named) + 1)
    return data


def _against(lot: Lot) -> LotProblem | None:
    if lot.status in (Lot.Status.RECALLED, Lot.Status.DISCARDED):
        return LotProblem(f"Lot {lot.lot_number} is {lot.get_status_display().lower()}: do not use it.")
    return None


def _unknown(scanned: Scanned, found: int) -> LotProblem:
    if scanned.problem:
        return LotProblem(scanned.problem)
    if found:
        return LotProblem("More than one lot has this number: choose it from the shelf below.")
    if scanned.lot_number:
        return LotProblem(f"No lot {scanned.lot_number} is on the shelf: receive it first.", scanned.text)
    if scanned.is_gs1:
        return LotProblem("This code names a product but no lot: scan the other code, or type the lot number.")
    return LotProblem(f"“{scanned.text}” is not a GS1 code, and no lot of that number is on the shelf.", scanned.text)


def _is_uuid(text: str) -> bool:
    try:
        uuid.UUID(text)
    except ValueError:
        return False
    return True
