"""What a browser can be made to send: other hosts, other sites, other methods, line breaks (F-38, F-55, F-56, F-57)."""

import re

import pytest
from django.conf import settings
from django.core import mail
from django.urls import URLPattern, get_resolver

from clinic.actions import invite
from clinic.models import StaffLetter, StoredFile
from clinic.permissions import Role
from outcomes.models import Survey
from patients.models import Consent
from tests.conftest import PASSWORD, StaffClient
from tests.routes import ACCOUNT, PAGES, PROGRAMS, address, ids_of, routes
from tests.world import Visitor, World, digest, undone

TABLE = {**PAGES, **PROGRAMS}
ELSEWHERE = [
    "//evil.example",
    "https:evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "https://evil.example/%0d%0a",
    "javascript:alert(1)",
]
# The tablet's cookie is Strict: no form of another site brings it along.
OF_THE_TABLET = {"kiosk", "kiosk-pause"}
PATIENTS_OWN = {
    "survey-welcome",
    "survey-question",
    "survey-check",
    "survey-done",
    "survey-later",
    "survey-help",
    "survey-you",
    "survey-my-page",
    "trial-link",
    "own-you",
    "own-details",
    "own-channel",
    "unsubscribe",
    "sign",
    "sign-done",
}
# Signed by providers, who have no cookies.
OF_PROVIDERS = {"hook-mail", "hook-sms-status", "hook-sms-inbound"}


def path_of(name: str, pattern: str, world: World) -> str:
    route = TABLE.get(name)
    return address(pattern, world, ids_of(route, world)[0] if route and route.row else "")


# Open redirects (F-55)


@pytest.mark.parametrize("elsewhere", ELSEWHERE)
def test_nobody_is_sent_to_another_site(worlds, people, elsewhere):
    """Every route that redirects, whatever ``next`` says, in the query or in the form."""
    for name, pattern in routes():
        path = path_of(name, pattern, worlds[0])
        for who in ("anonymous", "manager") if name in ACCOUNT else ("anonymous",):
            for method in ("GET", "POST"):
                with undone():
                    answer = people[who].send(
                        method, f"{path}?next={elsewhere}", {"next": elsewhere, "back": elsewhere}
                    )
                assert_stays(answer, f"{who} {method} {name}")


def assert_stays(answer, where: str) -> None:
    if answer.status_code in (301, 302, 303):
        assert re.match(r"/(?![/\\])", answer.url), (where, answer.url)
        assert "\r" not in answer.url
        assert "\n" not in answer.url
    elif "text/html" in answer.headers["Content-Type"]:
        assert not re.search(r'(href|action|content)="[^"]*evil', answer.content.decode()), where


def test_signing_in_leads_to_this_site_only(worlds):
    for elsewhere in ELSEWHERE:
        with undone():
            answer = StaffClient().post(
                f"/login/?next={elsewhere}",
                {
                    "username": worlds[0].staff.email,
                    "login": worlds[0].staff.email,
                    "password": PASSWORD,
                    "next": elsewhere,
                },
            )
            assert_stays(answer, "login")


# Hosts that somebody makes up (T-HOST-1, ASVS 4.1.3)


def test_another_host_is_refused(worlds):
    for path in ("/login/", "/", "/api/v1/clinics/", worlds[0].survey_link, "/healthz"):
        for host in (
            "evil.example",
            "testserver.evil.example",
            "testserver:80@evil.example",
            "evil.example#testserver",
        ):
            assert Visitor().send("GET", path, HTTP_HOST=host).status_code == 400, (path, host)


FORWARDED = {
    "HTTP_X_FORWARDED_HOST": "evil.example",
    "HTTP_X_FORWARDED_PROTO": "https",
    "HTTP_X_FORWARDED_FOR": "203.0.113.9",
    "HTTP_X_FORWARDED_PORT": "444",
    "HTTP_FORWARDED": "host=evil.example;proto=https",
    "HTTP_X_HTTP_METHOD_OVERRIDE": "DELETE",
    "HTTP_X_ORIGINAL_URL": "/setup/members/",
    "HTTP_X_REWRITE_URL": "/setup/members/",
}


def test_what_a_proxy_would_say_changes_nothing(worlds, people):
    for who, path in (
        ("manager", "/patients/"),
        ("front_desk", "/setup/"),
        ("anonymous", "/login/"),
        ("manager", "/api/v1/patients/"),
    ):
        plain, spoofed = (people[who].send("GET", path, **more) for more in ({}, FORWARDED))
        assert plain.status_code == spoofed.status_code
        assert "evil" not in f"{spoofed.headers}{spoofed.content.decode()}"
    page = people["manager"].send("GET", "/api/v1/scores/?page_size=1", **FORWARDED).json()
    assert page["next"] is None or page["next"].startswith("http://testserver/")


def test_links_in_letters_come_from_the_settings(worlds):
    """Whatever host asks: an invitation's link begins with SITE_URL (CVE-2024-42903)."""
    with undone():
        _, link = invite(
            clinic=worlds[0].clinic, email="x@example.org", role=Role.CLINICIAN, by=worlds[0].staff, at=worlds[0].now
        )
        assert link.startswith(f"{settings.SITE_URL}/join/")
        answer = Visitor(worlds[0].staff).send(
            "POST",
            path_of("consent-ask", dict(routes())["consent-ask"], worlds[0]),
            {"kinds": "research_sharing", "way": "link"},
            **FORWARDED,
        )
        assert f"{settings.SITE_URL}/consent/" in answer.content.decode()


# Other sites' forms (F-56)


def changes() -> list[tuple[str, str]]:
    """Every route that takes a POST, but for the patients' pages, which are opened by a secret instead of a cookie."""
    posts = [name for name, route in TABLE.items() if "POST" in route.changes] + ["logout", "switch-clinic", *ACCOUNT]
    return [(name, pattern) for name, pattern in routes() if name in posts]


@pytest.mark.parametrize(
    "more",
    [
        {},
        {"HTTP_ORIGIN": "null"},
        {"HTTP_ORIGIN": "https://evil.example"},
        {"HTTP_X_CSRFTOKEN": "a" * 64},
        {"HTTP_X_HTTP_METHOD_OVERRIDE": "GET"},
    ],
    ids=["no token", "origin null", "another origin", "another's token", "method override"],
)
def test_a_form_of_another_site_is_refused(worlds, more):
    """Also signing in (login CSRF) and JSON sent as plain text."""
    browser = StaffClient(enforce_csrf_checks=True, raise_request_exception=False)
    browser.force_login(worlds[0].staff)
    with undone():
        before = digest(worlds[0].clinic)
        for name, pattern in changes():
            path = path_of(name, pattern, worlds[0])
            for content_type in ("application/x-www-form-urlencoded", "text/plain", "application/json"):
                answer = browser.post(path, "{}", content_type=content_type, **more)
                assert answer.status_code in (403, 405, 415), (name, content_type)
        assert digest(worlds[0].clinic) == before


def test_a_key_needs_no_token_because_no_browser_sends_it_by_itself(worlds):
    program = StaffClient(enforce_csrf_checks=True)
    key = worlds[0].keys[Role.MANAGER]
    answer = program.post(
        "/api/v1/patients/", "{}", content_type="application/json", HTTP_AUTHORIZATION=f"Bearer {key}"
    )
    assert answer.status_code == 400
    assert program.post("/api/v1/patients/", "{}", content_type="application/json").status_code == 401


def test_patients_pages_take_no_cookie_for_an_answer(worlds):
    """Why they need no token: who cannot name the secret in the path changes nothing, whatever cookies the browser has.

    A site that knows the secret could as well open the page itself.
    """
    world = worlds[0]
    patterns = dict(routes())
    with undone():
        browser = StaffClient(enforce_csrf_checks=True)
        browser.force_login(world.staff)
        before = digest(world.clinic)
        for name in PATIENTS_OWN:
            made_up = re.sub(r"<str:token>", "A" * 22, patterns[name]).replace("<int:number>", "1")
            assert browser.post(made_up, {"score": "5"}, HTTP_ORIGIN="https://evil.example").status_code == 404
        for name in OF_THE_TABLET:
            assert browser.post(patterns[name], HTTP_ORIGIN="https://evil.example").url == "/kiosk/locked/"
        assert digest(world.clinic) == before
        assert not Consent.objects.filter(clinic=world.clinic, document__kind="research_sharing").exists()
        assert Survey.objects.get(clinic=world.clinic, links__isnull=False).started_at is None
    ours = PATIENTS_OWN | OF_THE_TABLET
    exempt = {name for name, view in exempt_views() if name not in ours and not name.startswith("api-")}
    assert exempt <= {"/api/v1/", *OF_PROVIDERS}


def exempt_views():
    def walk(patterns):
        for pattern in patterns:
            if isinstance(pattern, URLPattern):
                yield pattern
            else:
                yield from walk(pattern.url_patterns)

    for pattern in walk(get_resolver().url_patterns):
        if getattr(pattern.callback, "csrf_exempt", False):
            yield pattern.name or "/api/v1/", pattern.callback


# Line breaks in what becomes a header, a message or a line of the log (F-38)

BREAK = "Ruth\r\nBcc: evil@example.org\r\n\r\n<script>"


def test_a_line_break_in_a_name_reaches_no_header(worlds, people):
    """Names, addresses, reasons: refused where they are typed, or kept out of headers and messages."""
    world = worlds[0]
    paths = {name: path_of(name, pattern, world) for name, pattern in routes() if name in PAGES and PAGES[name].do}
    with undone():
        for name, path in paths.items():
            page = people["manager"].send("GET", path)
            fields = set(re.findall(r'name="([\w-]+)"', page.content.decode())) - {"csrfmiddlewaretoken"}
            answer = people["manager"].send("POST", path, dict.fromkeys(fields, BREAK))
            assert answer.status_code < 500, name
            assert not any("evil" in value and "\n" in value for value in answer.headers.values()), name
        assert not any("evil" in str(message.message()) for message in mail.outbox)
        assert not StaffLetter.objects.filter(email__contains="evil").exists()


def test_a_file_name_with_a_line_break_is_a_file_name(worlds, people):
    world = worlds[0]
    stored = ids_of(PAGES["file"], world)
    with undone():
        StoredFile.objects.filter(public_id=stored[0]).update(name='a"\r\nSet-Cookie: x=1\r\n.pdf')
        answer = people["manager"].send("GET", f"/files/{stored[0]}/")
        assert answer.status_code < 500
        assert "\n" not in answer.headers.get("Content-Disposition", "")
        assert "x" not in answer.cookies
