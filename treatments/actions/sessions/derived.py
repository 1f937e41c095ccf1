"""What follows from a session's measured values, worked out and stored whenever it is saved."""

from treatments import classification
from treatments.actions.sessions.rows import SessionRows
from treatments.models import PrpPreparation


def derive_values(rows: SessionRows) -> None:
    """Set the derived fields of a PRP record that is about to be stored; other kinds have none."""
    record = rows.preparation
    if isinstance(record, PrpPreparation):
        measured = {field.name: getattr(record, field.name) for field in record._meta.fields if not field.is_relation}
        for name, value in classification.derive(**measured).stored().items():
            setattr(record, name, value)
