"""By what the list of sessions can be narrowed."""

import datetime as dt
from typing import Any

from django.db.models import QuerySet
from django_filters import rest_framework as filters

from clinic.filters import ClinicFilterSet, DayFilter, OneOfFilter, YesNoFilter
from treatments.models import LotUse
from treatments.models.courses import REGIONS
from treatments.models.protocols import MODALITIES
from treatments.washouts import WASHOUTS

DAY = dt.timedelta(days=1)


def midnight(day: dt.date) -> dt.datetime:
    """The first instant of the day in UTC."""
    return dt.datetime.combine(day, dt.time(), dt.UTC)


class SessionFilters(ClinicFilterSet):
    patient = filters.UUIDFilter(field_name="course__patient__public_id", label="Id of a patient")
    course = filters.UUIDFilter(field_name="course__public_id", label="Id of a course")
    lot = filters.UUIDFilter(method="with_lot", label="Id of a lot that was used")
    modality = OneOfFilter(field_name="course__treatment_type__modality", choices=MODALITIES)
    region = OneOfFilter(field_name="course__region", choices=REGIONS)
    performed_from = DayFilter(method="on_or_after", label="On this day of the clinic's calendar or later")
    performed_to = DayFilter(method="on_or_before", label="On this day of the clinic's calendar or earlier")
    washout = OneOfFilter(method="in_washout", choices=WASHOUTS, label="Of NSAID and steroids, PRP only")
    entered_in_error = YesNoFilter(
        field_name="entered_in_error_at", lookup_expr="isnull", exclude=True, label="Both, if not given"
    )

    # A clinic's midnight is less than a day from UTC's: the wider bound on the instant lets an index find the rows.
    def on_or_after(self, sessions: QuerySet[Any], name: str, day: dt.date) -> QuerySet[Any]:
        return sessions.filter(day__gte=day, performed_at__gte=midnight(day - DAY))

    def on_or_before(self, sessions: QuerySet[Any], name: str, day: dt.date) -> QuerySet[Any]:
        return sessions.filter(day__lte=day, performed_at__lt=midnight(day + 2 * DAY))

    def in_washout(self, sessions: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return sessions.filter(washout=value)

    def with_lot(self, sessions: QuerySet[Any], name: str, lot: object) -> QuerySet[Any]:
        uses = LotUse.objects.filter(lot__public_id=lot, reversed_at=None)
        return sessions.filter(pk__in=uses.values("session_id"))
