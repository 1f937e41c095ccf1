"""Versions of consent documents."""

import datetime as dt

from django.db import transaction

from clinic.actions import require
from clinic.models import Clinic, User
from clinic.permissions import Permission
from clinic.rules import RuleBroken
from patients.consents import bound_patients
from patients.models import ConsentDocument, ConsentKind

MOST_TITLE, MOST_TEXT = 120, 20_000
LABELS = {
    "title_en": "The English title",
    "text_en": "The English text",
    "title_es": "The Spanish title",
    "text_es": "The Spanish text",
}


class DocumentRefused(RuleBroken):
    code = "document_refused"


@transaction.atomic
def publish_consent_document(
    *, clinic: Clinic, kind: str, must_sign_again: bool, at: dt.datetime, by: User, **words: str
) -> ConsentDocument:
    """The next version of one kind. ``words``: title_en, text_en, title_es, text_es; all four are needed.

    With ``must_sign_again`` earlier signatures hold no longer: messages stop for the contact document, surveys for
    the registry's, sessions that need the kind for the others. Raises DocumentRefused, PermissionDenied.
    """
    require(by, clinic, Permission.CONSENT_PUBLISH)
    words = {name: _cleaned(name, words.get(name, "")) for name in LABELS}
    clinic = Clinic.objects.select_for_update(no_key=True).get(pk=clinic.pk)
    last = ConsentDocument.objects.filter(clinic=clinic, kind=kind).order_by("-version").first()
    if last is not None and all(getattr(last, name) == text for name, text in words.items()):
        raise DocumentRefused("Nothing has changed, so there is nothing to publish.", "text_en")
    if must_sign_again:
        _lapse(clinic, kind, at)
    return ConsentDocument.objects.create(
        clinic=clinic,
        kind=kind,
        version=last.version + 1 if last else 1,
        must_sign_again=must_sign_again,
        published_at=at,
        published_by=by,
        **words,
    )


def _cleaned(name: str, text: str) -> str:
    text = "\n".join(line.rstrip() for line in text.strip().splitlines())
    if not text:
        raise DocumentRefused(f"{LABELS[name]} is missing.", name)
    most = MOST_TITLE if name.startswith("title") else MOST_TEXT
    if len(text) > most:
        raise DocumentRefused(f"{LABELS[name]} is longer than {most:,} letters.", name)
    return text


def _lapse(clinic: Clinic, kind: str, at: dt.datetime) -> None:
    """Whoever agreed to an earlier version has not agreed to this one: nobody can have signed it yet."""
    bound = bound_patients(clinic, kind)
    if kind == ConsentKind.CONTACT:
        bound.filter(contact_lapsed_at=None).update(contact_lapsed_at=at)
    elif kind == ConsentKind.OUTCOME_REGISTRY:
        bound.filter(registry_stopped_at=None).update(registry_stopped_at=at)
