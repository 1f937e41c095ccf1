"""A session while it is being written: its forms, what looks unusual in them, and saving it."""

import datetime as dt
import hashlib
import uuid
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django import forms
from django.http import QueryDict

from clinic.models import User
from clinic.rules import RuleBroken
from treatments import actions, dosing, soft_ranges
from treatments.forms.preparations import FORMS, PrpForm
from treatments.forms.sessions import MAX_INJECTIONS, InjectionForm, InjectionFormSet, SessionForm
from treatments.models import Course, Timepoint, TreatmentSession
from treatments.vocabulary import Side


@dataclass(frozen=True)
class Doubt:
    """Something unusual that somebody should look at once more; ``target`` is the id of its input."""

    message: str
    target: str


class SessionDraft:
    """The three parts of the page for one course. Bound when ``data`` is given, filled from the last session when not."""

    def __init__(self, course: Course, *, now: dt.datetime, by: User, data: QueryDict | None = None) -> None:
        self.course, self.now, self.by = course, now, by
        self.last = course.sessions.order_by("-performed_at").first()
        self.form = SessionForm(
            data, clinic=course.clinic, now=now, needs_reason=self._needs_reason(), initial=self._session_initial()
        )
        self.injections = InjectionFormSet(
            data,
            prefix="injections",
            initial=self._injections_initial(),
            form_kwargs={"planned_side": course.get_side_display()},
        )
        self.preparation = FORMS[course.treatment_type.modality](data, initial=self._preparation_initial())
        self.doubts: list[Doubt] = []

    def is_valid(self) -> bool:
        """Whether every part has the right shape. Rules about their content are the action's."""
        return all([self.form.is_valid(), self.injections.is_valid(), self.preparation.is_valid()])

    def look_again(self, confirmed: str) -> bool:
        """Whether there is anything unusual that ``confirmed`` (the fingerprint that came back) does not cover."""
        self.doubts = [*self._range_doubts(), *self._side_doubts(), *self._recovery_doubts(), *self._second_doubts()]
        return bool(self.doubts) and confirmed != self.fingerprint

    @property
    def fingerprint(self) -> str:
        """Stands for exactly these doubts: confirming them confirms no others."""
        return hashlib.sha256("\n".join(doubt.message for doubt in self.doubts).encode()).hexdigest()[:32]

    def save(self) -> TreatmentSession | None:
        """Log the session. None when a rule is broken; the rule then stands beside its field."""
        details = dict(self.form.cleaned_data)
        try:
            return actions.log_session(
                course=self.course,
                injections=[form.cleaned_data for form in self._filled()],
                preparation=self.preparation.cleaned_data,
                at=self.now,
                by=self.by,
                **details,
            )
        except RuleBroken as broken:
            self._show(broken)
            return None

    def _filled(self) -> list[InjectionForm]:
        return [form for form in self.injections if form.cleaned_data]

    def _show(self, broken: RuleBroken) -> None:
        form: forms.BaseForm = self.form
        part, _, name = (broken.field or "").rpartition(".")
        if part == "preparation":
            form = self.preparation
        elif part.startswith("injections."):
            form = self._filled()[int(part.removeprefix("injections."))]
        form.add_error(name if name in form.fields else None, broken.message)

    def _needs_reason(self) -> bool:
        baseline = self.course.follow_ups.filter(timepoint__name=Timepoint.BASELINE, answered_at__isnull=False)
        return self.last is None and not baseline.exists()

    def _session_initial(self) -> dict[str, Any]:
        performers = [self.by.pk] if self.last is None else [self.by.pk, self.last.performed_by_id]
        clinicians = self.course.clinic.memberships.filter(user_id__in=performers, role="clinician")
        treating = set(clinicians.values_list("user_id", flat=True))
        return {
            "performed_at": self.now,
            "performed_by": next((pk for pk in performers if pk in treating), None),
            "idempotency_key": uuid.uuid4(),
        }

    def _injections_initial(self) -> list[dict[str, Any]]:
        if self.last is None:
            return [{"target": self.course.target}]
        return list(self.last.injections.values("target", "structure", "guidance", "needle_gauge"))

    def _preparation_initial(self) -> dict[str, Any]:
        form = FORMS[self.course.treatment_type.modality]
        if self.last is None:
            return {}
        repeated = form.Meta.model.objects.filter(session=self.last).values(*form.repeated).first() or {}
        return {name: _plain(value) for name, value in repeated.items()}

    def _range_doubts(self) -> list[Doubt]:
        parts = [("", self.preparation, self.preparation.ranges)]
        parts += [
            (f"Injection {number}, ", form, soft_ranges.INJECTION) for number, form in enumerate(self._filled(), 1)
        ]
        return [
            Doubt(
                f"{where}{form[name].label}: {form.cleaned_data[name]:,} is outside the usual {soft}.",
                form[name].auto_id,
            )
            for where, form, ranges in parts
            for name, soft in soft_ranges.outside(ranges, form.cleaned_data).items()
        ]

    def _side_doubts(self) -> list[Doubt]:
        planned, chosen = self.course.side, [form.cleaned_data["side"] for form in self._filled()]
        return [
            Doubt(
                f"Injection {number}: the plan says {Side(planned).label}. You chose {Side(side).label}.",
                f"{self._filled()[number - 1]['side'].auto_id}_0",
            )
            for number, side in enumerate(chosen, 1)
            if side != planned and Side.MIDLINE not in (side, planned)
        ]

    def _recovery_doubts(self) -> list[Doubt]:
        if not isinstance(self.preparation, PrpForm):
            return []
        counted = self.preparation.cleaned_data
        recovery = dosing.prp_dose(**{name: counted[name] for name in dosing.INPUTS}).recovery_percent
        if recovery is None or recovery <= 100:
            return []
        text = f"Platelet recovery comes to {recovery:.0f} %, which cannot be: a count, a volume or a unit is wrong."
        return [Doubt(text, self.preparation["prp_platelets"].auto_id)]

    def _second_doubts(self) -> list[Doubt]:
        day = self.form.cleaned_data["performed_at"].date()
        earlier = self.course.sessions.exclude(idempotency_key=self.form.cleaned_data["idempotency_key"])
        same_day = earlier.filter(performed_at__date=day).first()
        if same_day is None:
            return []
        return [
            Doubt(
                "This course already has a session on that day. Is this a second one?",
                self.form["performed_at"].auto_id,
            )
        ]


def _plain(value: Any) -> Any:
    return f"{value.normalize():f}" if isinstance(value, Decimal) else value


def with_rows(data: QueryDict, *, add: bool, remove: str) -> QueryDict:
    """What was typed, with one empty injection more, or without the one numbered ``remove``."""
    changed = data.copy()
    count = _rows_in(data)
    if add:
        changed["injections-TOTAL_FORMS"] = str(min(count + 1, MAX_INJECTIONS))
    elif count > 1 and remove in map(str, range(count)):
        _drop(changed, int(remove), count)
    return changed


def _rows_in(data: QueryDict) -> int:
    """How many injections the page had, whatever a forged request says."""
    written = data.get("injections-TOTAL_FORMS", "")
    return min(max(int(written), 1), MAX_INJECTIONS) if written.isdecimal() and len(written) < 4 else 1


def _drop(data: QueryDict, removed: int, count: int) -> None:
    for name in InjectionForm.base_fields:
        for index in range(removed, count - 1):
            data.setlist(f"injections-{index}-{name}", data.getlist(f"injections-{index + 1}-{name}"))
        data.pop(f"injections-{count - 1}-{name}", None)
    data["injections-TOTAL_FORMS"] = str(count - 1)
