"""The outcomes of one course, row by row, from everything they rest on. No Django, no database, no clock."""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from outcomes.outcome_facts import Asked, CourseFacts, Given
from outcomes.outcome_rules import (
    BASELINE_DAYS,
    RULE_VERSION,
    Judged,
    Missing,
    NoBaseline,
    Status,
    Taken,
    Treated,
    Window,
    baseline_of,
    is_after,
    is_closed,
    is_due,
    judged,
    score_in,
    status_of,
)
from treatments.timepoints import BASELINE, WINDOWS, planned_day

# What happens on the way to an answer. Kept up by night, not message by message.
SENDING = ("was_sent", "was_opened", "channel")


@dataclass(frozen=True)
class OutcomeRow:
    """One row of the table of outcomes, column by column; see outcomes.models.Outcome."""

    clinic_id: int
    course_id: int
    treatment_type_id: int
    modality: str
    region: str
    side: str
    clinician_id: int | None
    source_site: str
    source_clinician: str
    opened_on: dt.date
    treated_month: dt.date | None
    is_treated: bool
    is_imported: bool
    instrument: str
    timepoint: str
    target_day: int | None
    status: str
    missing_reason: str
    opens_on: dt.date | None
    closes_on: dt.date | None
    is_closed: bool
    is_due: bool
    is_after_retreatment: bool
    value: Decimal | None
    day: int | None
    baseline: Decimal | None
    no_baseline: str
    improvement: Decimal | None
    is_responder_30: bool | None
    is_responder_50: bool | None
    is_mcid: bool | None
    is_worse: bool | None
    was_consented: bool | None
    was_sent: bool | None
    was_opened: bool | None
    is_complete: bool | None
    is_in_window: bool | None
    channel: str
    mode: str
    language: str
    rule_version: int = RULE_VERSION

    @property
    def key(self) -> tuple[int, str, str]:
        """By which there is one row."""
        return self.course_id, self.instrument, self.timepoint


def rows_of(course: CourseFacts, *, today: dt.date) -> Iterator[OutcomeRow]:
    """Every outcome of the course, by its own protocol or as its source has it; in no order that matters."""
    if course.is_imported:
        yield from (_imported(course, one) for one in course.given if one.is_own)
        return
    by_scale: dict[str, list[Given]] = {}
    for one in course.given:
        by_scale.setdefault(one.scale, []).append(one)
    at_baseline = {scale for asked in course.asked if asked.name == BASELINE for scale in asked.scales}
    for scale in sorted({scale for asked in course.asked for scale in asked.scales} | _own_scales(course)):
        given = by_scale.get(scale, [])
        baseline = _baseline(course, given, is_asked=scale in at_baseline)
        for asked in course.asked:
            if scale in asked.scales or any(one.is_own and one.timepoint == asked.name for one in given):
                yield _Moment(course, asked, scale, given, today).row(baseline)


def _own_scales(course: CourseFacts) -> set[str]:
    return {one.scale for one in course.given if one.is_own}


def _baseline(course: CourseFacts, given: Iterable[Given], *, is_asked: bool) -> Taken | NoBaseline:
    first = course.first
    found = baseline_of((one.taken for one in given if _may_be_baseline(one, first)), first)
    return NoBaseline.NOT_ASKED if found is NoBaseline.NONE and not is_asked else found


def _may_be_baseline(one: Given, first: Treated | None) -> bool:
    """Given as this course's baseline, or before it was treated; what comes later is a follow-up, not a late baseline."""
    is_for_it = one.is_own and one.timepoint == BASELINE
    return is_for_it or (first is not None and one.taken.taken_on <= first.on)


@dataclass(frozen=True)
class _Moment:
    """One scale at one timepoint of a course with a protocol."""

    course: CourseFacts
    asked: Asked
    scale: str
    given: Sequence[Given]
    today: dt.date

    @property
    def is_baseline(self) -> bool:
        return self.asked.name == BASELINE

    @cached_property
    def window(self) -> Window | None:
        course, asked = self.course, self.asked
        if course.anchor is None or course.first is None:
            return None
        if self.is_baseline:
            return Window.counted_from(course.first.on, -BASELINE_DAYS, 0, 0)
        return Window.counted_from(course.anchor[0].on, asked.opens_day, asked.target_day, asked.closes_day)

    def chosen(self, baseline: Taken | NoBaseline) -> Taken | None:
        """The score that stands for this timepoint."""
        window, anchor = self.window, self.course.anchor
        if self.is_baseline:
            return baseline if isinstance(baseline, Taken) else None
        if window is None or anchor is None:
            return None
        own = (one.taken for one in self.given if one.is_own)
        return score_in(own, window, since=anchor[0], retreated_on=self.course.retreated_on)

    def row(self, baseline: Taken | NoBaseline) -> OutcomeRow:
        """The row, beside this baseline of the same scale and course."""
        course, window, chosen = self.course, self.window, self.chosen(baseline)
        retreated_on = None if self.is_baseline else course.retreated_on
        status = status_of(chosen, window, today=self.today, retreated_on=retreated_on, left_on=course.left_on)
        source = next((one for one in self.given if one.taken is chosen), None)
        return _row(
            course,
            instrument=self.scale,
            timepoint=self.asked.name,
            target_day=self.asked.target_day,
            status=status,
            missing_reason=self._missing_reason() if status is Status.MISSING else "",
            opens_on=window and window.opens_on,
            closes_on=window and window.closes_on,
            is_closed=is_closed(window, self.today),
            is_due=is_due(status, window, today=self.today, retreated_on=retreated_on),
            is_after_retreatment=chosen is not None and is_after(chosen.taken_on, retreated_on),
            value=chosen and chosen.value,
            day=self._day(chosen),
            **_beside(chosen, None if self.is_baseline else baseline, source),
            was_consented=window is not None and _agreed(course, window),
            was_sent=self.asked.channel != "",
            was_opened=self.asked.is_opened,
            is_complete=self.asked.is_complete,
            is_in_window=chosen is not None,
            channel=self.asked.channel,
            mode=source.mode if source else "",
            language=source.language if source else "",
        )

    def _day(self, chosen: Taken | None) -> int | None:
        if chosen is None or self.course.anchor is None or self.course.first is None:
            return None
        start = self.course.first if self.is_baseline else self.course.anchor[0]
        return (chosen.taken_on - start.on).days

    def _missing_reason(self) -> Missing:
        if not self.asked.has_survey:
            return Missing.NOT_ASKED
        if not self.asked.is_complete:
            return Missing.UNANSWERED
        own = [one.taken for one in self.given if one.is_own and one.timepoint == self.asked.name]
        if not own:
            return Missing.TAKEN_OUT
        if any(one.is_valid for one in own):
            return Missing.OUTSIDE_WINDOW
        return Missing.TOO_FEW_ANSWERS if own[0].is_counted else Missing.PROXY


def _agreed(course: CourseFacts, window: Window) -> bool:
    has_agreed = course.consented_on is not None and course.consented_on <= window.closes_on
    return has_agreed and (course.withdrawn_on is None or course.withdrawn_on > window.opens_on)


def _beside(chosen: Taken | None, baseline: Taken | NoBaseline | None, source: Given | None) -> dict[str, object]:
    """The columns of a baseline and of what follows from it; ``baseline`` is None at baseline itself."""
    before = baseline.value if isinstance(baseline, Taken) else None
    after = judged(chosen.value, before, source.measure) if chosen and source else Judged()
    return {"baseline": before, "no_baseline": baseline if isinstance(baseline, NoBaseline) else "", **vars(after)}


def _imported(course: CourseFacts, given: Given) -> OutcomeRow:
    """A score of imported history: at its source's own timepoint, beside what its source calls baseline."""
    same = (one for one in course.given if one.is_own and one.scale == given.scale and one.timepoint == BASELINE)
    found = next(same, None)
    is_baseline, has_value = given.timepoint == BASELINE, given.taken.is_valid
    baseline: Taken | NoBaseline | None = _earlier_baseline(found, given)
    return _row(
        course,
        instrument=given.scale,
        timepoint=given.timepoint,
        target_day=planned_day(given.timepoint),
        status=Status.OBTAINED if has_value else Status.MISSING,
        missing_reason="" if has_value else Missing.UNANSWERED,
        opens_on=None,
        closes_on=None,
        is_closed=True,
        is_due=False,
        is_after_retreatment=False,
        value=given.taken.value if has_value else None,
        day=given.day if has_value else None,
        **_beside(given.taken if has_value else None, None if is_baseline else baseline, given),
        was_consented=None,
        was_sent=None,
        was_opened=None,
        is_complete=None,
        is_in_window=_is_in_usual_window(given),
        channel="",
        mode="",
        language="",
    )


def _is_in_usual_window(given: Given) -> bool | None:
    """Whether its day lies in the window that a timepoint of this name usually has; None for other names."""
    if given.timepoint == BASELINE:
        return -BASELINE_DAYS <= given.day <= 0
    _, first, last = WINDOWS.get(given.timepoint, (None, None, None))
    return None if first is None or last is None else first <= given.day <= last


def _earlier_baseline(found: Given | None, given: Given) -> Taken | NoBaseline:
    """A change never looks backward."""
    if found is None:
        return NoBaseline.NONE
    if not found.taken.is_valid:
        return NoBaseline.NOT_COUNTED
    return NoBaseline.AFTER_TREATMENT if found.day > given.day else found.taken


def _row(course: CourseFacts, **columns: object) -> OutcomeRow:
    first, anchor = course.first, course.anchor
    treated_on = course.opened_on if course.is_imported else first and first.on
    build: Callable[..., OutcomeRow] = OutcomeRow
    return build(
        clinic_id=course.clinic_id,
        course_id=course.pk,
        treatment_type_id=course.treatment_type_id,
        modality=course.modality,
        region=course.region,
        side=course.side,
        clinician_id=anchor and anchor[1],
        source_site=course.source_site,
        source_clinician=course.source_clinician,
        opened_on=course.opened_on,
        treated_month=treated_on and treated_on.replace(day=1),
        is_treated=course.is_imported or first is not None,
        is_imported=course.is_imported,
        **columns,
    )
