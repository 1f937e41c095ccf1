"""What goes out next, what waits for a person, and what is not sent and why. Only reads; starts at ``visible_to``."""

import datetime as dt
from collections import Counter
from dataclasses import dataclass
from typing import Any, ClassVar, TypeVar
from zoneinfo import ZoneInfo

from django.db import models
from django.db.models import Count, DateTimeField, Exists, F, Func, OuterRef, Q, QuerySet, Value

from clinic.models import Clinic, ClinicRowQuerySet, User
from outcomes.delivery_rules import SendingHours
from outcomes.models import AssignedInstrument, Call, ContactDecision, Delivery, SendingPause
from outcomes.reasons import Why
from patients.models import EMAIL, SMS, BirthCheck, Patient
from patients.pages import COUNTED, SIZE, Page
from treatments.models import FollowUp

Status = Delivery.Status
Rows = TypeVar("Rows", bound=ClinicRowQuerySet)
SHOWN = 20
LOOKS_BACK = dt.timedelta(days=14)
GOING = (Status.PENDING, Status.CLAIMED, Status.SENDING, Status.BOUNCED_SOFT)
NEVER_SENT = (Status.FAILED, Status.SUPPRESSED, Status.DEAD, Status.BOUNCED_HARD)
# Decisions that say why nothing goes out although the check-in is due.
AGAINST = (
    *(Why.DIED, Why.ERASED, Why.REGISTRY, Why.NO_CONSENT, Why.WITHDRAWN, Why.LAPSED),
    *(Why.UNREACHABLE, Why.PAUSED, Why.HELD),
)


def known(code: str) -> Why | None:
    """The reason with this code, None for one that is not known."""
    return next((why for why in Why if why.value == code), None)


@dataclass(frozen=True)
class Span:
    """From now until the end of a day of the clinic's calendar."""

    now: dt.datetime
    until: dt.datetime
    last_day: dt.date

    @classmethod
    def of_days(cls, clinic: Clinic, at: dt.datetime, days: int) -> "Span":
        """Today and ``days`` - 1 more."""
        zone = ZoneInfo(clinic.time_zone)
        last = at.astimezone(zone).date() + dt.timedelta(days=days - 1)
        end = dt.datetime.combine(last + dt.timedelta(days=1), dt.time(), zone)
        return cls(at, end.astimezone(dt.UTC), last)


@dataclass(frozen=True)
class Outgoing:
    """One message that goes out, or a step that will be taken. ``waits`` says what holds it up, if anything does."""

    at: dt.datetime
    what: str
    follow_up: FollowUp
    patient: Patient
    waits: str


@dataclass(frozen=True)
class Reason:
    """One reason for which messages are not sent, with how many check-ins or messages have it now."""

    why: Why
    count: int


@dataclass(frozen=True)
class NotSent:
    """One check-in or message that is not sent. ``looks_again_at`` None: not again by itself."""

    since: dt.datetime
    follow_up: FollowUp
    patient: Patient
    looks_again_at: dt.datetime | None


class _OpensAt(Func):
    """The first instant at which the clinic sends on the day ``opens_on``; now, when that is over."""

    output_field: ClassVar[models.Field] = DateTimeField()

    def __init__(self, clinic: Clinic, now: dt.datetime) -> None:
        hour = Func(
            F("opens_on"),
            Value(dt.timedelta(hours=clinic.send_from_hour)),
            template="(%(expressions)s)",
            arg_joiner=" + ",
            output_field=DateTimeField(),
        )
        local = Func(Value(clinic.time_zone), hour, function="timezone", output_field=DateTimeField())
        super().__init__(local, Value(now, DateTimeField()), function="greatest", output_field=DateTimeField())


def going_out(clinic: Clinic, *, span: Span, user: User, page: str) -> Page:
    """One page of what goes out in ``span``, in order of time, as ``Outgoing``. Five queries."""
    parts = [_messages(clinic, span, user), _steps(clinic, span, user), _openings(clinic, span, user)]
    return _cut(parts, page, user, lambda row, follow_up: _outgoing(clinic, row, follow_up))


def count_going_out(clinic: Clinic, *, span: Span, user: User) -> Counter[str]:
    """How many messages go out in ``span``, by what they are; one query."""
    counts: Counter[str] = Counter()
    kinds = (_messages(clinic, span, user), _steps(clinic, span, user), _openings(clinic, span, user))
    first, *others = (rows.order_by().values_list("what").annotate(number=Count("pk")) for rows in kinds)
    for what, number in first.union(*others, all=True):
        counts["next step" if what == "step" else _kind_words(what).lower()] += number
    return +counts


def _mine(rows: Rows, clinic: Clinic, user: User) -> Rows:
    return rows.visible_to(user).filter(clinic=clinic)


def _messages(clinic: Clinic, span: Span, user: User) -> QuerySet[Any]:
    rows = _mine(Delivery.objects.all(), clinic, user).filter(status__in=GOING, not_before__lt=span.until)
    return rows.annotate(
        at=F("not_before"), what=F("kind"), about=F("survey__follow_up_id"), why=F("reason_code"), by=F("channel")
    )


def _steps(clinic: Clinic, span: Span, user: User) -> QuerySet[Any]:
    rows = _mine(ContactDecision.objects.all(), clinic, user)
    due = rows.filter(code=Why.NEXT_STEP.value, is_blocked=False, looks_again_at__lt=span.until)
    return due.annotate(
        at=F("looks_again_at"), what=Value("step"), about=F("follow_up_id"), why=Value(""), by=Value("")
    )


def _openings(clinic: Clinic, span: Span, user: User) -> QuerySet[Any]:
    """Check-ins that are not open yet and whose patient may be contacted."""
    today = span.now.astimezone(ZoneInfo(clinic.time_zone)).date()
    pauses = SendingPause.objects.active().filter(clinic=clinic)
    of_this = Q(patient=OuterRef("course__patient"), protocol=None) | Q(protocol=OuterRef("course__protocol"))
    rows = _mine(FollowUp.objects.all(), clinic, user).filter(
        Exists(AssignedInstrument.objects.filter(timepoint=OuterRef("timepoint"))),
        ~Exists(pauses.filter(of_this | Q(patient=None, protocol=None))),
        course__patient__in=Patient.objects.contactable().answerable(),
        survey=None,
        answered_at=None,
        ended_on=None,
        opens_on__lte=span.last_day,
        closes_on__gte=today,
    )
    return rows.annotate(
        at=_OpensAt(clinic, span.now), what=Value("invitation"), about=F("pk"), why=Value(""), by=Value("")
    )


COLUMNS = ("at", "about", "what", "why", "by")


def _cut(parts: list[QuerySet[Any]], page: str, user: User, make: Any) -> Page:
    """The page of the rows of all parts, in the order of ``at``, each made from its columns and its follow-up."""
    rows = [part.order_by().values_list(*COLUMNS) for part in parts]
    merged = rows[0].union(*rows[1:], all=True) if len(rows) > 1 else rows[0]
    total = sum(part.order_by()[: COUNTED + 1].count() for part in parts)
    last = max(1, -(-min(total, COUNTED) // SIZE))
    number = min(max(int(page), 1), last) if page.isdecimal() and len(page) < 6 else 1
    cut = list(merged.order_by("at", "about")[(number - 1) * SIZE : number * SIZE])
    found = FollowUp.objects.visible_to(user).filter(pk__in=[row[1] for row in cut])
    follow_ups = found.select_related("timepoint", "course__patient").in_bulk()
    return Page([make(row, follow_ups[row[1]]) for row in cut if row[1] in follow_ups], number, total)


def _outgoing(clinic: Clinic, row: tuple[Any, ...], follow_up: FollowUp) -> Outgoing:
    at, _about, what, why, channel = row
    patient = follow_up.course.patient
    hours = SendingHours(
        patient.time_zone or clinic.time_zone, clinic.send_from_hour, clinic.send_until_hour, clinic.sends_on_weekends
    )
    waits = known(why)
    by = {EMAIL: " by e-mail", SMS: " by text"}.get(channel, "")
    return Outgoing(hours.next_allowed(at), _kind_words(what) + by, follow_up, patient, waits.words if waits else "")


def _kind_words(what: str) -> str:
    """In words; a step may be a reminder, or a call by staff."""
    return "Reminder or call" if what == "step" else Delivery.Kind(what).label


def reasons(clinic: Clinic, *, at: dt.datetime, user: User) -> list[Reason]:
    """Why check-ins that are due are not asked, and messages of the last two weeks were not sent; most first."""
    counts: Counter[str] = Counter()
    for rows in (_decided_against(clinic, user), _unsent(clinic, at, user)):
        for code, number in rows.order_by().values_list("code_of").annotate(number=Count("pk")):
            counts[code] += number
    found = [Reason(why, number) for code, number in counts.items() if (why := known(code))]
    return sorted(found, key=lambda reason: (-reason.count, reason.why.value))


def not_sent(clinic: Clinic, why: Why, *, at: dt.datetime, user: User, page: str) -> Page:
    """One page of what has this reason, as ``NotSent``, the oldest first."""
    decided = _decided_against(clinic, user).filter(code_of=why.value)
    unsent = _unsent(clinic, at, user).filter(code_of=why.value)
    parts = [
        decided.annotate(at=F("decided_at"), about=F("follow_up_id"), what=Value(""), why=Value(""), by=Value("")),
        unsent.annotate(
            at=F("not_before"), about=F("survey__follow_up_id"), what=Value(""), why=Value(""), by=Value("")
        ),
    ]
    found = _cut(parts, page, user, lambda row, follow_up: (row[0], follow_up))
    looks = dict(
        _mine(ContactDecision.objects.all(), clinic, user)
        .filter(follow_up__in=[follow_up.pk for _, follow_up in found.rows])
        .values_list("follow_up_id", "looks_again_at")
    )
    rows = [NotSent(since, one, one.course.patient, looks.get(one.pk)) for since, one in found.rows]
    return Page(rows, found.number, found.total)


def _decided_against(clinic: Clinic, user: User) -> QuerySet[Any]:
    rows = _mine(ContactDecision.objects.all(), clinic, user)
    codes = [why.value for why in AGAINST]
    return rows.filter(looks_again_at__isnull=False, code__in=codes).annotate(code_of=F("code"))


def _unsent(clinic: Clinic, at: dt.datetime, user: User) -> QuerySet[Any]:
    rows = _mine(Delivery.objects.all(), clinic, user)
    lately = rows.filter(Q(status=Status.PENDING) | Q(status__in=NEVER_SENT, not_before__gt=at - LOOKS_BACK))
    return lately.exclude(reason_code="").annotate(code_of=F("reason_code"))


def unconfirmed(clinic: Clinic, *, at: dt.datetime, user: User) -> QuerySet[Delivery]:
    """Messages of unknown fate, the oldest first, whose check-in can still be answered: it matters if they arrived."""
    matters = Q(survey__completed_at=None, survey__cancelled_at=None, survey__follow_up__ended_on=None)
    today = at.astimezone(ZoneInfo(clinic.time_zone)).date()
    rows = _mine(Delivery.objects.filter(matters, status=Status.UNKNOWN), clinic, user)
    return (
        rows.filter(survey__follow_up__closes_on__gte=today)
        .select_related("patient", "survey__follow_up__timepoint")
        .order_by("not_before", "id")
    )


def calls_waiting(clinic: Clinic, *, at: dt.datetime, user: User) -> QuerySet[Call]:
    """Who is to be called today, those who wait longest first."""
    today = at.astimezone(ZoneInfo(clinic.time_zone)).date()
    waiting = _mine(Call.objects.all(), clinic, user).waiting(today)
    rows: QuerySet[Call] = waiting.select_related("patient", "survey__follow_up__timepoint")
    return rows


def unreachable(clinic: Clinic, *, user: User) -> QuerySet[Patient]:
    """Patients with a due check-in whom no message reaches, in the order of names."""
    due = ContactDecision.objects.filter(code=Why.UNREACHABLE.value, looks_again_at__isnull=False)
    everyone = _mine(Patient.objects.all(), clinic, user)
    return everyone.filter(pk__in=due.filter(clinic=clinic).values("follow_up__course__patient"))


def paused_links(clinic: Clinic, *, user: User) -> QuerySet[BirthCheck]:
    """Patients' links that were tried too often, those that wait longest first."""
    paused: QuerySet[BirthCheck] = _mine(BirthCheck.objects.all(), clinic, user).paused()
    return paused.select_related("patient")


def active_pauses(clinic: Clinic, *, user: User) -> QuerySet[SendingPause]:
    """What is paused now, the newest first."""
    return _mine(SendingPause.objects.active(), clinic, user).select_related("patient", "protocol", "began_by")
