"""Clinics get the starter documents; who agreed before to be contacted gets a signature under what is known of it.

Which words were agreed to then is not known here, so they are not said to be those of version 1: version 0 says so.
"""

import hashlib

from django.db import migrations
from django.db.models import Min
from django.utils import timezone

from patients.starter import starter_documents

BEFORE = {
    "title_en": "Consent to contact, from before documents were kept here",
    "text_en": "The patient agreed to be contacted. The words that were used then are not kept here.",
    "title_es": "Permiso para comunicarnos, de antes de guardar aquí los documentos",
    "text_es": "La persona aceptó que nos comunicáramos con ella. Las palabras de entonces no se guardan aquí.",
}


def install_documents(apps, editor):
    """Version 1 of each kind, and version 0 of the contact document where somebody has agreed already."""
    documents = apps.get_model("patients", "ConsentDocument").objects
    for clinic in apps.get_model("clinic", "Clinic").objects.all():
        if documents.filter(clinic=clinic).exists():
            continue
        for kind, wording in starter_documents(clinic.name).items():
            documents.create(clinic=clinic, kind=kind, version=1, published_at=timezone.now(), **wording)
        agreed = apps.get_model("patients", "Patient").objects.filter(clinic=clinic, consented_at__isnull=False)
        first = agreed.aggregate(at=Min("consented_at"))["at"]
        if first:
            before = documents.create(clinic=clinic, kind="contact", version=0, published_at=first, **BEFORE)
            keep_consents(apps, before, agreed)


def keep_consents(apps, document, agreed):
    """One signature for each patient who agreed, under version 0."""
    consents = apps.get_model("patients", "Consent")
    consents.objects.bulk_create(
        (
            consents(
                clinic_id=patient.clinic_id,
                patient=patient,
                document=document,
                language=patient.language,
                way="paper",
                signed_name=f"{patient.given_name} {patient.family_name}".strip() or patient.chart_number,
                signed_at=patient.consented_at,
                text_hash=text_hash(patient.language),
                recorded_at=patient.consented_at,
                recorded_by_id=patient.consented_by_id,
                withdrawn_at=patient.withdrawn_at and max(patient.withdrawn_at, patient.consented_at),
                withdrawn_by_id=patient.withdrawn_by_id,
            )
            for patient in agreed.iterator()
        ),
        batch_size=1000,
    )


def text_hash(language):
    """As patients.consents.Wording.sha256 computes it."""
    return hashlib.sha256(f"{BEFORE[f'title_{language}']}\n{BEFORE[f'text_{language}']}".encode()).hexdigest()


def forget_documents(apps, editor):
    """Take back what has not been added to since: version 0 with its signatures, version 1 where nobody signed it."""
    documents = apps.get_model("patients", "ConsentDocument").objects
    apps.get_model("patients", "Consent").objects.filter(document__version=0).delete()
    documents.filter(version=0).delete()
    documents.filter(version=1, published_by=None, consents=None).delete()


class Migration(migrations.Migration):
    dependencies = [("patients", "0004_leaving_the_registry")]

    operations = [migrations.RunPython(install_documents, forget_documents)]
