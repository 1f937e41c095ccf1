"""The names of timepoints and the day each one means. No Django, no database."""

import re

BASELINE = "baseline"
_NAME = re.compile(r"(day|week|month) ([1-9]\d{0,3})")
_DAYS = {"day": 1.0, "week": 7.0, "month": 365 / 12}
# Target day and window, both ends included. Days and widths: the programmes of published injection cohorts, rounded. A
# baseline's are counted from the opening of the course.
WINDOWS = {
    BASELINE: (0, 0, 30),
    "week 1": (7, 5, 10),
    "week 2": (14, 11, 18),
    "week 6": (42, 35, 56),
    "month 3": (91, 77, 119),
    "month 6": (182, 154, 224),
    "month 12": (365, 320, 425),
}
STANDARD = tuple(WINDOWS)


def planned_day(name: str) -> int | None:
    """Days from the start of the clock that a name like "week 6" means; None for a name in other words."""
    if name == BASELINE:
        return 0
    match = _NAME.fullmatch(name)
    return int(_DAYS[match[1]] * int(match[2])) if match else None


def in_words(name: str) -> str:
    """A timepoint as people read it: "Before", "6 weeks", "3 months"; other names as they are."""
    if name == BASELINE:
        return "Before"
    match = _NAME.fullmatch(name)
    if match is None:
        return name
    return f"{match[2]} {match[1]}{'' if match[2] == '1' else 's'}"
