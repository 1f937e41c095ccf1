"""A survey with its clinic, follow-up, course and patient, made from one row of a statement of our own.

By hand, because Django compiles such joins for longer than PostgreSQL needs to answer them, and a patient waits.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import connection, models

from clinic.models import Clinic
from outcomes.models import Survey
from patients.models import Patient
from treatments.models import Course, FollowUp, Timepoint


class JoinedRows:
    """The fields of each model that a statement reads; reading any other of these rows costs a query of its own.

    In the statement every table goes by its model's name in lower case. A model without names has all its fields read.
    """

    def __init__(self, fields: Mapping[type[models.Model], Sequence[str]]) -> None:
        # Django makes a row of values in the order of the model's fields.
        self._columns = {
            model: [field.attname for field in model._meta.concrete_fields if not names or field.attname in names]
            for model, names in fields.items()
        }
        self.width = sum(len(names) for names in self._columns.values())

    @property
    def sql(self) -> str:
        """The list of columns to select."""
        return ", ".join(f"{model._meta.model_name}.{name}" for model, names in self._columns.items() for name in names)

    def survey(self, row: Sequence[Any]) -> Survey:
        """The survey that the first ``width`` values of a row are, and what they say of what belongs to it."""
        made: dict[type[models.Model], Any] = {}
        start = 0
        for model, names in self._columns.items():
            made[model] = model.from_db(connection.alias, names, row[start : start + len(names)])
            start += len(names)
        survey: Survey = made[Survey]
        survey.clinic, survey.follow_up = made[Clinic], made[FollowUp]
        survey.follow_up.course = made[Course]
        survey.follow_up.course.patient = made[Patient]
        if Timepoint in made:
            survey.follow_up.timepoint = made[Timepoint]
        return survey
