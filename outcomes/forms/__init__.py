"""The filter of reports, the protocol editor, the schedule preview, and erasing."""

from outcomes.forms.erasing import EraseForm, RetentionForm
from outcomes.forms.links import RecipientCheckForm
from outcomes.forms.protocols import ProtocolForm, TimepointFormSet
from outcomes.forms.reports import ReportForm
from outcomes.forms.schedules import ScheduleForm

__all__ = [
    "EraseForm",
    "ProtocolForm",
    "RecipientCheckForm",
    "ReportForm",
    "RetentionForm",
    "ScheduleForm",
    "TimepointFormSet",
]
