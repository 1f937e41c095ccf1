"""F-60, LEAK-5: the real way once, with values nobody else has, and then a search for them wherever they must not be.

Web, worker and beat run as production starts them. On the way things break that quote rows: the database refuses a
POST and a task with the patient's own values in its message.
"""

import contextlib
import logging
import re
import threading
import uuid
from pathlib import Path

import pytest
import redis
import requests
from django.conf import settings
from django.db import connection
from django.utils import timezone

from clinic import database
from clinic.actions import create_api_token
from clinic.celery import app
from clinic.models import Clinic
from outcomes.models import Survey
from patients.models import ConsentRequest, Patient
from tests.conftest import StaffClient
from tests.test_journey import INJECTION, PRP, SECONDS, Browser, answer_survey, link_of_message, sink, site
from treatments.models import AdverseEvent, Course, TreatmentSession

pytestmark = pytest.mark.django_db(transaction=True)
__all__ = ["sink", "site"]

# Values of every personal field of a patient that somebody types; ``test_every_personal_field_is_followed`` holds it so.
CANARY = {
    "family_name": "Zwickelbauer",
    "given_name": "Quirina",
    "chart_number": "QX-77310",
    "email": "quirina.z@canary.example.org",
    "phone": "512-555-0177",
    "born_on": "1953-07-19",
    "allergies": "Brennnesselsaft",
}
NOTE = "Kanarischer Befund 8841"
EVENT = "Geschwollenes Xylofon 2297"
WRONG_LOGIN = "maulwurf77@canary.example.org"
WRONG_PASSWORD = "Rhabarberkuchen-4471"
# What PostgreSQL says when it refuses a row, with the row in it.
BREAKS = """
CREATE FUNCTION canary_breaks() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'Failing row contains (%)', (SELECT string_agg(p::text, ';') FROM patients_patient p) || NEW::text
    USING ERRCODE = 'check_violation', DETAIL = NEW::text;
END $$;
"""


class Overheard:
    """Every command that Redis is given while this runs, arguments and all."""

    def __init__(self, url: str) -> None:
        self.commands: list[str] = []
        self._redis = redis.Redis.from_url(url)
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._listen, daemon=True)

    def __enter__(self) -> "Overheard":
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._is_over.set()
        self._redis.ping()
        self._thread.join(5)

    def _listen(self) -> None:
        with self._redis.monitor() as monitor:
            for command in monitor.listen():
                self.commands.append(str(command["command"]))
                if self._is_over.is_set():
                    return

    def everything(self) -> str:
        """The commands, and all that is left in the database."""
        dump = [self._redis.dump(key) or b"" for key in self._redis.scan_iter("*")]
        return "\n".join([*self.commands, *(part.decode("latin-1") for part in dump)])


@contextlib.contextmanager
def broken(table: str):
    """Inside, the database refuses every new row of ``table``, and quotes what it refuses."""
    with database.as_owner(), connection.cursor() as cursor:
        cursor.execute(BREAKS)
        cursor.execute(
            f"CREATE TRIGGER canary_breaks BEFORE INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION canary_breaks()"
        )
    try:
        yield
    finally:
        with database.as_owner(), connection.cursor() as cursor:
            cursor.execute("DROP FUNCTION canary_breaks CASCADE")


@pytest.fixture
def staff(site, clinician) -> Browser:
    """A clinician who is signed in."""
    client = StaffClient()
    client.force_login(clinician)
    browser = Browser(site)
    browser.cookies.set(settings.SESSION_COOKIE_NAME, client.cookies[settings.SESSION_COOKIE_NAME].value)
    return browser


def logs(folder: Path) -> str:
    return "\n".join(path.read_text(errors="replace") for path in sorted(folder.glob("*.log")))


def wait_for(folder: Path, words: str) -> None:
    for _try in range(SECONDS * 10):
        if words in logs(folder):
            return
        threading.Event().wait(0.1)
    raise AssertionError(f"{words} is in no log\n{logs(folder)}")


def register_and_treat(staff, sink, protocol) -> list[str]:
    """Register, agree, open a course, ask for a signature by e-mail, answer, treat; the secrets of the links."""
    staff.fill_in("/patients/new/", **CANARY, allergy_status="known", sex="F", language="en")
    patient = f"/patients/{Patient.objects.get().public_id}/"
    staff.fill_in(patient, send_to=f"{patient}consent/")
    assert staff.fill_in(f"{patient}consents/ask/", kinds="research_sharing", way="email").ok
    consent_link = re.search(r"/consent/(\w+)/", sink.accepted[0].get_body(("plain",)).get_content())
    signer = Browser(staff.site)
    signer.fill_in(consent_link[0], agrees="on", signed_name=f"{CANARY['given_name']} {CANARY['family_name']}")
    plan = {"protocol": str(protocol.pk), "icd10_code": "M17.11", "target": "knee_joint", "side": "right"}
    staff.fill_in(f"{patient}courses/new/", **plan)
    link = link_of_message(sink, 2)
    answer_survey(Browser(staff.site), link, [8, 6, 6, 7, 5])
    session = {f"injections-0-{name}": value for name, value in INJECTION.items()}
    session |= {"reaction": "none", "note": NOTE, **{f"preparation-{name}": value for name, value in PRP.items()}}
    staff.fill_in(f"/courses/{Course.objects.get().public_id}/sessions/new/", **session)
    assert TreatmentSession.objects.get().note == NOTE
    return [consent_link[1], link.split("/")[2]]


def program(site: str, person) -> tuple[requests.Session, str]:
    _token, key = create_api_token(membership=person.memberships.get(), name="canary", at=timezone.now())
    client = requests.Session()
    client.headers["Authorization"] = f"Bearer {key}"
    return client, key


def go_wrong(site, staff, client) -> list[requests.Response]:
    """Failed and refused sign-ins, a page and a program's request that break, wrong links."""
    answers = []
    with contextlib.suppress(AssertionError):
        Browser(site).fill_in("/login/", username=WRONG_LOGIN, password=WRONG_PASSWORD)
    answers.append(requests.get(f"{site}/api/v1/patients/", headers={"Authorization": "Bearer mdl_wrong"}, timeout=9))
    with broken("patients_patient"):
        again = {
            **CANARY,
            "allergy_status": "known",
            "chart_number": "QX-77311",
            "sex": "F",
            "language": "en",
            "is_another": "on",
        }
        page = staff.open("/patients/new/")
        answers.append(staff.send(page, **again))
        body = {
            **CANARY,
            "allergy_status": "known",
            "chart_number": "QX-77312",
            "clinic": str(Patient.objects.get().clinic.public_id),
        }
        answers.append(client.post(f"{site}/api/v1/patients/", json=body, timeout=SECONDS))
    assert [answer.status_code for answer in answers[-2:]] == [500, 500]
    answers.append(client.post(f"{site}/api/v1/patients/", json={**body, "chart_number": CANARY["chart_number"]}))
    answers.append(client.get(f"{site}/api/v1/patients/{uuid.uuid4()}/", timeout=SECONDS))
    answers.append(client.get(f"{site}/patients/", params={"q": CANARY["family_name"]}, timeout=SECONDS))
    return answers


def report_event(site, client) -> None:
    session = TreatmentSession.objects.get()
    body = {
        "patient": str(session.course.patient.public_id),
        "session": str(session.public_id),
        "began_at": session.performed_at.isoformat(),
        "first_aware_at": timezone.now().isoformat(),
        "description": EVENT,
        "term": "Joint swelling",
        "body_system": "musculoskeletal",
        "grade": 2,
        "outcome": "recovering",
        "reporter": "the patient",
    }
    answer = client.post(f"{site}/api/v1/events/", json=body, timeout=SECONDS)
    assert answer.status_code == 201, answer.text
    assert AdverseEvent.objects.get().description == EVENT


def break_tasks(folder, staff, protocol) -> None:
    """Another course falls due while no survey can be opened; then surveys are, and no message can be started."""
    patient = Patient.objects.get()
    plan = {"protocol": str(protocol.pk), "icd10_code": "M17.12", "target": "knee_joint", "side": "left"}
    # She got one message already today.
    Clinic.objects.update(messages_a_day=5, messages_a_week=20)
    with broken("outcomes_survey"):
        staff.fill_in(f"/patients/{patient.public_id}/courses/new/", **plan)
        wait_for(folder, "outcomes.tasks.tick[")
        wait_for(folder, "raised unexpected")
    with broken("outcomes_deliveryattempt"):
        wait_for(folder, "was left behind")


def test_nothing_of_a_patient_and_no_secret_leaves_the_database(site, sink, tmp_path, staff, manager, protocol):
    client, key = program(site, manager)
    with Overheard(app.conf.broker_url) as redis_heard:
        secrets = register_and_treat(staff, sink, protocol)
        report_event(site, client)
        answers = go_wrong(site, staff, client)
        break_tasks(tmp_path, staff, protocol)
        requests.get(f"{site}/s/{secrets[1][:-1]}/", timeout=SECONDS)
        requests.get(f"{site}/consent/{secrets[0]}x/", timeout=SECONDS)
    said = logs(tmp_path)
    assert Survey.objects.count() == 2 and ConsentRequest.objects.count() == 1
    assert "[23514" in said, "what broke is still told by its code"
    typed = [*CANARY.values(), NOTE, EVENT, WRONG_LOGIN, WRONG_PASSWORD, "QX-77311", "QX-77312"]
    forbidden = [*typed, *secrets, key, "mdl_wrong"]
    assert found(forbidden, said) == []
    heard = redis_heard.everything()
    assert "outcomes.tasks.tick" in heard, "it listened"
    assert found(forbidden, heard) == []
    assert found([*typed, *secrets, key], "\n".join(answer.text for answer in answers if not answer.ok)) == []
    for letter in sink.accepted:
        text = "\n".join(part.get_content() for part in letter.walk() if part.get_content_maintype() == "text")
        # PHI-1: the given name and the link, and nothing else of a patient.
        allowed = {CANARY["given_name"], *secrets}
        assert found([value for value in forbidden if value not in allowed], f"{letter['Subject']}\n{text}") == []
        assert found([*typed, *secrets], letter["Subject"]) == []


def found(values: list[str], text: str) -> list[str]:
    return [value for value in values if value in text]


def test_every_personal_field_is_followed():
    computed = {"search_text", "age_at_import", "age_band"}
    # Nobody dies in this story; the day is a day like the birth date. That somebody has allergies is one word of three.
    assert set(CANARY) == Patient.Privacy.personal - computed - {"died_on", "allergy_status"}


def test_nobody_is_sent_an_e_mail_about_errors():
    """Django would send the whole request, with the form, to ADMINS."""
    assert not settings.ADMINS and not settings.MANAGERS
    for name in ("django", "django.request", "django.security", "django.server"):
        assert not any("Email" in kind for kind in _handlers(name))


def _handlers(name: str) -> list[str]:
    return [type(handler).__name__ for handler in logging.getLogger(name).handlers]
