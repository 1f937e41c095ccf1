"""Where a patient reads and signs: pages behind a secret in the address, without JavaScript, login or session."""

import datetime as dt
from collections.abc import Callable, Mapping
from functools import partial, wraps

from csp.constants import HEADER, NONE
from csp.utils import build_policy
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from clinic import scope
from clinic.links import link_hashes
from clinic.rules import RuleBroken
from patients import actions
from patients.consents import current_documents, to_sign, wording
from patients.forms import SignForm
from patients.models import Consent, ConsentDocument, ConsentRequest
from patients.sign_words import ENGLISH, WORDS, SignWords, words_in

PRIVATE = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "same-origin",
    "X-Robots-Tag": "noindex, nofollow",
    HEADER: build_policy(replace={"script-src": [NONE]}),
}

SignView = Callable[[HttpRequest, ConsentRequest, str], HttpResponse]


class SeeOther(HttpResponseRedirect):
    """After a POST: fetch the next page with GET."""

    status_code = 303


def _over() -> HttpResponse:
    """The same words for every secret that opens nothing, whatever the reason."""
    context = {"english": ENGLISH, "both": WORDS.values()}
    return HttpResponse(render_to_string("patients/sign_over.html", context), status=404)


def _answer(view: SignView, request: HttpRequest, token: str) -> HttpResponse:
    with scope.of_link("mendline_enter_consent_link", _hashes(token)):
        return _answer_in_scope(view, request, token)


def _answer_in_scope(view: SignView, request: HttpRequest, token: str) -> HttpResponse:
    found = ConsentRequest.objects.select_related("patient", "clinic").filter(token_hash__in=_hashes(token)).first()
    # Somebody who began to read in time may still send the form.
    grace = actions.SIGNING_GRACE if request.method == "POST" else dt.timedelta()
    if found is None or timezone.now() > found.expires_at + grace:
        return _over()
    return view(request, found, token)


def _hashes(token: str) -> list[str]:
    return [stored.hex() for stored in link_hashes(token)]


def sign_page(view: SignView) -> Callable[..., HttpResponse]:
    """A page of the request behind the secret. GET changes nothing, because mail scanners open links first.

    The path holds the secret, so the form needs no CSRF token.
    """
    answer = require_http_methods(["GET", "HEAD", "POST"])(partial(_answer, view))

    @csrf_exempt
    @wraps(view)
    def page(request: HttpRequest, token: str) -> HttpResponse:
        response: HttpResponse = answer(request, token)
        for name, value in PRIVATE.items():
            response.headers[name] = value
        return response

    return page


@sign_page
def sign(request: HttpRequest, asked: ConsentRequest, token: str) -> HttpResponse:
    """One document at a time: the first that is not signed yet, or the one named by ``kind``."""
    words = _words(request, asked)
    if request.method == "POST":
        return _signed(request, asked, token, words)
    waiting = to_sign(asked)
    if not waiting:
        return SeeOther(_address("sign-done", token, lang=words.language))
    wanted = next((document for document in waiting if document.kind == request.GET.get("kind")), waiting[0])
    return _show(asked, token, wanted, SignForm(words=words, initial={"document": wanted.public_id}), words)


def _signed(request: HttpRequest, asked: ConsentRequest, token: str, words: SignWords) -> HttpResponse:
    form = SignForm(request.POST, words=words)
    documents = {document.public_id: document for document in current_documents(asked.clinic).values()}
    is_valid = form.is_valid()
    document = documents.get(form.cleaned_data.get("document"))
    if document is None or document.kind not in asked.kinds:
        return _show_changed(asked, token, words)
    if is_valid:
        try:
            actions.sign_requested(
                request=asked,
                document=document,
                language=words.language,
                signed_name=form.cleaned_data["signed_name"],
                at=timezone.now(),
            )
        except actions.TextChanged:
            return _show_changed(asked, token, words)
        except RuleBroken:
            form.add_error("signed_name", words.name_missing)
        else:
            return SeeOther(_address("sign", token, lang=words.language))
    return _show(asked, token, document, form, words, status=422)


def _show_changed(asked: ConsentRequest, token: str, words: SignWords) -> HttpResponse:
    """What was on the page is not what would be signed: nothing is, and the current text comes."""
    waiting = to_sign(asked)
    if not waiting:
        return SeeOther(_address("sign-done", token, lang=words.language))
    form = SignForm(words=words, initial={"document": waiting[0].public_id})
    return _show(asked, token, waiting[0], form, words, notice=words.changed, status=409)


def _show(
    asked: ConsentRequest,
    token: str,
    document: ConsentDocument,
    form: SignForm,
    words: SignWords,
    *,
    notice: str = "",
    status: int = 200,
) -> HttpResponse:
    waiting = [each for each in to_sign(asked) if each.pk != document.pk]
    later = next((each for each in waiting if asked.kinds.index(each.kind) > asked.kinds.index(document.kind)), None)
    context: Mapping[str, object] = {
        "clinic": asked.clinic,
        "words": words,
        "who": words.for_whom.format(_who(asked)),
        "not_you": words.not_you_tablet if asked.way == Consent.Way.TABLET else words.not_you_link,
        "step": words.step.format(asked.kinds.index(document.kind) + 1, len(asked.kinds)),
        "document": wording(document, words.language),
        "form": form,
        "notice": notice,
        "here": _address("sign", token, lang=words.language),
        "other": _address("sign", token, lang=words.other_language, kind=document.kind),
        "later": _address("sign", token, lang=words.language, kind=later.kind)
        if later
        else _address("sign-done", token, lang=words.language),
        "call": words.call.format(asked.clinic.phone),
    }
    return HttpResponse(render_to_string("patients/sign.html", context), status=status)


@sign_page
def done(request: HttpRequest, asked: ConsentRequest, token: str) -> HttpResponse:
    """What was signed and what was not; the way back to what was not."""
    words = _words(request, asked)
    waiting = to_sign(asked)
    left = {document.kind for document in waiting}
    current = current_documents(asked.clinic)
    signed = [current[kind] for kind in asked.kinds if kind not in left and kind in current]
    context = {
        "clinic": asked.clinic,
        "words": words,
        "signed": [words.done_signed.format(f"“{wording(document, words.language).title}”") for document in signed],
        "waiting": [
            (
                words.done_open.format(f"“{wording(document, words.language).title}”"),
                _address("sign", token, lang=words.language, kind=document.kind),
            )
            for document in waiting
        ],
        "goodbye": words.done_tablet if asked.way == Consent.Way.TABLET else words.done_link,
        "other": _address("sign-done", token, lang=words.other_language),
    }
    return HttpResponse(render_to_string("patients/sign_done.html", context))


def _words(request: HttpRequest, asked: ConsentRequest) -> SignWords:
    return words_in(request.GET.get("lang") or asked.patient.language)


def _who(asked: ConsentRequest) -> str:
    """First name and year of birth: enough to see that the tablet or the letter reached somebody else."""
    patient = asked.patient
    name = patient.given_name or patient.family_name
    return f"{name} (*{patient.born_on.year})" if patient.born_on and asked.way == Consent.Way.TABLET else name


def _address(name: str, token: str, **query: str) -> str:
    return reverse(name, args=[token]) + "?" + "&".join(f"{key}={value}" for key, value in query.items())
