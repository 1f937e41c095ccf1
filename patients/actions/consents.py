"""Signatures: given, kept in step with what messages and surveys ask of a patient, and withdrawn."""

import datetime as dt
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Max

from clinic.actions import require, store_file
from clinic.models import Clinic, StoredFile, User
from clinic.permissions import Permission
from clinic.rules import RuleBroken
from patients import pdf
from patients.actions.patients import check_not_erased
from patients.consents import current_documents, good_consents, wording
from patients.models import Consent, ConsentDocument, ConsentKind, Patient


class ConsentMissing(RuleBroken):
    code = "consent_missing"


class ConsentRefused(RuleBroken):
    code = "consent_refused"


@transaction.atomic
def sign_consent(
    *,
    patient: Patient,
    document: ConsentDocument,
    language: str,
    way: str,
    signed_name: str,
    signed_at: dt.datetime,
    at: dt.datetime,
    by: User | None,
    scan: StoredFile | None = None,
) -> Consent:
    """One signature under one version, with a PDF of it unless it was given on paper.

    ``by`` is None where the patient signed without staff. A name other than the patient's is taken as it is: a parent
    or guardian may sign. Raises ConsentRefused, PermissionDenied.
    """
    if by is not None:
        require(by, patient.clinic, Permission.PATIENT_EDIT)
    signed_name = " ".join(signed_name.split())
    patient = lock_patient(patient)
    _check_name(patient, signed_name)
    check_day_of_signing(patient, document, signed_at, at)
    if scan is not None and scan.clinic_id != patient.clinic_id:
        raise ConsentRefused("There is no such file.", "scan")
    return _sign(new_consent(patient, document, language, way, signed_name, signed_at, at=at, by=by, scan=scan))


@transaction.atomic
def attach_scan(*, consent: Consent, scan: StoredFile, by: User) -> Consent:
    """The scanned paper of a signature that has none yet. Raises ConsentRefused, PermissionDenied."""
    require(by, consent.clinic, Permission.PATIENT_EDIT)
    consent = Consent.objects.select_for_update(no_key=True).get(pk=consent.pk)
    check_not_erased(consent.patient)
    if consent.way != Consent.Way.PAPER:
        raise ConsentRefused("Only a signature on paper has a scan.", "file")
    if consent.scan_id is not None:
        raise ConsentRefused("This signature already has its scan. Record the signature again if it is wrong.", "file")
    if scan.clinic_id != consent.clinic_id:
        raise ConsentRefused("There is no such file.", "file")
    consent.scan = scan
    consent.save(update_fields=["scan"])
    return consent


@transaction.atomic
def record_consent(*, patient: Patient, by: User, at: dt.datetime) -> Patient:
    """The patient agrees, on paper, to be contacted: the current document in the patient's language.

    Also takes back an earlier withdrawal. Changes nothing while the consent stands. Raises ConsentMissing where the
    clinic has no such document, PermissionDenied.
    """
    require(by, patient.clinic, Permission.PATIENT_EDIT)
    patient = lock_patient(patient)
    if patient.consented_at and not patient.withdrawn_at and not patient.contact_lapsed_at:
        return patient
    document = current_documents(patient.clinic).get(ConsentKind.CONTACT)
    if document is None:
        raise ConsentMissing("The clinic has not published a contact document yet.")
    name = f"{patient.given_name} {patient.family_name}".strip()
    _sign(new_consent(patient, document, patient.language, Consent.Way.PAPER, name, at, at=at, by=by))
    return patient


def withdraw_consent(*, patient: Patient, by: User, at: dt.datetime) -> Patient:
    """Nothing more is sent from now on. Raises ConsentMissing, PermissionDenied."""
    return withdraw_consent_kind(patient=patient, kind=ConsentKind.CONTACT, by=by, at=at)


@transaction.atomic
def withdraw_consent_kind(*, patient: Patient, kind: str, by: User, at: dt.datetime) -> Patient:
    """The agreement of one kind ends now; a second time changes nothing.

    Contact: nothing more is sent. Registry: no more answers are taken, also from a patient who never signed for it;
    earlier ones are erased where the clinic's policy says so. Raises ConsentMissing, PermissionDenied.
    """
    require(by, patient.clinic, Permission.PATIENT_EDIT)
    patient = lock_patient(patient)
    ended = patient.consents.filter(document__kind=kind, withdrawn_at=None).update(withdrawn_at=at, withdrawn_by=by)
    if kind == ConsentKind.CONTACT:
        return _stop_contact(patient, at, by)
    if kind == ConsentKind.OUTCOME_REGISTRY:
        return _leave_registry(patient, at, by)
    if not ended and not patient.consents.filter(document__kind=kind).exists():
        raise ConsentMissing("There is no consent to withdraw.")
    return patient


def lock_patient(patient: Patient) -> Patient:
    """The patient's row, locked; before it the clinic's, so that no version is published in between.

    Raises PatientErased.
    """
    clinic = Clinic.objects.select_for_update(no_key=True).get(pk=patient.clinic_id)
    patient = Patient.objects.select_for_update(no_key=True).get(pk=patient.pk)
    patient.clinic = clinic
    check_not_erased(patient)
    return patient


def _check_name(patient: Patient, signed_name: str) -> None:
    registered = " ".join(f"{patient.given_name} {patient.family_name}".split())
    if len(signed_name) > 160:
        raise ConsentRefused("The name is longer than 160 letters.", "signed_name")
    if len(signed_name.split()) < 2 and signed_name.casefold() != registered.casefold():
        raise ConsentRefused("Give the full name, first and last.", "signed_name")


def check_day_of_signing(patient: Patient, document: ConsentDocument, signed_at: dt.datetime, at: dt.datetime) -> None:
    """Raises ConsentRefused for a day on which this patient cannot have signed this version."""
    zone = ZoneInfo(patient.clinic.time_zone)
    if document.clinic_id != patient.clinic_id:
        raise ConsentRefused("There is no such document.", "document")
    if signed_at > at:
        raise ConsentRefused("The day of signing cannot be in the future.", "signed_at")
    published_on = document.published_at.astimezone(zone).date()
    if document.version > 1 and signed_at.astimezone(zone).date() < published_on:
        raise ConsentRefused(
            f"Version {document.version} was published on {published_on:%B} {published_on.day}, {published_on.year}. "
            "Choose the version that was signed, or correct the day.",
            "signed_at",
        )
    withdrawn_at = _withdrawn_at(patient, document.kind)
    if withdrawn_at and signed_at < withdrawn_at:
        on = withdrawn_at.astimezone(zone).date()
        raise ConsentRefused(
            f"The patient withdrew this consent on {on:%B} {on.day}, {on.year}. "
            "Only a signature given after that counts.",
            "signed_at",
        )


def _withdrawn_at(patient: Patient, kind: str) -> dt.datetime | None:
    if kind == ConsentKind.CONTACT:
        return patient.withdrawn_at
    if kind == ConsentKind.OUTCOME_REGISTRY:
        return patient.registry_left_at
    found: dt.datetime | None = patient.consents.filter(document__kind=kind).aggregate(at=Max("withdrawn_at"))["at"]
    return found


def _sign(consent: Consent) -> Consent:
    patient, document = consent.patient, consent.document
    if consent.way != Consent.Way.PAPER:
        consent.pdf = store_file(
            clinic=patient.clinic,
            name=f"consent-{document.kind}-version-{document.version}.pdf",
            content=pdf.signed_document(consent, wording(document, consent.language)),
            at=consent.recorded_at,
            by=None,
        )
    consent.save()
    _go_on(patient, consent, consent.recorded_at, consent.recorded_by)
    return consent


def new_consent(
    patient: Patient,
    document: ConsentDocument,
    language: str,
    way: str,
    signed_name: str,
    signed_at: dt.datetime,
    *,
    at: dt.datetime,
    by: User | None,
    scan: StoredFile | None = None,
) -> Consent:
    """The row of one signature, not yet written."""
    return Consent(
        clinic=patient.clinic,
        patient=patient,
        document=document,
        language=language,
        way=way,
        signed_name=signed_name,
        signed_at=signed_at,
        text_hash=wording(document, language).sha256,
        recorded_at=at,
        recorded_by=by,
        scan=scan,
    )


def _go_on(patient: Patient, consent: Consent, at: dt.datetime, by: User | None) -> None:
    """What the signature allows again: messages, answers. A version that is overtaken allows nothing."""
    kind = consent.document.kind
    holds = good_consents(patient).filter(document__kind=kind).exists()
    if kind == ConsentKind.CONTACT:
        patient.consented_at, patient.consented_by = consent.signed_at, by
        patient.withdrawn_at = patient.withdrawn_by = None
        patient.contact_lapsed_at = None if holds else patient.contact_lapsed_at or at
        patient.save(
            update_fields=["consented_at", "consented_by", "withdrawn_at", "withdrawn_by", "contact_lapsed_at"]
        )
    elif kind == ConsentKind.OUTCOME_REGISTRY:
        patient.registry_left_at = patient.registry_left_by = None
        patient.registry_stopped_at = None if holds else patient.registry_stopped_at or at
        patient.save(update_fields=["registry_left_at", "registry_left_by", "registry_stopped_at"])


def _stop_contact(patient: Patient, at: dt.datetime, by: User) -> Patient:
    if patient.consented_at is None:
        raise ConsentMissing("There is no consent to withdraw.")
    if patient.withdrawn_at is None:
        patient.withdrawn_at, patient.withdrawn_by = at, by
        patient.save(update_fields=["withdrawn_at", "withdrawn_by"])
    return patient


def _leave_registry(patient: Patient, at: dt.datetime, by: User) -> Patient:
    """Whether earlier answers go is decided by the clinic's policy on the day of leaving, as the patient was told."""
    if patient.registry_left_at is None:
        patient.registry_left_at, patient.registry_left_by = at, by
        patient.registry_stopped_at = patient.registry_stopped_at or at
        if not patient.clinic.keeps_withdrawn_answers:
            patient.erases_answers_at = at
        patient.save(update_fields=["registry_left_at", "registry_left_by", "registry_stopped_at", "erases_answers_at"])
    return patient
