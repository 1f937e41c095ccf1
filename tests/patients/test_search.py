"""Patients are found by whatever is at hand."""

import datetime as dt

import pytest

from patients import actions, search
from patients.models import Patient
from patients.pages import page_of
from tests.conftest import NOON
from tests.layers import layer


@layer
def ruben(clinic, clinician):
    """Rubén, whose family name is Ruth's."""
    return actions.register_patient(
        clinic=clinic,
        by=clinician,
        at=NOON,
        chart_number="00389",
        given_name="Rubén",
        family_name="Álvarez",
        born_on=dt.date(1961, 4, 5),
        phone="(512) 555-0177",
    )


@pytest.mark.parametrize(
    ("typed", "days"),
    [
        ("1958-03-03", {dt.date(1958, 3, 3)}),
        ("3/4/1958", {dt.date(1958, 3, 4), dt.date(1958, 4, 3)}),
        ("3/4/58", {dt.date(c, *d) for c in (1958, 2058) for d in ((3, 4), (4, 3))}),
        ("31.12.1949", {dt.date(1949, 12, 31)}),
        ("3 Mar 1958", {dt.date(1958, 3, 3)}),
        ("March 3, 1958", {dt.date(1958, 3, 3)}),
    ],
)
def test_a_date_is_read_in_every_common_order(typed, days):
    query = search.parse(typed)
    assert query.words == ()
    assert [date.days for date in query.dates] == [days]


@pytest.mark.parametrize("typed", ["99/99/9999", "512-555-0134", "00-4-17-2", "3 Foo 1958", "ruth"])
def test_what_only_resembles_a_date_stays_a_word(typed):
    assert search.parse(typed).dates == ()
    assert search.parse(typed).words


def test_very_long_texts_are_cut():
    assert len(search.parse("a b " * 500).words) == search.MAX_WORDS


@pytest.mark.parametrize(
    "typed",
    [
        *("ÁLVAREZ Ruth", "alvarez ruth", "ruth alv", "rut al", "Alvarez, Ruth"),
        *("3/3/58", "1958-03-03", "ruth 3 Mar 1958"),
        *("00417", "417", "5125550101", "(512) 555-0101", "555 0101", "ruth@example", "  ruth  "),
    ],
)
def test_ruth_is_found(patient, ruben, typed):
    assert list(search.matching(Patient.objects.all(), typed)) == [patient]


@pytest.mark.parametrize("typed", ["ruht", "4/3/59", "alvarez 1999-01-01", "r%h", "r_th", "x' OR 1=1 --"])
def test_nobody_is_found(patient, typed):
    assert not search.matching(Patient.objects.all(), typed).exists()


@pytest.mark.parametrize("typed", ["", "  ", "%", "_ -", "\x00"])
def test_signs_alone_exclude_nobody(patient, typed):
    assert list(search.matching(Patient.objects.all(), typed)) == [patient]


def test_both_are_found_in_the_order_of_their_names(patient, ruben):
    assert list(search.matching(Patient.objects.all(), "alvarez")) == [ruben, patient]


def test_namesakes_are_the_same_name_and_perhaps_the_same_birth_date(patient, ruben):
    def found(born_on):
        who = {"family_name": "alvarez", "given_name": "RUTH", "born_on": born_on}
        return list(search.namesakes(Patient.objects.all(), **who))

    assert found(dt.date(1958, 3, 3)) == [patient]
    assert found(None) == [patient]
    assert found(dt.date(1960, 1, 1)) == []


@pytest.mark.parametrize(("asked", "given"), [("1", 1), ("2", 2), ("99", 2), ("0", 1), ("-1", 1), ("x", 1), ("²", 1)])
def test_a_page_that_is_not_there_becomes_the_nearest(clinic, clinician, asked, given):
    Patient.objects.bulk_create(
        Patient(clinic=clinic, chart_number=str(n), family_name=f"Person {n:03}", registered_at=NOON) for n in range(60)
    )
    page = page_of(search.matching(Patient.objects.all(), ""), asked)
    assert page.number == given
    assert (page.first, page.last, page.total) == ((1, 50, 60) if given == 1 else (51, 60, 60))
    assert page.rows[0].family_name == f"Person {page.first - 1:03}"


@pytest.mark.parametrize("typed", ["Alvarz", "alvaréss", "Rut Alvarez", "Alvares Rutth"])
def test_a_misspelt_name_finds_those_that_resemble_it(patient, ruben, typed):
    assert list(search.matching(Patient.objects.all(), typed)) == [] or typed == "Rut Alvarez"
    assert patient in search.resembling(Patient.objects.all(), typed)


def test_the_likest_name_is_first_and_numbers_are_not_guessed(patient, ruben):
    assert search.resembling(Patient.objects.all(), "Alvarez Rubin")[0] == ruben
    for typed in ("", "00398", "al", "4/4/1961", "Nakamura", "% _ \\ '"):
        assert search.resembling(Patient.objects.all(), typed) == [], typed


def test_the_page_offers_similar_names_and_only_ones_own(client, front_desk, stranger, patient):
    client.force_login(front_desk)
    page = client.get("/patients/", {"q": "Alvarz"}).text
    assert "No patient matches “Alvarz”" in page
    assert "1 with a similar name" in page
    assert f'href="/patients/{patient.public_id}/"' in page
    client.force_login(stranger)
    assert "Ruth" not in client.get("/patients/", {"q": "Alvarz"}).text
