"""The monthly report: kept once a month at clinics that wish it, with a letter to managers that holds no number."""

import datetime as dt
import re
import threading
from concurrent.futures import ThreadPoolExecutor
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.utils import timezone

from clinic import scope
from clinic.actions import set_monthly_report
from clinic.actions.letters import send_letters
from clinic.models import Clinic, StaffLetter
from clinic.permissions import Role
from outcomes.models import ReportSnapshot
from outcomes.monthly_report import send_monthly_reports
from outcomes.tasks import monthly_reports
from tests.conftest import member
from tests.layers import layer

# Ten past midnight of 2 April in Chicago.
SECOND = dt.datetime(2026, 4, 2, 5, 10, tzinfo=dt.UTC)


@layer
def wishing(clinic, manager):
    return set_monthly_report(clinic=clinic, sends=True, by=manager)


def test_it_is_kept_once_a_month_and_managers_get_a_link(client, wishing, manager, clinician, sink, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    member(wishing, Role.MANAGER, "Zora Quist")
    assert send_monthly_reports(at=SECOND) == 1
    assert send_monthly_reports(at=SECOND) == 0
    assert send_monthly_reports(at=SECOND + dt.timedelta(days=20)) == 0
    kept = ReportSnapshot.objects.get()
    assert (kept.kind, kept.of_month, kept.made_by, kept.number) == ("collection", dt.date(2026, 4, 1), None, 1)
    assert kept.answer["as_of"] == "2026-04-02"
    assert send_letters(at=SECOND) == 2
    assert [letter["To"] for letter in sink.accepted] == ["ines@northside.example.org", "zora@northside.example.org"]
    text = sink.accepted[0].get_body(["plain"]).get_content()
    (link,) = re.findall(r"http\S+", text)
    assert link == f"{settings.SITE_URL}/reports/snapshots/{kept.public_id}/"
    assert not re.search(r"\d", text.replace(link, "")), "no number but those of the link"
    client.force_login(manager)
    page = client.get(link.removeprefix(settings.SITE_URL))
    assert page.status_code == 200
    assert "by itself, once a month" in page.content.decode()
    assert send_monthly_reports(at=dt.datetime(2026, 5, 2, 5, 10, tzinfo=dt.UTC)) == 1
    assert StaffLetter.objects.filter(sent_at=None).count() == 2


@pytest.mark.parametrize(
    ("at", "made"),
    [("2026-04-02T04:59:59+00:00", 0), ("2026-04-02T05:00:00+00:00", 1), ("2026-05-01T12:00:00+00:00", 0)],
)
def test_not_before_the_second_of_the_clinics_calendar(wishing, at, made):
    assert send_monthly_reports(at=dt.datetime.fromisoformat(at)) == made


def test_only_clinics_that_wish_it_and_may_send(wishing, other_clinic):
    Clinic.objects.filter(pk=wishing.pk).update(messages_held_at=SECOND)
    assert send_monthly_reports(at=SECOND) == 0
    assert not ReportSnapshot.objects.exists() and not StaffLetter.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_make_one(wishing):
    gate = threading.Barrier(4)

    def work(_number: int) -> int:
        try:
            with scope.every_clinic():
                gate.wait()
                return send_monthly_reports(at=SECOND)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(work, range(4))) == 1
    assert (ReportSnapshot.objects.count(), StaffLetter.objects.count()) == (1, 1)


@pytest.mark.django_db(transaction=True)
def test_the_task_works_for_every_clinic(wishing):
    connection.close()
    monthly_reports()
    today = timezone.now().astimezone(ZoneInfo(wishing.time_zone)).date()
    months = [today.replace(day=1)] if today.day > 1 else []
    assert list(ReportSnapshot.objects.values_list("of_month", flat=True)) == months


class TestSetting:
    def test_it_is_off_until_a_manager_wishes_it(self, client, clinic, manager):
        assert not clinic.sends_monthly_report
        client.force_login(manager)
        assert "Send the monthly report" in client.get("/reports/snapshots/").content.decode()
        for said, sends in (("yes", True), ("no", False)):
            assert client.post("/reports/monthly/", {"sends": said}).url == "/reports/snapshots/"
            clinic.refresh_from_db()
            assert clinic.sends_monthly_report is sends

    def test_others_are_refused(self, client, clinic, researcher):
        with pytest.raises(PermissionDenied):
            set_monthly_report(clinic=clinic, sends=True, by=researcher)
        assert client.post("/reports/monthly/", {"sends": "yes"}).status_code == 302
        client.force_login(researcher)
        assert client.post("/reports/monthly/", {"sends": "yes"}).status_code == 403
        assert "monthly report" not in client.get("/reports/snapshots/").content.decode()

    def test_wrong_methods_and_bad_input_change_nothing(self, client, clinic, manager):
        client.force_login(manager)
        assert client.get("/reports/monthly/").status_code == 405
        assert client.post("/reports/monthly/", {"sends": "maybe"}).status_code == 400
        clinic.refresh_from_db()
        assert not clinic.sends_monthly_report
