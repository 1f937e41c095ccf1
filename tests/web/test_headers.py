"""Headers of every answer (ASVS 3.4, F-57): pages, redirects, downloads, static files and errors of every kind."""

import pytest
from django.test import Client
from django.test.utils import override_settings

from tests.conftest import StaffClient
from tests.routes import ACCOUNT, OPEN, address, routes
from tests.web.judges import assert_safe_cookies, assert_strict
from tests.world import Visitor, undone

HTTPS = {
    "SECURE_HSTS_SECONDS": 31_536_000,
    "SECURE_HSTS_INCLUDE_SUBDOMAINS": True,
    "SECURE_HSTS_PRELOAD": True,
    "SECURE_SSL_REDIRECT": True,
    "SESSION_COOKIE_SECURE": True,
    "CSRF_COOKIE_SECURE": True,
    "SESSION_COOKIE_NAME": "__Host-session",
    "CSRF_COOKIE_NAME": "__Host-csrf",
}


@pytest.mark.parametrize("who", ["manager", "anonymous"])
def test_every_answer_of_what_is_open_is_strict(worlds, people, who):
    """What needs a permission is asked in test_route_matrix.py, by every role, and judged there."""
    for name, pattern in routes():
        if name in OPEN or name in ACCOUNT:
            for method in ("GET", "POST"):
                path = address(pattern, worlds[0])
                with undone():
                    answer = people[who].send(method, path)
                assert_strict(answer, f"{method} {path}")


@pytest.mark.parametrize(
    ("status", "request_"),
    [
        (400, {"path": "/login/", "HTTP_HOST": "evil.example.org"}),
        (404, {"path": "/nothing-here/"}),
        (404, {"path": "/s/AAAAAAAAAAAAAAAAAAAAAA/"}),
        (404, {"path": "/consent/AAAAAAAAAAAAAAAAAAAAAA/"}),
        (401, {"path": "/api/v1/nothing-here/"}),
        (404, {"path": "/static/nothing.css"}),
        (301, {"path": "/login"}),
    ],
)
def test_errors_are_strict(people, status, request_):
    answer = Client(raise_request_exception=False).get(**request_)
    assert answer.status_code == status
    assert_strict(answer, str(request_))


def test_a_form_without_its_token_is_refused_strictly(people):
    answer = Client(enforce_csrf_checks=True).post("/login/", {"username": "a", "password": "b"})
    assert answer.status_code == 403
    assert_strict(answer, "csrf")


def test_a_body_that_is_too_large_is_refused_strictly(people, worlds):
    answer = people["manager"].send("POST", "/api/v1/patients/", '{"x": "' + "y" * 1_100_000 + '"}')
    assert answer.status_code == 413
    assert_strict(answer, "413")
    answer = people["manager"].send("POST", "/patients/new/", {"family_name": "y" * 1_100_000})
    assert answer.status_code in (400, 413)
    assert_strict(answer, "form of 1.1 MB")


@pytest.mark.urls("tests.clinic.broken_urls")
def test_a_server_error_is_strict():
    for path in ("/broken/", "/api/v1/broken/"):
        answer = Client(raise_request_exception=False).get(path)
        assert answer.status_code == 500
        assert_strict(answer, path)


def test_static_files_are_strict_and_may_be_kept(people):
    answer = people["anonymous"].send("GET", "/static/clinic/app.css")
    assert answer.status_code == 200
    assert_strict(answer, "static", is_kept=True)
    assert "max-age" in answer.headers["Cache-Control"]


@override_settings(**HTTPS)
def test_under_https_there_is_no_way_back_to_http(worlds):
    """HSTS for a year with subdomains, cookies that only this host can set and only https can carry."""
    staff = Visitor(worlds[0].staff)
    for path in (
        "/login/",
        "/patients/",
        "/nothing-here/",
        "/api/v1/clinics/",
        worlds[0].survey_link,
        "/static/clinic/app.css",
    ):
        answer = staff.send("GET", path, secure=True)
        assert answer.headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains; preload"
    plain = Client().get("/login/?next=/reports/")
    assert (plain.status_code, plain.url) == (301, "https://testserver/login/?next=/reports/")
    assert_strict(plain, "to https")
    with undone():
        form = Client().get("/login/", secure=True)
        assert set(form.cookies) == {"__Host-csrf"}
        assert_safe_cookies(form, is_https=True)
        browser = StaffClient()
        browser.force_login(worlds[0].staff)
        assert set(browser.cookies) == {"__Host-session"}
        switched = browser.post("/clinic/", {"clinic": str(worlds[0].clinic.public_id)}, secure=True)
        assert switched.status_code == 302
        assert "__Host-session" in switched.cookies
        assert_safe_cookies(switched, is_https=True)
