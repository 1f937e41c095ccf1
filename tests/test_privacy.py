"""That a field is called personal has consequences: nobody reads it without names' permission, no table is forgotten."""

from collections.abc import Iterator

import pytest
from django.apps import apps
from django.db import models
from rest_framework import serializers

from clinic.api import router
from clinic.permissions import GRANTS, Role
from clinic.privacy import LIBRARIES
from patients.models import Patient

OURS = {"clinic", "patients", "treatments", "outcomes"}
THEIRS = [
    model
    for model in apps.get_models()
    if model._meta.app_label not in OURS and model._meta.managed and not model._meta.proxy
]
RESEARCH = GRANTS[Role.RESEARCHER]
OPEN_TO_RESEARCH = [
    (prefix, view)
    for prefix, view, _basename in router.registry
    if getattr(view.queryset, "view_permission", None) in {None, *RESEARCH}
]
# A person's own name and address, shown to that person; a clinic's name and phone are no patient's.
OF_STAFF = {"clinic.User"}


@pytest.mark.parametrize("model", THEIRS, ids=lambda model: model._meta.label)
def test_every_table_of_a_library_is_declared(model):
    kept = LIBRARIES.get(model._meta.label)
    assert kept is not None, "say in clinic/privacy.py what it keeps and why"
    assert kept.reason.endswith(".")
    assert kept.personal <= {field.name for field in model._meta.concrete_fields}


def test_a_table_that_may_hold_texts_of_people_says_which():
    """A free text or JSON of a library that is not called personal is on this list of harmless ones."""
    harmless = {
        *("auth.Permission.name", "auth.Permission.codename", "auth.Group.name", "mfa.Authenticator.type"),
        *("contenttypes.ContentType.app_label", "contenttypes.ContentType.model"),
    }
    free = models.CharField | models.TextField | models.JSONField
    texts = {
        f"{model._meta.label}.{field.name}"
        for model in THEIRS
        for field in model._meta.concrete_fields
        if isinstance(field, free) and field.name not in LIBRARIES[model._meta.label].personal
    }
    assert texts <= harmless


def shown(serializer: serializers.BaseSerializer, model: type[models.Model] | None) -> Iterator[tuple[str, bool]]:
    """Every field that a serializer shows, as Model.field, and whether that is personal; also of what is inside."""
    for field in serializer.fields.values():
        yield from _shown(field, model)


def _shown(field: serializers.Field, model: type[models.Model] | None) -> Iterator[tuple[str, bool]]:
    inner = getattr(field, "child", field)
    owner, name = model, ""
    for name in field.source.split("."):
        known = {one.name: one for one in owner._meta.get_fields()} if owner else {}
        if name not in known or known[name].related_model is None:
            break
        owner = known[name].related_model
        name = "public_id"
    if isinstance(inner, serializers.BaseSerializer):
        yield from shown(inner, getattr(getattr(inner, "Meta", None), "model", owner))
    elif owner is not None and hasattr(owner, "Privacy"):
        yield f"{owner._meta.label}.{name}", name in owner.Privacy.personal


@pytest.mark.parametrize(("prefix", "view"), OPEN_TO_RESEARCH, ids=[prefix for prefix, _view in OPEN_TO_RESEARCH])
def test_no_answer_that_a_researcher_can_get_has_a_personal_field(prefix, view):
    fields = list(shown(view.serializer_class(), view.queryset.model))
    assert [name for name, is_personal in fields if is_personal and name.rpartition(".")[0] not in OF_STAFF] == []


def test_the_search_for_personal_fields_finds_them():
    """The guard of the test above: the patients' own resource is full of them."""
    patients = next(view for prefix, view, _name in router.registry if prefix == "patients")
    found = {name for name, is_personal in shown(patients.serializer_class(), Patient) if is_personal}
    typed = Patient.Privacy.personal - {"search_text", "age_at_import", "age_band"}
    assert found == {f"patients.Patient.{name}" for name in typed}
    assert {prefix for prefix, _view in OPEN_TO_RESEARCH} >= {"scores", "protocols", "clinics"}


def test_a_researcher_reads_nothing_of_ruth(program, researcher, course):
    """Every list of the API, as one really asks for it."""
    client = program(researcher)
    ruth = [value for value in Patient.objects.values_list(*typed_fields()).get() if value]
    for prefix, _view, _name in router.registry:
        if "<" not in prefix:
            answer = client.get(f"/api/v1/{prefix}/")
            assert answer.status_code in (200, 403, 405), prefix
            assert [value for value in ruth if str(value) in answer.content.decode()] == [], prefix


def typed_fields() -> set[str]:
    return Patient.Privacy.personal - {"search_text"}
