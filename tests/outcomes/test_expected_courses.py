"""How it went for a clinic's own patients who started alike, before one patient's curve."""

import pytest

from outcomes.courses_shown import course_card
from outcomes.expected_courses import expected_course
from tests.days import NOON
from tests.population import add_course, work_out
from treatments.models import Course

TODAY = NOON.date()


@pytest.fixture
def own(clinic) -> Course:
    """A course that started at 7, of a patient who has a second one like it."""
    course = add_course(clinic, "prp", baseline=7, month_3=5)
    again = add_course(clinic, "prp", baseline=7, month_3=0)
    Course.objects.filter(pk=again.pk).update(patient=course.patient)
    return course


def add_others(clinic, count: int, **how: str) -> None:
    """Courses that started at 7 and ended evenly on 0, 1, … 9, in both halves alike."""
    for number in range(count):
        add_course(clinic, **how, baseline=7, month_3=number // 2 % 10)


@pytest.fixture
def expected(own, clinician):
    def ask():
        work_out()
        card = course_card(own, today=TODAY, user=clinician)
        return expected_course(card, own.clinic, as_of=TODAY)

    return ask


def test_the_band_is_of_others_and_says_of_how_many(client, clinician, expected, clinic, own):
    add_others(clinic, 220)
    found = expected()
    assert found.n == 220
    assert found.said.startswith("Of 220 who started near 7, half were between 2 and 7")
    assert "PRP, baseline within 1 point" in found.matched
    assert "cannot say which of them the patient will be" in found.honest
    (band,) = found.band
    assert (band.day, band.low, band.high) == (91, pytest.approx(0.9), pytest.approx(8.1))
    client.force_login(clinician)
    page = client.get(f"/courses/{own.public_id}/expected/")
    assert "Of 220 who started near 7" in page.text
    assert f"/courses/{own.public_id}/curve/720-light.svg?similar" in page.text
    drawn = client.get(f"/courses/{own.public_id}/curve/720-light.svg?similar")
    assert "8 in 10 of 220 similar patients" in drawn.text
    assert "similar patients" not in client.get(f"/courses/{own.public_id}/curve/720-light.svg").text


@pytest.mark.parametrize("how", [{"region": "hip"}, {"treatment": "exosome"}])
def test_another_region_is_not_alike_and_other_treatments_say_so(expected, clinic, how):
    add_others(clinic, 60, **how)
    found = expected()
    assert (found.band, found.n) == ((), 0)
    assert found.said.endswith(
        "No course has both a baseline and a score after treatment yet. There is no band to show."
    )


def test_few_and_other_clinics_courses_show_nothing(expected, clinic, other_clinic):
    add_others(clinic, 29)
    add_others(other_clinic, 60)
    assert expected().band == ()


def test_without_a_baseline_nobody_started_alike(expected, clinic, own):
    add_others(clinic, 60)
    own.scores.filter(timepoint="baseline").delete()
    assert expected().said == "Without a baseline it cannot be said who started alike."


def test_the_patients_page_asks_for_it(client, clinician, stranger, expected, own):
    expected()
    client.force_login(clinician)
    page = client.get(f"/patients/{own.patient.public_id}/?course={own.public_id}").text
    assert f'hx-get="/courses/{own.public_id}/expected/"' in page
    alone = client.get(f"/courses/{own.public_id}/expected/").text
    assert "There is no band to show." in alone
    assert client.post(f"/courses/{own.public_id}/expected/").status_code == 405
    client.force_login(stranger)
    assert client.get(f"/courses/{own.public_id}/expected/").status_code == 404
