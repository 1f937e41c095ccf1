"""Two pages for managers: what the clinic is called, and when it sends."""

import datetime as dt
import re
from zoneinfo import ZoneInfo

import pytest
from django.apps import apps
from django.core.exceptions import PermissionDenied

from clinic.models import Clinic, Membership
from clinic.permissions import Role
from outcomes.actions import ClinicChanged, DetailsRefused, HoursRefused, set_details, set_sending_hours
from outcomes.delivery_rules import SendingHours
from outcomes.sending_examples import examples
from outcomes.text_rules import sender_problems

DETAILS, SCHEDULE = "/setup/clinic/", "/setup/schedule/"
NAMED = {
    "name": "Northside",
    "sender_name": "Dr. Lee's office",
    "phone": "512-555-0134",
    "time_zone": "America/Chicago",
}
HOURS = {"send_from_hour": 9, "send_until_hour": 20, "messages_a_day": 1, "messages_a_week": 3}
CHICAGO = ZoneInfo("America/Chicago")


@pytest.fixture
def page(client, manager):
    client.force_login(manager)
    return client


def saved(clinic) -> Clinic:
    return Clinic.objects.get(pk=clinic.pk)


def test_details_are_changed_and_history_keeps_by_whom(page, clinic, manager):
    assert 'value="Dr. Lee&#x27;s office"' in page.get(DETAILS).text
    typed = {"name": " Northside  West ", "sender_name": "The Lee office", "phone": "(512) 555-0166"}
    answer = page.post(DETAILS, {**typed, "time_zone": "America/Denver", "version": 1}, follow=True)
    assert "Saved. It counts for messages from now on." in answer.text
    now = saved(clinic)
    assert (now.name, now.sender_name, now.phone) == ("Northside West", "The Lee office", "(512) 555-0166")
    assert (now.time_zone, now.version) == ("America/Denver", 2)
    kept = apps.get_model("clinic.ClinicHistory").objects.filter(id=clinic.pk).last()
    assert (kept.sender_name, kept.pgh_context["user"]) == ("The Lee office", manager.pk)


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"name": "  "}, "Name is missing."),
        ({"name": "Lakeview"}, "Name is that of another clinic here."),
        ({"sender_name": "Austin Pain Clinic"}, "Sender name says “Pain”."),
        ({"sender_name": "Centro de Columna"}, "Sender name says “Columna”."),
        ({"sender_name": "www.example.com"}, "no web address"),
        ({"phone": "call us"}, "Phone must be a number as patients dial it"),
        ({"time_zone": "Texas"}, "Time zone"),
        ({"version": ""}, "version"),
    ],
)
def test_what_is_against_a_rule_is_refused_in_words(page, clinic, other_clinic, typed, words):
    answer = page.post(DETAILS, {**NAMED, "version": 1, **typed})
    assert answer.status_code == 422 and words in answer.text
    assert saved(clinic).version == 1


@pytest.mark.parametrize("name", ["Dr. Hurt's office", "Dra. Columna", "Lakeview office", "Marcella's office"])
def test_a_surname_may_mean_anything(name):
    assert list(sender_problems(name)) == []


@pytest.mark.parametrize("name", ["", "x" * 61, "Stem Cell Dr. Lee", "Hip and Dr. Hip", "Regenerative", "{link}"])
def test_a_sender_that_tells_or_is_no_name_is_refused(clinic, manager, name):
    with pytest.raises(DetailsRefused):
        set_details(clinic=clinic, version=1, by=manager, **{**NAMED, "sender_name": name})


def test_a_sender_that_makes_texts_too_long_is_saved_with_a_warning(page):
    answer = page.post(DETAILS, {**NAMED, "sender_name": "x" * 60, "version": 1}, follow=True)
    assert re.search(r"With this name \d+ texts? needs? a look", answer.text)
    assert "a look" not in page.post(DETAILS, {**NAMED, "version": 2}, follow=True).text


@pytest.mark.parametrize(("path", "typed"), [(DETAILS, NAMED), (SCHEDULE, HOURS)])
def test_nobody_overwrites_what_somebody_else_saved(page, clinic, manager, path, typed):
    set_details(clinic=clinic, version=1, by=manager, **{**NAMED, "phone": "512-555-0188"})
    set_sending_hours(clinic=clinic, version=2, by=manager, **{**HOURS, "send_until_hour": 18}, sends_on_weekends=False)
    answer = page.post(path, {**typed, "version": 1})
    assert answer.status_code == 422
    assert "Somebody else has saved other values meanwhile" in answer.text
    assert ("Phone: 512-555-0188" if path == DETAILS else "Send until: 18") in answer.text
    assert 'name="version" value="3"' in answer.text
    now = saved(clinic)
    assert (now.phone, now.send_until_hour, now.version) == ("512-555-0188", 18, 3)
    assert page.post(path, {**typed, "version": 3}).url == path


def test_hours_and_budget_are_changed(page, clinic):
    typed = {"send_from_hour": 8, "send_until_hour": 21, "messages_a_day": 2, "messages_a_week": 5}
    assert page.post(SCHEDULE, {**typed, "sends_on_weekends": "on", "version": 1}).url == SCHEDULE
    now = saved(clinic)
    assert {name: getattr(now, name) for name in typed} == typed
    assert now.sends_on_weekends is True


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"send_from_hour": 20, "send_until_hour": 9}, "from 20:00 until 9:00 nothing could go out"),
        ({"send_from_hour": 9, "send_until_hour": 9}, "The last hour must be later than the first"),
        ({"send_from_hour": 24}, "Select a valid choice"),
        ({"messages_a_day": 6, "messages_a_week": 9}, "Messages a day must be 1 to 5."),
        ({"messages_a_day": 3, "messages_a_week": 2}, "2 a week leave no room for 3 a day"),
        ({"messages_a_week": 21}, "Messages a week must be 1 to 20."),
        ({"messages_a_week": "many"}, "must be a number"),
    ],
)
def test_impossible_windows_and_budgets_are_refused(page, clinic, typed, words):
    answer = page.post(SCHEDULE, {**HOURS, "version": 1, **typed})
    assert answer.status_code == 422 and words in answer.text
    assert saved(clinic).version == 1


def test_choosing_shows_what_it_means_and_saves_nothing(page, clinic):
    answer = page.post(SCHEDULE, {**HOURS, "send_until_hour": 21, "do": "preview"})
    assert answer.status_code == 200 and "Ready on Saturday at 10:00" in answer.text
    assert "Nothing could go out" in page.post(SCHEDULE, {**HOURS, "send_until_hour": 5, "do": "preview"}).text
    assert saved(clinic).version == 1
    assert "Ready tonight at 22:00" in page.get(SCHEDULE).text


def test_examples_follow_the_hours_and_the_weekend():
    friday = dt.datetime(2026, 3, 6, 12, 0, tzinfo=CHICAGO)
    now, tonight, saturday = examples(SendingHours("America/Chicago", 9, 20, on_weekends=False), at=friday)
    monday = dt.datetime(2026, 3, 9, 9, 0, tzinfo=CHICAGO)
    assert now.is_at_once
    assert tonight.goes_at == saturday.goes_at == monday
    assert examples(SendingHours("America/Chicago", 0, 24), at=friday)[2].is_at_once
    on_saturday = examples(SendingHours("America/Chicago", 9, 20), at=friday + dt.timedelta(days=1))[2]
    assert on_saturday.ready_at == dt.datetime(2026, 3, 14, 10, 0, tzinfo=CHICAGO)


def test_only_managers_change_either(client, clinic, clinician, stranger):
    for person in (clinician, stranger):
        client.force_login(person)
        for path in (DETAILS, SCHEDULE, "/setup/sites/"):
            assert {client.get(path).status_code, client.post(path).status_code} <= {403, 405}
    with pytest.raises(PermissionDenied):
        set_details(clinic=clinic, version=1, by=clinician, **NAMED)
    with pytest.raises(PermissionDenied):
        set_sending_hours(clinic=clinic, version=1, by=clinician, **HOURS, sends_on_weekends=False)
    with pytest.raises(HoursRefused):
        set_sending_hours(clinic=clinic, version=1, by=_manager(clinic, clinician), **{**HOURS, "send_until_hour": 25}, sends_on_weekends=False)  # fmt: skip
    with pytest.raises(ClinicChanged):
        set_details(clinic=clinic, version=7, by=clinician, **NAMED)


def _manager(clinic, person):
    Membership.objects.filter(user=person, clinic=clinic).update(role=Role.MANAGER)
    return person
