"""From a lot to every exposed patient and back, and the work with each of them."""

import datetime as dt
import uuid

import pytest
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.urls import reverse

from clinic.rules import RuleBroken
from outcomes import actions as outcome_actions
from outcomes.recalls import (
    consequences_of,
    contact_of,
    every_exposure,
    exposed_patients,
    lots_received,
    progress_of,
    work_list,
)
from patients import actions as patient_actions
from patients.models import Patient
from tests.check_in import answer_all
from tests.conftest import NOON
from tests.layers import layer
from tests.treatments.stock import left, receive, register, session_of, take
from treatments import actions as treatment_actions
from treatments.actions import lots, recalls
from treatments.models import Course, Injection, Lot, Recall, RecallCase, RecallStep

DAY = dt.timedelta(days=1)
S = RecallCase.State


@layer
def lot(clinic, clinician) -> Lot:
    """Forty vials, released."""
    kit = register(clinic, clinician, unit="vial")
    return lots.release_lot(lot=receive(kit, clinician, quantity="40"), by=clinician)


@layer
def otto(clinic, clinician) -> Patient:
    """Otto, who gave a phone number and no consent to messages."""
    return patient_actions.register_patient(
        clinic=clinic,
        by=clinician,
        at=NOON,
        chart_number="00288",
        given_name="Otto",
        family_name="Brandt",
        phone="512-555-0188",
    )


def course_of(patient, protocol, clinician, side="left") -> Course:
    return treatment_actions.open_course(
        patient=patient,
        protocol=protocol,
        icd10_code="M17.11",
        complaint="Osteoarthritis of the knee",
        target="knee_joint",
        side=side,
        on=NOON.date() - 7 * DAY,
        by=clinician,
    )


@layer
def treated(course, otto, protocol, lot, clinician):
    """Ruth's right knee today after a baseline of 7, Otto's left knee yesterday; two vials each."""
    outcome_actions.open_due_surveys(at=NOON)
    survey = course.follow_ups.get().survey
    answer_all(survey, {"nrs_now.now": 7, "peg.pain": 6, "peg.enjoyment": 7, "peg.activity": 4}, NOON)
    outcome_actions.submit_survey(survey=survey, at=NOON)
    others = course_of(otto, protocol, clinician)
    sessions = [session_of(course, clinician), session_of(others, clinician, performed_at=NOON - DAY)]
    with transaction.atomic():
        for session in sessions:
            take(session, lot, "2", clinician)
    return sessions


def call_back(lot, by, **changes) -> Recall:
    given = {"severity": "II", "reason": "Maker's notice", "announced_on": NOON.date(), **changes}
    return recalls.recall_lot(lot=lot, at=NOON, by=by, **given)


@layer
def recall(treated, lot, clinician) -> Recall:
    return call_back(lot, clinician)


@layer
def ruths(recall, patient) -> RecallCase:
    return RecallCase.objects.get(patient=patient)


# Reading


def test_who_received_a_lot_is_listed_with_what_followed(treated, lot, clinician):
    exposures, part = exposed_patients(lot, user=clinician)
    assert [(str(one.patient), one.place, one.day, one.use.quantity) for one in exposures] == [
        ("Álvarez, Ruth", "Knee joint, right", dt.date(2026, 3, 2), 2),
        ("Brandt, Otto", "Knee joint, left", dt.date(2026, 3, 1), 2),
    ]
    ruth, otto = exposures
    assert (ruth.score_words, otto.score_words) == ("7, Pain right now", "")
    assert ruth.score.taken_on == NOON.date()
    assert (ruth.contact, otto.contact) == ("Phone and e-mail", "Phone")
    assert (ruth.open_follow_ups, otto.open_follow_ups) == (0, 1)
    assert part.next == ""


def test_the_injection_says_the_side_where_it_is_known(course, lot, clinician):
    session = session_of(course, clinician)
    Injection.objects.create(
        clinic_id=course.clinic_id,
        session=session,
        target="patellar_tendon",
        side="left",
        guidance="ultrasound",
        volume_ml=2,
    )
    uses = [{"lot": lot, "quantity": 1, "injection": 0}]
    with transaction.atomic():
        lots.lock_lots(uses, clinic=course.clinic)
        lots.take_lots(session, uses, at=NOON, by=clinician)
    exposures, _ = exposed_patients(lot, user=clinician)
    assert exposures[0].place == "Patellar tendon, left"


def test_a_session_entered_in_error_exposes_nobody(treated, lot, clinician):
    lots.return_lots(treated[0], at=NOON, by=clinician)
    exposures, _ = exposed_patients(lot, user=clinician)
    assert [str(one.patient) for one in exposures] == ["Brandt, Otto"]


def test_every_lot_a_patient_received(treated, patient, lot, clinician):
    other = receive(lot.product, clinician, lot_number="L2")
    with transaction.atomic():
        take(session_of(treated[0].course, clinician, performed_at=NOON - 3 * DAY), other, "1", clinician)
    exposures, _ = lots_received(patient, user=clinician)
    assert [(one.use.lot.lot_number, one.day.day) for one in exposures] == [("L2406A", 2), ("L2", 27)]


def test_lists_are_read_from_place_to_place_in_few_statements(
    course, lot, clinician, patient, django_assert_max_num_queries
):
    for number in range(7):
        with transaction.atomic():
            # Two at the same instant: the id decides.
            session = session_of(course, clinician, performed_at=NOON - (number // 2) * DAY)
            take(session, lot, "1", clinician)
    with django_assert_max_num_queries(2):
        exposed_patients(lot, user=clinician, size=50)
    with django_assert_max_num_queries(2):
        lots_received(patient, user=clinician, size=50)
    seen, after = [], ""
    while True:
        exposures, part = exposed_patients(lot, user=clinician, after=after, size=3)
        seen += [one.use.pk for one in exposures]
        after = part.next
        if not after:
            break
    assert len(seen) == len(set(seen)) == 7
    assert seen == [one.use.pk for one in every_exposure(lot, user=clinician)]
    nowhere, _ = exposed_patients(lot, user=clinician, after="nonsense", size=3)
    assert [one.use.pk for one in nowhere] == seen[:3]


def test_nothing_is_read_for_somebody_of_another_clinic(recall, lot, patient, stranger):
    assert exposed_patients(lot, user=stranger)[0] == []
    assert lots_received(patient, user=stranger)[0] == []
    assert work_list(recall, user=stranger)[0] == []


@pytest.mark.parametrize(
    ("details", "words"),
    [
        ({}, "No phone, no e-mail"),
        ({"phone": "1"}, "Phone"),
        ({"email": "a@example.org"}, "E-mail, no messages"),
        ({"email": "a@example.org", "phone": "1", "consented_at": NOON}, "Phone and e-mail"),
        ({"email": "a@example.org", "consented_at": NOON, "withdrawn_at": NOON}, "E-mail, no messages"),
    ],
)
def test_how_to_reach_somebody_in_words(details, words):
    assert contact_of(Patient(family_name="Moss", **details)) == words


# Recalling


def test_a_recall_blocks_the_lot_and_opens_one_case_for_each_patient(treated, lot, clinician, otto, patient):
    with transaction.atomic():
        take(session_of(treated[0].course, clinician), lot, "1", clinician)
    will = consequences_of(lot, user=clinician)
    assert (will.patients, will.uses, will.quantity_left) == (2, 3, 35)
    recall = call_back(lot, clinician)
    lot.refresh_from_db()
    assert lot.status == Lot.Status.RECALLED
    assert set(recall.cases.values_list("patient", "state")) == {(otto.pk, "to_contact"), (patient.pk, "to_contact")}
    assert left(lot) == 35


def test_a_recalled_lot_is_not_recalled_again(recall, lot, clinician):
    with pytest.raises(recalls.AlreadyRecalled, match="already recalled"):
        call_back(lot, clinician)
    assert RecallCase.objects.count() == 2


def test_a_recalled_lot_keeps_that_state_whatever_happens(recall, treated, lot, clinician):
    lots.return_lots(treated[0], at=NOON, by=clinician)
    lots.discard_lot(lot=lot, reason="Sent back", at=NOON, by=clinician)
    lot.refresh_from_db()
    assert (lot.status, left(lot)) == (Lot.Status.RECALLED, 0)
    for change in (lots.release_lot, lots.quarantine_lot):
        with pytest.raises(RuleBroken, match="recalled"):
            change(lot=lot, by=clinician)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"reason": " "}, "reason"),
        ({"announced_on": NOON.date() + DAY}, "announced_on"),
        ({"announced_on": dt.date(226, 3, 1)}, "announced_on"),
    ],
)
def test_a_recall_that_cannot_be_is_refused(treated, lot, clinician, changes, field):
    with pytest.raises(recalls.RecallRefused) as refused:
        call_back(lot, clinician, **changes)
    assert refused.value.field == field
    lot.refresh_from_db()
    assert lot.status == Lot.Status.RELEASED
    assert not RecallCase.objects.exists()


@pytest.mark.parametrize("who", ["front_desk", "researcher", "stranger"])
def test_others_recall_nothing(request, lot, who):
    with pytest.raises(PermissionDenied):
        call_back(lot, request.getfixturevalue(who))


def move(case, by, state, note=""):
    return recalls.move_case(case=case, state=state, note=note, at=NOON, by=by)


def test_a_case_goes_forward_step_by_step(ruths, front_desk):
    for state, note in ((S.CONTACTED, ""), (S.SYMPTOMS, ""), (S.TESTS, "Cultures"), (S.CLOSED, "All negative")):
        assert move(ruths, front_desk, state, note).state == state
    assert [(step.state, step.note) for step in ruths.steps.all()] == [
        ("contacted", ""),
        ("symptoms", ""),
        ("tests", "Cultures"),
        ("closed", "All negative"),
    ]


def test_leaving_out_going_back_and_closing_need_words(ruths, clinician):
    for state in (S.SYMPTOMS, S.CLOSED):
        with pytest.raises(recalls.NoteMissing):
            move(ruths, clinician, state, " ")
    move(ruths, clinician, S.CLOSED, "Died before the recall, of another cause")
    with pytest.raises(recalls.NoteMissing, match="goes back"):
        move(ruths, clinician, S.CONTACTED)
    assert move(ruths, clinician, S.CONTACTED, "The wrong chart was closed").state == S.CONTACTED
    with pytest.raises(recalls.CaseRefused, match="already stands"):
        move(ruths, clinician, S.CONTACTED, "Again")
    assert RecallStep.objects.count() == 2


def test_others_move_no_cases(ruths, researcher, stranger):
    for somebody in (researcher, stranger):
        with pytest.raises(PermissionDenied):
            move(ruths, somebody, S.CONTACTED)


def add(recall, patient, by, note="Found in the theatre book"):
    return recalls.add_exposed_patient(recall=recall, patient=patient, note=note, at=NOON, by=by)


def test_a_patient_found_later_is_added_once_with_a_note(recall, clinic, clinician, front_desk):
    moss = patient_actions.register_patient(clinic=clinic, by=clinician, at=NOON, chart_number="1", family_name="Moss")
    with pytest.raises(recalls.NoteMissing):
        add(recall, moss, front_desk, note=" ")
    case = add(recall, moss, front_desk)
    assert (case.state, case.steps.get().note) == ("to_contact", "Found in the theatre book")
    with pytest.raises(recalls.CaseRefused, match="already on the list"):
        add(recall, moss, front_desk)
    items, _ = work_list(recall, user=clinician)
    assert items[-1].exposures == []


def test_a_patient_of_another_clinic_is_not_added(recall, other_clinic, stranger, clinician):
    theirs = patient_actions.register_patient(
        clinic=other_clinic, by=stranger, at=NOON, chart_number="1", family_name="Moss"
    )
    with pytest.raises(recalls.CaseRefused):
        add(recall, theirs, clinician)


def test_the_work_list_has_one_row_a_patient_with_one_next_step(
    recall, ruths, clinician, treated, lot, django_assert_num_queries
):
    move(ruths, clinician, S.CONTACTED)
    with django_assert_num_queries(3):
        items, _ = work_list(recall, user=clinician)
    assert [(str(item.case.patient), item.next_action, len(item.exposures)) for item in items] == [
        ("Álvarez, Ruth", "Ask about symptoms", 1),
        ("Brandt, Otto", "Call the patient", 1),
    ]
    only, _ = work_list(recall, user=clinician, state="contacted")
    assert [item.case for item in only] == [ruths]
    progress = progress_of([recall], user=clinician)[recall.pk]
    assert (progress.closed, progress.total, progress.by_state["contacted"]) == (0, 2, 1)


# Pages


@pytest.fixture
def staff(client, clinician):
    client.force_login(clinician)
    return client


def url(name, row):
    return reverse(name, args=[row.public_id])


def test_a_lot_and_a_patient_lead_to_each_other(staff, treated, lot, patient):
    text = staff.get(url("lot", lot)).text
    assert "Álvarez, Ruth" in text and "Brandt, Otto" in text and "7, Pain right now" in text
    assert "L2406A" in staff.get(url("received-lots", patient)).text
    table = staff.get(url("lot", lot), {"format": "csv"}).getvalue().decode()
    assert table.splitlines()[1].startswith(
        '"Álvarez, Ruth",00417,1958-03-03,512-555-0101,ruth@example.org,"Knee joint'
    )
    table = staff.get(url("received-lots", patient), {"format": "csv"}).getvalue().decode()
    assert ",Arbor Biologics,L2406A,2026-09-30,Released," in table


def test_a_patient_without_lots(staff, patient):
    assert "No lots yet" in staff.get(url("received-lots", patient)).text


def test_a_name_that_would_be_a_formula_is_made_harmless(staff, treated, lot, otto, clinician):
    patient_actions.update_patient(patient=otto, by=clinician, family_name="=cmd|' /C calc'!A0")
    table = staff.get(url("lot", lot), {"format": "csv"}).getvalue().decode()
    assert "\"'=cmd|" in table


def test_recalling_on_the_page(staff, treated, lot, patient):
    page = staff.get(url("recall-start", lot))
    assert "2 patients" in page.text and "36 vial" in page.text
    sent = {"severity": "I", "reason": "Contaminated", "announced_on": "2026-03-02", "typed_number": "L2406A"}
    answer = staff.post(url("recall-start", lot), sent, follow=True)
    assert "0 of 2 closed" in answer.text
    assert "Call the patient" in answer.text
    assert "already recalled" in staff.get(url("recall-start", lot), follow=True).text
    assert "Recalled, class I" in staff.get(url("lot", lot)).text


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"severity": ""}, "Class is missing."),
        ({"severity": "IV"}, "not one of the available choices"),
        ({"reason": ""}, "Reason is missing."),
        ({"reason": "x" * 501}, "at most 500 characters"),
        ({"announced_on": ""}, "Announced on is missing."),
        ({"announced_on": "2999-01-01"}, "announced in the future"),
        ({"announced_on": "yesterday"}, "Announced on is not a date"),
        ({"typed_number": "L2406B"}, "This is not the number of the lot"),
    ],
)
def test_a_recall_that_cannot_be_comes_back_with_the_reason(staff, treated, lot, changes, message):
    sent = {"severity": "I", "reason": "Contaminated", "announced_on": "2026-03-02", "typed_number": "L2406A"}
    answer = staff.post(url("recall-start", lot), {**sent, **changes})
    assert answer.status_code == 422
    assert message in answer.text
    assert not Recall.objects.exists()


def test_working_through_the_list(staff, recall, ruths, patient):
    page = staff.get(url("recall-case", ruths))
    assert "512-555-0101" in page.text and "Knee joint, right" in page.text
    answer = staff.post(url("recall-case", ruths), {"state": "contacted", "note": "Feels well"}, follow=True)
    assert "Ask about symptoms" in answer.text
    assert "Feels well" in staff.get(url("recall-case", ruths)).text
    answer = staff.post(url("recall-case", ruths), {"state": "closed", "note": ""})
    assert answer.status_code == 422 and "Say why a step is left out." in answer.text
    staff.post(url("recall-case", ruths), {"state": "closed", "note": "No symptoms, no tests needed"})
    text = staff.get(url("recall", recall)).text
    assert "1 of 2 closed" in text
    assert "Álvarez" not in staff.get(url("recall", recall), {"state": "to_contact"}).text
    assert "Álvarez" in staff.get(url("recall", recall), {"state": "closed"}).text
    assert "1 of 2 closed" in staff.get(reverse("recalls")).text
    assert staff.post(url("recall-case", ruths), {"state": "contacted", "note": ""}).status_code == 422
    assert staff.post(url("recall-case", ruths), {"state": "lost", "note": "x"}).status_code == 422


def test_the_list_as_a_file_and_for_the_printer(staff, recall):
    lines = staff.get(url("recall", recall), {"format": "csv"}).getvalue().decode().splitlines()
    assert len(lines) == 3
    assert lines[1].endswith('"Knee joint, right",2026-03-02,"7, Pain right now",0,To contact,Call the patient')
    assert "All rows are on this page" in staff.get(url("recall", recall) + "?all").text


def test_adding_a_patient_on_the_page(staff, recall, clinic, clinician):
    patient_actions.register_patient(clinic=clinic, by=clinician, at=NOON, chart_number="77", family_name="Moss")
    page = url("recall-add", recall)
    for sent, message in [
        ({"chart_number": "78", "note": "x"}, "No patient of this clinic has this chart number."),
        ({"chart_number": "77", "note": ""}, "Note is missing."),
        ({"chart_number": "00417", "note": "x"}, "already on the list"),
    ]:
        answer = staff.post(page, sent)
        assert answer.status_code == 422 and message in answer.text
    answer = staff.post(page, {"chart_number": "77", "note": "12 February, right knee"}, follow=True)
    assert "12 February, right knee" in answer.text and "No session on record" in answer.text


def test_exposed_patients_are_marked_until_their_case_is_closed(staff, recall, ruths, patient, clinician):
    words = "This patient received a recalled lot"
    assert words in staff.get(url("patient", patient)).text
    move(ruths, clinician, S.CLOSED, "Well")
    assert words not in staff.get(url("patient", patient)).text


def test_nobody_is_recalled_yet(staff, clinic):
    assert "No recalls" in staff.get(reverse("recalls")).text


def test_recalls_of_another_clinic_are_not_there(client, stranger, recall, ruths, lot, patient):
    client.force_login(stranger)
    for name, row in [
        *(("recall", recall), ("recall-add", recall), ("recall-case", ruths), ("recall-start", lot)),
        *(("lot", lot), ("received-lots", patient)),
    ]:
        assert client.get(url(name, row)).status_code == 404, name
        assert client.post(url(name, row)).status_code in (404, 405), name
    assert lot.lot_number not in client.get(reverse("recalls")).text


def test_the_front_desk_works_the_list_but_starts_no_recall(client, front_desk, recall, lot, ruths):
    client.force_login(front_desk)
    assert client.get(url("recall", recall)).status_code == 200
    assert client.post(url("recall-case", ruths), {"state": "contacted", "note": ""}).status_code == 302
    assert client.get(url("recall-start", lot)).status_code == 403


def test_pages_refuse_other_methods(staff, recall, ruths, lot, patient):
    for name, row in (("recall", recall), ("lot", lot), ("received-lots", patient)):
        assert staff.post(url(name, row)).status_code == 405
    assert staff.post(reverse("recalls")).status_code == 405
    for name, row in (("recall-add", recall), ("recall-case", ruths), ("recall-start", lot)):
        assert staff.delete(url(name, row)).status_code == 405


def test_pages_take_few_queries(staff, recall, lot, patient, ruths, django_assert_max_num_queries):
    for name, row in (("recall", recall), ("lot", lot), ("received-lots", patient), ("recall-case", ruths)):
        with django_assert_max_num_queries(12):
            staff.get(url(name, row))
    with django_assert_max_num_queries(12):
        staff.get(reverse("recalls"))


# API


def test_both_questions_through_the_api(program, recall, clinician, lot, patient):
    got = program(clinician)
    exposed = got.get(f"/api/v1/lots/{lot.public_id}/exposed/").json()["results"]
    assert exposed[0]["patient"] == str(patient.public_id)
    assert exposed[0]["last_score"] == {"instrument": "nrs_now", "value": "7", "taken_on": "2026-03-02"}
    assert (exposed[1]["last_score"], exposed[0]["case_state"], exposed[0]["quantity"]) == (None, "to_contact", "2")
    received = got.get("/api/v1/lot-uses/", {"patient": patient.public_id}).json()["results"]
    assert [(row["lot"], row["place"]) for row in received] == [(str(lot.public_id), "Knee joint, right")]
    assert len(got.get("/api/v1/lot-uses/", {"lot": lot.public_id, "page_size": 1}).json()["results"]) == 1
    assert got.get(f"/api/v1/lots/{uuid.uuid4()}/exposed/").status_code == 404


def test_a_recall_and_its_cases_through_the_api(program, treated, clinician, front_desk, lot, clinic):
    body = {"severity": "II", "reason": "Maker's notice", "announced_on": "2026-03-02"}
    path = f"/api/v1/lots/{lot.public_id}/recall/"
    assert program(front_desk).post(path, body).status_code == 403
    made = program(clinician).post(path, body)
    assert (made.status_code, made.json()["n_cases"], made.json()["n_closed"]) == (201, 2, 0)
    again = program(clinician).post(path, body)
    assert (again.status_code, again.json()["code"]) == (400, "already_recalled")
    got = program(front_desk)
    cases = got.get("/api/v1/recall-cases/", {"recall": made.json()["id"], "state": "to_contact"}).json()["results"]
    step = f"/api/v1/recall-cases/{cases[0]['id']}/move/"
    assert got.post(step, {"state": "contacted"}).json()["steps"][0]["state"] == "contacted"
    refused = got.post(step, {"state": "closed"})
    assert (refused.status_code, refused.json()["code"], refused.json()["field"]) == (400, "note_missing", "note")
    assert got.post(step, {"state": "lost"}).json()["code"] == "invalid_choice"
    moss = patient_actions.register_patient(clinic=clinic, by=clinician, at=NOON, chart_number="1", family_name="Moss")
    people = f"/api/v1/recalls/{made.json()['id']}/patients/"
    assert got.post(people, {"patient": str(moss.public_id), "note": "Theatre book"}).status_code == 201
    assert got.post(people, {"patient": str(moss.public_id), "note": "Again"}).json()["code"] == "case_refused"
    assert got.get(f"/api/v1/recalls/{made.json()['id']}/").json()["n_cases"] == 3


def test_the_api_of_another_clinic_shows_nothing(program, stranger, recall, ruths, lot):
    got = program(stranger)
    for path in (
        *(f"recalls/{recall.public_id}/", f"recall-cases/{ruths.public_id}/", f"lots/{lot.public_id}/"),
        f"lots/{lot.public_id}/exposed/",
    ):
        assert got.get(f"/api/v1/{path}").status_code == 404, path
    assert got.post(f"/api/v1/lots/{lot.public_id}/recall/", {}).status_code == 404
    assert got.post(f"/api/v1/recall-cases/{ruths.public_id}/move/", {"state": "contacted"}).status_code == 404
    assert got.get("/api/v1/lot-uses/").json()["results"] == []
