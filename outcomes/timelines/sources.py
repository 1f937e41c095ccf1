"""From which tables a time line is read: one kind of entry a source, each with its moment, its words and who did it.

Only reads; every source starts at ``visible_to``.
"""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from django.db.models import DateTimeField, Expression, F, Func, IntegerField, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.expressions import Combinable
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast, Coalesce, Concat, JSONObject

from clinic.models import User
from outcomes.models import Alert, CallAttempt, Delivery, Score, SendingPause, Survey
from patients.models import Consent, Patient, PatientMerge
from treatments.models import AdverseEvent, Course, FollowUp, MedicationReview, Retreatment, TreatmentSession

PAIN = "nrs_now"
Status = Delivery.Status
Rows = Callable[[Patient, User], QuerySet[Any]]
# Messages that went out or never will; what still waits is told by its check-in.
TOLD = [
    *(Status.ACCEPTED, Status.DELIVERED, Status.BOUNCED_SOFT, Status.BOUNCED_HARD, Status.COMPLAINED, Status.FAILED),
    *(Status.UNKNOWN, Status.SUPPRESSED, Status.DEAD),
]
# What somebody changed by hand in the patient's own row, by the page on which it was done.
CHANGES = {
    "edit-patient": "Details changed",
    "patient-channel": "How messages are sent was changed",
    "patient-died": "Death recorded",
    "patient-died-undo": "Death entered in error",
    "own-details": "The patient changed their details",
    "own-channel": "The patient changed how messages are sent",
}
# What of the patient's row a change is told of, field by field.
TOLD_FIELDS = (
    *("family_name", "given_name", "born_on", "sex", "chart_number", "allergy_status", "allergies", "email", "phone"),
    *("language", "time_zone", "preferred_channel", "email_stopped_at", "email_bounced_at", "sms_stopped_at"),
    *("sms_failed_at", "died_on"),
)


@dataclass(frozen=True)
class Source:
    """One kind of entry: whose rows, when each happened, the values that its words need, who did it, and its id."""

    kind: str
    group: str
    rows: Rows
    moment: str | Combinable
    words: Mapping[str, str | Combinable] = field(default_factory=dict)
    who: str | Combinable = ""
    ref: str = "public_id"


def sources(zone: str, today: dt.date) -> tuple[Source, ...]:
    """Every source. Days begin at midnight in ``zone``; a check-in is missed when its window ended before ``today``."""
    return (*_treatment(zone), *_check_ins(zone, today), *_messages(), *_safety(), *_record(zone))


def _treatment(zone: str) -> list[Source]:
    way = "course__patient"
    named = {"complaint": "complaint", "treatment": "treatment_type__label"}
    return [
        Source("session", "sessions", partial(_of, TreatmentSession, way), "performed_at", ref="public_id"),
        Source(
            "course", "sessions", partial(_of, Course, "patient"), _day("opened_on", zone), named, _name("opened_by")
        ),
        Source(
            "retreatment",
            "sessions",
            partial(_of, Retreatment, way, entered_in_error_at=None),
            _day("happened_on", zone),
            {"retreatment": "kind", "complaint": "course__complaint", "note": "note"},
            _name("recorded_by"),
            ref="course__public_id",
        ),
    ]


def _check_ins(zone: str, today: dt.date) -> list[Source]:
    named = {"timepoint": "follow_up__timepoint__name", "complaint": "follow_up__course__complaint"}
    pain = Score.objects.filter(survey=OuterRef("pk"), instrument=PAIN).values("value")[:1]
    answered = {"mode": "mode", "by": "answered_by", "language": "language", "began": "started_at"}
    way = "follow_up__course__patient"
    about_call = {"timepoint": "call__survey__follow_up__timepoint__name", "outcome": "outcome", "note": "note"}
    return [
        Source(
            "answered",
            "check-ins",
            partial(_of, Survey, way, completed_at__isnull=False),
            "completed_at",
            {**named, **answered, "pain": Subquery(pain), "ended": "completed_at"},
            _name("entered_by"),
        ),
        Source(
            "called_off",
            "check-ins",
            partial(_of, Survey, way, cancelled_at__isnull=False),
            "cancelled_at",
            {**named, "reason": "cancel_reason"},
            _name("cancelled_by"),
        ),
        Source(
            "missed",
            "check-ins",
            partial(_missed, today),
            _day("ended", zone),
            {"timepoint": "timepoint__name", "complaint": "course__complaint"},
        ),
        Source(
            "call",
            "check-ins",
            partial(_of, CallAttempt, "call__patient"),
            "at",
            {**about_call, "taken_back": "taken_back_at"},
            _name("by"),
            ref="call__public_id",
        ),
    ]


def _messages() -> list[Source]:
    message = {"message": "kind", "channel": "channel", "status": "status", "reason": "reason"}
    return [
        Source(
            "message",
            "messages",
            partial(_of, Delivery, "patient", status__in=TOLD),
            Coalesce("accepted_at", "started_at", "not_before"),
            {**message, "timepoint": "survey__follow_up__timepoint__name"},
            _name("requested_by"),
            ref="survey__public_id",
        ),
        Source(
            "pause",
            "messages",
            partial(_of, SendingPause, "patient"),
            "began_at",
            {"reason": "reason"},
            _name("began_by"),
        ),
        Source(
            "resumed",
            "messages",
            partial(_of, SendingPause, "patient", ended_at__isnull=False),
            "ended_at",
            who=_name("ended_by"),
        ),
    ]


def _safety() -> list[Source]:
    closed = {"rule": "rule", "level": "level", "outcome": "outcome", "said": "said"}
    event = {"term": "term", "grade": "grade", "error": "entered_in_error_at", "reason": "entered_in_error_reason"}
    return [
        Source("alert", "safety", partial(_of, Alert, "patient"), "raised_at", {"rule": "rule", "level": "level"}),
        Source(
            "alert_closed",
            "safety",
            partial(_of, Alert, "patient", acknowledged_at__isnull=False),
            "acknowledged_at",
            closed,
            _name("acknowledged_by"),
        ),
        Source("event", "safety", partial(_of, AdverseEvent, "patient"), "began_at", event, _name("recorded_by")),
    ]


def _record(zone: str) -> list[Source]:
    document = {"document": "document__kind", "version": "document__version"}
    name = User.objects.filter(pk=OuterRef("by_hand")).values("full_name")[:1]
    return [
        Source(
            "signed",
            "record",
            partial(_of, Consent, "patient"),
            "signed_at",
            {**document, "way": "way"},
            _name("recorded_by"),
        ),
        Source(
            "withdrawn",
            "record",
            partial(_of, Consent, "patient", withdrawn_at__isnull=False),
            "withdrawn_at",
            document,
            _name("withdrawn_by"),
        ),
        Source("medicines", "record", partial(_of, MedicationReview, "patient"), _day("asked_on", zone)),
        Source("merged", "record", _merges, "merged_at", {"charts": _charts()}, _name("merged_by")),
        Source(
            "unmerged",
            "record",
            partial(_merges, undone_at__isnull=False),
            "undone_at",
            {"charts": _charts()},
            _name("undone_by"),
        ),
        Source("registered", "record", partial(_of, Patient, "pk"), "registered_at", who=_name("registered_by")),
        Source(
            "changed",
            "record",
            _changes,
            "pgh_created_at",
            {"route": KeyTextTransform("route", "pgh_context"), "new": _told(), "old": Subquery(_state_before())},
            Subquery(name),
            ref="pgh_id",
        ),
    ]


def _of(model: Any, way: str, patient: Patient, user: User, **more: object) -> QuerySet[Any]:
    """Rows of ``model`` that lead to the patient by ``way``."""
    key = patient.pk if way == "pk" else patient
    found: QuerySet[Any] = model.objects.visible_to(user).filter(**{way: key}, **more)
    return found


def _missed(today: dt.date, patient: Patient, user: User) -> QuerySet[Any]:
    """Check-ins that ended without an answer; one that was called off is told as such."""
    unanswered = _of(FollowUp, "course__patient", patient, user, answered_at=None)
    over = unanswered.filter(Q(ended_on__lte=today) | Q(closes_on__lt=today)).exclude(
        survey__cancelled_at__isnull=False
    )
    return over.annotate(ended=Coalesce("ended_on", "closes_on"))


def _merges(patient: Patient, user: User, **more: object) -> QuerySet[Any]:
    """Merges of another record into this one, and of this one into another that were undone."""
    found: QuerySet[Any] = PatientMerge.objects.visible_to(user).filter(Q(kept=patient) | Q(gone=patient), **more)
    return found


def _charts() -> Combinable:
    """Both chart numbers: of the record that went, and of the one that was kept."""
    return Concat(F("gone__chart_number"), Value(" into chart no. "), F("kept__chart_number"))


def _changes(patient: Patient, user: User) -> QuerySet[Any]:
    """What somebody changed in the patient's own row; for whoever may see the patient."""
    visible = Patient.objects.visible_to(user).filter(pk=patient.pk).values("pk")
    history: Any = Patient.pgh_event_model  # type: ignore[attr-defined]
    changed = history.objects.filter(id__in=visible, pgh_label="update", pgh_context__route__in=list(CHANGES))
    found: QuerySet[Any] = changed.annotate(by_hand=Cast(KeyTextTransform("user", "pgh_context"), IntegerField()))
    return found


def _state_before() -> QuerySet[Any]:
    """What the row said until then; nothing where its history begins with the change."""
    history: Any = Patient.pgh_event_model  # type: ignore[attr-defined]
    earlier = history.objects.filter(id=OuterRef(OuterRef("id")), pgh_id__lt=OuterRef(OuterRef("pgh_id")))
    # First which row, then what it said: else every earlier row is put into words to find the last.
    last = Subquery(earlier.order_by("-pgh_id").values("pgh_id")[:1])
    return history.objects.filter(pgh_id=last).order_by().values(said=_told())


def _told() -> JSONObject:
    return JSONObject(**{name: name for name in TOLD_FIELDS})


def _name(person: str) -> Expression:
    return Coalesce(F(f"{person}__full_name"), Value(""))


def _day(column: str, zone: str) -> Expression:
    """The beginning of a day of the clinic's calendar."""
    local = Func(F(column), template="(%(expressions)s)::timestamp", output_field=DateTimeField())
    return Func(Value(zone), local, function="timezone", output_field=DateTimeField())
