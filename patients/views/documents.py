"""The clinic's consent documents: every version, new versions, and what becomes of answers."""

from django.contrib import messages
from django.db.models import Count, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from clinic.access import row_page, staff_page
from clinic.actions import set_withdrawn_answers_policy
from clinic.permissions import Permission
from clinic.rules import RuleBroken
from patients import actions
from patients.consents import bound_patients, current_documents
from patients.forms import DocumentForm, PolicyForm
from patients.models import ConsentDocument, ConsentKind


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(Permission.PATIENT_VIEW)
def documents(request: HttpRequest) -> HttpResponse:
    """Every version of every kind; for managers, also the policy on answers of patients who leave."""
    is_sent, clinic = request.method == "POST", request.clinic
    form = PolicyForm(
        request.POST if is_sent else None, initial={"keeps": "keep" if clinic.keeps_withdrawn_answers else "erase"}
    )
    if is_sent and form.is_valid():
        set_withdrawn_answers_policy(clinic=clinic, keeps=form.cleaned_data["keeps"], by=request.user)
        messages.success(request, "Saved. It counts for patients who leave from now on.")
        return redirect("consent-documents")
    signed = Count("consents", filter=Q(consents__withdrawn_at=None))
    versions = ConsentDocument.objects.filter(clinic=clinic).select_related("published_by").annotate(n_signed=signed)
    context = {"section": "setup", "kinds": _by_kind(versions), "form": form}
    return render(request, "patients/consent_documents.html", context, status=422 if is_sent else 200)


def _by_kind(rows: QuerySet[ConsentDocument]) -> list[tuple[ConsentKind, list[ConsentDocument]]]:
    versions = list(rows)
    return [(kind, [version for version in versions if version.kind == kind]) for kind in ConsentKind]


@require_safe
@row_page(ConsentDocument.objects.select_related("published_by"))
def document(request: HttpRequest, shown: ConsentDocument) -> HttpResponse:
    """One version in both languages."""
    return render(request, "patients/consent_document.html", {"section": "setup", "document": shown})


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(Permission.CONSENT_PUBLISH)
def new_document(request: HttpRequest, kind: str) -> HttpResponse:
    """The next version of one kind, beginning with the words of the current one."""
    if kind not in ConsentKind.values:
        raise Http404
    is_sent, current = request.method == "POST", current_documents(request.clinic).get(kind)
    words = ("title_en", "text_en", "title_es", "text_es")
    form = DocumentForm(
        request.POST if is_sent else None,
        initial={name: getattr(current, name) for name in words} if current else {},
    )
    if is_sent and form.is_valid() and (published := _published(request, kind, form)):
        messages.success(request, f"{published} is published.")
        return redirect("consent-documents")
    context = {
        "section": "setup",
        "form": form,
        "kind": ConsentKind(kind),
        "current": current,
        "n_bound": bound_patients(request.clinic, kind).count(),
    }
    return render(request, "patients/consent_document_new.html", context, status=422 if is_sent else 200)


def _published(request: HttpRequest, kind: str, form: DocumentForm) -> ConsentDocument | None:
    try:
        return actions.publish_consent_document(
            clinic=request.clinic, kind=kind, at=timezone.now(), by=request.user, **form.cleaned_data
        )
    except RuleBroken as broken:
        form.add_error(broken.field, broken.message)
        return None
