"""What becomes of messages, surveys and answers when a consent is withdrawn or a new version has to be signed."""

import datetime as dt
from itertools import product

import pytest

from clinic.actions import set_withdrawn_answers_policy
from outcomes import actions
from outcomes.delivery_rules import Facts, why_not_allowed
from outcomes.models import Answer, Delivery, Score, Survey
from patients.actions import publish_consent_document, sign_consent, withdraw_consent_kind
from patients.consents import current_documents
from patients.models import Patient
from tests.check_in import answer_all, invitation_link, open_survey
from tests.conftest import NOON
from tests.layers import layer
from tests.population import assert_sums_are_exact, scored_in_sums

WEEK_AGO = NOON - dt.timedelta(days=7)
WORDS = {"title_en": "Again", "text_en": "New words.", "title_es": "Otra vez", "text_es": "Palabras nuevas."}


@pytest.fixture
def publish(clinic, manager):
    """``publish("contact")``: a new version that has to be signed again."""

    def of_kind(kind: str, at: dt.datetime = NOON):
        return publish_consent_document(clinic=clinic, kind=kind, must_sign_again=True, at=at, by=manager, **WORDS)

    return of_kind


def sign(patient, kind, by, at=NOON):
    document = current_documents(patient.clinic)[kind]
    return sign_consent(
        patient=patient,
        document=document,
        language="en",
        way="paper",
        signed_name="Ruth Álvarez",
        signed_at=at,
        at=at,
        by=by,
    )


def leave_registry(patient, by, at=NOON):
    return withdraw_consent_kind(patient=patient, kind="outcome_registry", by=by, at=at)


def test_messages_go_to_exactly_those_who_may_be_contacted_and_asked(patient):
    """Every combination of facts: the rule in words and the querysets agree."""
    over = {"completed_at": None, "cancelled_at": None, "closes_on": NOON.date(), "ended_on": None}
    for consented, withdrawn, lapsed, stopped, died, has_address, unsubscribed, bounced in product([0, 1], repeat=8):
        values = {
            "consented_at": NOON if consented else None,
            "withdrawn_at": NOON if withdrawn and consented else None,
            "contact_lapsed_at": NOON if lapsed else None,
            "registry_stopped_at": NOON if stopped else None,
            "died_on": NOON.date() if died else None,
        }
        flags = {"stopped_at": NOON if unsubscribed else None, "bounced_at": NOON if bounced else None}
        address = "ruth@example.org" if has_address else ""
        on_row = {f"email_{name}": value for name, value in flags.items()}
        Patient.objects.filter(pk=patient.pk).update(**values, **on_row, email=address)
        reason = why_not_allowed(Facts(**over, **values, **flags, address=address))
        asked = Patient.objects.contactable().answerable().filter(pk=patient.pk).exists()
        assert asked == (reason is None), (values, flags, address)
        assert stopped or Patient.objects.get(pk=patient.pk).may_be_contacted == asked


def test_new_contact_version_cancels_what_waits(baseline, publish):
    publish("contact")
    held = actions.claim_deliveries(channel="email", at=NOON)
    assert [actions.start_delivery(claim, at=NOON) for claim in held] == [None]
    delivery = Delivery.objects.get()
    assert (delivery.status, delivery.reason) == (
        "suppressed",
        "A new version of the contact document waits to be signed.",
    )


def test_leaving_the_registry_cancels_what_waits(baseline, patient, clinician):
    leave_registry(patient, clinician)
    held = actions.claim_deliveries(channel="email", at=NOON)
    assert [actions.start_delivery(claim, at=NOON) for claim in held] == [None]
    assert Delivery.objects.get().reason.startswith("The patient left the outcome registry")


def test_no_survey_opens_after_leaving_until_signed_again(course, patient, clinician):
    leave_registry(patient, clinician, at=WEEK_AGO)
    assert actions.open_due_surveys(at=NOON) == 0
    sign(patient, "outcome_registry", clinician)
    assert actions.open_due_surveys(at=NOON) == 1


def test_no_survey_opens_while_a_new_version_waits(course, patient, clinician, publish):
    publish("contact", at=WEEK_AGO)
    assert actions.open_due_surveys(at=NOON) == 0
    sign(patient, "contact", clinician)
    assert actions.open_due_surveys(at=NOON) == 1


def test_answers_are_refused_after_leaving(baseline, patient, clinician):
    actions.answer_item(survey=baseline, item="nrs_now.now", value=7, at=WEEK_AGO)
    leave_registry(patient, clinician)
    with pytest.raises(actions.AnswersStopped):
        actions.start_survey(survey=baseline, at=NOON)
    with pytest.raises(actions.AnswersStopped):
        actions.answer_item(survey=baseline, item="nrs_now.now", value=3, at=NOON)
    with pytest.raises(actions.AnswersStopped):
        actions.submit_survey(survey=baseline, at=NOON)
    assert Answer.objects.get().value == 7
    assert not Score.objects.exists()


def test_open_link_says_kindly_that_nothing_is_asked(baseline, patient, clinician, client):
    link = invitation_link(baseline, NOON)
    leave_registry(patient, clinician)
    for page in (link, f"{link}1/", f"{link}check/"):
        answer = client.get(page)
        assert answer.status_code == 410
        assert b"We are not asking you right now" in answer.content
        assert client.post(page, {"score": "3"}).status_code == 410
    assert Survey.objects.get().started_at is None


@layer
def sent(baseline, patient, clinician) -> Survey:
    """Ruth's baseline, answered a day before NOON."""
    at = NOON - dt.timedelta(days=1)
    answer_all(baseline, {"nrs_now.now": 7, "peg.pain": 6, "peg.enjoyment": 7, "peg.activity": 4}, at)
    return actions.submit_survey(survey=baseline, at=at)


def test_earlier_answers_are_kept_unless_the_policy_says_otherwise(sent, patient, clinician):
    leave_registry(patient, clinician)
    assert actions.erase_withdrawn(at=NOON) == 0
    assert Answer.objects.exists() and Score.objects.exists()


def test_earlier_answers_are_erased_by_the_policy_and_tallies_follow(sent, clinic, patient, clinician, manager):
    set_withdrawn_answers_policy(clinic=clinic, keeps=False, by=manager)
    leave_registry(patient, clinician)
    n = Answer.objects.count() + Score.objects.count()
    assert_sums_are_exact()
    assert n > 0
    assert actions.erase_withdrawn(at=NOON) == n
    assert not Answer.objects.exists() and not Score.objects.exists()
    assert_sums_are_exact()
    assert scored_in_sums() == 0
    assert actions.erase_withdrawn(at=NOON) == 0
    sent.follow_up.refresh_from_db()
    assert sent.follow_up.answered_at is not None


def test_policy_changed_after_somebody_left_does_not_reach_back(sent, clinic, patient, clinician, manager):
    leave_registry(patient, clinician)
    set_withdrawn_answers_policy(clinic=clinic, keeps=False, by=manager)
    leave_registry(patient, clinician, at=NOON + dt.timedelta(days=1))
    assert actions.erase_withdrawn(at=NOON) == 0


def test_new_version_that_waits_erases_nothing(sent, clinic, patient, clinician, manager, publish):
    set_withdrawn_answers_policy(clinic=clinic, keeps=False, by=manager)
    sign(patient, "outcome_registry", clinician)
    publish("outcome_registry", at=NOON + dt.timedelta(hours=1))
    patient.refresh_from_db()
    assert patient.registry_stopped_at is not None
    assert actions.erase_withdrawn(at=NOON) == 0


def test_answers_given_after_signing_again_are_kept(course, clinic, patient, clinician, manager):
    set_withdrawn_answers_policy(clinic=clinic, keeps=False, by=manager)
    leave_registry(patient, clinician, at=WEEK_AGO)
    sign(patient, "outcome_registry", clinician)
    survey = open_survey(course.follow_ups.get(timepoint__name="baseline"), NOON)
    answer_all(survey, {"nrs_now.now": 5}, NOON)
    actions.submit_survey(survey=survey, at=NOON)
    assert actions.erase_withdrawn(at=NOON) == 0
    assert Score.objects.exists()


def test_other_patients_keep_their_answers(sent, clinic, clinician, manager, course):
    set_withdrawn_answers_policy(clinic=clinic, keeps=False, by=manager)
    other = Patient.objects.create(clinic=clinic, chart_number="00900", family_name="Reyes", registered_at=NOON)
    leave_registry(other, clinician)
    assert actions.erase_withdrawn(at=NOON) == 0
