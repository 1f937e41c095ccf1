"""Keeping the numbers of a report, or its question under a name."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.db.models import Max

from clinic.actions import require
from clinic.models import Clinic, User
from clinic.permissions import Permission
from clinic.rules import RuleBroken
from outcomes.models import ReportSnapshot, SavedView


@transaction.atomic
def take_snapshot(
    *,
    clinic: Clinic,
    kind: str,
    title: str,
    parameters: str,
    answer: Mapping[str, Any],
    data_version: str,
    code_version: str,
    at: dt.datetime,
    by: User | None,
    audience: str = ReportSnapshot.Audience.CLINIC,
    of_month: dt.date | None = None,
) -> ReportSnapshot:
    """Keep the whole JSON of a report under the clinic's next number, for good.

    ``by`` is None exactly for the report that a clinic has made ``of_month``, its first day. Raises PermissionDenied, and
    IntegrityError for a second one of a month.
    """
    if by is not None:
        require(by, clinic, Permission.REPORT_VIEW)
    # One after another, so that no number is given twice; rows that refer to the clinic do not wait.
    Clinic.objects.select_for_update(no_key=True).get(pk=clinic.pk)
    last = ReportSnapshot.objects.filter(clinic=clinic).aggregate(last=Max("number"))["last"] or 0
    return ReportSnapshot.objects.create(
        clinic=clinic,
        number=last + 1,
        kind=kind,
        title=title,
        parameters=parameters,
        audience=audience,
        answer=answer,
        data_version=data_version,
        rule_version=answer["rule_version"],
        code_version=code_version,
        of_month=of_month,
        made_by=by,
        made_at=at,
    )


class NameTaken(RuleBroken):
    """Another view has this name."""

    code = "name_taken"


@transaction.atomic
def save_view(
    *, clinic: Clinic, name: str, kind: str, parameters: str, is_shared: bool, at: dt.datetime, by: User
) -> SavedView:
    """A report's question under a name, for oneself or for everybody here. Raises NameTaken and PermissionDenied."""
    require(by, clinic, Permission.REPORT_VIEW)
    Clinic.objects.select_for_update(no_key=True).get(pk=clinic.pk)
    of_whom = {"is_shared": True} if is_shared else {"is_shared": False, "saved_by": by}
    if SavedView.objects.filter(clinic=clinic, name=name, **of_whom).exists():
        raise NameTaken("A view has this name already. Choose another, or delete that one.", "name")
    return SavedView.objects.create(
        clinic=clinic, name=name, kind=kind, parameters=parameters, is_shared=is_shared, saved_by=by, saved_at=at
    )


def delete_view(*, view: SavedView, by: User) -> None:
    """Forget it. Raises PermissionDenied unless ``by`` saved it, or manages the clinic where it is for everybody."""
    is_own = view.saved_by_id == by.pk
    require(by, view.clinic, Permission.REPORT_VIEW if is_own else Permission.MEMBER_MANAGE)
    view.delete()
