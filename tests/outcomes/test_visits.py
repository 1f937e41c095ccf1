"""Two courses of one patient: surveys that fall together are one visit with one link."""

import datetime as dt

import pytest
from django.utils import timezone

from clinic.models import Clinic
from outcomes import actions
from outcomes.models import Answer, Delivery, Survey
from patients import actions as patient_actions
from tests.check_in import answer_all, invitation_link
from tests.conftest import NOON
from tests.layers import layer
from tests.outcomes.test_deliveries_at_once import at_once
from tests.treatments.treating import log
from treatments import actions as treatment_actions

DAY = dt.timedelta(days=1)
# 9 April: the left knee's week 6 opens, for which the right knee's has waited.
TOGETHER = NOON + 38 * DAY


def open_knee(patient, protocol, by, side, on):
    return treatment_actions.open_course(
        patient=patient, protocol=protocol, icd10_code="M17.0", complaint=f"The {side} knee", target="knee_joint",
        side=side, on=on, by=by,
    )  # fmt: skip


def treat(course, by, at):
    knee = {"target": "knee_joint", "side": course.side, "guidance": "ultrasound", "volume_ml": 5}
    log(course, by, performed_at=at, at=at, injections=[knee])


def follow_up(course, name):
    return course.follow_ups.get(timepoint__name=name)


@layer
def right(course, clinician):
    """Ruth's right knee, treated at NOON on 2 March: week 6 is open 6 to 27 April, due on the 13th."""
    treat(course, clinician, NOON)
    return course


@layer
def left(right, patient, protocol, clinician):
    """Her left knee, treated three days later: week 6 is open from 9 to 30 April, due on the 16th."""
    course = open_knee(patient, protocol, clinician, "left", NOON.date() - 7 * DAY)
    treat(course, clinician, NOON + 3 * DAY)
    return course


def end(survey, status):
    """Its message came to nothing."""
    survey.deliveries.update(status="claimed", fence=1, lease_until=NOON)
    survey.deliveries.update(status=status, lease_until=None, reason_code="refused", reason="Refused.")


def opened(course, name="week 6"):
    return Survey.objects.filter(follow_up=follow_up(course, name)).first()


def test_surveys_due_within_a_week_are_one_visit_with_one_invitation(right, left):
    """The right knee's waits three days for the left knee's, and both go out together."""
    assert actions.open_due_surveys(at=NOON + 36 * DAY) == 0
    assert actions.open_due_surveys(at=NOON + 38 * DAY) == 2
    lead, companion = opened(right), opened(left)
    assert (lead.asked_with, companion.asked_with) == (None, lead)
    assert (lead.deliveries.count(), companion.deliveries.count()) == (1, 0)
    assert actions.open_due_surveys(at=NOON + 38 * DAY) == 0


def test_the_message_announces_all_that_its_link_leads_to(right, left):
    actions.open_due_surveys(at=TOGETHER)
    claim = next(iter(actions.claim_deliveries(channel="email", at=opened(right).deliveries.get().not_before)))
    content = actions.start_delivery(claim, at=opened(right).deliveries.get().not_before).content.decode()
    assert "12 short questions" in content
    assert "about 3 minutes" in content


def send_in(survey, at):
    answer_all(survey, {}, at)
    actions.submit_survey(survey=survey, at=at)


@layer
def visit(right, left):
    """Lead and companion, open since 9 April."""
    actions.open_due_surveys(at=TOGETHER)
    return opened(right), opened(left)


class TestOpening:
    def test_a_survey_joins_one_that_is_open_and_unanswered(self, right, patient, protocol, clinician):
        actions.open_due_surveys(at=NOON + 40 * DAY)
        later = open_knee(patient, protocol, clinician, "left", NOON.date() + 41 * DAY)
        assert actions.open_due_surveys(at=NOON + 41 * DAY) == 1
        assert opened(later, "baseline").asked_with == opened(right)

    def test_a_survey_due_more_than_a_week_away_is_a_visit_of_its_own(self, right, patient, protocol, clinician):
        actions.open_due_surveys(at=NOON + 36 * DAY)
        earlier = open_knee(patient, protocol, clinician, "left", NOON.date() + 34 * DAY)
        assert actions.open_due_surveys(at=NOON + 36 * DAY) == 1
        assert opened(earlier, "baseline").asked_with is None
        assert opened(earlier, "baseline").deliveries.count() == 1

    def test_an_answered_survey_is_joined_by_none(self, right, patient, protocol, clinician):
        actions.open_due_surveys(at=NOON + 40 * DAY)
        send_in(opened(right), NOON + 40 * DAY)
        later = open_knee(patient, protocol, clinician, "left", NOON.date() + 41 * DAY)
        actions.open_due_surveys(at=NOON + 41 * DAY)
        assert opened(later, "baseline").asked_with is None
        assert opened(later, "baseline").deliveries.count() == 1

    def test_a_survey_whose_message_failed_is_joined_by_none(self, right, patient, protocol, clinician):
        actions.open_due_surveys(at=NOON + 40 * DAY)
        end(opened(right), "failed")
        later = open_knee(patient, protocol, clinician, "left", NOON.date() + 41 * DAY)
        actions.open_due_surveys(at=NOON + 41 * DAY)
        assert opened(later, "baseline").asked_with is None

    def test_a_baseline_waits_for_nothing(self, right, patient, protocol, clinician):
        """The right knee's week 6 opens four days later; the baseline is needed before treatment."""
        new = open_knee(patient, protocol, clinician, "left", NOON.date() + 31 * DAY + 5 * DAY)
        assert actions.open_due_surveys(at=NOON + 36 * DAY) == 2
        assert opened(new, "baseline").opened_at == NOON + 36 * DAY

    def test_nobody_waits_longer_than_to_the_day_it_is_due(self, right, left):
        """Were the left knee's window to open after the right knee's day, the right knee's would not wait."""
        follow_up(right, "week 6").course.follow_ups.filter(timepoint__name="week 6").update(
            due_on=NOON.date() + 37 * DAY
        )
        left.follow_ups.filter(timepoint__name="week 6").update(due_on=NOON.date() + 44 * DAY)
        assert actions.open_due_surveys(at=NOON + 36 * DAY) == 1

    def test_another_patient_is_another_visit(self, right, clinic, protocol, clinician):
        walter = patient_actions.register_patient(
            clinic=clinic, by=clinician, at=NOON, chart_number="2", family_name="Field", email="walter@example.org"
        )
        patient_actions.record_consent(patient=walter, by=clinician, at=NOON)
        actions.open_due_surveys(at=NOON + 40 * DAY)
        his = open_knee(walter, protocol, clinician, "right", NOON.date() + 40 * DAY)
        actions.open_due_surveys(at=NOON + 40 * DAY)
        assert opened(his, "baseline").asked_with is None


class TestLeftAlone:
    def invited(self, visit, at):
        actions.open_due_surveys(at=at)
        return visit[1].deliveries.count()

    def test_while_the_link_leads_to_it_it_needs_no_invitation(self, visit):
        assert self.invited(visit, TOGETHER + 10 * DAY) == 0

    def test_answering_the_first_and_leaving_gets_the_second_an_invitation(self, visit):
        send_in(visit[0], TOGETHER)
        assert self.invited(visit, TOGETHER + dt.timedelta(minutes=59)) == 0
        assert self.invited(visit, TOGETHER + dt.timedelta(minutes=61)) == 1
        assert self.invited(visit, TOGETHER + dt.timedelta(minutes=62)) == 1

    def test_a_first_that_closed_unanswered_gets_the_second_an_invitation(self, visit, clinic):
        """The right knee's window ends on 27 April, the left knee's on the 30th."""
        assert self.invited(visit, NOON + 56 * DAY) == 0
        treatment_actions.end_follow_ups(clinic=clinic, on=NOON.date() + 57 * DAY)
        assert self.invited(visit, NOON + 57 * DAY) == 1

    @pytest.mark.parametrize("status", ["failed", "cancelled", "unknown"])
    def test_a_first_whose_message_did_not_arrive_gets_the_second_an_invitation(self, visit, status):
        end(visit[0], status)
        assert self.invited(visit, TOGETHER) == 1

    def test_an_answered_second_is_not_invited_again(self, visit):
        send_in(visit[0], TOGETHER)
        send_in(visit[1], TOGETHER)
        assert self.invited(visit, TOGETHER + DAY) == 0

    def test_a_patient_who_withdrew_is_not_invited(self, visit, patient, clinician):
        end(visit[0], "failed")
        patient_actions.withdraw_consent(patient=patient, by=clinician, at=TOGETHER)
        assert self.invited(visit, TOGETHER) == 0


class TestLink:
    @pytest.fixture
    def link(self, right, left):
        """The one invitation's link, of a visit that is open today."""
        moved = timezone.localdate() - NOON.date() - 40 * DAY
        for row in (*right.follow_ups.all(), *left.follow_ups.all()):
            row.opens_on, row.due_on, row.closes_on = row.opens_on + moved, row.due_on + moved, row.closes_on + moved
            row.save()
        at = timezone.now()
        Clinic.objects.update(sends_on_weekends=True)
        assert actions.open_due_surveys(at=at) == 2
        self.lead, self.companion = opened(right), opened(left)
        return invitation_link(self.lead, self.lead.deliveries.get().not_before)

    def test_it_leads_through_both_in_turn(self, client, link):
        page = client.get(link).content.decode()
        assert "2 parts" in page
        assert "right knee" in page
        self.go_through(client, link, part=1)
        page = client.get(client.post(f"{link}check/", {"part": 1}).url, follow=True).content.decode()
        assert "Next: 6 questions about your <strong>left knee</strong>" in page
        self.go_through(client, link, part=2)
        page = client.get(client.post(f"{link}check/", {"part": 2}).url).content.decode()
        assert "Thank you" in page
        self.lead.refresh_from_db()
        self.companion.refresh_from_db()
        assert self.lead.completed_at < self.companion.completed_at

    def test_a_language_chosen_in_one_part_is_that_of_the_next(self, client, link):
        client.post(link, {"part": 1, "language": "es"})
        at = timezone.now()
        answer_all(self.lead, {}, at)
        actions.submit_survey(survey=self.lead, at=at)
        page = client.get(link).content.decode()
        assert "Parte 2 de 2" in page
        assert "preguntas sobre su <strong>rodilla izquierda</strong>" in page

    def go_through(self, client, link, part):
        client.post(link, {"part": part})
        number = 1
        while client.post(f"{link}{number}/", {"part": part, "score": 3}).url != f"{link}check/":
            number += 1

    def test_a_page_left_open_answers_nothing_about_the_other_knee(self, client, link):
        self.go_through(client, link, part=1)
        client.post(f"{link}check/", {"part": 1})
        late = client.post(f"{link}2/", {"score": 9})
        assert late.url == link
        assert not Answer.objects.filter(survey=self.companion).exists()

    def test_the_second_is_opened_by_the_link_when_the_first_is_over(self, client, link, clinic):
        self.lead.follow_up.closes_on = self.lead.follow_up.opens_on = self.lead.follow_up.due_on = (
            timezone.localdate() - 2 * DAY
        )
        self.lead.follow_up.save()
        page = client.get(link)
        assert page.status_code == 200
        client.post(link, {"part": 2})
        assert "left knee" in client.get(f"{link}1/").content.decode()

    def test_it_costs_no_further_query(self, client, link, django_assert_max_num_queries):
        with django_assert_max_num_queries(1):
            client.get(link)


@pytest.mark.django_db(transaction=True)
def test_workers_at_once_open_one_visit(right, left):
    at_once(lambda: actions.open_due_surveys(at=TOGETHER))
    actions.open_due_surveys(at=TOGETHER)
    lead, companion = opened(right), opened(left)
    assert companion.asked_with == lead
    assert Delivery.objects.filter(survey__in=[lead, companion]).count() == 1
