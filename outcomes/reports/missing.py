"""Who is missing at one timepoint, in words; every report on one says it first."""

from django.db.models import Count, Q, QuerySet

from outcomes.models import Outcome


def missing_words(at_it: QuerySet[Outcome]) -> str:
    """Like "20 of 60 due are missing. "; empty where nothing is due, as of imported history. One query."""
    due = Q(is_due=True)
    counts = at_it.aggregate(due=Count("pk", filter=due), missing=Count("pk", filter=due & Q(status="missing")))
    return f"{counts['missing']:,} of {counts['due']:,} due are missing. " if counts["due"] else ""
