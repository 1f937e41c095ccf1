"""Where providers report what became of messages, and where patients' replies arrive. Anonymous; each post is signed."""

import logging
from xml.sax.saxutils import escape

from anymail.exceptions import AnymailWebhookValidationFailure
from anymail.webhooks.base import AnymailBaseWebhookView, AnymailCoreWebhookView
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import Resolver404, resolve
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from clinic import scope
from clinic.models import Clinic
from outcomes import actions
from outcomes.inbound_words import Answerer, Wish, answer_to, is_spanish, wish_in
from outcomes.models import ProviderEvent
from outcomes.provider_reports import Report, is_signed, mail_report, sms_report
from patients.phone_numbers import e164

logger = logging.getLogger(__name__)

# A report about one text message is far smaller.
LARGEST_FORM = 20_000
KINDS = {Wish.STOP: ProviderEvent.Kind.STOPPED, Wish.START: ProviderEvent.Kind.RESUMED}


@csrf_exempt
@require_POST
def sms_status(request: HttpRequest) -> HttpResponse:
    """The gateway says what became of a text message, at an address that names the delivery."""
    refusal = _refusal(request)
    if refusal is not None:
        return refusal
    report = sms_report(request.POST.dict(), delivery=request.GET.get("delivery", ""))
    if report is not None:
        _take(report)
    return HttpResponse(status=204)


@csrf_exempt
@require_POST
def sms_inbound(request: HttpRequest) -> HttpResponse:
    """Somebody has written to a sender number: STOP, START and HELP are heard, anything else is kept by nobody."""
    refusal = _refusal(request)
    if refusal is not None:
        return refusal
    number, sender, text = (request.POST.get(name, "") for name in ("From", "To", "Body"))
    number = e164(number) or ""
    # Clinics without a number of their own share one.
    senders = [sender, ""] if sender == settings.SMS_FROM or request.POST.get("MessagingServiceSid") else [sender]
    with scope.of_link("mendline_enter_sms_sender", senders):
        answer, events = _heard(request.POST.get("MessageSid", "")[:64], number, text)
    for event in events:
        _apply(event)
    content = f"<Message>{escape(answer)}</Message>" if answer else ""
    return HttpResponse(f'<?xml version="1.0" encoding="UTF-8"?><Response>{content}</Response>', "text/xml")


@csrf_exempt
@require_POST
def mail_events(request: HttpRequest) -> HttpResponse:
    """The mail provider says what became of messages. Its posts are checked and read by the library's view for it."""
    view = _tracking_view()
    try:
        view.run_validators(request)
    except AnymailWebhookValidationFailure:
        logger.warning("A mail provider's report was not signed by it and was refused.")
        return HttpResponse(status=403)
    for event in view.parse_events(request):
        report = mail_report(event, source=settings.EMAIL_PROVIDER)
        if report is not None:
            _take(report)
    return HttpResponse()


def _tracking_view() -> AnymailCoreWebhookView:
    try:
        view_class = resolve(f"/{settings.EMAIL_PROVIDER or '-'}/tracking/", "anymail.urls").func.view_class
    except Resolver404:
        raise Http404 from None
    # A provider that signs nothing is believed only with the secret.
    needs_secret = issubclass(view_class, AnymailBaseWebhookView) and view_class.warn_if_no_basic_auth
    if needs_secret and not settings.ANYMAIL.get("WEBHOOK_SECRET"):
        raise Http404
    view: AnymailCoreWebhookView = view_class()
    return view


def _refusal(request: HttpRequest) -> HttpResponse | None:
    if not settings.SMS_URL:
        raise Http404
    if int(request.headers.get("Content-Length") or 0) > LARGEST_FORM:
        return HttpResponse(status=413)
    # By the address of the settings: the one that the request names is whatever its sender likes.
    url = settings.SITE_URL + request.get_full_path()
    signature = request.headers.get("X-Twilio-Signature", "")
    if not is_signed(url, request.POST.dict(), signature, secret=settings.SMS_WEBHOOK_SECRET):
        logger.warning("A text message gateway's report was not signed by it and was refused.")
        return HttpResponse(status=403)
    return None


def _take(report: Report) -> None:
    """Store it, and only then let follow what it says: what is stored and not applied is found by the sweep."""
    with scope.of_link("mendline_enter_delivery", [report.delivery, report.provider_ref]):
        event = actions.note_report(report, at=timezone.now())
    if event is None:
        logger.info("A provider reported about a message that is not ours.")
    elif event.applied_at is None:
        _apply(event)


def _apply(event: ProviderEvent) -> None:
    with scope.of_clinic(event.clinic_id):
        actions.apply_event(event.pk, at=timezone.now())


def _heard(event_ref: str, number: str, text: str) -> tuple[str, list[ProviderEvent]]:
    """What is answered, and what is to follow, at each clinic that this sender number is of."""
    wish = wish_in(text)
    known = {clinic: actions.patients_with(number, clinic=clinic) for clinic in Clinic.objects.order_by("pk")}
    known = {clinic: patients for clinic, patients in known.items() if patients or len(known) == 1} if number else {}
    events = [
        actions.note_wish(clinic=clinic, kind=KINDS[wish], event_ref=event_ref, number=number, at=timezone.now())
        for clinic in known
        if wish in KINDS
    ]
    if not known:
        return "", []
    clinic, patients = next(iter(known.items()))
    is_in_spanish = is_spanish(text) or (bool(patients) and patients[0].language == "es")
    return answer_to(wish, Answerer(clinic.sender_name, clinic.phone, "es" if is_in_spanish else "en")), events
