"""What surrounds a demo session: who helped, what was held and advised, medicines, the state of health, consent."""

import datetime as dt
import random
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from patients.actions import sign_consent
from patients.consents import current_documents, unsigned
from patients.models import Consent, Patient
from treatments.actions.medications import record_medication_review
from treatments.actions.profiles import record_profile
from treatments.models import Course, TreatmentSession
from treatments.vocabulary import Region

GRADED_REGIONS = {Region.KNEE, Region.HIP}
PROFILE_SHARE, MEDICINES_SHARE = 0.7, 0.5


def surroundings(rng: random.Random, on: dt.date) -> dict[str, Any]:
    """The parts ``visit``, ``holds`` and ``aftercare`` of ``log_session`` for a session of this day."""
    visit = {
        "room": rng.choice(("1", "2", "Procedure room")),
        "skin_prep": "chlorhexidine",
        "anaesthetic_route": rng.choice(("none", "skin", "skin")),
        "sedation": "none",
        "reaction": rng.choices(("none", "vasovagal"), weights=(29, 1))[0],
    }
    takes_none = rng.random() < 0.5
    holds = {
        "takes_no_nsaid": takes_none,
        "nsaid_stopped_on": None if takes_none else on - dt.timedelta(days=rng.choice((3, 7, 10, 14))),
        "anticoagulant": "not_taken",
        "antiplatelet": rng.choice(("not_taken", "held")),
        "is_free_of_infection": True,
    }
    aftercare = {"rest_days": rng.choice((3, 7)), "may_use_ice": True, "avoid_nsaid_until": on + dt.timedelta(days=14)}
    return {"visit": visit, "holds": holds, "aftercare": aftercare}


def sign(patient: Patient, kinds: Sequence[str], *, at: dt.datetime, by: Any) -> None:
    """The patient signs on paper whatever of ``kinds`` is missing."""
    documents = current_documents(patient.clinic)
    for kind in unsigned(patient, kinds):
        sign_consent(
            patient=patient,
            document=documents[kind],
            language=patient.language,
            way=Consent.Way.PAPER.value,
            signed_name=f"{patient.given_name} {patient.family_name}",
            signed_at=at,
            at=at,
            by=by,
        )


def examine(rng: random.Random, course: Course, *, at: dt.datetime, by: Any) -> None:
    """Record the state of health of seven in ten patients as their course begins."""
    if rng.random() >= PROFILE_SHARE:
        return
    details: dict[str, Any] = {
        "height_cm": Decimal(rng.randrange(152, 192)),
        "weight_kg": Decimal(rng.randrange(52, 112)),
        "tobacco": rng.choice(("never", "never", "former", "current")),
        "diabetes": rng.choices(("none", "prediabetes", "type_2"), weights=(7, 2, 1))[0],
        "symptom_months": rng.randrange(4, 90),
        "prior_steroid_injections": rng.randrange(4),
        "prior_hyaluronate_injections": rng.randrange(2),
        "prior_biologic_injections": 0,
        "prior_surgery": rng.choice(("none", "none", "Arthroscopy")),
        "conventional": rng.sample(("physical_therapy", "exercise", "nsaid", "brace", "acetaminophen"), 2),
        "sport_level": rng.choice(("none", "recreational")),
    }
    if course.region in GRADED_REGIONS:
        scale = {"knee": "kellgren_lawrence", "hip": "tonnis"}[course.region]
        details |= {"severity_scale": scale, "severity_grade": rng.randrange(1, 4)}
    record_profile(course=course, details=details, version=0, at=at, by=by)


def ask_medicines(rng: random.Random, session: TreatmentSession, *, at: dt.datetime, by: Any) -> None:
    """Record the pain medicines at half of the sessions; one in six of those patients takes an opioid."""
    if rng.random() >= MEDICINES_SHARE:
        return
    opioids = []
    if rng.random() < 1 / 6:
        drug, strength = rng.choice((("tramadol", 50), ("hydrocodone", 5), ("oxycodone", 5)))
        opioids = [{"drug": drug, "strength": Decimal(strength), "units_per_day": Decimal(rng.randrange(1, 5))}]
    record_medication_review(
        patient=session.course.patient,
        session=session,
        source="visit",
        asked_on=at.date(),
        takes_opioids=bool(opioids),
        opioids=opioids,
        others={"nsaid_days": rng.choice((0, 0, 2, 5)), "acetaminophen_mg": rng.choice((0, 1000, 2000))},
        at=at,
        by=by,
    )
