"""Pages: logging a session of each kind, what is asked and what is refused."""

import datetime as dt
import re
import uuid

import pytest
from django.utils import timezone

from outcomes.actions import submit_survey
from outcomes.starter import install_starter_set
from tests.check_in import answer_all, open_survey
from tests.treatments.session_pages import ago, course_of, logged, page_of, visit
from treatments.models import Protocol, TreatmentSession


@pytest.mark.parametrize("kind", ["prp", "cell", "exosome"])
def test_logging_a_session_of_each_kind(staff, open_courses, vials, kind):
    course = open_courses[kind]
    lots = [vials] if kind == "exosome" else []
    answer = staff.post(page_of(course), visit(course, lots=lots), follow=True)
    session = TreatmentSession.objects.get()
    assert answer.redirect_chain == [(f"/sessions/{session.public_id}/", 302)]
    assert "Saved." in answer.text
    for follow_up in course.follow_ups.all():
        assert f"{follow_up.due_on:%-d %b %Y}" in answer.text
    telling = {"prp": "× 10⁹ platelets", "cell": "Bone marrow aspirate concentrate", "exosome": "EX-7"}
    assert telling[kind] in answer.text


def test_the_empty_page_fills_in_now_and_the_clinician_but_never_the_side_or_the_reaction(staff, prp, clinician):
    answer = staff.get(page_of(prp))
    assert f'<option value="{clinician.pk}" selected>' in answer.text
    for name in ("injections-0-side", "reaction"):
        radios = re.findall(rf'<input type="radio" name="{name}"[^>]*>', answer.text)
        assert radios
        assert not [radio for radio in radios if "checked" in radio]
    assert "Plan: Right. Choose it yourself." in answer.text


def test_the_plan_fills_in_its_technique_and_says_so(staff, clinic, clinician, patient):
    install_starter_set(clinic=clinic)
    protocol = Protocol.objects.get(clinic=clinic, name="Knee osteoarthritis, PRP, three weekly injections")
    course = course_of(protocol, patient, clinician)
    text = staff.get(page_of(course)).text
    assert "session 1 of 3" in text
    assert 'value="Superolateral, suprapatellar"' in text
    assert '<option value="chlorhexidine" selected>' in text
    assert text.count('<span class="tag plan">from plan</span>') > 8
    assert "The plan asks for no NSAID for 7 days" in text
    changed = staff.post(page_of(course), visit(course, **{"injections-0-volume_ml": "", "add": "lots"})).text
    assert changed.count('<span class="tag plan">from plan</span>') < 5, "what was changed is no longer the plan's"


def test_the_next_session_repeats_the_settings_but_no_side_count_lot_reaction_or_note(staff, open_courses, vials):
    course = open_courses["exosome"]
    logged(staff, course, lots=[vials], note="walked in", room="Room 2", **{"injections-0-needle_gauge": "22"})
    text = staff.get(page_of(course)).text
    assert 'value="umbilical cord"' in text
    assert 'value="Room 2"' in text
    assert 'value="22"' in text
    assert "Last time: Right" in text
    assert str(vials.public_id) not in re.sub(r"<option.*?</option>", "", text)
    assert 'name="preparation-particles_per_ml" value="100' not in text
    assert "walked in" not in text
    assert not re.search(r'name="(injections-0-side|reaction)" value="\w+"[^>]* checked', text)


REFUSED = [
    ("prp", {"injections-0-side": None}, "Injection 1: Side is missing."),
    ("prp", {"injections-0-side": "midline"}, "Knee joint needs a side: left or right."),
    ("prp", {"injections-0-volume_ml": "0"}, "The volume must be more than 0"),
    ("prp", {"injections-0-volume_ml": "six"}, "Volume must be a number, like 6 or 6.5."),
    ("prp", {"injections-0-level": "L4/5"}, "Knee joint lies at no level of the spine"),
    ("prp", {"injections-0-needle_length_mm": "1"}, "lies between 5 and 300"),
    ("prp", {"injections-0-passes": "-1"}, "greater than or equal to 0"),
    ("prp", {"injections-TOTAL_FORMS": "0"}, "at least 1 form"),
    ("prp", {"performed_at": "2099-01-01T10:00"}, "The session cannot be in the future"),
    ("prp", {"performed_at": "1999-01-01T10:00"}, "before the course was opened"),
    ("prp", {"performed_at": ""}, "Date and time is missing."),
    ("prp", {"performed_by": ""}, "Done by is missing."),
    ("prp", {"reaction": None}, "Say whether there was a reaction."),
    ("prp", {"anaesthetic_route": "none", "anaesthetic_ml": "2"}, "No anaesthetic was given"),
    ("prp", {"baseline_missing_reason": ""}, "Say why no baseline was answered"),
    ("prp", {"holds-takes_no_nsaid": "on", "holds-nsaid_stopped_on": "2020-01-01"}, "Either no NSAID is taken"),
    ("prp", {"holds-last_steroid_on": "2099-01-01"}, "The last steroid before the session cannot be after it."),
    ("prp", {"aftercare-avoid_nsaid_until": "1999-01-01"}, "Choose a day from the session"),
    ("prp", {"preparation-prp_injected_ml": "7"}, "More PRP is injected"),
    ("prp", {"preparation-blood_volume_ml": "-5"}, "cannot be less than 0"),
    ("prp", {"preparation-activation": ""}, "Activation is missing."),
    ("exosome", {"preparation-is_notice_acknowledged": None}, "no exosome product is FDA-approved"),
    ("exosome", {}, "Name the lot of the exosome product that was used."),
    ("prp", {"idempotency_key": "x"}, "valid UUID"),
]


@pytest.mark.parametrize(("kind", "changes", "message"), REFUSED)
def test_what_cannot_be_logged_comes_back_with_the_reason_and_everything_typed(
    staff, open_courses, kind, changes, message
):
    course = open_courses[kind]
    answer = staff.post(page_of(course), visit(course, note="walked in", **changes))
    assert answer.status_code == 422
    assert message in answer.text
    assert "walked in" in answer.text
    assert not TreatmentSession.objects.exists()


def test_what_is_folded_away_opens_where_something_has_to_be_put_right(staff, prp):
    text = staff.post(page_of(prp), visit(prp, **{"holds-last_steroid_on": "2099-01-01"})).text
    opened = re.findall(r'<details class="more" open>.*?</summary>', text, re.DOTALL)
    assert len(opened) == 1
    assert "Before: medicines held" in opened[0]


def confirmed(answer):
    return re.search(r'name="confirmed" value="(\w+)"', answer.text)[1]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"preparation-blood_platelets": "40"}, "Blood platelets: 40 is outside the usual 50 to 700 ×10³/µL."),
        ({"injections-0-volume_ml": "60"}, "Injection 1, Volume: 60 is outside the usual 0.1 to 30 mL."),
        ({"injections-0-needle_gauge": "12"}, "Injection 1, Needle: 12 is outside the usual"),
        ({"preparation-prp_platelets": "4500"}, "Platelet capture comes to 180 %"),
    ],
)
def test_the_unusual_is_asked_about_once_and_never_refused(staff, prp, changes, message):
    typed = visit(prp, **changes)
    asked = staff.post(page_of(prp), typed)
    assert asked.status_code == 422
    assert message in asked.text
    assert not TreatmentSession.objects.exists()
    assert staff.post(page_of(prp), {**typed, "confirmed": confirmed(asked)}).status_code == 302
    assert TreatmentSession.objects.count() == 1


def test_a_confirmation_covers_only_what_was_asked(staff, prp):
    asked = staff.post(page_of(prp), visit(prp, **{"preparation-blood_platelets": "40"}))
    changed = visit(prp, **{"preparation-blood_platelets": "30", "confirmed": confirmed(asked)})
    assert staff.post(page_of(prp), changed).status_code == 422
    assert not TreatmentSession.objects.exists()


def test_a_second_session_on_one_day_is_asked_about_but_not_beside_one_entered_in_error(staff, prp):
    first = logged(staff, prp, performed_at=ago(minutes=2))
    asked = staff.post(page_of(prp), visit(prp, performed_at=ago(minutes=1)))
    assert "already has a session on that day, at" in asked.text
    assert TreatmentSession.objects.count() == 1
    staff.post(f"/sessions/{first.public_id}/void/", {"version": 1, "reason": "twice"})
    assert staff.post(page_of(prp), visit(prp, performed_at=ago(minutes=1))).status_code == 302


def test_sending_the_page_twice_logs_one_session(staff, prp):
    typed = visit(prp, performed_at=ago())
    assert staff.post(page_of(prp), typed).url == staff.post(page_of(prp), typed).url
    assert TreatmentSession.objects.count() == 1


def test_a_page_sent_again_with_other_details_is_refused(staff, prp):
    typed = visit(prp)
    staff.post(page_of(prp), typed)
    answer = staff.post(page_of(prp), {**typed, "note": "more"})
    assert answer.status_code == 422
    assert "was logged already, with other details" in answer.text


def test_injections_are_added_with_the_settings_and_without_a_side(staff, prp):
    typed = visit(prp, note="walked in", **{"injections-0-needle_gauge": "22"})
    added = staff.post(page_of(prp), {**typed, "add": "injections"})
    assert added.status_code == 200
    assert "Injection 2" in added.text
    assert "walked in" in added.text
    assert re.search(r'name="injections-1-needle_gauge" value="22"', added.text)
    assert not re.search(r'name="injections-1-side" value="\w+"[^>]* checked', added.text)
    assert not TreatmentSession.objects.exists()


def test_an_injection_is_removed_and_the_others_move_up(staff, prp, lot):
    two = {"injections-TOTAL_FORMS": "2", "injections-1-target": "hip_joint", "injections-1-volume_ml": "3.25"}
    typed = visit(prp, lots=[lot], **two, **{"lots-0-injection": "1", "remove": "injections-0"})
    removed = staff.post(page_of(prp), typed)
    assert "Injection 2" not in re.sub(r"<option.*?</option>", "", removed.text)
    assert 'value="3.25"' in removed.text
    assert '<option value="hip_joint" selected>' in removed.text
    assert '<option value="0" selected>Injection 1</option>' in removed.text
    alone = staff.post(page_of(prp), visit(prp, remove="injections-0"))
    assert "Injection 1" in alone.text, "the last one stays"


@pytest.mark.parametrize("total", ["", "x", "-1", "99999999"])
def test_a_forged_number_of_rows_breaks_nothing(staff, prp, total):
    for button in ({"add": "injections"}, {"remove": "injections-7"}, {"add": "nonsense"}, {"remove": "x"}, {}):
        typed = visit(prp, **{"injections-TOTAL_FORMS": total}, **button)
        assert staff.post(page_of(prp), typed).status_code in (200, 422)


def test_two_injections_are_one_session(staff, prp):
    second = {
        "injections-TOTAL_FORMS": "2",
        "injections-1-target": "patellar_tendon",
        "injections-1-side": "right",
        "injections-1-guidance": "ultrasound",
        "injections-1-volume_ml": "2",
    }
    logged(staff, prp, **second)
    assert TreatmentSession.objects.get().injections.count() == 2
    twice = {**second, "injections-1-target": "knee_joint", "idempotency_key": str(uuid.uuid4())}
    answer = staff.post(page_of(prp), visit(prp, performed_at=ago(days=2), **twice))
    assert "Injection 2: This target and side is listed twice" in answer.text


def test_an_untouched_added_row_is_left_out(staff, prp):
    logged(staff, prp, **{"injections-TOTAL_FORMS": "2"})
    assert TreatmentSession.objects.get().injections.count() == 1


def test_only_the_spine_has_levels_and_the_midline_no_side(staff, protocol, patient, clinician):
    spine = course_of(protocol, patient, clinician, target="lumbar_disc", side="midline")
    text = staff.get(page_of(spine)).text
    assert '<option value="L4/5">' in text
    assert '<input type="hidden" name="injections-0-side" value="midline">' in text
    disc = {"injections-0-target": "lumbar_disc", "injections-0-side": "midline", "injections-0-level": "L4/5"}
    assert logged(staff, spine, **disc).injections.get().level == "L4/5"


def test_the_level_appears_when_a_spinal_target_is_chosen(staff, prp):
    assert "injections-0-level" not in staff.get(page_of(prp)).text
    chosen = visit(prp, **{"injections-0-target": "lumbar_facet", "redraw": "injections"})
    answer = staff.post(page_of(prp), chosen)
    assert answer.status_code == 200
    assert "injections-0-level" in answer.text


def test_no_reason_is_asked_for_once_the_baseline_is_answered(staff, prp):
    at = timezone.now() - dt.timedelta(hours=5)
    survey = open_survey(prp.follow_ups.get(), at)
    answer_all(survey, {"nrs_now.now": 7}, at)
    submit_survey(survey=survey, at=at)
    assert "Why is there no baseline?" not in staff.get(page_of(prp)).text
    assert staff.post(page_of(prp), visit(prp, baseline_missing_reason="")).status_code == 302


def test_times_are_the_clinics(staff, prp):
    logged(staff, prp, performed_at=ago(hours=2))
    performed_at = TreatmentSession.objects.get().performed_at
    assert dt.timedelta(hours=1, minutes=58) < timezone.now() - performed_at < dt.timedelta(hours=2, minutes=2)


def test_everything_around_the_procedure_is_kept(staff, prp):
    around = {
        "assistant": "N. Ortiz",
        "room": "2",
        "skin_prep": "alcohol",
        "anaesthetic_route": "skin",
        "anaesthetic_agent": "lidocaine",
        "anaesthetic_percent": "1",
        "anaesthetic_ml": "2",
        "sedation": "none",
        "reaction": "vasovagal",
        "holds-takes_no_nsaid": "on",
        "holds-pregnancy": "not_applicable",
        "aftercare-rest_days": "2",
        "aftercare-may_use_ice": "true",
        "injections-0-confirmed_needle": "true",
    }
    session = logged(staff, prp, **around)
    assert (session.reaction, session.anaesthetic_ml, session.room) == ("vasovagal", 2, "2")
    assert session.holds.takes_no_nsaid
    assert session.aftercare.may_use_ice
    text = staff.get(f"/sessions/{session.public_id}/").text
    for words in ("N. Ortiz", "Fainting or near fainting", "lidocaine", "Takes no NSAID", "Ice allowed", "Needle seen"):
        assert words in text


def test_what_nobody_asked_is_not_recorded(staff, prp):
    session = logged(staff, prp)
    assert not hasattr(session, "holds")
    assert not hasattr(session, "aftercare")


def test_sessions_are_logged_by_staff_of_the_clinic_only(client, prp, researcher, stranger):
    client.force_login(stranger)
    assert client.get(page_of(prp)).status_code == 404
    client.force_login(researcher)
    assert client.get(page_of(prp)).status_code in (403, 404)
    assert client.post(page_of(prp), visit(prp)).status_code in (403, 404)
    assert not TreatmentSession.objects.exists()


def test_the_page_takes_no_other_method(staff, prp):
    assert staff.put(page_of(prp)).status_code == 405
    assert staff.delete(page_of(prp)).status_code == 405
