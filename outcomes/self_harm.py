"""The question about self-harm: asked as item 9 of the PHQ-9 only, whose answers raise an alert. No Django."""

from collections.abc import Mapping
from typing import Any

from outcomes.licensed import SELF_HARM

PHQ9 = "phq9"
NOT_WATCHED = (
    "It asks about self-harm. Confirm first, under red flags, that somebody at the clinic watches the answers during "
    "office hours; until then, PHQ-2 can be asked."
)
NOT_HERE = "It asks about self-harm. That is asked as item 9 of the PHQ-9 only, whose answers raise an alert."


def asks_about_self_harm(definition: Mapping[str, Any]) -> bool:
    """Whether one of its items is that question."""
    return any(item["code"] == SELF_HARM for item in definition["items"])


def refusal_of(definition: Mapping[str, Any], *, is_watched: bool) -> str:
    """Why a clinic may not ask this; "" when it may. ``is_watched``: the clinic confirmed that somebody watches."""
    if not asks_about_self_harm(definition):
        return ""
    if definition["code"] != PHQ9:
        return NOT_HERE
    return "" if is_watched else NOT_WATCHED
