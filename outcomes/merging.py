"""What merging two records, and undoing it, would do: counted before anybody does it."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from outcomes.models import Alert, Answer, Call, Delivery, SendingPause, Survey
from patients import merging as of_patients
from patients.models import Consent, ConsentRequest, Patient, PatientLetter, PatientLink, PatientMerge
from treatments import merging as of_treatments
from treatments.models import AdverseEvent, Course, FollowUp, LotUse, MedicationReview, TreatmentSession

Status = Delivery.Status
WAITING = (Status.PENDING, Status.CLAIMED, Status.BOUNCED_SOFT)
# What a record has: its name for one and for many, the model, the way to the patient, and which rows count.
HELD: tuple[tuple[str, str, type[Any], str, Q], ...] = (
    ("course", "courses", Course, "patient", Q()),
    ("session", "sessions", TreatmentSession, "course__patient", Q(entered_in_error_at=None)),
    ("answered check-in", "answered check-ins", FollowUp, "course__patient", Q(answered_at__isnull=False)),
    ("planned check-in", "planned check-ins", FollowUp, "course__patient", Q(answered_at=None, ended_on=None)),
    ("answer", "answers", Answer, "survey__follow_up__course__patient", Q()),
    ("message", "messages", Delivery, "patient", Q()),
    ("call", "calls", Call, "patient", Q()),
    ("alert", "alerts", Alert, "patient", Q()),
    ("use of a lot", "uses of lots", LotUse, "patient", Q()),
    ("adverse event", "adverse events", AdverseEvent, "patient", Q()),
    ("list of medicines", "lists of medicines", MedicationReview, "patient", Q()),
    ("signature", "signatures", Consent, "patient", Q()),
)
STAYING = ("signature",)


@dataclass(frozen=True)
class Holding:
    """How many of one kind either record has."""

    kind: str
    label: str
    kept: int
    gone: int

    @property
    def after(self) -> int:
        """What the kept one has afterwards."""
        return self.kept + (0 if self.kind in STAYING else self.gone)

    @property
    def words(self) -> str:
        """What the one that goes has, like "2 courses"."""
        return f"{self.gone} {self.kind if self.gone == 1 else self.label}"


@dataclass(frozen=True)
class Plan:
    """Everything that the page says before two records are merged. ``obstacles``: if any, they cannot be."""

    kept: Patient
    gone: Patient
    holdings: list[Holding]
    differences: list[of_patients.Difference]
    agreements: list[of_patients.Agreement]
    obstacles: list[str]
    notes: list[str]
    steps: list[str]

    @property
    def seen(self) -> str:
        """Changes when what was shown is not so any more."""
        return of_patients.fingerprint(self.kept, self.gone)


def plan(kept: Patient, gone: Patient, *, at: dt.datetime) -> Plan:
    """What ``merge_patients`` would do now. Fourteen queries, however much the two have."""
    held = holdings(kept, gone)
    return Plan(
        kept=kept,
        gone=gone,
        holdings=held,
        differences=of_patients.differences(kept, gone),
        agreements=of_patients.agreements(kept, gone),
        obstacles=obstacles(kept, gone),
        notes=_notes(kept, gone),
        steps=_steps(kept, gone, held, at),
    )


def obstacles(kept: Patient, gone: Patient) -> list[str]:
    """Why these two cannot be merged as they are, each in a sentence. Two queries."""
    found = of_patients.obstacles(kept, gone)
    active = SendingPause.objects.active().filter(patient__in=[kept, gone]).values("patient").distinct()
    if not found and active.count() == 2:
        found.append("Messages are paused for both. End one of the two pauses first.")
    return found + of_treatments.obstacles(kept, gone)


def holdings(kept: Patient, gone: Patient) -> list[Holding]:
    """What each has, in the order of HELD. One query."""
    counts = {
        f"n{number}": _counted(model.objects.filter(rows, **{way: OuterRef("pk")}), way)
        for number, (_one, _many, model, way, rows) in enumerate(HELD)
    }
    found = {row["pk"]: row for row in Patient.objects.filter(pk__in=[kept.pk, gone.pk]).values("pk", **counts)}
    return [
        Holding(one, many, found[kept.pk][f"n{number}"], found[gone.pk][f"n{number}"])
        for number, (one, many, *_rest) in enumerate(HELD)
    ]


def back_and_staying(merge: PatientMerge) -> tuple[list[str], list[str]]:
    """What undoing the merge puts back, and what was made since and stays with the kept record. In words."""
    counted = merge.rows.values("table").annotate(n=Count("id"))
    tables = {row["table"]: row["n"] for row in counted}
    back = [
        f"{n} {one if n == 1 else many}"
        for one, many, model, _way, rows in HELD
        if (n := tables.get(model._meta.label, 0)) and not rows and one not in STAYING
    ]
    courses = list(merge.rows.filter(table=Course._meta.label).values_list("row", flat=True))
    since = {"patient": merge.kept_id}
    made = (
        ("course", "courses", Course.objects.exclude(pk__in=courses).filter(_made("opened_on", merge), **since)),
        ("adverse event", "adverse events", AdverseEvent.objects.filter(_made("recorded_at", merge), **since)),
        (
            "list of medicines",
            "lists of medicines",
            MedicationReview.objects.filter(_made("recorded_at", merge), **since),
        ),
        ("signature", "signatures", Consent.objects.filter(_made("recorded_at", merge), **since)),
    )
    staying = [f"{n} {one if n == 1 else many}" for one, many, rows in made if (n := _without(rows, courses).count())]
    return back, staying


def _made(name: str, merge: PatientMerge) -> Q:
    day = merge.merged_at.date() if name.endswith("_on") else merge.merged_at
    return Q(**{f"{name}__gt": day})


def _without(rows: QuerySet[Any], courses: list[int]) -> QuerySet[Any]:
    has_course = any(field.name == "course" for field in rows.model._meta.fields)
    return rows.exclude(course__in=courses) if has_course else rows


def _counted(rows: QuerySet[Any], way: str) -> Coalesce:
    counted = rows.order_by().values(way).annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)


def _steps(kept: Patient, gone: Patient, held: list[Holding], at: dt.datetime) -> list[str]:
    moving = [one.words for one in held if one.gone and one.kind not in STAYING]
    charts = {"gone": f"chart no. {gone.chart_number}", "kept": f"chart no. {kept.chart_number}"}
    first = "{moving}: from now on of {kept}." if moving else "Nothing else moves to {kept}."
    return [
        first.format(moving=_together(moving), **charts),
        *(
            (one if n == 1 else many).format(n=n, **charts)
            for n, (one, many) in zip(_concerned(kept, gone, held, at), CONCERNED, strict=True)
            if n
        ),
        "Reports count the two as one person.",
        f"Chart no. {gone.chart_number} leads to chart no. {kept.chart_number}, on its own page and when it is searched for.",
        "Your name and the time are recorded. For 24 hours it can be undone.",
    ]


# What is said of one and of many: messages that wait, check-ins that are open, letters, links, signatures.
CONCERNED = (
    (
        "1 message that waits goes to the address that is chosen here, if it may be written to, and to no other.",
        "{n} messages that wait go to the address that is chosen here, if it may be written to, and to no other.",
    ),
    (
        "1 check-in can still be answered; the link that the patient has goes on working.",
        "{n} check-ins can still be answered; the links that the patient has go on working.",
    ),
    ("1 letter with a link to the own page is dropped.", "{n} letters with links to the own page are dropped."),
    (
        "1 link to the own page or for signing ends; the patient can ask for another.",
        "{n} links to the own page or for signing end; the patient can ask for others.",
    ),
    (
        "1 signature stays to be read under {gone}: a merge agrees to nothing.",
        "{n} signatures stay to be read under {gone}: a merge agrees to nothing.",
    ),
)


def _concerned(kept: Patient, gone: Patient, held: list[Holding], at: dt.datetime) -> tuple[int, ...]:
    """The numbers that CONCERNED speaks of. Five queries."""
    surveys = Survey.objects.filter(follow_up__course__patient=gone, completed_at=None, cancelled_at=None)
    links = PatientLink.objects.filter(patient__in=[kept, gone], expires_at__gt=at)
    requests = ConsentRequest.objects.filter(patient=gone, expires_at__gt=at)
    return (
        Delivery.objects.filter(patient=gone, status__in=WAITING).count(),
        surveys.filter(follow_up__ended_on=None).count(),
        PatientLetter.objects.waiting().filter(patient__in=[kept, gone]).count(),
        links.count() + requests.count(),
        next(one.gone for one in held if one.kind == "signature"),
    )


def _notes(kept: Patient, gone: Patient) -> list[str]:
    silent = (
        f"Chart no. {kept.chart_number} has no consent to contact that holds, so nothing more is sent after the merge. Keep "
        "the other one, or record the consent first if the patient agrees."
    )
    return [
        *([silent] if gone.has_agreed and not kept.has_agreed else []),
        *_allergies(kept, gone),
        *_same_places(kept, gone),
    ]


def _allergies(kept: Patient, gone: Patient) -> list[str]:
    named = of_patients.allergies_after(kept, gone)["allergies"]
    return [f"Allergies are kept from both: {named}."] if named != kept.allergies else []


def _same_places(kept: Patient, gone: Patient) -> list[str]:
    return [
        f"Both have a course at the same place under way: {one} and {other}. Both go on, and both ask. Call off check-ins "
        "of one of them if that is too much."
        for one, other in of_treatments.under_way_twice(kept, gone)
    ]


def _together(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}" if words else ""
