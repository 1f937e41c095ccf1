"""What a patient agreed to, when and in which words; recording it from paper, asking for it."""

import smtplib

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clinic.access import row_page
from clinic.actions import store_file
from clinic.models import StoredFile
from clinic.rules import RuleBroken
from patients import actions
from patients.consents import current_documents, kind_states, signatures, unsigned, wording
from patients.forms import AskForm, PaperForm, ScanForm
from patients.forms.consents import document_choices, local_now
from patients.messages import consent_letter
from patients.models import Consent, ConsentDocument, ConsentKind, ConsentRequest, Patient

# Asked of everybody; the others belong to single products and protocols.
USUAL = [ConsentKind.CONTACT, ConsentKind.OUTCOME_REGISTRY]


@require_safe
@row_page(Patient.objects.all())
def consents(request: HttpRequest, patient: Patient) -> HttpResponse:
    """Where each kind stands, and every signature there ever was."""
    given = list(signatures(patient))
    context = {"section": "patients", "patient": patient, "given": given, "states": kind_states(patient, given)}
    return render(request, "patients/consents.html", context)


@require_safe
@row_page(Consent.objects.select_related("patient", "document", "recorded_by", "withdrawn_by", "scan", "pdf"))
def consent(request: HttpRequest, given: Consent) -> HttpResponse:
    """One signature with the exact words above it."""
    return _show_consent(request, given, ScanForm())


@require_POST
@row_page(Consent.objects.select_related("patient", "document", "recorded_by", "withdrawn_by", "scan", "pdf"))
def attach_scan(request: HttpRequest, given: Consent) -> HttpResponse:
    """The scanned paper of a signature that has none yet."""
    form = ScanForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            with transaction.atomic():
                scan = _stored(request, given.patient, form.cleaned_data["file"])
                actions.attach_scan(consent=given, scan=scan, by=request.user)
        except RuleBroken as broken:
            form.add_error("file", broken.message)
        else:
            messages.success(request, "The scan is stored.")
            return redirect("consent", given.public_id)
    return _show_consent(request, given, form)


def _show_consent(request: HttpRequest, given: Consent, form: ScanForm) -> HttpResponse:
    words = wording(given.document, given.language)
    context = {
        "section": "patients",
        "patient": given.patient,
        "given": given,
        "words": words,
        "is_unchanged": words.sha256 == given.text_hash,
        "form": form,
    }
    return render(request, "patients/consent.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@row_page(Patient.objects.all())
def record(request: HttpRequest, patient: Patient) -> HttpResponse:
    """A signature that was given on paper."""
    is_sent = request.method == "POST"
    documents = document_choices(ConsentDocument.objects.filter(clinic=patient.clinic))
    form = PaperForm(
        request.POST if is_sent else None,
        request.FILES if is_sent else None,
        documents=documents,
        now=local_now(timezone.now(), patient.clinic.time_zone),
        initial=_usual(request, patient, documents),
    )
    if is_sent and form.is_valid() and _recorded(request, patient, form):
        messages.success(request, "The signature is recorded.")
        return redirect("consents", patient.public_id)
    context = {"section": "patients", "patient": patient, "form": form}
    return render(request, "patients/consent_record.html", context, status=422 if is_sent else 200)


def _usual(request: HttpRequest, patient: Patient, documents: list[ConsentDocument]) -> dict[str, object]:
    wanted = request.GET.get("kind")
    return {
        "document": next((str(document.public_id) for document in documents if document.kind == wanted), ""),
        "language": patient.language,
        "signed_name": f"{patient.given_name} {patient.family_name}".strip(),
        "signed_at": timezone.localdate(),
    }


def _recorded(request: HttpRequest, patient: Patient, form: PaperForm) -> Consent | None:
    data = dict(form.cleaned_data)
    scan = data.pop("scan")
    try:
        with transaction.atomic():
            stored = _stored(request, patient, scan) if scan else None
            return actions.sign_consent(
                patient=patient, way=Consent.Way.PAPER, scan=stored, at=form.now, by=request.user, **data
            )
    except RuleBroken as broken:
        form.add_error(broken.field, broken.message)
        return None


def _stored(request: HttpRequest, patient: Patient, scan: tuple[str, bytes]) -> StoredFile:
    name, content = scan
    return store_file(clinic=patient.clinic, name=name, content=content, at=timezone.now(), by=request.user)


@require_http_methods(["GET", "HEAD", "POST"])
@row_page(Patient.objects.all())
def ask(request: HttpRequest, patient: Patient) -> HttpResponse:
    """Hand documents to the patient: on this device, which signs staff out first, or behind a link."""
    is_sent = request.method == "POST"
    form = AskForm(
        request.POST if is_sent else None,
        documents=current_documents(patient.clinic).values(),
        email=patient.email,
        initial={"kinds": unsigned(patient, request.GET.getlist("kind") or USUAL)},
    )
    if is_sent and form.is_valid():
        try:
            return _asked(request, patient, **form.cleaned_data)
        except RuleBroken as broken:
            form.add_error(broken.field, broken.message)
    context = {"section": "patients", "patient": patient, "form": form}
    return render(request, "patients/consent_ask.html", context, status=422 if is_sent else 200)


def _asked(request: HttpRequest, patient: Patient, kinds: list[str], way: str) -> HttpResponse:
    way, is_mailed = (Consent.Way.LINK, True) if way == AskForm.EMAIL else (way, False)
    asked, token = actions.ask_for_consent(patient=patient, kinds=kinds, way=way, at=timezone.now(), by=request.user)
    path = reverse("sign", args=[token])
    if way == Consent.Way.TABLET:
        # Whoever holds the tablet now is the patient: nothing of the clinic's may be open behind this page.
        logout(request)
        return redirect(path)
    link = settings.SITE_URL + path
    if is_mailed:
        _mail(request, asked, link)
    context = {"section": "patients", "patient": patient, "asked": asked, "link": link}
    return render(request, "patients/consent_link.html", context)


def _mail(request: HttpRequest, asked: ConsentRequest, link: str) -> None:
    try:
        consent_letter(asked, link=link, our_address=settings.DEFAULT_FROM_EMAIL).send()
    except (smtplib.SMTPException, OSError):
        messages.warning(request, "The mail server did not take the message. Hand the link over in another way.")
    else:
        messages.success(request, "The link is on its way by e-mail.")
