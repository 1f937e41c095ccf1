"""The product register: the list, a new product, and one product with its standings and lots."""

import datetime as dt
from collections.abc import Callable
from functools import partial

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clinic.access import allow, row_page, staff_page
from clinic.forms import attempted
from clinic.permissions import Permission
from treatments.actions import products as actions
from treatments.forms.stock import ProductForm, StandingForm
from treatments.models import Lot, Product, ProductStatus
from treatments.scanning import read_code

MOST_LOTS = 20


@require_safe
@staff_page(Permission.STOCK_KEEP)
def products(request: HttpRequest) -> HttpResponse:
    """The clinic's products with their standing today, those in use first."""
    rows = Product.objects.visible_to(request.user).filter(clinic=request.clinic).prefetch_related("statuses")
    on = timezone.localdate()
    listed = [(product, in_force(product, on)) for product in rows.order_by("is_retired", "name", "manufacturer")]
    return render(request, "treatments/products.html", {"section": "setup", "products": listed})


def in_force(product: Product, on: dt.date) -> list[ProductStatus]:
    """The standings of a product that are in force on this day, one for each jurisdiction."""
    newest: dict[str, ProductStatus] = {}
    for status in product.statuses.all():
        if status.valid_from <= on:
            newest.setdefault(status.jurisdiction, status)
    return list(newest.values())


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(Permission.STOCK_KEEP)
def product_new(request: HttpRequest) -> HttpResponse:
    """Register a product. ``?scan=`` fills in the GTIN of a code that no product had."""
    is_sent = request.method == "POST"
    initial = {"gtin": read_code(request.GET.get("scan", "")).gtin}
    form = ProductForm(request.POST if is_sent else None, initial=initial)
    if is_sent and form.is_valid() and (product := _registered(request, form)):
        messages.success(request, "Saved. Next: record its regulatory standing.")
        return redirect("product", product.public_id)
    context = {"section": "setup", "form": form}
    return render(request, "treatments/product_new.html", context, status=422 if is_sent else 200)


def _registered(request: HttpRequest, form: ProductForm) -> Product | None:
    details = {name: form.cleaned_data[name] for name in ProductForm.Meta.fields}
    register = partial(actions.register_product, clinic=request.clinic, at=timezone.now(), by=request.user, **details)
    return attempted(form, register)


@require_http_methods(["GET", "HEAD", "POST"])
@row_page(Product.objects.prefetch_related("statuses"))
def product(request: HttpRequest, product: Product) -> HttpResponse:
    """One product: its details to correct, its standings through time, its lots."""
    allow(request, product.clinic, Permission.STOCK_KEEP)
    is_standing = "standing" in request.POST
    edit, standing = _edit_form(request, product), StandingForm(request.POST if is_standing else None)
    if request.method == "POST":
        form = standing if is_standing else edit
        if form.is_valid() and attempted(form, _change(request, product, form)):
            messages.success(request, "The standing is recorded." if is_standing else "Saved.")
            return redirect("product", product.public_id)
    context = {
        "section": "setup",
        "product": product,
        "edit": edit,
        "standing": standing,
        "in_force": in_force(product, timezone.localdate()),
        "lots": Lot.objects.visible_to(request.user)
        .filter(product=product)
        .with_quantity()
        .order_by("-id")[:MOST_LOTS],
    }
    return render(request, "treatments/product.html", context, status=422 if request.method == "POST" else 200)


def _edit_form(request: HttpRequest, product: Product) -> ProductForm:
    is_sent = request.method == "POST" and "standing" not in request.POST
    shown = Product.objects.get(pk=product.pk)
    return ProductForm(request.POST if is_sent else None, instance=shown)


def _change(request: HttpRequest, product: Product, form: forms.BaseForm) -> Callable[[], object]:
    if isinstance(form, StandingForm):
        details = {name: form.cleaned_data[name] for name in StandingForm.Meta.fields}
        return partial(actions.record_status, product=product, at=timezone.now(), by=request.user, **details)
    details = {name: form.cleaned_data[name] for name in ProductForm.Meta.fields}
    return partial(actions.update_product, product=product, version=product.version, by=request.user, **details)


@require_POST
@row_page(Product.objects.all())
def retire_product(request: HttpRequest, product: Product) -> HttpResponse:
    """No new lots of it, or new lots again."""
    if "back" in request.POST or "back" in request.GET:
        actions.bring_back_product(product=product, by=request.user)
        undo = reverse("product-retire", args=[product.public_id])
        messages.success(request, "Lots of it can be received again.", extra_tags=undo)
    else:
        actions.retire_product(product=product, by=request.user)
        undo = f"{reverse('product-retire', args=[product.public_id])}?back=1"
        messages.success(
            request, "Retired: no new lot of it is received. What is in stock can still be used.", extra_tags=undo
        )
    return redirect("product", product.public_id)
