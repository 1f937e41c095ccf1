"""The preparation of a session as people write it: one form for each kind, with its rows."""

from treatments.forms.inputs import UnitInput, add_units, leave_to_the_action
from treatments.forms.preparations.drafts import FORMS, PreparationDraft, repeated_from

__all__ = ["FORMS", "PreparationDraft", "UnitInput", "add_units", "leave_to_the_action", "repeated_from"]
