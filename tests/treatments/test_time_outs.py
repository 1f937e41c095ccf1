"""A time-out before a session, where the clinic asks for it; how long logging takes; drafts of sessions and events."""

import datetime as dt
import re

import pytest
from django.core import signing
from django.urls import reverse
from django.utils import timezone

from clinic.actions import set_time_out
from clinic.models import FormDraft
from tests.conftest import NOON
from tests.treatments.api_sessions import SESSIONS, body, course_of
from tests.treatments.session_pages import logged, page_of, typed_on, visit
from tests.treatments.treating import log
from treatments.api import examples
from treatments.entry_times import entry_time
from treatments.models import AdverseEvent, TreatmentSession

POINTS = ("patient", "side", "product", "consent", "thinners")
TICKS = {"step": "time_out", **{f"ticked-{name}": "on" for name in POINTS}}


@pytest.fixture
def careful(clinic, manager):
    return set_time_out(clinic=clinic, needs=True, by=manager)


def after(time_out, page):
    """The session's page behind the ticks, as it is filled in."""
    return typed_on(time_out.get(page).text)


def test_five_ticks_come_first_and_stay_with_the_session(staff, careful, prp, clinician):
    page = page_of(prp)
    asked = staff.get(page).text
    assert (asked.count('type="checkbox"'), 'name="injections-0-side"' in asked) == (5, False)
    onwards = staff.post(page, TICKS)
    assert onwards.status_code == 302 and onwards.url.startswith(f"{page}?")
    token = typed_on(staff.get(onwards.url).text)["time_out_confirmed"]
    session = logged(staff, prp, time_out_confirmed=token)
    assert (session.time_out_by, timezone.now() - session.time_out_at < dt.timedelta(minutes=5)) == (clinician, True)
    shown = re.sub(r"\s+", " ", staff.get(f"/sessions/{session.public_id}/").text)
    assert "blood thinners were confirmed on" in shown and f"by {clinician}" in shown


@pytest.mark.parametrize("left_out", POINTS)
def test_without_one_of_the_ticks_there_is_no_form_and_no_session(staff, careful, prp, left_out):
    ticks = {name: value for name, value in TICKS.items() if name != f"ticked-{left_out}"}
    answer = staff.post(page_of(prp), {**visit(prp), **ticks})
    assert (answer.status_code, answer.text.count("Confirm:")) == (422, 2), "above the form and beside its box"
    assert not TreatmentSession.objects.exists()


def test_what_was_typed_before_the_clinic_asked_is_not_lost(staff, clinic, manager, prp):
    typed = visit(prp, note="Tolerated well.")
    set_time_out(clinic=clinic, needs=True, by=manager)
    asked = staff.post(page_of(prp), typed)
    assert asked.status_code == 422
    carried = typed_on(asked.text)
    assert staff.post(page_of(prp), {**carried, **TICKS}).status_code == 302
    assert TreatmentSession.objects.get().note == "Tolerated well."


def test_a_confirmation_is_for_one_course_one_person_and_one_day(staff, careful, open_courses, manager, client):
    prp, cell = open_courses["prp"], open_courses["cell"]
    token = typed_on(staff.get(staff.post(page_of(prp), TICKS).url).text)["time_out_confirmed"]
    assert staff.post(page_of(cell), visit(cell, time_out_confirmed=token)).status_code == 422
    client.force_login(manager)
    assert client.post(page_of(prp), visit(prp, time_out_confirmed=token)).status_code == 422
    forged = signing.dumps(timezone.now().isoformat(), salt="time-out")
    assert client.post(page_of(prp), visit(prp, time_out_confirmed=forged)).status_code == 422
    assert not TreatmentSession.objects.exists()


def test_nothing_is_asked_where_the_clinic_does_not_ask(staff, prp):
    session = logged(staff, prp)
    assert (session.time_out_at, session.time_out_by) == (None, None)
    assert "Time-out" not in staff.get(f"/sessions/{session.public_id}/").text


def test_programs_say_when_it_was_and_are_refused_without(program, careful, patient, clinician):
    sent = body(examples.PRP, course_of("prp", patient, clinician))
    refused = program(clinician).post(SESSIONS, sent)
    assert (refused.status_code, refused.json()["code"]) == (400, "time_out_missing"), refused.json()
    future = program(clinician).post(SESSIONS, {**sent, "time_out_at": "2999-01-01T00:00:00Z"})
    assert (future.status_code, future.json()["field"]) == (400, "time_out_at")
    logged_one = program(clinician).post(SESSIONS, {**sent, "time_out_at": sent["performed_at"]})
    assert (logged_one.status_code, logged_one.json()["time_out_by"]) == (201, clinician.email)
    change = program(clinician).patch(
        f"{SESSIONS}{logged_one.json()['id']}/", {"time_out_at": sent["performed_at"]}, headers={"If-Match": '"1"'}
    )
    assert change.status_code == 400, "it was when it was"


def test_who_publishes_protocols_says_whether_it_is_asked_for(client, clinic, manager, front_desk):
    page = reverse("time-out-setup")
    client.force_login(front_desk)
    assert (client.get(page).status_code, client.post(page, {"needs": "on"}).status_code) == (403, 403)
    client.force_login(manager)
    assert client.post(page, {"needs": "on"}).url == page
    clinic.refresh_from_db()
    assert clinic.needs_time_out and "checked" in client.get(page).text
    client.post(page, {})
    clinic.refresh_from_db()
    assert not clinic.needs_time_out


def minutes_old(page: dict[str, str], path: str, user, *, minutes: int) -> dict[str, str]:
    """The page as if it had been opened so long ago."""
    key, _ = signing.loads(page["opened"], salt=f"form:{user.pk}:{path}")
    opened = (timezone.now() - dt.timedelta(minutes=minutes)).isoformat()
    return {"opened": signing.dumps([key, opened], salt=f"form:{user.pk}:{path}")}


@pytest.mark.parametrize(("minutes", "seconds"), [(2, 120), (600, 3600)])
def test_a_session_says_how_long_it_took_to_log_it(staff, prp, clinician, minutes, seconds):
    page = page_of(prp)
    old = minutes_old(typed_on(staff.get(page).text), page, clinician, minutes=minutes)
    wrong = staff.post(page, visit(prp, reaction=None, **old))
    assert wrong.status_code == 422
    session = logged(staff, prp, opened=typed_on(wrong.text)["opened"])
    assert 0 <= session.entry_seconds - seconds < 20, "it goes on counting where something had to be put right"


@pytest.mark.parametrize("token", ["", "forged", "WyJ4Il0:1abcde:xyz"])
def test_a_forged_time_counts_from_now(staff, prp, token):
    assert logged(staff, prp, opened=token).entry_seconds < 20


def test_the_clinic_sees_its_median_and_a_program_has_no_time(staff, client, prp, course, clinic, clinician, stranger):
    at = timezone.now()
    sessions = [log(course, clinician, performed_at=NOON - dt.timedelta(hours=n)) for n in range(4)]
    assert {one.entry_seconds for one in sessions} == {None}
    assert "No session was logged on a page" in staff.get(reverse("setup")).text
    for one, seconds in zip(sessions, (30, 50, 200, 3600), strict=True):
        TreatmentSession.objects.filter(pk=one.pk).update(entry_seconds=seconds, logged_at=at)
    TreatmentSession.objects.filter(pk=sessions[3].pk).update(logged_at=at - dt.timedelta(days=91), performed_at=NOON)
    assert (entry_time(clinic, at=at, user=clinician).seconds, entry_time(clinic, at=at, user=clinician).n) == (50, 3)
    assert entry_time(clinic, at=at, user=stranger).n == 0
    assert '<span class="strong">50 seconds</span>' in staff.get(reverse("setup")).text


def test_a_session_half_written_is_gone_on_with(staff, prp, lot):
    page = page_of(prp)
    begun = typed_on(staff.get(page).text)
    typed = {**visit(prp, lots=[lot], note="Half"), "opened": begun["opened"], "reaction": ""}
    assert staff.post(page, {**typed, "draft": "save"}).status_code == 200
    assert not TreatmentSession.objects.exists()
    again = staff.get(f"{page}?draft=1").text
    assert "There is a problem" not in again and "lot L2406A" in again
    fields = typed_on(again)
    assert (fields["note"], fields["lots-0-lot"], fields["injections-0-side"]) == ("Half", str(lot.public_id), "right")
    assert staff.post(page, {**fields, "reaction": "none"}).status_code == 302
    assert not FormDraft.objects.exists()


def test_a_draft_of_a_change_meets_what_somebody_else_saved_meanwhile(staff, prp):
    session = logged(staff, prp, note="First.")
    page = reverse("session-edit", args=[session.public_id])
    typed = {**typed_on(staff.get(page).text), "note": "Mine."}
    assert staff.post(page, {**typed, "draft": "save"}).status_code == 200
    staff.post(page, {**typed_on(staff.get(page).text), "room": "7"})
    staff.post(page, typed_on(staff.get(f"{page}?draft=1").text))
    session.refresh_from_db()
    assert (session.note, session.room) == ("Mine.", "7")


def test_an_event_half_written_is_gone_on_with(staff, patient):
    page = reverse("event-new", args=[patient.public_id])
    typed = {**typed_on(staff.get(page).text), "description": "Her knee is hot."}
    assert staff.post(page, {**typed, "draft": "save"}).status_code == 200
    again = staff.get(f"{page}?draft=1")
    assert (again.status_code, "Her knee is hot." in again.text, "There is a problem" in again.text) == (
        200,
        True,
        False,
    )
    assert not AdverseEvent.objects.exists()


def test_the_next_prp_session_takes_over_how_it_was_done_and_nothing_that_is_measured_anew(staff, prp, lot):
    around = {"room": "2", "skin_prep": "chlorhexidine", "anaesthetic_route": "skin", "anaesthetic_agent": "lidocaine"}
    spin = {"spins-TOTAL_FORMS": "1", "spins-0-rcf_g": "1500", "spins-0-minutes": "10"}
    how = {"injections-0-structure": "intra_articular", "injections-0-approach": "lateral"}
    logged(staff, prp, lots=[lot], note="Sore.", assistant="A nurse", **around, **spin, **how)
    following = typed_on(staff.get(page_of(prp)).text)
    assert {name: following[name] for name in around} == around
    assert (following["assistant"], following["spins-0-rcf_g"], following["spins-0-minutes"]) == (
        "A nurse",
        "1500",
        "10",
    )
    assert (following["injections-0-target"], following["injections-0-guidance"]) == ("knee_joint", "ultrasound")
    assert {name: following[name] for name in how} == how
    never = ("injections-0-side", "reaction", "lots-0-lot")
    assert not [name for name in never if name in following]
    measured = ("note", "preparation-prp_platelets", "preparation-blood_platelets", "injections-0-volume_ml")
    assert [following[name] for name in measured] == [""] * 4
