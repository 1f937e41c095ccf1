"""The number that was tapped in the message: proposed for the first question, never stored before Continue."""

from collections.abc import Mapping

from outcomes.survey_flow import Question

FIRST = "first"


def proposed(params: Mapping[str, str], question: Question | None = None) -> int | None:
    """The answer that the address or form proposes for this question; None for what it does not offer, or another one."""
    if question is None or question.number > 1 or not question.is_scale:
        return None
    return question.read(params.get(FIRST, ""))
