"""One course on one sheet as PDF: what it says, whose it is, and for whom."""

import re

from django.urls import reverse

from outcomes.courses_shown import courses_of
from outcomes.patient_sheet import sheet
from patients import actions as patient_actions
from tests.conftest import NOON
from tests.outcomes.test_today import give_baseline
from tests.pdf_text import words_of
from tests.treatments.treating import log


def paper(patient, user):
    cards = courses_of(patient, today=NOON.date(), user=user)
    content = sheet(patient, cards[0] if cards else None, curve=None, on=NOON.date(), made="Made today")
    assert len(re.findall(rb"/Type/Page/", content)) == 1
    assert b"/StructTreeRoot" in content
    return words_of(content)


def test_it_says_who_what_was_done_and_what_comes(patient, course, clinician):
    known = {"allergy_status": "known", "allergies": "Latex"}
    patient = patient_actions.update_patient(patient=patient, by=clinician, **known)
    give_baseline(course, NOON)
    log(course, clinician)
    said = paper(patient, clinician)
    for words in ("Álvarez, Ruth", "Chart 00417", "Allergies: Latex", "Osteoarthritis of the right knee", "Baseline"):
        assert words in said
    for words in ("2 Mar 2026", "Right knee joint, 5 mL", "Hana Lee", "What comes next", "check-in: due"):
        assert words in said


def test_without_a_course_it_says_so(patient, clinician):
    said = paper(patient, clinician)
    assert "No course of treatment yet" in said
    assert "Allergies: not asked" in said


def test_twenty_sessions_stay_on_one_sheet(patient, course, clinician):
    for number in range(9):
        log(course, clinician, performed_at=NOON.replace(hour=1 + number))
    assert "Not on this sheet: 3 more sessions" in paper(patient, clinician)


def test_the_page_hands_it_out_with_the_curve(client, clinician, stranger, patient, course):
    give_baseline(course, NOON)
    address = reverse("patient-pdf", args=[patient.public_id])
    client.force_login(clinician)
    answer = client.get(address, {"course": course.public_id})
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    assert answer["Content-Disposition"] == 'inline; filename="chart-00417.pdf"'
    assert address in client.get(reverse("patient", args=[patient.public_id])).text
    assert client.post(address).status_code == 405
    client.force_login(stranger)
    assert client.get(address).status_code == 404
