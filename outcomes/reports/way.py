"""The way from a treated course to an answer in the window: each step is counted of the one before."""

from typing import NamedTuple

from django.db.models import Q

from outcomes.reports.rows import OBTAINED

DUE = Q(is_due=True)
MISSED = Q(is_due=True, status="missing")


class Step(NamedTuple):
    """One step of the way to an answer: its name, what it asks of a row, and what became of those who are not in it."""

    key: str
    label: str
    asks: Q
    lost: str


STEPS = (
    Step("treated", "Treated", Q(is_treated=True), ""),
    Step("eligible", "Eligible", DUE, "died, left or treated again"),
    Step("consented", "Consented", Q(was_consented=True), "no consent to contact"),
    Step("sent", "Sent", Q(was_sent=True), "no message went out"),
    Step("opened", "Opened", Q(was_opened=True), "not opened"),
    Step("complete", "Complete", Q(is_complete=True), "not sent in"),
    Step("in_window", "In window", OBTAINED, "no valid score in the window"),
)


def came_so_far() -> dict[str, Q]:
    """Which rows are in each step, of those whose window is over."""
    so_far, found = Q(is_closed=True), {}
    for step in STEPS:
        so_far &= step.asks
        found[step.key] = so_far
    return found
