"""The number that was tapped in the message: proposed for the first question, never stored before Continue."""

from collections.abc import Mapping

from outcomes.survey_flow import Question

FIRST = "first"


def proposed(params: Mapping[str, str], question: Question) -> int | None:
    """The answer that the address or form proposes for this question; None for what it does not offer, or another one."""
    return question.read(params.get(FIRST, "")) if question.number == 1 and question.is_scale else None
