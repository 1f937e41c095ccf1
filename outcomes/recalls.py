"""The chain from a lot to every patient, side and later score, and back from a patient to every lot."""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce

from clinic.models import ClinicRowQuerySet, User
from outcomes.asking import scales_brought
from outcomes.instruments import Scale, scales
from outcomes.models import LoadedInstrument, Score
from outcomes.scoring import band_of
from patients.models import Patient
from treatments.models import FollowUp, Lot, LotUse, Recall, RecallCase
from treatments.slices import SIZE, Slice, slice_of
from treatments.vocabulary import Side

PIECE = 500
Row = TypeVar("Row")
NEXT_ACTIONS = {
    RecallCase.State.TO_CONTACT.value: "Call the patient",
    RecallCase.State.CONTACTED.value: "Ask about symptoms",
    RecallCase.State.SYMPTOMS.value: "Order or waive tests",
    RecallCase.State.TESTS.value: "Close with the results",
    RecallCase.State.CLOSED.value: "",
}


# Eight tables with 130 columns meet in one use: reading only what is shown saves a quarter of the time.
SHOWN = (
    *("clinic__time_zone", "quantity", "used_at", "reversed_at", "injection__target", "injection__side"),
    *("patient__public_id", "patient__given_name", "patient__family_name", "patient__chart_number"),
    *("patient__born_on", "patient__email", "patient__phone", "patient__consented_at", "patient__withdrawn_at"),
    *("patient__died_on", "patient__preferred_channel", "patient__email_stopped_at", "patient__email_bounced_at"),
    *("patient__sms_stopped_at", "patient__sms_failed_at"),
    *("patient__contact_lapsed_at", "session__public_id", "session__course__target", "session__course__side"),
    *("session__course__complaint", "lot__public_id", "lot__lot_number", "lot__expires_on", "lot__status"),
    *("lot__product__public_id", "lot__product__name", "lot__product__manufacturer", "lot__product__unit"),
)


def _uses() -> ClinicRowQuerySet:
    """Uses that stand, with what is known about each patient's course and recall case. Not yet narrowed to anybody."""
    unanswered = (
        FollowUp.objects.filter(course=OuterRef("session__course"), answered_at=None, ended_on=None)
        .order_by()
        .values("course")
        .annotate(n=Count("id"))
        .values("n")
    )
    case = RecallCase.objects.filter(recall__lot=OuterRef("lot"), patient=OuterRef("patient"))
    newest = Score.objects.filter(course=OuterRef("session__course"), value__isnull=False).order_by("-taken_on", "id")
    return (
        LotUse.objects.filter(reversed_at=None)
        .select_related("clinic", "patient", "injection", "session__course", "lot__product")
        .only(*SHOWN)
        .annotate(
            open_follow_ups=Coalesce(Subquery(unanswered), 0),
            case_state=Subquery(case.values("state")[:1]),
            newest_score=Subquery(newest.values("id")[:1]),
        )
    )


USES = _uses()


@dataclass(frozen=True)
class Exposure:
    """One use of a lot in one patient.

    ``score``: the newest one of the course, None before any was given; ``scale``: what it is a score of, None where that
    is not known. ``open_follow_ups``: check-ins of the course that are neither answered nor ended. ``case_state``: of the patient's recall case, "" where there is none.
    """

    use: LotUse
    score: Score | None
    open_follow_ups: int
    case_state: str
    scale: Scale | None = None

    @property
    def patient(self) -> Patient:
        return self.use.patient

    @property
    def place(self) -> str:
        """Target and side: of the injection where the use names one, else of the course."""
        course = self.use.session.course
        where = self.use.injection or course
        target = where.get_target_display() or course.complaint
        return f"{target}, {where.side}" if where.side in (Side.LEFT, Side.RIGHT) else target

    @property
    def day(self) -> dt.date:
        """The day of use in the clinic's calendar."""
        return self.use.used_at.astimezone(ZoneInfo(self.use.clinic.time_zone)).date()

    @property
    def score_words(self) -> str:
        """The newest score with its instrument, like "3 on Pain right now"; "" without one."""
        if self.score is None or self.score.value is None:
            return ""
        number = f"{round(float(self.score.value), 1):g}"
        if self.scale is None:
            return f"{number}, {self.score.instrument}"
        band = band_of(self.scale, self.score.value)
        return f"{number}{f' ({band})' if band else ''}, {self.scale.name}"

    @property
    def contact(self) -> str:
        return contact_of(self.use.patient)


@dataclass(frozen=True)
class WorkItem:
    """One exposed patient of a recall: what reached them, and the one thing to do next ("" once closed)."""

    case: RecallCase
    exposures: list[Exposure]

    @property
    def next_action(self) -> str:
        return NEXT_ACTIONS[self.case.state]

    @property
    def contact(self) -> str:
        return contact_of(self.case.patient)

    @property
    def open_follow_ups(self) -> int:
        """Check-ins of the treated courses that are neither answered nor ended; each course counts once."""
        return sum({one.use.session.course_id: one.open_follow_ups for one in self.exposures}.values())


def contact_of(patient: Patient) -> str:
    """How this patient can be reached, in words; whether messages may be sent, too."""
    ways = [way for way, value in (("phone", patient.phone), ("e-mail", patient.email)) if value]
    if not ways:
        return "No phone, no e-mail"
    words = " and ".join(ways).capitalize()
    return words if patient.may_be_contacted or not patient.email else f"{words}, no messages"


def exposed_patients(
    lot: Lot, *, user: User, after: str = "", size: int = SIZE
) -> tuple[list[Exposure], Slice[LotUse]]:
    """Who received the lot, newest use first: two statements a page, whatever the length of the list."""
    part = slice_of(USES.visible_to(user).filter(lot=lot), "-used_at", after, size)
    return with_scores(part.rows), part


def lots_received(
    patient: Patient, *, user: User, after: str = "", size: int = SIZE
) -> tuple[list[Exposure], Slice[LotUse]]:
    """Every lot that went into the patient, newest use first: two statements a page."""
    part = slice_of(USES.visible_to(user).filter(patient=patient), "-used_at", after, size)
    return with_scores(part.rows), part


def work_list(
    recall: Recall, *, user: User, state: str = "", after: str = "", size: int = SIZE
) -> tuple[list[WorkItem], Slice[RecallCase]]:
    """One row per exposed patient in the order of the list, all or those in one state: three statements a page."""
    cases = RecallCase.objects.visible_to(user).filter(recall=recall).select_related("patient")
    part = slice_of(cases.filter(state=state) if state else cases, "id", after, size)
    return _work_items(part.rows, recall.lot_id, user), part


def work_item(case: RecallCase, *, user: User) -> WorkItem:
    """The row of the work list about this case."""
    return _work_items([case], case.recall.lot_id, user)[0]


def _work_items(cases: Sequence[RecallCase], lot_id: int, user: User) -> list[WorkItem]:
    uses = USES.visible_to(user).filter(lot=lot_id, patient__in=[case.patient_id for case in cases])
    received: dict[int, list[Exposure]] = {case.patient_id: [] for case in cases}
    for exposure in with_scores(list(uses.order_by("-used_at", "-id"))):
        received[exposure.use.patient_id].append(exposure)
    return [WorkItem(case, received[case.patient_id]) for case in cases]


def every_work_item(recall: Recall, *, user: User) -> Iterator[WorkItem]:
    """The whole work list, read in pieces, for an export of any length."""
    return _every(partial(work_list, recall, user=user, size=PIECE))


def every_exposure(lot: Lot, *, user: User) -> Iterator[Exposure]:
    """All who received the lot, read in pieces, for an export of any length."""
    return _every(partial(exposed_patients, lot, user=user, size=PIECE))


def every_lot_received(patient: Patient, *, user: User) -> Iterator[Exposure]:
    """All that the patient received, read in pieces, for an export of any length."""
    return _every(partial(lots_received, patient, user=user, size=PIECE))


def _every(read: Callable[..., tuple[list[Row], Slice[Any]]]) -> Iterator[Row]:
    after: str | None = ""
    while after is not None:
        rows, part = read(after=after)
        yield from rows
        after = part.next or None


@dataclass(frozen=True)
class Progress:
    """How far a recall has come. ``by_state`` counts every state, also those nobody is in."""

    by_state: dict[str, int]

    @property
    def total(self) -> int:
        return sum(self.by_state.values())

    @property
    def closed(self) -> int:
        return self.by_state[RecallCase.State.CLOSED.value]


def progress_of(recalls: Iterable[Recall], *, user: User) -> dict[int, Progress]:
    """The progress of each of these recalls by its id, in one statement."""
    recalls = list(recalls)
    counts = (
        RecallCase.objects.visible_to(user)
        .filter(recall__in=recalls)
        .order_by()
        .values_list("recall_id", "state")
        .annotate(n=Count("id"))
    )
    found = {(recall_id, state): n for recall_id, state, n in counts}
    return {
        recall.pk: Progress({state.value: found.get((recall.pk, state.value), 0) for state in RecallCase.State})
        for recall in recalls
    }


@dataclass(frozen=True)
class Consequences:
    """What recalling a lot will do, counted before it is done."""

    patients: int
    uses: int
    quantity_left: Decimal


def consequences_of(lot: Lot, *, user: User) -> Consequences:
    """The patients, uses and rest of a lot as they stand now."""
    counted = LotUse.objects.visible_to(user).filter(lot=lot, reversed_at=None)
    numbers = counted.aggregate(uses=Count("id"), patients=Count("patient", distinct=True))
    quantity = Lot.objects.with_quantity().values_list("quantity", flat=True).get(pk=lot.pk)
    return Consequences(quantity_left=quantity, **numbers)


def with_scores(uses: Sequence[Any]) -> list[Exposure]:
    """Rows of ``USES`` as exposures, in one statement; one more where a score is of an instrument that a clinic brought."""
    scores = Score.objects.in_bulk([use.newest_score for use in uses if use.newest_score])
    brought = _brought({score.clinic_id for score in scores.values() if score.instrument not in scales()})
    return [_exposure(use, scores.get(use.newest_score), brought) for use in uses]


def _brought(clinics: set[int]) -> dict[int, dict[str, Scale]]:
    return scales_brought(LoadedInstrument.objects.filter(clinic__in=clinics)) if clinics else {}


def _exposure(use: Any, score: Score | None, brought: dict[int, dict[str, Scale]]) -> Exposure:
    known = scales() | brought.get(use.clinic_id, {})
    scale = known.get(score.instrument) if score else None
    return Exposure(use, score, use.open_follow_ups, use.case_state or "", scale)
