"""Staff type in what a patient said on the phone, in person or on paper."""

from functools import partial

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from clinic.access import allow, row_page
from clinic.form_drafts import keeps_draft, typed_into, unjudged
from clinic.forms import attempted
from clinic.permissions import Permission
from outcomes import actions, entry_words
from outcomes.asking import instruments_of
from outcomes.forms.entering import EnterForm, initial_for
from outcomes.how_answered import code_of, how_answered
from outcomes.instruments import LANGUAGES
from outcomes.models import Alert, Survey
from outcomes.survey_flow import questions_of
from treatments.places import place_for_patient

SURVEYS = Survey.objects.select_related("follow_up__course__patient", "follow_up__timepoint")


@require_http_methods(["GET", "HEAD", "POST"])
@row_page(SURVEYS)
@keeps_draft(Permission.PATIENT_EDIT)
def enter(request: HttpRequest, survey: Survey) -> HttpResponse:
    """Every question on one page, in the language in which it is asked."""
    allow(request, survey.clinic, Permission.PATIENT_EDIT)
    is_sent = request.method == "POST"
    if why := _why_not(survey):
        return _show(request, survey, why=why, status=409 if is_sent else 200)
    form = _form(request, survey)
    if is_sent and form.is_valid():
        work = partial(actions.enter_answers, survey=survey, at=timezone.now(), by=request.user, **form.cleaned_data)
        if entered := attempted(form, work):
            messages.success(
                request, f"Saved: {how_answered(entered).lower()}. Nothing more is sent for this check-in."
            )
            return _to_what_matters_now(request, survey)
    return _show(request, survey, form=unjudged(form, request), status=422 if is_sent else 200)


def _to_what_matters_now(request: HttpRequest, survey: Survey) -> HttpResponse:
    """To the red flag that was just raised, while the patient may still be on the line; else to the check-in."""
    alert = Alert.objects.visible_to(request.user).open().red().filter(survey=survey).order_by("pk").first()
    if alert is None:
        return redirect("check-in", survey.public_id)
    messages.warning(request, "One of these answers needs a person now.")
    return redirect("alert", alert.public_id)


def _why_not(survey: Survey) -> str:
    """Why nothing can be entered; empty when something can."""
    if survey.completed_at:
        return "This check-in was already answered."
    if survey.cancelled_at:
        return "This check-in was called off."
    if actions.is_stopped(survey):
        return "No answers are taken from this patient: see the consent to the outcome registry."
    enter_by = actions.last_day_to_enter(survey.follow_up, Survey.Mode.PAPER)
    if timezone.localdate() > enter_by:
        return f"This check-in is closed. What was answered on paper could be typed in until {enter_by:%-d %b %Y}."
    return ""


def _form(request: HttpRequest, survey: Survey) -> EnterForm:
    course = survey.follow_up.course
    language = _language(request, survey)
    questions = questions_of(instruments_of(survey), language)
    return EnterForm(
        typed_into(request),
        questions=questions,
        place=place_for_patient(course.target, course.side, questions[0].language),
        initial=initial_for(survey, how=request.GET.get("how", ""), language=language, on=timezone.localdate()),
        given=dict(survey.answers.values_list("item", "value")),
    )


def _language(request: HttpRequest, survey: Survey) -> str:
    """The one chosen, else what the patient chose or speaks."""
    typed = typed_into(request)
    chosen = (typed.get("language") if typed else None) or request.GET.get("language")
    known = survey.language or survey.follow_up.course.patient.language
    return chosen if chosen in LANGUAGES else known


def _show(
    request: HttpRequest, survey: Survey, *, status: int, form: EnterForm | None = None, why: str = ""
) -> HttpResponse:
    context = {
        "section": "patients",
        "patient": survey.follow_up.course.patient,
        "survey": survey,
        "form": form,
        "why": why,
    }
    if form is not None:
        follow_up, asked = survey.follow_up, form.questions
        language = _language(request, survey)
        script = entry_words.SCRIPTS[language].filled(sender=survey.clinic.sender_name, n_questions=len(asked))
        context |= {
            "code": code_of(survey),
            "language": language,
            "is_available": asked[0].language == language,
            "how": request.GET.get("how", ""),
            "script": script,
            "rules": entry_words.RULES,
            "first_day": follow_up.opens_on,
            "last_day": actions.last_day_to_answer(follow_up),
            "paper_until": actions.last_day_to_enter(follow_up, Survey.Mode.PAPER),
        }
    return render(request, "outcomes/enter.html", context, status=status)
