"""What importing a folder would change. Reads only."""

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal

from django.db.models import QuerySet

from clinic.models import Clinic
from outcomes.asking import scales_brought
from outcomes.history import BASELINE, Comparison, Episode, History, Plan, Scale, ScoreKey, Wanted, compare
from outcomes.instruments import scales
from outcomes.models import ImportedInstrument, LoadedInstrument, Score
from patients.models import Patient
from treatments.actions import PastCourse, treatment_types_for
from treatments.models import Course

PATIENT_COLUMNS = ("patient_ref", "sex", "age", "age_band")
EPISODE_COLUMNS = {
    "patient_ref": "patient__chart_number",
    "treatment": "treatment_type__label",
    "body_region": "source_region",
    "baseline_ref_day": "opened_on",
    "condition": "complaint",
    "site_ref": "source_site",
    "clinician_ref": "source_clinician",
}


def known_scales(*, clinic: Clinic) -> dict[str, Scale]:
    """The instruments a folder for this clinic need not describe: Mendline's own, and those brought or imported earlier."""
    imported = {
        one.code: Scale(None, one.label, one.minimum, one.maximum, one.is_higher_better)
        for one in ImportedInstrument.objects.filter(clinic=clinic)
    }
    brought = scales_brought(LoadedInstrument.objects.filter(clinic=clinic)).get(clinic.pk, {})
    return imported | {code: Scale.of(scale) for code, scale in (brought | scales()).items()}


def plan_import(*, clinic: Clinic, history: History, index_date: dt.date) -> Plan:
    """What importing ``history`` would add, what is there already, and everything that stands against it."""
    types = treatment_types_for(clinic=clinic, words={episode.treatment for episode in history.episodes.values()})
    treatments = {word: found.label if found else None for word, found in types.items()}
    patients = _compare_patients(clinic, history)
    episodes = _compare_episodes(clinic, history, treatments, index_date)
    instruments = _compare_instruments(clinic, history)
    scores = _compare_scores(clinic, history)
    conflicts = (*patients.conflicts, *episodes.conflicts, *instruments.conflicts, *scores.conflicts)
    return Plan(
        patients=patients,
        episodes=episodes,
        instruments=instruments,
        scores=scores,
        treatments=treatments,
        problems=(*history.problems, *conflicts),
        notes=(*history.notes, *(f"{count:,} {what}." for what, count in history.counts.items())),
    )


def past_course(history: History, ref: str, index_date: dt.date, patient_id: int) -> PastCourse:
    """One episode of the folder as a course; the clinic's day for the source's day 0 is ``index_date``."""
    episode = history.episodes[ref]
    patient = history.patients[episode.patient]
    return PastCourse(
        ref=ref,
        patient_id=patient_id,
        treatment=episode.treatment,
        region=episode.region,
        complaint=patient.condition or episode.region or episode.treatment,
        opened_on=index_date + dt.timedelta(days=episode.start_day),
        site=patient.site,
        clinician=patient.clinician,
    )


def imported_courses(clinic: Clinic) -> QuerySet[Course]:
    """The courses that came with history."""
    return Course.objects.filter(clinic=clinic, external_ref__isnull=False)


def recorded_scores(clinic: Clinic, history: History) -> dict[ScoreKey, tuple[int, Decimal]]:
    """Day and value of earlier imported scores: those the folder has too, and the baselines of its episodes."""
    rows = Score.objects.filter(clinic=clinic, survey=None, course__external_ref__isnull=False).values_list(
        "course__external_ref", "instrument", "timepoint", "day", "value"
    )
    keyed = ((ScoreKey(*key), (day, value)) for *key, day, value in rows.iterator(chunk_size=5000))
    return {
        key: recorded
        for key, recorded in keyed
        if key in history.scores or (key.timepoint == BASELINE and key.episode in history.episodes)
    }


def _compare_patients(clinic: Clinic, history: History) -> Comparison[str]:
    """A chart number given here to somebody else is a conflict: references of a source may be anybody's."""
    rows = Patient.objects.filter(clinic=clinic).values_list(
        "chart_number", "is_imported", "sex", "age_at_import", "age_band"
    )
    found = {
        ref: (ref if is_imported else "a patient registered here", *values)
        for ref, is_imported, *values in rows.iterator(chunk_size=5000)
        if ref in history.patients
    }
    wanted = (
        Wanted(patient.row, ref, (ref, patient.sex, patient.age, patient.age_band))
        for ref, patient in history.patients.items()
    )
    return compare("patients.csv", PATIENT_COLUMNS, wanted, found)


def _compare_episodes(
    clinic: Clinic, history: History, treatments: Mapping[str, str | None], index_date: dt.date
) -> Comparison[str]:
    rows = imported_courses(clinic).values_list("external_ref", *EPISODE_COLUMNS.values())
    found = {str(ref): tuple(values) for ref, *values in rows.iterator(chunk_size=5000) if ref in history.episodes}
    wanted = (
        Wanted(episode.row, ref, _episode_values(history, ref, episode, treatments, index_date))
        for ref, episode in history.episodes.items()
        if episode.patient in history.patients
    )
    return compare("episodes.csv", tuple(EPISODE_COLUMNS), wanted, found)


def _episode_values(
    history: History, ref: str, episode: Episode, treatments: Mapping[str, str | None], index_date: dt.date
) -> tuple[object, ...]:
    past = past_course(history, ref, index_date, patient_id=0)
    treatment = treatments[past.treatment] or past.treatment
    return (
        *(episode.patient, treatment, past.region, past.opened_on),
        *(past.complaint, past.site, past.clinician),
    )


def _compare_instruments(clinic: Clinic, history: History) -> Comparison[str]:
    found = {code: _scale_values(scale) for code, scale in known_scales(clinic=clinic).items()}
    wanted = (Wanted(scale.row, code, _scale_values(scale)) for code, scale in history.described.items())
    return compare("instruments.csv", ("minimum", "maximum", "higher_is_better"), wanted, found)


def _scale_values(scale: Scale) -> tuple[object, ...]:
    return scale.minimum, scale.maximum, "yes" if scale.is_higher_better else "no"


def _compare_scores(clinic: Clinic, history: History) -> Comparison[ScoreKey]:
    wanted = (Wanted(score.row, key, (score.day, score.value)) for key, score in history.scores.items())
    return compare("scores.csv", ("day_offset", "score"), wanted, recorded_scores(clinic, history))
