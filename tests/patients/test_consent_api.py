"""Consents through the API: the same rules and messages as on the pages."""

import datetime as dt

import pytest
from django.utils import timezone

from patients.consents import current_documents
from patients.models import Consent, ConsentDocument, Patient

CONSENTS, DOCUMENTS, PATIENTS = "/api/v1/consents/", "/api/v1/consent-documents/", "/api/v1/patients/"


def signature(patient, **changes: object) -> dict[str, object]:
    document = current_documents(patient.clinic)["research_sharing"]
    return {
        "patient": str(patient.public_id),
        "document": str(document.public_id),
        "language": "es",
        "signed_name": "Ruth Álvarez",
        "signed_at": (timezone.now() - dt.timedelta(days=1)).isoformat(),
        **changes,
    }


def words(clinic, **changes: object) -> dict[str, object]:
    return {
        "clinic": str(clinic.public_id),
        "kind": "contact",
        "title_en": "Title",
        "text_en": "Text.",
        "title_es": "Título",
        "text_es": "Texto.",
        "must_sign_again": True,
        **changes,
    }


def test_a_signature_is_recorded_and_read(program, clinician, patient):
    made = program(clinician).post(CONSENTS, signature(patient))
    assert made.status_code == 201
    consent = made.json()
    assert (consent["kind"], consent["version"], consent["way"], consent["pdf"]) == (
        "research_sharing",
        1,
        "paper",
        None,
    )
    assert program(clinician).get(made["Location"].removeprefix("http://testserver")).json() == consent
    listed = program(clinician).get(CONSENTS, {"kind": "research_sharing", "patient": str(patient.public_id)}).json()
    assert [row["id"] for row in listed["results"]] == [consent["id"]]


@pytest.mark.parametrize(
    ("changes", "field", "message"),
    [
        ({"signed_name": "Ruth"}, "signed_name", "Give the full name, first and last."),
        ({"signed_at": "2150-01-01T00:00:00Z"}, "signed_at", "The day of signing cannot be in the future."),
        ({"signed_at": "2026-01-01T00:00:00"}, "signed_at", "Give the offset too"),
        ({"language": "fr"}, "language", "Choose one of: en, es."),
        ({"document": "11111111-2222-3333-4444-555555555555"}, "document", "There is no"),
        ({"scan": "11111111-2222-3333-4444-555555555555"}, "scan", "There is no"),
        ({"way": "tablet"}, "way", "not known here"),
    ],
)
def test_what_is_wrong_is_named(program, clinician, patient, changes, field, message):
    answer = program(clinician).post(CONSENTS, signature(patient, **changes))
    assert answer.status_code == 400
    assert answer.json()["field"] == field and message in answer.json()["message"]
    assert Consent.objects.count() == 1


def test_a_document_is_published_by_managers_only(program, clinic, clinician, manager, patient):
    assert program(clinician).post(DOCUMENTS, words(clinic)).status_code == 403
    made = program(manager).post(DOCUMENTS, words(clinic))
    assert (made.status_code, made.json()["version"]) == (201, 2)
    state = program(clinician).get(f"{PATIENTS}{patient.public_id}/").json()["consents"]
    assert state["contact"] == "sign_again"
    answer = program(manager).post(DOCUMENTS, words(clinic, text_es=""))
    assert (answer.status_code, answer.json()["field"]) == (400, "text_es")


def test_a_patient_shows_what_stands_of_each_kind(program, clinician, patient):
    program(clinician).post(CONSENTS, signature(patient))
    assert program(clinician).get(f"{PATIENTS}{patient.public_id}/").json()["consents"] == {
        "contact": "signed",
        "outcome_registry": "missing",
        "research_sharing": "signed",
        "investigational_product": "missing",
        "state_notice": "missing",
    }


def test_withdrawing_by_kind(program, clinician, patient):
    address = f"{PATIENTS}{patient.public_id}/withdraw/"
    for _ in range(2):
        answer = program(clinician).post(address, {"kind": "contact"})
        assert (answer.status_code, answer.json()["consents"]["contact"]) == (200, "withdrawn")
    assert not Patient.objects.get(pk=patient.pk).may_be_contacted
    answer = program(clinician).post(address, {"kind": "state_notice"})
    assert (answer.status_code, answer.json()["code"]) == (400, "consent_missing")
    assert program(clinician).post(address, {"kind": "x"}).json()["field"] == "kind"


def test_other_clinics_see_and_change_nothing(program, stranger, patient, clinic):
    theirs = program(stranger)
    assert theirs.get(f"{CONSENTS}{Consent.objects.get().public_id}/").status_code == 404
    assert theirs.get(CONSENTS).json()["results"] == []
    assert theirs.post(CONSENTS, signature(patient)).status_code == 400
    assert theirs.post(f"{PATIENTS}{patient.public_id}/withdraw/", {"kind": "contact"}).status_code == 404
    ours = ConsentDocument.objects.filter(clinic=clinic).first()
    assert theirs.get(f"{DOCUMENTS}{ours.public_id}/").status_code == 404


def test_researchers_see_no_signatures(program, researcher):
    assert program(researcher).get(CONSENTS).status_code == 403
