"""Taking out for good who a patient was. What was done, and how it went, stays and can be nobody's.

What has to go is read from the declarations: every field that some model calls personal, in every row that belongs to
the patient. So a table that is added later, also by an app to the right, is erased without being named here.
"""

import datetime as dt
from collections import deque
from typing import Any

from django.db import models, transaction
from django.db.models import Case, F, Q, QuerySet, Value, When
from django.db.models.functions import Cast, Concat, Left

from clinic.actions import erase_history, require
from clinic.models import FormDraft, KeyedRequest, StoredFile, User
from clinic.permissions import Permission
from clinic.rules import RuleBroken
from patients.actions.patients import check_not_erased
from patients.models import ERASED_NAME, ConsentRequest, Patient, PatientLetter, PatientLink

ERASED = "[erased]"
PSEUDONYM = "erased-"
MOST_REASON = 2000
Rows = dict[type[models.Model], set[int]]


class ErasureRefused(RuleBroken):
    code = "erasure_refused"


@transaction.atomic
def erase_identity(*, patient: Patient, reason: str, at: dt.datetime, by: User | None) -> Patient:
    """Erase every personal field of the patient's row and of all rows below it, and the files they hold.

    Records that were merged into this one are the same person's, and go with it.

    ``by`` is None for the operator of the server. This is the patients' part: ``outcomes.actions.erase_patient`` asks
    first whether anything still needs the person. Raises ErasureRefused, PatientErased, PermissionDenied.
    """
    if by is not None:
        require(by, patient.clinic, Permission.PATIENT_ERASE)
    reason = " ".join(reason.split())
    if not reason:
        raise ErasureRefused("Say why this patient's identity is erased.", "reason")
    if len(reason) > MOST_REASON:
        raise ErasureRefused(f"The reason is longer than {MOST_REASON:,} letters.", "reason")
    patient = Patient.objects.select_for_update().select_related("clinic").get(pk=patient.pk)
    check_not_erased(patient)
    if patient.family_name and patient.family_name.casefold() in reason.casefold():
        raise ErasureRefused("The reason is kept, so leave the patient's name out of it.", "reason")
    records = [patient, *patient.merged_from.select_for_update().order_by("pk")]
    ConsentRequest.objects.filter(patient__in=records).delete()
    PatientLink.objects.filter(patient__in=records).delete()
    PatientLetter.objects.filter(patient__in=records).delete()
    for record in records:
        _mark(record, reason, at, by)
    rows = rows_of(patient)
    for model, ids in rows.items():
        if model is not Patient:
            _erase_words(model, ids)
    _erase_files(rows)
    _erase_traces(patient, rows)
    for record in records:
        erase_history(clinic=patient.clinic, patient_id=record.pk, reason=reason, by=by)
    patient.refresh_from_db()
    return patient


def rows_of(patient: Patient) -> Rows:
    """Ids of the patient's row and of every row that belongs to it, whichever app keeps it."""
    found: Rows = {Patient: {patient.pk}}
    waiting = deque[type[models.Model]]([Patient])
    while waiting:
        owner = waiting.popleft()
        for model, name in children_of(owner):
            below = model._base_manager.filter(**{f"{name}__in": found[owner]})
            new = set(below.values_list("pk", flat=True)) - found.get(model, set())
            if new:
                found.setdefault(model, set()).update(new)
                waiting.append(model)
    return found


def children_of(owner: type[models.Model]) -> list[tuple[type[models.Model], str]]:
    """Our models whose rows belong to a row of ``owner``, each with the name of its foreign key."""
    links = [one for one in owner._meta.get_fields(include_hidden=True) if isinstance(one, models.ManyToOneRel)]
    return [(link.related_model, link.field.name) for link in links if hasattr(link.related_model, "Privacy")]


def what_is_left(field: "models.Field[Any, Any]", words: set[str]) -> Any:
    """What an erased field holds: nothing, where nothing is allowed; else a word or a pseudonym. None: not erased here.

    JSON keeps its shape and loses the texts of personal fields, ``words`` being their names.
    """
    if isinstance(field, models.GeneratedField | models.BinaryField):
        return None
    if isinstance(field, models.JSONField):
        return _WithoutWords(F(field.name), Value(sorted(words)))
    if not isinstance(field, models.CharField | models.TextField):
        return Value(None) if field.null else None
    if field.choices:
        return Value("")
    if _is_unique(field):
        return Case(When(**{field.name: None}, then=None), default=_pseudonym(field.model))
    return Case(When(**{field.name: ""}, then=Value("")), default=Value(ERASED))


class _WithoutWords(models.Func):
    """JSON whose texts under these keys say that they are erased, at any depth."""

    function = "mendline_without_words"
    template = "%(function)s(%(expressions)s::text[])"
    output_field = models.JSONField()


def personal_names() -> set[str]:
    """Names of the personal fields of every model below the patient."""
    seen: set[type[models.Model]] = {Patient}
    waiting = deque[type[models.Model]]([Patient])
    while waiting:
        for model, _name in children_of(waiting.popleft()):
            if model not in seen:
                seen.add(model)
                waiting.append(model)
    return {name for model in seen for name in model.Privacy.personal}  # type: ignore[attr-defined]


def _mark(patient: Patient, reason: str, at: dt.datetime, by: User | None) -> None:
    values: dict[str, Any] = {
        "chart_number": f"{PSEUDONYM}{str(patient.public_id)[:13]}",
        "family_name": ERASED_NAME,
        "given_name": str(patient.public_id)[:8],
        "born_on": None,
        "email": "",
        "phone": "",
        "allergy_status": "",
        "allergies": "",
        "age_at_import": None,
        "age_band": "",
        "erased_at": at,
        "erased_by": by,
        "erasure_reason": reason,
        "registry_stopped_at": patient.registry_stopped_at or at,
    }
    if patient.consented_at and not patient.withdrawn_at:
        values |= {"withdrawn_at": at, "withdrawn_by": by}
    Patient.objects.filter(pk=patient.pk).update(**values)


def _erase_words(model: type[models.Model], ids: set[int]) -> None:
    names = model.Privacy.personal  # type: ignore[attr-defined]
    words = personal_names()
    fields = {field.name: field for field in model._meta.concrete_fields}
    values = {name: what_is_left(fields[name], words) for name in names}
    values = {name: value for name, value in values.items() if value is not None}
    if values:
        model._base_manager.filter(pk__in=ids).update(**values)


def _erase_files(rows: Rows) -> None:
    files: set[int] = set()
    for model, ids in rows.items():
        names = [field.name for field in model._meta.concrete_fields if field.related_model is StoredFile]
        for name in names:
            kept: QuerySet[Any] = model._base_manager.filter(pk__in=ids, **{f"{name}__isnull": False})
            files |= set(kept.values_list(name, flat=True))
            kept.update(**{name: None})
    StoredFile.objects.filter(pk__in=files).delete()


def _erase_traces(patient: Patient, rows: Rows) -> None:
    """What is kept for some days and is about one of these rows: replies of the API, and drafts of forms."""
    replies, drafts = Q(), Q()
    for model, ids in rows.items():
        if any(field.name == "public_id" for field in model._meta.fields):
            for (public_id,) in model._base_manager.filter(pk__in=ids).values_list("public_id"):
                replies |= Q(reply__contains=str(public_id))
                drafts |= Q(path__contains=str(public_id))
    KeyedRequest.objects.filter(replies, clinic=patient.clinic).delete()
    FormDraft.objects.filter(drafts, clinic=patient.clinic).delete()


def _is_unique(field: "models.Field[Any, Any]") -> bool:
    rules = [rule for rule in field.model._meta.constraints if isinstance(rule, models.UniqueConstraint)]
    named = [{*rule.fields, *(str(getattr(part, "name", "")) for part in rule.expressions)} for rule in rules]
    return bool(field.unique or any(field.name in names for names in named))


def _pseudonym(model: type[models.Model]) -> models.Expression:
    own = "public_id" if any(field.name == "public_id" for field in model._meta.fields) else "pk"
    return Concat(Value(PSEUDONYM), Left(Cast(own, models.TextField()), 13), output_field=models.TextField())
