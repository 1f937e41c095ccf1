"""A check-in handed to the patient in the clinic: a fresh link for their own phone, for paper, or for a tablet."""

import datetime as dt

from django.db import transaction

from clinic.actions import require
from clinic.links import hash_link, new_token
from clinic.models import User
from clinic.permissions import Permission
from outcomes.actions.surveys import lock_open
from outcomes.models import Survey, SurveyLink


@transaction.atomic
def hand_over(*, survey: Survey, at: dt.datetime, by: User) -> str:
    """The secret of one more link, which stands nowhere else; links given before go on working.

    Raises AlreadyCompleted, SurveyClosed, PermissionDenied.
    """
    require(by, survey.clinic, Permission.PATIENT_EDIT)
    survey = lock_open(survey, at)
    token = new_token()
    SurveyLink.objects.create(clinic_id=survey.clinic_id, survey=survey, token_hash=hash_link(token), issued_at=at)
    return token
