"""Asking a patient to read and sign, on the clinic's tablet or behind a link, and the signature that comes back."""

import datetime as dt
from collections.abc import Sequence

from django.db import transaction

from clinic.actions import require
from clinic.links import hash_link, new_token
from clinic.models import User
from clinic.permissions import Permission
from clinic.rules import RuleBroken
from patients.actions.consents import lock_patient, sign_consent
from patients.consents import current_documents
from patients.models import Consent, ConsentDocument, ConsentKind, ConsentRequest, Patient

LIFE = {Consent.Way.TABLET: dt.timedelta(hours=1), Consent.Way.LINK: dt.timedelta(days=14)}
# Somebody who began to read in time may still sign.
SIGNING_GRACE = dt.timedelta(minutes=15)


# So long a link that is over says so; then it opens nothing.
FORGOTTEN_AFTER = dt.timedelta(days=90)


class RequestRefused(RuleBroken):
    code = "consent_request_refused"


class RequestOver(RuleBroken):
    code = "consent_request_over"


class TextChanged(RuleBroken):
    code = "consent_text_changed"


@transaction.atomic
def ask_for_consent(
    *, patient: Patient, kinds: Sequence[str], way: str, at: dt.datetime, by: User
) -> tuple[ConsentRequest, str]:
    """A request and its secret, which is returned once. Earlier requests of the same way stop working.

    Raises RequestRefused, PermissionDenied.
    """
    require(by, patient.clinic, Permission.PATIENT_EDIT)
    if not kinds:
        raise RequestRefused("Choose at least one document.", "kinds")
    if not set(kinds) <= set(current_documents(patient.clinic)):
        raise RequestRefused("The clinic has no document of this kind.", "kinds")
    patient = lock_patient(patient)
    live = ConsentRequest.objects.filter(patient=patient, way=way, expires_at__gt=at, issued_at__lt=at)
    live.update(expires_at=at)
    token = new_token()
    request = ConsentRequest.objects.create(
        clinic=patient.clinic,
        patient=patient,
        kinds=[kind for kind in ConsentKind.values if kind in kinds],
        way=way,
        token_hash=hash_link(token).hex(),
        issued_at=at,
        issued_by=by,
        expires_at=at + LIFE[Consent.Way(way)],
    )
    return request, token


def forget_requests(*, at: dt.datetime) -> int:
    """Delete requests that ended long ago; how many. What was signed stays."""
    return ConsentRequest.objects.filter(expires_at__lt=at - FORGOTTEN_AFTER).delete()[0]


@transaction.atomic
def sign_requested(
    *, request: ConsentRequest, document: ConsentDocument, language: str, signed_name: str, at: dt.datetime
) -> Consent:
    """The patient signs one of the documents asked for. A second time changes nothing: the first signature stays.

    Raises RequestOver, TextChanged when a newer version was published while the patient read, ConsentRefused.
    """
    patient = lock_patient(request.patient)
    request = ConsentRequest.objects.get(pk=request.pk)
    if at > request.expires_at + SIGNING_GRACE:
        raise RequestOver("The time to sign is over.")
    if document.kind not in request.kinds or current_documents(patient.clinic).get(document.kind) != document:
        raise TextChanged("The text has changed while you were reading. Please read it again.")
    signed = patient.consents.filter(document=document, withdrawn_at=None).first()
    return signed or sign_consent(
        patient=patient,
        document=document,
        language=language,
        way=request.way,
        signed_name=signed_name,
        signed_at=at,
        at=at,
        by=None,
    )
