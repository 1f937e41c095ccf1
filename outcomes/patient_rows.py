"""What the list of patients says of each: last session, last score, next check-in and how things stand. Only reads."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Case, CharField, Count, Exists, F, OuterRef, QuerySet, Subquery, TextField, Value, When
from django.db.models.functions import Cast, JSONObject

from clinic.models import User
from outcomes import instruments
from outcomes.models import Alert, Score
from outcomes.patient_filters import without_baseline
from patients.models import Patient
from treatments.models import FollowUp, TreatmentSession
from treatments.places import place_for_patient

PAIN = "nrs_now"


@dataclass(frozen=True)
class LastSession:
    """What was given last, and when: "Right knee", "PRP", session 2 of 3."""

    place: str
    treatment: str
    at: dt.datetime
    number: int
    planned: int


@dataclass(frozen=True)
class LastScore:
    """The last score of the scale a patient is followed by. ``baseline``: of the same course, None where there is none."""

    scale: str
    value: Decimal
    baseline: Decimal | None

    @property
    def is_pain(self) -> bool:
        """Of pain right now, which the column is about."""
        return self.scale == PAIN

    @property
    def name(self) -> str:
        """The scale's own; the code where the library does not have it."""
        known = instruments.scales().get(self.scale)
        return known.name if known else self.scale

    @property
    def change(self) -> Decimal | None:
        """Points since baseline; below 0 is lower."""
        return None if self.baseline is None else self.value - self.baseline

    @property
    def points(self) -> Decimal | None:
        """The same without its direction."""
        return None if self.change is None else abs(self.change)


@dataclass(frozen=True)
class PatientRow:
    """One line of the list. ``due_on``: of the next check-in that can still be answered."""

    patient: Patient
    session: LastSession | None
    score: LastScore | None
    due_on: dt.date | None
    is_overdue: bool
    has_red_flag: bool
    has_no_baseline: bool


def told_to(user: User, *, on: dt.date) -> QuerySet[Patient]:
    """Patients with everything that ``row_of`` needs: one statement for a page of those that ``user`` was found to see.

    Whoever sees a patient sees sessions and check-ins; scores and red flags are asked about.
    """
    follow_ups = FollowUp.objects.filter(course__patient=OuterRef("pk"))
    waiting = follow_ups.filter(awaited_on__isnull=False, closes_on__gte=on, survey__cancelled_at=None)
    red = Alert.objects.visible_to(user).filter(patient=OuterRef("pk")).open().red()
    return Patient.objects.annotate(
        session_json=Subquery(_session()),
        score_json=Subquery(_score(user)),
        due_on=Subquery(waiting.order_by("due_on", "id").values("due_on")[:1]),
        has_red_flag=Exists(red),
        has_no_baseline=Exists(without_baseline(follow_ups)),
    )


def row_of(patient: Any, *, on: dt.date) -> PatientRow:
    """The line of one patient, read like ``told_to``."""
    due_on = None if patient.died_on else patient.due_on
    return PatientRow(
        patient,
        _last_session(patient.session_json) if patient.session_json else None,
        _last_score(patient.score_json) if patient.score_json else None,
        due_on,
        is_overdue=due_on is not None and due_on < on,
        has_red_flag=patient.has_red_flag,
        has_no_baseline=patient.has_no_baseline and not patient.died_on,
    )


def _session() -> QuerySet[Any]:
    of_course = TreatmentSession.objects.counted().filter(course=OuterRef("course")).order_by()
    given = TreatmentSession.objects.counted().filter(course__patient=OuterRef("pk"))
    said = JSONObject(
        target="course__target",
        side="course__side",
        complaint="course__complaint",
        treatment="course__treatment_type__label",
        at="performed_at",
        number=Subquery(of_course.values("course").annotate(n=Count("pk")).values("n")),
        planned="course__protocol__series_length",
    )
    return given.order_by("-performed_at", "-id").values(said=said)[:1]


def _score(user: User) -> QuerySet[Any]:
    """Pain right now before anything else, and then the latest."""
    scores = Score.objects.visible_to(user).filter(course__patient=OuterRef("pk"), value__isnull=False)
    first = Case(When(instrument=PAIN, then=Value("")), default=F("instrument"), output_field=CharField())
    numbers = {name: Cast(name, TextField()) for name in ("value", "baseline")}
    said = JSONObject(scale="instrument", **numbers)
    return scores.order_by(first, "-taken_on", "-id").values(said=said)[:1]


def _last_session(said: dict[str, Any]) -> LastSession:
    place = place_for_patient(said["target"], said["side"]) if said["target"] else said["complaint"]
    at = dt.datetime.fromisoformat(said["at"])
    return LastSession(place[:1].upper() + place[1:], said["treatment"], at, said["number"], said["planned"] or 1)


def _last_score(said: dict[str, Any]) -> LastScore:
    baseline = said["baseline"]
    return LastScore(said["scale"], Decimal(said["value"]), None if baseline is None else Decimal(baseline))
