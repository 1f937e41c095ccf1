"""A folder of CSV files into a ``History``, with every problem in it named by file, row and column."""

import sys
from collections import defaultdict
from collections.abc import Mapping
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import TypeVar

from outcomes.history.cells import Record
from outcomes.history.rows import BASELINE, Episode, Finding, History, PatientRow, Scale, ScoreKey, ScoreRow, plain
from outcomes.history.tables import Table, check_header, records
from treatments.timepoints import planned_day

PATIENTS = Table("patients.csv", ("patient_ref",), ("site_ref", "clinician_ref", "sex", "age", "age_band", "condition"))
EPISODES = Table("episodes.csv", ("episode_ref", "patient_ref", "treatment"), ("body_region", "baseline_ref_day"))
INSTRUMENTS = Table("instruments.csv", ("instrument", "minimum", "maximum", "higher_is_better"), ("label",))
SCORES = Table("scores.csv", ("episode_ref", "instrument", "timepoint", "day_offset", "score"))

SEXES = {"": "", "f": "F", "m": "M", "o": "O", "female": "F", "male": "M", "other": "O"}
YES_OR_NO = {"yes": True, "no": False, "true": True, "false": False, "1": True, "0": False}
OLDEST = 120
# Some 80 years either way: anything further off is a slip.
FURTHEST_DAY = 30_000

Row = TypeVar("Row", PatientRow, Episode, Scale)


def read_history(folder: Path, known: Mapping[str, Scale]) -> History:
    """Everything in ``folder``, checked; ``known`` are the instruments that need no description in it."""
    history = History(scales=dict(known))
    tables = {PATIENTS: _read_patient, EPISODES: _read_episode, INSTRUMENTS: _read_instrument, SCORES: _read_score}
    if not (folder / INSTRUMENTS.file).exists():
        del tables[INSTRUMENTS]
    for table in tables:
        check_header(folder, table, history.problems, history.notes)
    if history.problems:
        return history
    for table, read in tables.items():
        for record in records(folder, table, history.problems):
            read(history, record)
    _check_order(history)
    _count_without_baseline(history)
    return history


def _read_patient(history: History, record: Record) -> None:
    ref = record.text("patient_ref", 40, required=True)
    patient = PatientRow(
        row=record.row,
        site=record.text("site_ref", 80),
        clinician=record.text("clinician_ref", 80),
        sex=record.word("sex", SEXES) or "",
        age=_age(history, record),
        age_band=record.text("age_band", 20),
        condition=record.text("condition", 200),
    )
    _keep(history.patients, ref, patient, record, "patient_ref")


def _read_episode(history: History, record: Record) -> None:
    ref = record.text("episode_ref", 80, required=True)
    episode = Episode(
        row=record.row,
        patient=record.text("patient_ref", 40, required=True),
        treatment=record.text("treatment", 120, required=True),
        region=record.text("body_region", 60),
        start_day=record.whole("baseline_ref_day", -FURTHEST_DAY, FURTHEST_DAY) or 0,
    )
    if episode.patient and episode.patient not in history.patients:
        record.refuse("patient_ref", f"is not in {PATIENTS.file}")
    _keep(history.episodes, ref, episode, record, "episode_ref")


def _read_instrument(history: History, record: Record) -> None:
    code = record.text("instrument", 40, required=True)
    minimum, maximum = (_required_number(record, column) for column in ("minimum", "maximum"))
    direction = record.word("higher_is_better", YES_OR_NO)
    if minimum is None or maximum is None or direction is None:
        return
    if minimum >= maximum:
        record.refuse("maximum", f"is not above the minimum, {plain(minimum)}")
    scale = Scale(record.row, record.text("label", 120) or code, minimum, maximum, direction)
    _keep(history.described, code, scale, record, "instrument")
    history.scales.setdefault(code, scale)


def _read_score(history: History, record: Record) -> None:
    key = ScoreKey(
        episode=sys.intern(record.text("episode_ref", 80, required=True)),
        instrument=sys.intern(record.text("instrument", 40, required=True)),
        timepoint=_timepoint(record),
    )
    day, value = _day(history, record, key.timepoint), record.number("score")
    if key.episode and key.episode not in history.episodes:
        record.refuse("episode_ref", f"is not in {EPISODES.file}")
    if key.instrument and key.instrument not in history.scales:
        record.refuse("instrument", f"is not known to Mendline; describe it in {INSTRUMENTS.file}")
    if record.is_empty("score"):
        history.counts["rows of scores.csv without a score are missing values and left out"] += 1
    elif value is not None and day is not None:
        _keep_score(history, record, key, ScoreRow(record.row, day, value))


def _keep_score(history: History, record: Record, key: ScoreKey, score: ScoreRow) -> None:
    scale = history.scales.get(key.instrument)
    if scale and not scale.minimum <= score.value <= scale.maximum:
        record.refuse("score", f"is outside {key.instrument!r}, {plain(scale.minimum)} to {plain(scale.maximum)}")
    if key in history.scores:
        what = "the baseline" if key.timepoint == BASELINE else "a score"
        earlier = history.scores[key].row
        record.refuse("timepoint", f"comes twice: {what} of this episode and instrument is already in row {earlier}")
    else:
        history.scores[key] = score


def _timepoint(record: Record) -> str:
    """The name as in the file; only "Baseline" loses its capital, because every change is counted from it."""
    name = record.text("timepoint", 40, required=True)
    return BASELINE if name.lower() == BASELINE else sys.intern(name)


def _day(history: History, record: Record, timepoint: str) -> int | None:
    if not record.is_empty("day_offset"):
        return record.whole("day_offset", -FURTHEST_DAY, FURTHEST_DAY)
    stated = planned_day(timepoint)
    if stated is None:
        record.refuse("day_offset", "is empty, and the timepoint's name does not say the day")
    else:
        history.counts["empty day_offset cells were read from the timepoint's name (week 6 is day 42)"] += 1
    return stated


def _age(history: History, record: Record) -> int | None:
    age = record.number("age")
    if age is None:
        return None
    if not 0 <= age <= OLDEST:
        record.refuse("age", f"is not an age in years (0 to {OLDEST})")
        return None
    if age != int(age):
        history.counts["ages with decimals are kept as completed years"] += 1
    return int(age)


def _required_number(record: Record, column: str) -> Decimal | None:
    if record.is_empty(column):
        record.refuse(column, "is empty, and it is needed")
    return record.number(column)


def _keep(rows: dict[str, Row], ref: str, row: Row, record: Record, column: str) -> None:
    if ref in rows:
        record.refuse(column, f"comes twice: it is already in row {rows[ref].row}")
    elif ref:
        rows[ref] = row


def _count_without_baseline(history: History) -> None:
    for key, score in history.scores.items():
        baseline = history.scores.get(key._replace(timepoint=BASELINE))
        if baseline is None or baseline.day > score.day:
            history.counts["scores have no earlier baseline in this folder: they count in means, not in changes"] += 1


def _check_order(history: History) -> None:
    """Days must not contradict the timepoints' names: "week 6" is never before "week 2" or the baseline."""
    series: defaultdict[tuple[str, str], list[tuple[int, ScoreRow, str]]] = defaultdict(list)
    for key, score in history.scores.items():
        stated = planned_day(key.timepoint)
        if stated is not None:
            series[key.episode, key.instrument].append((stated, score, key.timepoint))
    for scores in series.values():
        for earlier, later in pairwise(sorted(scores, key=lambda named: named[0])):
            if later[0] > earlier[0] and later[1].day < earlier[1].day:
                history.problems.append(_disorder(earlier, later))


def _disorder(earlier: tuple[int, ScoreRow, str], later: tuple[int, ScoreRow, str]) -> Finding:
    reason = f"puts {later[2]!r} before {earlier[2]!r} of row {earlier[1].row}, which is on day {earlier[1].day}"
    return Finding(SCORES.file, later[1].row, "day_offset", str(later[1].day), reason)
