"""What lies under many tests is for each of them as if it had been made for it alone."""

import pytest
from django.db import connection

from clinic.models import Clinic, Membership
from patients.models import Patient
from tests import layers


@pytest.mark.parametrize("_again", range(2))
def test_rows_and_objects_are_as_they_were_made(patient, _again):
    assert layers.lie()
    assert (patient.given_name, Patient.objects.get().given_name) == ("Ruth", "Ruth")
    patient.given_name = "Naomi"
    Patient.objects.update(given_name="Naomi")
    Membership.objects.all().delete()


def test_nobody_is_there_who_was_not_asked_for(clinic):
    assert list(Clinic.objects.all()) == [clinic]
    assert not Patient.objects.exists()
    assert not Membership.objects.exists()


def test_layers_share_their_objects(clinician, patient, course):
    assert course.patient is patient
    assert Membership.objects.get().user == clinician


@pytest.mark.django_db(transaction=True)
def test_nothing_lies_under_a_test_that_commits():
    assert not layers.lie()
    assert not connection.in_atomic_block
    assert not Clinic.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_test_that_commits_makes_its_own(patient):
    assert not layers.lie()
    assert Patient.objects.get() == patient
