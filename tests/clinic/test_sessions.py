"""Sessions end: when nobody is there, after half a day, and at once when told (HIP-4, F-52 to F-54, T-SES-1)."""

import datetime as dt
import re

import pytest
from django.utils import timezone

from clinic import sessions
from clinic.models import BrowserSession
from patients.models import Patient
from tests.conftest import PASSWORD, StaffClient
from tests.signing_in import next_code, set_up_app, sign_in

PAGE = "/patients/"


@pytest.fixture
def inside(client, clinician):
    client.force_login(clinician)
    assert client.get(PAGE).status_code == 200
    return client


def shift(*, seen: dt.timedelta = dt.timedelta(0), signed_in: dt.timedelta = dt.timedelta(0)) -> None:
    """Nobody was there for so long, or signing in was so long ago."""
    for row in BrowserSession.objects.all():
        store = sessions.SessionStore(row.session_key)
        data = store.load()
        data[sessions.SINCE] -= signed_in.total_seconds()
        row.session_data = store.encode(data)
        row.signed_in_at -= signed_in
        row.seen_at -= seen
        row.save()


def test_after_a_quarter_of_an_hour_alone_the_session_is_over(inside):
    shift(seen=dt.timedelta(minutes=14, seconds=50))
    assert inside.get(PAGE).status_code == 200
    shift(seen=dt.timedelta(minutes=14, seconds=50))
    assert inside.get(PAGE).status_code == 200, "being there counts"
    shift(seen=dt.timedelta(minutes=15))
    assert inside.get(PAGE).url == f"/login/?next={PAGE}"
    assert not BrowserSession.objects.filter(user__isnull=False).exists(), "gone on the server"


def test_after_half_a_day_the_session_is_over_however_busy(inside):
    shift(signed_in=dt.timedelta(hours=12))
    assert inside.get(PAGE).url == f"/login/?next={PAGE}"


def test_confirming_who_one_is_does_not_make_the_day_longer(inside, clinician):
    shift(signed_in=dt.timedelta(hours=11, minutes=59))
    inside.post("/account/confirm/", {"password": PASSWORD})
    row = BrowserSession.objects.get(user=clinician)
    assert timezone.now() - row.signed_in_at > dt.timedelta(hours=11, minutes=58)


@pytest.mark.parametrize("over", [{"seen": dt.timedelta(minutes=15)}, {"signed_in": dt.timedelta(hours=12)}])
@pytest.mark.parametrize(
    ("query", "headers"),
    [
        ("?skip_timeout_reset=1", {}),
        ("?poll=1&_=1700000000", {"X-Requested-With": "XMLHttpRequest"}),
        ("", {"HX-Request": "true", "HX-Trigger": "every 5s", "HX-Polling": "true"}),
        ("?session=keep", {"X-HTTP-Method-Override": "GET", "X-Forwarded-For": "127.0.0.1"}),
    ],
)
def test_no_parameter_method_or_header_gets_past_the_end(client, clinician, over, query, headers):
    """F-53, T-SES-1."""
    for method in ("get", "head", "options", "post", "put", "patch", "delete"):
        client.force_login(clinician)
        shift(**over)
        answer = getattr(client, method)(f"/patients/new/{query}", headers=headers)
        assert answer.status_code in (302, 405), method
        assert answer.status_code == 405 or answer.url.startswith("/login/"), method
        assert not BrowserSession.objects.filter(user=clinician).exists(), method


def test_a_program_s_request_with_a_session_that_is_over_is_told_so(inside):
    shift(seen=dt.timedelta(minutes=15))
    answer = inside.get("/api/v1/clinics/", headers={"Accept": "application/json"})
    assert answer.status_code == 401
    assert answer.json()["code"] == "not_authenticated"


def test_pages_that_poll_are_checked_and_do_not_count(inside, settings):
    """F-53: which pages poll is said on the server only."""
    settings.SESSION_POLLING_VIEWS = frozenset({"patients"})
    for minutes in (5, 5):
        shift(seen=dt.timedelta(minutes=minutes))
        assert inside.get(PAGE).status_code == 200
    shift(seen=dt.timedelta(minutes=5))
    assert inside.get(PAGE).status_code == 302


def test_presence_is_noted_once_a_minute(inside, django_assert_num_queries):
    shift(seen=dt.timedelta(seconds=50))
    before = BrowserSession.objects.get().seen_at
    inside.get(PAGE)
    assert BrowserSession.objects.get().seen_at == before
    shift(seen=dt.timedelta(seconds=20))
    inside.get(PAGE)
    assert timezone.now() - BrowserSession.objects.get().seen_at < dt.timedelta(seconds=30)


def test_after_signing_in_again_one_is_back_on_the_page(inside, clinician):
    set_up_app(clinician)
    shift(seen=dt.timedelta(minutes=15))
    there = "/patients/?q=ruth&page=2"
    login = inside.get(there).url
    step = inside.post(login, {"username": clinician.email, "password": PASSWORD, "next": there})
    assert inside.post(step.url, {"code": next_code(clinician)}).url == there


RUTH = {
    "family_name": "Álvarez",
    "given_name": "Ruth",
    "born_on": "1958-03-03",
    "sex": "F",
    "language": "en",
    "chart_number": "00417",
    "email": "ruth@example.org",
    "phone": "512-555-0101",
}
NEW_PATIENT = "/patients/new/"


def sign_in_again(browser, user, answer):
    """The page that follows after both steps."""
    step = browser.post(answer.url, {"username": user.email, "password": PASSWORD, "next": "/account/typed/"})
    return browser.get(browser.post(step.url, {"code": next_code(user)}).url)


def test_what_was_typed_is_there_after_signing_in_again(inside, clinician):
    """HIP-4, F-28: one press sends it again."""
    set_up_app(clinician)
    shift(seen=dt.timedelta(minutes=15))
    answer = inside.post(NEW_PATIENT, RUTH | {"password": "hidden"})
    assert answer.url == "/login/?next=/account/typed/"
    assert not Patient.objects.exists()
    assert "lvarez" not in str(inside.session.items()), "sealed"
    page = sign_in_again(inside, clinician, answer)
    form = page.text.split("<main")[1]
    assert f'action="{NEW_PATIENT}"' in form
    fields = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', form))
    fields.pop("csrfmiddlewaretoken", None)
    assert fields == RUTH
    assert inside.post(NEW_PATIENT, fields).status_code == 302
    assert Patient.objects.get().family_name == "Álvarez"


def test_nobody_else_gets_to_see_what_was_typed(inside, clinician, manager):
    set_up_app(manager)
    shift(seen=dt.timedelta(minutes=15))
    page = sign_in_again(inside, manager, inside.post(NEW_PATIENT, RUTH))
    assert "Nothing is waiting here" in page.text
    assert "lvarez" not in page.text


def test_a_forged_form_is_not_kept(clinician):
    """F-56: what another site sent must not come back as if the person had typed it."""
    browser = StaffClient(enforce_csrf_checks=True)
    browser.force_login(clinician)
    shift(seen=dt.timedelta(minutes=15))
    assert browser.post(NEW_PATIENT, RUTH).status_code == 403
    assert "kept_form" not in browser.session


def test_signing_out_ends_the_session_on_the_server(inside):
    """F-54: the cookie is worth nothing afterwards."""
    cookie = inside.cookies["session"].value
    inside.post("/logout/")
    replay = StaffClient()
    replay.cookies["session"] = cookie
    assert replay.get(PAGE).status_code == 302
    assert not BrowserSession.objects.filter(session_key=cookie).exists()


def test_signing_in_and_confirming_change_the_session_s_id(client, clinician):
    """AUTH-7, F-52."""
    set_up_app(clinician)
    client.get("/login/")
    ids = [client.session.session_key]
    step = sign_in(client, clinician.email)
    ids.append(client.session.session_key)
    client.post(step.url, {"code": next_code(clinician)})
    ids.append(client.session.session_key)
    client.post("/account/confirm/", {"password": PASSWORD})
    ids.append(client.session.session_key)
    assert len(set(ids)) == 4
    assert not BrowserSession.objects.filter(session_key__in=[one for one in ids[:3] if one]).exists()


def test_a_session_that_was_taken_away_does_not_come_back(inside, clinician):
    """A request that is under way when the session is deleted must not write it anew (T-SES-2)."""
    store = sessions.SessionStore(inside.cookies["session"].value)
    store["clinic_id"] = 1
    BrowserSession.objects.filter(user=clinician).delete()
    with pytest.raises(sessions.db.UpdateError):
        store.save()
    assert not BrowserSession.objects.exists()


def test_a_session_without_a_time_is_over(inside):
    row = BrowserSession.objects.get()
    store = sessions.SessionStore(row.session_key)
    data = store.load()
    del data[sessions.SINCE]
    row.session_data = store.encode(data)
    row.save()
    assert inside.get(PAGE).status_code == 302
