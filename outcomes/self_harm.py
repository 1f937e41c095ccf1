"""Who may ask about self-harm: only a clinic that said somebody watches the answers."""

from collections.abc import Mapping
from typing import Any

from clinic.models import Clinic
from outcomes.licensed import SELF_HARM

REFUSED = (
    "It asks about self-harm. Confirm first that somebody at the clinic watches the answers during office hours; "
    "until then, PHQ-2 can be asked."
)


def asks_about_self_harm(definition: Mapping[str, Any]) -> bool:
    """Whether one of its items is that question."""
    return any(item["code"] == SELF_HARM for item in definition["items"])


def may_ask_self_harm(clinic: Clinic) -> bool:
    """Whether a clinic confirmed that red flags are watched."""
    return getattr(clinic, "queue_confirmed_at", None) is not None
