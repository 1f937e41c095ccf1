"""The filter of reports, the protocol editor and the schedule preview."""

from outcomes.forms.protocols import ProtocolForm, TimepointFormSet
from outcomes.forms.reports import ReportForm
from outcomes.forms.schedules import ScheduleForm

__all__ = ["ProtocolForm", "ReportForm", "ScheduleForm", "TimepointFormSet"]
