"""The filter of reports, the protocol editor, the schedule preview, erasing and merging."""

from outcomes.forms.erasing import EraseForm, RetentionForm
from outcomes.forms.links import RecipientCheckForm
from outcomes.forms.merging import MergeForm
from outcomes.forms.protocols import ProtocolForm, TimepointFormSet
from outcomes.forms.reports import ReportForm
from outcomes.forms.schedules import ScheduleForm

__all__ = [
    "EraseForm",
    "MergeForm",
    "ProtocolForm",
    "RecipientCheckForm",
    "ReportForm",
    "RetentionForm",
    "ScheduleForm",
    "TimepointFormSet",
]
