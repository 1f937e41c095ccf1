"""A patient's way to a survey and through it, by the same actions as in a working clinic."""

import datetime as dt
import email
import email.policy
import re

from outcomes import actions
from outcomes.asking import instruments_of
from outcomes.instruments import library
from outcomes.models import Survey
from outcomes.survey_flow import ENGLISH, questions_of
from treatments.models import FollowUp


def open_survey(follow_up: FollowUp, at: dt.datetime) -> Survey:
    """The survey of a follow-up whose window is open at this instant."""
    actions.open_due_surveys(at=at)
    return Survey.objects.get(follow_up=follow_up)


def ask(survey: Survey, codes: list[str]) -> None:
    """Let a survey that is open already ask these instruments, whatever its protocol says."""
    survey.instruments, survey.versions = codes, [library()[code].version for code in codes]
    survey.save(update_fields=["instruments", "versions"])


def invitation_link(survey: Survey, at: dt.datetime) -> str:
    """The path in the survey's invitation, which is written here and handed to nobody."""
    claims = [
        claim
        for claim in actions.claim_deliveries(channel="email", at=at)
        if survey.deliveries.filter(pk=claim.delivery_id)
    ]
    envelope = actions.start_delivery(claims[0], at=at)
    text = email.message_from_bytes(envelope.content, policy=email.policy.default).get_body(["plain"]).get_content()
    return re.search(r"/s/\w+/", text)[0]


def answer_all(survey: Survey, values: dict[str, int], at: dt.datetime) -> None:
    """Answer by item, like ``{"nrs_now.now": 7}``; whatever is not named is skipped, or "no" where that cannot be."""
    for question in questions_of(instruments_of(survey), ENGLISH):
        otherwise = None if question.item.is_skippable else question.item.minimum
        actions.answer_item(survey=survey, item=question.key, value=values.get(question.key, otherwise), at=at)
