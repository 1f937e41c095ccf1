"""By what a report splits its courses: which value each outcome has, and the names of the values in a fixed order."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.db.models import Case, CharField, F, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce

from outcomes.models import Outcome
from outcomes.reports.filters import By
from treatments.models import TreatmentSession
from treatments.prp_classes import PRP_CLASSES
from treatments.vocabulary import Modality, Region, Side

NOT_RECORDED = {"": "Not recorded"}
PRP_ONLY = Q(modality=Modality.PRP)
DOSE = "prp_preparation__dose_billions"


@dataclass(frozen=True)
class Dimension:
    """``labels`` names its values in order; without any they name themselves. ``only``: outcomes that can have a value."""

    title: str
    labels: Mapping[str, str] = field(default_factory=dict)
    only: Q = field(default_factory=Q)
    note: str = ""


def of_first_session(what: str | Combinable) -> Subquery:
    """A column of the first session of an outcome's course that took place, or an expression over it, seen from the session."""
    sessions = TreatmentSession.objects.counted().filter(course=OuterRef("course_id")).order_by("performed_at", "pk")
    return Subquery(sessions.annotate(found=F(what) if isinstance(what, str) else what).values("found")[:1])


def split(rows: QuerySet[Outcome], by: By) -> QuerySet[Outcome]:
    """The rows that can have a value, with it as ``of``: a text, empty where nothing is recorded."""
    return rows.filter(DIMENSIONS[by].only).annotate(of=VALUES[by])


def _band() -> Case:
    """The letter of the band in which a session's dose lies."""
    *bands, rest = PRP_CLASSES.dose.bands
    whens = (
        When(**{f"{DOSE}__{'gte' if band.includes_bound else 'gt'}": band.bound}, then=Value(band.letter))
        for band in bands
    )
    lowest = When(**{f"{DOSE}__isnull": False}, then=Value(rest.letter))
    return Case(*whens, lowest, default=Value(""), output_field=CharField())


def _dose_labels() -> dict[str, str]:
    *bands, rest = PRP_CLASSES.dose.bands
    named = {band.letter: f"DEPA {band} billion" for band in bands}
    return {**named, rest.letter: f"DEPA {rest} {bands[-1].bound} billion", **NOT_RECORDED}


VALUES: Mapping[By, Combinable] = {
    By.REGION: F("region"),
    By.TREATMENT: F("treatment_type__label"),
    By.SIDE: F("side"),
    By.DOSE: Coalesce(of_first_session(_band()), Value("")),
    By.LEUKOCYTES: Coalesce(of_first_session("prp_preparation__leukocyte_class"), Value("")),
}
DIMENSIONS: Mapping[By, Dimension] = {
    By.REGION: Dimension("region", {region.value: region.label for region in Region}),
    By.TREATMENT: Dimension("treatment"),
    By.SIDE: Dimension("side", {**{side.value: side.label for side in Side}, **NOT_RECORDED}),
    By.DOSE: Dimension(
        "dose of platelets",
        _dose_labels(),
        PRP_ONLY,
        f"PRP only: platelets injected in the first session, in bands after {PRP_CLASSES.depa_source}."
        f"{'' if PRP_CLASSES.dose.is_checked else ' ' + PRP_CLASSES.note}",
    ),
    By.LEUKOCYTES: Dimension(
        "leukocyte class",
        {"LR": "Leukocyte-rich", "LP": "Leukocyte-poor", **NOT_RECORDED},
        PRP_ONLY,
        "PRP only: leukocyte-rich with more white cells than the blood, of the first session.",
    ),
}
