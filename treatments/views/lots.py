"""Stock: what is there, receiving a lot, and what happens to it later."""

import datetime as dt
from collections.abc import Callable
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.contrib import messages
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clinic.access import granted_by, question_first, row_page, staff_page
from clinic.actions import store_file
from clinic.csv_files import csv_file
from clinic.files import FileRefused
from clinic.forms import attempted
from clinic.models import StoredFile
from clinic.permissions import Permission
from clinic.rules import RuleBroken
from patients.pages import page_of
from treatments.actions import lots as actions
from treatments.forms.stock import (
    MINUTE,
    CertificateForm,
    CountForm,
    DiscardForm,
    ReadingForm,
    ReceiveForm,
    filled,
)
from treatments.models import Lot, Product
from treatments.scanning import MAX_LENGTH, read_code

SOON = dt.timedelta(days=60)
IN_STOCK = (Lot.Status.QUARANTINE, Lot.Status.RELEASED)
FILTERS = {
    "": "In stock",
    "soon": "Expiring in 60 days",
    "quarantine": "Quarantine",
    "used_up": "Used up",
    "discarded": "Discarded",
    "recalled": "Recalled",
    "all": "All",
}


@require_safe
@staff_page(Permission.STOCK_KEEP)
def lots(request: HttpRequest) -> HttpResponse:
    """The shelf, what expires first on top; ``q`` takes a scanned code, a lot number or a product's name."""
    show = request.GET.get("show", "")
    show = show if show in FILTERS else ""
    q = request.GET.get("q", "").strip()[:MAX_LENGTH]
    everything = Lot.objects.visible_to(request.user).filter(clinic=request.clinic)
    found = _matching(everything, q) if q else _shown(everything, show, timezone.localdate())
    if q and len(only := list(found[:2])) == 1:
        return redirect("lot", only[0].public_id)
    rows = found.select_related("product").order_by(F("expires_on").asc(nulls_last=True), "id")
    page = page_of(rows.with_quantity(), request.GET.get("page", ""))
    context = {"section": "stock", "page": page, "show": show, "filters": FILTERS, "q": q}
    context["soon"] = timezone.localdate() + SOON
    return render(request, "treatments/lots.html", context)


def _matching(rows: QuerySet[Lot], q: str) -> QuerySet[Lot]:
    code = read_code(q)
    if code.is_gs1:
        by_number = rows.filter(lot_number__iexact=code.lot_number) if code.lot_number else rows
        return by_number.filter(product__gtin=code.gtin) if code.gtin else by_number
    return rows.filter(Q(lot_number__icontains=q) | Q(product__name__icontains=q) | Q(identification_code=q))


def _shown(rows: QuerySet[Lot], show: str, on: dt.date) -> QuerySet[Lot]:
    if show == "all":
        return rows
    if show == "soon":
        return rows.filter(status__in=IN_STOCK, expires_on__lte=on + SOON)
    return rows.filter(status=show) if show else rows.filter(status__in=IN_STOCK)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(Permission.STOCK_KEEP)
def receive_lot(request: HttpRequest) -> HttpResponse:
    """A delivery. A scanned code is spread over the fields first; the scanner's Enter saves nothing."""
    is_sent = request.method == "POST"
    typed = request.POST if is_sent else request.GET
    told = ""
    if typed.get("scan", "").strip():
        is_sent = False
        typed, told = filled(typed, _products(request).exclude(gtin=""))
    sent = (request.POST, request.FILES) if is_sent else (None, None)
    form = ReceiveForm(*sent, initial=_first(typed), products=_products(request))
    if is_sent and form.is_valid() and (lot := attempted(form, partial(_received, request, form))):
        messages.success(request, "Received, in quarantine. A clinician releases it.")
        return redirect("lot", lot.public_id)
    context = {"section": "stock", "form": form, "told": told, "unknown": typed.get("unknown_code", "")}
    # The scanner types where the cursor is; once it has, the quantity is what is still missing.
    form.fields["quantity" if told else "scan"].widget.attrs["autofocus"] = True
    context["exosome"] = form.names(Product.Kind.EXOSOME_PRODUCT)
    return render(request, "treatments/lot_receive.html", context, status=422 if is_sent else 200)


def _products(request: HttpRequest) -> QuerySet[Product]:
    return Product.objects.visible_to(request.user).filter(clinic=request.clinic, is_retired=False)


def _first(typed: QueryDict) -> dict[str, str]:
    return {name: typed[name] for name in ReceiveForm.field_order if name in typed}


def _received(request: HttpRequest, form: ReceiveForm) -> Lot:
    details = {name: form.cleaned_data[name] for name in (*ReceiveForm.Meta.fields, "quantity")}
    now = timezone.now()
    with transaction.atomic():
        certificate = _stored(request, form.cleaned_data["certificate"], now)
        return actions.receive_lot(certificate=certificate, at=now, by=request.user, **details)


def _stored(request: HttpRequest, upload: Any, now: dt.datetime) -> StoredFile | None:
    if not upload:
        return None
    try:
        return store_file(clinic=request.clinic, name=upload.name, content=upload.read(), at=now, by=request.user)
    except FileRefused as refused:
        refused.field = "certificate"
        raise


@require_POST
@row_page(Lot.objects.all())
def release_lot(request: HttpRequest, lot: Lot) -> HttpResponse:
    """Out of quarantine."""
    return _at_once(request, lot, actions.release_lot, "Released. It can be used from now on.", "lot-quarantine")


@require_POST
@row_page(Lot.objects.all())
def quarantine_lot(request: HttpRequest, lot: Lot) -> HttpResponse:
    """Back into quarantine."""
    may_release = Permission.LOT_RELEASE.name in granted_by(request.memberships, lot.clinic)
    words = "In quarantine. It is used only with a written reason."
    return _at_once(request, lot, actions.quarantine_lot, words, "lot-release" if may_release else "")


def _at_once(request: HttpRequest, lot: Lot, action: Callable[..., object], words: str, undo: str) -> HttpResponse:
    """``undo``: the route that puts the lot back, "" for nobody's."""
    try:
        action(lot=lot, by=request.user)
    except RuleBroken as broken:
        messages.warning(request, broken.message)
    else:
        messages.success(request, words, extra_tags=reverse(undo, args=[lot.public_id]) if undo else "")
    return redirect("lot", lot.public_id)


LOTS = Lot.objects.select_related("product")


@require_http_methods(["GET", "HEAD", "POST"])
@row_page(LOTS)
def discard_lot(request: HttpRequest, lot: Lot) -> HttpResponse:
    """Say why the rest is thrown away, then do it."""
    form = DiscardForm(_sent(request))
    words = {"title": "Discard the rest", "button": "Discard", "done": "Discarded.", "is_final": True}
    return _changed(request, lot, form, actions.discard_lot, words)


@require_http_methods(["GET", "HEAD", "POST"])
@row_page(LOTS)
def correct_lot(request: HttpRequest, lot: Lot) -> HttpResponse:
    """Let the ledger follow what was counted."""
    form = CountForm(_sent(request))
    words = {"title": "Correct the quantity", "button": "Save the count", "done": "The ledger is corrected."}
    return _changed(request, lot, form, actions.correct_quantity, words)


@require_http_methods(["GET", "HEAD", "POST"])
@row_page(LOTS)
def add_reading(request: HttpRequest, lot: Lot) -> HttpResponse:
    """One line of the storage log."""
    form = ReadingForm(_sent(request), initial={"read_at": timezone.localtime().strftime(MINUTE)})
    words = {"title": "Add a storage reading", "button": "Save reading", "done": "The reading is saved."}
    return _changed(request, lot, form, actions.record_storage_reading, words)


@require_http_methods(["GET", "HEAD", "POST"])
@row_page(LOTS)
def add_certificate(request: HttpRequest, lot: Lot) -> HttpResponse:
    """The certificate of a lot that came without one."""
    form = CertificateForm(_sent(request), request.FILES or None)
    words = {"title": "Add the certificate", "button": "Save certificate", "done": "The certificate is saved."}

    def attach(*, lot: Lot, certificate: Any, at: dt.datetime, by: Any) -> Lot:
        with transaction.atomic():
            return actions.attach_certificate(lot=lot, certificate=_stored(request, certificate, at), by=by)

    return _changed(request, lot, form, attach, words)


def _sent(request: HttpRequest) -> Any:
    return request.POST if request.method == "POST" else None


def _changed(
    request: HttpRequest, lot: Lot, form: forms.BaseForm, action: Callable[..., Any], words: dict[str, Any]
) -> HttpResponse:
    """A page with one short form, and the lot's page once it is done."""
    is_sent = request.method == "POST"
    if is_sent and form.is_valid():
        work = partial(action, lot=lot, at=timezone.now(), by=request.user, **form.cleaned_data)
        if attempted(form, work):
            messages.success(request, words["done"])
            return redirect("lot", lot.public_id)
    quantity = Lot.objects.with_quantity().get(pk=lot.pk).quantity
    context = {"section": "stock", "lot": lot, "form": form, "words": words, "quantity": quantity}
    return render(request, "treatments/lot_change.html", context, status=422 if is_sent else 200)


@require_safe
@row_page(LOTS)
def lot_ledger(request: HttpRequest, lot: Lot) -> StreamingHttpResponse:
    """The whole ledger as a file, oldest line first."""
    lines = lot.movements.select_related("moved_by").order_by("id").iterator(chunk_size=1000)
    header = ("When", "What", f"Quantity ({lot.product.unit})", "Reason", "Who")
    rows = ((_minute(x.moved_at, lot), x.get_kind_display(), x.quantity, x.reason, x.moved_by) for x in lines)
    return question_first(request) or csv_file("lot-ledger.csv", header, rows)


@require_safe
@row_page(LOTS)
def lot_storage(request: HttpRequest, lot: Lot) -> StreamingHttpResponse:
    """The whole storage log as a file, oldest line first."""
    lines = lot.storage_readings.select_related("recorded_by").order_by("read_at", "id").iterator(chunk_size=1000)
    header = ("When", "°C", "Excursion", "Note", "Who")
    rows = ((_minute(x.read_at, lot), x.celsius, _yes(x.is_excursion), x.note, x.recorded_by) for x in lines)
    return question_first(request) or csv_file("lot-storage.csv", header, rows)


def _minute(at: dt.datetime, lot: Lot) -> str:
    # The page's time zone is over by the time a file is streamed.
    return f"{at.astimezone(ZoneInfo(lot.clinic.time_zone)):%Y-%m-%d %H:%M}"


def _yes(value: bool) -> str:
    return "yes" if value else "no"
