"""One lot with everybody who received it, and one patient with every lot received."""

from collections.abc import Iterator

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from clinic.access import question_first, row_page
from clinic.csv_files import csv_file
from outcomes.recalls import Exposure, every_exposure, every_lot_received, exposed_patients, lots_received
from patients.models import Patient
from treatments.models import Lot, Recall

NEWEST = 20


@require_safe
@row_page(Lot.objects.select_related("product", "certificate", "received_by").with_quantity())
def lot(request: HttpRequest, lot: Lot) -> HttpResponseBase:
    """A lot: facts, ledger, storage log, and who received it, page by page or whole as CSV."""
    if request.GET.get("format") == "csv":
        header = ("Patient", "Chart number", "Born", "Phone", "E-mail", *EXPOSURE)
        people = ((*_person(one.patient), *_exposure(one)) for one in every_exposure(lot, user=request.user))
        return question_first(request) or csv_file("lot-exposed.csv", header, people)
    exposures, part = exposed_patients(lot, user=request.user, after=request.GET.get("after", ""))
    movements = list(lot.movements.select_related("moved_by")[: NEWEST + 1])
    readings = list(lot.storage_readings.select_related("recorded_by")[: NEWEST + 1])
    context = {
        "section": "stock",
        "lot": lot,
        "exposures": exposures,
        "part": part,
        "movements": movements[:NEWEST],
        "readings": readings[:NEWEST],
        "newest": NEWEST,
        "recall": Recall.objects.visible_to(request.user).filter(lot=lot).first(),
    }
    return render(request, "treatments/lot.html", context)


@require_safe
@row_page(Patient.objects.all())
def received_lots(request: HttpRequest, patient: Patient) -> HttpResponseBase:
    """Every lot that went into one patient, page by page or whole as CSV."""
    if request.GET.get("format") == "csv":
        header = ("Product", "Manufacturer", "Lot", "Expires", "Lot is", *EXPOSURE)
        return question_first(request) or csv_file("lots-received.csv", header, _received(request, patient))
    exposures, part = lots_received(patient, user=request.user, after=request.GET.get("after", ""))
    context = {"section": "patients", "patient": patient, "exposures": exposures, "part": part}
    return render(request, "treatments/received_lots.html", context)


EXPOSURE = ("Where", "Date", "Quantity", "Unit", "Last score", "Measured by", "On", "Open check-ins", "Recall case")


def _received(request: HttpRequest, patient: Patient) -> Iterator[tuple[object, ...]]:
    for one in every_lot_received(patient, user=request.user):
        lot = one.use.lot
        facts = (lot.product.name, lot.product.manufacturer, lot.lot_number, lot.expires_on, lot.get_status_display())
        yield (*facts, *_exposure(one))


def _person(patient: Patient) -> tuple[object, ...]:
    return (patient, patient.chart_number, patient.born_on, patient.phone, patient.email)


def _exposure(one: Exposure) -> tuple[object, ...]:
    score, use = one.score, one.use
    measured = (score.value, score.instrument, score.taken_on) if score else ("", "", "")
    return (one.place, one.day, use.quantity, use.lot.product.unit, *measured, one.open_follow_ups, one.case_state)
