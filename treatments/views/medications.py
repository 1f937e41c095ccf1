"""Which pain medicines a patient takes, over time."""

from typing import Any

from django.contrib import messages
from django.db.models import Min, Q
from django.forms import BaseFormSet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from clinic.access import allow, row_page
from clinic.permissions import Permission
from clinic.rules import RuleBroken
from patients.models import Patient
from treatments import actions, mme
from treatments.forms.medications import CHECK_IN, SESSION, YES_NO_FIELDS, MedicationForm, OpioidFormSet
from treatments.forms.rows import ADD, REMOVE, with_rows
from treatments.medication_history import compared
from treatments.models import Course, OpioidUse

SHOWN = 200


@require_safe
@row_page(Patient.objects.all())
def medications(request: HttpRequest, patient: Patient) -> HttpResponse:
    """Every time it was asked, the newest first, against the last time before a course's first session."""
    treated = Course.objects.filter(patient=patient).annotate(
        first_at=Min("sessions__performed_at", filter=Q(sessions__entered_in_error_at=None))
    )
    courses = list(treated.exclude(first_at=None).select_related("treatment_type").order_by("-first_at"))
    named = [row for row in courses if str(row.public_id) == request.GET.get("course")]
    chosen = next(iter(named or courses), None)
    reviews = patient.medication_reviews.select_related("session", "follow_up__timepoint", "recorded_by")
    lines = compared(list(reviews.prefetch_related("opioids")[:SHOWN]), chosen and timezone.localdate(chosen.first_at))
    context = {
        "section": "patients",
        "patient": patient,
        "courses": courses,
        "chosen": chosen,
        "rows": [_row(line) for line in lines],
        "table": mme.table(mme.current_version()),
        "has_baseline": any(line.is_baseline for line in lines),
    }
    return render(request, "treatments/medications.html", context)


def _row(line: Any) -> dict[str, Any]:
    """One line with its drugs in words."""
    review = line.review
    uses = [(use, mme.Use(use.drug, use.strength, use.units_per_day)) for use in review.opioids.all()]
    day = mme.mme_per_day([use for _, use in uses], review.factor_version)
    return {
        "line": line,
        "review": review,
        "opioids": [{"words": said(use), "mme": part} for (use, _), part in zip(uses, day.parts, strict=True)],
        "unknown": day.unknown,
        "is_caution": mme.is_caution(review.mme_per_day, review.factor_version),
        "others": [label for name, label in YES_NO_FIELDS.items() if getattr(review, name)],
    }


def said(use: OpioidUse) -> str:
    """Like "Oxycodone 10 mg × 2 a day"."""
    count = f"{use.units_per_day.normalize():f}"
    amount = f"{use.strength.normalize():f} {mme.unit_of(use.drug)}"
    times = f"× {count} worn" if mme.is_patch(use.drug) else f"× {count} a day"
    return f"{mme.drugs().get(use.drug, use.drug)} {amount} {times}"


@require_http_methods(["GET", "HEAD", "POST"])
@row_page(Patient.objects.all())
def medication_new(request: HttpRequest, patient: Patient) -> HttpResponse:
    """What the patient takes now. Rows are added and taken away without saving."""
    allow(request, patient.clinic, Permission.EVENT_RECORD)
    data = request.POST if request.method == "POST" else None
    changes_rows = data is not None and (ADD in data or REMOVE in data)
    if changes_rows:
        data = with_rows(data)
    today = timezone.localdate()
    form = MedicationForm(data, patient=patient, today=today, initial={"asked_on": today, **_occasion(request)})
    opioids = OpioidFormSet(data, prefix="opioids")
    is_checked = data is not None and not changes_rows
    if is_checked and all([form.is_valid(), opioids.is_valid()]) and _saved(request, patient, form, opioids):
        return redirect("medications", patient.public_id)
    context = {
        "section": "patients",
        "patient": patient,
        "form": form,
        "opioids": opioids,
        "is_checked": is_checked,
        "others": [form[name] for name in MedicationForm.OTHERS],
    }
    return render(request, "treatments/medication_new.html", context, status=422 if is_checked else 200)


def _occasion(request: HttpRequest) -> dict[str, str]:
    """What a link to this page chose beforehand."""
    for name, prefix in (("session", SESSION), ("follow_up", CHECK_IN)):
        if name in request.GET:
            return {"occasion": prefix + request.GET[name]}
    return {}


def _saved(request: HttpRequest, patient: Patient, form: MedicationForm, opioids: BaseFormSet) -> bool:
    filled = [row for row in opioids if row.cleaned_data]
    try:
        review = actions.record_medication_review(
            patient=patient,
            opioids=[row.cleaned_data for row in filled],
            at=timezone.now(),
            by=request.user,
            **form.details(),
        )
    except RuleBroken as broken:
        _show(broken, form, filled)
        return False
    known = "not known" if review.mme_per_day is None else f"{review.mme_per_day.normalize():f}"
    messages.success(request, f"Saved. MME a day: {known}.")
    return True


def _show(broken: RuleBroken, form: MedicationForm, rows: list[Any]) -> None:
    first, _, rest = (broken.field or "").partition(".")
    number, _, name = rest.partition(".")
    if first == "opioids" and number.isdecimal():
        rows[int(number)].add_error(name, broken.message)
    else:
        field = {"session": "occasion", "follow_up": "occasion", "opioids": "takes_opioids"}.get(first, first)
        form.add_error(field if field in form.fields else None, broken.message)
