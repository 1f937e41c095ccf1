"""Two records of one person become one, and for a day can become two again.

Rows change hands, and every change is written down, so that undoing puts back exactly these: ``MergedRow``. Which rows
belong to a patient is read from the models, so that a table that is added later, also by an app to the right, moves
without being named here.
"""

import datetime as dt
import json
from collections import defaultdict
from collections.abc import Collection, Iterable
from typing import Any

from django.apps import apps
from django.db import models, transaction
from django.db.models import Q, QuerySet

from clinic.actions import require
from clinic.models import Clinic, User
from clinic.permissions import Permission
from clinic.rules import RuleBroken
from patients.actions.erasing import children_of
from patients.merging import differences, fields_after, fingerprint, obstacles, state_after, states_of
from patients.models import (
    Consent,
    ConsentKind,
    ConsentRequest,
    ImportedPatient,
    KeptApart,
    MergedRow,
    Patient,
    PatientLetter,
    PatientLink,
    PatientMerge,
)

# What stays under the record on which it was signed, sent or said, and why.
STAYS = {
    Consent: "a signature is given under one record; a merge agrees to nothing",
    ConsentRequest: "asks for a signature under one record; it is closed",
    PatientLink: "opens one record's own page; it is closed",
    PatientLetter: "goes to one record's address; what waits is dropped",
    PatientMerge: "says which two were merged",
    KeptApart: "says which two are not one person",
    ImportedPatient: "says which record a file made",
}
DROPPED = "Not sent: the record was merged into another."


class MergeRefused(RuleBroken):
    code = "merge_refused"


@transaction.atomic
def merge_records(
    *, kept: Patient, gone: Patient, take: Collection[str], seen: str, at: dt.datetime, by: User
) -> PatientMerge:
    """Everything of ``gone`` belongs to ``kept`` from now on; ``take``: the fields whose value is that of ``gone``.

    ``seen``: the fingerprint of both as they were shown. This is the patients' part; ``outcomes.actions.merge_patients``
    asks first what stands against it elsewhere. Raises MergeRefused, PermissionDenied.
    """
    require(by, kept.clinic, Permission.PATIENT_MERGE)
    kept, gone = lock_both(kept, gone)
    for sentence in obstacles(kept, gone):
        raise MergeRefused(sentence)
    if seen != fingerprint(kept, gone):
        raise MergeRefused("One of the two records was changed meanwhile. Look at them again.")
    wanted = {name for name in take if name in {one.name for one in differences(kept, gone)}}
    merge = PatientMerge.objects.create(clinic_id=kept.clinic_id, kept=kept, gone=gone, merged_at=at, merged_by=by)
    for model, name in children_of(Patient):
        if model not in STAYS:
            _change(merge, _movable(model, name, kept, gone), {f"{name}_id": kept.pk})
    _close_what_was_sent(merge, at)
    _end_what_was_withdrawn(merge, at, by)
    _change_details(merge, fields_after(kept, gone, take=frozenset(wanted)), at, by)
    Patient.objects.filter(pk=gone.pk).update(merged_into=kept)
    return merge


@transaction.atomic
def undo_records(*, merge: PatientMerge, at: dt.datetime, by: User) -> PatientMerge:
    """Put every row that the merge changed back, where nothing has changed it since. Within a day.

    What was made since stays with the kept record, but for what belongs to a course that goes back: see
    ``outcomes.actions.undo_merge``. Raises MergeRefused, PermissionDenied.
    """
    require(by, merge.clinic, Permission.PATIENT_MERGE)
    kept, gone = lock_both(merge.kept, merge.gone)
    merge = PatientMerge.objects.get(pk=merge.pk)
    for sentence in why_not_undone(merge, kept, at=at):
        raise MergeRefused(sentence)
    merge.undone_at, merge.undone_by = at, by
    merge.save(update_fields=["undone_at", "undone_by"])
    Patient.objects.filter(pk=gone.pk).update(merged_into=None)
    _put_back(merge)
    unchanged = {name: was for name, was in merge.before.items() if _plain(getattr(kept, name)) == merge.after[name]}
    Patient.objects.filter(pk=kept.pk).update(**_read(Patient, unchanged))
    return merge


def why_not_undone(merge: PatientMerge, kept: Patient, *, at: dt.datetime) -> list[str]:
    """Why the merge cannot be undone any more, in a sentence each."""
    later = PatientMerge.objects.standing().filter(kept=kept, pk__gt=merge.pk)
    found = (
        (merge.undone_at is not None, "This merge was undone already."),
        (at > merge.undo_until, "A merge can be undone for 24 hours, and those are over."),
        (kept.erased_at is not None, "Who this patient was is erased, so nothing can be put back."),
        (kept.merged_into_id is not None, "The record was merged into another since. Undo that first."),
        (later.exists(), "Another record was merged into this one since. Undo that first."),
    )
    return [sentence for stands, sentence in found if stands]


@transaction.atomic
def keep_apart(*, one: Patient, other: Patient, at: dt.datetime, by: User) -> KeptApart:
    """These two are two people: they are not shown as a pair again. Repeatable. Raises MergeRefused, PermissionDenied."""
    require(by, one.clinic, Permission.PATIENT_MERGE)
    if one.pk == other.pk or one.clinic_id != other.clinic_id:
        raise MergeRefused("Choose two records of one clinic.")
    first, second = sorted((one, other), key=lambda patient: patient.pk)
    said, _is_new = KeptApart.objects.get_or_create(
        first=first, second=second, defaults={"clinic_id": one.clinic_id, "said_at": at, "said_by": by}
    )
    return said


@transaction.atomic
def forget_apart(*, apart: KeptApart, by: User) -> None:
    """The pair may be shown again. Raises PermissionDenied."""
    require(by, apart.clinic, Permission.PATIENT_MERGE)
    apart.delete()


def lock_both(one: Patient, other: Patient) -> tuple[Patient, Patient]:
    """Both rows as they are now, held so that nobody writes a row that belongs to either; the clinic's before them."""
    Clinic.objects.select_for_update(no_key=True).get(pk=one.clinic_id)
    held = Patient.objects.select_for_update(of=("self",)).select_related("clinic")
    rows = {row.pk: row for row in held.filter(pk__in=[one.pk, other.pk]).order_by("pk")}
    return rows[one.pk], rows[other.pk]


def _movable(model: type[models.Model], name: str, kept: Patient, gone: Patient) -> QuerySet[Any]:
    """The rows of ``gone``, but those that there may be one of for a patient, where the kept record has its own."""
    rows: QuerySet[Any] = model._base_manager.filter(**{name: gone})
    for rule in model._meta.constraints:
        if isinstance(rule, models.UniqueConstraint) and name in (of := _names(rule)):
            others = sorted(of - {name, "clinic"})
            held = model._base_manager.filter(rule.condition or Q())
            ours = set(held.filter(**{name: kept}).values_list(*others)) if others else set()
            theirs = held.filter(**{name: gone}).values_list("pk", *others)
            rows = rows.exclude(pk__in=[key for key, *values in theirs if tuple(values) in ours])
    return rows


def _names(rule: models.UniqueConstraint) -> set[str]:
    return {*rule.fields, *(str(getattr(part, "name", "")) for part in rule.expressions)}


def _close_what_was_sent(merge: PatientMerge, at: dt.datetime) -> None:
    """Links that were made for one of two records end; letters to an address that is given up are not sent."""
    open_now = {"expires_at__gt": at, "issued_at__lt": at}
    both = [merge.kept_id, merge.gone_id]
    _change(merge, PatientLink.objects.filter(patient__in=both, **open_now), {"expires_at": at})
    _change(merge, ConsentRequest.objects.filter(patient=merge.gone_id, **open_now), {"expires_at": at})
    waiting = PatientLetter.objects.waiting().filter(patient__in=both)
    _change(merge, waiting, {"attempts": PatientLetter.MOST_ATTEMPTS, "problem": DROPPED})


def _end_what_was_withdrawn(merge: PatientMerge, at: dt.datetime, by: User) -> None:
    ours, theirs = states_of(merge.kept), states_of(merge.gone)
    ended = [kind for kind in ConsentKind.values if state_after(ours[kind], theirs[kind]) != ours[kind]]
    standing = Consent.objects.filter(patient=merge.kept_id, document__kind__in=ended, withdrawn_at=None)
    _change(merge, standing, {"withdrawn_at": at, "withdrawn_by_id": by.pk})


def _change_details(merge: PatientMerge, values: dict[str, Any], at: dt.datetime, by: User) -> None:
    """Of the kept record: what was chosen, and every opt-out of the other."""
    kept, gone = merge.kept, merge.gone
    if gone.withdrawn_at and kept.consented_at and not kept.withdrawn_at:
        values |= {"withdrawn_at": at, "withdrawn_by_id": by.pk}
    if gone.registry_left_at and not kept.registry_left_at:
        values |= {"registry_left_at": at, "registry_left_by_id": by.pk}
        values |= {"registry_stopped_at": kept.registry_stopped_at or at}
    changed = {name: value for name, value in values.items() if getattr(kept, name) != value}
    merge.before = {name: _plain(getattr(kept, name)) for name in changed}
    merge.after = {name: _plain(value) for name, value in changed.items()}
    merge.save(update_fields=["before", "after"])
    Patient.objects.filter(pk=kept.pk).update(**changed)


def _change(merge: PatientMerge, rows: QuerySet[Any], values: dict[str, Any]) -> None:
    """Set these columns, and write down what they held."""
    model: Any = rows.model
    before = list(rows.order_by("pk").select_for_update(of=("self",), no_key=True).values("pk", *values))
    MergedRow.objects.bulk_create(
        [
            MergedRow(
                clinic_id=merge.clinic_id,
                merge=merge,
                table=model._meta.label,
                row=row["pk"],
                before={name: _plain(row[name]) for name in values},
            )
            for row in before
        ],
        batch_size=1000,
    )
    model._base_manager.filter(pk__in=[row["pk"] for row in before]).update(**values)


def _put_back(merge: PatientMerge) -> None:
    """Rows that held the same go back in one statement."""
    together = defaultdict[tuple[str, str], list[int]](list)
    for table, row, before in merge.rows.values_list("table", "row", "before"):
        together[table, json.dumps(before, sort_keys=True)].append(row)
    for (table, before), rows in together.items():
        model: Any = apps.get_model(table)
        model._base_manager.filter(pk__in=rows).update(**_read(model, json.loads(before)))


def moved(merge: PatientMerge, label: str) -> Iterable[int]:
    """Keys of the rows of one table, like treatments.Course, that the merge changed."""
    return merge.rows.filter(table=label).values_list("row", flat=True)


def _plain(value: Any) -> Any:
    """As JSON holds it; instants to the microsecond, and the same instant always the same."""
    if isinstance(value, dt.datetime):
        return value.astimezone(dt.UTC).isoformat()
    return value.isoformat() if isinstance(value, dt.date) else value


def _read(model: type[models.Model], values: dict[str, Any]) -> dict[str, Any]:
    """What ``_plain`` made plain."""
    fields = {field.attname: field for field in model._meta.concrete_fields}
    return {name: fields[name].to_python(value) for name, value in values.items()}
