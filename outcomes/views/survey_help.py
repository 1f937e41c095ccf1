"""What a patient is to do now: the page after an answer that cannot wait."""

from django.http import HttpRequest, HttpResponse

from outcomes import patient_words, red_flags
from outcomes.asking import instruments_of
from outcomes.check_ins import CheckIn
from outcomes.models import Alert
from outcomes.survey_flow import first_open, questions_of
from outcomes.views.survey_door import frame_of, go, show, survey_page
from outcomes.views.survey_thanks import may_see_curve


@survey_page
def help_now(request: HttpRequest, check_in: CheckIn, token: str) -> HttpResponse:
    """The words for every red flag of this survey, the most urgent first, and on to the next question.

    After Send only in the browser that sent: whoever opens the link later does not learn what was answered.
    """
    survey = check_in.survey
    is_sent = survey.completed_at is not None
    if is_sent and not may_see_curve(request, survey):
        return go(token, "done")
    said = set(
        Alert.objects.filter(survey=survey, taken_back_at=None).exclude(message="").values_list("message", flat=True)
    )
    if not said:
        return go(token, "welcome")
    questions = questions_of(instruments_of(survey), patient_words.language())
    context = {
        "clinic": frame_of(survey),
        "messages": [message for message in red_flags.MESSAGES if message in said],
        "following": None if is_sent else first_open(questions, check_in.answers),
        "is_sent": is_sent,
    }
    return show("help", context)
