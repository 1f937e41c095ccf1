"""Staff pages of adverse events and the reports they ask for."""

from treatments.views.events.judging import mark_sent, review, void
from treatments.views.events.lists import events, reports_due
from treatments.views.events.reading import event, event_print
from treatments.views.events.writing import event_edit, event_new

__all__ = ["event", "event_edit", "event_new", "event_print", "events", "mark_sent", "reports_due", "review", "void"]
