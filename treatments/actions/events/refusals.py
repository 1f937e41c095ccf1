"""Why a change of an adverse event is refused."""

from clinic.rules import RuleBroken
from treatments.models import AdverseEvent


class EventRefused(RuleBroken):
    code = "event_refused"


class EventVoided(RuleBroken):
    code = "event_entered_in_error"


class ReasonMissing(RuleBroken):
    code = "reason_missing"


class EventChanged(RuleBroken):
    """Somebody else saved the event in the meantime; ``event`` is as it stands now."""

    code = "event_changed"

    def __init__(self, event: AdverseEvent) -> None:
        super().__init__("Somebody else changed this event while you were editing it.")
        self.event = event
