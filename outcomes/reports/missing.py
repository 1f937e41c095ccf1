"""Who is missing at one timepoint, in words; every report on one says it first."""

from django.db.models import Count, Q, QuerySet

from outcomes.models import Outcome


def missing_words(at_it: QuerySet[Outcome]) -> str:
    """Like "20 of 60 due are missing. "; empty where nothing is due, as of imported history. One query."""
    return in_words(*due_and_missing(at_it))


def due_and_missing(at_it: QuerySet[Outcome]) -> tuple[int, int]:
    """How many were due, and how many of these have no valid score in the window. One query."""
    due = Q(is_due=True)
    counts = at_it.aggregate(due=Count("pk", filter=due), missing=Count("pk", filter=due & Q(status="missing")))
    return counts["due"], counts["missing"]


def in_words(due: int, missing: int) -> str:
    """The same as a sentence, for the beginning of a longer one."""
    return f"{missing:,} of {due:,} due are missing. " if due else ""
