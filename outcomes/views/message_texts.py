"""Set-up of the words of messages: what each says now, and changing one with a preview."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from clinic.access import staff_page
from clinic.forms import attempted
from clinic.permissions import Permission
from outcomes import actions
from outcomes.actions.texts import cleaned
from outcomes.forms.texts import TextForm
from outcomes.models import MessageText
from outcomes.text_rules import READING, measured, problems, telling_parts
from outcomes.texts import Key, Words, fill, says_name
from outcomes.words import sample_of, telling_names, words_of
from patients.models import Patient

Kind, Channel, Language = MessageText.Kind, MessageText.Channel, MessageText.Language


@require_safe
@staff_page(Permission.MESSAGE_EDIT)
def message_texts(request: HttpRequest) -> HttpResponse:
    """Every text with its counts, and whether the clinic wrote its own."""
    texts, sample = words_of(request.clinic.pk), sample_of(request.clinic)
    rows = [
        {
            "kind": kind,
            "channel": channel,
            "language": language,
            "words": words,
            "measured": measured(words, sample, channel=channel, language=language),
            "problems": problems(kind, channel, language, words, sample),
        }
        for kind, channel, language in _keys()
        for words in [texts[kind, channel, language]]
    ]
    kinds = [(kind, [row for row in rows if row["kind"] == kind]) for kind in Kind]
    return render(request, "outcomes/message_texts.html", {**_frame(request), "kinds": kinds})


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(Permission.MESSAGE_EDIT)
def message_text(request: HttpRequest, kind: str, channel: str, language: str) -> HttpResponse:
    """One text: typing shows a preview, saving makes the next version."""
    key = (kind, channel, language)
    if key not in words_of(request.clinic.pk):
        raise Http404
    words, does = words_of(request.clinic.pk)[key], request.POST.get("do", "save")
    is_sent = request.method == "POST"
    form = TextForm(
        request.POST if is_sent else None, channel=channel, initial={"subject": words.subject, "body": words.body}
    )
    if is_sent and does in DOES and (does == "restore" or form.is_valid()):
        said = attempted(form, lambda: DOES[does](request, key, cleaned(channel, *_pair(form.typed()))))
        if said:
            messages.success(request, said)
            return redirect("message-text", *key)
    typed = cleaned(channel, *_pair(form.typed())) if is_sent else words
    context = {**_frame(request), **_names(key), "form": form, "words": words, **_preview(request, key, typed)}
    refused = is_sent and does != "preview"
    return render(request, "outcomes/message_text.html", context, status=422 if refused else 200)


def _save(request: HttpRequest, key: Key, words: Words) -> str:
    saved = actions.edit_text(**_asked(request, key), **_said(words), at=timezone.now())
    return "Saved. It counts for messages from now on." if saved else "Nothing has changed."


def _send(request: HttpRequest, key: Key, words: Words) -> str:
    actions.send_text_to(**_asked(request, key), **_said(words))
    return f"Sent to {request.user.email}. Nothing was saved."


def _restore(request: HttpRequest, key: Key, _words: Words) -> str:
    restored = actions.restore_built_in(**_asked(request, key), at=timezone.now())
    return "The built-in words count again." if restored else "The built-in words counted already."


DOES: dict[str, Callable[[HttpRequest, Key, Words], str]] = {"save": _save, "send": _send, "restore": _restore}


def _asked(request: HttpRequest, key: Key) -> dict[str, Any]:
    kind, channel, language = key
    return {"clinic": request.clinic, "kind": kind, "channel": channel, "language": language, "by": request.user}


def _said(words: Words) -> dict[str, str]:
    return {"subject": words.subject, "body": words.body}


def _pair(words: Words) -> tuple[str, str]:
    return words.subject, words.body


def _keys() -> list[tuple[MessageText.Kind, MessageText.Channel, MessageText.Language]]:
    return [(kind, channel, language) for kind in Kind for channel in Channel for language in Language]


def _names(key: Key) -> dict[str, Any]:
    kind, channel, language = key
    return {"kind": Kind(kind), "channel": Channel(channel), "language": Language(language)}


def _frame(request: HttpRequest) -> dict[str, Any]:
    return {"section": "setup", "telling": telling_parts(request.clinic.sender_name)}


def _preview(request: HttpRequest, key: Key, words: Words) -> dict[str, Any]:
    """The text as the patients whose names are hardest for it would get it, and as one without a name would."""
    kind, channel, language = key
    sample = sample_of(request.clinic)
    names = telling_names(Patient.objects.visible_to(request.user).filter(clinic=request.clinic))
    shown, has_name = [], "{given_name}" in words.body
    for name in [*names, ""]:
        filled = fill(words, sample_of(request.clinic, name), channel=channel, language=language)
        shown.append({"name": name, "filled": filled, "is_said": not name or not has_name or says_name(filled, name)})
    return {
        "shown": shown,
        "measured": measured(words, sample, channel=channel, language=language),
        "wanted": READING[language],
        "problems": problems(kind, channel, language, words, sample),
    }
