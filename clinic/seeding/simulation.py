"""The demo clinic's past, lived through day by day with the same actions that pages and workers call.

Yesterday's evening is the last moment that is simulated. What is due today is opened and queued as by a worker that is
here now, not at midnight when there was none: nothing is overdue when the demo begins. The worker sends it.
"""

import datetime as dt
import random
from collections import defaultdict
from decimal import Decimal

from django.db.models import Q

from clinic.clock import Clock
from clinic.seeding import alarms, incidents, preparations, visits
from clinic.seeding.places import Place
from clinic.seeding.postman import LOST, REFUSED, hand_over_queued
from clinic.seeding.shelf import Shelf, ware_for
from clinic.seeding.story import Story, chance, tell
from outcomes.actions import (
    answer_item,
    decide_contacts,
    open_due_surveys,
    recompute_marked,
    record_call,
    start_survey,
    submit_survey,
)
from outcomes.alert_words import questions_asked
from outcomes.models import Call, Survey
from outcomes.starter import TIMEPOINTS
from patients.actions import record_consent, register_patient
from patients.models import Patient
from treatments.actions import end_follow_ups, log_session, open_course
from treatments.models import Course, FollowUp, Timepoint

DAYS_BACK = 540
# One patient in this many has a follow-up that opens exactly today, one in this many came yesterday.
OPENS_TODAY, CAME_YESTERDAY = 12, 30
# Reminders and calls are lived through for so many days only: of older check-ins nothing is due any more.
REMINDED_DAYS = 30
# So many days ago the first messages did not arrive.
MISHAPS = {1: (LOST, REFUSED), 2: (REFUSED,), 3: (LOST,), 4: (REFUSED,), 5: (LOST,), 6: (REFUSED,), 7: (LOST,)}
# Some of the calls of the last days were made, the others wait.
CALLED_SHARE = 0.6
# What a patient says to a question that only some regions are asked.
NOTHING_WRONG = 0


# Longer than writing down what is due today takes, and far shorter than a message may wait.
JUST_NOW = dt.timedelta(minutes=2)


def fill(*, place: Place, patients: int, seed: int, today: dt.date, clock: Clock | None = None) -> None:
    """``patients`` patients with a history of a year and a half, the same for the same arguments.

    By the ``clock`` what is due today was opened just now; without one, in the first minute of ``today``.
    """
    stories = [_story(seed, number, today) for number in range(1, patients + 1)]
    simulation = _Simulation(place, stories, random.Random(seed))
    first = min(story.opened_on for story in stories)
    for days in range((today - first).days):
        day = first + dt.timedelta(days=days)
        simulation.live(day, days_ago=(today - day).days)
    simulation.shelf.clear_out(place.at(today - dt.timedelta(days=1), 18))
    incidents.happen(place, today=today, rng=random.Random(seed))
    midnight = place.at(today, 0, 1)
    simulation.begin(today, at=max(midnight, clock().astimezone(midnight.tzinfo) - JUST_NOW) if clock else midnight)


def _story(seed: int, number: int, today: dt.date) -> Story:
    rng = chance(seed, number)
    days_back = rng.randrange(2, DAYS_BACK)
    story = tell(rng, number=number, opened_on=today - dt.timedelta(days=days_back), today=today)
    if number % CAME_YESTERDAY == 0:
        return story.moved_to(today - dt.timedelta(days=1))
    if number % OPENS_TODAY == 0:
        opens_day = rng.choice([plan.opens_day for plan in TIMEPOINTS if plan.opens_day])
        return story.moved_to(today - dt.timedelta(days=opens_day + story.treated_after[-1]))
    return story


class _Simulation:
    """What is still to happen, by day."""

    def __init__(self, place: Place, stories: list[Story], rng: random.Random) -> None:
        self.place, self.rng = place, rng
        first = min(story.opened_on for story in stories)
        self.shelf = Shelf(place.clinic, place.staff, first=place.at(first, 7))
        self.stories_by_course: dict[int, Story] = {}
        self.arrivals: dict[dt.date, list[Story]] = defaultdict(list)
        self.sessions: dict[dt.date, list[Course]] = defaultdict(list)
        self.replies: dict[dt.date, list[Survey]] = defaultdict(list)
        for story in stories:
            self.arrivals[story.opened_on].append(story)

    def live(self, day: dt.date, *, days_ago: int) -> None:
        """One whole day, from the calendar's work at night to the last session."""
        end_follow_ups(clinic=self.place.clinic, on=day)
        for story in self.arrivals.pop(day, ()):
            self._receive(story, day)
        self._open_surveys(day, self.place.at(day, 10))
        if days_ago <= REMINDED_DAYS:
            decide_contacts(at=self.place.at(day, 10))
            self._call(self.place.at(day, 16), day)
        self._send(self.place.at(day, 10, 5), days_ago)
        replies = self.replies.pop(day, ())
        for survey in replies:
            self._reply(survey, day)
        if replies and days_ago > 1:
            alarms.take_on(self.place, at=self.place.at(day, 17), rng=random.Random(days_ago))
        for course in self.sessions.pop(day, ()):
            self._treat(course, day)

    def begin(self, today: dt.date, *, at: dt.datetime) -> None:
        """Today, up to now: what is due is opened, and waits for the worker; yesterday's alerts wait, too."""
        alarms.keep_letters(at=at)
        end_follow_ups(clinic=self.place.clinic, on=today)
        open_due_surveys(at=at)
        decide_contacts(at=at)
        alarms.sound(self.place, at=at + dt.timedelta(minutes=1))
        recompute_marked(at=at + dt.timedelta(minutes=1))

    def _receive(self, story: Story, day: dt.date) -> None:
        at, staff = self.place.at(day, 8, self.rng.randrange(60)), self.place.staff
        patient = register_patient(
            clinic=self.place.clinic, by=staff, at=at, chart_number=f"D-{story.number:05}", **story.person._asdict()
        )
        if story.consents:
            record_consent(patient=patient, by=staff, at=at)
        course = open_course(
            patient=patient,
            protocol=self.place.protocols[story.modality],
            icd10_code=story.complaint.icd10_code,
            complaint=story.complaint.text,
            target=story.complaint.target,
            side=story.complaint.side,
            on=day,
            by=staff,
        )
        visits.examine(self.rng, course, at=at, by=staff)
        self.stories_by_course[course.pk] = story
        for treated_on in story.treated_on():
            self.sessions[treated_on].append(course)

    def _open_surveys(self, day: dt.date, at: dt.datetime) -> None:
        if _is_quiet(day) or not open_due_surveys(at=at):
            return
        for survey in Survey.objects.filter(opened_at=at).select_related("follow_up__timepoint").order_by("id"):
            story = self.stories_by_course[survey.follow_up.course_id]
            reply = story.replies.get(survey.follow_up.timepoint.name)
            if reply:
                self.replies[survey.follow_up.opens_on + dt.timedelta(days=reply.after_days)].append(survey)

    def _send(self, at: dt.datetime, days_ago: int) -> None:
        """Lately the first message of a day went wrong. Whom a message did not reach does not answer."""
        mishaps = MISHAPS.get(days_ago, ())
        lost = Survey.objects.filter(deliveries__in=hand_over_queued(at=at, rng=self.rng, first=mishaps))
        unreached = set(lost.values_list("pk", flat=True))
        for day, surveys in self.replies.items():
            self.replies[day] = [survey for survey in surveys if survey.pk not in unreached]

    def _call(self, at: dt.datetime, day: dt.date) -> None:
        """Staff make most of the day's calls; nobody answers half of them."""
        for call in Call.objects.filter(clinic=self.place.clinic).waiting(day):
            if self.rng.random() < CALLED_SHARE:
                outcome = self.rng.choice((Call.Outcome.NO_ANSWER, Call.Outcome.ANSWERED))
                record_call(call=call, outcome=outcome, at=at, by=self.place.staff)

    def _reply(self, survey: Survey, day: dt.date) -> None:
        story = self.stories_by_course[survey.follow_up.course_id]
        at = self.place.at(day, self.rng.randrange(11, 14), self.rng.randrange(60))
        start_survey(survey=survey, at=at)
        given = story.replies[survey.follow_up.timepoint.name].answers
        for question in questions_asked(survey):
            at += dt.timedelta(seconds=self.rng.randrange(6, 25))
            answer_item(survey=survey, item=question.key, value=given.get(question.key, NOTHING_WRONG), at=at)
        submit_survey(survey=survey, at=at + dt.timedelta(seconds=10))

    def _treat(self, course: Course, day: dt.date) -> None:
        story, complaint = self.stories_by_course[course.pk], self.stories_by_course[course.pk].complaint
        has_baseline = course.follow_ups.filter(timepoint__name=Timepoint.BASELINE, answered_at__isnull=False).exists()
        at, staff = self.place.at(day, 15, self.rng.randrange(60)), self.place.staff
        logged_at = at + dt.timedelta(minutes=20)
        preparation = preparations.draw(self.rng, story.modality, volume_ml=complaint.volume_ml, side=complaint.side)
        ware = ware_for(story.modality, preparation)
        visits.sign(course.patient, ware.consents, at=at - dt.timedelta(hours=1), by=staff)
        session = log_session(
            course=course,
            performed_at=at,
            performed_by=staff,
            injections=[complaint.injection()],
            preparation=preparation,
            lots=[{"lot": self.shelf.lot(ware, at), "quantity": Decimal(1), "injection": None}],
            at=logged_at,
            by=staff,
            baseline_missing_reason="" if has_baseline else _why_no_baseline(story),
            **visits.surroundings(self.rng, day),
        )
        visits.ask_medicines(self.rng, session, at=logged_at, by=staff)


def _is_quiet(day: dt.date) -> bool:
    """Nobody is to be asked, nor to be invited after all: on most days, and opening takes a while to find that out."""
    is_asked_with_another = Q(survey__asked_with__isnull=False, survey__completed_at=None, survey__deliveries=None)
    waiting = FollowUp.objects.due(day).filter(Q(survey=None) | is_asked_with_another)
    return not waiting.filter(course__patient__in=Patient.objects.agreed()).exists()


def _why_no_baseline(story: Story) -> str:
    return "Not answered in time" if story.consents else "Does not want to be contacted"
