"""How a check-in was answered, in words for staff."""

from typing import Protocol

from outcomes.models import Survey

Mode, AnsweredBy = Survey.Mode, Survey.AnsweredBy
HELP = {AnsweredBy.HELPED: "with help", AnsweredBy.SOMEONE_ELSE: "by someone else"}


class Answered(Protocol):
    """A survey, or what was read of one."""

    @property
    def mode(self) -> str: ...

    @property
    def answered_by(self) -> str: ...


def is_assisted(survey: Answered) -> bool:
    """Somebody else asked, read, marked or answered: not quite the same as answering alone."""
    return survey.mode in Survey.ASSISTED_MODES or survey.answered_by in HELP


def how_answered(survey: Survey) -> str:
    """Like "On paper, with help, in Spanish"; what is usual is not said."""
    words = [Mode(survey.mode).label if survey.mode else ""]
    words.append(HELP.get(AnsweredBy(survey.answered_by), "") if survey.answered_by else "")
    words.append("in Spanish" if survey.language == "es" else "")
    return ", ".join(filter(None, words))


def code_of(survey: Survey) -> str:
    """The few letters that stand on a sheet of paper and on the survey's page."""
    letters = survey.public_id.hex[:8].upper()
    return f"{letters[:4]}-{letters[4:]}"
