"""One patient's course on one sheet, as PDF: who it is, the curve, check-ins with their scores, sessions, what is planned."""

import datetime as dt
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import typst
from django.utils import timezone

from outcomes import instruments
from outcomes.courses_shown import CourseCard
from outcomes.drawing import process
from outcomes.drawing.kept import source
from outcomes.figures import Spec
from outcomes.report_pdf import long_day
from outcomes.standings import MISSED, NOT_YET
from outcomes.timelines.sessions import lines_of_sessions
from outcomes.trend import plain
from patients.models import Patient
from treatments.models import Course
from treatments.series import CourseProgress

TEMPLATE = (Path(__file__).parent / "definitions" / "patient_sheet.typ").read_bytes()
# Of each: more would not fit one sheet, which then says how many it leaves out.
MOST_LINES, MOST_SCALES, MOST_SESSIONS = 12, 4, 6


def sheet(patient: Patient, card: CourseCard | None, *, curve: Spec | None, on: dt.date, made: str) -> bytes:
    """The PDF. ``curve``: the figure of ``card``, None without an answer; ``made`` says in the footer when."""
    said = _said(patient, card, on) | {"made": made, "curve": None}
    if curve:
        # One person's answers are drawn and not kept in Redis.
        said["curve"] = {"svg": process.draw("svg", source(curve)).decode(), "alt": curve["description"]}
    return typst.compile(TEMPLATE, sys_inputs={"sheet": json.dumps(said)}, ignore_system_fonts=True)


def _said(patient: Patient, card: CourseCard | None, on: dt.date) -> dict[str, Any]:
    return {
        "clinic": patient.clinic.name,
        "name": patient.name,
        "who": _who(patient, on),
        "allergies": _allergies(patient),
        "title": card.course.complaint if card else "No course of treatment yet",
        "course": _course(card.course, card.progress) if card else "",
        "plan": _plan(card) if card else [],
        **(_tables(card) if card else {"scales": [], "check_ins": [], "sessions": [], "left_out": ""}),
    }


def _who(patient: Patient, on: dt.date) -> list[str]:
    born = patient.born_on
    years = born and on.year - born.year - ((on.month, on.day) < (born.month, born.day))
    said = [f"Born {long_day(born)} ({years})" if born else "Date of birth not recorded", patient.get_sex_display()]
    return [*said, f"Chart {patient.chart_number}"]


def _allergies(patient: Patient) -> str:
    status = patient.get_allergy_status_display()
    return f"Allergies: {patient.allergies or status.lower()}"


def _course(course: Course, series: CourseProgress) -> str:
    place = f"{course.get_side_display()} {course.get_target_display().lower()}" if course.target else ""
    done = f"{series.done} of {series.planned} sessions done" if series.planned > 1 else ""
    said = [str(course.treatment_type), place, course.icd10_code, f"opened {long_day(course.opened_on)}", done]
    return " · ".join(filter(None, said))


def _plan(card: CourseCard) -> list[str]:
    """What comes next: the session, what can be answered now, and the check-in after it."""
    series, said = card.progress, []
    if series.next_on:
        said.append(f"{series.next_label.capitalize()}: planned for {long_day(series.next_on)}")
    for one in card.open_check_ins:
        due = one.follow_up
        said.append(f"{due.timepoint.name.capitalize()} check-in: open until {long_day(due.closes_on)}")
    if card.upcoming:
        due = card.upcoming.follow_up
        said.append(f"{due.timepoint.name.capitalize()} check-in: due {long_day(due.due_on)}")
    return said


def _tables(card: CourseCard) -> dict[str, Any]:
    values = {(one.timepoint, one.instrument): one.value for one in card.scores}
    codes = list(dict.fromkeys(one.instrument for one in card.scores if one.value is not None))
    shown = sorted(codes, key=lambda code: code != card.instrument)[:MOST_SCALES]
    rows = _rows(card)
    sessions = [[_short_day(line.at), line.detail, " · ".join(line.tags), line.who] for line in _sessions(card)]
    left_out: dict[str, Sequence[Any]] = {
        "scales": codes[MOST_SCALES:],
        "check-ins": rows[MOST_LINES:],
        "sessions": card.counted[MOST_SESSIONS:],
    }
    return {
        "scales": [_scale(code) for code in shown],
        "check_ins": [
            [*words, *(_value(values.get((name, code))) for code in shown)] for name, words in rows[:MOST_LINES]
        ],
        "sessions": sessions,
        "left_out": ", ".join(f"{len(more)} more {name}" for name, more in left_out.items() if more),
    }


def _rows(card: CourseCard) -> list[tuple[str, list[str]]]:
    """The timepoint of each line with its first words. Imported history has scores alone."""
    if not card.check_ins:
        return [(name, [name.capitalize(), ""]) for name in dict.fromkeys(one.timepoint for one in card.scores)]
    told = [one for one in card.check_ins if one.state != NOT_YET]
    return [(one.follow_up.timepoint.name, [one.follow_up.timepoint.name.capitalize(), _day(one)]) for one in told]


def _day(one: Any) -> str:
    answered = one.survey and one.survey.completed_at
    return _short_day(answered) if answered else "not answered" if one.state == MISSED else one.state.lower()


def _short_day(at: dt.datetime) -> str:
    return f"{timezone.localtime(at):%-d %b %Y}"


def _sessions(card: CourseCard) -> Sequence[Any]:
    return lines_of_sessions(card.counted[-MOST_SESSIONS:])


def _scale(code: str) -> str:
    known = instruments.scales().get(code)
    return f"{known.name} ({plain(known.minimum)}\u00a0to\u00a0{plain(known.maximum)})" if known else code


def _value(value: Any) -> str:
    return "–" if value is None else plain(round(value, 1))
