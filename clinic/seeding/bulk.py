"""Large clinics in minutes, for measurements: the same stories, written by COPY instead of through actions.

Messages are left out: every answered survey counts as filled in at the clinic.
"""

import datetime as dt
import random
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from functools import cache
from typing import Any

from django.db import transaction
from django.db.models import Model

from clinic.seeding import preparations
from clinic.seeding.copying import Copying
from clinic.seeding.places import Place
from clinic.seeding.shelf import Shelf, ware_for
from clinic.seeding.story import Story, chance, tell
from clinic.seeding.windows import Window, windows
from outcomes import instruments, scoring
from outcomes.actions import recompute_marked
from outcomes.instruments import Scale
from outcomes.models import Answer, Score, Survey
from patients.consents import wording
from patients.models import Consent, ConsentKind, Patient
from treatments.actions.sessions import PREPARATIONS
from treatments.classification import derive
from treatments.models import (
    Course,
    FollowUp,
    Harvest,
    Injection,
    Lot,
    LotMovement,
    LotUse,
    ReleaseTest,
    Spin,
    Timepoint,
    TreatmentSession,
)
from treatments.vocabulary import TARGETS, Modality

TABLES: tuple[type[Model], ...] = (
    *[Patient, Consent, Course, TreatmentSession, Injection],
    *PREPARATIONS.values(),
    *[Spin, Harvest, ReleaseTest, LotUse, LotMovement, FollowUp, Survey, Answer, Score],
)
DAYS_BACK = 1200
HOW_ANSWERED = {"mode": Survey.Mode.LINK, "language": "en", "answered_by": Survey.AnsweredBy.PATIENT}
PLENTY = 100_000
COURSE_SHARE = 0.6
BATCH = 2000


def fill(
    *, places: Sequence[Place], patients: int, seed: int, today: dt.date, tell_progress: Callable[[str], None]
) -> None:
    """``patients`` patients spread over the places; six in ten have a course, opened within three years."""
    copying = Copying(*TABLES)
    shelves = [_stocked(place, today) for place in places]
    for first in range(1, patients + 1, BATCH):
        last = min(first + BATCH - 1, patients)
        for number in range(first, last + 1):
            shelf = shelves[number % len(places)]
            _Writer(copying, places[number % len(places)], shelf, chance(seed, number), today).write(number)
        with transaction.atomic():
            copying.flush()
            recompute_marked(at=places[0].at(today, 0, 1))
        tell_progress(f"{last:,} of {patients:,} patients")


def _stocked(place: Place, today: dt.date) -> Shelf:
    first = place.at(today - dt.timedelta(days=DAYS_BACK), 7)
    return Shelf(place.clinic, place.staff, first=first, units=PLENTY)


class _Writer:
    """Writes one patient's rows."""

    def __init__(self, copying: Copying, place: Place, shelf: Shelf, rng: random.Random, today: dt.date) -> None:
        self.copying, self.place, self.shelf, self.rng, self.today = copying, place, shelf, rng, today
        self.mine = {"clinic_id": place.clinic.pk}

    def write(self, number: int) -> None:
        opened_on = self.today - dt.timedelta(days=self.rng.randrange(1, DAYS_BACK))
        story = tell(self.rng, number=number, opened_on=opened_on, today=self.today)
        patient_id = self._patient(story)
        if self.rng.random() >= COURSE_SHARE:
            return
        course_id = self._course(story, patient_id)
        if story.treated_on()[0] <= self.today:
            self._session(story, patient_id, course_id)
        self._follow_ups(story, course_id)

    def _public(self) -> dict[str, object]:
        return {**self.mine, "public_id": uuid.UUID(int=self.rng.getrandbits(128), version=4)}

    def _patient(self, story: Story) -> int:
        at, staff_id = self.place.at(story.opened_on, 8), self.place.staff.pk
        patient_id = self.copying.add(
            Patient,
            **self._public(),
            **story.person._asdict(),
            chart_number=f"B-{story.number:06}",
            registered_at=at,
            registered_by_id=staff_id,
            consented_at=at if story.consents else None,
            consented_by_id=staff_id if story.consents else None,
        )
        if story.consents:
            self._sign(story, patient_id, ConsentKind.CONTACT.value, at)
        return patient_id

    def _sign(self, story: Story, patient_id: int, kind: str, at: dt.datetime) -> None:
        document = self.place.documents[kind]
        self.copying.add(
            Consent,
            **self._public(),
            patient_id=patient_id,
            document_id=document.pk,
            language=Patient.Language.ENGLISH.value,
            way=Consent.Way.PAPER.value,
            signed_name=f"{story.person.given_name} {story.person.family_name}",
            signed_at=at,
            text_hash=wording(document, Patient.Language.ENGLISH).sha256,
            recorded_at=at,
            recorded_by_id=self.place.staff.pk,
        )

    def _course(self, story: Story, patient_id: int) -> int:
        protocol, complaint = self.place.protocols[story.modality], story.complaint
        has_baseline = Timepoint.BASELINE in story.replies or story.treated_on()[0] > self.today
        return self.copying.add(
            Course,
            **self._public(),
            patient_id=patient_id,
            protocol_id=protocol.pk,
            treatment_type_id=protocol.treatment_type_id,
            icd10_code=complaint.icd10_code,
            complaint=complaint.text,
            target=complaint.target,
            side=complaint.side,
            region=TARGETS[complaint.target].region.value,
            opened_on=story.opened_on,
            opened_by_id=self.place.staff.pk,
            baseline_missing_reason="" if has_baseline else "Not answered in time",
        )

    def _session(self, story: Story, patient_id: int, course_id: int) -> None:
        complaint, staff_id, on = story.complaint, self.place.staff.pk, story.treated_on()[0]
        at = self.place.at(on, 15)
        session_id = self.copying.add(
            TreatmentSession,
            **self._public(),
            course_id=course_id,
            performed_at=at,
            performed_by_id=staff_id,
            logged_at=at,
            logged_by_id=staff_id,
        )
        of_session = {**self.mine, "session_id": session_id}
        self.copying.add(Injection, **of_session, **complaint.injection())
        details = preparations.draw(self.rng, story.modality, volume_ml=complaint.volume_ml, side=complaint.side)
        self._preparation(story.modality, details, of_session)
        ware = ware_for(story.modality, details)
        for kind in ware.consents:
            self._sign(story, patient_id, kind, at)
        self._take(self.shelf.lot(ware, at), patient_id, session_id, at)

    def _preparation(self, modality: Modality, details: Mapping[str, Any], of_session: Mapping[str, Any]) -> None:
        fields = {name: value for name, value in details.items() if name not in preparations.ROWS}
        derived = derive(**fields).stored() if modality == Modality.PRP else {}
        preparation_id = self.copying.add(PREPARATIONS[modality], **of_session, **fields, **derived)
        for position, spin in enumerate(details.get("spins", ()), 1):
            self.copying.add(Spin, **self.mine, preparation_id=preparation_id, position=position, **spin)
        for harvest in details.get("harvests", ()):
            self.copying.add(Harvest, **self.mine, preparation_id=preparation_id, **harvest)
        for test in details.get("release_tests", ()):
            self.copying.add(ReleaseTest, **of_session, **test)

    def _take(self, lot: Lot, patient_id: int, session_id: int, at: dt.datetime) -> None:
        """One unit of the lot, in its ledger as well."""
        of_lot = {**self.mine, "lot_id": lot.pk}
        self.copying.add(LotUse, **of_lot, session_id=session_id, patient_id=patient_id, quantity=1, used_at=at)
        used = LotMovement.Kind.USED.value
        self.copying.add(LotMovement, **of_lot, kind=used, quantity=-1, moved_at=at, moved_by_id=self.place.staff.pk)

    def _follow_ups(self, story: Story, course_id: int) -> None:
        protocol_id = self.place.protocols[story.modality].pk
        baselines: dict[str, Decimal] = {}
        for window in windows(story, self.today):
            follow_up_id = self.copying.add(
                FollowUp,
                **self._public(),
                course_id=course_id,
                timepoint_id=self.place.timepoint_ids[protocol_id, window.name],
                opens_on=window.opens_on,
                due_on=window.due_on,
                closes_on=window.closes_on,
                answered_at=self._answered_at(window),
                ended_on=window.ended_on,
            )
            if story.consents and window.opens_on <= self.today:
                survey_id = self._survey(window, follow_up_id)
                self._scores(window, course_id, survey_id, baselines)

    def _answered_at(self, window: Window) -> dt.datetime | None:
        return self.place.at(window.answered_on, 12) if window.answered_on else None

    def _survey(self, window: Window, follow_up_id: int) -> int:
        answered_at = self._answered_at(window)
        survey_id = self.copying.add(
            Survey,
            **self._public(),
            follow_up_id=follow_up_id,
            instruments=list(self.place.asked[window.name]),
            versions=[instruments.get(code).version for code in self.place.asked[window.name]],
            **(HOW_ANSWERED if answered_at else {}),
            opened_at=self.place.at(window.opens_on, 9),
            started_at=answered_at,
            completed_at=answered_at,
        )
        for item, value in window.reply.answers.items() if window.reply else ():
            self.copying.add(Answer, **self.mine, survey_id=survey_id, item=item, value=value, answered_at=answered_at)
        return survey_id

    def _scores(self, window: Window, course_id: int, survey_id: int, baselines: dict[str, Decimal]) -> None:
        """``baselines`` is filled by the baseline, which comes first."""
        if window.reply is None or window.answered_on is None:
            return
        is_baseline = window.name == Timepoint.BASELINE
        for code, value in _values(self.place.asked[window.name], window.reply.answers):
            baseline = None if is_baseline else baselines.get(code)
            if is_baseline and value is not None:
                baselines[code] = value
            self.copying.add(
                Score,
                **self.mine,
                **_judgement(code, value, baseline),
                course_id=course_id,
                survey_id=survey_id,
                instrument=code,
                timepoint=window.name,
                day=0 if is_baseline else (window.answered_on - window.start).days,
                taken_on=window.answered_on,
                value=value,
                baseline=baseline,
                scoring_version=scoring.VERSION,
            )


def _values(codes: Sequence[str], answers: Mapping[str, int | None]) -> Iterator[tuple[str, Decimal | None]]:
    """Each scale's code and score."""
    for code in codes:
        for scale in instruments.get(code).scales:
            given = tuple(answers.get(f"{code}.{item.code}") for item in scale.items)
            yield scale.code, _score(scale, given)


@cache
def _score(scale: Scale, answers: tuple[int | None, ...]) -> Decimal | None:
    return scoring.score(scale, {item.code: value for item, value in zip(scale.items, answers, strict=True)})


@cache
def _judgement(code: str, value: Decimal | None, baseline: Decimal | None) -> Mapping[str, object]:
    if value is None or baseline is None:
        return {}
    scale = instruments.scales()[code]
    return vars(scoring.judge(value, baseline, higher_is_better=scale.higher_is_better, mcid=scale.mcid))
