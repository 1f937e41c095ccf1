"""How old patients were when their courses were opened."""

from django.db.models import F, Func, IntegerField
from django.db.models.functions import Coalesce


class _Years(Func):
    """Whole years from a birth to a later day."""

    template = "EXTRACT(year FROM age(%(expressions)s))::int"
    output_field = IntegerField()


def age_at_opening() -> _Years:
    """Of a row with a ``course``, in whole years; NULL where no birth date is known."""
    return _Years(F("course__opened_on"), F("course__patient__born_on"))


def age_as_known() -> Coalesce:
    """The same, or the age that a source of history gives."""
    return Coalesce(age_at_opening(), F("course__patient__age_at_import"), output_field=IntegerField())
