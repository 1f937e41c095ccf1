"""How long patients take, and where they stop."""

import datetime as dt

from outcomes import actions
from outcomes.reports.check_ins import check_in_report
from tests.conftest import NOON
from tests.layers import layer

PAGE = "/reports/check-ins/"
DAY = dt.timedelta(days=1)
MINUTE = dt.timedelta(minutes=1)


@layer
def begun(week_6):
    """Ruth answers two of her six questions on her phone, and puts it away."""
    at = NOON + 36 * DAY
    actions.start_survey(survey=week_6, language="en", device="phone", at=at)
    actions.answer_item(survey=week_6, item="nrs_now.now", value=3, at=at)
    actions.answer_item(survey=week_6, item="nrs_average.average", value=None, at=at + MINUTE)
    return week_6


def seen(clinic, user, *, days: int):
    return check_in_report(clinic, at=NOON + days * DAY, user=user)


def test_who_went_away_stopped_at_the_next_question_after_two_days(begun, clinic, manager):
    assert not any(line.stopped for line in seen(clinic, manager, days=37).questions)
    report = seen(clinic, manager, days=39)
    stopped = report.questions[0]
    assert (stopped.name, stopped.stopped, stopped.reached) == ("Average pain, past week", 1, 2)
    skipped = next(line for line in report.questions if line.key == "nrs_average.average")
    assert (skipped.answered, skipped.skipped, skipped.stopped) == (1, 1, 0)


def test_minutes_run_from_start_to_send(begun, clinic, manager):
    actions.submit_survey(survey=begun, at=NOON + 36 * DAY + 3 * MINUTE)
    report = seen(clinic, manager, days=40)
    phone = next(pace for pace in report.paces if pace.device == "phone")
    assert (phone.language, phone.n, phone.median_minutes, phone.p90_minutes) == ("en", 1, 3.0, 3.0)
    assert report.overall.n == 2, "her baseline as well"
    assert (report.opened, report.started, report.completed) == (2, 2, 2)
    assert not any(line.stopped for line in report.questions)


def test_it_takes_few_queries(begun, clinic, manager, django_assert_max_num_queries):
    with django_assert_max_num_queries(7):
        seen(clinic, manager, days=40)


def test_the_page_says_it_in_words(begun, clinic, manager, client):
    assert client.get(PAGE).status_code == 302
    client.force_login(manager)
    assert client.post(PAGE).status_code == 405
    assert "Where people stop" in client.get(PAGE).content.decode()


def test_another_clinic_sees_nothing_of_it(begun, other_clinic, stranger):
    report = seen(other_clinic, stranger, days=40)
    assert (report.opened, report.overall, report.questions) == (0, None, ())
