"""Invented trials as folders of history: many courses, seeded, with people who do not answer."""

import random
from collections.abc import Mapping
from pathlib import Path

from tests.history_files import write_history

DAYS = {"week 6": 42, "month 3": 91, "month 6": 182, "month 12": 365}


def write_trial(
    folder: Path,
    arms: Mapping[str, int],
    *,
    seed: int = 1,
    prefix: str = "S",
    timepoints: tuple[str, ...] = ("week 6", "month 3"),
    answered: float = 0.85,
    zeros: int = 0,
    fall: float = 3.0,
) -> Path:
    """Arms of so many patients each, from about 7 of 10 points down by ``fall`` more in every next arm by one; in whole points.

    ``zeros`` of all began at 0. Everybody has a baseline. Three clinicians at two sites.
    """
    draw = random.Random(seed)
    patients, episodes, scores, number = [], [], [], 0
    for place, (treatment, size) in enumerate(arms.items()):
        for _ in range(size):
            number += 1
            who = f"{prefix}{number}"
            patients.append(
                f"{who},site-{number % 2},c-{number % 3},{'FM'[number % 2]},{draw.randint(25, 85)},,knee pain"
            )
            episodes.append(f"{who}-1,{who},{treatment},knee,0")
            before = 0 if number <= zeros else _points(draw.gauss(7, 1.5))
            scores.append(f"{who}-1,nrs_average,baseline,0,{before}")
            level = draw.gauss(0, 1.2)
            for timepoint in timepoints:
                after = _points(before - fall - place + level + draw.gauss(0, 1))
                if draw.random() < answered:
                    scores.append(f"{who}-1,nrs_average,{timepoint},{DAYS[timepoint]},{after}")
    return write_history(
        folder,
        patients=_lines("patient_ref,site_ref,clinician_ref,sex,age,age_band,condition", patients),
        episodes=_lines("episode_ref,patient_ref,treatment,body_region,baseline_ref_day", episodes),
        scores=_lines("episode_ref,instrument,timepoint,day_offset,score", scores),
        instruments=None,
    )


def _points(value: float) -> int:
    return min(10, max(0, round(value)))


def _lines(header: str, rows: list[str]) -> str:
    return "\n".join([header, *rows, ""])
