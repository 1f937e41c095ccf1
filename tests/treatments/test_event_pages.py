"""Pages of adverse events: recording, reading, judging, correcting, printing, what is due."""

import datetime as dt
import re

import pytest
from django.urls import reverse
from django.utils import timezone

from tests.conftest import NOON
from tests.layers import layer
from tests.treatments.safety import ADMITTED, ind_lot_in, lot_in, record, review
from tests.treatments.stock import session_of
from treatments import actions
from treatments.models import AdverseEvent

MINUTE = "%Y-%m-%dT%H:%M"


@pytest.fixture
def now():
    """This minute by the clinic's clock."""
    return timezone.localtime(timezone=NOON.tzinfo).replace(second=0, microsecond=0)


@pytest.fixture
def staff(client, clinician):
    client.force_login(clinician)
    return client


@layer
def session(course, clinician):
    return session_of(course, clinician)


@pytest.fixture
def event(patient, clinician, session, now):
    """Recorded an hour ago, about a session of long before."""
    hour = dt.timedelta(hours=1)
    return record(
        patient, clinician, at=now - hour, session=session, began_at=now - 30 * hour, first_aware_at=now - 2 * hour
    )


def written(now, treated, **changes):
    """The whole form, as a browser sends it."""
    return {
        "description": "My knee is hot and thick.",
        "term": "Joint swelling",
        "body_system": "musculoskeletal",
        "reporter": "the patient",
        "began_at": f"{now - dt.timedelta(days=2):{MINUTE}}",
        "first_aware_at": f"{now - dt.timedelta(hours=1):{MINUTE}}",
        "grade": "2",
        "outcome": "recovering",
        "session": str(treated.public_id),
        **changes,
    }


def new(patient):
    return reverse("event-new", args=[patient.public_id])


def at(name, event, *more):
    return reverse(name, args=[event.public_id, *more])


def test_the_empty_form_chooses_neither_session_nor_grade(staff, patient, session):
    text = staff.get(new(patient)).text
    assert "2 Mar 2026: " in text
    assert "checked" not in text
    assert '<option value="" selected>Choose</option>' in text
    assert "limits washing, dressing, eating" in text


def test_recording_an_event(staff, patient, session, clinician, now):
    lot = lot_in(session, clinician)
    answer = staff.post(new(patient), written(now, session, lot=str(lot.public_id)), follow=True)
    event = AdverseEvent.objects.get()
    assert answer.redirect_chain == [(at("event", event), 302)]
    assert (event.session, event.lot, event.course) == (session, lot, session.course)
    assert "This event asks for none" in answer.text
    assert "L2406A" in answer.text


def test_an_event_that_is_not_tied_to_a_session(staff, patient, session, now):
    staff.post(new(patient), written(now, session, session="none"))
    assert AdverseEvent.objects.get().session is None


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"description": ""}, "in the reporter&#x27;s own words is missing"),
        ({"description": "x" * 4001}, "at most 4000 characters"),
        ({"term": ""}, "In short is missing."),
        ({"term": "x" * 121}, "at most 120 characters"),
        ({"body_system": "soul"}, "not one of the available choices"),
        ({"reporter": ""}, "Who told the clinic is missing."),
        ({"began_at": ""}, "Began is missing."),
        ({"began_at": "yesterday"}, "Began is not a date of the calendar."),
        ({"began_at": "2099-01-01T10:00"}, "cannot have begun in the future"),
        ({"began_at": "1930-01-01T10:00", "session": "none"}, "before the patient was born"),
        ({"began_at": "2026-03-01T10:00", "first_aware_at": "2026-03-01T11:00"}, "began before this session"),
        ({"first_aware_at": "2099-01-01T10:00"}, "cannot have learned of it in the future"),
        ({"first_aware_at": "2026-03-01T10:00"}, "cannot have known before the event began"),
        ({"grade": ""}, "Grade is missing"),
        ({"grade": "6"}, "not one of the available choices"),
        ({"grade": "5"}, "all three or none"),
        ({"seriousness": ["bad"]}, "not one of the available choices"),
        ({"outcome": ""}, "Outcome is missing."),
        ({"outcome": "recovered"}, "Give the day on which the patient had recovered."),
        ({"resolved_on": "soon"}, "Over since is not a date of the calendar."),
        ({"session": ""}, "Choose the session, or say that there was none here."),
        ({"session": "11111111-2222-3333-4444-555555555555"}, "not one of the available choices"),
        ({"lot": "L2406A"}, "not one of the available choices"),
        ({"icd10_code": "knee"}, "is not an ICD-10 code"),
        ({"action_taken": "x" * 501}, "at most 500 characters"),
        ({"treatment": "\x00"}, "Null characters are not allowed"),
    ],
)
def test_what_cannot_be_comes_back_with_the_reason_and_everything_typed(staff, patient, session, now, changes, message):
    answer = staff.post(new(patient), written(now, session, **{"treatment": "ice and rest", **changes}))
    assert answer.status_code == 422
    assert message in answer.text
    assert "There is a problem" in answer.text
    assert "ice and rest" in answer.text or "treatment" in changes
    assert not AdverseEvent.objects.exists()


def test_a_running_clock_says_when_it_ends_and_what_it_rests_on(staff, patient, clinician, session, now):
    ind_lot_in(session, clinician)
    day = dt.timedelta(days=6)
    serious = {"session": session, "began_at": now - day, "first_aware_at": now - day}
    event = record(patient, clinician, at=now, **ADMITTED | serious)
    ends = now.date() + dt.timedelta(days=9)
    text = staff.get(at("event", event)).text
    assert f"IND safety report: 15 days, ends {ends:%-d %B %Y} (9 days left)" in text
    assert "Starts to count if it was unexpected and it is possibly related to the product." in text
    assert "overdue" in text, "the review had one working day"
    listed = staff.get(reverse("reports-due")).text
    assert listed.index("Causality review, 1 working day") < listed.index("IND safety report, 15 days")
    assert "9 days left" in listed
    assert "Judge it" in listed


def test_judging_and_sending(staff, patient, clinician, session, now):
    ind_lot_in(session, clinician)
    event = record(patient, clinician, at=now, **ADMITTED | {"session": session})
    judged = {"related_to_product": "probable", "related_to_procedure": "unlikely", "is_expected": "no", "version": "1"}
    answer = staff.post(at("event-review", event), judged, follow=True)
    assert "The review is saved" in answer.text
    assert "Probable" in answer.text
    assert "Starts to count if" not in answer.text
    assert "Send and mark" in staff.get(reverse("reports-due")).text
    sent = {"sent_on": f"{now:%Y-%m-%d}", "reference": "S-77"}
    answer = staff.post(at("report-sent", event, "ind_15_days"), sent, follow=True)
    assert "number S-77" in answer.text
    assert "Nothing is due" in staff.get(reverse("reports-due")).text
    assert "The event was corrected after this review" not in answer.text
    event.refresh_from_db()
    actions.amend_event(
        event=event, version=event.version, details={"term": "Arthritis"}, at=timezone.now(), by=clinician
    )
    assert "The event was corrected after this review" in staff.get(at("event", event)).text


@pytest.mark.parametrize(
    ("name", "typed", "message"),
    [
        ("event-review", {"version": "1"}, "Related to the product is missing."),
        ("event-review", {"related_to_product": "sure", "version": "1"}, "not one of the available choices"),
        ("event-void", {"version": "1"}, "Say why this event was entered in error."),
        ("event-void", {"version": "1", "reason": "x" * 301}, "at most 300 characters"),
    ],
)
def test_a_judgement_that_is_not_whole_comes_back(staff, event, name, typed, message):
    answer = staff.post(at(name, event), typed)
    assert answer.status_code == 422
    assert message in answer.text


@pytest.mark.parametrize(
    ("sent_on", "message"),
    [("", "Sent on is missing."), ("2099-01-01", "in the future"), ("2020-01-01", "before the clinic knew")],
)
def test_a_report_that_cannot_have_been_sent(staff, patient, clinician, session, now, sent_on, message):
    ind_lot_in(session, clinician)
    event = record(patient, clinician, at=now, **ADMITTED | {"session": session})
    answer = staff.post(at("report-sent", event, "ind_15_days"), {"sent_on": sent_on})
    assert answer.status_code == 422
    assert message in answer.text


def test_correcting_an_event_keeps_what_was_before(staff, event, session, now):
    text = staff.get(at("event-edit", event)).text
    assert 'name="version" value="1"' in text
    assert f'<option value="{session.public_id}" selected>' in text
    answer = staff.post(at("event-edit", event), sent_from(text, term="Effusion"), follow=True)
    assert "Saved. The version before is kept." in answer.text
    assert "<s>Joint swelling</s> Effusion" in answer.text
    event.refresh_from_db()
    assert (event.term, event.version) == ("Effusion", 2)
    assert event.revisions.count() == 1


def test_after_a_day_the_page_asks_for_a_reason(staff, event, now):
    AdverseEvent.objects.filter(pk=event.pk).update(
        recorded_at=now - dt.timedelta(days=2), first_aware_at=now - dt.timedelta(days=3),
        began_at=now - dt.timedelta(days=3),
    )  # fmt: skip
    page = staff.get(at("event-edit", event)).text
    assert "More than 24 hours have passed" in page
    refused = staff.post(at("event-edit", event), sent_from(page, term="Effusion"))
    assert refused.status_code == 422
    assert "say why the event is changed" in refused.text
    assert staff.post(at("event-edit", event), sent_from(page, term="Effusion", reason="letter")).status_code == 302


def sent_from(text, **changes):
    """What a browser would send of a page, every field as it stands but for ``changes``."""
    body = text.split("<main", 1)[1]
    sent = {}
    for tag in re.findall(r"<input[^>]*>", body):
        attributes = dict(re.findall(r'(\w+)="([^"]*)"', tag))
        is_choice = attributes.get("type") in ("radio", "checkbox")
        if "name" in attributes and (not is_choice or "checked" in tag):
            sent.setdefault(attributes["name"], []).append(attributes.get("value", "on" if is_choice else ""))
    for name, inner in re.findall(r'<select name="(\w+)".*?>(.*?)</select>', body, re.S):
        sent[name] = re.findall(r'<option value="([^"]*)" selected', inner)[:1] or [""]
    for name, inner in re.findall(r'<textarea name="(\w+)"[^>]*>(.*?)</textarea>', body, re.S):
        sent[name] = [inner.strip()]
    return {**sent, **changes}


def test_two_people_at_once_see_both_versions_field_by_field(staff, event, manager, now):
    page = staff.get(at("event-edit", event)).text
    actions.amend_event(
        event=event, version=1, details={"term": "Synovitis", "grade": 1, "treatment": "ice"}, at=timezone.now(),
        by=manager,
    )  # fmt: skip
    answer = staff.post(at("event-edit", event), sent_from(page, term="Effusion", action_taken="second visit put off"))
    assert answer.status_code == 409
    assert "Ines Ferreira" in answer.text
    assert "Choose for each field" in answer.text
    assert 'value="mine" required> Effusion' in answer.text
    assert 'value="theirs" required> Synovitis' in answer.text
    assert answer.text.count('type="radio"') == 2, "what only one of the two changed is merged"
    undecided = staff.post(at("event-edit", event), sent_from(answer.text))
    assert undecided.status_code == 409
    assert "Choose one of the two for every field." in undecided.text
    for keep, term in (("theirs", "Synovitis"), ("mine", "Effusion")):
        saved = staff.post(at("event-edit", event), sent_from(answer.text, **{"keep-term": keep}))
        assert saved.status_code == 302
        event.refresh_from_db()
        assert event.term == term
        assert (event.grade, event.treatment, event.action_taken) == (1, "ice", "second visit put off")
        answer = staff.post(at("event-edit", event), sent_from(page, term="Effusion", version="1"))


def test_entered_in_error(staff, event):
    answer = staff.post(at("event-void", event), {"version": "1", "reason": "another patient's"}, follow=True)
    assert "Entered in error, says Hana Lee" in answer.text
    assert "Mark as entered in error" not in answer.text
    assert staff.get(at("event-edit", event)).status_code == 302
    assert "Entered in error" in staff.get(at("event-print", event)).text


def test_a_stale_judgement_saves_nothing(staff, event, manager):
    actions.amend_event(event=event, version=1, details={"term": "Synovitis"}, at=timezone.now(), by=manager)
    answer = staff.post(at("event-void", event), {"version": "1", "reason": "x"}, follow=True)
    assert "Somebody else changed this event meanwhile" in answer.text
    event.refresh_from_db()
    assert event.entered_in_error_at is None


def test_the_printed_report_names_the_patient_only_when_asked(staff, event, patient, clinician, session):
    lot_in(session, clinician)
    text = staff.get(at("event-print", event)).text
    assert patient.chart_number in text
    assert "Álvarez" not in text.split("<main", 1)[1]
    assert "68 years" in text or "67 years" in text
    assert "lot L2406A" in text
    assert "Álvarez" in staff.get(at("event-print", event), {"name": "1"}).text


def test_the_list_is_narrowed_by_chips(staff, patient, clinician, session, now):
    old = {"session": session}
    record(patient, clinician, at=now, term="Bruise", outcome="recovered", resolved_on=dt.date(2026, 3, 9), **old)
    serious = record(patient, clinician, at=now, **ADMITTED | old)
    review(serious, clinician, at=now)
    events = reverse("events")

    def shown(query):
        text = staff.get(events + query).text
        return [term for term in ("Bruise", "Septic arthritis") if term in text]

    assert shown("") == ["Bruise", "Septic arthritis"]
    assert shown("?show=serious") == ["Septic arthritis"]
    assert shown("?show=open") == ["Septic arthritis"]
    assert shown("?show=unreviewed") == ["Bruise"]
    assert shown("?show=colour") == ["Bruise", "Septic arthritis"]
    assert "No event of this clinic fits" in staff.get(events + "?show=serious&page=9").text or shown("?page=9")


def test_lists_without_rows_say_what_to_do(staff):
    assert "Find a patient" in staff.get(reverse("events")).text
    assert "No event of this clinic fits" in staff.get(reverse("events") + "?show=open").text
    assert "Nothing is due" in staff.get(reverse("reports-due")).text


def test_pages_take_few_queries_however_long(staff, patient, clinician, session, now, django_assert_max_num_queries):
    for number in range(8):
        event = record(patient, clinician, at=now, **ADMITTED | {"session": session, "term": f"Fever {number}"})
        review(event, clinician, at=now)
    for address in (reverse("events"), reverse("reports-due"), at("event", event), new(patient)):
        with django_assert_max_num_queries(12):
            assert staff.get(address).status_code == 200


PAGES = ["event", "event-edit", "event-print", "event-review", "event-void"]


@pytest.mark.parametrize("name", PAGES)
def test_another_clinics_event_is_not_there(client, stranger, researcher, event, name):
    for somebody in (stranger, researcher):
        client.force_login(somebody)
        assert client.get(at(name, event)).status_code in (404, 405)
        assert client.post(at(name, event), {"version": "1", "reason": "x"}).status_code in (404, 405)
        assert client.post(at("report-sent", event, "ind_15_days")).status_code == 404
    assert client.get(new(event.patient)).status_code == 404


def test_another_clinics_events_are_in_no_list(client, stranger, event):
    client.force_login(stranger)
    assert "Joint swelling" not in client.get(reverse("events")).text
    assert "Joint swelling" not in client.get(reverse("reports-due")).text


def test_a_researcher_sees_no_events(client, researcher):
    client.force_login(researcher)
    assert client.get(reverse("events")).status_code == 403


def test_the_front_desk_records_but_is_offered_no_judgement(client, front_desk, event):
    client.force_login(front_desk)
    text = client.get(at("event", event)).text
    assert "Save review" not in text
    assert "Correct" in text
    judged = {"related_to_product": "probable", "related_to_procedure": "unlikely", "is_expected": "no", "version": "1"}
    assert client.post(at("event-review", event), judged).status_code == 403


def test_wrong_methods_are_refused(staff, event, patient):
    for name in ("event", "event-print"):
        assert staff.post(at(name, event)).status_code == 405
    for name in ("event-review", "event-void"):
        assert staff.get(at(name, event)).status_code == 405
    assert staff.get(at("report-sent", event, "ind_15_days")).status_code == 405
    for address in (reverse("events"), reverse("reports-due")):
        assert staff.post(address).status_code == 405
    assert staff.delete(new(patient)).status_code == 405


def test_every_change_is_told_in_words(staff, patient, clinician, session, now):
    ind_lot_in(session, clinician)
    event = record(patient, clinician, at=now, **ADMITTED | {"session": session})
    event = actions.amend_event(
        event=event,
        version=1,
        details={"grade": 4, "session": None, "is_communicable": True, "first_aware_at": now, "resolved_on": None},
        at=now,
        by=clinician,
    )
    review(event, clinician, at=now, note="Culture grew S. aureus")
    text = staff.get(at("event", event)).text
    assert "Grade: <s>3: severe, not life-threatening</s> 4: life-threatening" in text
    assert "Session: <s>2 Mar 2026</s> –" in text
    assert "Communicable: <s>No</s> Yes" in text
    assert "IND safety report, 7 days: <s>not asked for</s> ends" in text
    assert "Expected: <s>–</s> No" in text
    assert "Causality review: <s>ends" in text
