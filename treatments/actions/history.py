"""Courses that a clinic brings along from before Mendline."""

import datetime as dt
import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db import transaction
from django.utils.text import slugify

from clinic.models import Clinic
from treatments.models import Course, TreatmentType
from treatments.vocabulary import MODALITY_WORDS, Modality, region_named

BATCH = 2000


@dataclass(frozen=True, slots=True)
class PastCourse:
    """A course as its source describes it; ``treatment`` and ``region`` are the source's own words."""

    ref: str
    patient_id: int
    treatment: str
    region: str
    complaint: str
    opened_on: dt.date
    site: str
    clinician: str


def treatment_types_for(*, clinic: Clinic, words: Iterable[str]) -> dict[str, TreatmentType | None]:
    """The clinic's treatment type that each of a source's words means; None where there is none yet.

    A word means the type of that very label, else the clinic's own type of the modality it is a common name of.
    Longer descriptions ("PRP, three doses") are never folded into it: they may be arms that must stay apart.
    """
    types = list(TreatmentType.objects.filter(clinic=clinic).order_by("pk"))
    by_label = {one.label: one for one in types}
    own = {one.label.casefold(): one for one in types if not one.is_imported}
    return {
        word: by_label.get(word) or own.get(word.casefold()) or _of_modality(MODALITY_WORDS.get(word.casefold()), own)
        for word in words
    }


@transaction.atomic
def import_courses(*, clinic: Clinic, courses: Iterable[PastCourse]) -> None:
    """Courses without protocol or target, and the treatment types that are missing for them.

    Their references must be new to the clinic.
    """
    courses = list(courses)
    types = _with_missing_types(clinic, treatment_types_for(clinic=clinic, words={one.treatment for one in courses}))
    Course.objects.bulk_create((_course(clinic, one, types[one.treatment]) for one in courses), batch_size=BATCH)


def _of_modality(modality: Modality | None, own: Mapping[str, TreatmentType]) -> TreatmentType | None:
    """The clinic's only type of a modality; with several, a word for the modality does not say which."""
    fitting = [one for one in own.values() if one.modality == modality]
    return fitting[0] if len(fitting) == 1 else None


def _with_missing_types(clinic: Clinic, types: Mapping[str, TreatmentType | None]) -> dict[str, TreatmentType]:
    return {
        word: found
        or TreatmentType.objects.create(
            clinic=clinic, code=_code(word), label=word, modality=Modality.OTHER.value, is_imported=True
        )
        for word, found in sorted(types.items())
    }


def _code(word: str) -> str:
    """A readable code; the digest keeps "A+B" and "A-B" apart, which read alike."""
    return f"{slugify(word)[:60]}-{hashlib.sha256(word.encode()).hexdigest()[:8]}".lstrip("-")


def _course(clinic: Clinic, past: PastCourse, treatment_type: TreatmentType) -> Course:
    return Course(
        clinic=clinic,
        patient_id=past.patient_id,
        treatment_type=treatment_type,
        complaint=past.complaint,
        region=region_named(past.region).value,
        opened_on=past.opened_on,
        external_ref=past.ref,
        source_region=past.region,
        source_site=past.site,
        source_clinician=past.clinician,
    )
