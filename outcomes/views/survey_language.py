"""In which language a patient's page is shown, and where a question is in the other one."""

from django.http import HttpRequest
from django.utils import translation

from outcomes import asking, patient_words, survey_flow
from outcomes.check_ins import CheckIn
from outcomes.instruments import LANGUAGES

# The name of what is chosen: in a form where it is kept, in an address where it is only looked at.
CHOICE = "language"


def language_for(request: HttpRequest, *known: str) -> str:
    """What the address asks for, else the first that is known of the patient, else what the browser prefers."""
    asked = request.GET.get(CHOICE, "") if request.META["QUERY_STRING"] else ""
    if asked in LANGUAGES:
        return asked
    return next(filter(None, known), "") or translation.get_language_from_request(request)


def same_question(check_in: CheckIn, number: int, language: str) -> int | None:
    """The number in ``language`` of what is question ``number`` in the active one; None where it is not asked."""
    asked = asking.instruments_of(check_in.survey)
    here = survey_flow.questions_of(asked, patient_words.language())
    there = survey_flow.questions_of(asked, language)
    keys = [question.key for question in here[number - 1 : number]]
    return next((question.number for question in there if question.key in keys), None)
