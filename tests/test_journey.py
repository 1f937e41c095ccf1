"""The whole way once, from outside: production's own start commands, real HTTP, real Celery, real SMTP."""

import datetime as dt
import os
import re
import time
from html.parser import HTMLParser
from urllib.parse import urlsplit

import pytest
import requests
from django.db import connection
from django.db.models import F
from django.test import override_settings
from django.utils import timezone

from clinic import sign_in_settings
from clinic.actions import create_api_token
from clinic.embedded import ports
from clinic.embedded.processes import Processes, procfile
from clinic.models import Clinic
from outcomes.actions import ask_for_trial
from outcomes.models import Delivery, Score, Survey
from patients.models import Patient
from tests.conftest import PASSWORD
from tests.mail import MailSink
from tests.signing_in import next_code, set_up_app
from tests.workers import Broker
from treatments.models import Course, FollowUp, TreatmentSession

pytestmark = pytest.mark.django_db(transaction=True)
SECONDS = 60
RUTH = {
    "family_name": "Álvarez",
    "given_name": "Ruth",
    "born_on": "1958-03-03",
    "sex": "F",
    "chart_number": "00417",
    "email": "ruth@example.org",
    "phone": "512-555-0101",
    "language": "en",
}
PRP = {
    "blood_volume_ml": "60",
    "anticoagulant": "acd_a",
    "prp_volume_ml": "6",
    "prp_injected_ml": "6",
    "activation": "none",
}
INJECTION = {"target": "knee_joint", "side": "right", "guidance": "ultrasound", "volume_ml": "6"}


class Fields(HTMLParser):
    """What a browser would send back of a page's forms if nobody typed anything."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.values: dict[str, str] = {}
        self._select = ""
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        found = dict(attrs)
        if tag == "input" and found.get("name") and found.get("type") not in {"radio", "checkbox", "submit"}:
            self.values[found["name"]] = found.get("value") or ""
        elif tag == "select":
            self._select = found.get("name", "")
        elif tag == "option" and "selected" in found:
            self.values[self._select] = found.get("value") or ""


class Browser:
    """A person with a browser: opens a page, fills in its form, sends it."""

    def __init__(self, site: str) -> None:
        self.site = site
        self._session = requests.Session()
        self.cookies = self._session.cookies

    def open(self, path: str) -> requests.Response:
        answer = self._session.get(f"{self.site}{path}", timeout=SECONDS)
        assert answer.ok, f"{path}: {answer.status_code}\n{answer.text}"
        return answer

    def fill_in(self, path: str, *, send_to: str = "", **typed: str) -> requests.Response:
        """The page that follows. ``send_to``: the address of the form, where it is not the page's own."""
        page = self.open(path)
        answer = self.send(page, send_to, **typed)
        assert answer.ok, f"{path}: {answer.status_code}\n{answer.text}"
        return answer

    def send(self, page: requests.Response, send_to: str = "", **typed: str) -> requests.Response:
        """Send the form of an open page, whatever the answer."""
        values = {**Fields(page.text).values, **typed}
        address = f"{self.site}{send_to}" if send_to else page.url
        return self._session.post(address, values, headers={"Referer": page.url}, timeout=SECONDS)


@pytest.fixture
def sink():
    sink = MailSink()
    yield sink
    sink.close()


@pytest.fixture
def site(clinic, sink, tmp_path):
    """Web, worker and beat as production starts them, at a clinic that sends around the clock."""
    Clinic.objects.filter(pk=clinic.pk).update(send_from_hour=0, send_until_hour=24, sends_on_weekends=True)
    port = ports.unused()
    with Broker() as broker:
        environment = {
            **os.environ,
            "SITE_URL": f"http://127.0.0.1:{port}",
            "DATABASE_URL": urlsplit(os.environ["DATABASE_URL"])
            ._replace(path=f"/{connection.settings_dict['NAME']}")
            .geturl(),
            "REDIS_URL": broker.url,
            "EMAIL_URL": f"smtp://127.0.0.1:{sink.port}",
            "TICK_SECONDS": "1",
            "GUNICORN_CMD_ARGS": f"--bind=127.0.0.1:{port}",
        }
        with Processes(tmp_path, environment) as processes:
            # The commands are production's own; only where beat remembers its last tick differs.
            where = {"beat": ["--schedule", str(tmp_path / "beat-schedule")]}
            for name, command in procfile().items():
                processes.start(name, [*command, *where.get(name, [])])
            processes.wait_for_page(f"{environment['SITE_URL']}/healthz", environment["SITE_URL"])
            yield environment["SITE_URL"]


def link_of_message(sink, number, of="s"):
    """The path of the link in the message of this number, once it has come; ``of``: what its path begins with."""
    deadline = time.monotonic() + SECONDS
    while len(sink.accepted) < number:
        assert time.monotonic() < deadline, "no e-mail came"
        time.sleep(0.1)
    text = sink.accepted[number - 1].get_body(("plain",)).get_content()
    return urlsplit(re.search(rf"http://\S+/{of}/\w+/", text)[0]).path


def answer_survey(browser, link, scores):
    browser.fill_in(link)
    for number, score in enumerate(scores, start=1):
        browser.fill_in(f"{link}{number}/", score=str(score))
    assert "Thank you" in browser.fill_in(f"{link}check/").text


# Beat asks for it every half minute.
WORKED_OUT_WITHIN = 90


def days_pass(days):
    """Everything that has happened, and everything that is planned, moves this much nearer to the past."""
    moved = {
        FollowUp: ("opens_on", "due_on", "closes_on", "answered_at", "ended_on"),
        Survey: ("opened_at", "started_at", "completed_at"),
        Delivery: ("not_before", "started_at", "accepted_at"),
        TreatmentSession: ("performed_at", "logged_at"),
        Score: ("taken_on",),
        Course: ("opened_on",),
    }
    for model, names in moved.items():
        model.objects.update(**{name: F(name) - dt.timedelta(days=days) for name in names})


def give_a_real_password(user):
    """As the servers outside of this process check it."""
    with override_settings(PASSWORD_HASHERS=sign_in_settings.PASSWORD_HASHERS):
        user.set_password(PASSWORD)
    user.save()


def test_from_registration_to_the_report(site, sink, clinic, clinician, manager, protocol):
    staff, ruth = Browser(site), Browser(site)
    give_a_real_password(clinician)
    set_up_app(clinician)
    staff.fill_in("/login/", username=clinician.email, password=PASSWORD)
    staff.fill_in("/login/code/", code=next_code(clinician))
    staff.fill_in("/patients/new/", **RUTH)
    patient = f"/patients/{Patient.objects.get().public_id}/"
    staff.fill_in(patient, send_to=f"{patient}consent/")
    plan = {"protocol": str(protocol.pk), "icd10_code": "M17.11", "target": "knee_joint", "side": "right"}
    staff.fill_in(f"{patient}courses/new/", **plan)

    answer_survey(ruth, link_of_message(sink, 1), [8, 6, 6, 7, 5])
    days_pass(1)

    session = {f"injections-0-{name}": value for name, value in INJECTION.items()}
    session |= {"reaction": "none", **{f"preparation-{name}": value for name, value in PRP.items()}}
    page = staff.fill_in(f"/courses/{Course.objects.get().public_id}/sessions/new/", **session)
    assert "Saved." in page.text

    days_pass(42)
    answer_survey(ruth, link_of_message(sink, 2), [3, 2, 3, 2, 1, 2])

    by_timepoint = rows_of_report(site, manager)
    assert [by_timepoint[name]["n"] for name in ("baseline", "week 1", "week 6")] == [1, 0, 1]
    assert by_timepoint["baseline"]["mean"]["value"] == 6
    assert (by_timepoint["week 6"]["mean"]["value"], by_timepoint["week 6"]["change"]["value"]) == (2, -4)
    assert len(sink.accepted) == 2, "one message a check-in"
    ask_for_trial(clinic=clinic, number=None, at=timezone.now(), by=manager)
    assert "Thank you" in ruth.fill_in(link_of_message(sink, 3, of="t")).text


def rows_of_report(site, person):
    """What a program with this person's token is told about average pain, by timepoint, once a worker has worked it out."""
    _token, key = create_api_token(membership=person.memberships.get(), name="journey", at=timezone.now())
    address = f"{site}/api/v1/reports/outcomes/?modality=prp&instrument=nrs_average"
    until = time.monotonic() + WORKED_OUT_WITHIN
    while True:
        answer = requests.get(address, headers={"Authorization": f"Bearer {key}"}, timeout=SECONDS).json()
        rows = {row["timepoint"]: row for row in answer["rows"]}
        if rows.get("week 6", {}).get("n") or time.monotonic() > until:
            return rows
        time.sleep(1)
