"""The first fence by itself: ``visible_to`` keeps clinics and roles apart even where PostgreSQL would show everything.

Tests see every clinic by default, so no row-level security helps here.
"""

from typing import Any

import pytest

from clinic import fences
from clinic.models import Clinic, ClinicRow
from clinic.permissions import GRANTS, Permission, Role
from outcomes.models import AssignedInstrument, SurveyLink
from patients.models import BirthGuesses, PatientLink

GATED: list[Any] = [model for model in fences.fenced_models() if hasattr(model._default_manager, "visible_to")]


# Read with its timepoint, by its secret, and counted: nobody ever asks for these by themselves.
WITHOUT_GATE = {AssignedInstrument, BirthGuesses, PatientLink, SurveyLink}


def test_every_clinical_table_has_a_gate():
    assert {model for model in fences.fenced_models() if issubclass(model, ClinicRow)} - set(GATED) == WITHOUT_GATE
    assert len(GATED) > 35


@pytest.mark.parametrize("model", GATED, ids=lambda model: model._meta.label)
def test_each_role_sees_its_own_clinic_s_rows_or_none(worlds, people, model):
    here = worlds[0].clinic.pk
    there = model._default_manager.filter(clinic_id=worlds[1].clinic.pk)
    needed = getattr(model._default_manager.all(), "view_permission", Permission.AUDIT_VIEW)
    for role in Role:
        seen = set(model._default_manager.visible_to(people[role.value].user).values_list("clinic_id", flat=True))
        assert seen <= ({here} if needed in GRANTS[role] else set())
    if there.exists() and needed in GRANTS[Role.MANAGER]:
        assert model._default_manager.visible_to(people[Role.MANAGER.value].user).exists()
    assert not model._default_manager.visible_to(people["of no clinic"].user).exists()


def test_clinics_are_seen_by_those_who_work_there(worlds, people):
    for role in Role:
        assert list(Clinic.objects.visible_to(people[role.value].user)) == [worlds[0].clinic]
    assert not Clinic.objects.visible_to(people["of no clinic"].user).exists()
    assert Clinic.objects.granting(people[Role.RESEARCHER.value].user, Permission.PATIENT_VIEW).count() == 0
